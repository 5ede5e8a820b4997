import type { HintRule, Language, Settings } from "../shared/types";
import { legible } from "./colours";
import { languageOf } from "./words";

const COLOUR = /^(#[\da-f]{6})$/i;

/** Reads the settings from the script tag. A wrong value falls back to its default and is told on the console. */
export function readSettings(script: HTMLScriptElement): Settings {
  /** A setting; `parse` throws or gives undefined for a value that it does not understand. */
  function read<T>(name: string, fallback: T, parse: (value: string) => T | undefined): T {
    const value = script.getAttribute(`data-${name}`);
    if (value === null) return fallback;
    try {
      const parsed = parse(value);
      if (parsed !== undefined) return parsed;
    } catch {}
    console.warn(`brussels-assistant: wrong data-${name}="${value}"`);
    return fallback;
  }

  /** A setting with few values, of which the first is the default. */
  function among<T extends string>(name: string, ...values: [T, ...T[]]): T {
    return read(name, values[0], (value) => values.find((one) => one === value));
  }

  /** A setting that has to look like `pattern`, whose first group counts. */
  function like(name: string, fallback: string, pattern: RegExp): string {
    return read(name, fallback, (value) => pattern.exec(value)?.[1]);
  }

  const onAccent = like("on-accent", "#ffffff", COLOUR);
  const accent = read("accent", "", (value) => (COLOUR.test(value) && legible(value, onAccent) ? value : undefined));
  const scheme = among("scheme", "auto", "light", "dark");
  return {
    server: like("server", new URL(script.src).origin, /^(https?:\/\/[^?#]+?)\/*$/),
    language: read("language", pageLanguage(), languageOf),
    position: among("position", "right", "left"),
    theme: accent ? { scheme, accent, onAccent } : { scheme },
    greeting: script.dataset.greeting,
    consent: among("consent", "chat", "banner", "none"),
    consentMode: among("consent-mode", "", "google") !== "",
    openers: read("openers", "[data-assistant-open]", (value) => {
      document.querySelector(value); // throws unless it is a selector
      return value;
    }),
    hash: like("hash", "#assistant", /^(#[\w-]+)$/),
    hints: read<HintRule[]>("hints", [], (value) => [...JSON.parse(value)]),
  };
}

/** The page's language, else the first of the visitor's that is supported. */
function pageLanguage(): Language {
  return [document.documentElement.lang, ...navigator.languages, "en"].map(languageOf).find(Boolean) as Language;
}
