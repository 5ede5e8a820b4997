import type { Host } from "../shared/types";
import rules from "./hints.css?inline";

const DARK = ".hint{background:#172029;color:#e8edf1}";

/** A button of the bubble: what it says and what it does. */
export type Action = [title: string, act: () => void];

/** A few words beside the launcher. They are announced, and take no focus. */
export interface Bubble {
  /** The last action is also what Escape does while the focus is in the bubble. */
  show(words: string, ...actions: Action[]): void;
  /** The launcher gets the focus if it was in the bubble. */
  hide(): void;
  destroy(): void;
}

/** Makes a bubble and puts it, empty, before the launcher. */
export function createBubble({ root, launcher, settings }: Host): Bubble {
  const { position, theme } = settings;
  const box = document.createElement("div");
  const text = document.createElement("p");
  const buttons = document.createElement("div");
  const sheet = new CSSStyleSheet();
  let last: (() => void) | undefined;

  const dark = { auto: `@media(prefers-color-scheme:dark){${DARK}}`, dark: DARK, light: "" }[theme.scheme];
  sheet.replaceSync(`${rules}.hint{${position}:max(1.25em,env(safe-area-inset-${position}))}${dark}`);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  box.className = "hint";
  text.setAttribute("role", "status"); // a live region has to be there before its words are
  box.append(text);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !last) return;
    event.stopPropagation();
    last();
  });
  root.insertBefore(box, launcher);

  function hide(): void {
    const focused = box.contains(root.activeElement);
    text.textContent = "";
    buttons.remove();
    box.classList.remove("shown");
    last = undefined;
    if (focused) launcher.focus();
  }

  return {
    show(words, ...actions) {
      buttons.replaceChildren(
        ...actions.map(([title, act]) => {
          const button = document.createElement("button");
          button.textContent = title;
          button.addEventListener("click", act);
          return button;
        }),
      );
      last = actions.at(-1)?.[1];
      text.textContent = words;
      box.classList.add("shown");
      box.append(buttons);
    },
    hide,
    destroy() {
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((one) => one !== sheet);
      box.remove();
    },
  };
}
