import { anyOf } from "./rules";
import type { Slot } from "./slot";
import { EMPTY, parsed, type Stored } from "./stored";

/**
 * What is kept, shared with the other tabs. The storage is the truth and is read at every question; memory stands in
 * where it fails.
 */
export class Vault {
  readonly #slot: Slot;
  #value: Stored = EMPTY;
  /** The text last seen in the storage; undefined when it could never be read. */
  #seen: string | null | undefined;
  /** Memory holds what the storage would not take. */
  #unsaved = false;
  /** Counts what happened, here and in other tabs. */
  changes = 0;
  /** The storage could be read once and cannot now: what other tabs wrote since is unknown. */
  blind = false;

  constructor(slot: Slot) {
    this.#slot = slot;
  }

  /** Whether memory stands in for the storage, so that other tabs cannot see what is here. */
  get alone(): boolean {
    return this.#unsaved || this.#seen === undefined;
  }

  /**
   * Takes over what other tabs wrote. Of our acts that the storage would not take, refusals stay; whether a grant is older
   * than what the other tab did cannot be known, so it goes.
   */
  read(): Stored {
    const text = this.#slot.read();
    this.blind = text === undefined && this.#seen !== undefined;
    if (text === undefined) return this.#value;
    if (text !== this.#seen) {
      const theirs = parsed(text);
      const ours = this.#unsaved ? this.#value.pending : [];
      const missing = ours.filter(
        ({ key, choices }) => !anyOf(choices) && !theirs.pending.some((act) => act.key === key),
      );
      this.#value = missing.length ? { ...theirs, pending: [...theirs.pending, ...missing] } : theirs;
      this.#seen = text;
      this.changes++;
    }
    if (this.#unsaved) this.#save();
    return this.#value;
  }

  write(value: Stored): void {
    this.#value = value;
    this.changes++;
    this.#save();
  }

  #save(): void {
    const text = this.#value === EMPTY ? null : JSON.stringify(this.#value);
    const saved = text === null ? this.#slot.clear() : this.#slot.write(text);
    if (saved) this.#seen = text;
    // What stands there is older than the act: better nothing than a grant that was taken back.
    else if (this.#slot.clear()) this.#seen = null;
    this.#unsaved = !saved;
  }
}
