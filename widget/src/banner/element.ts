type Value = string | boolean | undefined | ((event: Event) => void);

/** Makes an element. Functions become listeners, true an empty attribute; undefined and false are left out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

export function button(label: string, click: () => void, attributes: Record<string, Value> = {}): HTMLButtonElement {
  return element("button", { type: "button", click, ...attributes }, label);
}

/** `text` with nodes in the place of `{name}`. */
export function filled(text: string, nodes: Record<string, Node>): (Node | string)[] {
  return text.split(/\{(\w+)\}/).map((part, index) => (index % 2 ? (nodes[part] ?? "") : part));
}
