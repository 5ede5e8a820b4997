import { register } from "../shared/host";
import type { Host } from "../shared/types";
import { consentMode } from "./consent-mode";
import { Keeper } from "./keeper";
import { runScripts } from "./scripts";
import { server } from "./server";
import { slot } from "./slot";
import { tabs } from "./tabs";

const KEY = "assistant-choice";
/** How long to wait for another tab that sends, in milliseconds. */
const TURN = 30_000;

register("keeper", (host: Host) => {
  const ending = new AbortController();
  const { signal } = ending;
  const keeper = new Keeper({
    slot: slot(() => localStorage, KEY),
    server: server(host.settings.server),
    now: Date.now,
    key,
    gpc: () => (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true,
    later(task, delay) {
      const timer = setTimeout(task, delay);
      return () => clearTimeout(timer);
    },
    exclusive,
    end: () => ending.abort(),
    ...tabs(KEY, key(), signal),
  });
  const google = host.settings.consentMode ? consentMode() : undefined;
  keeper.onChange((state) => {
    google?.(state);
    runScripts((purpose) => keeper.granted(purpose));
    host.emit("consent", { choices: state.choices, pending: state.pending, receipt: state.receipt });
  });
  const changed = ({ key: name }: StorageEvent) => {
    if (name === KEY || name === null) keeper.changedElsewhere();
  };
  window.addEventListener("storage", changed, { signal });
  window.addEventListener("online", () => keeper.wake(), { signal });
  keeper.start();
  return keeper;
});

/** Takes turns with the other tabs. Where a browser has no locks, or gives none, the key of an act has to be enough. */
async function exclusive(task: () => Promise<void>): Promise<void> {
  let ran = false;
  try {
    await navigator.locks.request(KEY, { signal: AbortSignal.timeout(TURN) }, () => {
      ran = true;
      return task();
    });
  } catch (error) {
    if (ran || (error as Error).name === "TimeoutError") throw error;
    await task();
  }
}

/** A random UUID of version 4; `crypto.randomUUID` is there only on secure pages. */
function key(): string {
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => {
    const random = crypto.getRandomValues(new Uint8Array(1))[0] ?? 0;
    return (Number(digit) ^ (random & (15 >> (Number(digit) / 4)))).toString(16);
  });
}
