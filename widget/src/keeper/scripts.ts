import type { PurposeId } from "../shared/types";
import { PURPOSES } from "./stored";

const WAITING = 'script[type="text/plain"][data-purpose]';

interface ScriptPolicy {
  createScriptURL(url: string): string;
  createScript(code: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
}

let policy: ScriptPolicy | undefined;

/**
 * Runs the page's scripts whose purpose is granted, each once and in the page's order:
 * `<script type="text/plain" data-purpose="analytics" data-src="…">`, or with code inside if it has a nonce. `data-type`
 * stands for `type`. What ran cannot be stopped by a withdrawal: the page hears of that by the event `consent`.
 */
export function runScripts(granted: (purpose: PurposeId) => boolean): void {
  for (const script of document.querySelectorAll<HTMLScriptElement>(WAITING)) {
    const purpose = PURPOSES.find((one) => one === script.dataset.purpose);
    if (purpose && granted(purpose)) run(script);
  }
}

function run(waiting: HTMLScriptElement): void {
  const { src, type } = waiting.dataset;
  if (!src && !waiting.nonce) return;
  const script = document.createElement("script");
  for (const { name, value } of waiting.attributes) {
    if (!/^(type|src|data-(src|type|purpose))$/.test(name)) script.setAttribute(name, value);
  }
  if (type) script.type = type;
  script.async = waiting.hasAttribute("async");
  script.nonce = waiting.nonce;
  try {
    policy ??= trusted();
    if (src) script.src = policy.createScriptURL(src);
    else script.text = policy.createScript(waiting.text);
    waiting.replaceWith(script);
  } catch {
    console.warn("Brussels assistant: the page's CSP blocks", waiting);
  }
}

/** The page's own scripts, as it wrote them: for pages with `require-trusted-types-for 'script'`. */
function trusted(): ScriptPolicy {
  const rules: ScriptPolicy = { createScriptURL: (url) => url, createScript: (code) => code };
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  return trustedTypes?.createPolicy("brussels-assistant-purposes", rules) ?? rules;
}
