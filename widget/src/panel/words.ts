import type { Language } from "../shared/types";
import type { Api } from "./api";

export interface LanguageName {
  code: Language;
  name: string;
}

interface Answer {
  languages: LanguageName[];
  limit: number;
  texts: Record<string, string>;
}

/** The panel's words (`texts/<lang>/widget.yml`), which the server gives a language at a time. */
export class Words {
  language: Language;
  languages: LanguageName[] = [];
  limit = 1000;
  /** Whether the words of `language` are here. */
  ready = false;
  readonly #api: Api;
  readonly #spare: () => Record<string, string>;
  readonly #known = new Map<Language, Answer>();
  readonly #labels = new Set<() => void>();

  /** `spare` gives the loader's own few words, for as long as the server has given none. */
  constructor(api: Api, language: Language, spare: () => Record<string, string>) {
    this.#api = api;
    this.language = language;
    this.#spare = spare;
  }

  /** Speaks `language` from then on. Rejects with `Refused`; then everything stays as it was. */
  async speak(language: Language): Promise<void> {
    const answer = this.#known.get(language) ?? (await this.#api.ask<Answer>(`widget?language=${language}`));
    this.#known.set(language, answer);
    this.language = language;
    this.languages = answer.languages;
    this.limit = answer.limit;
    this.ready = true;
    for (const label of this.#labels) label();
  }

  /** The text `key` with its placeholders filled. */
  t(key: string, values: Record<string, string | number> = {}): string {
    const text = this.#known.get(this.language)?.texts[key] ?? this.#spare()[key] ?? "";
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  }

  /** Runs `label` now and whenever the language changes. */
  label(label: () => void): void {
    this.#labels.add(label);
    label();
  }
}
