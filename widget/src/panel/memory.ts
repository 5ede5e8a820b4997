/** What brings a visitor back into a conversation. */
export interface Kept {
  id: string;
  token: string;
  /** Id of the last message seen. */
  cursor: number;
}

const CONVERSATION = "assistant-conversation";
const DRAFT = "assistant-draft";

/**
 * Where the conversation is remembered: in the tab (strictly necessary), and across visits only while `functional` is
 * granted. Blocked storage throws even on access; then only this object remembers.
 */
export class Memory {
  #kept: Kept | null = null;
  #across = false;

  /** Across visits, if `functional` is granted. Withdrawn, the browser's copy goes at once. */
  remember(granted: boolean): void {
    this.#across = granted;
    if (!granted) drop("localStorage", CONVERSATION);
    else if (this.#kept) this.#share(this.#kept, false);
  }

  /** The conversation of this tab, else the one the tabs share. */
  read(): Kept | null {
    this.#kept ??= parse(get("sessionStorage", CONVERSATION)) ?? (this.#across ? shared() : null);
    return this.#kept;
  }

  /** `begun`: it takes the place of whatever the tabs shared. */
  write(kept: Kept, begun = false): void {
    this.#kept = kept;
    put("sessionStorage", CONVERSATION, JSON.stringify(kept));
    if (this.#across) this.#share(kept, begun);
  }

  forget(): void {
    const id = this.#kept?.id;
    this.#kept = null;
    drop("sessionStorage", CONVERSATION);
    if (id && shared()?.id === id) drop("localStorage", CONVERSATION);
  }

  /** What was typed and not sent, in this tab. */
  get draft(): string {
    return get("sessionStorage", DRAFT) ?? "";
  }

  set draft(text: string) {
    if (text) put("sessionStorage", DRAFT, text);
    else drop("sessionStorage", DRAFT);
  }

  #share(kept: Kept, begun: boolean): void {
    const others = shared();
    if (begun || !others || others.id === kept.id) put("localStorage", CONVERSATION, JSON.stringify(kept));
  }
}

type Place = "localStorage" | "sessionStorage";

function guarded<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

const get = (place: Place, name: string) => guarded(() => window[place].getItem(name));
const put = (place: Place, name: string, value: string) => guarded(() => window[place].setItem(name, value));
const drop = (place: Place, name: string) => guarded(() => window[place].removeItem(name));
const shared = () => parse(get("localStorage", CONVERSATION));

function parse(text: string | null): Kept | null {
  const { id, token, cursor } = guarded(() => JSON.parse(text ?? "")) ?? {};
  return typeof id === "string" && typeof token === "string" ? { id, token, cursor: Number(cursor) || 0 } : null;
}
