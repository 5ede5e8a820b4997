/** On a small or low screen the panel covers it whole. Lengths in rem count from the visitor's font size here. */
export const FULL_SCREEN = "(max-width: 34rem), (max-height: 30rem)";
const FOCUSABLE = "a[href], button, textarea, input, [tabindex='0']";

/**
 * The panel's place on the screen. Covering it whole, the panel is modal: it keeps the focus, the page behind does not
 * scroll, and it stays above the on-screen keyboard. Beside the page it is none of this.
 */
export class Frame {
  readonly #panel: HTMLElement;
  readonly #media = matchMedia(FULL_SCREEN);
  readonly #room = new CSSStyleSheet();
  readonly #still = new CSSStyleSheet();
  readonly #changed = () => this.#settle();
  readonly #viewed = () => this.#view();
  #shown = false;

  constructor(panel: HTMLElement, root: ShadowRoot) {
    this.#panel = panel;
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, this.#room];
    this.#still.replaceSync("html { overflow: hidden !important; }");
    this.#media.addEventListener("change", this.#changed);
    panel.addEventListener("keydown", (event) => this.#trap(event));
  }

  get modal(): boolean {
    return this.#media.matches;
  }

  set shown(shown: boolean) {
    this.#shown = shown;
    const view = window.visualViewport;
    for (const name of ["resize", "scroll"]) {
      if (shown) view?.addEventListener(name, this.#viewed);
      else view?.removeEventListener(name, this.#viewed);
    }
    this.#settle();
  }

  destroy(): void {
    this.shown = false;
    this.#media.removeEventListener("change", this.#changed);
  }

  #settle(): void {
    const whole = this.#shown && this.modal;
    if (this.modal) this.#panel.setAttribute("aria-modal", "true");
    else this.#panel.removeAttribute("aria-modal");
    const others = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#still);
    document.adoptedStyleSheets = whole ? [...others, this.#still] : others;
    this.#view();
  }

  /** What the keyboard leaves of the screen. Not while the visitor magnifies by pinching. */
  #view(): void {
    const view = window.visualViewport;
    const covered = this.#shown && this.modal && view && view.scale < 1.05 && innerHeight - view.height > 60;
    this.#room.replaceSync(
      covered ? `.panel { top: ${view.offsetTop}px; bottom: auto; height: ${view.height}px !important; }` : "",
    );
  }

  #trap(event: KeyboardEvent): void {
    if (event.key !== "Tab" || !this.modal) return;
    const stops = [...this.#panel.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
      (stop) => !stop.closest("[hidden], [inert]"),
    );
    const [first, last] = [stops[0], stops.at(-1)];
    const here = (this.#panel.getRootNode() as ShadowRoot).activeElement;
    // The heading, which is no stop itself, comes before the first one.
    const leaving = event.shiftKey ? here === first || !stops.includes(here as HTMLElement) : here === last;
    if (!leaving) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}
