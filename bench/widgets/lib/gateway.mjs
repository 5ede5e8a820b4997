/** Our gateway before a fake engine, as a process of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "../../..");

/**
 * Starts it and waits until it listens.
 * @returns {Promise<{origin: string, stop: () => Promise<void>}>}
 * @throws when it ends before; why stands on stderr
 */
export async function startGateway() {
  const child = spawn(join(ROOT, ".venv/bin/python"), ["-m", "bench.widgets.serve"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const [origin] = await Promise.race([once(createInterface(child.stdout), "line"), ended.then(() => [])]);
  if (!origin) throw new Error("The gateway did not start");
  return {
    origin,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
