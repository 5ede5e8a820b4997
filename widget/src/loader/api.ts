import type { PublicApi } from "../shared/types";
import { type Assistant, EVENT } from "./host";
import { languageOf } from "./words";

/** What a page can do with the assistant. */
export function publicApi(assistant: Assistant, destroy: () => void): PublicApi {
  const { open, use, part, panel, signal } = assistant;
  const api: PublicApi = {
    version: assistant.version,
    open: () => open(),
    close: () => panel()?.close(),
    toggle: assistant.toggle,
    ask: (text) => open(undefined, (panel) => panel.say(text)),
    shortcut: (name, title) => open(undefined, (panel) => panel.shortcut(name, title)),
    contact: () => api.shortcut("contact", assistant.words().contact ?? ""),
    async setLanguage(tag) {
      const language = languageOf(tag);
      if (!language) return;
      await panel()?.setLanguage(language);
      assistant.language = language;
    },
    cookies: () => use("banner", (banner) => banner.open()),
    consent: async () => (await part("keeper")).refresh(),
    on(name, listener) {
      const heard = (event: Event) => listener((event as CustomEvent).detail);
      addEventListener(EVENT + name, heard, { signal });
      return () => removeEventListener(EVENT + name, heard);
    },
    destroy,
    push: (task) => task(api),
  };
  return api;
}
