/**
 * Builds the widget into dist/<version>/ and says in dist/current.json which version is current.
 *
 *   node build.mjs [--out FOLDER] [--partial]
 *
 * The version is that of package.json with a hash of what was built: the same sources always give the same version.
 * Exit code 1 and nothing written: a budget is exceeded or a chunk cannot be built. `--partial` makes do with
 * what there is, at any size, while it is being written.
 */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { report } from "./tooling/budgets.mjs";
import { builtChunk, PARTS } from "./tooling/chunks.mjs";
import { contentHash, described, integrityOf, write } from "./tooling/release.mjs";

/** Stands in the loader for the version, which is a hash of the loader too. */
const VERSION = "@@VERSION@@";

const { values } = parseArgs({ options: { out: { type: "string" }, partial: { type: "boolean", default: false } } });
const out = values.out ?? fileURLToPath(new URL("dist", import.meta.url));
const files = {};
for (const name of PARTS) {
  try {
    files[`${name}.js`] = await builtChunk(name, {});
  } catch (error) {
    console.error(`${name} cannot be built: ${error.message}`);
    if (!values.partial) process.exit(1);
  }
}
const integrity = Object.fromEntries(PARTS.map((name) => [name, integrityOf(files[`${name}.js`] ?? "", "sha256")]));
files["widget.js"] = await builtChunk("loader", { __VERSION__: VERSION, __PARTS__: integrity });

const { version: released } = JSON.parse(await readFile(new URL("package.json", import.meta.url), "utf8"));
const version = `${released}-${contentHash(files)}`;
files["widget.js"] = files["widget.js"].replaceAll(VERSION, version);

const manifest = {
  version,
  files: Object.fromEntries(
    Object.keys(files)
      .toSorted()
      .map((name) => [name, described(files[name])]),
  ),
};
if (!report(manifest) && !values.partial) process.exit(1);
await write(out, version, files, manifest);
