import { vi } from "vitest";
import en from "../../../texts/en/banner.yml";
import fr from "../../../texts/fr/banner.yml";
import nl from "../../../texts/nl/banner.yml";
import { HOST } from "../../src/shared/host";
import type { BannerPart, Choices, Host, KeeperPart, Language, Settings } from "../../src/shared/types";

export const WORDS = { en, fr, nl } as Record<Language, Record<string, string>>;
export const VERSION = "2026-11-25";

interface Sent {
  key: string;
  kind: string;
  choices: Choices;
  method: string;
  layer: number;
  notice: { version: string; language: string };
  signals: { gpc?: boolean };
}

/** A page with the real keeper and the real banner, and a server that the test plays. */
export class Stage {
  readonly sent: Sent[] = [];
  readonly asked: string[] = [];
  readonly events: unknown[] = [];
  /** What the server does: `well`, does not answer, or refuses what is sent. */
  mood: "well" | "away" | "refuses" = "well";
  /** `<` must come out as a word, never as markup. */
  readonly title = "Your choice <b>here</b>";
  readonly launcher = document.createElement("button");
  #language: Language = "en";
  readonly #end: (() => void)[] = [];
  keeper!: KeeperPart;
  banner!: BannerPart;

  async start(settings: Partial<Settings> = {}): Promise<void> {
    vi.stubGlobal("fetch", (address: string, init?: RequestInit) => this.#serve(new URL(address), init));
    const stage = this;
    const made: Record<string, unknown> = {};
    const host = {
      settings: { server: "https://assistant.example.com", position: "right", theme: { scheme: "auto" }, ...settings },
      launcher: this.launcher,
      get language() {
        return stage.#language;
      },
      words: () => ({ failed: "Cannot be loaded.", retry: "Try again", dismiss: "Close" }),
      emit: (name: string, detail: unknown) => void this.events.push([name, detail]),
      part: async (name: string) => made[name],
    } as unknown as Host;
    Object.assign(globalThis, {
      [HOST]: {
        register(name: string, make: (host: Host) => unknown) {
          made[name] = make(host);
        },
      },
    });
    vi.resetModules();
    await import("../../src/keeper/index");
    await import("../../src/banner/index");
    this.keeper = made.keeper as KeeperPart;
    this.banner = made.banner as BannerPart;
    this.#end.push(() => (made.keeper as { destroy(): void }).destroy());
  }

  end(): void {
    this.banner.hide();
    for (const end of this.#end) end();
    localStorage.clear();
    document.body.replaceChildren();
  }

  /** The chat opens or closes, as the panel does it. */
  chat(event: "open" | "close"): void {
    this.launcher.setAttribute("aria-expanded", String(event === "open"));
    window.dispatchEvent(new CustomEvent(`brussels-assistant:${event}`));
  }

  async speak(language: Language): Promise<void> {
    this.#language = language;
    window.dispatchEvent(new CustomEvent("brussels-assistant:language", { detail: { language } }));
    await this.rest();
  }

  get root(): ShadowRoot | null {
    return document.querySelector("brussels-assistant-cookies")?.shadowRoot ?? null;
  }
  get first(): HTMLElement | null {
    return this.root?.querySelector("section") ?? null;
  }
  get second(): HTMLDialogElement | null {
    return this.root?.querySelector("dialog") ?? null;
  }
  get status(): string {
    return this.root?.querySelector("[role=status]")?.textContent ?? "";
  }
  get switches(): HTMLInputElement[] {
    return [...(this.second?.querySelectorAll("input") ?? [])];
  }

  button(name: string): HTMLButtonElement {
    const buttons = [...(this.root?.querySelectorAll("button") ?? [])];
    const found = buttons.find((one) => (one.getAttribute("aria-label") ?? one.textContent) === name);
    if (!found) throw new Error(`no button ${name} among ${buttons.map((one) => one.textContent)}`);
    return found;
  }

  async press(name: string): Promise<void> {
    this.button(name).click();
    await this.rest();
  }

  async rest(): Promise<void> {
    for (let round = 0; round < 20; round++) await new Promise((resolve) => setTimeout(resolve));
  }

  async #serve(address: URL, init?: RequestInit): Promise<Response> {
    this.asked.push(`${init?.method ?? "GET"} ${address.pathname}${address.search}`);
    if (this.mood === "away") throw new TypeError("offline");
    if (address.pathname.endsWith("/notice"))
      return this.#json(200, this.#notice(address.searchParams.get("language")));
    if (init?.method !== "POST") return this.#json(200, { current: this.#current(this.sent.at(-1)) });
    const act = JSON.parse(String(init.body)) as Sent;
    if (this.mood === "refuses") return this.#json(409, { error: { code: "notice_outdated" } });
    this.sent.push(act);
    return this.#json(201, { token: "token", receipt: `${act.key}`, current: this.#current(act) });
  }

  #current(act: Sent | undefined): unknown {
    if (!act) return null;
    const now = Date.now();
    return {
      choices: act.choices,
      receipt: act.key,
      notice_version: VERSION,
      made_at: new Date(now).toISOString(),
      valid_until: new Date(now + 180 * 86_400_000).toISOString(),
    };
  }

  #notice(language: string | null): unknown {
    const purpose = (id: string) => ({
      id,
      title: `${id} (${language})`,
      what_for: `What ${id} is for`,
      data: `Data of ${id}`,
      lifetime: `Lifetime of ${id}`,
      required: id === "necessary",
    });
    return {
      version: VERSION,
      language,
      title: this.title,
      first_layer: `May we? (${language})`,
      purposes: ["necessary", "functional", "analytics", "improvement"].map(purpose),
      labels: { data: "Data used", lifetime: "Kept" },
      controller: "Responsible: Example Region",
      texts: WORDS[language as Language],
    };
  }

  #json(status: number, body: unknown): Response {
    return new Response(JSON.stringify(body), { status });
  }
}
