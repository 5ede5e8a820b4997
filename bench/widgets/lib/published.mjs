/**
 * Published packages, without the packages they name: of a peer that ships one finished bundle we need only that.
 * (The two largest would bring a thousand packages into our lock file.)
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const CACHE = join(import.meta.dirname, "..", "cache");

/**
 * The folder of a package, fetched by npm the first time.
 * @param {{package: string, version: string, integrity: string}} peer
 * @returns {string} the folder
 * @throws when the registry serves other bytes than those that `integrity` names
 */
export function folder(peer) {
  const kept = join(CACHE, `${peer.package}-${peer.version}`.replaceAll("/", "-"));
  if (existsSync(kept)) return kept;
  const work = `${kept}.new`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const name = `${peer.package}@${peer.version}`;
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", name, "--json", "--pack-destination", work], { encoding: "utf8" }),
  );
  if (packed.integrity !== peer.integrity) throw new Error(`${name}: got ${packed.integrity}, want ${peer.integrity}`);
  execFileSync("tar", ["-xzf", join(work, packed.filename), "-C", work, "--strip-components=1"]);
  renameSync(work, kept);
  return kept;
}

/** The folder of a package of our own lock file. */
export function installed(name) {
  return join(import.meta.dirname, "..", "node_modules", name);
}
