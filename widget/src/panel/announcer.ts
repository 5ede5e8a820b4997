import { element } from "./element";

/** How long an announcement stays: long enough to be read out, too short to be come across later. */
const STAY = 5_000;

/**
 * Reads out what is new, in order. It is the panel's only live region: the transcript is a `role="log"`, so that it is
 * found and understood as one, but with `aria-live="off"`, because a log would also read out what only changes in it
 * (retired buttons, times, "not sent"), and some readers would read a message twice.
 */
export class Announcer {
  readonly element = element("div", { class: "unseen", "aria-live": "polite" });

  say(text: string): void {
    if (!text) return;
    const line = element("p", {}, text);
    this.element.append(line);
    setTimeout(() => line.remove(), STAY);
  }
}
