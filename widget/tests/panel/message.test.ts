import { beforeEach, describe, expect, it, vi } from "vitest";
import { bubble, gist } from "../../src/panel/bubble";
import { clock, dayName, spoken } from "../../src/panel/dates";
import { prose } from "../../src/panel/prose";
import type { Words } from "../../src/panel/words";
import type { Message } from "../../src/shared/types";
import { message, words } from "./helpers";

let english: Words;
let french: Words;

beforeEach(async () => {
  english = await words();
  french = await words("fr");
});

const made = (said: Partial<Message>, as = english) => bubble(message(said), as, () => {});
const markup = (text: string) => {
  const box = document.createElement("div");
  box.append(...prose(text, english));
  return box.innerHTML;
};

describe("text", () => {
  it("has paragraphs and lists, and keeps its lines", () => {
    expect(markup("One\ntwo\n\nThree:\n- a\n- b\n• c\nEnd")).toBe(
      "<p>One\ntwo</p><p>Three:</p><ul><li>a</li><li>b</li><li>c</li></ul><p>End</p>",
    );
  });

  it("numbers a list as it was numbered", () => {
    expect(markup("1. a\n2. b")).toBe("<ol><li>a</li><li>b</li></ol>");
    expect(markup("3. a\n4. b")).toBe('<ol start="3"><li>a</li><li>b</li></ol>');
  });

  it.each(["20 days", "-5 degrees", "2026. A year", "a - b", "1.5 million"])("takes %j for no item", (text) => {
    expect(markup(text)).toBe(`<p>${text}</p>`);
  });

  it("makes links of http addresses only, which open safely in a new tab", () => {
    const box = made({ text: "See https://example.com/a?b=1, and (http://example.com). javascript:alert(1)" });
    const links = [...box.querySelectorAll("a")];
    expect(links.map((link) => link.getAttribute("href"))).toEqual(["https://example.com/a?b=1", "http://example.com"]);
    expect(links[0]?.rel).toBe("noopener noreferrer");
    expect(links[0]?.target).toBe("_blank");
    expect(links[0]?.textContent).toContain("(opens in a new tab)");
  });
});

const HOSTILE = '<img src=x onerror="alert(1)"><script>alert(1)</script>';

describe("whatever comes from outside", () => {
  it.each<[string, Partial<Message>]>([
    ["text", { text: HOSTILE }],
    ["buttons", { buttons: [{ title: HOSTILE, button: "b" }] }],
    [
      "sources",
      {
        custom: { body: HOSTILE, sources: [{ publisher: HOSTILE, title: HOSTILE, as_of: HOSTILE }], checked: HOSTILE },
      },
    ],
    [
      "cards",
      {
        custom: {
          intro: HOSTILE,
          closing: HOSTILE,
          cards: [{ name: HOSTILE, kind: HOSTILE, rows: [{ label: HOSTILE, value: HOSTILE }] }],
        },
      },
    ],
    ["tables", { custom: { table: { columns: [HOSTILE], rows: [{ label: HOSTILE, values: [HOSTILE] }] } } }],
    ["languages", { custom: { language: HOSTILE } }],
    ["an adviser", { from: "adviser", text: HOSTILE }],
  ])("is text, in %s", (_, said) => {
    const box = made(said);
    expect(box.querySelector("img, script")).toBeNull();
    if (!("language" in (said.custom ?? {}))) expect(box.textContent).toContain(HOSTILE);
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "//example.com", "https://", ""])("has no link to %j", (url) => {
    const sources = [{ publisher: "P", title: "T", url, as_of: null }];
    const cards = [{ name: "N", website: { url, verified: true } }];
    expect(made({ custom: { body: "b", sources, cards } }).querySelector("a")).toBeNull();
  });

  it.each([{ sources: "no list" }, { sources: [{}] }, { cards: [] }, { language: 5 }])(
    "does no harm as %j",
    (custom) => {
      expect(made({ text: "Hello.", custom }).textContent).toContain("Hello.");
    },
  );
});

describe("an answer", () => {
  const custom = {
    type: "answer",
    body: "20 days.",
    sources: [
      { publisher: "FAMHP", title: "Fees", url: "https://example.com/fees", as_of: "2026-01" },
      { publisher: "example.com", title: null, url: "https://example.com", as_of: null },
    ],
    checked: "2026-11-02",
  };

  it("shows its body once, its sources with their dates, and when it was checked", () => {
    const box = made({ text: "20 days.\n\nSource: FAMHP, Fees", custom });
    const lines = [...box.querySelectorAll(".origins li")].map((line) => line.textContent);
    expect(box.textContent?.match(/20 days/g)).toHaveLength(1);
    expect(lines[0]).toBe("Fees (opens in a new tab)FAMHP, as of January 2026");
    expect(lines[1]).toBe("example.com (opens in a new tab)undated");
    expect(box.querySelector(".origins")?.textContent).toContain("Checked on 2 November 2026");
  });

  it("says nothing of a check that was not told of", () => {
    expect(made({ custom: { ...custom, checked: undefined } }).textContent).not.toContain("Checked");
  });

  it("has its words in its language and the words around them in the panel's", () => {
    const box = made({ custom: { ...custom, language: "en" } }, french);
    expect(box.lang).toBe("fr");
    expect(box.querySelector<HTMLElement>(".bubble")?.lang).toBe("en");
    expect(box.querySelector<HTMLElement>(".origins")?.lang).toBe("fr");
    expect(box.textContent).toContain("Vérifié le 2 novembre 2026");
    const dutch = made({ text: "Dag.", language: "nl" } as Partial<Message>, french);
    expect(dutch.querySelector<HTMLElement>(".bubble")?.lang).toBe("nl");
  });
});

describe("places", () => {
  const cards = [
    {
      id: "a",
      name: "Alpha",
      kind: "Incubator",
      status: "open",
      rows: [{ label: "Wet labs", value: "yes" }],
      website: { url: "https://alpha.example.com", verified: false },
    },
    { id: "b", name: "Beta", kind: "Park", status: null, rows: [], website: null },
  ];
  const custom = { type: "places", intro: "Two places:", cards, others: "Gamma", closing: "As of 2025." };

  it("are a list of cards, without the text that says the same", () => {
    const box = made({ text: "1. Alpha: Incubator", custom });
    expect(box.textContent).not.toContain("1. Alpha");
    expect([...box.querySelectorAll(".cards h3")].map((name) => name.textContent)).toEqual(["Alpha", "Beta"]);
    expect(box.querySelector("dt")?.textContent).toBe("Wet labs");
    expect(box.querySelector("a")?.textContent).toBe("Alpha: Website, not confirmed (opens in a new tab)");
    for (const text of ["Two places:", "Gamma", "As of 2025."]) expect(box.textContent).toContain(text);
  });

  it("side by side are a table with headers, which scrolls by itself and has a name", () => {
    const table = { columns: ["Alpha", "Beta"], rows: [{ label: "Labs", values: ["yes", "no"] }] };
    const box = made({ text: "Alpha / Beta", custom: { table } });
    const region = box.querySelector("[role=region]");
    expect(region?.getAttribute("tabindex")).toBe("0");
    expect(region?.getAttribute("aria-label")).toBe("Side by side: Alpha, Beta");
    expect(box.querySelector("caption")?.textContent).toBe("Side by side: Alpha, Beta");
    expect([...box.querySelectorAll("thead th")].map((cell) => cell.getAttribute("scope"))).toEqual([
      "col",
      "col",
      "col",
    ]);
    expect(box.querySelector("tbody th")?.getAttribute("scope")).toBe("row");
    expect(box.textContent).not.toContain("Alpha / Beta");
  });
});

describe("who speaks", () => {
  it.each([
    ["visitor", "You: "],
    ["assistant", "Assistant: "],
    ["adviser", "Adviser (a person)"],
  ] as const)("is told of the %s", (from, name) => {
    const box = made({ from, text: "Hi." });
    const [who] = (box.getAttribute("aria-labelledby") ?? "").split(" ");
    expect(box.querySelector(`#${who}`)?.textContent).toBe(name);
  });

  it("and what is read out: the words, then the buttons, and nothing twice", () => {
    const buttons = ["Fees", "Days"].map((title) => ({ title, button: title }));
    const custom = { body: "20 days.", sources: [{ publisher: "P", title: "T", url: null, as_of: null }] };
    expect(gist(message({ text: "20 days.\nSource: P", custom, buttons }), english)).toBe(
      "Assistant:  20 days. 2 suggested replies: Fees, Days.",
    );
    expect(
      gist(message({ text: "x", custom: { intro: "Two:", cards: [{ name: "Alpha" }, { name: "Beta" }] } }), english),
    ).toBe("Assistant:  Two: Alpha, Beta");
  });
});

describe("times", () => {
  it("are shown with the moment they stand for", () => {
    const at = "2026-11-25T10:00:00.000Z";
    const time = made({ at }).querySelector("time");
    expect(time?.getAttribute("datetime")).toBe(at);
    expect(time?.textContent).toBe(clock(new Date(at), "en"));
    expect(time?.textContent).toMatch(/^\d\d:\d\d$/);
  });

  it.each(["", "yesterday-ish"])("are left out when unknown: %j", (at) => {
    expect(made({ at }).querySelector("time")).toBeNull();
  });
});

describe("dates", () => {
  it.each([
    ["2026", "en", "2026"],
    ["2026-01", "en", "January 2026"],
    ["2026-01-31", "en", "31 January 2026"],
    ["2026-01-31", "fr", "31 janvier 2026"],
    ["2026-01-31", "nl", "31 januari 2026"],
    ["2026-13", "en", "2026-13"],
    ["spring 2026", "en", "spring 2026"],
  ] as const)("%s in %s is %s", (iso, language, text) => {
    expect(spoken(iso, language)).toBe(text);
  });

  it("of messages are days of the visitor's own calendar", () => {
    vi.useFakeTimers({ now: new Date(2026, 2, 1, 0, 30) });
    const now = new Date();
    expect(dayName(now, english)).toBe("Today");
    expect(dayName(new Date(2026, 1, 28, 23, 59), english)).toBe("Yesterday");
    expect(dayName(new Date(2026, 1, 27), english)).toContain("27 February 2026");
    expect(dayName(new Date(2026, 1, 28), french)).toBe("Hier");
    vi.useRealTimers();
  });
});
