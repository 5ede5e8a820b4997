import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Language } from "../../src/shared/types";
import { Stage, VERSION, WORDS } from "./stage";

const NONE = { functional: false, analytics: false, improvement: false };
const ALL = { functional: true, analytics: true, improvement: true };

let stage: Stage;
beforeEach(async () => {
  stage = new Stage();
  await stage.start();
});
afterEach(() => {
  stage.end();
  vi.unstubAllGlobals();
  Reflect.deleteProperty(navigator, "globalPrivacyControl");
});

function privacyControl(): void {
  Object.defineProperty(navigator, "globalPrivacyControl", { value: true, configurable: true });
}

test("the first layer offers three things of equal weight, asks for nothing and takes no focus", async () => {
  document.body.append(document.createElement("main"));
  await stage.banner.ask();
  const buttons = [...(stage.first?.querySelectorAll("button") ?? [])];
  expect(buttons.map((button) => button.textContent)).toEqual(["Accept", "Refuse", "Read more"]);
  expect(new Set(buttons.map((button) => button.className))).toEqual(new Set([""]));
  expect(stage.first?.getAttribute("aria-modal")).toBeNull();
  expect(document.activeElement).toBe(document.body);
  expect(document.body.firstElementChild?.localName).toBe("brussels-assistant-cookies");
  expect(stage.sent).toEqual([]);
});

test("it is a named region in the notice's language, and words are never markup", async () => {
  await stage.banner.ask();
  const { first, root } = stage;
  const title = root?.getElementById(first?.getAttribute("aria-labelledby") ?? "");
  expect(title?.textContent).toBe(stage.title);
  expect(first?.lang).toBe("en");
  expect(first?.textContent).toContain("May we? (en)");
});

test.each([
  ["Accept", "accept", ALL],
  ["Refuse", "refuse", NONE],
])("%s is one act, confirmed with its receipt", async (name, kind, choices) => {
  await stage.banner.ask();
  await stage.press(name);
  const notice = { version: VERSION, language: "en" };
  expect(stage.sent).toMatchObject([{ kind, choices, layer: 1, method: "banner", notice, signals: {} }]);
  expect(stage.keeper.state().choices).toEqual(choices);
  expect(stage.first).toBeNull();
  expect(stage.status).toContain("Saved. Your receipt: ");
  const link = stage.root?.querySelector("a");
  expect(link?.href).toBe(`https://assistant.example.com/receipts/${stage.sent[0]?.key}?lang=en`);
});

test("it stands aside while the chat is open, which asks the same, and comes back until there is a choice", async () => {
  await stage.banner.ask();
  stage.chat("open");
  expect(stage.first).toBeNull();
  stage.chat("close");
  expect(stage.first).not.toBeNull();
  await stage.press("Refuse");
  stage.chat("open");
  stage.chat("close");
  expect(stage.first).toBeNull();
});

test("it does not come up over a chat that is open already", async () => {
  stage.chat("open");
  await stage.banner.ask();
  expect(stage.first).toBeNull();
  stage.chat("close");
  expect(stage.first).not.toBeNull();
});

test("a double click is one act", async () => {
  await stage.banner.ask();
  const accept = stage.button("Accept");
  accept.click();
  accept.click();
  await stage.rest();
  expect(stage.sent).toHaveLength(1);
});

test("behind Read more each purpose says what for, which data and how long; nothing is preselected", async () => {
  await stage.banner.ask();
  await stage.press("Read more");
  const dialog = stage.second;
  expect(dialog?.open).toBe(true);
  expect(dialog?.lang).toBe("en");
  for (const id of ["necessary", "functional", "analytics", "improvement"]) {
    for (const words of [`What ${id} is for`, `Data of ${id}`, `Lifetime of ${id}`]) {
      expect(dialog?.textContent).toContain(words);
    }
  }
  expect(stage.switches.map((input) => [input.labels?.[0]?.textContent, input.checked])).toEqual([
    ["functional (en)", false],
    ["analytics (en)", false],
    ["improvement (en)", false],
  ]);
  expect(dialog?.querySelector("li")?.textContent).toContain(WORDS.en.always_on);
  expect(dialog?.textContent).toContain("Responsible: Example Region");
});

test("one by one: what is switched on is granted, and shown when it is opened again", async () => {
  await stage.banner.ask();
  await stage.press("Read more");
  stage.switches[1]?.click();
  await stage.press("Save my choice");
  expect(stage.sent).toMatchObject([{ kind: "choose", choices: { ...NONE, analytics: true }, layer: 2 }]);
  await stage.banner.open();
  expect(stage.switches.map(({ checked }) => checked)).toEqual([false, true, false]);
  expect(stage.second?.querySelector("a")?.href).toContain(`/receipts/${stage.sent[0]?.key}`);
});

test.each([
  ["Accept all", "accept", ALL],
  ["Refuse all", "refuse", NONE],
  ["Save my choice", "choose", NONE],
])("%s on the second layer", async (name, kind, choices) => {
  await stage.banner.open();
  await stage.press(name);
  expect(stage.sent).toMatchObject([{ kind, choices, layer: 2 }]);
  expect(stage.second).toBeNull();
});

test("withdrawing is one press, offered only where something is granted", async () => {
  await stage.banner.open();
  expect(() => stage.button("Withdraw my consent")).toThrow();
  await stage.press("Accept all");
  await stage.banner.open();
  await stage.press("Withdraw my consent");
  expect(stage.sent.at(-1)).toMatchObject({ kind: "withdraw", choices: NONE });
  expect(stage.keeper.state().choices).toEqual(NONE);
});

test("Escape on the second layer goes back to the first and chooses nothing", async () => {
  await stage.banner.ask();
  await stage.press("Read more");
  const cancel = new Event("cancel", { cancelable: true });
  stage.second?.dispatchEvent(cancel);
  expect(cancel.defaultPrevented).toBe(true);
  expect(stage.second).toBeNull();
  expect(stage.first).not.toBeNull();
  expect(stage.sent).toEqual([]);
});

test("keys pressed on the second layer do not reach the chat", async () => {
  await stage.banner.open();
  const heard = vi.fn();
  document.addEventListener("keydown", heard);
  const press = new KeyboardEvent("keydown", { key: "Escape", bubbles: true, composed: true });
  stage.second?.querySelector("h2")?.dispatchEvent(press);
  document.removeEventListener("keydown", heard);
  expect(heard).not.toHaveBeenCalled();
});

test("while the server is away the visitor is told that it counts as refused, and then that it is saved", async () => {
  await stage.banner.ask();
  stage.mood = "away";
  await stage.press("Accept");
  expect(stage.status).toContain("Not stored yet: until then everything counts as refused.");
  expect(stage.keeper.state()).toMatchObject({ choices: NONE, pending: true });
  stage.mood = "well";
  window.dispatchEvent(new Event("online"));
  await stage.rest();
  expect(stage.status).toContain("Saved. Your receipt: ");
  expect(stage.keeper.state()).toMatchObject({ choices: ALL, pending: false });
  expect(stage.sent).toHaveLength(1);
});

test("a choice that the server does not take is asked for again, with the notice read anew", async () => {
  await stage.banner.ask();
  stage.mood = "refuses";
  await stage.press("Accept");
  expect(stage.asked.filter((address) => address.includes("/notice"))).toHaveLength(2);
  expect(stage.second?.querySelector("[role=alert]")?.textContent).toBe(WORDS.en.again);
  expect(stage.keeper.state().choices).toEqual(NONE);
});

test("who has chosen is not asked", async () => {
  await stage.banner.ask();
  await stage.press("Refuse");
  const asked = stage.asked.length;
  await stage.banner.ask();
  expect(stage.first).toBeNull();
  expect(stage.asked).toHaveLength(asked);
});

test("a choice made elsewhere takes the question away", async () => {
  await stage.banner.ask();
  await stage.keeper.act({
    kind: "refuse",
    choices: NONE,
    layer: 1,
    method: "api",
    notice: { version: VERSION, language: "en" },
  });
  expect(stage.first).toBeNull();
});

test.each(["en", "fr", "nl"] satisfies Language[])("the banner in %s", async (language) => {
  await stage.banner.ask();
  await stage.speak(language);
  expect(stage.first?.lang).toBe(language);
  expect(stage.first?.textContent).toContain(`May we? (${language})`);
  await stage.press(WORDS[language].more ?? "");
  const names = [...(stage.second?.querySelectorAll(":scope > .buttons button") ?? [])].map((one) => one.textContent);
  expect(names).toEqual([WORDS[language].accept_all, WORDS[language].refuse_all, WORDS[language].save]);
});

test("opened from the page while the notice cannot be had, it says so and tries again", async () => {
  stage.mood = "away";
  await stage.banner.open();
  expect(stage.status).toContain("Cannot be loaded.");
  stage.mood = "well";
  await stage.press("Try again");
  expect(stage.second?.open).toBe(true);
  expect(stage.status).toBe("");
});

test("Global Privacy Control is recorded once as a refusal, and nobody is asked", async () => {
  privacyControl();
  await stage.banner.ask();
  expect(stage.first).toBeNull();
  expect(stage.sent).toMatchObject([{ kind: "refuse", choices: NONE, method: "gpc", signals: { gpc: true } }]);
  await stage.banner.ask();
  expect(stage.sent).toHaveLength(1);
});

test("with Global Privacy Control a later choice counts, and says that the signal was there", async () => {
  privacyControl();
  await stage.banner.ask();
  await stage.banner.open();
  expect(stage.second?.textContent).toContain(WORDS.en.gpc);
  await stage.press("Accept all");
  expect(stage.sent.at(-1)).toMatchObject({ kind: "accept", method: "banner", signals: { gpc: true } });
  expect(stage.keeper.granted("analytics")).toBe(true);
});

test("Global Privacy Control does not undo a choice in force", async () => {
  await stage.banner.open();
  await stage.press("Accept all");
  privacyControl();
  await stage.banner.ask();
  expect(stage.sent).toHaveLength(1);
  expect(stage.keeper.granted("functional")).toBe(true);
});

test("nothing is kept but the keeper's own, and only after a choice", async () => {
  await stage.banner.ask();
  await stage.press("Read more");
  expect([localStorage.length, sessionStorage.length, document.cookie]).toEqual([0, 0, ""]);
  await stage.press("Accept all");
  expect([Object.keys(localStorage), sessionStorage.length, document.cookie]).toEqual([["assistant-choice"], 0, ""]);
});

test("no style attribute, no style element, no link", async () => {
  await stage.banner.ask();
  await stage.press("Read more");
  expect(stage.root?.querySelectorAll("[style], style, link")).toHaveLength(0);
  expect(document.querySelectorAll("[style], style, link")).toHaveLength(0);
  expect(stage.root?.adoptedStyleSheets).toHaveLength(1);
});

test("hiding takes everything away", async () => {
  const sheets = document.adoptedStyleSheets.length;
  await stage.banner.ask();
  await stage.banner.open();
  stage.banner.hide();
  expect(stage.root).toBeNull();
  expect(document.adoptedStyleSheets).toHaveLength(sheets);
  await stage.speak("fr");
  expect(stage.root).toBeNull();
});

test("the page hears of each change", async () => {
  await stage.banner.ask();
  await stage.press("Accept");
  expect(stage.events).toEqual([
    ["consent", { choices: NONE, pending: true, receipt: null }],
    ["consent", { choices: ALL, pending: false, receipt: stage.sent[0]?.key }],
  ]);
});
