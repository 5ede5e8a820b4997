// Lighthouse on the landing page: three languages, phone and desktop, in a real Chromium against a real gateway.
//
//   node bench/page/lighthouse.mjs [--runs N] [--url http://…]
//
// Without --url it starts a gateway of its own (no engine: nobody opens the chat). Prints a table; of several runs the
// one with the median performance counts. Ends with 1 if a category is below 95, with 2 if it could not measure.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const FORMS = { phone: undefined, desktop: desktopConfig };
const PAGES = ["/en", "/fr", "/nl"];
const LEAST = 95;
const START_SECONDS = 60;

const { values: options } = parseArgs({
  options: { url: { type: "string" }, runs: { type: "string", default: "1" } },
});

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function startGateway() {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "page-bench-"));
  const gateway = spawn(join(ROOT, ".venv", "bin", "python"), ["-m", "gateway"], {
    cwd: ROOT,
    env: {
      ...process.env,
      ASSISTANT_VAR: folder,
      ASSISTANT_GATEWAY_HOST: "127.0.0.1",
      ASSISTANT_GATEWAY_PORT: String(port),
      ASSISTANT_PUBLIC_URL: `http://127.0.0.1:${port}`,
      ASSISTANT_LOG_LEVEL: "error",
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = () => {
    gateway.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  };
  for (let waited = 0; waited < START_SECONDS; waited += 0.25) {
    if (gateway.exitCode !== null) break;
    const response = await fetch(`${url}/en`).catch(() => null);
    if (response?.ok) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  stop();
  throw new Error("the gateway did not start");
}

function chromium() {
  const path = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find((one) => one && existsSync(one));
  if (!path) throw new Error("no Chromium found; set CHROMIUM to its path");
  return path;
}

/** One report. Chromium now and then loses its trace; then it is taken again. */
async function once(chrome, url, config, tries = 3) {
  const flags = { port: chrome.port, onlyCategories: CATEGORIES, logLevel: "silent" };
  const { lhr } = await lighthouse(url, flags, config);
  if (!lhr.runtimeError) return lhr;
  if (tries > 1) return once(chrome, url, config, tries - 1);
  throw new Error(`${url}: ${lhr.runtimeError.message}`);
}

async function measure(chrome, url, config) {
  const runs = [];
  for (let run = 0; run < Number(options.runs); run += 1) {
    runs.push(await once(chrome, url, config));
  }
  runs.sort((one, other) => one.categories.performance.score - other.categories.performance.score);
  return runs[Math.floor((runs.length - 1) / 2)];
}

const score = (report, category) => Math.round(100 * report.categories[category].score);
const time = (report, audit) => `${Math.round(report.audits[audit].numericValue)} ms`;

function findings(report) {
  const audits = Object.values(report.audits).filter((audit) => audit.score !== null && audit.score < 0.9);
  return audits.map((audit) => audit.id).join(", ");
}

async function main() {
  const gateway = options.url ? { url: options.url, stop() {} } : await startGateway();
  let least = 100;
  let chrome;
  try {
    chrome = await launch({ chromePath: chromium(), chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"] });
    console.log("| page | form | performance | accessibility | best practices | SEO | first paint | largest paint | shift | blocked | kB |");
    console.log("|---|---|---|---|---|---|---|---|---|---|---|");
    for (const [form, config] of Object.entries(FORMS)) {
      for (const page of PAGES) {
        const report = await measure(chrome, gateway.url + page, config);
        const scores = CATEGORIES.map((category) => score(report, category));
        least = Math.min(least, ...scores);
        const shift = report.audits["cumulative-layout-shift"].numericValue.toFixed(3);
        const bytes = (report.audits["total-byte-weight"].numericValue / 1000).toFixed(0);
        const cells = [page, form, ...scores, time(report, "first-contentful-paint"), time(report, "largest-contentful-paint"), shift, time(report, "total-blocking-time"), bytes];
        console.log(`| ${cells.join(" | ")} |`);
        if (Math.min(...scores) < 100) console.error(`${page} ${form}: ${findings(report)}`);
      }
    }
  } finally {
    chrome?.kill();
    gateway.stop();
  }
  if (least < LEAST) {
    console.error(`a category is below ${LEAST}`);
    process.exitCode = 1;
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 2;
});
