import { legible } from "../loader/colours";
import type { Theme } from "../shared/types";

const LIGHT =
  "--surface:#ffffff;--tint:#eef4f2;--ink:#16202b;--muted:#4a5663;--line:#d9dedc;--edge:#7b8790;--warm:#a8401f;" +
  "--accent:#0d5c63;--on-accent:#ffffff;--link:#0d5c63;--head:#0b3f45;--on-head:#ffffff;";
const DARK =
  "--surface:#172029;--tint:#212d37;--ink:#e8edf1;--muted:#a8b4be;--line:#35434f;--edge:#7d8a96;--warm:#f0a384;" +
  "--accent:#7fd0c8;--on-accent:#05211f;--link:#7fd0c8;--head:#0b3f45;--on-head:#ffffff;";

/** The colours with the site owner's accent. As words it is only used where it is legible on the panel's own grounds. */
function themed(base: string, { accent, onAccent }: Theme): string {
  if (!accent || !onAccent) return base;
  const colour = (name: string) => base.split(`--${name}:`)[1]?.slice(0, 7) ?? "";
  const link = legible(accent, colour("surface")) && legible(accent, colour("tint")) ? accent : colour("ink");
  return `${base}--accent:${accent};--on-accent:${onAccent};--link:${link};--head:${accent};--on-head:${onAccent};`;
}

/** The style sheet with the panel's colours. */
export function colours(theme: Theme): string {
  const rule = (base: string, scheme: string) => `.panel{color-scheme:${scheme};${themed(base, theme)}}`;
  const { scheme } = theme;
  if (scheme !== "auto") return rule(scheme === "dark" ? DARK : LIGHT, scheme);
  return `${rule(LIGHT, "light dark")}@media(prefers-color-scheme:dark){${rule(DARK, "light dark")}}`;
}
