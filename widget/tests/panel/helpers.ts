import { vi } from "vitest";
import en from "../../../texts/en/widget.yml";
import fr from "../../../texts/fr/widget.yml";
import { Api } from "../../src/panel/api";
import { Words } from "../../src/panel/words";
import type { ConsentState, EventName, Host, KeeperPart, Language, Message } from "../../src/shared/types";

/** Words of a language, without a server. */
export async function words(language: "en" | "fr" = "en"): Promise<Words> {
  const api = new Api("https://assistant.example.com", () => language);
  vi.spyOn(api, "ask").mockResolvedValue({ languages: [], limit: 1000, texts: { en, fr }[language] });
  const made = new Words(api, language, () => ({}));
  await made.speak(language);
  return made;
}

export function message(said: Partial<Message> = {}): Message {
  const at = "2026-11-25T10:00:00.000Z";
  return { id: "1", from: "assistant", text: "Hello.", buttons: [], custom: {}, at, ...said };
}

/** Lets everything that is under way go on, for as long as it does not wait for a clock. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 60; round += 1) await Promise.resolve();
  await vi.advanceTimersByTimeAsync(0);
}

/** A keeper whose `functional` the test grants and withdraws. */
export class Keeper implements Partial<KeeperPart> {
  functional = false;
  token: string | null = null;
  readonly adopted: [string, string | undefined][] = [];
  readonly #listeners = new Set<(state: ConsentState) => void>();

  state(): ConsentState {
    const choices = { functional: this.functional, analytics: false, improvement: false };
    return { choices, asked: true, pending: false, receipt: null, validUntil: null, token: this.token };
  }

  granted(): boolean {
    return this.functional;
  }

  readonly suggested: string[] = [];
  suggest(token: string): void {
    this.suggested.push(token);
  }

  async adopt(token: string, receipt?: string): Promise<ConsentState> {
    this.adopted.push([token, receipt]);
    return this.state();
  }

  onChange(listener: (state: ConsentState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  decide(functional: boolean): void {
    this.functional = functional;
    for (const listener of this.#listeners) listener(this.state());
  }
}

export interface TestHost extends Host {
  readonly events: [EventName, unknown][];
  readonly keeper: Keeper;
  readonly banner: { open: () => Promise<void> };
  readonly badges: number[];
}

/** A loader's host on a page with a launcher. */
export function host(language: Language = "en"): TestHost {
  const element = document.createElement("brussels-assistant");
  document.body.append(element);
  const root = element.attachShadow({ mode: "open" });
  const launcher = document.createElement("button");
  root.append(launcher);
  const keeper = new Keeper();
  const banner = { open: vi.fn(async () => {}) };
  const events: [EventName, unknown][] = [];
  const badges: number[] = [];
  return {
    settings: {
      server: "https://assistant.example.com",
      language,
      position: "right",
      theme: { scheme: "auto" },
      consent: "chat",
      consentMode: false,
      openers: "[data-assistant-open]",
      hash: "#assistant",
      hints: [],
    },
    version: "test",
    element,
    root,
    launcher,
    language,
    words: () => ({ launcher: "Ask", dismiss: "Close", failed: "Cannot be loaded.", retry: "Try again" }),
    emit: (name, detail) => void events.push([name, detail]),
    part: (name: string) => Promise.resolve(({ keeper, banner } as Record<string, unknown>)[name]) as never,
    register: () => {},
    badge: (unread) => void badges.push(unread),
    events,
    keeper,
    banner,
    badges,
  };
}
