import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { heard, reset, Site, settled } from "./site";

let site: Site;

beforeEach(() => {
  site = new Site();
});
afterEach(reset);

describe("a chunk", () => {
  it("is loaded once, with its integrity, from the server's folder of this version", async () => {
    site.include({ server: "https://api.example.com/chat" }, "n0nce");
    await Promise.all([site.api.open(), site.api.ask("Hello")]);
    await site.api.open();
    expect(site.fetched).toEqual([
      {
        name: "panel",
        url: "https://api.example.com/chat/widget/0.0.0-test/panel.js",
        integrity: "sha384-p",
        nonce: "n0nce",
      },
    ]);
    expect(site.head.childElementCount).toBe(0);
  });

  it("goes through a policy of ours where the page asks for trusted types", async () => {
    const createScriptURL = vi.fn((url: string) => `${url}#trusted`);
    const createPolicy = vi.fn(() => ({ createScriptURL }));
    vi.stubGlobal("trustedTypes", { createPolicy });
    vi.resetModules();
    const { runModule } = await import("../../src/loader/scripts");
    runModule("https://assistant.example.com/widget/1/panel.js", "", "").catch(() => {});
    expect(createPolicy).toHaveBeenCalledWith("brussels-assistant", expect.anything());
    expect(site.fetched[0]?.url).toContain("#trusted");
  });

  it("is loaded where the page's policy forbids ours", async () => {
    vi.stubGlobal("trustedTypes", {
      createPolicy: () => {
        throw new TypeError("not allowed");
      },
    });
    vi.resetModules();
    const { runModule } = await import("../../src/loader/scripts");
    await runModule("https://assistant.example.com/widget/1/other.js", "", "");
    expect(site.names).toEqual(["other"]);
  });
});

describe("a chunk that does not come", () => {
  let warn: MockInstance;

  beforeEach(() => {
    warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  });

  it("or fails in itself is told on the console, with the reason", async () => {
    site.include();
    const reason = new Error("a fault of ours");
    site.host.register("panel", () => {
      throw reason;
    });
    await site.api.open();
    expect(site.status).not.toBe("");
    expect(warn).toHaveBeenCalledWith(reason);
  });

  it.each([
    ["en", "The assistant cannot be loaded. Try again"],
    ["fr", "L'assistant ne peut pas être chargé. Réessayer"],
    ["nl", "De assistent kan niet worden geladen. Opnieuw proberen"],
  ])("is told in %s, seen and heard", async (language, words) => {
    const errors = heard("error");
    site.down.add("panel");
    site.include({ language });
    await site.api.open();
    expect(site.host.launcher.textContent).toContain(words);
    expect(site.host.launcher.getAttribute("aria-label")).toBe(words);
    expect(site.host.launcher.classList.contains("brief")).toBe(false);
    expect(site.status).toBe(words);
    expect(errors).toEqual(['error {"part":"panel"}']);
  });

  it("is asked for again with the next press, under another address, and then does what was asked", async () => {
    site.down.add("panel");
    site.include();
    await site.api.ask("Where can we rent a lab?");
    site.host.launcher.click();
    await settled();
    expect(site.status).not.toBe("");

    site.down.clear();
    site.host.launcher.click();
    await settled();
    expect(new Set(site.fetched.map(({ url }) => url)).size).toBe(3);
    expect(site.calls).toEqual(["open", "say Where can we rent a lab?"]);
    expect(site.status).toBe("");
    expect(site.host.launcher.textContent).toContain("Ask the assistant");

    site.host.launcher.click();
    await settled();
    expect(site.calls.at(-1)).toBe("close");
  });

  it("is forgotten once something else has worked", async () => {
    site.down.add("panel");
    site.include();
    await site.api.ask("Where can we rent a lab?");
    site.down.clear();
    await site.api.open();
    site.api.close();
    site.host.launcher.click();
    await settled();
    expect(site.calls).toEqual(["open", "close", "open"]);
  });

  it("counts as such when it comes and holds nothing", async () => {
    site.down.add("panel is empty");
    site.include();
    await site.api.open();
    expect(site.status).not.toBe("");
    site.down.clear();
    await site.api.open();
    expect(site.calls).toEqual(["open"]);
  });

  it("counts as such after a while", async () => {
    vi.useFakeTimers();
    vi.spyOn(document.head, "append").mockImplementation(() => {});
    site.include();
    site.api.open();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(site.status).not.toBe("");
    expect(site.host.launcher.getAttribute("aria-busy")).not.toBe("true");
  });

  it("leaves the other chunks alone", async () => {
    site.down.add("banner");
    site.include();
    await site.api.cookies();
    await site.api.open();
    expect(site.calls).toEqual(["open"]);
    expect(site.status).toBe("");
  });
});
