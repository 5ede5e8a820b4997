import type { Host, PanelPart, PartName, PartTypes, Settings } from "../shared/types";
import { createLauncher } from "./launcher";
import { runModule } from "./scripts";
import { WORDS } from "./words";

/** Put in by the build: the version, and the integrity of each chunk (build.mjs). */
declare const __VERSION__: string;
declare const __PARTS__: Record<PartName, string>;

/** What the names of window events begin with. */
export const EVENT = "brussels-assistant:";

/** The host of the chunks with what else the loader needs of it. */
export interface Assistant extends Host {
  /** Aborted when the assistant is taken away. */
  readonly signal: AbortSignal;
  /** The panel, if the chat was opened before. */
  panel(): PanelPart | undefined;
  /**
   * Does something with a part that the visitor asked for. When it cannot be loaded the launcher says so, and the next
   * press on it tries again.
   */
  use<K extends PartName>(name: K, task: (part: PartTypes[K]) => unknown): Promise<unknown>;
  /** Opens the chat. `opener` gets the focus back; `then` goes on with the open panel. */
  open(opener?: HTMLElement, then?: (panel: PanelPart) => unknown): Promise<unknown>;
  /** What a press on the launcher does. */
  toggle(): Promise<unknown>;
  /** Takes everything away. */
  destroy(): void;
}

/** What a part may have beside its contract. */
interface Endable {
  hide?(): void;
  destroy?(): void;
}

/** Puts the assistant on the page. `nonce` is the script tag's, for pages whose CSP asks for one. */
export function createAssistant(settings: Settings, nonce: string): Assistant {
  const { element, root, button, show } = createLauncher(settings);
  const ending = new AbortController();
  const { signal } = ending;
  const makers: Partial<Record<PartName, (host: Host) => unknown>> = {};
  const loading: Partial<Record<PartName, Promise<unknown>>> = {};
  const made: Partial<PartTypes> = {};
  let { language } = settings;
  let retry: (() => Promise<unknown>) | undefined;
  let failures = "";

  async function load<K extends PartName>(name: K): Promise<PartTypes[K]> {
    // A browser remembers that the address of a module failed: after a failure it is another one.
    const url = `${settings.server}/widget/${__VERSION__}/${name}.js${failures}`;
    try {
      if (!makers[name]) await runModule(url, __PARTS__[name], nonce);
      made[name] = makers[name]?.(assistant) as PartTypes[K];
      if (made[name]) return made[name];
    } catch (error) {
      console.warn(error);
    }
    failures += "?";
    delete loading[name];
    throw new Error(url);
  }

  const assistant: Assistant = {
    settings,
    version: __VERSION__,
    element,
    root,
    launcher: button,
    signal,
    badge: (unread) => show({ unread }),
    get language() {
      return language;
    },
    set language(wanted) {
      if (wanted === language) return;
      language = wanted;
      show({ language });
      assistant.emit("language", { language });
    },
    words: () => WORDS[language],
    emit(name, detail) {
      if (name === "open" || name === "close") show({ open: name === "open", unread: 0 });
      dispatchEvent(new CustomEvent(EVENT + name, { detail }));
    },
    register(name, make) {
      makers[name] = make;
    },
    part<K extends PartName>(name: K) {
      loading[name] ??= load(name);
      return loading[name] as Promise<PartTypes[K]>;
    },
    panel: () => made.panel,
    async use(name, task) {
      const words = assistant.words();
      retry = undefined;
      show({ busy: true });
      const part = await assistant.part(name).catch(() => {});
      if (signal.aborted) return;
      show({ busy: false, message: part ? "" : `${words.failed} ${words.retry}` });
      if (!part) {
        retry = () => assistant.use(name, task);
        assistant.emit("error", { part: name });
      }
      return part && task(part);
    },
    open: (opener, then) =>
      assistant.use("panel", (panel) => {
        panel.open(opener);
        return then?.(panel);
      }),
    async toggle() {
      return made.panel?.isOpen ? made.panel.close() : (retry ?? assistant.open)();
    },
    destroy() {
      ending.abort();
      for (const part of Object.values<Endable>(made)) {
        part.hide?.();
        part.destroy?.();
      }
      element.remove();
    },
  };

  button.onclick = assistant.toggle;
  return assistant;
}
