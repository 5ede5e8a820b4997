/** Under a strict Content-Security-Policy, and with reduced motion asked for. */
import { Visit, works } from "../lib/browser.mjs";
import { REPLY, SAID, SETTLE } from "../lib/words.mjs";

/** Violations of the policy by directive until the first reply; whether it stands where it should; whether one can chat. */
export async function policy(browser, peer, plain, strict) {
  const designed = await place(browser, peer, plain);
  const result = await under(browser, peer, strict, designed);
  return peer.nonce ? { ...result, withNonce: await under(browser, peer, `${strict}?nonce=bench`, designed) } : result;
}

async function under(browser, peer, address, designed) {
  const visit = await Visit.start(browser, peer);
  visit.page.setDefaultTimeout(8000);
  await visit.go(address);
  await visit.page.waitForTimeout(2 * SETTLE);
  const stands = JSON.stringify(await box(visit)) === JSON.stringify(designed);
  const chats = peer.field ? await works(() => chatAnyhow(visit)) : null;
  const directives = await visit.look(() => globalThis.__probe.violations);
  const violations = {};
  for (const directive of directives) violations[directive] = (violations[directive] ?? 0) + 1;
  await visit.end();
  return { stands, chats, count: directives.length, violations };
}

/** The box of the launcher (or the field), in whole pixels, on the plain page. */
async function place(browser, peer, address) {
  const visit = await Visit.start(browser, peer);
  await visit.go(address);
  await visit.ready();
  await visit.page.waitForTimeout(SETTLE);
  const result = await box(visit);
  await visit.end();
  return result;
}

function box(visit) {
  return visit.look((selector) => {
    const found = globalThis.__probe.find(selector)?.getBoundingClientRect();
    return found ? [found.x, found.y, found.width, found.height].map(Math.round) : null;
  }, visit.peer.launcher ?? visit.peer.field);
}

/** A chat with an unstyled widget: parts may stand anywhere on the page. */
async function chatAnyhow({ page, peer }) {
  if (peer.launcher) await page.locator(peer.launcher).first().click();
  const field = page.locator(peer.field).first();
  await field.click();
  await page.keyboard.type(SAID);
  await page.keyboard.press("Enter");
  await page.getByText(REPLY).first().waitFor();
}

/** Animations and transitions of 20 ms and more that ran until the first reply, with and without the wish for less. */
export async function motion(browser, peer, address) {
  const seen = {};
  for (const reducedMotion of ["no-preference", "reduce"]) {
    const visit = await Visit.start(browser, peer, { reducedMotion });
    await visit.go(address);
    await visit.page.waitForLoadState("domcontentloaded");
    await visit.look(() => globalThis.__probe.watchAnimations());
    await visit.ready();
    await visit.page.waitForTimeout(SETTLE);
    if (peer.field) await chat(visit);
    seen[reducedMotion] = await visit.look(() => [...globalThis.__probe.animations.keys()]);
    await visit.end();
  }
  return { usual: seen["no-preference"], reduced: seen.reduce };
}

async function chat(visit) {
  await visit.open();
  await visit.say(SAID, REPLY);
  await visit.page.waitForTimeout(SETTLE);
}
