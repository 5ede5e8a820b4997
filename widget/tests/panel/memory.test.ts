import { beforeEach, describe, expect, it, vi } from "vitest";
import { Memory } from "../../src/panel/memory";

const NAME = "assistant-conversation";
const kept = { id: "c1", token: "t1", cursor: 3 };
const other = { id: "c2", token: "t2", cursor: 9 };
const stored = (storage: Storage) => JSON.parse(storage.getItem(NAME) ?? "null");

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
});

describe("where a conversation is remembered", () => {
  it("is the tab alone without `functional`", () => {
    const memory = new Memory();
    memory.remember(false);
    memory.write(kept);
    expect(stored(sessionStorage)).toEqual(kept);
    expect(localStorage).toHaveLength(0);
  });

  it("is the browser too with `functional`, and the next tab goes on", () => {
    const memory = new Memory();
    memory.write(kept);
    memory.remember(true);
    expect(stored(localStorage)).toEqual(kept);
    sessionStorage.clear();
    const next = new Memory();
    next.remember(true);
    expect(next.read()).toEqual(kept);
  });

  it("is not read from the browser without `functional`, and removed from it", () => {
    localStorage.setItem(NAME, JSON.stringify(kept));
    const memory = new Memory();
    memory.remember(false);
    expect(memory.read()).toBeNull();
    expect(localStorage).toHaveLength(0);
  });

  it("loses the browser's copy when `functional` is withdrawn", () => {
    const memory = new Memory();
    memory.remember(true);
    memory.write(kept);
    memory.remember(false);
    expect(localStorage).toHaveLength(0);
    expect(memory.read()).toEqual(kept);
  });

  it("leaves the tabs' common conversation alone, unless a new one begins", () => {
    localStorage.setItem(NAME, JSON.stringify(other));
    const memory = new Memory();
    memory.write(kept);
    memory.remember(true);
    memory.write({ ...kept, cursor: 4 });
    expect(stored(localStorage)).toEqual(other);
    memory.forget();
    expect(stored(localStorage)).toEqual(other);
    memory.write(kept, true);
    expect(stored(localStorage)).toEqual(kept);
    memory.forget();
    expect(localStorage).toHaveLength(0);
  });

  it.each(["", "{", "[]", "null", '{"id": 5, "token": "t"}', '{"id": "c"}'])("starts afresh from %j", (text) => {
    sessionStorage.setItem(NAME, text);
    expect(new Memory().read()).toBeNull();
  });

  it("is this page where storage throws, even on access", () => {
    for (const name of ["sessionStorage", "localStorage"] as const) {
      vi.spyOn(window, name, "get").mockImplementation(() => {
        throw new DOMException("denied", "SecurityError");
      });
    }
    const memory = new Memory();
    memory.remember(true);
    memory.write(kept);
    memory.draft = "typed";
    expect(memory.read()).toEqual(kept);
    expect(memory.draft).toBe("");
    memory.forget();
    expect(memory.read()).toBeNull();
  });
});

it("keeps a draft in the tab until it is empty", () => {
  const memory = new Memory();
  memory.draft = "not sent yet";
  expect(new Memory().draft).toBe("not sent yet");
  expect(localStorage).toHaveLength(0);
  memory.draft = "";
  expect(sessionStorage).toHaveLength(0);
});
