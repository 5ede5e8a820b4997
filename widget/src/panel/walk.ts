/** Arrow keys go from message to message, and scroll within one that is longer than the screen. */
export function walk(event: KeyboardEvent, log: HTMLElement, scroller: HTMLElement): void {
  const { key, target } = event;
  const messages = [...log.querySelectorAll<HTMLElement>(".said")];
  const here = messages.indexOf(target as HTMLElement);
  if ((target !== log && here < 0) || event.altKey || event.ctrlKey || event.metaKey) return;
  const ways: Record<string, number> = {
    ArrowDown: here + 1,
    ArrowUp: here < 0 ? messages.length - 1 : here - 1,
    Home: 0,
    End: messages.length - 1,
  };
  const next = messages[ways[key] ?? -1];
  if (!next) return;
  const [room, seen] = [scroller.getBoundingClientRect(), messages[here]?.getBoundingClientRect()];
  const more = seen && (key === "ArrowDown" ? seen.bottom > room.bottom : key === "ArrowUp" && seen.top < room.top);
  if (more) return;
  event.preventDefault();
  next.focus();
}
