import type { Language, Settings } from "../shared/types";
import rules from "./launcher.css?inline";
import { WORDS } from "./words";

/** What the launcher shows. */
export interface View {
  language: Language;
  /** Messages that wait to be read; they are counted in its name too. */
  unread: number;
  /** Words in place of the label, on small screens too. */
  message: string;
  /** Something is being loaded. */
  busy: boolean;
  /** While the chat is open the launcher is neither seen nor tabbed to, but takes the focus when it is given back. */
  open: boolean;
}

/** The button that opens the chat, and the element that holds everything. */
export interface Launcher {
  readonly element: HTMLElement;
  readonly root: ShadowRoot;
  readonly button: HTMLButtonElement;
  show(change: Partial<View>): void;
}

const DARK = ":host{--launcher:#7fd0c8;--on-launcher:#05211f}";

/** Makes the launcher and puts it on the page. */
export function createLauncher({ language, position, theme }: Settings): Launcher {
  const element = document.createElement("brussels-assistant");
  const root = element.attachShadow({ mode: "open" });
  const button = document.createElement("button");
  const label = document.createElement("span");
  const count = document.createElement("b");
  const status = document.createElement("i");
  const sheet = new CSSStyleSheet();
  const view: View = { language, unread: 0, message: "", busy: false, open: false };

  function show(change: Partial<View>): void {
    const { language, unread, message, busy, open } = Object.assign(view, change);
    const words = WORDS[language];
    element.lang = language;
    const text = message || `${words.launcher}`;
    label.textContent = text;
    status.textContent = message;
    button.className = message ? "launcher" : "launcher brief";
    count.textContent = `${unread}`;
    count.hidden = !unread;
    set(button, "aria-label", unread ? `${text}, ${words.unread}: ${unread}` : text);
    set(button, "aria-expanded", `${open}`);
    set(button, "aria-busy", `${busy}`);
    button.tabIndex = open ? -1 : 0;
  }

  sheet.replaceSync(`${rules}.launcher{${position}:max(1.25em,env(safe-area-inset-${position}))}${coloured(theme)}`);
  root.adoptedStyleSheets = [sheet];
  set(status, "role", "status");
  set(button, "aria-haspopup", "dialog");
  button.append(label, count);
  root.append(button, status);
  document.body.append(element);
  show({});
  return { element, root, button, show };
}

function set(element: Element, name: string, value: string): void {
  element.setAttribute(name, value);
}

function coloured({ accent, onAccent, scheme }: Settings["theme"]): string {
  if (accent) return `:host{--launcher:${accent};--on-launcher:${onAccent}}`;
  return { auto: `@media(prefers-color-scheme:dark){${DARK}}`, dark: DARK, light: "" }[scheme];
}
