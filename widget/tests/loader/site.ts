import { vi } from "vitest";
import { start } from "../../src/loader/start";
import { HOST } from "../../src/shared/host";
import type {
  BannerPart,
  ConsentState,
  Host,
  KeeperPart,
  PanelPart,
  PartName,
  PublicApi,
} from "../../src/shared/types";

type Scope = { [HOST]?: Host; BrusselsAssistant?: PublicApi | ((api: PublicApi) => void)[] };
export const scope = globalThis as Scope;

/** What a chunk asked the browser for. */
export interface Fetched {
  name: string;
  url: string;
  integrity: string;
  nonce: string;
}

/** A page with the tag, and a server whose chunks can be taken away. */
export class Site {
  readonly fetched: Fetched[] = [];
  readonly down = new Set<string>();
  /** What was asked of the parts, in order. */
  readonly calls: string[] = [];
  readonly granted = new Set<string>();
  asked = false;
  /** Stands for the page's head: its scripts would really be fetched. */
  readonly head = document.createDocumentFragment();

  constructor() {
    vi.spyOn(document.head, "append").mockImplementation((...nodes) => {
      for (const node of nodes) if (node instanceof HTMLScriptElement) this.#fetch(node);
    });
  }

  /** Includes the tag. */
  include(data: Record<string, string> = {}, nonce = ""): void {
    start(tag(data, nonce));
  }

  get api(): PublicApi {
    return scope.BrusselsAssistant as PublicApi;
  }

  get host(): Host {
    if (!scope[HOST]) throw new Error("no assistant on the page");
    return scope[HOST];
  }

  get names(): string[] {
    return this.fetched.map(({ name }) => name);
  }

  /** What is said to screen readers beside the launcher's name. */
  get status(): string {
    return this.host.root.querySelector(".launcher + [role=status]")?.textContent ?? "";
  }

  #fetch(script: HTMLScriptElement): void {
    const name = /(\w+)\.js/.exec(script.src)?.[1] ?? "";
    this.head.append(script);
    this.fetched.push({ name, url: script.src, integrity: script.integrity, nonce: script.nonce });
    queueMicrotask(() => {
      if (this.down.has(name)) script.onerror?.(new Event("error"));
      else {
        if (!this.down.has(`${name} is empty`))
          scope[HOST]?.register(name as PartName, (host) => this.#part(name, host));
        script.onload?.(new Event("load"));
      }
    });
  }

  #part(name: string, host: Host): unknown {
    const did = (what: string) => {
      this.calls.push(what);
      return Promise.resolve();
    };
    let open = false;
    const panel: PanelPart = {
      open: (opener) => {
        open = true;
        did(`open${opener?.id ? ` from ${opener.id}` : ""}`);
        host.emit("open");
      },
      close: () => {
        open = false;
        did("close");
        host.emit("close");
      },
      get isOpen() {
        return open;
      },
      say: (text) => did(`say ${text}`),
      shortcut: (shortcut, title) => did(`shortcut ${shortcut}: ${title}`),
      setLanguage: (language) => did(`language ${language}`),
      destroy: () => void did("destroy panel"),
    };
    const banner: BannerPart = {
      ask: () => did("ask about cookies"),
      open: () => did("open cookies"),
      hide: () => void did("hide cookies"),
    };
    const state = (): ConsentState => ({
      choices: { functional: this.granted.has("functional"), analytics: false, improvement: false },
      asked: this.asked,
      pending: false,
      receipt: null,
      validUntil: null,
      token: null,
    });
    const keeper: Partial<KeeperPart> = {
      state,
      granted: (purpose) => this.granted.has(purpose),
      refresh: async () => {
        await did("refresh");
        return state();
      },
    };
    return { panel, banner, keeper, hints: {} }[name];
  }
}

/** A script tag as a site owner writes it. */
export function tag(data: Record<string, string> = {}, nonce = ""): HTMLScriptElement {
  const script = document.createElement("script");
  vi.spyOn(script, "src", "get").mockReturnValue("https://assistant.example.com/widget.js");
  script.nonce = nonce;
  for (const [name, value] of Object.entries(data)) script.setAttribute(`data-${name}`, value);
  return script;
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

/** Events that the page hears, as `name detail`. */
export function heard(...names: string[]): string[] {
  const events: string[] = [];
  for (const name of names) {
    const listener = (event: Event) => events.push(`${name} ${JSON.stringify((event as CustomEvent).detail ?? null)}`);
    window.addEventListener(`brussels-assistant:${name}`, listener);
  }
  return events;
}

/** Puts the page back as it was. */
export function reset(): void {
  if (scope[HOST]) (scope.BrusselsAssistant as PublicApi).destroy();
  vi.restoreAllMocks();
  vi.useRealTimers();
  document.body.replaceChildren();
  document.documentElement.lang = "en";
  localStorage.clear();
  sessionStorage.clear();
  location.hash = "";
}
