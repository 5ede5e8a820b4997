import { button, element, ICONS, icon } from "./element";
import { attempt } from "./sheet";
import type { Words } from "./words";

export type Rate = (value: "up" | "down", comment?: string) => Promise<void>;

/** Two toggle buttons under an answer; "not helpful" also offers to say why. A later rating replaces an earlier one. */
export function thumbs(words: Words, rate: Rate, say: (text: string) => void): HTMLElement {
  const box = element("div", { class: "rate", role: "group", "aria-label": words.t("rate_answer") });
  const make = (value: "up" | "down", name: string) =>
    button(icon(ICONS.thumb), () => void choose(value), {
      class: value,
      "aria-label": name,
      title: name,
      "aria-pressed": "false",
    });
  const toggles = { up: make("up", words.t("helpful")), down: make("down", words.t("not_helpful")) };
  box.append(toggles.up, toggles.down);
  let form: HTMLElement | null = null;

  function press(pressed: "up" | "down" | null): void {
    for (const value of ["up", "down"] as const) toggles[value].setAttribute("aria-pressed", String(value === pressed));
  }

  async function choose(value: "up" | "down"): Promise<void> {
    const before = (["up", "down"] as const).find((name) => toggles[name].getAttribute("aria-pressed") === "true");
    if (before === value) return;
    press(value);
    form?.remove();
    form = null;
    try {
      await rate(value);
    } catch (error) {
      press(before ?? null);
      return say((error as Error).message || words.t("failed"));
    }
    say(words.t("thanks"));
    if (value === "down") {
      form = comment(words, (text) => rate("down", text));
      box.parentElement?.after(form);
      form.scrollIntoView({ block: "nearest" });
    }
  }

  return box;
}

/** One optional line on what was missing. */
function comment(words: Words, send: (text: string) => Promise<void>): HTMLElement {
  const field = element("textarea", { rows: "2", maxlength: "1000" });
  const act = button(words.t("comment_send"), () => void attempt(act, work, words.t("failed")), { class: "plain" });
  const label = element("label", {}, words.t("comment"), field);
  const form = element("div", { class: "comment" }, label, element("div", { class: "row" }, act));
  const work = async () => {
    const text = field.value.trim();
    if (!text) return field.focus();
    await send(text);
    // The focus was in what goes away now.
    const said = element("p", { class: "status", tabindex: "-1" }, words.t("thanks"));
    form.replaceWith(said);
    said.focus();
  };
  return form;
}
