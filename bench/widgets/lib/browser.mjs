/** Chromium that reaches only this machine, and pages with our probe in them. */
import { chromium } from "playwright-core";
import { install } from "./probe.mjs";

const PATIENCE = 20_000;
/** Lighthouse's slow mobile line: 150 ms there and back, 1.6 Mbit/s down, 750 kbit/s up. */
const SLOW_LINE = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };

export const DESKTOP = { viewport: { width: 1280, height: 800 } };
export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

/** Names resolve to nothing but loopback, so that a third party's address is seen being asked for and never reached. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
  });
}

/** A fresh visitor on a peer's page. The methods say what a person does; each throws after `PATIENCE`. */
export class Visit {
  /**
   * @param {import("playwright-core").Browser} browser
   * @param {object} peer see `peers/`
   * @param {{device?: object, slowLine?: boolean, slowCpu?: number, watch?: (visit: Visit) => void}} options
   */
  static async start(browser, peer, { device = DESKTOP, slowLine = false, slowCpu = 1, watch, ...context } = {}) {
    const visit = new Visit();
    visit.peer = peer;
    visit.context = await browser.newContext({ locale: "en-GB", ...device, ...context });
    await visit.context.addInitScript(install, { launcher: peer.launcher, field: peer.field });
    visit.page = await visit.context.newPage();
    visit.page.setDefaultTimeout(PATIENCE);
    visit.session = await visit.context.newCDPSession(visit.page);
    if (slowCpu > 1) await visit.session.send("Emulation.setCPUThrottlingRate", { rate: slowCpu });
    if (slowLine) {
      await visit.session.send("Network.enable");
      await visit.session.send("Network.emulateNetworkConditions", SLOW_LINE);
    }
    watch?.(visit);
    return visit;
  }

  async go(address) {
    await this.page.goto(address, { waitUntil: "commit" });
  }

  /** Waits until the launcher (or, without one, the field) can be seen and clicked; milliseconds since navigation. */
  async ready(patience = PATIENCE) {
    const handle = await this.page.waitForFunction(() => globalThis.__probe?.ready, null, {
      polling: 50,
      timeout: patience,
    });
    return handle.jsonValue();
  }

  /** Opens by a click. */
  async open() {
    if (!this.peer.launcher) return;
    await this.page.locator(this.peer.launcher).first().click();
    await this.fieldReady();
  }

  async fieldReady(patience = PATIENCE) {
    await this.page.waitForFunction((field) => globalThis.__probe.reachable(field), this.peer.field, {
      polling: "raf",
      timeout: patience,
    });
  }

  /** Sends a text by the mouse-and-keyboard way and waits for the reply. */
  async say(text, reply) {
    const field = this.page.locator(this.peer.field).first();
    await field.click();
    await this.page.keyboard.type(text);
    await this.page.keyboard.press("Enter");
    await this.shows(reply);
  }

  async shows(text, patience = PATIENCE) {
    await this.page.waitForFunction((text) => globalThis.__probe.shows(text), text, { polling: 50, timeout: patience });
  }

  /** Runs a method of the probe, or any function in the page. */
  look(code, given) {
    return this.page.evaluate(code, given);
  }

  async end() {
    await this.context.close();
  }
}

/** True when `step` did not throw: for things that a widget may or may not do. */
export async function works(step) {
  try {
    await step();
    return true;
  } catch {
    return false;
  }
}
