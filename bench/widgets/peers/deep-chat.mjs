/** deep-chat, one element in the page, with a service of its own protocol. It has no launcher. */
import { readFileSync } from "node:fs";
import { installed } from "../lib/published.mjs";
import { file } from "../lib/server.mjs";

const { version } = JSON.parse(readFileSync(`${installed("deep-chat")}/package.json`, "utf8"));

export default {
  package: "deep-chat",
  version,
  id: "deep-chat",
  name: "deep-chat",
  launcher: null,
  panel: "deep-chat",
  field: "#text-input",
  inline: `<deep-chat connect='{"url": "chat"}'></deep-chat>`,
  scripts: '<script type="module" src="deepChat.bundle.js"></script>',
  files: async () => ({ "deepChat.bundle.js": file(installed("deep-chat"), "dist/deepChat.bundle.js") }),
  backEnd(_server, on) {
    on("POST", "/chat", ({ messages }) => ({ text: `You said: ${messages.at(-1).text}` }));
  },
};
