import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HOST } from "../../src/shared/host";
import { heard, reset, Site, scope, settled } from "./site";

let site: Site;

beforeEach(() => {
  site = new Site();
});
afterEach(reset);

describe("the public API", () => {
  it("does what the page asked for before the script arrived, and then says that it is ready", async () => {
    const order: string[] = [];
    scope.BrusselsAssistant = [
      (api) => {
        api.on("ready", () => order.push("ready"));
        order.push("first");
      },
      () => order.push("second"),
    ];
    site.include();
    site.api.push(() => order.push("at once"));
    expect(order).toEqual(["at once"]);
    await settled();
    expect(order).toEqual(["at once", "first", "second", "ready"]);
  });

  it("calls everybody who waits, though one of them fails", async () => {
    const tasks: (() => void)[] = [];
    vi.stubGlobal("queueMicrotask", (task: () => void) => tasks.push(task));
    const called = vi.fn();
    scope.BrusselsAssistant = [
      () => {
        throw new Error("the page's own mistake");
      },
      called,
    ];
    site.include();
    expect(() => tasks.shift()?.()).toThrow("the page's own mistake");
    tasks.shift()?.();
    expect(called).toHaveBeenCalledWith(site.api);
  });

  it("is not disturbed by something else of that name", () => {
    (scope as { BrusselsAssistant?: unknown }).BrusselsAssistant = document.createElement("form");
    site.include();
    expect(site.api.version).toBe("0.0.0-test");
  });

  it("opens, asks, presses shortcuts and closes", async () => {
    site.include();
    await site.api.open();
    await site.api.ask("Where can we rent a lab?");
    await site.api.shortcut("human", "Talk to a person");
    site.api.close();
    await site.api.contact();
    await site.api.toggle();
    await site.api.toggle();
    expect(site.calls).toEqual([
      "open",
      "open",
      "say Where can we rent a lab?",
      "open",
      "shortcut human: Talk to a person",
      "close",
      "open",
      "shortcut contact: Contact",
      "close",
      "open",
    ]);
    expect(site.names).toEqual(["panel"]);
  });

  it("closes nothing before the chat was opened", () => {
    site.include();
    site.api.close();
    expect(site.names).toEqual([]);
  });

  it("opens the cookie settings, and reads the choice in force from the server", async () => {
    site.include();
    site.asked = true;
    await site.api.cookies();
    expect(await site.api.consent()).toMatchObject({ asked: true });
    expect(site.calls).toEqual(["open cookies", "refresh"]);
  });

  it("changes the language of the launcher and of the open chat", async () => {
    const events = heard("language");
    site.include();
    await site.api.setLanguage("fr-BE");
    expect(site.host.element.lang).toBe("fr");
    expect(site.host.launcher.textContent).toContain("Interroger l'assistant");
    await site.api.setLanguage("fr");
    await site.api.setLanguage("de");
    await site.api.open();
    await site.api.setLanguage("nl");
    expect(site.calls).toEqual(["open", "language nl"]);
    expect(events).toEqual(['language {"language":"fr"}', 'language {"language":"nl"}']);
  });

  it("tells what happens until one stops listening", async () => {
    site.include();
    const details: unknown[] = [];
    const off = site.api.on("contact", (detail) => details.push(detail));
    const events = heard("contact");
    site.host.emit("contact", { reference: "R-1" });
    off();
    site.host.emit("contact", { reference: "R-2" });
    expect(details).toEqual([{ reference: "R-1" }]);
    expect(events).toHaveLength(2);
  });

  it("takes everything away, and lets the page begin anew", async () => {
    site.include({ consent: "banner" });
    await site.api.open();
    await settled();
    const api = site.api;
    const listener = vi.fn();
    api.on("open", listener);
    const { host } = site;
    site.calls.length = 0;
    api.destroy();
    expect(site.calls).toEqual(["destroy panel", "hide cookies"]);
    expect(document.querySelector("brussels-assistant")).toBeNull();
    expect(scope[HOST]).toBeUndefined();
    expect("BrusselsAssistant" in window).toBe(false);

    const button = document.createElement("button");
    button.setAttribute("data-assistant-open", "");
    document.body.append(button);
    const fetched = site.fetched.length;
    const press = new MouseEvent("click", { bubbles: true, composed: true, cancelable: true });
    button.dispatchEvent(press);
    location.hash = "#assistant";
    window.dispatchEvent(new Event("hashchange"));
    host.emit("open");
    await settled();
    expect(press.defaultPrevented).toBe(false);
    expect(site.fetched).toHaveLength(fetched);
    expect(site.calls).toHaveLength(2);
    expect(listener).not.toHaveBeenCalled();

    location.hash = "";
    site.include();
    const { api: next } = site;
    api.destroy();
    expect(site.api).toBe(next);
    expect(site.host.element.isConnected).toBe(true);
  });

  it("is not opened by a chunk that arrives after it was taken away", async () => {
    const errors = heard("error");
    site.include();
    const opening = site.api.open();
    site.api.destroy();
    await opening;
    expect(site.calls).toEqual([]);
    expect(errors).toEqual([]);
  });
});

describe("a second tag", () => {
  it("changes nothing", async () => {
    site.include();
    const { api, host } = site;
    site.include({ language: "fr" });
    expect(site.api).toBe(api);
    expect(site.host).toBe(host);
    expect(document.querySelectorAll("brussels-assistant")).toHaveLength(1);
    await api.open();
    expect(site.calls).toEqual(["open"]);
  });

  it("puts the assistant back where the page has replaced its body", async () => {
    site.include();
    const { element } = site.host;
    document.body.replaceChildren();
    site.include();
    expect(document.querySelector("brussels-assistant")).toBe(element);
  });
});
