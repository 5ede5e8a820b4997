/**
 * Everything that is measured. A peer has an `id`, a `name`, `package` and `version`; `scripts` (and `inline`, `styles`)
 * go into its page; `files(origin)` are served beside the page; `backEnd(server, on)` is the stand-in of what it talks to.
 * `nonce: true` says that its documentation offers a nonce for a strict policy; it finds it in the address.
 * `launcher` (null: it has none), `panel` and `field` (null: not in the package) are selectors within one root.
 */
import botframework from "./botframework.mjs";
import deepChat from "./deep-chat.mjs";
import papercups from "./papercups.mjs";
import rasaWebchat from "./rasa-webchat.mjs";
import typebot from "./typebot.mjs";

export const peers = [rasaWebchat, ...botframework, deepChat, typebot, papercups];
