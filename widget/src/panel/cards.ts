import { element, unseen } from "./element";
import { inline, outward } from "./prose";
import type { Words } from "./words";

export interface Card {
  name: string;
  kind?: string | null;
  status?: string | null;
  rows?: { label: string; value: string }[];
  website?: { url: string; verified: boolean } | null;
}

export interface Table {
  columns: string[];
  rows: { label: string; values: string[] }[];
}

/** Places, each with what is known of it. */
export function cards(places: Card[], words: Words): HTMLElement {
  return element("ul", { class: "cards" }, ...places.map((place) => element("li", {}, ...card(place, words))));
}

function* card({ name, kind, status, rows = [], website }: Card, words: Words): Generator<HTMLElement> {
  yield element("h3", {}, name);
  const about = [kind, status].filter(Boolean).join(" · ");
  if (about) yield element("p", { class: "about" }, about);
  if (rows.length) {
    const pairs = rows.map(({ label, value }) =>
      element("div", {}, element("dt", {}, label), element("dd", {}, ...inline(value, words))),
    );
    yield element("dl", {}, ...pairs);
  }
  if (website) {
    const text = words.t(website.verified ? "website" : "website_unverified");
    const link = outward(website.url, text, words);
    // "Website" alone would not say whose, in a list of links.
    if (link instanceof Element) link.prepend(unseen(`${name}: `));
    yield element("p", {}, link);
  }
}

/** Places side by side: a column a place. It scrolls sideways by itself, by keyboard too, so that the panel need not. */
export function table({ columns, rows }: Table, words: Words): HTMLElement {
  const name = words.t("compared", { names: columns.join(", ") });
  const corner = element("th", { scope: "col" }, unseen(words.t("attribute")));
  const head = element("tr", {}, corner, ...columns.map((column) => element("th", { scope: "col" }, column)));
  const body = rows.map(({ label, values }) => {
    const cells = values.map((value) => element("td", {}, ...inline(value, words)));
    return element("tr", {}, element("th", { scope: "row" }, label), ...cells);
  });
  return element(
    "div",
    { class: "wide", role: "region", tabindex: "0", "aria-label": name },
    element("table", {}, element("caption", {}, name), element("thead", {}, head), element("tbody", {}, ...body)),
  );
}
