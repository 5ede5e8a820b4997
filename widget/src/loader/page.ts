import type { Assistant } from "./host";

/** Opens the chat from elements of the page, also from those that come later, and from the address's hash. */
export function listenToPage({ settings, signal, open, use }: Assistant): void {
  const marks = "[data-assistant-open],[data-assistant-ask],[data-assistant-shortcut],[data-assistant-cookies]";
  const openers = `${marks},a[href="${settings.hash}"],${settings.openers}`;

  function onClick(event: MouseEvent): void {
    const target = event.composedPath()[0] as Element;
    const opener = target.closest<HTMLElement>(openers);
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { assistantCookies, assistantShortcut, assistantTitle, assistantAsk } = opener.dataset;
    if (assistantCookies !== undefined) use("banner", (banner) => banner.open());
    else
      open(opener, (panel) => {
        if (assistantShortcut) return panel.shortcut(assistantShortcut, assistantTitle ?? opener.textContent.trim());
        return assistantAsk && panel.say(assistantAsk);
      });
  }

  function onHash(): void {
    if (location.hash === settings.hash) open();
  }

  document.addEventListener("click", onClick, { signal });
  addEventListener("hashchange", onHash, { signal });
  onHash();
}
