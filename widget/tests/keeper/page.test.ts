import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { consentMode, signals } from "../../src/keeper/consent-mode";
import { runScripts } from "../../src/keeper/scripts";
import type { ConsentState, PurposeId } from "../../src/shared/types";

const NOTHING: ConsentState = {
  choices: { functional: false, analytics: false, improvement: false },
  asked: false,
  pending: false,
  receipt: null,
  validUntil: null,
  token: null,
};
const scope = globalThis as { dataLayer?: IArguments[] };

beforeEach(() => {
  document.body.replaceChildren();
  // Scripts of these tests are looked at, not loaded.
  const { settings } = (window as unknown as { happyDOM: { settings: Record<string, unknown> } }).happyDOM;
  settings.disableJavaScriptFileLoading = true;
  settings.handleDisabledFileLoadingAsSuccess = true;
});
afterEach(() => {
  delete scope.dataLayer;
  vi.restoreAllMocks();
});

function waiting(attributes: Record<string, string>, code = ""): HTMLScriptElement {
  const script = document.createElement("script");
  for (const [name, value] of Object.entries({ type: "text/plain", ...attributes })) script.setAttribute(name, value);
  script.textContent = code;
  document.body.append(script);
  return script;
}
const scripts = () => [...document.querySelectorAll("script")];
const only = (purpose: PurposeId) => (asked: PurposeId) => asked === purpose;

test("a script runs when its purpose is granted, once, with what its tag says", () => {
  waiting({ "data-purpose": "analytics", "data-src": "https://example.com/a.js", "data-type": "module", id: "a" });
  runScripts(() => false);
  expect(scripts()[0]?.type).toBe("text/plain");
  runScripts(only("analytics"));
  const [script] = scripts();
  expect(script).toMatchObject({ src: "https://example.com/a.js", type: "module", id: "a", async: false });
  runScripts(only("analytics"));
  expect(scripts()).toEqual([script]);
});

test("scripts of other purposes, and of none we know, do not run", () => {
  waiting({ "data-purpose": "functional", "data-src": "https://example.com/f.js" });
  waiting({ "data-purpose": "advertising", "data-src": "https://example.com/x.js" });
  waiting({ "data-purpose": "", "data-src": "https://example.com/y.js" });
  runScripts(only("analytics"));
  expect(scripts().map(({ type }) => type)).toEqual(["text/plain", "text/plain", "text/plain"]);
});

test("code inside a tag runs only with a nonce", () => {
  waiting({ "data-purpose": "analytics" }, "window.without = 1");
  const nonced = waiting({ "data-purpose": "analytics" }, "window.withNonce = 1");
  nonced.nonce = "n";
  runScripts(only("analytics"));
  expect(scripts().map(({ type }) => type)).toEqual(["text/plain", ""]);
  expect(scripts()[1]).toMatchObject({ nonce: "n", textContent: "window.withNonce = 1" });
});

test("a page that forbids it is told why on the console", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.stubGlobal("trustedTypes", {
    createPolicy() {
      throw new TypeError("not allowed");
    },
  });
  vi.resetModules();
  waiting({ "data-purpose": "analytics", "data-src": "https://example.com/a.js" });
  return import("../../src/keeper/scripts").then((fresh) => {
    fresh.runScripts(() => true);
    expect(warn).toHaveBeenCalledOnce();
    expect(scripts()[0]?.type).toBe("text/plain");
  });
});

test("Consent Mode: seven signals are denied by default, and only changes are told", () => {
  const tell = consentMode();
  const denied = { ...signals(NOTHING) };
  expect(Object.keys(denied)).toHaveLength(7);
  expect(new Set(Object.values(denied))).toEqual(new Set(["denied"]));
  tell(NOTHING);
  const accepted = { functional: true, analytics: true, improvement: true };
  tell({ ...NOTHING, asked: true, pending: true });
  tell({ ...NOTHING, asked: true, choices: accepted });
  tell({ ...NOTHING, asked: true, choices: accepted });
  expect(scope.dataLayer?.map((command) => Object.prototype.toString.call(command))).toEqual(
    Array(3).fill("[object Arguments]"),
  );
  expect(scope.dataLayer?.map((command) => [...command])).toEqual([
    ["consent", "default", { ...denied, wait_for_update: 500 }],
    ["consent", "update", { ...denied, security_storage: "granted" }],
    [
      "consent",
      "update",
      {
        ...denied,
        security_storage: "granted",
        analytics_storage: "granted",
        functionality_storage: "granted",
        personalization_storage: "granted",
      },
    ],
  ]);
});

test.each(["functional", "analytics", "improvement"] as const)(
  "%s never grants anything about advertising",
  (purpose) => {
    const { ad_storage, ad_user_data, ad_personalization } = signals({
      asked: true,
      choices: { ...NOTHING.choices, [purpose]: true },
    });
    expect([ad_storage, ad_user_data, ad_personalization]).toEqual(["denied", "denied", "denied"]);
  },
);
