/** What axe-core finds, closed and with a reply shown. */
import { readFileSync } from "node:fs";
import { Visit } from "../lib/browser.mjs";
import { installed } from "../lib/published.mjs";
import { REPLY, SAID, SETTLE } from "../lib/words.mjs";

const SOURCE = readFileSync(`${installed("axe-core")}/axe.min.js`, "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** @returns {Promise<{closed?: object[], open?: object[]}>} findings: rule, impact, whether WCAG or advice, elements */
export async function axe(browser, peer, address) {
  const visit = await Visit.start(browser, peer);
  const result = {};
  await visit.go(address);
  await visit.ready();
  await visit.page.waitForTimeout(SETTLE);
  if (peer.launcher) result.closed = await findings(visit);
  if (peer.field) {
    await visit.open();
    await visit.say(SAID, REPLY);
    await visit.page.waitForTimeout(SETTLE);
    result.open = await findings(visit);
  }
  await visit.end();
  return result;
}

async function findings(visit) {
  await visit.look(SOURCE);
  const { violations } = await visit.look(
    (values) => globalThis.axe.run(document, { runOnly: { type: "tag", values }, iframes: false }),
    TAGS,
  );
  return violations.map(({ id, impact, tags, nodes }) => ({
    rule: id,
    impact,
    wcag: tags.some((tag) => tag.startsWith("wcag")),
    elements: nodes.map(({ target }) => target.flat().join(" ")),
  }));
}
