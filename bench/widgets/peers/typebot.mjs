/** Typebot's bubble. The stand-in has one flow: a greeting, a question, an echo, the question again. */
import { readFileSync } from "node:fs";
import { installed } from "../lib/published.mjs";
import { file, text } from "../lib/server.mjs";

const { version } = JSON.parse(readFileSync(`${installed("@typebot.io/js")}/package.json`, "utf8"));
let said = 0;
const bubble = (words) => ({
  id: `m${said++}`,
  type: "text",
  content: { type: "richText", richText: [{ type: "p", children: [{ text: words }] }] },
});
const question = () => ({ id: `i${said++}`, type: "text input", options: {} });

export default {
  package: "@typebot.io/js",
  version,
  id: "typebot",
  name: "Typebot (bubble)",
  launcher: '[part~="button"]',
  panel: '[part~="bot"]',
  field: ".text-input",
  scripts: '<script type="module" src="start.js"></script>',
  files: async () => ({
    "web.js": file(installed("@typebot.io/js"), "dist/web.js"),
    "start.js": text(`
      import Typebot from "./web.js";
      Typebot.initBubble({typebot: "our-bot", apiHost: location.origin + "/typebot"});`),
  }),
  backEnd(_server, on) {
    on("POST", "/api/v1/typebots/*/startChat", () => ({
      sessionId: "s1",
      resultId: "r1",
      typebot: { id: "our-bot", version: "6.1", theme: {}, settings: {}, publishedAt: "2026-01-01T00:00:00.000Z" },
      messages: [bubble("Hello. What is your question?")],
      input: question(),
    }));
    on("POST", "/api/v1/sessions/*/continueChat", ({ message }) => ({
      messages: [bubble(`You said: ${message?.text ?? message}`)],
      input: question(),
    }));
  },
};
