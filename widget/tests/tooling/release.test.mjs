// @vitest-environment node
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { report } from "../../tooling/budgets.mjs";
import { builtChunk } from "../../tooling/chunks.mjs";
import { contentHash, described, write } from "../../tooling/release.mjs";

let folder;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "widget-"));
});
afterEach(() => rm(folder, { recursive: true }));

const manifest = (version) => ({ version, files: {} });

describe("a release", () => {
  it("is written whole, then made current; older versions stay", async () => {
    await write(folder, "1.0.0-a", { "widget.js": "one" }, manifest("1.0.0-a"));
    await write(folder, "1.0.0-b", { "widget.js": "two", "panel.js": "three" }, manifest("1.0.0-b"));
    expect(JSON.parse(await readFile(join(folder, "current.json"), "utf8"))).toEqual(manifest("1.0.0-b"));
    expect(await readFile(join(folder, "1.0.0-a", "widget.js"), "utf8")).toBe("one");
    expect(await readFile(join(folder, "1.0.0-b", "panel.js"), "utf8")).toBe("three");
    expect((await readdir(folder)).toSorted()).toEqual(["1.0.0-a", "1.0.0-b", "current.json"]);
  });

  it("mends a version that was damaged", async () => {
    const files = { "widget.js": "one", "panel.js": "two" };
    await write(folder, "1.0.0-a", files, manifest("1.0.0-a"));
    await rm(join(folder, "1.0.0-a", "panel.js"));
    await write(folder, "1.0.0-a", files, manifest("1.0.0-a"));
    expect(await readFile(join(folder, "1.0.0-a", "panel.js"), "utf8")).toBe("two");
  });

  it("has another version as soon as a byte differs, whatever the order of its files", () => {
    const version = contentHash({ "a.js": "1", "b.js": "2" });
    expect(version).toMatch(/^[0-9a-f]{8}$/);
    expect(contentHash({ "b.js": "2", "a.js": "1" })).toBe(version);
    expect(contentHash({ "a.js": "1", "b.js": "3" })).not.toBe(version);
    expect(contentHash({ "a.js": "12", "b.js": "" })).not.toBe(version);
  });

  it("is described by what a browser checks", () => {
    const digest = createHash("sha384").update("héllo").digest("base64");
    expect(described("héllo")).toMatchObject({ integrity: `sha384-${digest}`, bytes: 6 });
  });
});

describe("the budgets", () => {
  it.each([
    [{ "widget.js": 4_000, "panel.js": 17_000, "keeper.js": 4_000, "banner.js": 20_000 }, true],
    [{ "widget.js": 4_001 }, false],
    [{ "widget.js": 4_000, "panel.js": 17_001, "keeper.js": 4_000 }, false],
    [{ "widget.js": 100, "banner.js": 20_001 }, false],
  ])("of %j are kept: %s", (sizes, kept) => {
    const print = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const files = Object.fromEntries(Object.entries(sizes).map(([name, gzip]) => [name, { bytes: 0, gzip }]));
    expect(report({ version: "1.0.0-a", files })).toBe(kept);
    expect(print.mock.calls.join("").includes("OVER BUDGET")).toBe(!kept);
  });
});

describe("the built loader", () => {
  it("is the same each time, plain ASCII, and runs no markup, code or style of a text", async () => {
    const constants = { __VERSION__: "1.0.0-a", __PARTS__: { panel: "", keeper: "", banner: "", hints: "" } };
    const code = await builtChunk("loader", constants);
    expect(await builtChunk("loader", constants)).toBe(code);
    expect(code).toMatch(/^[\x20-\x7e\n]+$/);
    expect(code).not.toMatch(/innerHTML|insertAdjacentHTML|\beval\(|new Function|import\(|\.style\b|cookie\s*=/);
  });
});

describe("the lock", () => {
  it("names no registry", async () => {
    const lock = JSON.parse(await readFile(new URL("../../package-lock.json", import.meta.url), "utf8"));
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved)).toEqual([]);
  });
});
