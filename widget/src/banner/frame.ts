import type { Host } from "../shared/types";
import rules from "./banner.css?inline";
import { button, element } from "./element";

/** How long a confirmation stays, in milliseconds; not while it is read with pointer or keyboard. */
const STAY = 12_000;

/**
 * The banner's place in the page: an element of its own at the beginning of the body, so that it comes early by
 * keyboard and for a screen reader, with a shadow root, so that the page's styles and ours leave each other alone.
 */
export class Frame {
  readonly #element = document.createElement("brussels-assistant-cookies");
  readonly #root = this.#element.attachShadow({ mode: "open" });
  readonly #status = element("div", { class: "card note", role: "status" });
  /** Keeps what the page scrolls to, as the focused element, from ending up under the first layer. */
  readonly #padding = new CSSStyleSheet();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #outside: Element | null = null;

  constructor({ settings }: Host) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    this.#root.adoptedStyleSheets = [sheet];
    const { accent, onAccent, scheme } = settings.theme;
    this.#element.dataset.scheme = scheme;
    // The other side than the launcher's.
    this.#element.dataset.position = settings.position === "left" ? "right" : "left";
    if (accent && onAccent) {
      this.#element.style.setProperty("--accent", accent);
      this.#element.style.setProperty("--on-accent", onAccent);
    }
    this.#root.append(this.#status);
    this.#element.addEventListener("focusin", ({ relatedTarget }) => {
      if (relatedTarget instanceof Element && !this.#element.contains(relatedTarget)) this.#outside = relatedTarget;
    });
  }

  get shown(): boolean {
    return this.#element.isConnected;
  }

  /** Puts `layer` into the page. */
  show(layer: HTMLElement): void {
    if (!this.shown) document.body.prepend(this.#element);
    this.quiet();
    this.#root.prepend(layer);
    if (layer instanceof HTMLDialogElement) {
      if (!layer.open) layer.showModal();
      layer.querySelector("h2")?.focus();
    } else this.#pad(layer.offsetHeight);
  }

  /** Takes `layer` away. If the focus was in it, it goes back to where it came from. */
  remove(layer: HTMLElement): void {
    const focused = layer.contains(this.#root.activeElement);
    if (layer instanceof HTMLDialogElement) layer.close();
    layer.remove();
    if (!layer.matches("dialog")) {
      this.#pad(0);
      if (focused && this.#outside instanceof HTMLElement && this.#outside.isConnected) this.#outside.focus();
    }
  }

  /** Says something politely: above the page, and to a screen reader. It can be dismissed, and goes unless `stays`. */
  say(lang: string, close: string, stays: boolean, ...words: (Node | string)[]): void {
    if (!this.shown) document.body.prepend(this.#element);
    clearTimeout(this.#timer);
    this.#status.lang = lang;
    this.#status.replaceChildren(
      element("p", {}, ...words),
      button("×", () => this.quiet(), { class: "close", "aria-label": close }),
    );
    if (!stays) this.#timer = setTimeout(() => this.#fade(), STAY);
  }

  quiet(): void {
    clearTimeout(this.#timer);
    this.#status.replaceChildren();
  }

  /** Leaves nothing behind. */
  destroy(): void {
    this.quiet();
    this.#pad(0);
    this.#element.remove();
  }

  #fade(): void {
    if (this.#status.matches(":hover, :focus-within")) this.#timer = setTimeout(() => this.#fade(), STAY);
    else this.quiet();
  }

  #pad(height: number): void {
    const others = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#padding);
    this.#padding.replaceSync(`:root{scroll-padding-block-end:${height + 32}px}`);
    document.adoptedStyleSheets = height ? [...others, this.#padding] : others;
  }
}
