import type { Host, Message } from "../shared/types";
import type { Announcer } from "./announcer";
import type { Refused } from "./api";
import { gist } from "./bubble";
import { button, element } from "./element";
import type { Activity, Ending, Entry, Listener } from "./model";
import type { Transcript } from "./transcript";
import type { Window } from "./window";
import type { Words } from "./words";

/** A reply that takes longer is announced as being written, milliseconds. */
const SOON = 1_000;

/** Where the conversation is shown. */
export interface Stage extends Pick<Listener, "wishes" | "opened"> {
  host: Host;
  words: Words;
  transcript: Transcript;
  announcer: Announcer;
  window: Window;
  /** A cookie choice was made in the chat; without a `receipt` it could not be stored, which counts as refused. */
  decided(receipt: unknown): void;
}

/** Shows what happens in the conversation, reads it out, and tells the page of it, without anybody's words. */
export class Presenter implements Listener {
  readonly #stage: Stage;
  #activity: Activity = "";
  #unread = 0;
  #soon: ReturnType<typeof setTimeout> | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
    stage.words.label(() => this.active(this.#activity));
  }

  wishes(): ReturnType<Listener["wishes"]> {
    return this.#stage.wishes();
  }

  opened(): Promise<void> {
    return this.#stage.opened();
  }

  /** The visitor looks at the conversation. */
  read(): void {
    this.#unread = 0;
    this.#stage.host.badge(0);
  }

  shown(entries: Entry[], opening: boolean): void {
    const { transcript, announcer, words, host, window } = this.#stage;
    this.recovered();
    transcript.show(entries, opening);
    const heard = entries.filter(({ message }) => message.from !== "visitor");
    // Of a conversation that goes on only where it stood is read out.
    const resumed = opening && heard.length < entries.length;
    for (const { message } of resumed ? heard.slice(-1) : heard) announcer.say(gist(message, words));
    if (opening) return;
    for (const { message } of entries) this.#news(message);
    if (!window.panel.hidden || !heard.length) return;
    this.#unread += heard.length;
    host.badge(this.#unread);
  }

  changed(entry: Entry): void {
    const { transcript, announcer, words, host } = this.#stage;
    transcript.update(entry);
    if (entry.state !== "failed" || !entry.trouble) return;
    this.recovered();
    host.emit("error", { code: entry.trouble.kind });
    announcer.say(`${words.t("not_sent")} ${entry.trouble.text || words.t("offline")}`);
  }

  active(what: Activity): void {
    const { announcer, words, window } = this.#stage;
    this.#activity = what;
    clearTimeout(this.#soon);
    const text = what && words.t(what);
    window.typing.textContent = text;
    window.typing.classList.toggle("busy", text !== "");
    window.panel.classList.toggle("opening", what === "opening");
    if (what === "answering") this.#soon = setTimeout(() => announcer.say(text), SOON);
  }

  ended(why: Ending): void {
    const { transcript, words } = this.#stage;
    if (why === "expired") transcript.seal();
    else transcript.clear();
    if (why !== "left") transcript.note(words.t(why));
  }

  /** Something the visitor wanted did not work. */
  failed(error: unknown): void {
    const { transcript, announcer, words } = this.#stage;
    const text = (error as Error).message || words.t("failed");
    transcript.note(text);
    announcer.say(text);
  }

  /** There is no conversation; `again` tries once more. */
  unopened(error: Refused, again: () => void): void {
    const { transcript, announcer, words, host } = this.#stage;
    host.emit("error", { code: error.code });
    const text = error.message || words.t(words.ready ? "start_failed" : "failed");
    const retry = button(words.t("retry"), again, { class: "plain" });
    this.recovered();
    transcript.log.append(element("div", { class: "failed" }, element("p", {}, text), retry));
    announcer.say(text);
  }

  /** What `unopened` showed is over: whether it had the focus. */
  recovered(): boolean {
    const { transcript, window } = this.#stage;
    const box = transcript.log.querySelector(".failed");
    const had = box?.contains(window.root.activeElement) ?? false;
    box?.remove();
    return had;
  }

  destroy(): void {
    clearTimeout(this.#soon);
  }

  #news({ id, from, custom }: Message): void {
    const { host, decided } = this.#stage;
    host.emit("message", { id, from, type: custom.type });
    if (custom.type === "contact" && custom.reference) host.emit("contact", { reference: custom.reference });
    if (custom.type === "consent" && (custom.choices || custom.error)) decided(custom.receipt);
  }
}
