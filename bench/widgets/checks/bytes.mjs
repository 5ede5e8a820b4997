/** What is loaded before and after opening, and from whom; what is stored. */

import { Visit } from "../lib/browser.mjs";
import { REPLY, SAID, SETTLE } from "../lib/words.mjs";

const LOOPBACK = "127.0.0.1";
/** Files of the page round the widget, which every site has; the start script stands inline on real pages. */
const OF_THE_PAGE = /\/((page|strict)\.(html|css)|start\.js)$/;

/**
 * Counts what goes over the line, bodies only, without the page round the widget. Preflights are what a browser asks of
 * another origin by itself: our back end is another origin than the page, the peers' stand-ins are not.
 */
class Line {
  #answers = [];
  requests = 0;
  preflights = 0;
  bySocket = 0;
  foreign = new Set();

  constructor({ context, page, session }) {
    context.on("request", (request) => {
      const address = new URL(request.url());
      if (!/^https?:$/.test(address.protocol) || OF_THE_PAGE.test(address.pathname)) return;
      this.requests += 1;
      if (address.hostname !== LOOPBACK) this.foreign.add(address.hostname);
    });
    context.on("requestfinished", (request) => {
      if (!/^https?:/.test(request.url()) || OF_THE_PAGE.test(new URL(request.url()).pathname)) return;
      this.#answers.push(size(request));
    });
    page.on("websocket", (socket) => {
      this.requests += 1;
      for (const event of ["framesent", "framereceived"])
        socket.on(event, ({ payload }) => {
          this.bySocket += Buffer.byteLength(payload);
        });
    });
    session.on("Network.requestWillBeSent", ({ request }) => {
      if (request.method === "OPTIONS") this.preflights += 1;
    });
  }

  async total() {
    const sizes = await Promise.all(this.#answers);
    const sum = (key) => sizes.reduce((all, one) => all + one[key], this.bySocket);
    return { requests: this.requests, preflights: this.preflights, packed: sum("packed"), raw: sum("raw") };
  }
}

async function size(request) {
  try {
    const [{ responseBodySize }, response] = [await request.sizes(), await request.response()];
    return { packed: responseBodySize, raw: (await response.body()).length };
  } catch {
    return { packed: 0, raw: 0 }; // the page went away, or the answer has no body
  }
}

/** @returns requests and bytes closed and in all until the first reply, third parties, storage */
export async function bytes(browser, peer, address) {
  let line;
  const visit = await Visit.start(browser, peer, { watch: (started) => (line = new Line(started)) });
  await visit.session.send("Network.enable");
  await visit.go(address);
  await visit.ready();
  await visit.page.waitForTimeout(SETTLE);
  const stored = () => visit.look(() => globalThis.__probe.storage());
  const result = { closed: await line.total(), storedClosed: await stored(), foreignClosed: [...line.foreign] };
  if (peer.field) {
    await visit.open();
    await visit.say(SAID, REPLY);
    await visit.page.waitForTimeout(SETTLE);
    Object.assign(result, {
      chatted: await line.total(),
      storedChatted: await stored(),
      foreignChatted: [...line.foreign],
    });
  }
  await visit.end();
  return result;
}
