import type { Message } from "../shared/types";

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** The server sends a sign of life every 15 seconds; a stream silent for longer than this is dead. */
const SILENCE = 45_000;

export interface Source {
  /** Opens the stream after the last message received. */
  open(signal: AbortSignal): Promise<Response>;
  receive(messages: Message[]): void;
  /** The stream is open again. */
  connected(): void;
  /** The server refuses (401, 403, 410): whether to go on all the same. */
  refused(status: number): Promise<boolean>;
}

/** The event stream, kept up while the document is visible; it comes back after every interruption. */
export class Stream {
  readonly #source: Source;
  #running: AbortController | null = null;
  #wake: () => void = () => {};
  readonly #seen = () => this.#turn();
  readonly #online = () => this.#wake();

  constructor(source: Source) {
    this.#source = source;
  }

  start(): void {
    this.stop();
    document.addEventListener("visibilitychange", this.#seen);
    addEventListener("online", this.#online);
    this.#turn();
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.#seen);
    removeEventListener("online", this.#online);
    this.#running?.abort();
    this.#running = null;
  }

  #turn(): void {
    if (document.visibilityState === "hidden") {
      this.#running?.abort();
      this.#running = null;
    } else if (!this.#running) {
      this.#running = new AbortController();
      void this.#run(this.#running.signal);
    }
  }

  async #run(stopped: AbortSignal): Promise<void> {
    let pause = FIRST_PAUSE;
    while (!stopped.aborted) {
      const dead = new AbortController();
      const die = () => dead.abort();
      stopped.addEventListener("abort", die);
      try {
        const response = await this.#source.open(dead.signal);
        if (stopped.aborted) return;
        if ([401, 403, 410].includes(response.status) && !(await this.#source.refused(response.status))) {
          if (!stopped.aborted) this.stop();
          return;
        }
        if (response.ok && response.body) {
          pause = FIRST_PAUSE;
          this.#source.connected();
          await this.#read(response.body, stopped, dead);
        }
      } catch {
        // The connection broke; the cursor says where to go on.
      } finally {
        stopped.removeEventListener("abort", die);
      }
      if (stopped.aborted) return;
      // Not all visitors come back in the same moment after the server was down.
      await this.#rest(pause * (0.75 + Math.random() / 2), stopped);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }

  async #read(body: ReadableStream<Uint8Array>, stopped: AbortSignal, dead: AbortController): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const watch = setTimeout(() => dead.abort(), SILENCE);
      const { value, done } = await reader.read().finally(() => clearTimeout(watch));
      if (done || stopped.aborted) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      if (blocks.some((block) => block.startsWith("event: gone"))) {
        this.stop();
        await this.#source.refused(410);
        return;
      }
      const data = blocks.flatMap((block) => block.split("\n").filter((line) => line.startsWith("data: ")));
      if (data.length) this.#source.receive(data.map((line) => JSON.parse(line.slice(6)) as Message));
    }
  }

  #rest(milliseconds: number, stopped: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      stopped.addEventListener("abort", () => this.#wake(), { once: true });
    });
  }
}
