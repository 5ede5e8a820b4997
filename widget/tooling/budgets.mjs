/** What a page has to load, gzipped: files and the most they may weigh together. */
export const BUDGETS = [
  { what: "closed launcher", files: ["widget.js"], most: 4_000 },
  { what: "chat", files: ["widget.js", "panel.js", "keeper.js"], most: 25_000 },
  { what: "cookie banner", files: ["banner.js"], most: 20_000 },
];

/**
 * Prints the sizes.
 * @param {{version: string, files: Record<string, {bytes: number, gzip: number}>}} manifest
 * @returns {boolean} whether every budget is kept
 */
export function report({ version, files }) {
  const lines = Object.entries(files).map(([name, { bytes, gzip }]) => line(name, bytes, gzip));
  let fits = true;
  for (const { what, files: names, most } of BUDGETS) {
    const gzip = names.reduce((sum, name) => sum + (files[name]?.gzip ?? 0), 0);
    const kept = gzip <= most;
    fits &&= kept;
    lines.push(`${what.padEnd(16)} ${number(gzip).padStart(17)}  of ${number(most)}${kept ? "" : "  OVER BUDGET"}`);
  }
  process.stdout.write(`${[`Widget ${version}`, line("", "bytes", "gzip"), ...lines].join("\n")}\n`);
  return fits;
}

function line(name, bytes, gzip) {
  return `${name.padEnd(16)} ${number(bytes).padStart(8)} ${number(gzip).padStart(8)}`;
}

function number(value) {
  return value.toLocaleString("en");
}
