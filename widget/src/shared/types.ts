/** The contract between the loader (the host) and the chunks it loads: panel, keeper and banner. */

export type Language = "en" | "fr" | "nl";
export const LANGUAGES: readonly Language[] = ["en", "fr", "nl"];

/** The colours of the widget. `accent` and `onAccent` come together and are legible, or not at all. */
export interface Theme {
  /** Hexadecimal, `#rrggbb`, as all colours here. */
  accent?: string;
  /** The colour of words on `accent`. */
  onAccent?: string;
  scheme: "auto" | "light" | "dark";
}

/** What the site owner chose with `data-*` on the script tag, checked and completed. */
export interface Settings {
  /** Origin of the gateway, without a slash at its end. */
  server: string;
  language: Language;
  position: "right" | "left";
  theme: Theme;
  /** One line of the site owner at the head of the panel. */
  greeting?: string | undefined;
  /** Where the cookie question is asked: in a banner on the page, in the chat, or not at all. */
  consent: "banner" | "chat" | "none";
  /** Whether Google's Consent Mode is told of the choice. */
  consentMode: boolean;
  /** CSS selector of page elements that open the chat. */
  openers: string;
  /** The address's hash that opens the chat, with its `#`. */
  hash: string;
  /** As the site owner wrote it: the hints chunk drops what is no rule. */
  hints: HintRule[];
}

/** When one small hint may be shown beside the launcher. Every condition that is given must hold. */
export interface HintRule {
  /** Pattern for `location.pathname`: `*` stands for anything within a folder, `**` for anything. */
  page?: string;
  /** Seconds on the page. */
  after?: number;
  /** How far the page was scrolled, per cent. */
  scroll?: number;
  text: string;
  /** What is asked when the visitor takes the hint up; without it the chat only opens. */
  ask?: string;
}

export interface PartTypes {
  panel: PanelPart;
  keeper: KeeperPart;
  banner: BannerPart;
  hints: HintsPart;
}
export type PartName = keyof PartTypes;

/** What the loader is to its chunks. */
export interface Host {
  readonly settings: Settings;
  readonly version: string;
  /** `<brussels-assistant>` in the page. */
  readonly element: HTMLElement;
  /** Its open shadow root: chunks put their elements and style sheets here. */
  readonly root: ShadowRoot;
  readonly launcher: HTMLButtonElement;
  /** Setting it names the launcher anew and emits `language`. */
  language: Language;
  /** The loader's own few words in `language` (`texts/<lang>/launcher.yml`). */
  words(): Record<string, string>;
  /** Tells listeners of the public API and dispatches the window event `brussels-assistant:<name>`. */
  emit(name: EventName, detail?: unknown): void;
  /** Loads a chunk once. Rejects with an Error when it cannot be loaded; the next call tries again. */
  part<K extends PartName>(name: K): Promise<PartTypes[K]>;
  /** Called by a chunk when it arrives. */
  register(name: PartName, make: (host: Host) => unknown): void;
  /** Shows how many messages are unread on the launcher and says so in its name; 0 takes it away. */
  badge(unread: number): void;
}

/** The window with the conversation. */
export interface PanelPart {
  /** `opener` gets the focus back at closing; without it the launcher does. */
  open(opener?: HTMLElement): void;
  close(): void;
  readonly isOpen: boolean;
  /** Sends `text` as the visitor's message. */
  say(text: string): Promise<void>;
  /** Presses the signed shortcut `name`; `title` is what the visitor is shown to have said. */
  shortcut(name: string, title: string): Promise<void>;
  setLanguage(language: Language): Promise<void>;
  destroy(): void;
}

export type PurposeId = "functional" | "analytics" | "improvement";
export type Choices = Record<PurposeId, boolean>;

export interface ConsentState {
  /** What is granted now: false unless logged. */
  choices: Choices;
  /** A choice is in force or pending: do not ask. */
  asked: boolean;
  pending: boolean;
  receipt: string | null;
  validUntil: string | null;
  token: string | null;
}

/** Keeps the visitor's cookie choice. */
export interface KeeperPart {
  state(): ConsentState;
  granted(purpose: PurposeId): boolean;
  /** An explicit act of the person; stored, sent, retried. */
  act(act: ConsentAct): Promise<ConsentState>;
  /** The chat speaks under this subject token: an act of somebody who has none yet is logged under it, too. */
  suggest(token: string): void;
  /** A choice was made in the chat under this subject token: read it from the server. */
  adopt(token: string, receipt?: string): Promise<ConsentState>;
  /** Asks the server what is in force (page load). */
  refresh(): Promise<ConsentState>;
  /** Removes everything kept locally. */
  forget(): void;
  /** Returns the function that ends the listening. */
  onChange(listener: (state: ConsentState) => void): () => void;
  /** Ends timers and listeners, if there are any. */
  destroy?(): void;
}

export interface ConsentAct {
  kind: "accept" | "refuse" | "choose" | "withdraw";
  choices: Choices;
  layer: 1 | 2;
  method: "banner" | "gpc" | "api";
  notice: { version: string; language: Language };
}

/** The cookie question on the page. */
export interface BannerPart {
  /** First layer, if `state().asked` is false. */
  ask(): Promise<void>;
  /** Second layer, at any time. */
  open(): Promise<void>;
  hide(): void;
  /** Takes away what it put on the page, if `hide` does not. */
  destroy?(): void;
}

/** Watches for the moment of the one hint; it needs nothing more than to be there. */
export interface HintsPart {
  destroy(): void;
}

export type EventName =
  | "ready"
  | "open"
  | "close"
  | "message"
  | "contact"
  | "consent"
  | "rating"
  | "language"
  | "delete"
  | "error"
  | "hint";

/** A message as the conversation API gives it. */
export interface Message {
  id: string;
  from: "visitor" | "assistant" | "adviser";
  text: string;
  buttons: MessageButton[];
  custom: Record<string, unknown>;
  /** ISO 8601, UTC. */
  at: string;
  /** The idempotency key of a message of the visitor. */
  key?: string;
}

export interface MessageButton {
  title: string;
  /** Signed; given back to the API as it came. */
  button: string;
}

/** `window.BrusselsAssistant`. */
export interface PublicApi {
  readonly version: string;
  open(): Promise<unknown>;
  close(): void;
  toggle(): Promise<unknown>;
  ask(text: string): Promise<unknown>;
  shortcut(name: string, title: string): Promise<unknown>;
  contact(): Promise<unknown>;
  setLanguage(language: string): Promise<void>;
  cookies(): Promise<unknown>;
  consent(): Promise<ConsentState>;
  /** Returns the function that ends the listening. */
  on(name: EventName, listener: (detail: unknown) => void): () => void;
  destroy(): void;
  /** Runs the function with the API; before the script has arrived, an array's `push` keeps it for later. */
  push(task: (api: PublicApi) => void): void;
}
