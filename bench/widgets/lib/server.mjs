/** One local server for all peers' pages, files and stand-ins of their back ends. */

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".html": "text/html",
  ".json": "application/json",
};

/**
 * The page round a widget: correct by itself, so that what axe finds is the widget's. A link stands before and after it.
 * Styles and scripts are files, so that a strict policy has nothing to say about the page.
 */
const page = (peer) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>A page with a chat</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
</head>
<body>
<main><h1>A page with a chat</h1>
<p><a href="#before" id="before">A link before the chat</a></p>
${peer.inline ?? ""}
<p><a href="#after" id="after">A link after the chat</a></p></main>
${peer.scripts}
</body>
</html>
`;
const STYLES =
  "body { font: 16px sans-serif; margin: 2rem; color: #111; background: #fff } a { display: inline-block; padding: 12px; color: #00c }";

/** A strict policy: files of the site's own, and of the one server that the widget needs. Nothing inline, no eval. */
const strict = (origins, nonce) => {
  const own = ["'self'", ...origins].join(" ");
  return `default-src 'none'; script-src ${own}; style-src ${own}${nonce ? ` 'nonce-${nonce}'` : ""}; img-src ${own} data:; font-src ${own}; connect-src ${own}; frame-src ${own}; base-uri 'none'; form-action 'self'`;
};

export class Server {
  #server = createServer((request, response) =>
    this.#answer(request, response).catch((error) => {
      console.error(`${request.url}: ${error.message}`);
      response.writeHead(500).end();
    }),
  );
  #files = new Map();
  #posts = new Map();

  /** @param {object[]} peers */
  async start(peers) {
    await new Promise((done) => this.#server.listen(0, "127.0.0.1", done));
    this.origin = `http://127.0.0.1:${this.#server.address().port}`;
    for (const peer of peers) {
      this.#files.set(`/${peer.id}/page.css`, { type: TYPES[".css"], body: Buffer.from(STYLES + (peer.styles ?? "")) });
      for (const [name, body] of Object.entries(await peer.files(this.origin)))
        this.#files.set(`/${peer.id}/${name}`, { type: TYPES[extname(name)], body });
      const html = { type: TYPES[".html"], body: Buffer.from(page(peer)) };
      this.#files.set(`/${peer.id}/page.html`, html);
      this.#files.set(`/${peer.id}/strict.html`, { ...html, policy: (nonce) => strict(peer.origins ?? [], nonce) });
      peer.backEnd?.(this.#server, (method, path, answer) => this.#posts.set(`${method} /${peer.id}${path}`, answer));
    }
  }

  /** Address of a peer's page, plain or under the strict policy. */
  address(peer, name = "page.html") {
    return `${this.origin}/${peer.id}/${name}`;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #answer(request, response) {
    const address = new URL(request.url, this.origin);
    const path = address.pathname;
    const file = this.#files.get(path);
    if (file) return this.#send(response, 200, file.type, file.body, file.policy?.(address.searchParams.get("nonce")));
    const answer = [...this.#posts].find(([known]) => matches(known, `${request.method} ${path}`))?.[1];
    if (answer) {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = JSON.parse(Buffer.concat(chunks).toString() || "{}");
      return this.#send(response, 200, TYPES[".json"], Buffer.from(JSON.stringify(answer(body, address))));
    }
    this.#send(response, 404, "text/plain", Buffer.from("Not found"));
  }

  #send(response, status, type, body, policy) {
    const packed = gzipSync(body, { level: 9 });
    response.writeHead(status, {
      "content-type": `${type}; charset=utf-8`,
      "content-encoding": "gzip",
      "content-length": packed.length,
      ...(policy && { "content-security-policy": policy }),
    });
    response.end(packed);
  }
}

/** `*` in a known path stands for one part of it. */
function matches(known, asked) {
  const [a, b] = [known.split("/"), asked.split("/")];
  return a.length === b.length && a.every((part, index) => part === "*" || part === b[index]);
}

/** The bytes of a file. */
export const file = (...path) => readFileSync(path.join("/"));
/** The bytes of a text. */
export const text = (content) => Buffer.from(content);
