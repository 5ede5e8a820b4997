import { HOST } from "../shared/host";
import type { PublicApi } from "../shared/types";
import { publicApi } from "./api";
import { startConsent } from "./consent";
import { type Assistant, createAssistant } from "./host";
import { listenToPage } from "./page";
import { readSettings } from "./settings";

type Task = (api: PublicApi) => void;

/** What the widget puts on the page's global object. */
interface Scope {
  [HOST]?: Assistant;
  /** The public API; before the script arrives, tasks of the page that wait for it. */
  BrusselsAssistant?: PublicApi | Task[];
}

/**
 * Starts the assistant that a script tag asks for. A page that has one already keeps it; a page that replaced its body
 * (Turbo, htmx) and runs the tag again gets it back.
 */
export function start(script: HTMLScriptElement): void {
  const scope = globalThis as Scope;
  const there = scope[HOST]?.element;
  if (there) {
    if (!there.isConnected) document.body.append(there);
    return;
  }
  const assistant = createAssistant(readSettings(script), script.nonce);
  const api = publicApi(assistant, () => {
    assistant.destroy();
    if (scope[HOST] !== assistant) return;
    delete scope[HOST];
    delete scope.BrusselsAssistant;
  });
  const waiting = scope.BrusselsAssistant;
  scope[HOST] = assistant;
  scope.BrusselsAssistant = api;
  listenToPage(assistant);
  startConsent(assistant).catch(() => {}); // nobody waits for it: the next page tries again
  const tasks: Task[] = Array.isArray(waiting) ? waiting : [];
  // Each on its own, so that an error in one keeps nobody else from being called.
  for (const task of [...tasks, () => assistant.emit("ready")]) queueMicrotask(() => task(api));
}
