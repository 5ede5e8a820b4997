/**
 * Papercups' launcher. The chat itself is a page of a hosted service in a frame, not in the package: the stand-in is an
 * empty page that says it has loaded. So only the closed launcher can be measured, at its best.
 */
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { installed } from "../lib/published.mjs";
import { text } from "../lib/server.mjs";

const { version } = JSON.parse(readFileSync(`${installed("@papercups-io/chat-widget")}/package.json`, "utf8"));
const TOKEN = "00000000-0000-4000-8000-000000000000";

async function bundled() {
  const { outputFiles } = await build({
    stdin: {
      resolveDir: import.meta.dirname,
      contents: `
        import {createElement} from "react";
        import {render} from "react-dom";
        import {ChatWidget} from "@papercups-io/chat-widget";
        const service = location.origin + "/papercups";
        const box = document.body.appendChild(document.createElement("div"));
        render(createElement(ChatWidget, {token: "${TOKEN}", baseUrl: service, iframeUrlOverride: service + "/frame.html"}), box);`,
    },
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return Buffer.from(outputFiles[0].contents);
}

export default {
  package: "@papercups-io/chat-widget",
  version,
  id: "papercups",
  name: "Papercups (launcher only)",
  launcher: ".Papercups-toggleButton, .Papercups-toggleButtonContainer button",
  panel: ".Papercups-chatWindowContainer",
  field: null,
  scripts: '<script src="bundle.js"></script>',
  files: async () => ({
    "bundle.js": await bundled(),
    "frame.html": text(
      '<!doctype html><html lang="en"><title>Chat</title><h1>Chat</h1><script src="frame.js"></script></html>',
    ),
    "frame.js": text(`parent.postMessage({event: "chat:loaded", payload: {accountId: "${TOKEN}"}}, "*");`),
  }),
  backEnd(_server, on) {
    on("GET", "/api/widget_settings", () => ({ data: {} }));
    on("PUT", "/api/widget_settings/metadata", () => ({ data: {} }));
  },
};
