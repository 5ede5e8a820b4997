import type { Host, KeeperPart, Language, PanelPart } from "../shared/types";
import { Announcer } from "./announcer";
import { Api, type Refused } from "./api";
import { Composer } from "./composer";
import { Conversation } from "./conversation";
import { Frame } from "./frame";
import { Memory } from "./memory";
import { Menu } from "./menu";
import type { Content } from "./model";
import { items, type Options } from "./options";
import { Presenter } from "./presenter";
import { Sheet } from "./sheet";
import { Transcript } from "./transcript";
import { createWindow, type Parts, type Window } from "./window";
import { Words } from "./words";

/** The window with the conversation: puts the parts together and tells them of each other. */
export class Panel implements PanelPart {
  readonly #host: Host;
  readonly #memory = new Memory();
  readonly #conversation: Conversation;
  readonly #parts: Parts;
  readonly #window: Window;
  readonly #frame: Frame;
  readonly #presenter: Presenter;
  readonly #resizes: ResizeObserver;
  #keeper: Promise<KeeperPart | null> | undefined;
  #unfollow: () => void = () => {};
  #opener: HTMLElement | undefined;

  constructor(host: Host) {
    this.#host = host;
    const api = new Api(host.settings.server, () => words.language);
    const spare = () => ({ ...host.words(), close: host.words().dismiss ?? "", title: host.words().launcher ?? "" });
    const words = new Words(api, host.language, spare);
    const announcer = new Announcer();
    const say = (text: string) => announcer.say(text);
    const transcript = new Transcript(words, {
      press: ({ title, button }) => void this.#send({ text: title, button, of: this.#conversation.id }),
      retry: (entry) => void this.#conversation.retry(entry),
      rate: async ({ id }, value, comment) => {
        await this.#conversation.rate({ message: id, value, ...(comment ? { comment } : {}) });
        host.emit("rating", { value, message: id });
      },
      say,
    });
    const composer = new Composer(words, {
      send: (text) => void this.#send({ text }),
      typed: (text) => {
        this.#memory.draft = text;
      },
      say,
      page: (direction) => {
        transcript.scroller.scrollTop += direction * 0.85 * transcript.scroller.clientHeight;
      },
    });
    const menu = new Menu(words, () => items(this.#options()));
    const sheet = new Sheet(words, (open) => this.#covered(open));
    const parts = { words, announcer, transcript, composer, menu, sheet };
    this.#parts = parts;
    this.#window = createWindow(host.settings, {
      ...parts,
      key: (event) => this.#key(event),
      close: () => this.close(),
    });
    this.#frame = new Frame(this.#window.panel, this.#window.root);
    this.#presenter = new Presenter({
      ...parts,
      host,
      window: this.#window,
      wishes: () => this.#wishes(),
      opened: () => this.#opened(),
      decided: (receipt) => void this.#decided(receipt),
    });
    this.#conversation = new Conversation(api, this.#memory, this.#presenter);
    this.#resizes = new ResizeObserver(() => transcript.resized());
    this.#resizes.observe(transcript.log);
    host.root.append(this.#window.shell);
    addEventListener("pagehide", this.#leaving);
  }

  get isOpen(): boolean {
    return !this.#window.panel.hidden;
  }

  open(opener?: HTMLElement): void {
    if (this.isOpen) return;
    this.#opener = opener ?? this.#host.launcher;
    this.#window.panel.hidden = false;
    this.#frame.shown = true;
    this.#presenter.read();
    this.#host.emit("open");
    this.#focus();
    this.#start();
  }

  close(): void {
    if (!this.isOpen) return;
    const had = this.#window.root.activeElement;
    this.#window.panel.hidden = true;
    this.#parts.menu.close(false);
    this.#parts.sheet.close();
    this.#frame.shown = false;
    this.#host.emit("close");
    if (had) (this.#opener?.isConnected ? this.#opener : this.#host.launcher).focus({ preventScroll: true });
  }

  say(text: string): Promise<void> {
    this.open();
    return this.#send({ text });
  }

  shortcut(name: string, title: string): Promise<void> {
    this.open();
    const own = name === "contact" || name === "human";
    return this.#send({ text: (own && this.#parts.words.t(`${name}_text`)) || title, title, shortcut: name });
  }

  async setLanguage(language: Language): Promise<void> {
    if (this.#host.language !== language) this.#host.language = language;
    if (!this.#parts.words.ready && !this.isOpen) return;
    try {
      await this.#parts.words.speak(language);
      const { id, language: spoken } = this.#conversation;
      if (id && spoken !== language) await this.#conversation.change(language);
    } catch (error) {
      this.#presenter.failed(error);
    }
  }

  destroy(): void {
    this.close();
    removeEventListener("pagehide", this.#leaving);
    this.#presenter.destroy();
    this.#unfollow();
    this.#conversation.stop();
    this.#frame.destroy();
    this.#resizes.disconnect();
    this.#window.shell.remove();
  }

  /** To the field; on a touch screen to the title, as the keyboard would cover what is about to be read. */
  #focus(): void {
    const field = this.#parts.words.ready && matchMedia("(pointer: fine)").matches;
    (field ? this.#parts.composer.field : this.#window.title).focus({ preventScroll: true });
  }

  #start(): void {
    if (this.#presenter.recovered()) this.#focus();
    this.#conversation.start().catch((error: Refused) => {
      // A message that could not be sent says so itself.
      if (!this.#conversation.unsent().length) this.#presenter.unopened(error, () => this.#start());
    });
  }

  #send(content: Content): Promise<void> {
    this.#parts.sheet.close();
    return this.#conversation.send(content);
  }

  async #wishes(): Promise<{ language: Language; consent: string | null }> {
    this.#keeper ??= this.#host.part("keeper").catch(() => {
      this.#keeper = undefined;
      return null;
    });
    const [keeper] = await Promise.all([this.#keeper, this.#speak(this.#host.language)]);
    this.#unfollow();
    this.#unfollow = keeper?.onChange(({ choices }) => this.#memory.remember(choices.functional)) ?? (() => {});
    this.#memory.remember(keeper?.granted("functional") ?? false);
    return { language: this.#parts.words.language, consent: keeper?.state().token ?? null };
  }

  /** A choice made in the chat counts on the page too, and no other than that of `receipt`, if there is one. */
  async #decided(receipt: unknown): Promise<void> {
    const { consent } = this.#conversation;
    const keeper = await this.#keeper;
    if (consent) await keeper?.adopt(consent, typeof receipt === "string" ? receipt : undefined).catch(() => {});
  }

  async #speak(language: Language): Promise<void> {
    const first = !this.#parts.words.ready;
    if (first || this.#parts.words.language !== language) await this.#parts.words.speak(language);
    if (!first) return;
    this.#parts.composer.limit = this.#parts.words.limit;
    this.#parts.composer.text ||= this.#memory.draft;
    if (this.#window.root.activeElement === this.#window.title) this.#focus();
  }

  async #opened(): Promise<void> {
    const { language, limit, consent } = this.#conversation;
    if (consent) (await this.#keeper)?.suggest(consent);
    this.#parts.composer.limit = limit ?? this.#parts.composer.limit;
    // Resumed, it goes on in the language it was held in.
    if (!language || language === this.#parts.words.language) return;
    await this.#speak(language);
    this.#host.language = language;
  }

  /** Under a sheet nothing can be reached. */
  #covered(covered: boolean): void {
    for (const part of [this.#parts.transcript.log, this.#parts.composer.form, this.#parts.transcript.newer])
      part.inert = covered;
    if (covered || !this.isOpen) return;
    this.#parts.menu.toggle.focus();
    if (!this.#conversation.id) this.#start();
  }

  #options(): Options {
    return {
      ...this.#parts,
      conversation: this.#conversation,
      speak: (language) => void this.setLanguage(language),
      press: (name, title) => void this.shortcut(name, title),
      failed: (error) => this.#presenter.failed(error),
      cookies: () => this.#cookies(),
      deleted: (reference) => {
        this.#parts.composer.text = "";
        this.#host.emit("delete", { reference });
      },
      rated: (value) => this.#host.emit("rating", { value }),
      done: (again) => {
        if (!again) return this.close();
        this.#parts.sheet.close();
        this.#focus();
      },
    };
  }

  #cookies(): void {
    // Two windows over the whole screen would be in each other's way.
    if (this.#frame.modal) this.close();
    this.#host
      .part("banner")
      .then((banner) => banner.open())
      .catch((error) => this.#presenter.failed(error));
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      if (this.#parts.menu.isOpen) this.#parts.menu.close();
      else if (this.#parts.sheet.isOpen) this.#parts.sheet.close();
      else this.close();
    } else if (event.key === "F6" && !this.#parts.sheet.isOpen) {
      event.preventDefault();
      const { log } = this.#parts.transcript;
      (log.contains(this.#window.root.activeElement) ? this.#parts.composer.field : log).focus();
    }
  }

  /** What could not be sent is typed text again, when the page comes back. */
  readonly #leaving = () => {
    const unsent = this.#conversation.unsent();
    if (unsent.length) this.#memory.draft = [...unsent, this.#parts.composer.text].filter(Boolean).join("\n");
  };
}
