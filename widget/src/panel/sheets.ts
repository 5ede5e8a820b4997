import type { Conversation } from "./conversation";
import { button, element } from "./element";
import { attempt, type Sheet } from "./sheet";
import type { Words } from "./words";

export interface Outcome {
  deleted(reference: string): void;
  rated(value: number): void;
  /** The visitor is done with this conversation; `again`: and wants another. */
  done(again: boolean): void;
}

/** Asks before it deletes the conversation, then says that it is gone, with the reference of the deletion. */
export function askDeletion(sheet: Sheet, words: Words, conversation: Conversation, outcome: Outcome): void {
  const t = (key: string, values?: Record<string, string>) => words.t(key, values);
  const erase = button(t("delete_confirm"), () => void attempt(erase, work, t("failed")), { class: "main danger" });
  const work = async () => {
    const { reference, later } = await conversation.remove();
    outcome.deleted(reference);
    sheet.show(
      t(later ? "deleted_later_title" : "deleted_title"),
      element("p", {}, t(later ? "deleted_later" : "deleted_done")),
      element("p", {}, t("reference", { reference })),
      finish(words, outcome),
    );
  };
  const row = element("div", { class: "row" }, erase, sheet.back());
  sheet.show(t("delete_title"), element("p", {}, t("delete_text")), element("p", {}, t("delete_stays")), row);
}

/** One to five, with a word on it if the visitor likes; ends the conversation. */
export function askRating(sheet: Sheet, words: Words, conversation: Conversation, outcome: Outcome): void {
  const t = (key: string) => words.t(key);
  const values = [1, 2, 3, 4, 5].map((value) => {
    const input = element("input", { type: "radio", name: "rating", value: String(value) });
    return element("label", { class: "star" }, input, element("span", {}, t(`rate_${value}`)));
  });
  const group = element("fieldset", {}, element("legend", {}, t("rate_question")), ...values);
  const field = element("textarea", { rows: "3", maxlength: "1000" });
  const send = button(t("rate_send"), () => void attempt(send, work, t("failed")), { class: "main" });
  const work = async () => {
    const value = Number(group.querySelector<HTMLInputElement>(":checked")?.value);
    if (!value) throw new Error(t("rate_missing"));
    const comment = field.value.trim();
    await conversation.rate({ value, ...(comment ? { comment } : {}) });
    outcome.rated(value);
    ended(t("rate_thanks"));
  };
  const ended = (title: string) => {
    conversation.end();
    sheet.show(title, element("p", {}, t("ended")), finish(words, outcome));
  };
  const skip = button(t("rate_skip"), () => ended(t("ended_title")), { class: "plain" });
  const label = element("label", {}, t("rate_comment"), field);
  sheet.show(t("rate_title"), group, label, element("div", { class: "row" }, send, skip, sheet.back()));
}

function finish(words: Words, outcome: Outcome): HTMLElement {
  const again = button(words.t("new_conversation"), () => outcome.done(true), { class: "main" });
  return element(
    "div",
    { class: "row" },
    again,
    button(words.t("close"), () => outcome.done(false), { class: "plain" }),
  );
}
