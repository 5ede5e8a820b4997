// @vitest-environment node
import fc from "fast-check";
import { expect, test } from "vitest";
import { NONE, PURPOSES } from "../../src/keeper/stored";
import type { Choices } from "../../src/shared/types";
import { World } from "./world";

const DAY = 86_400_000;
const ALL: Choices = { functional: true, analytics: true, improvement: true };
const SOME: Choices = { functional: true, analytics: false, improvement: false };
const RUNS = Number(import.meta.env.VITE_KEEPER_RUNS ?? 1500);

const index = fc.nat(2);
/** What can happen. Steps are tuples, so that a failing story reads as a list. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom("accept", "choose", "refuse", "withdraw"), index) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("double click"), index) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("gpc"), index) },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom("chat: accept", "chat: some", "chat: refuse"), index) },
  { weight: 8, arbitrary: fc.tuple(fc.constant("settle")) },
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom("served", "answered", "lost"), fc.nat(3)) },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom("reload", "close", "refresh", "online", "timers"), index) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("new tab")) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("server"), fc.constantFrom("well", "well", "down", "rejects")) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("storage"), fc.constantFrom("works", "works", "full", "blocked")) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom("new notice", "new secret")) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("days pass"), fc.constantFrom(1, 100, 181)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("clock jumps"), fc.constantFrom(-400, -2, 0, 2, 400)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("withdraw by receipt"), index) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("forget"), index) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("foreign text"), fc.constantFrom("", "{", "null", '{"v":2}', "[]")) },
);
type Step = readonly [string, (string | number)?];

async function happen(world: World, [what, which]: Step): Promise<void> {
  const { ledger } = world;
  const tab = world.tab(Number(which) || 0) ?? world.open();
  const request = world.requests[Number(which) || 0];
  if (what === "accept") world.act(tab, "accept", ALL);
  else if (what === "choose") world.act(tab, "choose", SOME);
  else if (what === "refuse" || what === "withdraw") world.act(tab, what, NONE);
  else if (what === "double click") for (let click = 0; click < 2; click++) world.act(tab, "accept", ALL);
  else if (what === "gpc") {
    world.gpc = true;
    if (!tab.keeper.state().asked) world.act(tab, "refuse", NONE, "gpc");
  } else if (what === "chat: accept") world.chat(tab, ALL);
  else if (what === "chat: some") world.chat(tab, SOME);
  else if (what === "chat: refuse") world.chat(tab, NONE);
  else if (what === "settle") await world.settle();
  else if (what === "served") request?.serve();
  else if (what === "answered") request?.answer?.();
  else if (what === "lost") request?.fail();
  else if (what === "close") world.close(tab);
  else if (what === "reload") {
    world.close(tab);
    world.open();
  } else if (what === "refresh") void tab.keeper.refresh();
  else if (what === "online") tab.keeper.wake();
  else if (what === "timers") for (const timer of tab.timers.splice(0)) timer();
  else if (what === "new tab") world.open();
  else if (what === "server") ledger.mood = which as typeof ledger.mood;
  else if (what === "storage") {
    // A browser told to block storage empties it.
    if (which === "blocked") world.stored = null;
    world.storage = which as typeof world.storage;
  } else if (what === "new notice") ledger.notice += "'";
  else if (what === "new secret") ledger.secret++;
  else if (what === "days pass") world.time += Number(which) * DAY;
  else if (what === "clock jumps") world.skew = Number(which) * DAY;
  else if (what === "withdraw by receipt") await withdrawByReceipt(world, tab);
  else if (what === "forget") tab.keeper.forget();
  else if (what === "foreign text" && world.storage === "works") world.stored = String(which);
}

/** The page of a receipt tells no tab: a withdrawal there is known after the next question to the server. */
async function withdrawByReceipt(world: World, tab: ReturnType<World["open"]>): Promise<void> {
  await world.settle();
  const { token, pending } = tab.keeper.state();
  if (!token || pending) return;
  const row = world.ledger.choose(token, `receipt ${world.ledger.rows.length}`, NONE);
  if (!row) return;
  world.deeds.push({ key: row.key, choices: NONE, subject: row.subject });
  for (const { open, keeper } of world.tabs) if (open) void keeper.refresh();
  await world.settle();
}

/**
 * The rule: what is granted was granted by an act that the ledger has, that is in force by the browser's clock, and
 * after which no act took it back, logged or not.
 */
function check(world: World): void {
  const { ledger, now } = world;
  for (const { name, open, keeper } of world.tabs) {
    const { token, choices } = keeper.state();
    const deeds = world.deeds.filter(({ subject }) => !subject || subject === token?.split(".")[0]);
    for (const purpose of PURPOSES) {
      if (!open || !choices[purpose]) continue;
      const refused = deeds.findLastIndex((deed) => !deed.choices[purpose]);
      const grants = deeds.slice(refused + 1).map(({ key }) => ledger.rows.find((row) => row.key === key));
      const valid = grants.filter((row) => row?.choices[purpose] && now <= row.at + 180 * DAY && now >= row.at - DAY);
      expect(valid, `${purpose} is granted in ${name}: a logged act that nothing took back`).not.toHaveLength(0);
    }
  }
  const keys = world.ledger.rows.map(({ key }) => key);
  expect(new Set(keys).size, "one record for one act").toBe(keys.length);
}

/** Whatever happened before: when all is well again, accepting works, and refusing after it. */
async function checkThatItStillWorks(world: World): Promise<void> {
  world.storage = "works";
  world.ledger.mood = "well";
  world.skew = 0;
  const tab = world.tab(0) ?? world.open();
  await world.settle();
  world.act(tab, "accept", ALL);
  await world.settle();
  check(world);
  expect(tab.keeper.state(), "accepted").toMatchObject({ choices: ALL, asked: true, pending: false });
  world.act(tab, "refuse", NONE);
  check(world);
  await world.settle();
  expect(tab.keeper.state(), "refused").toMatchObject({ choices: NONE, asked: true, pending: false });
  expect(world.ledger.rows.at(-1)?.key, "refused in the ledger").toBe(world.deeds.at(-1)?.key);
}

test.each([true, false])(
  "nothing is granted without a logged act that is the newest (locks: %s)",
  async (locks) => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(step, { minLength: 1, maxLength: 30, size: "max" }),
        async (watched, steps) => {
          const world = new World(locks);
          world.open();
          for (const one of steps) {
            await happen(world, one as Step);
            await world.rest();
            // Being asked makes a tab read the storage, so in half of the stories nobody asks until the end.
            if (watched) check(world);
          }
          check(world);
          await world.settle();
          check(world);
          await checkThatItStillWorks(world);
        },
      ),
      { numRuns: RUNS },
    );
  },
  120_000,
);
