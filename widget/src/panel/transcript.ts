import type { Message } from "../shared/types";
import { bubble, kindOf, type Press, retire } from "./bubble";
import { dayName, dayOf } from "./dates";
import { button, element, ICONS, icon } from "./element";
import type { Entry } from "./model";
import { thumbs } from "./rating";
import { walk } from "./walk";
import type { Words } from "./words";

/** Pixels from the end at which somebody still counts as reading the end. */
const NEAR = 80;
const EDGE = 12;
const RATED = new Set(["answer", "places"]);

export interface Actions {
  press: Press;
  retry(entry: Entry): void;
  rate(message: Message, value: "up" | "down", comment?: string): Promise<void>;
  say(text: string): void;
}

/** The conversation on the screen. It never takes the focus. */
export class Transcript {
  readonly log: HTMLElement;
  /** Leads to what arrived while the visitor was reading further up. */
  readonly newer: HTMLButtonElement;
  readonly #words: Words;
  readonly #actions: Actions;
  readonly #nodes = new Map<Entry, HTMLElement>();
  #reading = false;

  constructor(words: Words, actions: Actions) {
    this.#words = words;
    this.#actions = actions;
    // On its silence see announcer.ts.
    this.log = element("div", { class: "log", role: "log", "aria-live": "off", tabindex: "0" });
    this.newer = button("", () => this.#toNews(), { class: "newer" });
    this.newer.hidden = true;
    words.label(() => {
      this.log.setAttribute("aria-label", words.t("log"));
      this.newer.replaceChildren(icon(ICONS.end), words.t("newer"));
      for (const [entry, node] of this.#nodes) this.#trouble(entry, node);
    });
    this.log.addEventListener("keydown", (event) => walk(event, this.log, this.scroller));
    this.log.addEventListener("scroll", () => this.scrolled());
  }

  /** The element that scrolls: on a very low screen the whole panel does. */
  get scroller(): HTMLElement {
    const own = getComputedStyle(this.log).overflowY !== "visible";
    return own ? this.log : (this.log.parentElement ?? this.log);
  }

  scrolled(): void {
    this.#reading = !this.#atEnd();
    if (!this.#reading) this.newer.hidden = true;
  }

  /** The room has changed: what was at the end stays there. */
  resized(): void {
    if (!this.#reading && this.scroller === this.log) this.toEnd();
  }

  /** `opening`: they go before what the visitor is just sending. */
  show(entries: Entry[], opening: boolean): void {
    const following = !this.#reading;
    let first: HTMLElement | undefined;
    for (const entry of entries) {
      const { message } = entry;
      if (message.from === "visitor") retire(this.log, undefined, message.text, this.#words);
      // The choice was made, by words or elsewhere: the question is closed.
      else if (message.custom.receipt && kindOf(message) === "consent") retire(this.log, "consent", "", this.#words);
      const node = this.#make(entry);
      this.#nodes.set(entry, node);
      this.#place(node, opening);
      first ??= node;
    }
    this.#days();
    if (!first) return;
    if (entries[0]?.state === "sending") this.toEnd();
    else if (following) this.#toStart(first, opening);
    else this.newer.hidden = false;
  }

  update(entry: Entry): void {
    const node = this.#nodes.get(entry);
    if (!node) return;
    node.classList.toggle("unsent", entry.state === "failed");
    node.classList.toggle("pending", !entry.message.id);
    const { id } = entry.message;
    if (id && node.dataset.id !== id) {
      node.dataset.id = id;
      // Another tab's message may have come in between.
      const others = this.#numbered().filter((other) => other !== node);
      const before = others.findLast((other) => Number(other.dataset.id) < Number(id));
      if (before && node.compareDocumentPosition(before) & Node.DOCUMENT_POSITION_FOLLOWING) before.after(node);
      this.#days();
    }
    this.#trouble(entry, node);
  }

  /** Closes the buttons of `kind` that are still open. */
  retire(kind: "consent" | "other"): void {
    retire(this.log, kind, "", this.#words);
  }

  /** A quiet line of the panel itself. */
  note(text: string): void {
    this.#append(element("p", { class: "note", lang: this.#words.language }, text));
    this.toEnd();
  }

  /** The conversation has ended: what was said can be read, and nothing in it pressed. */
  seal(): void {
    this.retire("consent");
    this.retire("other");
    for (const node of this.#settled()) {
      delete node.dataset.id;
      node.classList.add("old");
      node.querySelector(".rate")?.remove();
    }
  }

  /** Takes everything away but what the visitor is just sending. */
  clear(): void {
    for (const node of this.#settled()) node.remove();
    for (const rest of this.log.querySelectorAll(".day, .note, .old")) rest.remove();
    this.newer.hidden = true;
  }

  /** The button goes away now: whoever pressed it by keyboard goes on from the news. */
  #toNews(): void {
    this.toEnd();
    [...this.log.querySelectorAll<HTMLElement>(".said")].at(-1)?.focus({ preventScroll: true });
  }

  toEnd(): void {
    const { scroller } = this;
    scroller.scrollTop = scroller.scrollHeight;
    this.#reading = false;
    this.newer.hidden = true;
  }

  /** Nodes of what was sent; they are no longer known afterwards. */
  #settled(): HTMLElement[] {
    const settled = [...this.#nodes].filter(([entry]) => entry.state === "sent");
    for (const [entry] of settled) this.#nodes.delete(entry);
    return settled.map(([, node]) => node);
  }

  #make(entry: Entry): HTMLElement {
    const { message } = entry;
    const node = bubble(message, this.#words, (choice, kind) => {
      this.retire(kind);
      this.#actions.press(choice, kind);
    });
    if (message.id) node.dataset.id = message.id;
    else node.classList.add("pending");
    const when = new Date(message.at);
    if (message.at && !Number.isNaN(when.getTime())) node.dataset.at = message.at;
    if (RATED.has(String(message.custom.type))) {
      const rate = thumbs(
        this.#words,
        (value, comment) => this.#actions.rate(message, value, comment),
        this.#actions.say,
      );
      node.querySelector(".meta")?.append(rate);
    }
    return node;
  }

  #place(node: HTMLElement, opening: boolean): void {
    const behind = this.#later(Number(node.dataset.id));
    if (behind) behind.before(node);
    else if (opening) this.#append(node);
    else this.log.append(node);
  }

  /** At the end, but before what the visitor is just sending. */
  #append(node: HTMLElement): void {
    const sending = this.log.querySelector(".pending");
    if (sending) sending.before(node);
    else this.log.append(node);
  }

  /** The first message that was said after number `id`. */
  #later(id: number): HTMLElement | null {
    return this.#numbered().find((other) => Number(other.dataset.id) > id) ?? null;
  }

  #numbered(): HTMLElement[] {
    return [...this.log.querySelectorAll<HTMLElement>("[data-id]")];
  }

  /** Says before the first message of each day which day it is. */
  #days(): void {
    for (const day of this.log.querySelectorAll(".day")) day.remove();
    let last = "";
    for (const node of this.log.querySelectorAll<HTMLElement>(".said[data-at]")) {
      const date = new Date(node.dataset.at ?? "");
      if (dayOf(date) === last) continue;
      last = dayOf(date);
      const time = element("time", { datetime: last }, dayName(date, this.#words));
      node.before(element("p", { class: "day", lang: this.#words.language }, time));
    }
  }

  #trouble(entry: Entry, node: HTMLElement): void {
    const t = (key: string) => this.#words.t(key);
    const held = node.querySelector(".trouble");
    const had = held?.contains((node.getRootNode() as ShadowRoot).activeElement ?? null);
    held?.remove();
    const { trouble } = entry;
    if (!trouble) {
      // The button that was pressed has gone: the focus stays with the message.
      if (had) node.focus({ preventScroll: true });
      return;
    }
    const { kind } = trouble;
    const text = kind === "again" ? "" : `${t("not_sent")} ${trouble.text || t("offline")}`;
    const label = kind === "again" ? "send_again" : kind === "ended" ? "start_new" : "retry";
    const act = button(t(label), () => this.#actions.retry(entry), { class: "plain" });
    const box = element("div", { class: "trouble", lang: this.#words.language }, element("span", {}, text), act);
    node.append(box);
    if (had) act.focus({ preventScroll: true });
    if (!this.#reading) this.toEnd();
  }

  /** A long reply is read from its beginning, with the question above it; history from its end. */
  #toStart(said: HTMLElement, opening: boolean): void {
    if (opening) {
      if (this.log.querySelector(".yours")) this.toEnd();
      this.scrolled();
      return;
    }
    const previous = said.previousElementSibling as HTMLElement | null;
    const start = previous?.classList.contains("yours") ? previous : said;
    const { scroller } = this;
    scroller.scrollTop += start.getBoundingClientRect().top - scroller.getBoundingClientRect().top - EDGE;
    this.scrolled();
  }

  #atEnd(): boolean {
    const { scroller } = this;
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
  }
}
