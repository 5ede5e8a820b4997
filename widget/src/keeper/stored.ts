import type { Choices, ConsentAct, PurposeId } from "../shared/types";

/** What can be chosen; `necessary` cannot. */
export const PURPOSES: readonly PurposeId[] = ["functional", "analytics", "improvement"];

/** A choice as the server has it in its ledger. */
export interface Logged {
  choices: Choices;
  /** Number of the record, under which the receipt can be read. */
  receipt: string;
  /** Version of the notice it was made under. */
  notice: string;
  /** ISO 8601, by the server's clock, as `validUntil`. */
  madeAt: string;
  validUntil: string;
}

/** An act that the server has not confirmed yet. */
export interface Pending extends ConsentAct {
  /** UUID: makes sending it twice harmless. */
  key: string;
  signals: { gpc?: true };
  /** Milliseconds since 1970, by the browser's clock. */
  since: number;
  /** It was sent at least once, so that the server may have it although no answer came. */
  tried?: true;
}

/** What stands under `assistant-choice` in the browser. */
export interface Stored {
  v: 1;
  /** Signed pseudonym; with it the server finds this person's records. */
  token: string | null;
  /** Receipt of the newest record we know of, in force or not: a grant sent late must not come after a newer one. */
  newest: string | null;
  logged: Logged | null;
  /** Oldest first. */
  pending: Pending[];
  /** A choice was made in the chat and could not be read from the server yet: its receipt, where it is known. */
  unread?: string | true;
}

export const EMPTY: Stored = { v: 1, token: null, newest: null, logged: null, pending: [] };
export const NONE: Choices = { functional: false, analytics: false, improvement: false };

/** What was stored, or nothing when the text is not exactly what we write: then nothing is granted. */
export function parsed(text: string | null): Stored {
  if (text === null) return EMPTY;
  try {
    const value: unknown = JSON.parse(text);
    return isStored(value) ? value : EMPTY;
  } catch {
    return EMPTY;
  }
}

/** Checks what decides about grants; the server checks the rest of an act. */
function isStored(value: unknown): value is Stored {
  return (
    isObject(value) &&
    value.v === 1 &&
    [value.token, value.newest].every((one) => one === null || isText(one)) &&
    (value.logged === null || isLogged(value.logged)) &&
    Array.isArray(value.pending) &&
    value.pending.every(isPending)
  );
}

export function isLogged(value: unknown): value is Logged {
  return (
    isObject(value) &&
    isChoices(value.choices) &&
    [value.receipt, value.notice, value.madeAt, value.validUntil].every(isText)
  );
}

function isPending(value: unknown): value is Pending {
  return isObject(value) && isText(value.key) && isChoices(value.choices) && isObject(value.notice);
}

/** Every purpose with true or false, and no other. */
export function isChoices(value: unknown): value is Choices {
  return (
    isObject(value) &&
    Object.keys(value).length === PURPOSES.length &&
    PURPOSES.every((purpose) => typeof value[purpose] === "boolean")
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
