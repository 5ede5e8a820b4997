import { button, element } from "./element";
import type { Words } from "./words";

/** A step of its own inside the panel, over the conversation, such as deleting it. */
export class Sheet {
  readonly element = element("section", { class: "sheet", "aria-labelledby": "sheet-title" });
  readonly #words: Words;
  readonly #toggled: (open: boolean) => void;

  constructor(words: Words, toggled: (open: boolean) => void) {
    this.#words = words;
    this.#toggled = toggled;
    this.element.hidden = true;
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  close(): void {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.#toggled(false);
  }

  /** Shows a heading with `contents`; the heading gets the focus, so that it is read first. */
  show(title: string, ...contents: HTMLElement[]): void {
    const heading = element("h2", { id: "sheet-title", tabindex: "-1" }, title);
    this.element.replaceChildren(heading, ...contents);
    this.element.lang = this.#words.language;
    this.element.hidden = false;
    this.#toggled(true);
    heading.focus();
  }

  back(): HTMLElement {
    return button(this.#words.t("back"), () => this.close(), { class: "plain" });
  }
}

/** Runs `work`; meanwhile the button does nothing more, and what goes wrong is said below it. */
export async function attempt(control: Element, work: () => Promise<void>, failed: string): Promise<void> {
  if (control.getAttribute("aria-disabled") === "true") return;
  control.setAttribute("aria-disabled", "true");
  const row = control.parentElement;
  row?.parentElement?.querySelector(".status")?.remove();
  try {
    await work();
  } catch (error) {
    row?.after(element("p", { class: "status", role: "alert" }, (error as Error).message || failed));
  } finally {
    control.removeAttribute("aria-disabled");
  }
}
