import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Api } from "../../src/panel/api";
import { Conversation } from "../../src/panel/conversation";
import { Memory } from "../../src/panel/memory";
import type { Entry } from "../../src/panel/model";
import { settle } from "./helpers";
import { Server } from "./server";

let server: Server;
let conversation: Conversation;
let memory: Memory;
let shown: Entry[];
let endings: string[];
let failed: unknown;

function begin(): Conversation {
  memory = new Memory();
  shown = [];
  endings = [];
  return new Conversation(new Api("https://assistant.example.com", () => "en"), memory, {
    wishes: async () => ({ language: "en", consent: null }),
    shown: (entries) => void shown.push(...entries),
    changed: () => {},
    active: () => {},
    opened: async () => {},
    ended: (why) => {
      endings.push(why);
      if (why !== "expired") shown = shown.filter((entry) => entry.state !== "sent");
    },
  });
}

/** What the visitor sees, in the order it came. */
const texts = () => shown.map((entry) => entry.message.text);
const troubles = () => shown.map((entry) => entry.trouble?.kind).filter(Boolean);
const sent = () => server.to("/messages").map((asked) => asked.body.text);

async function start(): Promise<void> {
  failed = undefined;
  conversation.start().catch((error) => {
    failed = error;
  });
  await settle();
}

async function say(text: string): Promise<void> {
  void conversation.send({ text });
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  localStorage.clear();
  server = new Server();
  conversation = begin();
});

afterEach(() => {
  conversation.stop();
  vi.useRealTimers();
});

describe("opening", () => {
  it("opens once, however often it is asked for", async () => {
    await Promise.all([start(), start()]);
    await say("hi");
    expect(server.to("conversations")).toHaveLength(1);
    expect(texts()).toEqual(["Welcome.", "hi", "You said: hi"]);
  });

  it("tries again after a failure, and by itself when the connection is back", async () => {
    server.offline = true;
    await start();
    expect(failed).toMatchObject({ code: "offline" });
    server.offline = false;
    window.dispatchEvent(new Event("online"));
    await settle();
    expect(texts()).toEqual(["Welcome."]);
  });

  it("stores nothing before, and the conversation in the tab after", async () => {
    expect(sessionStorage).toHaveLength(0);
    await start();
    expect(JSON.parse(sessionStorage.getItem("assistant-conversation") ?? "")).toMatchObject({ id: "c1", cursor: 1 });
    expect(localStorage).toHaveLength(0);
  });
});

describe("messages", () => {
  beforeEach(start);

  it("shows own messages at once, and their echoes and replies once", async () => {
    void conversation.send({ text: "hi" });
    expect(texts()).toContain("hi");
    expect(shown.at(-1)?.state).toBe("sending");
    await settle();
    expect(texts()).toEqual(["Welcome.", "hi", "You said: hi"]);
    expect(shown[1]).toMatchObject({ state: "sent", message: { id: "2" } });
  });

  it("shows what other tabs and advisers say", async () => {
    server.push({ from: "visitor", text: "from another tab", key: "other" });
    server.push({ from: "adviser", text: "An adviser here." });
    await settle();
    expect(texts()).toEqual(["Welcome.", "from another tab", "An adviser here."]);
  });

  it("sends one after another, each with a key of its own", async () => {
    void conversation.send({ text: "one" });
    void conversation.send({ text: "two" });
    await settle();
    expect(sent()).toEqual(["one", "two"]);
    expect(new Set(server.to("/messages").map((asked) => asked.body.idempotency_key)).size).toBe(2);
  });

  it("presses a button only in the conversation it is of", async () => {
    void conversation.send({ text: "Labs", button: "signed", of: "c1" });
    void conversation.send({ text: "Labs", button: "signed", of: "c0" });
    void conversation.send({ text: "I want contact", title: "Contact us", shortcut: "contact" });
    await settle();
    expect(server.to("/messages").map(({ body }) => body.button ?? body.text)).toEqual([
      "signed",
      "Labs",
      "signed-contact",
    ]);
    expect(texts()).toContain("Contact us");
  });
});

describe("the stream", () => {
  beforeEach(start);

  it("goes on where it was, losing and doubling nothing", async () => {
    server.push({ text: "one" });
    await settle();
    server.cut();
    server.push({ text: "two" });
    await vi.advanceTimersByTimeAsync(2_000);
    server.push({ text: "three" });
    await settle();
    expect(texts()).toEqual(["Welcome.", "one", "two", "three"]);
    expect(server.asked.filter(({ path }) => path.includes("/events")).map(({ path }) => path.slice(-8))).toEqual([
      "cursor=1",
      "cursor=2",
    ]);
  });

  it("does not lose another tab's message that a reply to us overtook", async () => {
    server.cut();
    server.push({ from: "visitor", text: "other tab", key: "other" });
    await say("mine");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(texts().toSorted()).toEqual(["Welcome.", "You said: mine", "mine", "other tab"]);
  });

  it("waits longer after each failure, and not at all when the connection returns", async () => {
    const streams = () => server.asked.filter(({ path }) => path.includes("/events")).length;
    server.refuses = ({ path }) => (path.includes("/events") ? { status: 503 } : undefined);
    server.cut();
    await vi.advanceTimersByTimeAsync(60_000);
    const tries = streams();
    expect(tries).toBeGreaterThan(4);
    expect(tries).toBeLessThan(10);
    window.dispatchEvent(new Event("online"));
    await settle();
    expect(streams()).toBe(tries + 1);
  });

  it("is only open while the document is visible", async () => {
    const visibility = vi.spyOn(document, "visibilityState", "get");
    visibility.mockReturnValue("hidden");
    document.dispatchEvent(new Event("visibilitychange"));
    await settle();
    expect(server.streams).toBe(0);
    server.push({ text: "meanwhile" });
    visibility.mockReturnValue("visible");
    document.dispatchEvent(new Event("visibilitychange"));
    await settle();
    expect(texts()).toEqual(["Welcome.", "meanwhile"]);
  });

  it("takes a stream that is silent for dead", async () => {
    const before = server.asked.length;
    await vi.advanceTimersByTimeAsync(48_000);
    expect(server.asked.length).toBe(before + 1);
  });
});

describe("failures", () => {
  beforeEach(start);

  it("keeps text and key, and retries once by itself when the connection is back", async () => {
    server.offline = true;
    server.cut();
    await say("keep me");
    expect(troubles()).toEqual(["offline"]);
    server.offline = false;
    await vi.advanceTimersByTimeAsync(40_000);
    expect(sent()).toEqual(["keep me"]);
    expect(troubles()).toEqual([]);
    expect(texts()).toEqual(["Welcome.", "keep me", "You said: keep me"]);
  });

  it("does not send twice what arrived although its reply was lost", async () => {
    server.loses = ({ path }) => path.endsWith("/messages") && server.to("/messages").length === 1;
    await say("once");
    const keys = server.to("/messages").map((asked) => asked.body.idempotency_key);
    expect(new Set(keys).size).toBe(1);
    expect(server.log.filter(({ from }) => from === "visitor")).toHaveLength(1);
    expect(texts()).toEqual(["Welcome.", "once", "You said: once"]);
    expect(troubles()).toEqual([]);
  });

  it("does not send twice what arrived just before the connection broke", async () => {
    server.loses = ({ path }) => path.endsWith("/messages");
    server.cut();
    await say("once");
    expect(troubles()).toEqual(["offline"]);
    server.loses = () => false;
    await vi.advanceTimersByTimeAsync(40_000);
    expect(server.log.filter(({ from }) => from === "visitor")).toHaveLength(1);
    expect(texts()).toEqual(["Welcome.", "once", "You said: once"]);
    expect(troubles()).toEqual([]);
  });

  it("sends by hand under the same key, and a double click only once", async () => {
    server.refuses = ({ path }) => (path.endsWith("/messages") ? { status: 400, message: "No." } : undefined);
    await say("hm");
    const entry = shown.at(-1);
    expect(entry?.trouble).toEqual({ kind: "refused", text: "No." });
    server.refuses = () => undefined;
    if (entry) void Promise.all([conversation.retry(entry), conversation.retry(entry)]);
    await settle();
    const keys = server.to("/messages").map((asked) => asked.body.idempotency_key);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it("waits as long as a limit says", async () => {
    server.refuses = ({ path }) =>
      path.endsWith("/messages") ? { status: 429, message: "Wait.", seconds: 9 } : undefined;
    await say("quick");
    expect(troubles()).toEqual(["limited"]);
    server.refuses = () => undefined;
    if (shown[1]) void conversation.retry(shown[1]);
    await vi.advanceTimersByTimeAsync(8_000);
    expect(sent()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(texts()).toContain("You said: quick");
  });

  it("sends anew, under a new key, what was answered by an apology", async () => {
    server.answers = () => [{ text: "Sorry.", custom: { type: "error" } }];
    await say("hello?");
    expect(troubles()).toEqual(["again"]);
    server.answers = () => [{ text: "Here I am." }];
    if (shown[1]) void conversation.retry(shown[1]);
    await settle();
    expect(new Set(server.to("/messages").map((asked) => asked.body.idempotency_key)).size).toBe(2);
    expect(texts()).toContain("Here I am.");
  });

  it("says in words what a button that is not accepted means", async () => {
    server.refuses = ({ body }) => (body.button ? { status: 403, code: "button_invalid" } : undefined);
    void conversation.send({ text: "Labs", button: "forged", of: "c1" });
    await settle();
    if (shown[1]) void conversation.retry(shown[1]);
    await settle();
    expect(texts()).toContain("You said: Labs");
  });
});

describe("the end of a conversation", () => {
  beforeEach(start);
  const tooOld = ({ path }: { path: string }) =>
    path.startsWith("conversations/c1") ? { status: 401, code: "token_expired", message: "Ended." } : undefined;

  it("offers a new one for the message, and starts it once", async () => {
    server.refuses = tooOld;
    await say("one");
    await say("two");
    expect(troubles()).toEqual(["ended", "ended"]);
    expect(server.to("conversations")).toHaveLength(1);
    for (const entry of shown.filter((entry) => entry.trouble)) void conversation.retry(entry);
    await settle();
    expect(server.to("conversations")).toHaveLength(2);
    expect(endings).toEqual(["expired"]);
    expect(texts()).toEqual(expect.arrayContaining(["one", "two", "You said: one", "You said: two"]));
  });

  it("renews a token where the visitor is remembered", async () => {
    let old = true;
    server.refuses = ({ path }) => {
      if (path.endsWith("/resume")) old = false;
      return old && path.endsWith("/messages") ? { status: 401 } : undefined;
    };
    await say("still here");
    expect(troubles()).toEqual([]);
    expect(server.to("/resume")).toHaveLength(1);
    expect(texts()).toEqual(["Welcome.", "still here", "You said: still here"]);
  });

  it("is told at once when another tab deleted it", async () => {
    server.delete();
    await settle();
    expect(endings).toEqual(["deleted"]);
    expect(texts()).toEqual([]);
    expect(sessionStorage).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(40_000);
    expect(server.to("conversations")).toHaveLength(1);
    await say("hi");
    expect(texts()).toEqual(["hi", "Welcome.", "You said: hi"]);
  });

  it("starts anew quietly where it was deleted, with the message", async () => {
    server.id = "deleted in another tab";
    await say("hi");
    expect(endings).toEqual(["deleted"]);
    expect(troubles()).toEqual([]);
    expect(texts()).toEqual(["hi", "Welcome.", "You said: hi"]);
  });

  it("is deleted when the visitor says so", async () => {
    await expect(conversation.remove()).resolves.toEqual({ reference: "DEL-1", later: false });
    expect(endings).toEqual(["left"]);
    expect(sessionStorage).toHaveLength(0);
    await start();
    expect(server.to("conversations")).toHaveLength(2);
  });
});

describe("going on", () => {
  it("resumes after a reload with everything that was said", async () => {
    await start();
    await say("hi");
    conversation.stop();
    conversation = begin();
    await start();
    expect(server.to("conversations")).toHaveLength(1);
    expect(texts()).toEqual(["Welcome.", "hi", "You said: hi"]);
    await say("again");
    expect(texts().slice(-2)).toEqual(["again", "You said: again"]);
  });

  it.each([401, 403, 404, 410])("opens a new one when resuming is refused with %i", async (status) => {
    await start();
    conversation.stop();
    conversation = begin();
    server.refuses = ({ path }) => (path.endsWith("/resume") ? { status } : undefined);
    await start();
    expect(endings).toEqual([status === 410 ? "deleted" : "expired"]);
    expect(server.to("conversations")).toHaveLength(2);
  });

  it.each([0, 429, 503])("keeps the conversation when resuming fails with %i", async (status) => {
    await start();
    conversation.stop();
    conversation = begin();
    if (status) server.refuses = ({ path }) => (path.endsWith("/resume") ? { status } : undefined);
    else server.offline = true;
    await start();
    expect(failed).toMatchObject({ status });
    server.refuses = () => undefined;
    server.offline = false;
    await start();
    expect(server.to("conversations")).toHaveLength(1);
    expect(texts()).toEqual(["Welcome."]);
  });

  it("changes its language and goes on with the new token", async () => {
    await start();
    await conversation.change("fr");
    await say("bonjour");
    expect(texts()).toEqual(["Welcome.", "Now in fr.", "bonjour", "You said: bonjour"]);
    const tokens = server.asked.filter(({ path }) => path.startsWith("conversations/")).map(({ token }) => token);
    expect(tokens.at(-1)).not.toBe(tokens[0]);
  });
});
