import { isLogged, isObject, isText, type Logged, type Pending } from "./stored";

/** `away`: no answer of ours, try again. `refused`: the server has decided, trying again changes nothing. */
export type Answer<T> = { status: "ok"; body: T } | { status: "refused"; code: number } | { status: "away" };

export interface Recorded {
  token: string;
  /** Number of the record that this act became. */
  receipt: string;
  /** What is in force now, which may be a later record. */
  current: Logged | null;
}

/** How an act is sent: `late` is any but at once, `after` the receipt of the newest record that the sender knows. */
export interface Sending {
  late: boolean;
  after: string | null;
}

/** The consent API. Never throws. */
export interface Server {
  record(act: Pending, token: string | null, sending: Sending): Promise<Answer<Recorded>>;
  current(token: string): Promise<Answer<Logged | null>>;
}

const PATIENCE = 10_000;
/** Told to wait, or told nothing: not decided. */
const NOT_DECIDED = [408, 425, 429];

export function server(address: string): Server {
  async function ask<T>(init: RequestInit, read: (body: Record<string, unknown>) => T | undefined): Promise<Answer<T>> {
    try {
      const response = await fetch(`${address}/api/consent`, {
        ...init,
        credentials: "omit",
        signal: AbortSignal.timeout(PATIENCE),
      });
      const body: unknown = await response.json();
      if (!isObject(body)) return { status: "away" };
      if (response.ok) {
        const value = read(body);
        return value === undefined ? { status: "away" } : { status: "ok", body: value };
      }
      const decided = response.status < 500 && !NOT_DECIDED.includes(response.status) && isObject(body.error);
      return decided ? { status: "refused", code: response.status } : { status: "away" };
    } catch {
      // No network, a time-out, or the page of a hotel's network in the place of ours.
      return { status: "away" };
    }
  }

  return {
    record: ({ since: _, tried: __, signals, ...act }, token, { late, after }) =>
      ask(
        {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          // A refusal goes out even when the visitor leaves the page at once.
          keepalive: true,
          body: JSON.stringify({
            ...act,
            ...(token && { token }),
            after,
            signals: { ...signals, ...(late && { late }) },
          }),
        },
        (body) => {
          const current = asLogged(body.current);
          const { token, receipt } = body;
          return isText(token) && isText(receipt) && current !== undefined ? { token, receipt, current } : undefined;
        },
      ),
    current: (token) => ask({ headers: { Authorization: `Bearer ${token}` } }, (body) => asLogged(body.current)),
  };
}

/** The record in force, null for none, undefined for what is neither. */
function asLogged(value: unknown): Logged | null | undefined {
  if (value === null) return null;
  if (!isObject(value)) return undefined;
  const { choices, receipt, notice_version: notice, made_at: madeAt, valid_until: validUntil } = value;
  const logged = { choices, receipt, notice, madeAt, validUntil };
  return isLogged(logged) ? logged : undefined;
}
