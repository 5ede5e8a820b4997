// Turns messages into elements. Whatever comes from outside is set as text, never as markup.

const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)'\]]/g;

export function element(name, { text, ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

function outward(url, text, texts) {
  const link = element("a", { href: url, target: "_blank", rel: "noopener noreferrer", text });
  link.append(element("span", { class: "unseen", text: ` (${texts.new_tab})` }));
  return link;
}

function words(text, texts) {
  const paragraph = element("p", { class: "words" });
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    paragraph.append(text.slice(end, match.index), outward(match[0], match[0], texts));
    end = match.index + match[0].length;
  }
  paragraph.append(text.slice(end));
  return paragraph;
}

/** A source's date, which may be a year, a month or a day. */
function spoken(iso, language, texts) {
  if (!iso) return texts.undated;
  const [year, month, day] = iso.split("-").map(Number);
  if (!/^\d{4}-\d{2}(-\d{2})?$/.test(iso)) return iso;
  const parts = { year: "numeric", month: "long", ...(day ? { day: "numeric" } : {}), timeZone: "UTC" };
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, parts).format(Date.UTC(year, month - 1, day || 1));
}

function origins(sources, language, texts) {
  const list = element("ul", { class: "origins", "aria-label": texts.sources });
  for (const source of sources) {
    const title = `${source.publisher}, “${source.title}”`;
    const entry = element("li", { text: `${texts.source}: ` });
    const safe = /^https?:\/\//.test(source.url ?? "");
    entry.append(safe ? outward(source.url, title, texts) : title, ` (${spoken(source.as_of, language, texts)})`);
    list.append(entry);
  }
  return list;
}

function choices(message, texts, press) {
  const list = element("div", { class: "choices", role: "group", "aria-label": texts.choices });
  list.dataset.kind = message.custom.type ?? "";
  for (const { title, button } of message.buttons) {
    const choice = element("button", { type: "button", text: title });
    choice.addEventListener("click", () => {
      if (choice.getAttribute("aria-disabled") === "true") return;
      mark(choice, texts);
      press(button, title, list.dataset.kind);
    });
    list.append(choice);
  }
  return list;
}

function mark(choice, texts) {
  choice.classList.add("chosen");
  choice.append(element("span", { class: "unseen", text: ` (${texts.chosen})` }));
}

/**
 * Buttons of earlier messages can no longer be pressed; they stay readable and keep the focus. The cookie choice is a
 * matter of its own: it stays open until it is made, and making it closes nothing else.
 */
export function retire(log, kind) {
  for (const list of log.querySelectorAll(".choices")) {
    if ((list.dataset.kind === "consent") !== (kind === "consent")) continue;
    for (const choice of list.children) choice.setAttribute("aria-disabled", "true");
  }
}

export function ours(message, language, texts, press) {
  const bubble = element("div", { class: "bubble" }, element("span", { class: "unseen", text: `${texts.assistant}: ` }));
  const sources = Array.isArray(message.custom.sources) ? message.custom.sources : [];
  const body = sources.length && message.custom.body ? message.custom.body : message.text;
  for (const paragraph of body.split(/\n{2,}/)) if (paragraph.trim()) bubble.append(words(paragraph.trim(), texts));
  if (sources.length) bubble.append(origins(sources, language, texts));
  const said = element("article", { class: "said ours", lang: message.custom.language ?? language }, bubble);
  if (message.buttons.length) said.append(choices(message, texts, press));
  return said;
}

export function yours(text, texts) {
  const bubble = element("div", { class: "bubble" }, element("span", { class: "unseen", text: `${texts.you}: ` }));
  bubble.append(element("p", { class: "words", text }));
  return element("article", { class: "said yours" }, bubble);
}

/** Say under `said` what went wrong, with a button to do something about it. */
export function trouble(said, text, label, act) {
  settle(said);
  const button = element("button", { type: "button", text: label });
  button.addEventListener("click", act);
  said.append(element("div", { class: "trouble" }, element("span", { text }), button));
}

export function settle(said) {
  said.querySelector(".trouble")?.remove();
}
