import type { Ports } from "./ports";

/**
 * Tells the other tabs that there was an act, and nothing about it: for where the storage does not. `me` is a name that
 * no other tab has; a page hears its own messages too.
 */
export function tabs(name: string, me: string, signal: AbortSignal): Pick<Ports, "tell" | "listen"> {
  return {
    tell: () =>
      open(name, (channel) => {
        channel.postMessage(me);
        channel.close();
      }),
    listen: (told) =>
      open(name, (channel) => {
        channel.addEventListener("message", ({ data }) => data !== me && told());
        signal.addEventListener("abort", () => channel.close());
      }),
  };
}

/** A browser that blocks storage may block channels too: then tabs know nothing of each other. */
function open(name: string, use: (channel: BroadcastChannel) => void): void {
  try {
    use(new BroadcastChannel(name));
  } catch {
    // as said
  }
}
