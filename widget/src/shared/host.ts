import type { Host, PartName } from "./types";

/** Where the host stands on `globalThis`. */
export const HOST = Symbol.for("brussels-assistant");

/** Gives a chunk's maker to the host. Without a host (the loader was taken away meanwhile) nothing happens. */
export function register(name: PartName, make: (host: Host) => unknown): void {
  (globalThis as { [HOST]?: Pick<Host, "register"> })[HOST]?.register(name, make);
}
