import type { Message, MessageButton } from "../shared/types";
import { type Card, cards, type Table, table } from "./cards";
import { clock, spoken } from "./dates";
import { button, element, unseen } from "./element";
import { outward, prose } from "./prose";
import type { Words } from "./words";

interface Source {
  publisher?: string | null;
  title?: string | null;
  url?: string | null;
  as_of?: string | null;
}

/** What a message carries beside its text, as far as it is shown. Whatever does not fit is left out. */
interface Custom {
  type?: unknown;
  language?: unknown;
  body?: string;
  intro?: string;
  others?: string;
  closing?: string;
  cards?: Card[];
  table?: Table;
  sources?: Source[];
  checked?: string;
}

export type Press = (choice: MessageButton, kind: Kind) => void;
/** The cookie choice is a matter of its own: see `retire`. */
export type Kind = "consent" | "other";

export const kindOf = (message: Message): Kind => (message.custom.type === "consent" ? "consent" : "other");

let count = 0;

/** A message with its sources, buttons and time. The words around it are in the panel's language, its own in its own. */
export function bubble(message: Message, words: Words, press: Press): HTMLElement {
  const { from, custom, at } = message;
  const id = `said-${++count}`;
  const person = from === "adviser";
  const speaker = words.t(from) + (person ? "" : ": ");
  const who = element("span", { id: `${id}-who`, class: person ? "person" : "unseen" }, speaker);
  const spoken = (message as { language?: unknown }).language ?? custom.language;
  const language = typeof spoken === "string" ? spoken : words.language;
  const body = element("div", { class: "bubble", id, lang: language }, ...contents(message, words));
  const said = element("article", {
    class: `said ${from === "visitor" ? "yours" : person ? "ours adviser" : "ours"}`,
    lang: words.language,
    tabindex: "-1",
    "aria-labelledby": `${id}-who ${id}`,
  });
  said.append(who, body);
  if (message.buttons.length) said.append(choices(message, words, press));
  const when = new Date(at);
  const meta = element("div", { class: "meta" });
  if (at && !Number.isNaN(when.getTime())) {
    meta.append(element("time", { datetime: when.toISOString() }, clock(when, words.language)));
  }
  said.append(meta);
  return said;
}

/** What is told of a message to somebody who listens. */
export function gist(message: Message, words: Words): string {
  const { intro, body, closing, cards: places, table: compared, sources } = message.custom as Custom;
  const names = compared ? words.t("compared", { names: compared.columns.join(", ") }) : "";
  const listed = places?.map((place) => place.name).join(", ");
  const text = places || compared ? [intro, listed, names, closing] : [sources?.length && body ? body : message.text];
  const said = [`${words.t(message.from)}: `, ...text.filter(Boolean)].join(" ");
  const { length } = message.buttons;
  const titles = message.buttons.map(({ title }) => title).join(", ");
  if (!length) return said;
  return `${said} ${words.t(length > 1 ? "choices_count" : "choice_count", { count: length, titles })}`;
}

function* contents(message: Message, words: Words): Generator<HTMLElement> {
  const custom = message.custom as Custom;
  const sources = Array.isArray(custom.sources) ? custom.sources : [];
  const drawn = custom.cards?.length || custom.table;
  if (!drawn) yield* prose(sources.length && custom.body ? custom.body : message.text, words);
  else yield* prose(custom.intro ?? "", words);
  if (custom.cards?.length) yield cards(custom.cards, words);
  if (custom.table) yield table(custom.table, words);
  if (drawn) yield* prose([custom.others, custom.closing].filter(Boolean).join("\n\n"), words);
  if (sources.length) yield origins(sources, custom.checked, words);
}

function origins(sources: Source[], checked: string | undefined, words: Words): HTMLElement {
  const { language } = words;
  const lines = sources.map(({ publisher, title, url, as_of }) => {
    const date = as_of ? words.t("as_of", { date: spoken(as_of, language) }) : words.t("undated");
    const by = title && publisher ? `${publisher}, ${date}` : date;
    const name = title ?? publisher ?? url ?? "";
    return element("li", {}, outward(url ?? "", name, words), element("span", { class: "by" }, by));
  });
  const label = element("p", { class: "label" }, words.t(sources.length > 1 ? "sources" : "source"));
  const block = element("div", { class: "origins", lang: language }, label, element("ul", {}, ...lines));
  if (checked) block.append(element("p", { class: "by" }, words.t("checked", { date: spoken(checked, language) })));
  return block;
}

function choices(message: Message, words: Words, press: Press): HTMLElement {
  const list = element("div", { class: "choices", role: "group", "aria-label": words.t("choices") });
  list.dataset.kind = kindOf(message);
  for (const choice of message.buttons) {
    const made = button(choice.title, () => {
      if (made.getAttribute("aria-disabled")) return;
      chosen(made, words);
      press(choice, kindOf(message));
    });
    list.append(made);
  }
  return list;
}

function chosen(choice: Element, words: Words): void {
  choice.classList.add("chosen");
  choice.append(unseen(` (${words.t("chosen")})`));
}

/**
 * Buttons of earlier messages can no longer be pressed; they stay readable and keep the focus. The cookie choice stays
 * open until it is made, and making it closes nothing else. `text`: what the visitor said, which may be a button's.
 */
export function retire(log: Element, kind: Kind | undefined, text: string, words: Words): void {
  const open = [...log.querySelectorAll(".choices button:not([aria-disabled])")];
  const named = open.filter((choice) => choice.textContent === text && !kind);
  const asked = kind ?? (named.at(-1)?.parentElement?.dataset.kind as Kind | undefined) ?? "other";
  for (const choice of open) {
    if (choice.parentElement?.dataset.kind !== asked) continue;
    choice.setAttribute("aria-disabled", "true");
  }
  const last = named.at(-1);
  if (last) chosen(last, words);
}
