/** botfront/rasa-webchat, as its README says; the stand-in speaks the protocol of Rasa's Socket.IO channel. */
import { Server as SocketServer } from "socket.io";
import { folder } from "../lib/published.mjs";
import { file, text } from "../lib/server.mjs";

const PUBLISHED = {
  package: "rasa-webchat",
  version: "1.0.1",
  integrity: "sha512-Ld1zVJvTAaTrs6A5p8t70agNNrKYRyXlvqXZRgBoDvKKUXbA0jhJKECi5bdPGlaR6jsmqWtVylHS+YqIqo0x8w==",
};

export default {
  ...PUBLISHED,
  id: "rasa-webchat",
  name: "rasa-webchat",
  launcher: ".rw-launcher",
  panel: ".rw-conversation-container",
  field: ".rw-new-message",
  scripts: '<script src="start.js"></script>',
  files: async () => ({
    "index.js": file(folder(PUBLISHED), "lib/index.js"),
    "start.js": text(`
      const script = document.createElement("script");
      script.src = "index.js";
      script.async = true;
      script.onload = () => WebChat.default({
        initPayload: "/get_started", customData: {language: "en"}, socketUrl: location.origin, socketPath: "/rasa-webchat/socket.io/",
      }, null);
      document.head.insertBefore(script, document.head.firstChild);`),
  }),
  backEnd(server) {
    new SocketServer(server, { path: "/rasa-webchat/socket.io/", cors: { origin: true } }).on(
      "connection",
      (socket) => {
        const answer = (message) =>
          message.startsWith("/") ? "Hello. What is your question?" : `You said: ${message}`;
        socket.on("session_request", (asked) => socket.emit("session_confirm", asked?.session_id ?? socket.id));
        socket.on("user_uttered", ({ message }) => socket.emit("bot_uttered", { text: answer(message) }));
      },
    );
  },
};
