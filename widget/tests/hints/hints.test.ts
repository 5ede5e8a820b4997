import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createHints } from "../../src/hints/hints";
import type { HintRule, HintsPart } from "../../src/shared/types";
import { heard, reset, Site } from "../loader/site";

const RULE: HintRule = { text: "Looking for a lab?", after: 20 };

let site: Site;
let hints: HintsPart | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  site = new Site();
  site.granted.add("functional");
});
afterEach(() => {
  hints?.destroy();
  reset();
});

async function visit(...rules: unknown[]): Promise<void> {
  site.include({ hints: JSON.stringify(rules) });
  hints = createHints(site.host);
  await vi.advanceTimersByTimeAsync(0);
}

const wait = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const box = () => site.host.root.querySelector<HTMLElement>(".hint");
const shown = () => box()?.querySelector("[role=status]")?.textContent ?? "";
const buttons = () => [...(box()?.querySelectorAll("button") ?? [])];
const consent = () => site.host.emit("consent", {});

describe("a hint", () => {
  it("is shown when its time has come, and heard, and takes no focus", async () => {
    const input = document.body.appendChild(document.createElement("input"));
    input.focus();
    const events = heard("hint");
    await visit(RULE);
    await wait(19);
    expect(shown()).toBe("");
    await wait(1);
    expect(shown()).toBe("Looking for a lab?");
    expect(document.activeElement).toBe(input);
    expect(events).toEqual(['hint {"action":"shown","text":"Looking for a lab?"}']);
    expect(box()?.nextElementSibling).toBe(site.host.launcher);
  });

  it("is shown when the page was scrolled far enough", async () => {
    vi.spyOn(document.documentElement, "scrollHeight", "get").mockReturnValue(innerHeight + 1000);
    const scroll = (pixels: number) => {
      vi.spyOn(window, "scrollY", "get").mockReturnValue(pixels);
      window.dispatchEvent(new Event("scroll"));
    };
    await visit({ text: "Half way", scroll: 50 });
    scroll(499);
    expect(shown()).toBe("");
    scroll(500);
    expect(shown()).toBe("Half way");
  });

  it("is the first whose conditions hold; what is no rule is told and left out", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    await visit(
      { after: 1 },
      { text: "Elsewhere", page: "/elsewhere" },
      { text: "Here", after: 1 },
      { text: "Later", after: 2 },
    );
    await wait(5);
    expect(shown()).toBe("Here");
    expect(warn).toHaveBeenCalledOnce();
  });

  it("is never shown twice, on no page", async () => {
    await visit(RULE);
    await wait(20);
    buttons().at(-1)?.click();
    await wait(60);
    window.dispatchEvent(new Event("scroll"));
    expect(shown()).toBe("");
    hints?.destroy();
    site.api.destroy();
    await visit(RULE);
    await wait(60);
    expect(shown()).toBe("");
  });

  it.each([
    ["the choice does not allow to remember it", () => site.granted.clear()],
    ["the chat was opened in this tab before", () => sessionStorage.setItem("assistant-conversation", "{}")],
    ["the chat was opened on an earlier visit", () => localStorage.setItem("assistant-conversation", "{}")],
    ["a hint was shown on an earlier visit", () => localStorage.setItem("assistant-hint", "2026-01-01")],
    [
      "the keeper cannot be loaded",
      () => {
        vi.spyOn(console, "warn").mockImplementation(() => {});
        site.down.add("keeper");
      },
    ],
    [
      "it could not be remembered",
      () =>
        vi.spyOn(window, "localStorage", "get").mockReturnValue({
          ...localStorage,
          getItem: () => null,
          setItem: () => {
            throw new DOMException("full", "QuotaExceededError");
          },
        }),
    ],
  ])("is not shown when %s", async (_, given) => {
    given();
    await visit(RULE);
    await wait(60);
    expect(shown()).toBe("");
  });

  it("is not shown once the chat was opened, and goes when it is", async () => {
    await visit(RULE);
    await site.api.open();
    site.api.close();
    await wait(60);
    expect(shown()).toBe("");
    localStorage.clear();
    hints?.destroy();
    site.api.destroy();

    await visit(RULE);
    await wait(20);
    expect(shown()).not.toBe("");
    await site.api.open();
    expect(shown()).toBe("");
    expect(buttons()).toEqual([]);
  });

  it("opens the chat when it is taken up", async () => {
    await visit(RULE);
    await wait(20);
    expect(buttons().map((button) => button.textContent)).toEqual(["Open the assistant", "Close"]);
    buttons()[0]?.click();
    await wait(0);
    expect(site.calls).toEqual(["refresh", "open"]);
  });

  it("asks when it has a question, with words in the visitor's language", async () => {
    const events = heard("hint");
    await visit({ ...RULE, ask: "Where can we rent a lab?" });
    site.host.language = "fr";
    await wait(20);
    expect(buttons().map((button) => button.textContent)).toEqual(["Poser la question", "Fermer"]);
    buttons()[0]?.click();
    await wait(0);
    expect(site.calls).toEqual(["refresh", "open", "say Where can we rent a lab?"]);
    expect(events.at(-1)).toContain("taken");
  });

  it("is dismissed with Escape while the focus is in it, which then goes to the launcher", async () => {
    await visit(RULE);
    await wait(20);
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(shown()).not.toBe("");
    buttons()[1]?.focus();
    buttons()[1]?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, composed: true }));
    expect(shown()).toBe("");
    expect(site.host.root.activeElement).toBe(site.host.launcher);
  });
});

describe("the choice of the visitor", () => {
  it("lets a hint be shown as soon as it is granted on this page", async () => {
    site.granted.clear();
    await visit(RULE);
    await wait(30);
    site.granted.add("functional");
    consent();
    expect(shown()).not.toBe("");
  });

  it("makes it forgotten that a hint was shown, when it is withdrawn", async () => {
    await visit(RULE);
    await wait(20);
    expect(localStorage.getItem("assistant-hint")).not.toBeNull();
    site.granted.clear();
    consent();
    expect(localStorage.getItem("assistant-hint")).toBeNull();
  });
});

describe("taken away", () => {
  it("shows nothing any more, and leaves no elements or style sheets", async () => {
    await visit(RULE);
    const sheets = site.host.root.adoptedStyleSheets.length;
    hints?.destroy();
    expect(box()).toBeNull();
    expect(site.host.root.adoptedStyleSheets).toHaveLength(sheets - 1);
    await wait(60);
    expect(localStorage.getItem("assistant-hint")).toBeNull();
  });
});
