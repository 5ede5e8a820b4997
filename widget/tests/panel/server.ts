import { vi } from "vitest";
import en from "../../../texts/en/widget.yml";
import fr from "../../../texts/fr/widget.yml";
import nl from "../../../texts/nl/widget.yml";
import type { Language, Message } from "../../src/shared/types";

const TEXTS: Record<string, Record<string, string>> = { en, fr, nl };

export interface Asked {
  method: string;
  path: string;
  token: string | undefined;
  body: Record<string, unknown>;
}

type Said = Partial<Message>;
type Refusal = { status: number; code?: string; message?: string; seconds?: number } | undefined;

/** The conversation API as the contract describes it, in memory, behind `fetch`. */
export class Server {
  readonly asked: Asked[] = [];
  log: Message[] = [];
  id = "";
  language: Language = "en";
  /** No request arrives. */
  offline = false;
  /** The request arrives and is taken, its reply is lost. */
  loses: (asked: Asked) => boolean = () => false;
  refuses: (asked: Asked) => Refusal = () => undefined;
  answers: (text: string) => Said[] = (text) => [{ text: `You said: ${text}` }];
  opening: Said[] = [{ text: "Welcome." }];
  kept = true;
  status = { delete: 200 };
  #opened = 0;
  readonly #turns = new Map<string, Message[]>();
  readonly #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();

  constructor() {
    vi.stubGlobal("fetch", (url: string, init: RequestInit) => this.#fetch(url, init));
  }

  /** Requests whose path ends with `path`. */
  to(path: string): Asked[] {
    return this.asked.filter((asked) => asked.path.endsWith(path));
  }

  /** Puts a message into the log and sends it over the open streams. */
  push(said: Said): Message {
    const message = {
      from: "assistant",
      text: "",
      buttons: [],
      custom: {},
      at: "2026-11-25T10:00:00.000Z",
      ...said,
      id: String(this.log.length + 1),
    } as Message;
    this.log.push(message);
    for (const stream of this.#streams) this.#send(stream, [message]);
    return message;
  }

  /** Breaks every stream. */
  cut(): void {
    for (const stream of this.#streams) stream.error(new TypeError("network error"));
    this.#streams.clear();
  }

  /** Deletes the conversation, as another tab does. */
  delete(): void {
    this.id = "";
    for (const stream of this.#streams) stream.enqueue(new TextEncoder().encode("event: gone\ndata: {}\n\n"));
    this.#streams.clear();
  }

  get streams(): number {
    return this.#streams.size;
  }

  #send(stream: ReadableStreamDefaultController<Uint8Array>, messages: Message[]): void {
    const events = messages.map((message) => {
      const event = message.from === "visitor" ? "visitor" : "message";
      return `id: ${message.id}\nevent: ${event}\ndata: ${JSON.stringify(message)}\n\n`;
    });
    // Cut in the middle of an event, as networks do.
    const bytes = new TextEncoder().encode(`: still here\n\n${events.join("")}`);
    stream.enqueue(bytes.slice(0, 25));
    stream.enqueue(bytes.slice(25));
  }

  async #fetch(url: string, init: RequestInit): Promise<unknown> {
    const headers = init.headers as Record<string, string>;
    const asked: Asked = {
      method: init.method ?? "GET",
      path: new URL(url).pathname.replace("/api/", "") + new URL(url).search,
      token: headers.Authorization?.replace("Bearer ", ""),
      body: init.body ? JSON.parse(String(init.body)) : {},
    };
    if (this.offline) throw new TypeError("Failed to fetch");
    this.asked.push(asked);
    const refusal = this.refuses(asked);
    if (refusal) return response(refusal.status, { error: { message: "", ...refusal } });
    const answer = this.#answer(asked, init.signal ?? undefined);
    if (this.loses(asked)) throw new TypeError("Failed to fetch");
    return answer;
  }

  #answer({ method, path, body }: Asked, signal?: AbortSignal): unknown {
    if (path.startsWith("widget?")) {
      const language = path.slice(-2);
      const languages = [
        { code: "en", name: "English" },
        { code: "fr", name: "Français" },
        { code: "nl", name: "Nederlands" },
      ];
      return response(200, { language, languages, limit: 1000, texts: TEXTS[language] });
    }
    if (path === "conversations") {
      this.id = `c${++this.#opened}`;
      this.log = [];
      this.#turns.clear();
      this.language = body.language as Language;
      const messages = this.opening.map((said) => this.push(said));
      return response(201, { ...this.#state(), messages });
    }
    if (!path.startsWith(`conversations/${this.id}`)) return response(410, { error: { code: "conversation_gone" } });
    const what = /^conversations\/\w+\/?(\w*)/.exec(path)?.[1];
    if (what === "events") return this.#stream(Number(/cursor=(\d+)/.exec(path)?.[1]), signal);
    if (what === "resume") return response(200, { ...this.#state(), messages: [...this.log] });
    if (what === "messages") return response(200, { messages: this.#turn(body as Record<string, string>) });
    if (what === "language") {
      this.language = body.language as Language;
      return response(200, { ...this.#state(), messages: [this.push({ text: `Now in ${this.language}.` })] });
    }
    if (what === "ratings") return response(201, {});
    if (method === "DELETE") {
      this.id = "";
      return response(this.status.delete, { reference: "DEL-1" });
    }
    return response(404, {});
  }

  #state(): Record<string, unknown> {
    const shortcuts = { contact: "signed-contact", human: "signed-human" };
    const token = `${this.id}-token-${this.asked.length}`;
    return { id: this.id, token, language: this.language, consent: "subject", shortcuts, limit: 1000, kept: this.kept };
  }

  #turn({ idempotency_key: key = "", text, button }: Record<string, string>): Message[] {
    const earlier = this.#turns.get(key);
    if (earlier) return earlier;
    const said = text ?? String(button);
    this.push({ from: "visitor", text: said, key });
    const messages = this.answers(said).map((answer) => this.push(answer));
    this.#turns.set(key, messages);
    return messages;
  }

  #stream(cursor: number, signal?: AbortSignal): unknown {
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        this.#streams.add(stream);
        signal?.addEventListener("abort", () => {
          if (this.#streams.delete(stream)) stream.error(new DOMException("aborted", "AbortError"));
        });
        const missed = this.log.filter((message) => Number(message.id) > cursor);
        if (missed.length) this.#send(stream, missed);
      },
    });
    return { ok: true, status: 200, body };
  }
}

function response(status: number, body: unknown): unknown {
  return {
    ok: status < 400,
    status,
    headers: { get: () => null },
    json: async () => structuredClone(body),
    blob: async () => new Blob([JSON.stringify(body)]),
  };
}
