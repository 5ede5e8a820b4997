import type { Language } from "../shared/types";
import type { Words } from "./words";

const LOCALES: Record<Language, string> = { en: "en-GB", fr: "fr-BE", nl: "nl-BE" };
const LONG = { day: "numeric", month: "long", year: "numeric" } as const;

const format = (language: Language, how: Intl.DateTimeFormatOptions, date: Date) =>
  new Intl.DateTimeFormat(LOCALES[language], how).format(date);

/** A date of a source, which may be a year, a month or a day: `2026`, `2026-01`, `2026-01-31`. Others stay as they are. */
export function spoken(iso: string, language: Language): string {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(iso) ?? [];
  if (!year || !month || Number(month) > 12) return iso;
  const { day: number, ...rest } = LONG;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1)));
  return format(language, { ...rest, ...(day ? { day: number } : {}), timeZone: "UTC" }, date);
}

/** The time of the day, in the visitor's zone. */
export function clock(date: Date, language: Language): string {
  return format(language, { hour: "2-digit", minute: "2-digit" }, date);
}

/** The day in the visitor's zone, `2026-01-31`. */
export function dayOf(date: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** "Today", "Yesterday", or the date. */
export function dayName(date: Date, words: Words, now = new Date()): string {
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (dayOf(date) === dayOf(now)) return words.t("today");
  if (dayOf(date) === dayOf(yesterday)) return words.t("yesterday");
  return format(words.language, { weekday: "long", ...LONG }, date);
}
