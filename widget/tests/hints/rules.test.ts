import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { due, fits, isRule } from "../../src/hints/rules";

describe("a pattern for pages", () => {
  it.each([
    ["/", "/", true],
    ["/", "/labs", false],
    ["/labs/*", "/labs/wet", true],
    ["/labs/*", "/labs/wet/small", false],
    ["/labs/**", "/labs/wet/small", true],
    ["/*/labs", "/fr/labs", true],
    ["/a.b", "/aXb", false],
    ["/a+(b)", "/a+(b)", true],
  ])("%s fits %s: %s", (pattern, path, is) => {
    expect(fits(pattern, path)).toBe(is);
  });

  it("without a star fits only itself", () => {
    const path = fc.string().filter((text) => !/[*\n\r\u2028\u2029]/.test(text));
    fc.assert(
      fc.property(path, path, (one, other) => {
        expect(fits(one, other)).toBe(one === other);
        expect(fits(`${one}**`, one + other)).toBe(true);
      }),
    );
  });
});

describe("a rule", () => {
  const visit = { path: "/labs", seconds: 20, scrolled: 50 };

  it("without conditions holds at once", () => {
    expect(due({ text: "Hello" }, { path: "/", seconds: 0, scrolled: 0 })).toBe(true);
  });

  it("holds when all of its conditions do", () => {
    const rule = { text: "Hello", page: "/labs", after: 20, scroll: 50 };
    expect(due(rule, visit)).toBe(true);
    expect(due({ ...rule, page: "/" }, visit)).toBe(false);
    expect(due({ ...rule, after: 21 }, visit)).toBe(false);
    expect(due({ ...rule, scroll: 51 }, visit)).toBe(false);
  });

  it.each([
    null,
    7,
    "Hello",
    {},
    { text: " " },
    { text: 1 },
    { text: "a", after: "20" },
    { text: "a", scroll: -1 },
    { text: "a", page: 1 },
  ])("%j is none", (something) => {
    expect(isRule(something)).toBe(false);
  });
});
