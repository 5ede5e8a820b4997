import type { Language, Message } from "../shared/types";

/** What the visitor says. */
export interface Content {
  /** The words; sent where there is no button for them. */
  text: string;
  /** What is shown instead of `text`. */
  title?: string;
  /** A signed button, which only means something in the conversation it is of. */
  button?: string | undefined;
  of?: string | undefined;
  /** Name of a shortcut; the conversation has its button. */
  shortcut?: string | undefined;
}

/** Why a message of the visitor was not sent, or not answered, and what can be done about it. */
export interface Trouble {
  /** `ended`: only a new conversation can take it; `again`: sent, but answered by an apology. */
  kind: "offline" | "refused" | "limited" | "ended" | "again";
  /** The server's words, translated; may be empty. */
  text: string;
}

/** A message as it is shown. A visitor's own has no id before the server has confirmed it. */
export interface Entry {
  message: Message;
  state: "sent" | "sending" | "failed";
  trouble?: Trouble | undefined;
}

/** `expired`: what was said may still be read; `deleted`: it must go; `left`: the visitor wanted it so. */
export type Ending = "expired" | "deleted" | "left";
export type Activity = "opening" | "answering" | "";

/** Who shows the conversation. */
export interface Listener {
  /** What to open a conversation with; until then nothing is read or asked. */
  wishes(): Promise<{ language: Language; consent: string | null }>;
  /** In order. `opening`: they come before whatever the visitor is just sending, and are not news. */
  shown(entries: Entry[], opening: boolean): void;
  changed(entry: Entry): void;
  active(what: Activity): void;
  /** It was opened or resumed; language, limit and shortcuts are known. Its messages are shown after this. */
  opened(): Promise<void>;
  ended(why: Ending): void;
}

/** The server's answer to opening and resuming. */
export interface Opened {
  id: string;
  token: string;
  language: Language;
  consent?: string;
  limit?: number;
  shortcuts: Record<string, string>;
  messages: Message[];
}
