/** What the widget keeps in the browser, by key. */
export const CONVERSATION = "assistant-conversation";
export const CHOICE = "assistant-choice";
export const HINT = "assistant-hint";

/** Reads from a storage that may be blocked: its getter may throw. */
export function stored(key: string, kind: "localStorage" | "sessionStorage" = "localStorage"): string | null {
  try {
    return window[kind].getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a value for later visits, or removes it with null. Returns whether that worked. */
export function keep(key: string, value: string | null): boolean {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
