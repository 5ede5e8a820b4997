// The chat API. The conversation lives in this object only: nothing is stored in the browser.

const PATIENCE = 75_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** The server refused, or could not be reached (`status` 0). */
export class Refused extends Error {
  constructor(status, error = {}) {
    super(error.message ?? "");
    this.status = status;
    this.code = error.code ?? "offline";
  }
}

export class Client {
  constructor(language) {
    this.language = language;
    this.cursor = 0;
    this.shortcuts = {};
  }

  /** Open a conversation; gives its first messages. */
  async open() {
    const opened = await this.#ask("/api/conversations", { language: this.language });
    this.cursor = 0;
    ({ id: this.id, token: this.token, shortcuts: this.shortcuts } = opened);
    return opened.messages;
  }

  /** Send `{text}` or `{button}`; gives the reply's messages. Repeating a `key` does not send twice. */
  async send(content, key) {
    const reply = await this.#ask(`/api/conversations/${this.id}/messages`, { ...content, idempotency_key: key });
    return reply.messages;
  }

  /** Give the messages to `receive` as they come, coming back after interruptions, until the token is refused. */
  async follow(receive) {
    const token = this.token;
    let pause = FIRST_PAUSE;
    while (this.token === token) {
      try {
        const response = await fetch(`/api/conversations/${this.id}/events?cursor=${this.cursor}`, {
          headers: { Authorization: `Bearer ${token}` },
          cache: "no-store",
        });
        if (response.status === 401 || response.status === 403) return;
        if (response.ok) {
          pause = FIRST_PAUSE;
          await this.#read(response.body, receive, token);
        }
      } catch {
        // The connection broke; the cursor says where to go on.
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }

  seen(message) {
    const number = Number(message.id);
    if (number > this.cursor) this.cursor = number;
  }

  async #read(body, receive, token) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done || this.token !== token) {
        reader.cancel();
        return;
      }
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      const data = blocks.flatMap((block) => block.split("\n").filter((line) => line.startsWith("data: ")));
      if (data.length) receive(data.map((line) => JSON.parse(line.slice(6))));
    }
  }

  async #ask(address, body) {
    let response;
    let answer;
    try {
      response = await fetch(address, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "Accept-Language": this.language,
          ...(this.token && address.includes("/messages") ? { Authorization: `Bearer ${this.token}` } : {}),
        },
        body: JSON.stringify(body),
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
      answer = await response.json();
    } catch {
      throw new Refused(0);
    }
    if (!response.ok) throw new Refused(response.status, answer.error);
    return answer;
  }
}
