/** One key of a storage that may throw at every touch. */
export interface Slot {
  /** The text, null when there is none, undefined when the storage cannot be read. */
  read(): string | null | undefined;
  /** Whether it was written. */
  write(text: string): boolean;
  /** Whether it was taken away. */
  clear(): boolean;
}

/** `storage` is a function because reading `window.localStorage` can throw already. */
export function slot(storage: () => Storage, key: string): Slot {
  return {
    read() {
      try {
        return storage().getItem(key);
      } catch {
        return undefined;
      }
    },
    write: (text) => works(() => storage().setItem(key, text)),
    clear: () => works(() => storage().removeItem(key)),
  };
}

function works(touch: () => void): boolean {
  try {
    touch();
    return true;
  } catch {
    return false;
  }
}
