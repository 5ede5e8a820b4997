/** Time until a visitor can use it, on a slow processor alone and on a slow line besides. */
import { PHONE, Visit } from "../lib/browser.mjs";
import { SETTLE } from "../lib/words.mjs";

const SLOW_CPU = 4;

const CONDITIONS = {
  processor: { slowCpu: SLOW_CPU },
  phone: { slowCpu: SLOW_CPU, slowLine: true, device: PHONE },
};

/**
 * Milliseconds, medians of `runs` fresh visits: `ready` (seen and clickable), `blocked` (long tasks beyond 50 ms each,
 * from navigation until it has settled), `opening` (from the click until the field can be clicked). Everyone takes part
 * in each round, so that what else the machine does disturbs all alike.
 * @returns {Promise<Map<string, {processor: object, phone: object}>>} by the peer's id
 */
export async function speed(browser, peers, address, runs) {
  const measured = new Map(peers.map(({ id }) => [id, { processor: [], phone: [] }]));
  for (let run = 1; run <= runs; run += 1) {
    console.error(`speed: round ${run} of ${runs}`);
    for (const peer of peers)
      for (const [name, conditions] of Object.entries(CONDITIONS))
        try {
          measured.get(peer.id)[name].push(await once(browser, peer, address(peer), conditions));
        } catch (error) {
          console.error(`${peer.name}: speed: ${error.message}`);
        }
  }
  for (const results of measured.values())
    for (const name of Object.keys(CONDITIONS)) results[name] = medians(results[name]);
  return measured;
}

async function once(browser, peer, address, conditions) {
  const visit = await Visit.start(browser, peer, conditions);
  try {
    await visit.go(address);
    const ready = await visit.ready(60_000);
    await visit.page.waitForTimeout(SETTLE);
    const blocked = await visit.look(() =>
      globalThis.__probe.tasks.reduce((all, { duration }) => all + Math.max(0, duration - 50), 0),
    );
    return { ready, blocked, opening: peer.launcher && peer.field ? await opening(visit) : null };
  } finally {
    await visit.end();
  }
}

/** Timed inside the page, so that our own tools do not count. */
async function opening(visit) {
  await visit.look(
    ({ launcher, field }) => {
      const wait = () => {
        if (globalThis.__probe.reachable(field)) globalThis.__probe.opened = performance.now();
        else requestAnimationFrame(wait);
      };
      globalThis.__probe.find(launcher).addEventListener(
        "click",
        () => {
          globalThis.__probe.clicked = performance.now();
          wait();
        },
        { capture: true, once: true },
      );
    },
    { launcher: visit.peer.launcher, field: visit.peer.field },
  );
  await visit.page.locator(visit.peer.launcher).first().click();
  const took = await visit.page.waitForFunction(() => globalThis.__probe.opened - globalThis.__probe.clicked, null, {
    polling: 50,
    timeout: 60_000,
  });
  return took.jsonValue();
}

function medians(measured) {
  const middle = (key) => {
    const sorted = measured
      .map((one) => one[key])
      .filter((value) => value !== null)
      .sort((a, b) => a - b);
    return sorted.length ? Math.round(sorted[Math.floor(sorted.length / 2)]) : null;
  };
  return { ready: middle("ready"), blocked: middle("blocked"), opening: middle("opening"), runs: measured };
}
