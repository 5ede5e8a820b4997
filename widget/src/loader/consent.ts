import { CHOICE, stored } from "../shared/storage";
import type { Assistant } from "./host";

/**
 * Asks the cookie question where the site wants it, and starts what depends on a choice. The keeper is loaded only when
 * the page asks by banner, uses Consent Mode, or may do something with a choice that was made before.
 */
export async function startConsent({ settings, signal, part }: Assistant): Promise<void> {
  const { consent, consentMode, hints } = settings;
  const banner = consent === "banner";
  const choice = stored(CHOICE);
  if (hints.length && (banner || choice)) part("hints").catch(() => {});
  if (!banner && !consentMode && !(choice && document.querySelector("script[data-purpose]"))) return;
  const { asked } = await (await part("keeper")).refresh();
  if (banner && !asked && !signal.aborted) await (await part("banner")).ask();
}
