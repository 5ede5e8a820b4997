import { element, ICONS, icon } from "./element";
import type { Words } from "./words";

/** From this share of the limit on, what is left is counted. */
const COUNT_FROM = 0.8;
const ROWS = 6;

export interface Outlet {
  send(text: string): void;
  /** What is typed has changed. */
  typed(text: string): void;
  say(text: string): void;
  /** PageUp and PageDown in an empty field. */
  page(direction: 1 | -1): void;
}

/** The field and its button. What is too long is said, not sent, and kept. */
export class Composer {
  readonly form: HTMLFormElement;
  readonly field: HTMLTextAreaElement;
  limit = 1000;
  readonly #words: Words;
  readonly #outlet: Outlet;
  readonly #send: HTMLButtonElement;
  readonly #count: HTMLElement;
  #state: "" | "left" | "over" = "";

  constructor(words: Words, outlet: Outlet) {
    this.#words = words;
    this.#outlet = outlet;
    const label = element("label", { class: "unseen", for: "field" });
    const hint = element("p", { class: "unseen", id: "hint" });
    this.field = element("textarea", {
      id: "field",
      rows: "1",
      autocomplete: "off",
      enterkeyhint: "send",
      "aria-describedby": "hint count",
      input: () => {
        this.refresh();
        outlet.typed(this.text);
      },
      keydown: (event) => this.#key(event as KeyboardEvent),
    });
    // Never `disabled`: a button that is out of reach cannot say why.
    this.#send = element("button", { type: "submit", class: "send" }, icon(ICONS.send));
    this.#count = element("p", { class: "count", id: "count" });
    this.form = element(
      "form",
      { class: "composer", submit: (event) => this.#submit(event) },
      label,
      hint,
      this.field,
      this.#send,
      this.#count,
    );
    words.label(() => {
      label.textContent = words.t("label");
      hint.textContent = words.t("hint");
      this.field.placeholder = words.t("placeholder");
      this.#send.setAttribute("aria-label", words.t("send"));
      this.refresh();
    });
  }

  get text(): string {
    return this.field.value;
  }

  set text(text: string) {
    this.field.value = text;
    this.refresh();
  }

  refresh(): void {
    const text = this.field.value.trim();
    const left = this.limit - [...text].length;
    const state = left < 0 ? "over" : left < this.limit * (1 - COUNT_FROM) ? "left" : "";
    this.#count.textContent = state && this.#words.t(state, { count: Math.abs(left) });
    this.#count.classList.toggle("over", state === "over");
    this.field.setAttribute("aria-invalid", String(state === "over"));
    this.#send.setAttribute("aria-disabled", String(!text || state === "over"));
    // Said when it begins to matter, not at every key.
    if (state !== this.#state) this.#outlet.say(this.#count.textContent);
    this.#state = state;
    this.#grow();
  }

  #submit(event: Event): void {
    event.preventDefault();
    const text = this.field.value.trim();
    if (this.#state === "over") this.#outlet.say(this.#count.textContent ?? "");
    if (!text || this.#state === "over") return;
    this.text = "";
    this.#outlet.typed("");
    this.#outlet.send(text);
  }

  #key(event: KeyboardEvent): void {
    const { key } = event;
    // While a syllable is being composed Enter takes it over (229: Safari ends the composition first).
    if (key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (/^Page(Up|Down)$/.test(key) && !this.field.value) {
      event.preventDefault();
      this.#outlet.page(key === "PageUp" ? -1 : 1);
    }
  }

  /** By rows: a height in pixels would be an inline style. */
  #grow(): void {
    const { field } = this;
    field.rows = 1;
    while (field.rows < ROWS && field.scrollHeight > field.clientHeight + 1) field.rows += 1;
  }
}
