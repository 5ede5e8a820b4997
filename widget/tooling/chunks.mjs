import { fileURLToPath } from "node:url";
import { build } from "vite";
import { texts } from "./texts.mjs";

/** What the loader loads when it is needed. */
export const PARTS = ["panel", "keeper", "banner", "hints"];

/**
 * Bundles a chunk into one file without imports: the loader as a classic script, the others as modules.
 * @param {string} name
 * @param {Record<string, unknown>} constants what stands in for names in the source
 * @returns {Promise<string>}
 */
export async function builtChunk(name, constants) {
  const define = Object.entries(constants).map(([key, value]) => [key, JSON.stringify(value)]);
  const result = await build({
    configFile: false,
    root: fileURLToPath(new URL("..", import.meta.url)),
    logLevel: "warn",
    plugins: [texts()],
    define: Object.fromEntries(define),
    publicDir: false,
    build: {
      write: false,
      target: "es2022",
      cssTarget: ["chrome111", "firefox114", "safari16.4"],
      modulePreload: false,
      rolldownOptions: {
        input: fileURLToPath(new URL(`../src/${name}/index.ts`, import.meta.url)),
        output: {
          format: name === "loader" ? "iife" : "es",
          entryFileNames: `${name}.js`,
          codeSplitting: false,
        },
      },
    },
  });
  const { output } = Array.isArray(result) ? result[0] : result;
  if (output.length !== 1) throw new Error(`${name} became ${output.map((file) => file.fileName).join(", ")}`);
  return name === "loader" ? ascii(output[0].code) : output[0].code;
}

/** A classic script is read in the page's encoding unless the server says otherwise; a module is always UTF-8. */
function ascii(code) {
  return code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
