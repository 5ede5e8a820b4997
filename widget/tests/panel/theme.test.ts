import { describe, expect, it } from "vitest";
import { colours } from "../../src/panel/theme";

/** The last value a rule gives to a colour, as the browser takes it. */
const value = (css: string, name: string) => css.match(new RegExp(`--${name}:(#\\w+);(?!.*--${name}:)`))?.[1];

describe("colours", () => {
  it("follow the visitor's scheme, unless the site owner fixed one", () => {
    expect(colours({ scheme: "auto" })).toContain("@media(prefers-color-scheme:dark)");
    for (const scheme of ["light", "dark"] as const) {
      expect(colours({ scheme })).toContain(`color-scheme:${scheme};`);
      expect(colours({ scheme })).not.toContain("@media");
    }
  });

  it("take the site owner's accent for surfaces, and for words only where it can be read", () => {
    const dark = { scheme: "light", accent: "#5a1e82", onAccent: "#ffffff" } as const;
    const yellow = { scheme: "light", accent: "#ffd400", onAccent: "#222222" } as const;
    expect(value(colours(dark), "link")).toBe("#5a1e82");
    expect(value(colours(yellow), "accent")).toBe("#ffd400");
    expect(value(colours(yellow), "on-head")).toBe("#222222");
    expect(value(colours(yellow), "link")).toBe("#16202b");
    expect(value(colours({ ...yellow, scheme: "dark" }), "link")).toBe("#ffd400");
  });
});
