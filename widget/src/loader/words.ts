import en from "../../../texts/en/launcher.yml";
import fr from "../../../texts/fr/launcher.yml";
import nl from "../../../texts/nl/launcher.yml";
import type { Language } from "../shared/types";

/** The loader's own words, by name: `texts/<lang>/launcher.yml`. */
export const WORDS: Record<Language, Record<string, string>> = { en, fr, nl };

/** The supported language that a tag such as `fr-BE` means. */
export function languageOf(tag: string): Language | undefined {
  const language = tag.toLowerCase().split("-")[0] as Language;
  return Object.hasOwn(WORDS, language) ? language : undefined;
}
