import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { reset, Site, settled } from "./site";

let site: Site;

beforeEach(() => {
  site = new Site();
});
afterEach(reset);

/** Adds markup of the page, after the tag was read. */
function add(markup: string, to: Element | ShadowRoot = document.body): HTMLElement {
  const place = document.createElement("div");
  place.innerHTML = markup;
  to.append(place);
  return place.querySelector("[id]") as HTMLElement;
}

async function click(element: Element, keys: MouseEventInit = {}): Promise<MouseEvent> {
  const event = new MouseEvent("click", { bubbles: true, composed: true, cancelable: true, ...keys });
  element.dispatchEvent(event);
  await settled();
  return event;
}

describe("elements of the page", () => {
  it.each([
    ['<button id="b" data-assistant-open></button>', ["open from b"]],
    ['<button id="b" data-assistant-ask="What is BLSI?"></button>', ["open from b", "say What is BLSI?"]],
    [
      '<a id="b" href="/contact" data-assistant-shortcut="contact" data-assistant-title="Contact us">…</a>',
      ["open from b", "shortcut contact: Contact us"],
    ],
    ['<a id="b" data-assistant-shortcut="contact"> Write to us </a>', ["open from b", "shortcut contact: Write to us"]],
    ['<a id="b" href="#cookies" data-assistant-cookies></a>', ["open cookies"]],
    ['<a id="b" href="#assistant"></a>', ["open from b"]],
    ['<a id="b" class="chat" href="/chat"></a>', ["open from b"]],
  ])("%s do %j", async (markup, calls) => {
    site.include({ openers: ".chat" });
    const event = await click(add(markup));
    expect(site.calls).toEqual(calls);
    expect(event.defaultPrevented).toBe(true);
  });

  it("work where the press is on something inside of them", async () => {
    site.include();
    add('<button id="b" data-assistant-open><span><b>Ask</b></span></button>');
    await click(document.querySelector("b") as Element);
    expect(site.calls).toEqual(["open from b"]);
  });

  it("work in another component's shadow root", async () => {
    site.include();
    const root = document.body.appendChild(document.createElement("site-header")).attachShadow({ mode: "open" });
    await click(add('<button id="b" data-assistant-open></button>', root));
    expect(site.calls).toEqual(["open from b"]);
  });

  it("are left alone when they are none of ours or open a new tab", async () => {
    site.include();
    const link = add('<a id="b" href="/chat" data-assistant-open></a>');
    for (const keys of [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }]) {
      expect((await click(link, keys)).defaultPrevented).toBe(false);
    }
    expect((await click(add('<a id="c" href="/elsewhere"></a>'))).defaultPrevented).toBe(false);
    expect(site.calls).toEqual([]);
  });
});

describe("the hash of the address", () => {
  it("opens the chat when the page is opened with it", async () => {
    location.hash = "#chat";
    site.include({ hash: "#chat" });
    await settled();
    expect(site.calls).toEqual(["open"]);
  });

  it("opens the chat when it changes to ours", async () => {
    site.include();
    for (const hash of ["#other", "#assistant"]) {
      location.hash = hash;
      window.dispatchEvent(new Event("hashchange"));
    }
    await settled();
    expect(new Set(site.calls)).toEqual(new Set(["open"]));
  });

  it("does nothing otherwise", async () => {
    site.include();
    await settled();
    expect(site.names).toEqual([]);
  });
});
