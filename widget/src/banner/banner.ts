import type { BannerPart, ConsentAct, ConsentState, Host, KeeperPart } from "../shared/types";
import { button, filled } from "./element";
import { Frame } from "./frame";
import { ALL, asksNotToTrack, fetchNotice, NONE, type Notice } from "./notice";
import { type Actions, firstLayer, receiptLink, secondLayer } from "./view";

/** Milliseconds until a visitor who waits for an answer is told what for. */
const SLOW = 600;

/** The cookie question on the page. It only shows and hears: the keeper decides what is granted. */
export class Banner implements BannerPart {
  readonly #host: Host;
  readonly #frame: Frame;
  readonly #actions: Actions;
  #notice: Notice | undefined;
  #first: HTMLElement | undefined;
  #second: HTMLDialogElement | undefined;
  #ending: AbortController | undefined;
  /** An act of this page whose answer is being waited for. */
  #busy = false;
  /** The visitor was told that a choice is not stored yet. */
  #waiting = false;

  constructor(host: Host) {
    this.#host = host;
    this.#frame = new Frame(host);
    const choose = (kind: ConsentAct["kind"], choices: ConsentAct["choices"], layer: 1 | 2) => {
      void this.#act({ kind, choices, layer });
    };
    this.#actions = {
      accept: (layer) => choose("accept", ALL, layer),
      refuse: (layer) => choose("refuse", NONE, layer),
      choose: (choices) => choose("choose", choices, 2),
      withdraw: () => choose("withdraw", NONE, 2),
      more: () => void this.open(),
      close: () => this.#closeSecond(),
    };
  }

  async ask(): Promise<void> {
    const keeper = await this.#host.part("keeper");
    if (keeper.state().asked) return;
    const notice = await this.#read();
    // Another tab, or the chat, may have been quicker.
    if (keeper.state().asked || this.#first) return;
    if (asksNotToTrack()) {
      const { version, language } = notice;
      await keeper.act({ kind: "refuse", choices: NONE, layer: 1, method: "gpc", notice: { version, language } });
      return;
    }
    this.#watch(keeper);
    if (!this.#isChatOpen()) this.#showFirst();
  }

  async open(): Promise<void> {
    const keeper = await this.#host.part("keeper");
    try {
      await this.#read();
    } catch {
      this.#unavailable();
      return;
    }
    this.#watch(keeper);
    this.#showSecond(keeper.state());
  }

  hide(): void {
    this.#ending?.abort();
    this.#ending = undefined;
    this.#closeSecond();
    this.#hideFirst();
    this.#frame.destroy();
  }

  /** The notice in the page's language. Rejects when it cannot be had. */
  async #read(): Promise<Notice> {
    if (this.#notice?.language !== this.#host.language) this.#notice = await fetchNotice(this.#host);
    return this.#notice;
  }

  #watch(keeper: KeeperPart): void {
    if (this.#ending) return;
    this.#ending = new AbortController();
    const { signal } = this.#ending;
    window.addEventListener("brussels-assistant:language", () => void this.#translate(keeper), { signal });
    // The chat asks the same question: two at once would confuse, and on a phone one would cover the other.
    window.addEventListener("brussels-assistant:open", () => this.#hideFirst(), { signal });
    window.addEventListener("brussels-assistant:close", () => keeper.state().asked || this.#showFirst(), { signal });
    const off = keeper.onChange((state) => this.#follow(state));
    signal.addEventListener("abort", off);
  }

  #isChatOpen(): boolean {
    return this.#host.launcher.getAttribute("aria-expanded") === "true";
  }

  #showFirst(): void {
    if (!this.#notice) return;
    this.#hideFirst();
    this.#first = firstLayer(this.#notice, this.#actions);
    this.#frame.show(this.#first);
  }

  #hideFirst(): void {
    if (this.#first) this.#frame.remove(this.#first);
    this.#first = undefined;
  }

  #showSecond(state: ConsentState, note = ""): void {
    if (!this.#notice) return;
    this.#closeSecond();
    this.#second = secondLayer(this.#notice, state, this.#host.settings.server, note, this.#actions);
    this.#frame.show(this.#second);
  }

  #closeSecond(): void {
    if (this.#second) this.#frame.remove(this.#second);
    this.#second = undefined;
  }

  async #translate(keeper: KeeperPart): Promise<void> {
    // What stands there stays in its language, which it names, when the other cannot be had.
    if (!(await this.#read().catch(() => null))) return;
    if (this.#first) this.#showFirst();
    if (this.#second) this.#showSecond(keeper.state());
  }

  async #act(act: Pick<ConsentAct, "kind" | "choices" | "layer">): Promise<void> {
    const notice = this.#notice;
    if (!notice || this.#busy) return;
    this.#busy = true;
    this.#closeSecond();
    this.#hideFirst();
    const { version, language, texts } = notice;
    const slow = setTimeout(() => this.#frame.say(language, texts.close, true, texts.saving), SLOW);
    try {
      const keeper = await this.#host.part("keeper");
      const state = await keeper.act({ ...act, method: "banner", notice: { version, language } });
      if (state.asked) this.#confirm(state);
      else await this.#again(state);
    } finally {
      clearTimeout(slow);
      this.#busy = false;
    }
  }

  #confirm({ pending, receipt }: ConsentState): void {
    if (!this.#notice) return;
    const { language, texts } = this.#notice;
    if (pending) this.#frame.say(language, texts.close, true, texts.not_stored);
    else if (receipt) {
      const link = receiptLink(this.#host.settings.server, receipt, language, texts.new_tab);
      this.#frame.say(language, texts.close, false, ...filled(texts.saved, { receipt: link }));
    }
    this.#waiting = pending;
  }

  /** The server did not take the choice, perhaps because there is a new notice. */
  async #again(state: ConsentState): Promise<void> {
    this.#notice = undefined;
    const notice = await this.#read().catch(() => null);
    if (notice) this.#showSecond(state, notice.texts.again);
    else this.#unavailable();
  }

  /** The choice was made elsewhere, or reached the server at last. */
  #follow(state: ConsentState): void {
    if (this.#busy) return;
    if (state.asked) this.#hideFirst();
    if (this.#waiting && !state.pending) this.#confirm(state);
  }

  #unavailable(): void {
    const { failed = "", retry = "", dismiss = "" } = this.#host.words();
    const again = button(retry, () => void this.open(), { class: "plain" });
    this.#frame.say(this.#host.language, dismiss, true, `${failed} `, again);
  }
}
