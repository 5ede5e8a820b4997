/**
 * Measures our widget beside others: `node measure.mjs [--only id,id] [--runs 5] [--ours http://127.0.0.1:PORT]`.
 * `--ours` is a gateway that lets any site show the widget; without it one is started before a fake engine.
 * Writes results/peers.json and results/peers.md. Everything is on this machine.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { axe } from "./checks/axe.mjs";
import { bytes } from "./checks/bytes.mjs";
import { motion, policy } from "./checks/conditions.mjs";
import { keyboard } from "./checks/keyboard.mjs";
import { speed } from "./checks/speed.mjs";
import { launch } from "./lib/browser.mjs";
import { startGateway } from "./lib/gateway.mjs";
import { Server } from "./lib/server.mjs";
import { peers } from "./peers/index.mjs";
import ours from "./peers/ours.mjs";
import { report } from "./report.mjs";

const OUT = join(import.meta.dirname, "results");
const { values: given } = parseArgs({
  options: { ours: { type: "string" }, only: { type: "string" }, runs: { type: "string", default: "5" } },
});

const asked = ({ id }) => !given.only || given.only.split(",").includes(id);
const gateway = given.ours || !asked({ id: "ours" }) ? null : await startGateway();
const wanted = [ours(given.ours ?? gateway?.origin ?? ""), ...peers].filter(asked);
const server = new Server();
await server.start(wanted);
const browser = await launch();
const measured = {
  date: new Date().toISOString().slice(0, 10),
  chromium: browser.version(),
  node: process.version,
  axe: JSON.parse(readFileSync(join(import.meta.dirname, "node_modules/axe-core/package.json"), "utf8")).version,
  processor: `${cpus().length} × ${cpus()[0].model}`,
  load: [loadavg()[0]],
  runs: Number(given.runs),
  peers: [],
};

/** A check that fails is a finding, not the end of the others. */
async function attempt(peer, name, check) {
  try {
    console.error(`${peer.name}: ${name}`);
    return await check();
  } catch (error) {
    console.error(`${peer.name}: ${name}: ${error.message}`);
    return { failed: error.message.split("\n")[0] };
  }
}

for (const peer of wanted) {
  const [plain, strict] = [server.address(peer), server.address(peer, "strict.html")];
  const result = {
    id: peer.id,
    name: peer.name,
    package: peer.package,
    version: peer.version,
    launcher: Boolean(peer.launcher),
    chat: Boolean(peer.field),
  };
  for (const [name, check] of Object.entries({
    bytes: () => bytes(browser, peer, plain),
    axe: () => axe(browser, peer, plain),
    keyboard: () => keyboard(browser, peer, plain),
    policy: () => policy(browser, peer, plain, strict),
    motion: () => motion(browser, peer, plain),
  }))
    result[name] = await attempt(peer, name, check);
  measured.peers.push(result);
  measured.load.push(loadavg()[0]);
}
const times = await speed(browser, wanted, (peer) => server.address(peer), measured.runs);
for (const result of measured.peers) result.speed = times.get(result.id);
measured.load.push(loadavg()[0]);
await browser.close();
await server.stop();
await gateway?.stop();

mkdirSync(OUT, { recursive: true });
writeFileSync(join(OUT, "peers.json"), `${JSON.stringify(measured, null, 2)}\n`);
writeFileSync(join(OUT, "peers.md"), report(measured));
console.log(report(measured));
