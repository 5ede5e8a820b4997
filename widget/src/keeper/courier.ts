const FIRST_DELAY = 2_000;
const LONGEST_DELAY = 300_000;

/** What the courier needs of its surroundings. */
export interface Roads {
  /** Runs `task` once after `delay` milliseconds. Returns what cancels it. */
  later(task: () => void, delay: number): () => void;
  /** Runs `task` while no other tab runs one. Rejects when its turn does not come. */
  exclusive(task: () => Promise<void>): Promise<void>;
}

/** Goes one tab at a time, never twice at once, and again after a while when it went in vain, ever more seldom. */
export class Courier {
  readonly #roads: Roads;
  readonly #again: () => void;
  #going: Promise<void> | undefined;
  #cancel: (() => void) | undefined;
  #failures = 0;

  /** `again` is called when it is time for another attempt. */
  constructor(roads: Roads, again: () => void) {
    this.#roads = roads;
    this.#again = again;
  }

  /** Whether another attempt is due later. */
  get waits(): boolean {
    return this.#cancel !== undefined;
  }

  /** Runs `errand`, or joins the one that runs. Never rejects. */
  go(errand: () => Promise<void>): Promise<void> {
    this.#going ??= this.#roads
      .exclusive(() => {
        this.stop();
        return errand();
      })
      .catch(() => this.retry())
      .finally(() => {
        this.#going = undefined;
      });
    return this.#going;
  }

  retry(): void {
    this.stop();
    const delay = Math.min(FIRST_DELAY * 2 ** this.#failures++, LONGEST_DELAY);
    this.#cancel = this.#roads.later(() => {
      this.#cancel = undefined;
      this.#again();
    }, delay);
  }

  /** It went well, or may go well again: the next delay is short. */
  cheer(): void {
    this.#failures = 0;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
