import type { Settings } from "../shared/types";
import type { Announcer } from "./announcer";
import type { Composer } from "./composer";
import { button, element, ICONS, icon } from "./element";
import type { Menu } from "./menu";
import type { Sheet } from "./sheet";
import conditions from "./styles/conditions.css?inline";
import controls from "./styles/controls.css?inline";
import messages from "./styles/messages.css?inline";
import frame from "./styles/window.css?inline";
import { colours } from "./theme";
import type { Transcript } from "./transcript";
import type { Words } from "./words";

/** What is in the window. */
export interface Parts {
  words: Words;
  transcript: Transcript;
  composer: Composer;
  menu: Menu;
  sheet: Sheet;
  announcer: Announcer;
}

/** What the window itself is asked for. */
export interface Wants {
  key(event: KeyboardEvent): void;
  close(): void;
}

export interface Window {
  /** Has a shadow root of its own, so that the launcher's style sheets and the panel's do not meet. */
  shell: HTMLElement;
  root: ShadowRoot;
  panel: HTMLElement;
  title: HTMLElement;
  /** Says that a reply is being written. */
  typing: HTMLElement;
}

/** Puts the parts into a dialog, which is still hidden. */
export function createWindow({ theme, position, greeting }: Settings, parts: Parts & Wants): Window {
  const { words, transcript, menu } = parts;
  const shell = element("div");
  const root = shell.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [frame + controls + messages + conditions, colours(theme)].map(sheet);
  const title = element("h2", { id: "title", tabindex: "-1" });
  const about = element("p", { id: "about" });
  const typing = element("p", { class: "typing" });
  const close = button(icon(ICONS.close), () => parts.close(), { class: "round" });
  const naming = element("div", { class: "naming" }, title, about);
  if (greeting) naming.append(element("p", {}, greeting));
  const panel = element(
    "div",
    {
      class: `panel ${position}`,
      role: "dialog",
      "aria-labelledby": "title",
      "aria-describedby": "about",
      keydown: (event) => parts.key(event as KeyboardEvent),
      scroll: () => transcript.scrolled(),
    },
    element("div", { class: "head" }, naming, menu.toggle, close),
    menu.list,
    transcript.log,
    element("div", { class: "foot" }, transcript.newer, typing, parts.composer.form),
    parts.sheet.element,
    parts.announcer.element,
  );
  panel.hidden = true;
  words.label(() => {
    panel.lang = words.language;
    panel.classList.toggle("bare", !words.ready);
    title.textContent = words.t("title");
    about.textContent = words.t("subtitle");
    close.title = words.t("close");
    close.setAttribute("aria-label", close.title);
  });
  // The page sees these keys come from the widget, not from a text field, and might take them for its shortcuts.
  for (const name of ["keydown", "keyup", "keypress"]) shell.addEventListener(name, (event) => event.stopPropagation());
  root.append(panel);
  return { shell, root, panel, title, typing };
}

function sheet(rules: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(rules);
  return made;
}
