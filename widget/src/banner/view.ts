import type { Choices, ConsentState, Language } from "../shared/types";
import { button, element, filled } from "./element";
import { asksNotToTrack, day, grantsAny, type Notice, type Purpose } from "./notice";

/** What a visitor can do. */
export interface Actions {
  accept(layer: 1 | 2): void;
  refuse(layer: 1 | 2): void;
  choose(choices: Choices): void;
  withdraw(): void;
  /** Goes on to the second layer. */
  more(): void;
  /** Leaves the second layer without choosing. */
  close(): void;
}

/** A receipt as a link; `server` is where it can be read. */
export function receiptLink(server: string, receipt: string, language: Language, newTab: string): HTMLElement {
  const address = `${server}/receipts/${encodeURIComponent(receipt)}?lang=${language}`;
  const [short = receipt] = receipt.split("-");
  return element(
    "a",
    { href: address, target: "_blank", rel: "noopener" },
    short,
    element("span", { class: "unseen" }, ` (${newTab})`),
  );
}

/** The short text with its three buttons. Not modal: the page goes on behind it. */
export function firstLayer(notice: Notice, actions: Actions): HTMLElement {
  const { title, first_layer, language, texts } = notice;
  return element(
    "section",
    { class: "card first", lang: language, "aria-labelledby": "first-title" },
    element("div", { class: "words" }, element("h2", { id: "first-title" }, title), element("p", {}, first_layer)),
    element(
      "div",
      { class: "buttons" },
      button(texts.accept, () => actions.accept(1)),
      button(texts.refuse, () => actions.refuse(1)),
      button(texts.more, actions.more, { "aria-haspopup": "dialog" }),
    ),
  );
}

/** Everything, purpose by purpose. The caller shows it as a modal dialog. */
export function secondLayer(
  notice: Notice,
  state: ConsentState,
  server: string,
  note: string,
  actions: Actions,
): HTMLDialogElement {
  const { title, purposes, controller, language, texts } = notice;
  const switches = new Map<string, HTMLInputElement>();
  const items = purposes.map((purpose) => item(purpose, notice, state, switches));
  const heading = element("h2", { id: "second-title", tabindex: "-1" }, title);
  const chosen = (id: string) => switches.get(id)?.checked === true;
  return element(
    "dialog",
    {
      class: "second",
      lang: language,
      "aria-labelledby": "second-title",
      cancel: keptFor(actions.close),
      keydown: own,
    },
    element(
      "div",
      { class: "head" },
      heading,
      element(
        "button",
        { type: "button", class: "close", "aria-label": texts.close, click: () => actions.close() },
        "×",
      ),
    ),
    element(
      "div",
      { class: "body" },
      ...(note ? [element("p", { class: "alert", role: "alert" }, note)] : []),
      standing(notice, state, server, actions),
      element("ul", {}, ...items),
      element("p", { class: "quiet" }, controller),
    ),
    element(
      "div",
      { class: "buttons" },
      button(texts.accept_all, () => actions.accept(2)),
      button(texts.refuse_all, () => actions.refuse(2)),
      button(texts.save, () =>
        actions.choose({
          functional: chosen("functional"),
          analytics: chosen("analytics"),
          improvement: chosen("improvement"),
        }),
      ),
    ),
  );
}

/** What is in force now, with its receipt. */
function standing({ language, texts }: Notice, state: ConsentState, server: string, actions: Actions): HTMLElement {
  const { receipt, validUntil, pending } = state;
  const words = pending
    ? texts.not_stored
    : validUntil
      ? texts.in_force.replace("{date}", day(validUntil, language))
      : texts.not_chosen;
  const link = receipt && receiptLink(server, receipt, language, texts.new_tab);
  return element(
    "div",
    { class: "standing" },
    element("p", {}, words, ...(link ? [" ", ...filled(texts.receipt, { receipt: link }), "."] : [])),
    ...(grantsAny(state) ? [button(texts.withdraw, actions.withdraw, { class: "plain" })] : []),
    ...(asksNotToTrack() ? [element("p", { class: "quiet" }, texts.gpc)] : []),
  );
}

/** One purpose: a switch, or for what is necessary only the words that it is always on. */
function item(
  { id, title, what_for, data, lifetime, required }: Purpose,
  { labels, texts }: Notice,
  state: ConsentState,
  switches: Map<string, HTMLInputElement>,
): HTMLElement {
  const about = element(
    "div",
    { id: `about-${id}` },
    element("p", {}, what_for),
    element("dl", {}, ...pair(labels.data, data), ...pair(labels.lifetime, lifetime)),
  );
  if (required || id === "necessary") {
    return element("li", {}, element("h3", { class: "row" }, title, element("span", {}, texts.always_on)), about);
  }
  const input = element("input", {
    type: "checkbox",
    role: "switch",
    id: `switch-${id}`,
    "aria-describedby": `about-${id}`,
    checked: state.choices[id],
  });
  switches.set(id, input);
  return element("li", {}, element("h3", {}, element("label", { class: "row", for: input.id }, title, input)), about);
}

function pair(name: string, value: string): HTMLElement[] {
  return [element("dt", {}, name), element("dd", {}, value)];
}

/** The browser would close the dialog itself; the caller takes it away. */
function keptFor(close: () => void): (event: Event) => void {
  return (event) => {
    event.preventDefault();
    close();
  };
}

/** Keys pressed in the dialog are not for the page, nor for the chat behind it. */
function own(event: Event): void {
  event.stopPropagation();
}
