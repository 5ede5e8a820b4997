import type { Language, Message } from "../shared/types";
import { type Api, type Call, Refused } from "./api";
import type { Memory } from "./memory";
import type { Content, Ending, Entry, Listener, Opened } from "./model";
import { Outbox } from "./outbox";
import { Stream } from "./stream";

const numbered = (message: Message) => Number(message.id) || 0;

/** One conversation with the server, and the next one where the server has forgotten it. Knows nothing of the page. */
export class Conversation {
  id: string | undefined;
  language: Language | undefined;
  limit = 1000;
  /** The signed pseudonym under which the chat keeps the cookie choice. */
  consent: string | undefined;
  shortcuts: Record<string, string> = {};
  readonly #api: Api;
  readonly #memory: Memory;
  readonly #listener: Listener;
  readonly #outbox: Outbox;
  readonly #stream: Stream;
  #token = "";
  #cursor = 0;
  #seen = new Set<string>();
  #starting: Promise<void> | undefined;
  #renewing: Promise<boolean> | undefined;
  #opening = 0;
  /** Somebody asked for a conversation, so that it is opened when the connection comes back. */
  #wanted = false;

  constructor(api: Api, memory: Memory, listener: Listener) {
    this.#api = api;
    this.#memory = memory;
    this.#listener = listener;
    this.#outbox = new Outbox({
      changed: (entry) => listener.changed(entry),
      active: () => this.#active(),
      id: () => this.id,
      shortcut: (name) => this.shortcuts[name],
      start: () => this.start(),
      restart: () => this.#forget("expired"),
      post: async (body) => (await this.#ask<{ messages: Message[] }>("/messages", { method: "POST", body })).messages,
      receive: (messages) => this.#take(messages, false),
    });
    this.#stream = new Stream({
      open: (signal) =>
        api.fetch(`conversations/${this.id}/events?cursor=${this.#cursor}`, { token: this.#token, signal }),
      receive: (messages) => this.#follow(messages),
      connected: () => this.#outbox.connected(),
      refused: (status) => this.#lost(status),
    });
    addEventListener("online", this.#online);
  }

  /** Resumes or opens, once; after a failure the next call tries again. Rejects with `Refused`. */
  start(): Promise<void> {
    this.#wanted = true;
    this.#starting ??= this.#start().catch((error) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  /** Shows it as the visitor's at once, and sends it; what goes wrong is in the entry's `trouble`. */
  send(content: Content): Promise<void> {
    const entry = this.#outbox.add(content);
    this.#listener.shown([entry], false);
    return this.#outbox.deliver(entry);
  }

  /** Does what can be done about the entry's trouble. */
  retry(entry: Entry): Promise<void> {
    return this.#outbox.retry(entry);
  }

  /** Rejects with `Refused`. */
  async change(language: Language): Promise<void> {
    const said = await this.#ask<Opened>("/language", { method: "POST", body: { language } });
    this.#token = said.token;
    this.shortcuts = said.shortcuts;
    this.language = said.language ?? language;
    this.#keep();
    this.#take(said.messages ?? [], false);
  }

  /** Rates a message ("up" or "down"), or the whole (1 to 5). Rejects with `Refused`. */
  async rate(rating: { message?: string; value: "up" | "down" | number; comment?: string }): Promise<void> {
    await this.#ask("/ratings", { method: "POST", body: rating });
  }

  /** Rejects with `Refused`. */
  transcript(format: "html" | "text"): Promise<Response> {
    return this.#authorised(() => this.#api.get(this.#path(`/transcript?format=${format}`), { token: this.#token }));
  }

  /** Deletes it; `later`: noted, and done as soon as the server can. Rejects with `Refused`. */
  async remove(): Promise<{ reference: string; later: boolean }> {
    const response = await this.#authorised(() =>
      this.#api.get(this.#path(""), { method: "DELETE", token: this.#token }),
    );
    const { reference } = (await response.json()) as { reference: string };
    this.#memory.draft = "";
    this.#forget("left");
    return { reference, later: response.status === 202 };
  }

  /** The visitor is done: nothing is remembered here; the next start opens a new conversation. */
  end(): void {
    this.#forget("left");
  }

  /** What was typed and could not be sent. */
  unsent(): string[] {
    return this.#outbox.unsent();
  }

  stop(): void {
    this.#stream.stop();
    removeEventListener("online", this.#online);
  }

  readonly #online = () => {
    if (this.#wanted)
      this.start().then(
        () => this.#outbox.connected(),
        () => {},
      );
  };

  async #start(): Promise<void> {
    this.#opening += 1;
    this.#active();
    try {
      const { language, consent } = await this.#listener.wishes();
      const kept = this.#memory.read();
      const resumed = kept && (await this.#resume(kept.id, kept.token));
      if (resumed && typeof resumed !== "string") return await this.#adopt(resumed, false);
      if (resumed) this.#forget(resumed);
      const body = { language, ...(consent ? { consent } : {}) };
      await this.#adopt(await this.#api.ask<Opened>("conversations", { method: "POST", body }), true);
    } finally {
      this.#opening -= 1;
      this.#active();
    }
  }

  /** Why it has ended, where there is nothing to resume any more. */
  async #resume(id: string, token: string): Promise<Opened | Ending> {
    try {
      return await this.#api.ask<Opened>(`conversations/${id}/resume`, { method: "POST", token, body: {} });
    } catch (error) {
      if (!(error instanceof Refused) || error.status < 400 || error.status >= 500 || error.status === 429) throw error;
      return error.status === 410 ? "deleted" : "expired";
    }
  }

  async #adopt(opened: Opened, begun: boolean): Promise<void> {
    const { id, token, consent, shortcuts, language, limit } = opened;
    Object.assign(this, { id, consent, shortcuts, language, limit: limit ?? this.limit });
    this.#token = token;
    this.#seen.clear();
    this.#cursor = Math.max(0, ...opened.messages.map(numbered));
    this.#keep(begun);
    await this.#listener.opened();
    this.#take(opened.messages, true);
    this.#stream.start();
  }

  /** Only what came over the stream moves the cursor: a reply to POST may overtake messages of other tabs. */
  #follow(messages: Message[]): void {
    this.#cursor = Math.max(this.#cursor, ...messages.map(numbered));
    this.#keep();
    this.#take(messages, false);
  }

  #take(messages: Message[], opening: boolean): void {
    const entries: Entry[] = [];
    for (const message of messages) {
      if (this.#seen.has(message.id)) continue;
      this.#seen.add(message.id);
      message.from ??= "assistant";
      if (!this.#outbox.confirm(message)) entries.push({ message, state: "sent" });
    }
    if (entries.length) this.#listener.shown(entries, opening);
  }

  #keep(begun = false): void {
    if (this.id) this.#memory.write({ id: this.id, token: this.#token, cursor: this.#cursor }, begun);
  }

  #path(path: string): string {
    return `conversations/${this.id}${path}`;
  }

  #ask<T>(path: string, call: Call): Promise<T> {
    return this.#authorised(() => this.#api.ask<T>(this.#path(path), { ...call, token: this.#token }));
  }

  /** A token that is too old is renewed once, where the visitor allowed to be remembered. */
  async #authorised<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 410) this.#forget("deleted");
      if (error.status !== 401 || !(await this.#renew())) throw error;
      return work();
    }
  }

  #renew(): Promise<boolean> {
    this.#renewing ??= this.#fresh().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** Whether there is a fresh token. Rejects with `Refused` where that could not be found out. */
  async #fresh(): Promise<boolean> {
    const { id } = this;
    if (!id) return false;
    const opened = await this.#resume(id, this.#token);
    if (opened === "deleted") this.#forget(opened);
    if (typeof opened === "string") return false;
    this.#token = opened.token;
    this.#follow(opened.messages);
    return true;
  }

  /** Whether the stream should go on. */
  async #lost(status: number): Promise<boolean> {
    if (status === 410) this.#forget("deleted");
    return status === 401 && this.#renew().catch(() => true);
  }

  #forget(why: Ending): void {
    this.#stream.stop();
    this.#memory.forget();
    this.id = undefined;
    this.#starting = undefined;
    this.#wanted = false;
    this.#seen.clear();
    this.#listener.ended(why);
  }

  #active(): void {
    this.#listener.active(this.#opening ? "opening" : this.#outbox.busy ? "answering" : "");
  }
}
