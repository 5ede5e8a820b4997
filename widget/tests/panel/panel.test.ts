import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Panel } from "../../src/panel/panel";
import { host as newHost, settle, type TestHost } from "./helpers";
import { Server } from "./server";

let server: Server;
let host: TestHost;
let panel: Panel;
let fine: boolean;
let whole: boolean;

const shadow = () => host.root.querySelector("div")?.shadowRoot as ShadowRoot;
const one = <T extends HTMLElement = HTMLElement>(selector: string) => shadow().querySelector<T>(selector) as T;
const all = (selector: string) => [...shadow().querySelectorAll<HTMLElement>(selector)];
const field = () => one<HTMLTextAreaElement>("#field");
const focused = () => shadow().activeElement;
const announced = () => all('[aria-live="polite"] p').map((line) => line.textContent);
const events = (name: string) => host.events.filter(([event]) => event === name).map(([, detail]) => detail);
const key = (on: Element, name: string, more: KeyboardEventInit = {}) =>
  on.dispatchEvent(
    new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, composed: true, ...more }),
  );

async function open(): Promise<void> {
  panel.open();
  await settle();
}

async function type(text: string): Promise<void> {
  field().value = text;
  field().dispatchEvent(new Event("input", { bubbles: true }));
  await settle();
}

async function say(text: string): Promise<void> {
  await type(text);
  key(field(), "Enter");
  await settle();
}

async function choose(name: string): Promise<void> {
  one(".dots").click();
  one(`.menu [data-name="${name}"]`).click();
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  localStorage.clear();
  document.body.replaceChildren();
  [fine, whole] = [true, false];
  vi.spyOn(window, "matchMedia").mockImplementation((query) => {
    const media = Object.defineProperty(new EventTarget(), "matches", {
      get: () => (query.includes("pointer") ? fine : whole),
    });
    return media as MediaQueryList;
  });
  server = new Server();
  host = newHost();
  panel = new Panel(host);
});

afterEach(() => {
  panel.destroy();
  vi.useRealTimers();
});

describe("opening and closing", () => {
  it("asks and stores nothing before", async () => {
    await settle();
    expect(server.asked).toEqual([]);
    expect(sessionStorage.length + localStorage.length).toBe(0);
    expect(panel.isOpen).toBe(false);
  });

  it("is a dialog with a name and a description, not modal beside the page", async () => {
    await open();
    const dialog = one("[role=dialog]");
    expect(one(`#${dialog.getAttribute("aria-labelledby")}`).textContent).toBe("Brussels life-sciences assistant");
    expect(one(`#${dialog.getAttribute("aria-describedby")}`).textContent).toBe("Automated AI assistant");
    expect(dialog.hasAttribute("aria-modal")).toBe(false);
    expect(dialog.lang).toBe("en");
  });

  it("takes the focus to the field, or to the title on a touch screen", async () => {
    await open();
    expect(focused()).toBe(field());
    panel.close();
    fine = false;
    await open();
    expect(focused()).toBe(one("h2"));
  });

  it("gives the focus back to whoever opened it", async () => {
    const opener = document.createElement("button");
    document.body.append(opener);
    panel.open(opener);
    await settle();
    key(field(), "Escape");
    expect(panel.isOpen).toBe(false);
    expect(document.activeElement).toBe(opener);
    expect(host.events.map(([name]) => name)).toEqual(["open", "close"]);
  });

  it("does not take the focus when a message arrives", async () => {
    await open();
    one(".dots").focus();
    server.push({ from: "adviser", text: "An adviser here." });
    await settle();
    expect(focused()).toBe(one(".dots"));
  });

  it("counts on the launcher what arrives while it is closed", async () => {
    await open();
    panel.close();
    server.push({ text: "one" });
    server.push({ text: "two" });
    await settle();
    expect(host.badges.at(-1)).toBe(2);
    panel.open();
    expect(host.badges.at(-1)).toBe(0);
  });

  it("keeps its keys from the page's shortcuts", async () => {
    const heard = vi.fn();
    document.addEventListener("keydown", heard);
    await open();
    key(field(), "k");
    document.removeEventListener("keydown", heard);
    expect(heard).not.toHaveBeenCalled();
  });

  it("leaves nothing behind", async () => {
    await open();
    panel.destroy();
    expect(host.root.querySelector("div")).toBeNull();
    expect(server.streams).toBe(0);
  });
});

describe("without a server", () => {
  it("says so in the loader's words, and tries again", async () => {
    server.offline = true;
    await open();
    expect(one(".failed").textContent).toBe("Cannot be loaded.Try again");
    server.offline = false;
    one(".failed button").click();
    await settle();
    expect(one(".failed")).toBeNull();
    expect(one(".log").textContent).toContain("Welcome.");
  });

  it("shows why in the server's words", async () => {
    server.refuses = ({ path }) => (path === "conversations" ? { status: 503, message: "Down. (E-1)" } : undefined);
    await open();
    expect(one(".failed").textContent).toBe("Down. (E-1)Try again");
    expect(announced()).toContain("Down. (E-1)");
  });
});

describe("the field", () => {
  beforeEach(open);

  it("sends with Enter, once; Shift and Enter, and composing, do not send", async () => {
    await type("hi");
    key(field(), "Enter", { shiftKey: true });
    key(field(), "Enter", { isComposing: true });
    await settle();
    expect(server.to("/messages")).toEqual([]);
    key(field(), "Enter");
    key(field(), "Enter");
    one(".send").click();
    await settle();
    expect(server.to("/messages")).toHaveLength(1);
    expect(field().value).toBe("");
  });

  it("counts near the limit, and neither sends nor loses what is too long", async () => {
    await type("x".repeat(700));
    expect(one("#count").textContent).toBe("");
    await type("x".repeat(990));
    expect(one("#count").textContent).toBe("Characters left: 10");
    await say("🔬".repeat(1003));
    expect(one("#count").textContent).toContain("Too long by 3");
    expect(field().getAttribute("aria-invalid")).toBe("true");
    expect(server.to("/messages")).toEqual([]);
    expect([...field().value]).toHaveLength(1003);
    expect(announced().filter((line) => line?.startsWith("Too long"))).toHaveLength(2);
  });

  it("is never disabled, only says that there is nothing to send", async () => {
    expect(one(".send").getAttribute("aria-disabled")).toBe("true");
    expect(one<HTMLButtonElement>(".send").disabled).toBe(false);
    await type("hi");
    expect(one(".send").getAttribute("aria-disabled")).toBe("false");
  });

  it("keeps a draft through a reload of the tab", async () => {
    await type("half a quest");
    panel.destroy();
    panel = new Panel(host);
    await open();
    expect(field().value).toBe("half a quest");
    await say("a question");
    expect(sessionStorage.getItem("assistant-draft")).toBeNull();
  });

  it("gives back what could not be sent before a reload", async () => {
    server.offline = true;
    await say("lost?");
    window.dispatchEvent(new Event("pagehide"));
    server.offline = false;
    panel.destroy();
    panel = new Panel(host);
    await open();
    expect(field().value).toBe("lost?");
  });

  it("moves to the transcript and back with F6", () => {
    key(field(), "F6");
    expect(focused()).toBe(one(".log"));
    key(one(".log"), "F6");
    expect(focused()).toBe(field());
  });
});

describe("what is read out", () => {
  it("is each reply once, in order, outside the transcript", async () => {
    await open();
    server.answers = () => [{ text: "First." }, { text: "Second.", buttons: [{ title: "More", button: "b" }] }];
    await say("hi");
    expect(announced()).toEqual([
      "Assistant:  Welcome.",
      "Assistant:  First.",
      "Assistant:  Second. One suggested reply: More.",
    ]);
    expect(one("[role=log]").getAttribute("aria-live")).toBe("off");
    expect(one("[role=log]").querySelector("[aria-live]")).toBeNull();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(announced()).toEqual([]);
  });

  it("is that a reply is being written, once, if it takes long", async () => {
    await open();
    let answer = () => {};
    const waiting = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const fetched = globalThis.fetch;
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      if (url.endsWith("/messages")) await waiting;
      return fetched(url, init);
    });
    await say("hi");
    expect(one(".typing").textContent).toBe("The assistant is writing…");
    expect(announced()).not.toContain("The assistant is writing…");
    await vi.advanceTimersByTimeAsync(3_000);
    expect(announced().filter((line) => line === "The assistant is writing…")).toHaveLength(1);
    answer();
    await settle();
    expect(one(".typing").textContent).toBe("");
  });

  it("is only where a resumed conversation stood", async () => {
    await open();
    await say("hi");
    panel.destroy();
    panel = new Panel(host);
    await open();
    expect(announced()).toEqual(["Assistant:  You said: hi"]);
  });
});

describe("the menu", () => {
  beforeEach(open);
  const names = () => all(".menu button").map((item) => item.dataset.name);

  it("opens on its first entry and is walked with the arrow keys", () => {
    one(".dots").click();
    expect(one(".dots").getAttribute("aria-expanded")).toBe("true");
    const items = all(".menu button");
    expect(focused()).toBe(items[0]);
    for (const [name, index] of [
      ["ArrowDown", 1],
      ["ArrowUp", 0],
      ["ArrowUp", -1],
      ["ArrowDown", 0],
      ["End", -1],
      ["Home", 0],
    ] as const) {
      key(focused() as Element, name);
      expect(focused()).toBe(items.at(index));
    }
  });

  it("closes first on Escape, then the panel", () => {
    one(".dots").click();
    key(focused() as Element, "Escape");
    expect(one(".menu").hidden).toBe(true);
    expect(focused()).toBe(one(".dots"));
    expect(panel.isOpen).toBe(true);
    key(focused() as Element, "Escape");
    expect(panel.isOpen).toBe(false);
  });

  it("offers what can be done, languages under their own names", () => {
    one(".dots").click();
    expect(names()).toEqual([
      "en",
      "fr",
      "nl",
      "human",
      "contact",
      "save_html",
      "save_text",
      "cookies",
      "delete",
      "finish",
    ]);
    expect(one(".menu [lang=fr]").textContent).toBe("Français");
    expect(one(".menu [lang=en]").getAttribute("aria-current")).toBe("true");
  });

  it("changes the language of panel and conversation", async () => {
    await choose("fr");
    expect(one("h2").textContent).toBe("Assistant sciences de la vie à Bruxelles");
    expect(one("[role=dialog]").lang).toBe("fr");
    expect(field().placeholder).toBe("Tapez votre question");
    expect(host.language).toBe("fr");
    expect(one(".log").textContent).toContain("Now in fr.");
  });

  it("talks to a person and leaves contact details by the conversation's own shortcuts", async () => {
    await choose("human");
    await choose("contact");
    expect(server.to("/messages").map(({ body }) => body.button)).toEqual(["signed-human", "signed-contact"]);
    expect(one(".log").textContent).toContain("Leave contact details");
  });

  it("opens the cookie settings", async () => {
    await choose("cookies");
    expect(host.banner.open).toHaveBeenCalledOnce();
    expect(panel.isOpen).toBe(true);
  });

  it("deletes the conversation only after asking, and tells the reference", async () => {
    await say("secret");
    await choose("delete");
    expect(focused()?.textContent).toBe("Delete this conversation?");
    expect(one(".log").inert).toBe(true);
    one(".sheet .row .plain").click();
    expect(server.asked.some(({ method }) => method === "DELETE")).toBe(false);
    await choose("delete");
    one(".sheet .danger").click();
    await settle();
    expect(one(".sheet").textContent).toContain("Reference: DEL-1");
    expect(one(".log").textContent).not.toContain("secret");
    expect(sessionStorage).toHaveLength(0);
    expect(events("delete")).toEqual([{ reference: "DEL-1" }]);
    one(".sheet .main").click();
    await settle();
    expect(one(".log").textContent).toContain("Welcome.");
    expect(server.to("conversations")).toHaveLength(2);
  });

  it("says what went wrong, and keeps the step open", async () => {
    await choose("delete");
    server.refuses = ({ method }) => (method === "DELETE" ? { status: 500, message: "Broken. (E-2)" } : undefined);
    one(".sheet .danger").click();
    await settle();
    expect(one(".sheet [role=alert]").textContent).toBe("Broken. (E-2)");
    server.refuses = () => undefined;
    server.status.delete = 202;
    one(".sheet .danger").click();
    await settle();
    expect(one(".sheet").textContent).toContain("The deletion is noted");
  });

  it("leads back from a step with Escape, to a conversation", async () => {
    await choose("delete");
    key(focused() as Element, "Escape");
    expect(panel.isOpen).toBe(true);
    expect(one(".sheet").hidden).toBe(true);
    expect(one(".log").inert).toBe(false);
    await choose("delete");
    one(".sheet .danger").click();
    await settle();
    key(focused() as Element, "Escape");
    await settle();
    expect(one(".log").textContent).toContain("Welcome.");
  });

  it("ends with a rating from one to five", async () => {
    await choose("finish");
    one(".sheet .main").click();
    await settle();
    expect(one(".sheet [role=alert]").textContent).toBe("Please choose a number from 1 to 5.");
    one<HTMLInputElement>('.sheet [value="4"]').checked = true;
    one<HTMLTextAreaElement>(".sheet textarea").value = "Good.";
    one(".sheet .main").click();
    await settle();
    expect(server.to("/ratings").map(({ body }) => body)).toEqual([{ value: 4, comment: "Good." }]);
    expect(sessionStorage).toHaveLength(0);
    one(".sheet .plain").click();
    expect(panel.isOpen).toBe(false);
    await open();
    expect(server.to("conversations")).toHaveLength(2);
  });
});

describe("over the whole screen", () => {
  beforeEach(async () => {
    whole = true;
    await open();
  });

  it("is modal and keeps the focus", () => {
    expect(one("[role=dialog]").getAttribute("aria-modal")).toBe("true");
    const [first, last] = [one(".dots"), one(".send")];
    last.focus();
    key(last, "Tab");
    expect(focused()).toBe(first);
    key(first, "Tab", { shiftKey: true });
    expect(focused()).toBe(last);
    one("h2").focus();
    key(one("h2"), "Tab", { shiftKey: true });
    expect(focused()).toBe(last);
  });

  it("keeps the page behind still, until it is closed", () => {
    const rules = () =>
      document.adoptedStyleSheets.flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText)).join();
    expect(rules()).toContain("overflow: hidden");
    panel.close();
    expect(rules()).not.toContain("overflow: hidden");
  });

  it("makes room for the cookie settings", async () => {
    await choose("cookies");
    expect(panel.isOpen).toBe(false);
    expect(host.banner.open).toHaveBeenCalledOnce();
  });
});

describe("the cookie choice", () => {
  it("goes with the conversation when it was made before", async () => {
    host.keeper.token = "subject-before";
    await open();
    expect(server.to("conversations")[0]?.body).toEqual({ language: "en", consent: "subject-before" });
  });

  it("made on the page later belongs to the chat's subject", async () => {
    await open();
    expect(host.keeper.suggested).toEqual(["subject"]);
  });

  it("is adopted when it is made in the chat, and not when a conversation is resumed", async () => {
    server.answers = () => [{ text: "Noted.", custom: { type: "consent", choices: {}, receipt: "R" } }];
    await open();
    await say("I refuse");
    expect(host.keeper.adopted).toEqual([["subject", "R"]]);
    panel.destroy();
    panel = new Panel(host);
    await open();
    expect(host.keeper.adopted).toEqual([["subject", "R"]]);
  });

  it("counts on the page as not made when it could not be stored, and is only asked by a question", async () => {
    server.opening = [{ text: "Cookies?", custom: { type: "consent", step: "ask" } }];
    server.answers = () => [{ text: "Not stored.", custom: { type: "consent", receipt: null, error: "store_down" } }];
    await open();
    expect(host.keeper.adopted).toEqual([]);
    await say("I withdraw");
    expect(host.keeper.adopted).toEqual([["subject", undefined]]);
  });

  it("decides where the conversation is remembered, at once", async () => {
    await open();
    expect(localStorage).toHaveLength(0);
    host.keeper.decide(true);
    expect(localStorage.getItem("assistant-conversation")).toContain('"c1"');
    host.keeper.decide(false);
    expect(localStorage).toHaveLength(0);
  });

  it("is not needed: without a keeper the conversation ends with the tab", async () => {
    host.part = (() => Promise.reject(new Error("keeper cannot be loaded"))) as never;
    await open();
    expect(one(".log").textContent).toContain("Welcome.");
    expect(localStorage).toHaveLength(0);
  });
});

describe("the page", () => {
  it("asks and presses shortcuts, even before the conversation is open", async () => {
    void panel.say("we need a lab");
    await settle();
    await panel.shortcut("contact", "Contact us");
    await panel.shortcut("ask:none", "Which labs?");
    expect(server.to("/messages").map(({ body }) => body.text ?? body.button)).toEqual([
      "we need a lab",
      "signed-contact",
      "Which labs?",
    ]);
    expect(
      all(".said .bubble")
        .map((said) => said.textContent)
        .slice(0, 2),
    ).toEqual(["Welcome.", "we need a lab"]);
    expect(panel.isOpen).toBe(true);
  });

  it("hears of messages, without their words, and of a contact request", async () => {
    server.answers = () => [{ text: "Sent.", custom: { type: "contact", reference: "C-1" } }];
    await open();
    await say("kim@example.com");
    expect(events("message")).toContainEqual({ id: "3", from: "assistant", type: "contact" });
    expect(events("contact")).toEqual([{ reference: "C-1" }]);
    expect(JSON.stringify(host.events)).not.toContain("kim@example.com");
  });

  it("may change the language before and after opening", async () => {
    await panel.setLanguage("nl");
    await open();
    expect(field().placeholder).toBe("Typ uw vraag");
    expect(server.to("conversations")[0]?.body.language).toBe("nl");
    await panel.setLanguage("fr");
    expect(field().placeholder).toBe("Tapez votre question");
  });

  it("in another language: a conversation goes on in its own", async () => {
    await open();
    await panel.setLanguage("fr");
    panel.destroy();
    host.language = "en";
    panel = new Panel(host);
    await open();
    expect(one("h2").textContent).toBe("Assistant sciences de la vie à Bruxelles");
    expect(host.language).toBe("fr");
  });
});
