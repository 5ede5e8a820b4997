import type { Language } from "../shared/types";
import type { Conversation } from "./conversation";
import { element } from "./element";
import type { Item } from "./menu";
import type { Sheet } from "./sheet";
import { askDeletion, askRating, type Outcome } from "./sheets";
import type { Words } from "./words";

/** How long a browser may take to save a file, milliseconds. */
const KEPT = 60_000;

/** What the menu's entries act on. */
export interface Options extends Outcome {
  words: Words;
  conversation: Conversation;
  sheet: Sheet;
  speak(language: Language): void;
  /** Presses a shortcut, as if the visitor had said `title`. */
  press(name: string, title: string): void;
  cookies(): void;
  failed(error: unknown): void;
}

/** The menu's entries, in groups; what needs a conversation is only there with one. */
export function items(options: Options): Item[][] {
  const { words, conversation, sheet } = options;
  const entry = (name: string, run: () => void): Item => ({ name, run });
  const press = (name: string, as: string) => entry(name, () => options.press(as, words.t(name)));
  const save = (name: string, format: "html" | "text") =>
    entry(name, () => void download(conversation, format).catch(options.failed));
  const begun = Boolean(conversation.id);
  return [
    words.languages.map(({ code, name }) => ({
      name: code,
      title: name,
      lang: code,
      current: code === words.language,
      run: () => options.speak(code),
    })),
    [press("human", conversation.shortcuts.human ? "human" : "contact"), press("contact", "contact")],
    begun ? [save("save_html", "html"), save("save_text", "text")] : [],
    [
      entry("cookies", options.cookies),
      ...(begun
        ? [
            entry("delete", () => askDeletion(sheet, words, conversation, options)),
            entry("finish", () => askRating(sheet, words, conversation, options)),
          ]
        : []),
    ],
  ];
}

/** Saves the conversation as a file. Rejects with `Refused`. */
async function download(conversation: Conversation, format: "html" | "text"): Promise<void> {
  const response = await conversation.transcript(format);
  const named = /filename="?([^";]+)/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  const href = URL.createObjectURL(await response.blob());
  element("a", { href, download: named ?? `assistant.${format === "html" ? "html" : "txt"}` }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEPT);
}
