interface ScriptPolicy {
  createScriptURL(url: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
}

/** How long a script may take, in milliseconds, until the visitor is told that it does not come. */
const PATIENCE = 20_000;

let policy: ScriptPolicy | undefined;
try {
  // For pages with `require-trusted-types-for 'script'`.
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  policy = trustedTypes?.createPolicy("brussels-assistant", { createScriptURL: (url) => url });
} catch {} // the page's CSP does not name this policy: the browser decides about the address itself

/** Runs a module. Rejects when it cannot be fetched or is not what `integrity` says. */
export function runModule(url: string, integrity: string, nonce: string): Promise<unknown> {
  const script = document.createElement("script");
  script.type = "module";
  script.crossOrigin = "";
  script.integrity = integrity;
  script.nonce = nonce;
  script.src = policy?.createScriptURL(url) ?? url;
  return new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = reject;
    setTimeout(reject, PATIENCE);
    document.head.append(script);
  }).finally(() => script.remove());
}
