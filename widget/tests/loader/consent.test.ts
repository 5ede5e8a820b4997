import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { reset, Site, settled } from "./site";

const HINTS = '[{"text": "Looking for a lab?"}]';

let site: Site;

beforeEach(() => {
  site = new Site();
});
afterEach(reset);

function choose(): void {
  localStorage.setItem("assistant-choice", "{}");
}

describe("what depends on a cookie choice", () => {
  it.each<[string, Record<string, string>, boolean, string[]]>([
    ["no chunk", {}, false, []],
    ["no chunk after a choice either", {}, true, []],
    ["no chunk where nothing is asked", { consent: "none" }, true, []],
    ["no chunk for hints before a choice", { hints: HINTS }, false, []],
    ["hints after a choice", { hints: HINTS }, true, ["hints"]],
    ["the keeper for Google's signals", { "consent-mode": "google" }, false, ["keeper"]],
    ["the banner", { consent: "banner" }, false, ["keeper", "banner"]],
    ["the banner and hints", { consent: "banner", hints: HINTS }, false, ["hints", "keeper", "banner"]],
  ])("loads %s with %j, choice made: %s", async (_, data, chosen, names) => {
    if (chosen) choose();
    site.include(data);
    await settled();
    expect(site.names).toEqual(names);
  });

  it("asks by banner once the server was heard, unless a choice is in force", async () => {
    site.include({ consent: "banner" });
    await settled();
    expect(site.calls).toEqual(["refresh", "ask about cookies"]);
  });

  it("does not ask again", async () => {
    site.asked = true;
    site.include({ consent: "banner" });
    await settled();
    expect(site.calls).toEqual(["refresh"]);
  });

  it("lets the keeper run scripts of a purpose that was granted before", async () => {
    const script = document.createElement("script");
    script.type = "text/plain";
    script.dataset.purpose = "analytics";
    document.body.append(script);
    site.include();
    await settled();
    expect(site.names).toEqual([]);
    site.api.destroy();
    choose();
    site.include();
    await settled();
    expect(site.names).toEqual(["keeper"]);
  });

  it("is left alone where storage is blocked", async () => {
    vi.spyOn(window, "localStorage", "get").mockImplementation(() => {
      throw new DOMException("blocked", "SecurityError");
    });
    site.include({ hints: HINTS });
    await settled();
    expect(site.names).toEqual([]);
    await site.api.open();
    expect(site.calls).toEqual(["open"]);
  });

  it("is left for the next page when the keeper cannot be loaded, without a word to the visitor", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    site.down.add("keeper");
    site.include({ consent: "banner" });
    await settled();
    expect(site.names).toEqual(["keeper"]);
    expect(site.status).toBe("");
  });
});
