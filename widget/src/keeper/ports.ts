import type { Roads } from "./courier";
import type { Server } from "./server";
import type { Slot } from "./slot";

/** What the keeper needs of its surroundings. */
export interface Ports extends Roads {
  slot: Slot;
  server: Server;
  /** Milliseconds since 1970. */
  now(): number;
  /** A random UUID. */
  key(): string;
  /** Whether the browser sends Global Privacy Control. */
  gpc(): boolean;
  /** Tells the other tabs that there was an act. */
  tell(): void;
  /** Hears the other tabs tell. */
  listen(told: () => void): void;
  /** Ends all listening. */
  end(): void;
}
