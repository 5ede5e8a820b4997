import { CONVERSATION, HINT, keep, stored } from "../shared/storage";
import type { HintRule, HintsPart, Host, KeeperPart, PublicApi } from "../shared/types";
import { createBubble } from "./bubble";
import { due, isRule } from "./rules";
import { WORDS } from "./words";

/**
 * Shows the first hint whose rule holds, once: only while the visitor lets us remember that it was shown (purpose
 * `functional`), and only when the chat was never opened and no hint was ever shown.
 */
export function createHints(host: Host): HintsPart {
  const rules = host.settings.hints.filter(isRule);
  const ending = new AbortController();
  const { signal } = ending;
  const timers: ReturnType<typeof setTimeout>[] = [];
  const bubble = createBubble(host);
  let keeper: KeeperPart | undefined;
  let seconds = 0;
  let over = false;

  if (rules.length < host.settings.hints.length) console.warn("brussels-assistant: wrong rule in data-hints");

  function check(): void {
    if (over || !keeper?.granted("functional")) return;
    if (stored(HINT) || stored(CONVERSATION) || stored(CONVERSATION, "sessionStorage")) return;
    const rule = rules.find((one) => due(one, { path: location.pathname, seconds, scrolled: scrolled() }));
    if (!rule || !keep(HINT, new Date().toISOString())) return;
    over = true;
    show(rule);
  }

  function show({ text, ask }: HintRule): void {
    const words = WORDS[host.language];
    const tell = (action: string) => host.emit("hint", { action, text });
    const dismiss = () => {
      bubble.hide();
      tell("dismissed");
    };
    const take = () => {
      tell("taken");
      const { BrusselsAssistant: api } = globalThis as { BrusselsAssistant?: PublicApi };
      void (ask ? api?.ask(ask) : api?.open());
    };
    bubble.show(text, [(ask ? words.ask : words.open) ?? "", take], [words.dismiss ?? "", dismiss]);
    tell("shown");
  }

  /** What the visitor does not want remembered is forgotten. */
  function onConsent(): void {
    if (keeper?.granted("functional")) check();
    else if (keeper) keep(HINT, null);
  }

  function onOpen(): void {
    over = true;
    bubble.hide();
  }

  async function start(): Promise<void> {
    keeper = await host.part("keeper");
    await keeper.refresh();
    onConsent();
  }

  window.addEventListener("brussels-assistant:consent", onConsent, { signal });
  window.addEventListener("brussels-assistant:open", onOpen, { signal });
  window.addEventListener("scroll", check, { signal, passive: true });
  for (const { after = 0 } of rules) {
    timers.push(
      setTimeout(() => {
        seconds = Math.max(seconds, after);
        check();
      }, after * 1000),
    );
  }
  start().catch(() => {}); // without the keeper nothing is granted, and no hint is shown

  return {
    destroy() {
      ending.abort();
      for (const timer of timers) clearTimeout(timer);
      bubble.destroy();
    },
  };
}

/** How far the page was scrolled, per cent. A page that needs no scrolling was seen whole. */
function scrolled(): number {
  const way = document.documentElement.scrollHeight - innerHeight;
  return way > 0 ? (100 * scrollY) / way : 100;
}
