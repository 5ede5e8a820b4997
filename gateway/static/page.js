// The landing page's script: shows what needs one, and opens the chat from the page's buttons.
import { Chat } from "./chat/chat.js";

const chat = new Chat(document.querySelector("[data-chat]"));

for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;

for (const button of document.querySelectorAll("[data-shortcut]")) {
  button.addEventListener("click", () => chat.shortcut(button.dataset.shortcut, button.dataset.title, button));
}

const form = document.querySelector("[data-ask]");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const input = form.elements.question;
  const text = input.value.trim();
  chat.show(form.querySelector("button"));
  if (text) {
    input.value = "";
    chat.say(text);
  }
});
