import type { ConsentAct, ConsentState, KeeperPart, PurposeId } from "../shared/types";
import { Courier } from "./courier";
import type { Ports } from "./ports";
import { anyOf, believed, cleaned, isValid, repeats, stateOf } from "./rules";
import type { Answer, Recorded } from "./server";
import { EMPTY, NONE, type Pending, type Stored } from "./stored";
import { Vault } from "./vault";

/** How often an answer that was overtaken while it came is asked for again. */
const ROUNDS = 3;

/** Keeps the choice of one person in one browser. What counts as granted is in `rules.ts`. */
export class Keeper implements KeeperPart {
  readonly #ports: Ports;
  readonly #vault: Vault;
  readonly #courier: Courier;
  readonly #listeners = new Set<(state: ConsentState) => void>();
  /** Grants that were superseded while the server may have had them already. */
  readonly #superseded = new Set<string>();
  /** The act that was just made here: the only one that is not sent late. */
  #fresh: string | undefined;
  #flying: Pending | undefined;
  /** The chat's subject, kept in memory only: nothing was chosen yet. */
  #suggested: string | null = null;
  #listening = false;
  #told = JSON.stringify(stateOf(EMPTY, 0, false));

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#vault = new Vault(ports.slot);
    this.#courier = new Courier(ports, () => this.#work());
  }

  /** Goes on with what an earlier page left. To be called once, when listeners are in place. */
  start(): void {
    this.#settle();
    this.#notify();
    this.wake();
  }

  /** The network may be back. */
  wake(): void {
    this.#courier.cheer();
    void this.#work();
  }

  /** Another tab has written. It sends its acts itself; we only make sure that somebody does. */
  changedElsewhere(): void {
    const { pending } = this.#read();
    this.#notify();
    if (pending.length && !this.#flying && !this.#courier.waits) this.#courier.retry();
  }

  /** Ends everything but what is on its way. */
  destroy(): void {
    this.#courier.stop();
    this.#listeners.clear();
    this.#ports.end();
  }

  state(): ConsentState {
    return stateOf(this.#read(), this.#ports.now(), this.#vault.blind);
  }

  granted(purpose: PurposeId): boolean {
    return this.state().choices[purpose];
  }

  async act(act: ConsentAct): Promise<ConsentState> {
    const wanted = cleaned(act);
    if (!repeats(wanted, this.#read().pending.at(-1))) this.#push(wanted);
    this.#ports.tell();
    await this.#send();
    return this.state();
  }

  /**
   * With `receipt`, the number of the record that the choice in the chat became, only that record can grant. Without
   * it, whatever the server says is in force is believed, unless a grant of this page may have reached it since.
   */
  async adopt(token: string, receipt?: string): Promise<ConsentState> {
    const doubtful = this.#drop(this.#read().pending);
    const unread = receipt ?? !doubtful;
    this.#write({ ...EMPTY, token, newest: receipt ?? null, ...(unread ? { unread } : {}) });
    this.#ports.tell();
    await this.#ask();
    return this.state();
  }

  suggest(token: string): void {
    this.#suggested = token;
  }

  async refresh(): Promise<ConsentState> {
    this.#settle();
    await this.#send();
    await this.#ask();
    return this.state();
  }

  forget(): void {
    this.#courier.stop();
    this.#write(EMPTY);
  }

  onChange(listener: (state: ConsentState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #read(): Stored {
    const stored = this.#vault.read();
    this.#listen();
    return stored;
  }

  #write(stored: Stored): void {
    this.#vault.write(stored);
    this.#listen();
    this.#notify();
  }

  #change(change: Partial<Stored>): void {
    this.#write({ ...this.#read(), ...change });
  }

  #push(act: ConsentAct): void {
    const { key, gpc, now } = this.#ports;
    const added: Pending = { ...act, key: key(), signals: gpc() ? { gpc: true } : {}, since: now() };
    const { unread: _, ...stored } = this.#read();
    if (!stored.pending.length) this.#fresh = added.key;
    const token = stored.token ?? this.#suggested;
    this.#write({ ...stored, token, pending: [...stored.pending, added] });
  }

  /** Remembers which of `acts` could still be logged as a grant. Returns whether there are any. */
  #drop(acts: Pending[]): boolean {
    const sent = acts.filter((act) => act.tried);
    // On its way, although somebody emptied the storage meanwhile.
    if (this.#flying) sent.push(this.#flying);
    const risky = sent.filter((act) => anyOf(act.choices));
    for (const { key } of risky) this.#superseded.add(key);
    return risky.length > 0;
  }

  /** A choice that lapsed is gone, also when the clock goes back. */
  #settle(): void {
    const { logged } = this.#read();
    if (logged && !isValid(logged, this.#ports.now())) this.#change({ logged: null });
  }

  /** Where the storage does not show what other tabs do, they have to tell: then nothing of ours is sure. */
  #listen(): void {
    if (this.#listening || !this.#vault.alone) return;
    this.#listening = true;
    this.#ports.listen(() => {
      const { unread: _, ...stored } = this.#read();
      if (!this.#vault.alone) return;
      const refusals = stored.pending.filter((act) => !anyOf(act.choices));
      this.#drop(stored.pending);
      this.#write({ ...stored, logged: null, pending: refusals });
    });
  }

  #notify(): void {
    const state = this.state();
    const text = JSON.stringify(state);
    if (text === this.#told) return;
    this.#told = text;
    for (const listener of this.#listeners) listener(state);
  }

  async #work(): Promise<void> {
    await this.#send();
    if (this.#read().unread) await this.#ask();
  }

  /** Sends what waits. Ends when there is nothing left or the server is away. */
  async #send(): Promise<void> {
    while (this.#read().pending.length) {
      await this.#courier.go(() => this.#drain());
      if (this.#courier.waits) return;
    }
  }

  async #drain(): Promise<void> {
    for (;;) {
      const { token, newest, pending } = this.#read();
      const [act] = pending;
      if (!act) return;
      if (!act.tried) this.#change({ pending: pending.map((one) => (one === act ? { ...act, tried: true } : one)) });
      const late = act.key !== this.#fresh;
      this.#fresh = undefined;
      this.#flying = act;
      const answer = await this.#ports.server.record(act, token, { late, after: newest });
      this.#flying = undefined;
      const waits = this.#read().pending.some(({ key }) => key === act.key);
      if (answer.status === "away") {
        if (!waits) continue;
        this.#courier.retry();
        return;
      }
      this.#courier.cheer();
      if (waits) await this.#answered(act, token, answer);
      else if (answer.status === "ok") this.#overtaken(act, token, answer.body);
    }
  }

  async #answered(act: Pending, token: string | null, answer: Answer<Recorded>): Promise<void> {
    const pending = this.#read().pending.filter(({ key }) => key !== act.key);
    if (answer.status === "ok") {
      const { token, receipt, current } = answer.body;
      this.#change({ token, newest: receipt, logged: believed(current, receipt, act.choices), pending });
    } else if (answer.status === "refused" && answer.code === 401 && token) {
      // The installation has a new secret: this person gets a new pseudonym.
      this.#suggested = null;
      this.#change({ token: null, newest: null, logged: null });
    } else {
      this.#change({ logged: null, pending });
      await this.#ask();
    }
  }

  /** A superseded grant was logged after the act that superseded it: takes back what it gave. */
  #overtaken(act: Pending, sent: string | null, { token, receipt, current }: Recorded): void {
    if (!this.#superseded.has(act.key) || sent !== this.#read().token) return;
    if (current?.receipt !== receipt || !anyOf(current.choices)) return;
    this.#change({ token, newest: receipt, logged: null });
    this.#push({ ...act, kind: "withdraw", choices: NONE, method: "api" });
  }

  /** Asks what is in force, unless acts wait that the server does not know. */
  async #ask(): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const { unread, ...stored } = this.#read();
      const { token, logged, newest, pending } = stored;
      if (!token || pending.length) return;
      const before = this.#vault.changes;
      const answer = await this.#ports.server.current(token);
      this.#read();
      if (before !== this.#vault.changes) continue;
      if (answer.status === "ok") {
        const receipt = answer.body?.receipt;
        const known = unread === true ? receipt : (unread ?? logged?.receipt);
        this.#courier.cheer();
        this.#write({ ...stored, newest: receipt ?? newest, logged: believed(answer.body, known, logged?.choices) });
      } else if (answer.status === "refused") this.#write(EMPTY);
      else if (unread) this.#courier.retry();
      return;
    }
  }
}
