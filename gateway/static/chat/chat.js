// The chat panel: opens, sends, shows. It takes the focus when the visitor opens it, and never otherwise.
import { Client, Refused } from "./client.js";
import { element, ours, retire, settle, trouble, yours } from "./view.js";

const NEAR = 80; // Pixels from the end at which somebody still counts as reading the end.
const EDGE = 16;
const COUNT_FROM = 0.8;

export class Chat {
  constructor(root) {
    this.language = root.dataset.language;
    this.limit = Number(root.dataset.limit);
    this.texts = JSON.parse(root.dataset.texts);
    this.client = new Client(this.language);
    this.waiting = 0;
    this.shown = new Set();
    this.opening = null;
    this.reading = false;
    const part = (name) => root.querySelector(`[data-${name}]`);
    this.panel = root.querySelector(".chat");
    [this.launcher, this.log, this.typing, this.newer, this.form, this.text, this.count] =
      ["launcher", "log", "typing", "newer", "form", "text", "count"].map(part);
    this.launcher.addEventListener("click", () => this.show(this.launcher));
    part("close").addEventListener("click", () => this.hide());
    this.panel.addEventListener("keydown", (event) => event.key === "Escape" && this.hide());
    this.form.addEventListener("submit", (event) => this.#submit(event));
    this.text.addEventListener("input", () => this.#counted());
    this.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    this.newer.addEventListener("click", () => this.#toEnd());
    this.log.addEventListener("scroll", () => {
      this.reading = !this.#atEnd();
      if (!this.reading) this.newer.hidden = true;
    });
    // A growing text field must not push the latest message out of sight.
    new ResizeObserver(() => this.reading || this.#toEnd()).observe(this.log);
  }

  /** Open the panel; `opener` gets the focus back when it closes. */
  show(opener) {
    this.opener = opener;
    this.panel.hidden = false;
    this.launcher.hidden = true;
    this.launcher.setAttribute("aria-expanded", "true");
    // On a touch screen the keyboard would cover what the visitor is about to read.
    (matchMedia("(pointer: fine)").matches ? this.text : this.panel).focus({ preventScroll: true });
    this.#ready().catch(() => {});
  }

  hide() {
    this.panel.hidden = true;
    this.launcher.hidden = false;
    this.launcher.setAttribute("aria-expanded", "false");
    (this.opener?.isConnected ? this.opener : this.launcher).focus({ preventScroll: true });
  }

  /** Send what the visitor typed. */
  say(text) {
    retire(this.log, "text");
    return this.#send(text, () => ({ text }));
  }

  /** Open the panel and press one of the page's own buttons. */
  async shortcut(name, title, opener) {
    this.show(opener);
    const text = name === "contact" ? this.texts.contact_text : title;
    const content = () => (this.client.shortcuts[name] ? { button: this.client.shortcuts[name] } : { text });
    retire(this.log, "text");
    await this.#send(title, content);
  }

  #submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (!text || [...text].length > this.limit) return;
    this.text.value = "";
    this.#counted();
    this.say(text);
  }

  /** The conversation is opened once, when it is first needed. */
  #ready() {
    this.opening ??= this.#open().catch((error) => {
      this.opening = null;
      throw error;
    });
    return this.opening;
  }

  async #open() {
    this.log.querySelector(".start-failed")?.remove();
    this.#busy(+1, this.texts.starting);
    try {
      const messages = await this.client.open();
      this.shown.clear();
      this.#receive(messages);
      this.client.follow((messages) => this.#receive(messages));
    } catch (error) {
      const retry = element("button", { type: "button", text: this.texts.retry });
      retry.addEventListener("click", () => this.#ready().catch(() => {}));
      const text = error.message || this.texts.start_failed;
      this.log.append(element("div", { class: "start-failed" }, element("p", { text }), retry));
      throw error;
    } finally {
      this.#busy(-1);
    }
  }

  async #send(shown, content) {
    const said = yours(shown, this.texts);
    const key = crypto.randomUUID();
    let failure = null;
    await this.#ready().catch((error) => (failure = error));
    this.log.append(said);
    this.#toEnd();
    if (failure) this.#undelivered(said, content, key, failure);
    else await this.#deliver(said, content, key);
  }

  async #deliver(said, content, key) {
    settle(said);
    said.classList.remove("unsent");
    this.#busy(+1, this.texts.typing);
    try {
      await this.#ready();
      const messages = await this.client.send(content(), key);
      this.#receive(messages);
      if (messages.some((message) => message.custom.type === "error")) {
        const again = () => this.#deliver(said, content, crypto.randomUUID());
        trouble(said, "", this.texts.send_again, again);
      }
    } catch (error) {
      this.#undelivered(said, content, key, error);
    } finally {
      this.#busy(-1);
    }
  }

  #undelivered(said, content, key, error) {
    said.classList.add("unsent");
    this.log.querySelector(".start-failed")?.remove();
    const { texts } = this;
    const ended = error instanceof Refused && error.status === 401;
    const reason = error.message || texts.offline;
    const act = () => {
      if (ended) this.opening = null;
      this.#deliver(said, content, key);
    };
    trouble(said, `${texts.not_sent} ${reason}`, ended ? texts.start_new : texts.retry, act);
    this.#toEnd();
  }

  #receive(messages) {
    const fresh = messages.filter((message) => !this.shown.has(message.id));
    const following = this.#atEnd();
    const { id } = this.client;
    const press = (button, title, kind) => {
      retire(this.log, kind);
      // In a conversation opened anew the button means nothing, its words still do.
      this.#send(title, () => (this.client.id === id ? { button } : { text: title }));
    };
    let first;
    for (const message of fresh) {
      this.shown.add(message.id);
      this.client.seen(message);
      const said = ours(message, this.language, this.texts, press);
      this.log.append(said);
      first ??= said;
    }
    if (!first) return;
    if (following) this.#toStart(first);
    else this.newer.hidden = false;
  }

  #busy(step, text = this.texts.typing) {
    this.waiting += step;
    this.typing.textContent = this.waiting > 0 ? text : "";
    this.typing.classList.toggle("busy", this.waiting > 0);
  }

  #counted() {
    const left = this.limit - [...this.text.value.trim()].length;
    const count = String(Math.abs(left));
    const near = left < this.limit * (1 - COUNT_FROM);
    this.count.textContent = near ? this.texts[left < 0 ? "over" : "left"].replace("{count}", count) : "";
    this.count.classList.toggle("over", left < 0);
  }

  /** A long reply is read from its beginning, with the question above it. */
  #toStart(said) {
    const question = said.previousElementSibling;
    const start = question?.classList.contains("yours") ? question : said;
    this.log.scrollTop = start.offsetTop - EDGE;
  }

  #atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
  }

  #toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.newer.hidden = true;
  }
}
