import en from "../../../texts/en/hints.yml";
import fr from "../../../texts/fr/hints.yml";
import nl from "../../../texts/nl/hints.yml";
import type { Language } from "../shared/types";

/** The words around a hint: `texts/<lang>/hints.yml`. The hint itself is the site owner's. */
export const WORDS: Record<Language, Record<string, string>> = { en, fr, nl };
