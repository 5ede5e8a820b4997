// What the landing page adds to the widget's tag: the question of the hero goes to the assistant, and nothing that is
// pressed before the widget has arrived is lost. Where it does not arrive, the contact form takes the question.
"use strict";

(() => {
  const PATIENCE = 5000; // milliseconds
  const form = document.querySelector("[data-ask]");

  const isHere = () => typeof window.BrusselsAssistant?.version === "string";

  function later(act, giveUp) {
    window.BrusselsAssistant = window.BrusselsAssistant || [];
    const waiting = setTimeout(() => {
      if (!isHere()) giveUp();
    }, PATIENCE);
    window.BrusselsAssistant.push((assistant) => {
      clearTimeout(waiting);
      act(assistant);
    });
  }

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const input = form.elements.question;
    const text = input.value.trim();
    later(
      (assistant) => {
        input.value = "";
        if (text) assistant.ask(text);
        else assistant.open();
      },
      () => form.submit(),
    );
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-assistant-shortcut]");
    if (!button || isHere()) return; // links lead to the form by themselves
    const { assistantShortcut: name, assistantTitle: title } = button.dataset;
    later(
      (assistant) => assistant.shortcut(name, title),
      () => {
        if (!form) return;
        form.elements.question.value = title;
        form.submit();
      },
    );
  });
})();
