// @vitest-environment node
import { afterEach, expect, test, vi } from "vitest";
import { tabs } from "../../src/keeper/tabs";

const ending = new AbortController();
afterEach(() => ending.abort());

test("other tabs hear, the one that tells does not", async () => {
  const [one, two] = ["one", "two"].map((me) => tabs("test", me, ending.signal));
  const heardByOne = vi.fn();
  const heardByTwo = vi.fn();
  one?.listen(heardByOne);
  two?.listen(heardByTwo);
  one?.tell();
  await vi.waitFor(() => expect(heardByTwo).toHaveBeenCalledOnce());
  expect(heardByOne).not.toHaveBeenCalled();
});

test("a browser without channels goes on", () => {
  vi.stubGlobal("BroadcastChannel", undefined);
  const { tell, listen } = tabs("test", "one", ending.signal);
  tell();
  listen(() => {});
  vi.unstubAllGlobals();
});
