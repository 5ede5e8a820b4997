/** A person without a mouse: the way in, the talk, the way out; and what a screen reader is told on it. */
import { Visit, works } from "../lib/browser.mjs";
import { REPLY, SAID, SETTLE } from "../lib/words.mjs";

const STEPS = 25;
const SHORT = 4000;

/** Each point is true, false, or null where it does not apply. */
export async function keyboard(browser, peer, address) {
  const visit = await Visit.start(browser, peer);
  await visit.go(address);
  await visit.ready();
  await visit.page.waitForTimeout(SETTLE);
  await visit.page.locator("#before").focus();
  const points = {
    ...(peer.launcher && (await enter(visit))),
    ...(peer.field && (await talk(visit))),
    ...(peer.launcher && peer.field && (await leave(visit))),
  };
  await visit.end();
  return points;
}

/** Tab to the launcher, Enter. */
async function enter(visit) {
  const { peer, page } = visit;
  const launcher = await named(visit, peer.launcher);
  const tabbed = await tab(visit, () => visit.look((launcher) => globalThis.__probe.inside(launcher), peer.launcher));
  if (!tabbed)
    await page
      .locator(peer.launcher)
      .first()
      .focus()
      .catch(() => {});
  await page.keyboard.press("Enter");
  if (!peer.field) {
    await page.waitForTimeout(1000);
    return { launcher, tabbed, opened: await visit.look((panel) => globalThis.__probe.reachable(panel), peer.panel) };
  }
  const opened = tabbed && (await works(() => visit.fieldReady(SHORT)));
  if (!opened && !(await works(() => visit.fieldReady(SHORT)))) await visit.open();
  await page.waitForTimeout(1000);
  const focused = await visit.look((panel) => globalThis.__probe.inside(panel), peer.panel);
  return { launcher, tabbed, opened, focused };
}

/** Type and send; does a live region that was there before hear the reply, and does the focus stay. */
async function talk(visit) {
  const { peer, page } = visit;
  const inField = () => visit.look((field) => globalThis.__probe.inside(field), peer.field);
  const typed = (await inField()) || (await tab(visit, inField));
  if (!typed) await page.locator(peer.field).first().focus();
  const field = await named(visit, peer.field);
  await visit.look((reply) => globalThis.__probe.listen(reply), REPLY);
  await page.keyboard.type(SAID);
  await page.keyboard.press("Enter");
  const sent = typed && (await works(() => visit.shows(REPLY)));
  if (!sent) await visit.say(SAID, REPLY);
  await page.waitForTimeout(SETTLE);
  return {
    field,
    typed,
    sent,
    stayed: sent ? await inField() : null,
    liveRegions: await visit.look(() => globalThis.__probe.liveRegions().map(globalThis.__probe.describe)),
    heardBy: await visit.look(() => globalThis.__probe.heardBy()),
    language: await visit.look((reply) => globalThis.__probe.languageOf(reply), REPLY),
  };
}

/** Escape, and where the focus is then. */
async function leave(visit) {
  const { peer, page } = visit;
  await page.keyboard.press("Escape");
  const escaped = await works(() =>
    page.waitForFunction((field) => !globalThis.__probe.reachable(field), peer.field, { timeout: SHORT }),
  );
  await page.waitForTimeout(500);
  return {
    escaped,
    returned: escaped && (await visit.look((launcher) => globalThis.__probe.inside(launcher), peer.launcher)),
  };
}

/** Presses Tab until `there`; false when a round of the page does not get there. */
async function tab(visit, there) {
  for (let step = 0; step < STEPS; step += 1) {
    await visit.page.keyboard.press("Tab");
    if (await there()) return true;
  }
  return false;
}

/** Role, name and states as assistive technology gets them. */
async function named({ session }, selector) {
  const { result } = await session.send("Runtime.evaluate", {
    expression: `globalThis.__probe.find(${JSON.stringify(selector)})`,
  });
  const { nodes } = await session.send("Accessibility.getPartialAXTree", {
    objectId: result.objectId,
    fetchRelatives: false,
  });
  const [{ role, name, properties = [] }] = nodes;
  const expanded = properties.find((property) => property.name === "expanded")?.value.value;
  return { role: role?.value ?? null, name: name?.value ?? "", ...(expanded !== undefined && { expanded }) };
}
