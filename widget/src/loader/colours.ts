/** The least contrast of words on their ground (WCAG 2.2, 1.4.3). */
const LEGIBLE = 4.5;

/** Whether words of one colour (`#rrggbb`) can be read on the other. */
export function legible(colour: string, ground: string): boolean {
  const one = luminance(colour) + 0.05;
  const other = luminance(ground) + 0.05;
  return Math.max(one, other) / Math.min(one, other) >= LEGIBLE;
}

/** Relative luminance as WCAG defines it. */
function luminance(colour: string): number {
  return [0.2126, 0.7152, 0.0722].reduce((sum, weight, at) => {
    const share = Number(`0x${colour.slice(2 * at + 1, 2 * at + 3)}`) / 255;
    return sum + weight * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  }, 0);
}
