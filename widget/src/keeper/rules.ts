import type { Choices, ConsentAct, ConsentState, PurposeId } from "../shared/types";
import { type Logged, NONE, type Pending, PURPOSES, type Stored } from "./stored";

/** How far the browser's clock may be behind the server's before a grant stops counting. */
const DAY = 86_400_000;

/**
 * Whether `purpose` is granted at `now`: a logged, valid record grants it, and so does every act not logged yet. So a
 * grant counts only once it is in the ledger, a refusal at once.
 */
export function grants({ logged, pending }: Stored, purpose: PurposeId, now: number): boolean {
  return (
    logged?.choices[purpose] === true &&
    now >= Date.parse(logged.madeAt) - DAY &&
    isValid(logged, now) &&
    pending.every((act) => act.choices[purpose])
  );
}

/** Whether a logged choice has not lapsed. */
export function isValid(logged: Logged, now: number): boolean {
  return now <= Date.parse(logged.validUntil);
}

/** What is said of `stored` at `now`. While `blind`, nothing is granted: another tab may have taken it back. */
export function stateOf(stored: Stored, now: number, blind: boolean): ConsentState {
  const { logged, pending, unread, token } = stored;
  const valid = logged && isValid(logged, now) ? logged : null;
  const shown = pending.length ? null : valid;
  return {
    choices: choicesBy((purpose) => !blind && grants(stored, purpose, now)),
    asked: pending.length > 0 || unread !== undefined || valid !== null,
    pending: pending.length > 0,
    receipt: shown?.receipt ?? null,
    validUntil: shown?.validUntil ?? null,
    token,
  };
}

/**
 * What to believe of the record that the server says is in force. A grant is believed only of the record `known`, the
 * one the server named as the answer to an act of this browser, and only as far as that act went (`most`). Of any other
 * record we do not know whether a newer act of this person was overtaken by it: it can take away, never give.
 */
export function believed(current: Logged | null, known: string | undefined, most?: Choices): Logged | null {
  if (!current) return null;
  if (current.receipt !== known) return anyOf(current.choices) ? null : current;
  return most ? { ...current, choices: both(current.choices, most) } : current;
}

/** Whether `act` says what the latest waiting act says already, as the second click of a double click does. */
export function repeats(act: ConsentAct, latest: Pending | undefined): boolean {
  return (
    latest !== undefined &&
    latest.kind === act.kind &&
    latest.method === act.method &&
    latest.notice.version === act.notice.version &&
    PURPOSES.every((purpose) => latest.choices[purpose] === act.choices[purpose])
  );
}

/** An act as it is kept: refusing and withdrawing name no purpose, whatever the caller passed. */
export function cleaned(act: ConsentAct): ConsentAct {
  const takes = act.kind === "refuse" || act.kind === "withdraw" || act.method === "gpc";
  const kind = act.method === "gpc" ? "refuse" : act.kind;
  return { ...act, kind, choices: takes ? NONE : both(act.choices, act.choices) };
}

export function anyOf(choices: Choices): boolean {
  return PURPOSES.some((purpose) => choices[purpose]);
}

function both(one: Choices, other: Choices): Choices {
  return choicesBy((purpose) => one[purpose] === true && other[purpose] === true);
}

function choicesBy(granted: (purpose: PurposeId) => boolean): Choices {
  return Object.fromEntries(PURPOSES.map((purpose) => [purpose, granted(purpose)])) as Choices;
}
