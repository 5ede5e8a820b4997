import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Entry } from "../../src/panel/model";
import { Transcript } from "../../src/panel/transcript";
import type { Message } from "../../src/shared/types";
import { message, words } from "./helpers";

let transcript: Transcript;
let pressed: string[];
let rated: unknown[];
let retried: Entry[];

beforeEach(async () => {
  document.body.replaceChildren();
  pressed = [];
  rated = [];
  retried = [];
  transcript = new Transcript(await words(), {
    press: ({ title }) => void pressed.push(title),
    retry: (entry) => void retried.push(entry),
    rate: async ({ id }, value, comment) => void rated.push([id, value, comment]),
    say: () => {},
  });
  document.body.append(transcript.log);
});

const entry = (said: Partial<Message>): Entry => ({ message: message(said), state: "sent" });
const show = (...said: Partial<Message>[]) => transcript.show(said.map(entry), false);
const buttons = (...titles: string[]) => titles.map((title) => ({ title, button: title }));
const button = (name: string) =>
  [...transcript.log.querySelectorAll<HTMLButtonElement>(".choices button")].find((found) =>
    found.textContent?.startsWith(name),
  ) as HTMLButtonElement;
const dead = (name: string) => button(name).getAttribute("aria-disabled") === "true";
const order = () => [...transcript.log.querySelectorAll(".said .bubble")].map((said) => said.textContent);
const CONSENT = { type: "consent", step: "ask" };

describe("order", () => {
  it("is that of the numbers, whichever way the messages came", () => {
    show({ id: "1", text: "one" }, { id: "4", text: "four" });
    show({ id: "2", from: "visitor", text: "two" });
    expect(order()).toEqual(["one", "two", "four"]);
  });

  it("keeps what is being sent below the first messages and above its reply", () => {
    const sending: Entry = { message: message({ id: "", from: "visitor", text: "hi" }), state: "sending" };
    transcript.show([sending], false);
    transcript.show([entry({ id: "1", text: "Welcome." })], true);
    show({ id: "3", text: "reply" });
    expect(order()).toEqual(["Welcome.", "hi", "reply"]);
  });

  it("is put right when another tab's message came in between", () => {
    const sending: Entry = { message: message({ id: "", from: "visitor", text: "mine" }), state: "sending" };
    transcript.show([sending], false);
    show({ id: "2", from: "visitor", text: "theirs" });
    sending.message = { ...sending.message, id: "4" };
    transcript.update(sending);
    show({ id: "3", text: "reply to theirs" });
    expect(order()).toEqual(["theirs", "reply to theirs", "mine"]);
  });

  it("says each day once", () => {
    show(
      { id: "1", at: "2026-01-01T10:00:00Z" },
      { id: "2", at: "2026-01-01T11:00:00Z" },
      { id: "3", at: "2026-01-03T10:00:00Z" },
    );
    const days = [...transcript.log.querySelectorAll(".day")].map((day) => day.textContent);
    expect(days).toEqual([expect.stringContaining("1 January 2026"), expect.stringContaining("3 January 2026")]);
  });
});

describe("buttons", () => {
  it("can be pressed once, say which was chosen, and keep the focus", () => {
    show({ id: "1", buttons: buttons("Labs", "Fees") });
    button("Labs").focus();
    button("Labs").click();
    button("Labs").click();
    button("Fees").click();
    expect(pressed).toEqual(["Labs"]);
    expect(button("Labs").textContent).toBe("Labs (chosen)");
    expect([dead("Labs"), dead("Fees")]).toEqual([true, true]);
    expect(button("Labs").disabled).toBe(false);
    expect(document.activeElement).toBe(button("Labs"));
  });

  it("of the cookie choice stay open through other answers, and close nothing else", () => {
    show({ id: "1", buttons: buttons("Labs") }, { id: "2", buttons: buttons("Accept", "Refuse"), custom: CONSENT });
    show({ id: "3", from: "visitor", text: "and then?" });
    expect([dead("Labs"), dead("Refuse")]).toEqual([true, false]);
    show({ id: "4", buttons: buttons("More") });
    button("Refuse").click();
    expect([dead("Accept"), dead("More")]).toEqual([true, false]);
  });

  it("of the cookie choice close when the choice was made in words", () => {
    show({ id: "1", buttons: buttons("Accept", "Refuse"), custom: CONSENT });
    show({ id: "2", from: "visitor", text: "no thanks" });
    expect(dead("Accept")).toBe(false);
    show({ id: "3", buttons: buttons("Change"), custom: { type: "consent", choices: {}, receipt: "R" } });
    expect([dead("Accept"), dead("Change")]).toEqual([true, false]);
  });

  it("are as they were left when a conversation is resumed", () => {
    transcript.show(
      [
        { id: "1", buttons: buttons("Labs", "Fees") },
        { id: "2", buttons: buttons("Accept", "Refuse"), custom: CONSENT },
        { id: "3", from: "visitor" as const, text: "Refuse" },
        { id: "4", from: "visitor" as const, text: "Fees" },
        { id: "5", buttons: buttons("More") },
      ].map(entry),
      true,
    );
    expect(button("Refuse").textContent).toBe("Refuse (chosen)");
    expect(button("Fees").textContent).toBe("Fees (chosen)");
    expect([dead("Accept"), dead("Labs"), dead("More")]).toEqual([true, true, false]);
  });

  it("of accepting and refusing look the same", () => {
    show({ id: "1", buttons: buttons("Accept", "Refuse"), custom: CONSENT });
    expect(button("Accept").className).toBe(button("Refuse").className);
    expect(button("Accept").getAttributeNames()).toEqual(button("Refuse").getAttributeNames());
  });
});

describe("trouble", () => {
  const failed = (kind: NonNullable<Entry["trouble"]>["kind"], text = ""): Entry => ({
    message: message({ id: "", from: "visitor", text: "hi" }),
    state: "failed",
    trouble: { kind, text },
  });

  it.each([
    ["offline", "", "Not sent. No connection. Your text is kept.Try again"],
    ["limited", "Please wait 5 seconds.", "Not sent. Please wait 5 seconds.Try again"],
    ["ended", "It has ended.", "Not sent. It has ended.Start a new conversation"],
    ["again", "", "Send again"],
  ] as const)("%s is said with what can be done", (kind, text, said) => {
    const shown = failed(kind, text);
    transcript.show([shown], false);
    transcript.update(shown);
    expect(transcript.log.querySelector(".trouble")?.textContent).toBe(said);
    transcript.log.querySelector<HTMLButtonElement>(".trouble button")?.click();
    expect(retried).toEqual([shown]);
  });

  it("goes when it is over, and leaves the focus with the message", () => {
    const shown = failed("offline");
    transcript.show([shown], false);
    transcript.update(shown);
    transcript.log.querySelector<HTMLButtonElement>(".trouble button")?.focus();
    shown.state = "sending";
    shown.trouble = undefined;
    transcript.update(shown);
    expect(transcript.log.querySelector(".trouble")).toBeNull();
    expect(document.activeElement).toBe(transcript.log.querySelector(".said"));
  });
});

describe("the end", () => {
  it("leaves what was said to be read, with nothing to press", () => {
    show({ id: "1", buttons: buttons("Labs"), custom: { type: "answer" } });
    transcript.seal();
    expect(order()).toEqual(["Hello."]);
    expect(dead("Labs")).toBe(true);
    expect(transcript.log.querySelector(".rate")).toBeNull();
    show({ id: "1", text: "Welcome." });
    expect(order()).toEqual(["Hello.", "Welcome."]);
  });

  it("of a deleted conversation takes everything but what is being sent", () => {
    show({ id: "1", text: "old" });
    transcript.show([{ message: message({ id: "", from: "visitor", text: "mine" }), state: "sending" }], false);
    transcript.clear();
    expect(order()).toEqual(["mine"]);
    expect(transcript.log.querySelector(".day")).toBeNull();
  });
});

describe("ratings", () => {
  const thumb = (name: string) =>
    transcript.log.querySelector<HTMLButtonElement>(`.rate [aria-label="${name}"]`) as HTMLButtonElement;
  const pressedState = () => ["Helpful", "Not helpful"].map((name) => thumb(name).getAttribute("aria-pressed"));

  it("are asked under answers and places only", () => {
    show({ id: "1", custom: { type: "chitchat" } }, { id: "2", custom: CONSENT }, { id: "3", from: "adviser" });
    expect(transcript.log.querySelector(".rate")).toBeNull();
    show({ id: "4", custom: { type: "answer" } }, { id: "5", custom: { type: "places" } });
    expect(transcript.log.querySelectorAll(".rate")).toHaveLength(2);
  });

  it("can be changed, are sent once, and ask what was missing", async () => {
    show({ id: "7", custom: { type: "answer" } });
    thumb("Helpful").click();
    thumb("Helpful").click();
    expect(pressedState()).toEqual(["true", "false"]);
    expect(transcript.log.querySelector(".comment")).toBeNull();
    thumb("Not helpful").click();
    await vi.waitFor(() => expect(transcript.log.querySelector(".comment textarea")).not.toBeNull());
    expect(pressedState()).toEqual(["false", "true"]);
    const field = transcript.log.querySelector(".comment textarea") as HTMLTextAreaElement;
    field.value = "No prices.";
    transcript.log.querySelector<HTMLButtonElement>(".comment button")?.click();
    await vi.waitFor(() => expect(transcript.log.querySelector(".comment")).toBeNull());
    expect(rated).toEqual([
      ["7", "up", undefined],
      ["7", "down", undefined],
      ["7", "down", "No prices."],
    ]);
  });
});

describe("the keyboard", () => {
  const key = (name: string) =>
    (document.activeElement as HTMLElement).dispatchEvent(
      new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }),
    );
  const here = () => document.activeElement?.querySelector(".bubble")?.textContent;

  it("goes from message to message", () => {
    show({ id: "1", text: "one" }, { id: "2", text: "two" }, { id: "3", text: "three" });
    transcript.log.focus();
    key("ArrowUp");
    expect(here()).toBe("three");
    key("ArrowUp");
    expect(here()).toBe("two");
    key("Home");
    key("ArrowUp");
    expect(here()).toBe("one");
    key("End");
    key("ArrowDown");
    expect(here()).toBe("three");
  });
});
