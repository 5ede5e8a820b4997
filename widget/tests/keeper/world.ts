import { Keeper } from "../../src/keeper/keeper";
import type { Answer } from "../../src/keeper/server";
import { slot } from "../../src/keeper/slot";
import type { Choices, ConsentAct } from "../../src/shared/types";
import { Ledger } from "./ledger";

/** What the person did last, however. */
interface Deed {
  /** Under which it is to be found in the ledger. */
  key: string | undefined;
  choices: Choices;
  /** Given when it is known only to whoever asks the server about this pseudonym. */
  subject?: string;
}

interface Tab {
  name: string;
  keeper: Keeper;
  open: boolean;
  timers: (() => void)[];
  told?: () => void;
}

/** A request between a tab and the server. */
interface Request {
  tab: Tab;
  /** Lets the server do its work. */
  serve: () => void;
  /** Gives the server's answer to the tab. */
  answer: (() => void) | undefined;
  /** Tells the tab that no answer came. */
  fail: () => void;
  /** The tab no longer waits, but the request may still reach the server. */
  lost: boolean;
}

/** One person's browser with its tabs, a server, and everything that can go wrong between them. */
export class World {
  /** Milliseconds by the server's clock. */
  time = Date.UTC(2026, 10, 25);
  /** How far the browser's clock is off. */
  skew = 0;
  readonly ledger = new Ledger(() => this.time);
  readonly tabs: Tab[] = [];
  readonly deeds: Deed[] = [];
  requests: Request[] = [];
  stored: string | null = null;
  /** `full` refuses to write, `blocked` throws at every touch and loses what was in it. */
  storage: "works" | "full" | "blocked" = "works";
  gpc = false;
  #keys: string[] = [];
  #conversation: string | null = null;
  #turns: { tab: Tab; run: () => void }[] = [];
  #running: Tab | undefined;
  #events: (() => void)[] = [];

  constructor(readonly locks: boolean) {}

  get now(): number {
    return this.time + this.skew;
  }

  /** The open tab at `index`, counted round. */
  tab(index: number): Tab | undefined {
    const open = this.tabs.filter((tab) => tab.open);
    return open[index % open.length];
  }

  open(): Tab {
    const tab: Tab = { name: `tab ${this.tabs.length + 1}`, open: true, timers: [], keeper: undefined as never };
    tab.keeper = new Keeper({
      slot: slot(() => this.#storage(tab), "assistant-choice"),
      server: {
        record: (act, token, sending) => this.#request(tab, () => this.ledger.record(act, token, sending)),
        current: (token) => this.#request(tab, () => this.ledger.current(token)),
      },
      now: () => this.now,
      key: () => {
        this.#keys.push(`k${this.#keys.length + 1}`);
        return this.#keys.at(-1) as string;
      },
      gpc: () => this.gpc,
      later: (task) => {
        tab.timers.push(task);
        return () => {
          tab.timers = tab.timers.filter((one) => one !== task);
        };
      },
      exclusive: (task) => this.#turn(tab, task),
      tell: () => this.#event(tab, (other) => other.told?.()),
      end: () => {},
      listen: (told) => {
        tab.told = told;
      },
    });
    this.tabs.push(tab);
    tab.keeper.start();
    return tab;
  }

  close(tab: Tab): void {
    tab.open = false;
    tab.timers = [];
    for (const request of this.requests) if (request.tab === tab) request.lost = true;
    this.#turns = this.#turns.filter((turn) => turn.tab !== tab);
    if (this.#running === tab) this.#next();
  }

  act(tab: Tab, kind: ConsentAct["kind"], choices: Choices, method: ConsentAct["method"] = "banner"): void {
    const before = this.#keys.length;
    void tab.keeper.act({ kind, choices, layer: 1, method, notice: { version: this.ledger.notice, language: "en" } });
    // A second click adds no act: it says again what waits already.
    const same = this.deeds.findLast((deed) => JSON.stringify(deed.choices) === JSON.stringify(choices));
    this.deeds.push({ key: this.#keys.length > before ? this.#keys.at(-1) : same?.key, choices });
  }

  /** A choice by talking; the server has it before the page knows. */
  chat(tab: Tab, choices: Choices): void {
    this.#conversation = this.ledger.converse(this.#conversation ?? tab.keeper.state().token);
    tab.keeper.suggest(this.#conversation);
    this.#keys.push(`k${this.#keys.length + 1}`);
    const row = this.ledger.choose(this.#conversation, this.#keys.at(-1) as string, choices);
    if (!row) return;
    this.deeds.push({ key: row.key, choices });
    void tab.keeper.adopt(this.#conversation, row.receipt);
  }

  /** Lets everything that is on its way arrive, until it is quiet. */
  async settle(): Promise<void> {
    for (let round = 0; round < 40; round++) {
      await this.rest();
      for (const request of [...this.requests]) {
        request.serve();
        request.answer?.();
      }
      for (const tab of this.tabs) for (const timer of tab.timers.splice(0)) timer();
    }
    await this.rest();
  }

  /** Lets promises and events between tabs run. */
  async rest(): Promise<void> {
    for (let round = 0; round < 30; round++) {
      for (const event of this.#events.splice(0)) event();
      await Promise.resolve();
    }
  }

  #storage(tab: Tab): Storage {
    if (!tab.open || this.storage === "blocked") throw new Error("blocked");
    const change = (text: string | null) => {
      if (text === this.stored) return;
      this.stored = text;
      this.#event(tab, (other) => other.keeper.changedElsewhere());
    };
    return {
      getItem: () => this.stored,
      setItem: (_key: string, text: string) => {
        if (this.storage === "full") throw new Error("full");
        change(text);
      },
      removeItem: () => change(null),
    } as unknown as Storage;
  }

  #event(from: Tab, happens: (other: Tab) => void): void {
    this.#events.push(() => {
      for (const tab of this.tabs) if (tab.open && tab !== from) happens(tab);
    });
  }

  #request<T>(tab: Tab, work: () => Answer<T>): Promise<Answer<T>> {
    return new Promise((resolve) => {
      const leave = () => {
        this.requests = this.requests.filter((one) => one !== request);
      };
      const request: Request = {
        tab,
        lost: false,
        answer: undefined,
        serve() {
          if (this.answer) return;
          const answer = work();
          this.answer = () => {
            leave();
            if (tab.open && !this.lost) resolve(answer);
          };
          if (this.lost) leave();
        },
        fail() {
          if (this.lost) return;
          this.lost = true;
          if (this.answer) leave();
          if (tab.open) resolve({ status: "away" });
        },
      };
      this.requests.push(request);
    });
  }

  #turn(tab: Tab, task: () => Promise<void>): Promise<void> {
    if (!this.locks) return task();
    return new Promise((resolve, reject) => {
      const run = () => {
        this.#running = tab;
        const done = () => {
          if (this.#running === tab) this.#next();
        };
        task().then(resolve, reject).finally(done);
      };
      this.#turns.push({ tab, run });
      if (!this.#running) this.#next();
    });
  }

  #next(): void {
    this.#running = undefined;
    this.#turns.shift()?.run();
  }
}
