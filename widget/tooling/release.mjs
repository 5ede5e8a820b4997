import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/**
 * Eight hexadecimal digits over the names and contents of files.
 * @param {Record<string, string>} files
 */
export function contentHash(files) {
  const hash = createHash("sha256");
  for (const name of Object.keys(files).toSorted()) hash.update(`${name}\0${files[name]}\0`);
  return hash.digest("hex").slice(0, 8);
}

/**
 * The value of an `integrity` attribute.
 * @param {string} code
 * @param {"sha256" | "sha384"} algorithm
 */
export function integrityOf(code, algorithm) {
  return `${algorithm}-${createHash(algorithm).update(code).digest("base64")}`;
}

/**
 * What the manifest says about a file.
 * @param {string} code
 */
export function described(code) {
  return {
    integrity: integrityOf(code, "sha384"),
    bytes: Buffer.byteLength(code),
    gzip: gzipSync(code, { level: 9 }).length,
  };
}

/**
 * Writes a version whole and then makes it the current one; a gateway may be serving meanwhile. Older versions stay,
 * for pages that pinned one.
 */
export async function write(folder, version, files, manifest) {
  const target = join(folder, version);
  if (!(await holds(target, files))) {
    const draft = join(folder, `.${version}.${process.pid}`);
    await mkdir(draft, { recursive: true });
    for (const [name, code] of Object.entries(files)) await writeFile(join(draft, name), code);
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
  }
  const draft = join(folder, `.current.${process.pid}`);
  await writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(draft, join(folder, "current.json"));
}

async function holds(folder, files) {
  try {
    for (const [name, code] of Object.entries(files)) {
      if ((await readFile(join(folder, name), "utf8")) !== code) return false;
    }
    return true;
  } catch {
    return false;
  }
}
