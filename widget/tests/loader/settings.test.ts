import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { legible } from "../../src/loader/colours";
import { readSettings } from "../../src/loader/settings";
import { reset, tag } from "./site";

let warned: string[];

beforeEach(() => {
  warned = [];
  vi.spyOn(console, "warn").mockImplementation((line: string) => void warned.push(line));
});
afterEach(reset);

describe("the settings of the script tag", () => {
  it("have defaults", () => {
    expect(readSettings(tag())).toEqual({
      server: "https://assistant.example.com",
      language: "en",
      position: "right",
      theme: { scheme: "auto" },
      consent: "chat",
      consentMode: false,
      openers: "[data-assistant-open]",
      hash: "#assistant",
      hints: [],
    });
    expect(warned).toEqual([]);
  });

  it("are taken as they are given", () => {
    const given = readSettings(
      tag({
        server: "https://api.example.com/assistant/",
        language: "fr-BE",
        position: "left",
        accent: "#ffcc00",
        "on-accent": "#222222",
        scheme: "dark",
        greeting: "Welcome to the investors' desk",
        consent: "banner",
        "consent-mode": "google",
        openers: ".chat, #help",
        hash: "#chat",
        hints: '[{"text": "Looking for a lab?", "page": "/labs/*", "after": 20}]',
      }),
    );
    expect(given).toEqual({
      server: "https://api.example.com/assistant",
      language: "fr",
      position: "left",
      theme: { scheme: "dark", accent: "#ffcc00", onAccent: "#222222" },
      greeting: "Welcome to the investors' desk",
      consent: "banner",
      consentMode: true,
      openers: ".chat, #help",
      hash: "#chat",
      hints: [{ text: "Looking for a lab?", page: "/labs/*", after: 20 }],
    });
    expect(warned).toEqual([]);
  });

  it.each([
    ["server", "javascript:alert(1)"],
    ["server", "assistant"],
    ["language", "de"],
    ["position", "top"],
    ["accent", "red"],
    ["accent", "#ffffff"],
    ["accent", "#ffcc00} * {display: none"],
    ["on-accent", "#12"],
    ["scheme", "sepia"],
    ["consent", "yes"],
    ["consent-mode", "matomo"],
    ["openers", ":::"],
    ["hash", "assistant"],
    ["hash", '#a"] *'],
    ["hints", "{"],
    ["hints", "7"],
  ])("fall back and say so where data-%s is %s", (name, value) => {
    expect(readSettings(tag({ [name]: value }))).toEqual(readSettings(tag()));
    expect(warned).toEqual([`brussels-assistant: wrong data-${name}="${value}"`]);
  });

  it("do without a pair of colours that cannot be read", () => {
    expect(readSettings(tag({ accent: "#0d5c63", "on-accent": "#0e6069" })).theme).toEqual({ scheme: "auto" });
    expect(warned).toHaveLength(1);
  });

  it("put white on an accent that stands alone", () => {
    expect(readSettings(tag({ accent: "#0D5C63" })).theme).toMatchObject({ accent: "#0D5C63", onAccent: "#ffffff" });
  });

  it.each([
    ["nl-BE", ["fr"], "nl"],
    ["de", ["es", "fr-FR"], "fr"],
    ["", ["de"], "en"],
    ["end", [], "en"],
    ["constructor", ["nl"], "nl"],
  ])("take the language of the page (%s), else of the visitor (%s)", (page, visitor, language) => {
    document.documentElement.lang = page;
    vi.spyOn(navigator, "languages", "get").mockReturnValue(visitor);
    expect(readSettings(tag()).language).toBe(language);
  });

  it("are whole, whatever stands in the tag", () => {
    const names = [
      "server",
      "language",
      "position",
      "accent",
      "on-accent",
      "scheme",
      "consent",
      "openers",
      "hash",
      "hints",
    ];
    const values = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom("left", "#abcdef", "#fff", "toString", "https://a.example.com"),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), values), (data) => {
        const { language, theme, hash, server, hints, openers } = readSettings(tag(data));
        expect(["en", "fr", "nl"]).toContain(language);
        expect(hash).toMatch(/^#[\w-]+$/);
        expect(server).toMatch(/^https?:\/\//);
        expect(Array.isArray(hints)).toBe(true);
        document.querySelector(openers);
        if (theme.accent) expect(legible(theme.accent, theme.onAccent ?? "")).toBe(true);
      }),
    );
  });
});

describe("contrast", () => {
  it.each([
    ["#767676", "#ffffff", true],
    ["#777777", "#ffffff", false],
    ["#0d5c63", "#ffffff", true],
    ["#7fd0c8", "#05211f", true],
  ])("of %s on %s is enough: %s", (colour, ground, enough) => {
    expect(legible(colour, ground)).toBe(enough);
    expect(legible(ground, colour)).toBe(enough);
  });
});
