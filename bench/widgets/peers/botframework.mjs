/** Microsoft's Bot Framework Web Chat, full and minimal build; the stand-in is Direct Line by polling. It has no launcher. */
import { folder } from "../lib/published.mjs";
import { file, text } from "../lib/server.mjs";

const PUBLISHED = {
  package: "botframework-webchat",
  version: "4.18.1",
  integrity: "sha512-7jpEUJ7olT62Xm+8eh7BhhIcXVfU2xD4pZDaeBt8K4XcNy6K/83UGIxE9BFkXmHMZ4hDEVOzs5cre07GWuaXzg==",
};

const build = (id, name, script) => ({
  ...PUBLISHED,
  id,
  name,
  nonce: true,
  launcher: null,
  panel: "#webchat",
  field: '[data-id="webchat-sendbox-input"]',
  inline: '<div id="webchat"></div>',
  styles: "#webchat { height: 400px; width: 100% }",
  scripts: `<script src="${script}"></script><script src="start.js"></script>`,
  files: async () => ({
    [script]: file(folder(PUBLISHED), "dist", script),
    "start.js": text(`
      WebChat.renderWebChat({
        directLine: WebChat.createDirectLine({token: "none", domain: new URL("directline", location.href).href, webSocket: false}),
        nonce: new URLSearchParams(location.search).get("nonce") ?? undefined,
      }, document.getElementById("webchat"));`),
  }),
  backEnd(_server, on) {
    const conversations = new Map();
    const bot = { id: "bot", name: "Bot", role: "bot" };
    on("POST", "/directline/conversations", () => {
      const conversationId = `c${conversations.size}`;
      conversations.set(conversationId, []);
      return { conversationId, token: "none", expires_in: 3600 };
    });
    on("GET", "/directline/conversations/*/activities", (_body, address) => {
      const all = conversations.get(address.pathname.split("/").at(-2));
      const seen = Number(address.searchParams.get("watermark") ?? 0);
      return { activities: all.slice(seen), watermark: String(all.length) };
    });
    on("POST", "/directline/conversations/*/activities", (activity, address) => {
      const conversation = { id: address.pathname.split("/").at(-2) };
      const all = conversations.get(conversation.id);
      const add = (more) => {
        const id = `${conversation.id}|${String(all.length).padStart(7, "0")}`;
        all.push({ ...more, id, conversation, timestamp: new Date().toISOString(), channelId: "directline" });
        return id;
      };
      const id = add(activity);
      if (activity.type === "message")
        add({ type: "message", from: bot, text: `You said: ${activity.text}`, replyToId: id, locale: "en" });
      return { id };
    });
  },
});

export default [
  build("botframework", "Bot Framework Web Chat", "webchat.js"),
  build("botframework-minimal", "Web Chat, minimal build", "webchat-minimal.js"),
];
