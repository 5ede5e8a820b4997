import { button, element, ICONS, icon } from "./element";
import type { Words } from "./words";

export interface Item {
  /** Key of its words; for a language its own name is `title`. */
  name: string;
  title?: string;
  lang?: string;
  /** It is what is chosen now. */
  current?: boolean;
  run(): void;
}

/**
 * A disclosure with plain buttons, no `role="menu"`: that role makes readers swallow all keys but the arrows, is poorly
 * supported by touch readers, and has no place for languages in their own language. Arrow keys, Home and End work as in
 * a menu all the same; Tab works as everywhere.
 */
export class Menu {
  readonly toggle: HTMLButtonElement;
  readonly list: HTMLElement;
  readonly #words: Words;
  readonly #groups: () => Item[][];

  constructor(words: Words, groups: () => Item[][]) {
    this.#words = words;
    this.#groups = groups;
    this.toggle = button(icon(ICONS.menu), () => (this.isOpen ? this.close() : this.open()), {
      class: "round dots",
      "aria-expanded": "false",
      "aria-controls": "menu",
    });
    this.list = element("div", { class: "menu", id: "menu", role: "group", keydown: (event) => this.#key(event) });
    this.list.hidden = true;
    this.list.addEventListener("focusout", (event) => {
      const next = event.relatedTarget as Node | null;
      if (next && next !== this.toggle && !this.list.contains(next)) this.close(false);
    });
    words.label(() => {
      for (const part of [this.toggle, this.list]) part.setAttribute("aria-label", words.t("menu"));
      this.toggle.title = words.t("menu");
      if (this.isOpen) this.#fill();
    });
  }

  get isOpen(): boolean {
    return !this.list.hidden;
  }

  open(): void {
    this.#fill();
    this.list.hidden = false;
    this.toggle.setAttribute("aria-expanded", "true");
    this.#buttons()[0]?.focus();
  }

  /** `back`: the focus returns to the button. */
  close(back = true): void {
    if (!this.isOpen) return;
    this.list.hidden = true;
    this.toggle.setAttribute("aria-expanded", "false");
    if (back) this.toggle.focus();
  }

  #fill(): void {
    const groups = this.#groups().map((items) => element("div", {}, ...items.map((item) => this.#item(item))));
    this.list.replaceChildren(...groups);
  }

  #item({ name, title, lang, current, run }: Item): HTMLElement {
    const click = () => {
      this.close();
      run();
    };
    const chosen = current ? "true" : undefined;
    return button(title ?? this.#words.t(name), click, { lang, "aria-current": chosen, "data-name": name });
  }

  #buttons(): HTMLElement[] {
    return [...this.list.querySelectorAll("button")];
  }

  #key(event: Event): void {
    const { key } = event as KeyboardEvent;
    const items = this.#buttons();
    const here = items.indexOf(event.target as HTMLElement);
    const ways: Record<string, number> = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 };
    const way = ways[key];
    if (way === undefined) return;
    event.preventDefault();
    items.at(way % items.length)?.focus();
  }
}
