import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { reset, Site, scope, settled, tag } from "./site";

let site: Site;

beforeEach(() => {
  site = new Site();
});
afterEach(reset);

/** The style sheet as it was written; happy-dom understands but a part of it. */
function rules(data: Record<string, string>): string {
  const replaceSync = vi.spyOn(CSSStyleSheet.prototype, "replaceSync");
  site.include(data);
  return replaceSync.mock.calls.join("\n");
}

describe("the launcher", () => {
  it("is a named button that says what it opens", () => {
    site.include({ language: "nl" });
    const { launcher, element } = site.host;
    expect(element.parentElement).toBe(document.body);
    expect(element.lang).toBe("nl");
    expect(launcher.getAttribute("aria-label")).toBe("Vraag het de assistent");
    expect(launcher.getAttribute("aria-haspopup")).toBe("dialog");
    expect(launcher.getAttribute("aria-expanded")).toBe("false");
    expect(launcher.tabIndex).toBe(0);
  });

  it("loads nothing more, and stores nothing", async () => {
    site.include();
    await settled();
    expect(site.fetched).toEqual([]);
    expect(localStorage.length + sessionStorage.length).toBe(0);
    expect(document.cookie).toBe("");
  });

  it("follows the chat: expanded and out of the tab order while it is open", async () => {
    site.include();
    site.host.launcher.click();
    await settled();
    expect(site.host.launcher.getAttribute("aria-expanded")).toBe("true");
    expect(site.host.launcher.tabIndex).toBe(-1);
    site.host.launcher.click();
    await settled();
    expect(site.calls).toEqual(["open", "close"]);
    expect(site.host.launcher.getAttribute("aria-expanded")).toBe("false");
    expect(site.host.launcher.tabIndex).toBe(0);
  });

  it("counts what is unread, in its name too, until the chat is opened", async () => {
    site.include();
    const { launcher } = site.host;
    const count = () => launcher.querySelector("b");
    expect(count()?.hidden).toBe(true);
    site.host.badge(3);
    expect(launcher.getAttribute("aria-label")).toBe("Ask the assistant, New messages: 3");
    expect(count()?.textContent).toBe("3");
    expect(count()?.hidden).toBe(false);
    site.host.language = "fr";
    expect(launcher.getAttribute("aria-label")).toBe("Interroger l'assistant, Nouveaux messages: 3");
    await site.api.open();
    expect(launcher.getAttribute("aria-label")).toBe("Interroger l'assistant");
    expect(count()?.hidden).toBe(true);
  });

  it("wears the site's colours on the site's side", () => {
    const written = rules({ position: "left", accent: "#ffcc00", "on-accent": "#222222" });
    expect(written).toMatch(/--launcher: ?#ffcc00;--on-launcher: ?#222222/);
    expect(written).toMatch(/\.launcher\{left:/);
    expect(written).not.toContain("right:max");
  });

  it.each([
    ["auto", /@media\(prefers-color-scheme:dark\)\{:host\{--launcher:#7fd0c8/, true],
    ["light", /#7fd0c8/, false],
    ["dark", /prefers-color-scheme/, false],
    ["dark", /#7fd0c8/, true],
  ])("in the scheme %s has %s: %s", (scheme, pattern, has) => {
    expect(pattern.test(rules({ scheme }))).toBe(has);
  });
});

describe("the script", () => {
  it.each([
    ["loading", false],
    ["interactive", true],
  ] as const)("in a page that is %s puts the launcher there at once: %s", async (state, there) => {
    vi.resetModules();
    vi.spyOn(document, "currentScript", "get").mockReturnValue(tag());
    vi.spyOn(document, "readyState", "get").mockReturnValue(state);
    await import("../../src/loader/index");
    expect("BrusselsAssistant" in scope).toBe(there);
    document.dispatchEvent(new Event("DOMContentLoaded", { bubbles: true }));
    expect(document.querySelectorAll("brussels-assistant")).toHaveLength(1);
  });
});
