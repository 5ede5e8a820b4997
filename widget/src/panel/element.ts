type Value = string | undefined | ((event: Event) => void);

/** Makes an element. Functions become listeners; what is undefined is left out. Words are set as text, never as markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** A button of type `button`. */
export function button(
  label: string | Node,
  click: (event: Event) => void,
  attributes: Record<string, Value> = {},
): HTMLButtonElement {
  return element("button", { type: "button", click, ...attributes }, label);
}

/** Words that only assistive technology gets. */
export function unseen(text: string): HTMLElement {
  return element("span", { class: "unseen" }, text);
}

const SVG = "http://www.w3.org/2000/svg";

/** A line drawing on a field of 24 by 24; decoration, its button has the name. */
export function icon(path: string): SVGSVGElement {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}

export const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  menu: "M5 12h.01M12 12h.01M19 12h.01",
  send: "M12 19V5M6 11l6-6 6 6",
  thumb: "M7 10v10H4V10zM7 10l4-7q3 0 2 4l-.5 2H18q2.4 0 2 2.5L18.8 18q-.4 2-2.3 2H7",
  end: "M12 5v14M6 13l6 6 6-6",
} as const;
