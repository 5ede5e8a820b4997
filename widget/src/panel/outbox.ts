import type { Message } from "../shared/types";
import { Refused } from "./api";
import type { Content, Entry, Trouble } from "./model";

/** How long the server wants us to wait where it does not say, seconds. */
const PAUSE = 5;

/** What the outbox needs of its conversation. */
export interface Carrier {
  changed(entry: Entry): void;
  active(): void;
  /** Of the conversation now, if there is one. */
  id(): string | undefined;
  /** The signed button of a shortcut. */
  shortcut(name: string): string | undefined;
  start(): Promise<void>;
  /** Leaves a conversation that has ended. */
  restart(): void;
  post(body: Record<string, string>): Promise<Message[]>;
  receive(messages: Message[]): void;
}

interface Parcel {
  content: Content;
  /** The idempotency key: kept through retries, so that none is taken twice. */
  key: string;
  /** Not to be sent before, milliseconds since 1970. */
  after: number;
  /** Its lost reply was already asked for. */
  again: boolean;
  /** The conversation it failed in. */
  failed?: string | undefined;
}

/** The visitor's messages on their way, one after another. A message that failed keeps its text and its key. */
export class Outbox {
  /** How many are being sent or answered. */
  busy = 0;
  readonly #carrier: Carrier;
  readonly #parcels = new Map<Entry, Parcel>();
  #last: Promise<void> = Promise.resolve();

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  add(content: Content): Entry {
    const key = newKey();
    const at = new Date().toISOString();
    const text = content.title ?? content.text;
    const message: Message = { id: "", from: "visitor", text, buttons: [], custom: {}, at, key };
    const entry: Entry = { message, state: "sending" };
    this.#parcels.set(entry, { content, key, after: 0, again: false });
    return entry;
  }

  /** Resolves when it was answered or has failed. */
  deliver(entry: Entry): Promise<void> {
    entry.state = "sending";
    entry.trouble = undefined;
    this.#carrier.changed(entry);
    this.#busy(+1);
    this.#last = this.#last.then(() => this.#deliver(entry)).finally(() => this.#busy(-1));
    return this.#last;
  }

  async retry(entry: Entry): Promise<void> {
    const parcel = this.#parcels.get(entry);
    const kind = entry.trouble?.kind;
    if (!parcel || !kind || entry.state === "sending") return;
    // What was answered by an apology is a message of its own the second time.
    if (kind === "again") parcel.key = newKey();
    // The server takes no button it did not sign for this conversation; the words still say it.
    if (kind === "refused") parcel.content.button = parcel.content.shortcut = undefined;
    if (kind === "ended" && parcel.failed === this.#carrier.id()) this.#carrier.restart();
    await this.deliver(entry);
  }

  /** The connection is back: what only it held up is sent. */
  connected(): void {
    for (const entry of this.#parcels.keys()) if (entry.trouble?.kind === "offline") void this.deliver(entry);
  }

  /** Whether `message` is the server's echo of one of ours. */
  confirm(message: Message): boolean {
    for (const [entry, parcel] of this.#parcels) {
      if (message.from !== "visitor" || message.key !== parcel.key) continue;
      entry.message = { ...message, text: entry.message.text };
      this.#carrier.changed(entry);
      // It arrived after all. Under its key the server gives the reply to what it has, and no second one.
      if (entry.trouble?.kind === "offline") void this.deliver(entry);
      return true;
    }
    return false;
  }

  unsent(): string[] {
    return [...this.#parcels].filter(([entry]) => entry.state === "failed").map(([entry]) => entry.message.text);
  }

  async #deliver(entry: Entry): Promise<void> {
    const parcel = this.#parcels.get(entry);
    if (!parcel) return;
    try {
      const wait = parcel.after - Date.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const messages = await this.#post(parcel);
      entry.state = "sent";
      if (messages.some(({ custom }) => custom.type === "error")) entry.trouble = { kind: "again", text: "" };
      this.#carrier.receive(messages);
    } catch (error) {
      this.#failed(entry, parcel, error);
      if (entry.message.id && entry.trouble?.kind === "offline" && !parcel.again) {
        parcel.again = true;
        entry.trouble = undefined;
        await this.#deliver(entry);
      }
    }
    this.#carrier.changed(entry);
  }

  async #post(parcel: Parcel): Promise<Message[]> {
    await this.#carrier.start();
    try {
      return await this.#carrier.post(this.#body(parcel));
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 410) throw error;
      // The conversation was deleted elsewhere: it has been left, and the next one takes the message.
      await this.#carrier.start();
      return this.#carrier.post(this.#body(parcel));
    }
  }

  #body({ content: { text, button, of, shortcut }, key }: Parcel): Record<string, string> {
    const ours = shortcut ? this.#carrier.shortcut(shortcut) : of === this.#carrier.id() ? button : undefined;
    return { ...(ours ? { button: ours } : { text }), idempotency_key: key };
  }

  #failed(entry: Entry, parcel: Parcel, error: unknown): void {
    const { status, message, seconds } = error instanceof Refused ? error : new Refused(0);
    if (status === 429) parcel.after = Date.now() + 1000 * (seconds ?? PAUSE);
    parcel.failed = this.#carrier.id();
    entry.state = "failed";
    entry.trouble = { kind: kindOf(status), text: message };
  }

  #busy(step: number): void {
    this.busy += step;
    this.#carrier.active();
  }
}

/** Pages without https have no `randomUUID`. */
const newKey = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

function kindOf(status: number): Trouble["kind"] {
  if (status < 400 || status >= 500) return "offline";
  if (status === 401 || status === 410) return "ended";
  return status === 429 ? "limited" : "refused";
}
