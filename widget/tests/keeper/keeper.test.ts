// @vitest-environment node
import { beforeEach, expect, test } from "vitest";
import { NONE } from "../../src/keeper/stored";
import type { Choices } from "../../src/shared/types";
import { World } from "./world";

const ALL: Choices = { functional: true, analytics: true, improvement: true };
const SOME: Choices = { functional: true, analytics: false, improvement: false };

let world: World;
beforeEach(() => {
  world = new World(true);
});

test("without a choice nothing is asked of the server and nothing is stored", async () => {
  const { keeper } = world.open();
  void keeper.refresh();
  await world.rest();
  expect(world.requests).toHaveLength(0);
  expect(world.stored).toBeNull();
  expect(keeper.state()).toEqual({
    choices: NONE,
    asked: false,
    pending: false,
    receipt: null,
    validUntil: null,
    token: null,
  });
});

test("without a subject of its own an act is logged under the chat's, which is stored with the act and not before", async () => {
  const tab = world.open();
  const chat = world.ledger.converse(null);
  tab.keeper.suggest(chat);
  expect(world.stored).toBeNull();
  world.act(tab, "accept", ALL);
  await world.settle();
  expect(world.ledger.current(chat)).toMatchObject({ status: "ok", body: { receipt: "r1", choices: ALL } });
  expect(tab.keeper.state()).toMatchObject({ choices: ALL, token: chat });
});

test("an act is stored before it is sent, and grants when the server has it", async () => {
  const tab = world.open();
  world.act(tab, "accept", ALL);
  expect(JSON.parse(world.stored ?? "")).toMatchObject({ v: 1, pending: [{ kind: "accept" }] });
  expect(tab.keeper.state()).toMatchObject({ choices: NONE, asked: true, pending: true });
  await world.settle();
  expect(tab.keeper.state()).toMatchObject({ choices: ALL, pending: false, receipt: "r1" });
});

test("acts are sent in their order, one at a time, each once", async () => {
  const tab = world.open();
  world.ledger.mood = "down";
  world.act(tab, "accept", ALL);
  world.act(tab, "refuse", NONE);
  world.act(tab, "choose", SOME);
  await world.rest();
  expect(world.requests).toHaveLength(1);
  await world.settle();
  world.ledger.mood = "well";
  await world.settle();
  expect(world.ledger.rows.map(({ choices }) => choices)).toEqual([ALL, NONE, SOME]);
  expect(tab.keeper.state().choices).toEqual(SOME);
});

test("an answer that was lost is asked for again without a second record", async () => {
  const tab = world.open();
  world.act(tab, "accept", ALL);
  await world.rest();
  world.requests[0]?.serve();
  world.requests[0]?.fail();
  await world.settle();
  expect(world.ledger.rows).toHaveLength(1);
  expect(tab.keeper.granted("analytics")).toBe(true);
});

test("an act of a page that was closed is sent by the next one, marked as late", async () => {
  const tab = world.open();
  world.ledger.mood = "down";
  world.act(tab, "refuse", NONE);
  await world.settle();
  world.close(tab);
  world.requests = [];
  world.ledger.mood = "well";
  const sent: unknown[] = [];
  const record = world.ledger.record.bind(world.ledger);
  world.ledger.record = (act, token, sending) => {
    sent.push(sending);
    return record(act, token, sending);
  };
  world.open();
  await world.settle();
  expect(sent).toEqual([{ late: true, after: null }]);
  expect(world.ledger.rows).toHaveLength(1);
});

test("a double click is one act", async () => {
  const tab = world.open();
  world.act(tab, "accept", ALL);
  world.act(tab, "accept", ALL);
  await world.settle();
  expect(world.ledger.rows).toHaveLength(1);
});

test("a grant under an outdated notice is dropped and asked for again", async () => {
  const tab = world.open();
  world.act(tab, "accept", ALL);
  world.ledger.notice = "2026-12-01";
  await world.settle();
  expect(tab.keeper.state()).toMatchObject({ choices: NONE, asked: false, pending: false });
});

test("a new notice takes back what was granted, when the server is asked", async () => {
  const tab = world.open();
  world.act(tab, "accept", ALL);
  await world.settle();
  world.ledger.notice = "2026-12-01";
  expect(tab.keeper.granted("functional")).toBe(true);
  void tab.keeper.refresh();
  await world.settle();
  expect(tab.keeper.state()).toMatchObject({ choices: NONE, asked: false });
});

test("while the server is away, what was logged stays", async () => {
  const tab = world.open();
  world.act(tab, "accept", ALL);
  await world.settle();
  world.ledger.mood = "down";
  world.close(tab);
  const { keeper } = world.open();
  void keeper.refresh();
  await world.settle();
  expect(keeper.granted("functional")).toBe(true);
});

test("a refusal that the server does not take is no consent either", async () => {
  const tab = world.open();
  world.act(tab, "accept", ALL);
  await world.settle();
  world.ledger.mood = "rejects";
  world.act(tab, "refuse", NONE);
  await world.settle();
  expect(tab.keeper.state()).toMatchObject({ choices: NONE, asked: false, pending: false });
});

test("a choice in the chat supersedes what waits", async () => {
  const tab = world.open();
  world.act(tab, "accept", ALL);
  await world.rest();
  world.requests[0]?.fail();
  await world.rest();
  world.chat(tab, NONE);
  await world.settle();
  expect(tab.keeper.state()).toMatchObject({ choices: NONE, asked: true, pending: false });
});

test("a grant that was on its way while the chat refused is taken back in the ledger too", async () => {
  const tab = world.open();
  world.act(tab, "refuse", NONE);
  await world.settle();
  world.act(tab, "accept", ALL);
  await world.rest();
  world.chat(tab, NONE);
  await world.settle();
  expect(world.ledger.rows.map(({ choices }) => choices)).toEqual([NONE, NONE, ALL, NONE]);
  expect(tab.keeper.state().choices).toEqual(NONE);
});

test("a choice in the chat is believed without its receipt where nothing else was on its way", async () => {
  const tab = world.open();
  const token = world.ledger.converse(null);
  world.ledger.choose(token, "chat", SOME);
  void tab.keeper.adopt(token);
  await world.settle();
  expect(tab.keeper.state()).toMatchObject({ choices: SOME, receipt: "r1", token });
});

test("a choice in the chat that cannot be read yet grants nothing, and is read later", async () => {
  const tab = world.open();
  const token = world.ledger.converse(null);
  world.ledger.choose(token, "chat", SOME);
  world.ledger.mood = "down";
  void tab.keeper.adopt(token);
  await world.settle();
  expect(tab.keeper.state()).toMatchObject({ choices: NONE, asked: true });
  world.ledger.mood = "well";
  await world.settle();
  expect(tab.keeper.state()).toMatchObject({ choices: SOME, asked: true });
});

test("other tabs follow at once", async () => {
  const [one, two] = [world.open(), world.open()];
  world.act(one, "accept", ALL);
  await world.settle();
  expect(two.keeper.granted("analytics")).toBe(true);
  const heard: Choices[] = [];
  two.keeper.onChange(({ choices }) => heard.push(choices));
  world.act(one, "withdraw", NONE);
  expect(two.keeper.granted("analytics")).toBe(false);
  await world.rest();
  expect(heard).toEqual([NONE]);
});

test("with full storage a refusal removes the older grant", async () => {
  const tab = world.open();
  world.act(tab, "accept", ALL);
  await world.settle();
  world.storage = "full";
  world.ledger.mood = "down";
  world.act(tab, "refuse", NONE);
  world.close(tab);
  const { keeper } = world.open();
  expect(keeper.state()).toMatchObject({ choices: NONE, asked: false });
});

test("what full storage would not take: a refusal is still sent after another tab has written, a grant is not", async () => {
  const [one, two, three] = [world.open(), world.open(), world.open()];
  world.storage = "full";
  world.ledger.mood = "down";
  world.act(one, "refuse", NONE);
  await world.settle();
  world.act(two, "choose", SOME);
  world.storage = "works";
  world.act(three, "refuse", NONE);
  for (const request of world.requests) request.fail();
  world.requests = [];
  await world.rest();
  world.ledger.mood = "well";
  await world.settle();
  expect(world.ledger.rows.map(({ choices }) => choices)).toEqual([NONE, NONE]);
});

test("with blocked storage a choice holds for the page", async () => {
  world.storage = "blocked";
  const tab = world.open();
  world.act(tab, "accept", ALL);
  await world.settle();
  expect(tab.keeper.granted("functional")).toBe(true);
  world.act(tab, "refuse", NONE);
  expect(tab.keeper.granted("functional")).toBe(false);
});

test("a listener hears of each change once, and no longer when it is off", async () => {
  const tab = world.open();
  const heard: boolean[] = [];
  const off = tab.keeper.onChange(({ pending }) => heard.push(pending));
  world.act(tab, "accept", ALL);
  await world.settle();
  expect(heard).toEqual([true, false]);
  off();
  world.act(tab, "refuse", NONE);
  await world.settle();
  expect(heard).toEqual([true, false]);
});

test("forgetting leaves nothing", async () => {
  const tab = world.open();
  world.act(tab, "accept", ALL);
  await world.settle();
  tab.keeper.forget();
  expect(world.stored).toBeNull();
  expect(tab.keeper.state()).toMatchObject({ choices: NONE, asked: false, token: null });
});
