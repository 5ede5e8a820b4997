import type { Choices, ConsentState, Host, Language, PurposeId } from "../shared/types";

/** One purpose as the notice describes it. */
export interface Purpose {
  id: PurposeId | "necessary";
  title: string;
  what_for: string;
  data: string;
  lifetime: string;
  /** It is always on. */
  required: boolean;
}

/** The privacy notice in one language, with the banner's own words. */
export interface Notice {
  version: string;
  language: Language;
  title: string;
  first_layer: string;
  purposes: Purpose[];
  labels: { data: string; lifetime: string };
  /** Who is responsible. */
  controller: string;
  texts: Words;
}

export type Words = Record<
  | "accept"
  | "refuse"
  | "more"
  | "accept_all"
  | "refuse_all"
  | "save"
  | "close"
  | "always_on"
  | "not_chosen"
  | "in_force"
  | "receipt"
  | "withdraw"
  | "gpc"
  | "saving"
  | "saved"
  | "not_stored"
  | "again"
  | "new_tab",
  string
>;

export const ALL: Choices = { functional: true, analytics: true, improvement: true };
export const NONE: Choices = { functional: false, analytics: false, improvement: false };

const PATIENCE = 15_000;

/** Reads the current notice. Rejects when it cannot be had. */
export async function fetchNotice({ settings, language }: Host): Promise<Notice> {
  const response = await fetch(`${settings.server}/api/consent/notice?language=${language}`, {
    credentials: "omit",
    signal: AbortSignal.timeout(PATIENCE),
  });
  const notice = (await response.json()) as Partial<Notice> | null;
  if (!response.ok || !notice?.version || !notice.texts || !Array.isArray(notice.purposes)) {
    throw new Error(`no cookie notice (${response.status})`);
  }
  return notice as Notice;
}

/** Whether the browser asks sites not to sell or share what they know (https://w3c.github.io/gpc/). */
export function asksNotToTrack(): boolean {
  return (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;
}

const REGIONS: Record<Language, string> = { en: "en-GB", fr: "fr-BE", nl: "nl-BE" };

/** A day in words. */
export function day(moment: string, language: Language): string {
  return new Intl.DateTimeFormat(REGIONS[language], { dateStyle: "long" }).format(new Date(moment));
}

/** Whether anything is granted now. */
export function grantsAny({ choices }: ConsentState): boolean {
  return Object.values(choices).some(Boolean);
}
