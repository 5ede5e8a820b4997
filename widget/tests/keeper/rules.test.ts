// @vitest-environment node
import { expect, test } from "vitest";
import { believed, cleaned, grants, stateOf } from "../../src/keeper/rules";
import { EMPTY, type Logged, NONE, type Pending, parsed, type Stored } from "../../src/keeper/stored";
import type { Choices } from "../../src/shared/types";

const ALL: Choices = { functional: true, analytics: true, improvement: true };
const MADE = Date.UTC(2026, 10, 25);
const DAY = 86_400_000;
const LOGGED: Logged = {
  choices: ALL,
  receipt: "r1",
  notice: "2026-11-25",
  madeAt: new Date(MADE).toISOString(),
  validUntil: new Date(MADE + 180 * DAY).toISOString(),
};
const ACT: Pending = {
  key: "k1",
  kind: "accept",
  choices: ALL,
  layer: 1,
  method: "banner",
  notice: { version: "2026-11-25", language: "en" },
  signals: {},
  since: MADE,
};
const ACCEPTED: Stored = { ...EMPTY, token: "t", newest: "r1", logged: LOGGED };

test.each([
  ["made now", 0, true],
  ["on its last day", 180 * DAY, true],
  ["a moment later", 180 * DAY + 1, false],
  ["by a clock that is a little slow", -DAY, true],
  ["by a clock of another year", -400 * DAY, false],
])("a logged grant %s", (_, after, granted) => {
  expect(grants(ACCEPTED, "analytics", MADE + after)).toBe(granted);
});

test("a grant that is not logged grants nothing, and need not be asked for again", () => {
  const state = stateOf({ ...EMPTY, pending: [ACT] }, MADE, false);
  expect(state).toMatchObject({ choices: NONE, asked: true, pending: true, receipt: null });
});

test("a refusal counts before it is logged", () => {
  const refused: Stored = { ...ACCEPTED, pending: [{ ...ACT, kind: "refuse", choices: NONE }] };
  expect(stateOf(refused, MADE, false).choices).toEqual(NONE);
});

test("a slow clock does not make a refusal asked again", () => {
  const refused: Stored = { ...ACCEPTED, logged: { ...LOGGED, choices: NONE } };
  expect(stateOf(refused, MADE - 400 * DAY, false).asked).toBe(true);
});

test("of an unknown record only a refusal is believed", () => {
  expect(believed(LOGGED, "another")).toBeNull();
  expect(believed({ ...LOGGED, choices: NONE }, "another")?.choices).toEqual(NONE);
  expect(believed(LOGGED, "r1", { ...NONE, functional: true })?.choices).toEqual({ ...NONE, functional: true });
});

test("refusing and a browser's signal cannot grant, whatever is passed", () => {
  expect(cleaned({ ...ACT, kind: "refuse" }).choices).toEqual(NONE);
  expect(cleaned({ ...ACT, kind: "accept", method: "gpc" })).toMatchObject({ kind: "refuse", choices: NONE });
  expect(cleaned({ ...ACT, choices: { ...ALL, analytics: "yes" as never } }).choices.analytics).toBe(false);
});

const changed = (change: object) => JSON.stringify({ ...ACCEPTED, ...change });
test.each([
  ["nothing", null],
  ["no JSON", "{"],
  ["null", "null"],
  ["a list", "[]"],
  ["another version", changed({ v: 2 })],
  ["no token", changed({ token: 7 })],
  ["words for choices", changed({ logged: { ...LOGGED, choices: { ...ALL, analytics: "true" } } })],
  ["a purpose too few", changed({ logged: { ...LOGGED, choices: { analytics: true } } })],
  ["a purpose too many", changed({ logged: { ...LOGGED, choices: { ...ALL, advertising: true } } })],
  ["no end", changed({ logged: { ...LOGGED, validUntil: undefined } })],
  ["acts that are none", changed({ pending: [{ key: "k" }] })],
  ["acts in no list", changed({ pending: { length: 0 } })],
])("stored: %s is nothing", (_, text) => {
  expect(parsed(text)).toEqual(EMPTY);
});

test("what we store is read again", () => {
  const stored: Stored = { ...ACCEPTED, pending: [ACT, { ...ACT, key: "k2", tried: true, signals: { gpc: true } }] };
  expect(parsed(JSON.stringify(stored))).toEqual(stored);
});

test("a date that is none grants nothing", () => {
  expect(grants({ ...ACCEPTED, logged: { ...LOGGED, madeAt: "soon" } }, "analytics", MADE)).toBe(false);
  expect(grants({ ...ACCEPTED, logged: { ...LOGGED, validUntil: "never" } }, "analytics", MADE)).toBe(false);
});
