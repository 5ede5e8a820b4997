import type { ConsentState } from "../shared/types";
import { NONE } from "./stored";

type Word = "granted" | "denied";
/** The seven signals of Google's Consent Mode v2. */
export type Signals = Record<
  | "ad_storage"
  | "ad_user_data"
  | "ad_personalization"
  | "analytics_storage"
  | "functionality_storage"
  | "personalization_storage"
  | "security_storage",
  Word
>;

/** How long Google's tags wait for an update, in milliseconds. */
const WAIT = 500;

/** We have no purpose for advertising, so its signals are never granted. */
export function signals({ choices, asked }: Pick<ConsentState, "choices" | "asked">): Signals {
  const word = (granted: boolean): Word => (granted ? "granted" : "denied");
  return {
    ad_storage: "denied",
    ad_user_data: "denied",
    ad_personalization: "denied",
    analytics_storage: word(choices.analytics),
    functionality_storage: word(choices.functional),
    personalization_storage: word(choices.functional),
    security_storage: word(asked),
  };
}

/** Says that everything is denied by default. Returns what tells Google's tags of each change. */
export function consentMode(): (state: ConsentState) => void {
  const scope = globalThis as { dataLayer?: unknown[] };
  scope.dataLayer ??= [];
  const layer = scope.dataLayer;
  // Google's tags take a command only as an `arguments` object.
  function gtag(..._command: unknown[]): void {
    // biome-ignore lint/complexity/noArguments: an array would be ignored
    layer.push(arguments);
  }
  const denied = signals({ choices: NONE, asked: false });
  let said = JSON.stringify(denied);
  gtag("consent", "default", { ...denied, wait_for_update: WAIT });
  return (state) => {
    const now = signals(state);
    if (JSON.stringify(now) === said) return;
    said = JSON.stringify(now);
    gtag("consent", "update", now);
  };
}
