/** Results as Markdown tables: a row a figure, a column a widget. */
const kb = (bytes) =>
  bytes < 10_000 ? `${bytes.toLocaleString("en-GB")} B` : `${Math.round(bytes / 1000).toLocaleString("en-GB")} kB`;
const seconds = (ms) => (Number.isFinite(ms) ? `${(ms / 1000).toFixed(2)} s` : "–");
const yes = (value) => (value === null || value === undefined ? "–" : value ? "yes" : "**no**");
const list = (found) => (found.length ? found.join("<br>") : "nothing");
const findings = (found) =>
  !found
    ? "–"
    : found.length === 0
      ? "0"
      : `${found.length} (${found.map(({ rule, wcag }) => (wcag ? `**${rule}**` : rule)).join(", ")})`;

const violations = ({ count, violations: by }) =>
  count
    ? `${count} (${Object.entries(by)
        .map(([name, times]) => `${name} ${times}`)
        .join(", ")})`
    : "0";

/** Each row: its head, and what it says of one widget. A row that throws has nothing to say ("–"). */
const WEIGHT = [
  ["Version", (w) => w.version],
  ["Launcher", (w) => (w.launcher ? "yes" : "none: stands in the page")],
  [
    "Closed: requests",
    (w) => w.bytes.closed.requests + (w.bytes.closed.preflights ? ` + ${w.bytes.closed.preflights} preflight` : ""),
  ],
  ["Closed: over the line (gzip)", (w) => kb(w.bytes.closed.packed)],
  ["Closed: unpacked", (w) => kb(w.bytes.closed.raw)],
  [
    "Until the first reply: requests",
    (w) => w.bytes.chatted.requests + (w.bytes.chatted.preflights ? ` + ${w.bytes.chatted.preflights} preflights` : ""),
  ],
  ["Until the first reply: over the line", (w) => kb(w.bytes.chatted.packed)],
  ["Until the first reply: unpacked", (w) => kb(w.bytes.chatted.raw)],
  ["Usable, processor 4× slower", (w) => seconds(w.speed.processor.ready)],
  ["Page blocked, processor 4× slower", (w) => `${w.speed.processor.blocked} ms`],
  ["Usable, slow phone and line", (w) => seconds(w.speed.phone.ready)],
  [
    "Click to field, slow phone and line",
    (w) => (w.speed.phone.opening === null ? "–" : seconds(w.speed.phone.opening)),
  ],
  [
    "A field to type in, slow phone and line",
    (w) => seconds(w.speed.phone.ready + (w.speed.phone.opening ?? (w.chat ? 0 : Number.NaN))),
  ],
];
const ACCESSIBILITY = [
  ["axe, closed", (w) => findings(w.axe.closed)],
  ["axe, after a reply", (w) => findings(w.axe.open)],
  [
    "Launcher: role, name",
    (w) => `${w.keyboard.launcher.role}, ${w.keyboard.launcher.name ? `"${w.keyboard.launcher.name}"` : "**no name**"}`,
  ],
  ["Launcher reached by Tab", (w) => yes(w.keyboard.tabbed)],
  ["Enter opens it", (w) => yes(w.keyboard.opened)],
  ["Focus goes inside", (w) => yes(w.keyboard.focused)],
  ["Field has a name", (w) => (w.keyboard.field.name ? `"${w.keyboard.field.name}"` : "**no**")],
  ["Type and send by keyboard", (w) => yes(w.keyboard.sent)],
  ["Focus stays when a reply comes", (w) => yes(w.keyboard.stayed)],
  ["A live region hears the reply", (w) => (w.keyboard.heardBy ? yes(w.keyboard.heardBy.length > 0) : "–")],
  ["Reply marked with its language", (w) => (w.chat ? yes(w.keyboard.language !== null) : "–")],
  ["Escape closes", (w) => yes(w.keyboard.escaped)],
  ["Focus returns to the launcher", (w) => yes(w.keyboard.returned)],
  ["Animations, usual → reduced motion", (w) => `${w.motion.usual.length} → ${w.motion.reduced.length}`],
];
const RULES = [
  ["Strict policy: stands where it should", (w) => yes(w.policy.stands)],
  ["Strict policy: one can chat", (w) => yes(w.policy.chats)],
  ["Strict policy: violations", (w) => violations(w.policy)],
  [
    "Strict policy with a nonce for styles",
    (w) =>
      `${w.policy.withNonce.stands && w.policy.withNonce.chats ? "works" : "**broken**"}, violations: ${violations(w.policy.withNonce)}`,
  ],
  ["Third parties, closed", (w) => list(w.bytes.foreignClosed)],
  ["Third parties, until the reply", (w) => list(w.bytes.foreignChatted)],
  ["Stored before opening", (w) => list(w.bytes.storedClosed)],
];

const GROUPS = { "Weight and time": WEIGHT, Accessibility: ACCESSIBILITY, "What a site has to allow": RULES };

/** @param {object} measured what `measure.mjs` writes to peers.json */
export function report(measured) {
  const { date, chromium, axe, node, processor, runs, load, peers } = measured;
  const failed = peers.flatMap(({ name, ...checks }) =>
    Object.entries(checks).flatMap(([check, result]) =>
      result?.failed ? [`${name}: ${check}: ${result.failed}`] : [],
    ),
  );
  return [
    ...Object.entries(GROUPS).map(([title, rows]) => `## ${title}\n\n${table(rows, peers)}`),
    ...failed.map((line) => `Failed: ${line}`),
    `${date}, Chromium ${chromium}, axe-core ${axe}, Node ${node}, ${processor}; medians of ${runs}; load ${load.map((one) => one.toFixed(1)).join(", ")}.\n`,
  ].join("\n\n");
}

function table(rows, peers) {
  const cell = (row, peer) => {
    try {
      return row(peer);
    } catch {
      return "–";
    }
  };
  return [
    ["", ...peers.map(({ name }) => name)],
    ["---", ...peers.map(() => "---")],
    ...rows.map(([head, row]) => [head, ...peers.map((peer) => cell(row, peer))]),
  ]
    .map((line) => `| ${line.join(" | ")} |`)
    .join("\n");
}
