import type { Answer, Recorded, Sending } from "../../src/keeper/server";
import type { Logged, Pending } from "../../src/keeper/stored";
import type { Choices } from "../../src/shared/types";

const VALID = 180 * 86_400_000;

/** A row of the simulated ledger. */
export interface Row {
  receipt: string;
  key: string;
  subject: string;
  choices: Choices;
  notice: string;
  /** Milliseconds by the server's clock. */
  at: number;
}

/** The consent API by its contract, in memory: one row a key, the newest row of a subject in force. */
export class Ledger {
  readonly rows: Row[] = [];
  notice = "2026-11-25";
  /** Trouble: `down` answers 503, `rejects` refuses every POST with 400. */
  mood: "well" | "down" | "rejects" = "well";
  /** What tokens are signed with; a new one makes all old tokens invalid. */
  secret = 1;
  #subjects = 0;

  constructor(readonly now: () => number) {}

  /** Opens a conversation for the bearer of `token`, or for somebody new. */
  converse(token: string | null): string {
    return token && this.#subject(token) ? token : this.#token(this.#newcomer());
  }

  record(act: Pending, token: string | null, { late, after }: Sending): Answer<Recorded> {
    if (this.mood === "down") return { status: "away" };
    if (this.mood === "rejects") return { status: "refused", code: 400 };
    const subject = token ? this.#subject(token) : undefined;
    if (token && !subject) return { status: "refused", code: 401 };
    const known = this.rows.find((row) => row.key === act.key);
    if (known && subject && known.subject !== subject) return { status: "refused", code: 409 };
    if (!known && Object.values(act.choices).some(Boolean)) {
      const newest = this.rows.findLast((row) => row.subject === subject)?.receipt ?? null;
      const superseded = late && after !== newest;
      if (act.notice.version !== this.notice || superseded) return { status: "refused", code: 409 };
    }
    const row = known ?? this.append(act.key, subject ?? this.#newcomer(), act.choices, act.notice.version);
    return {
      status: "ok",
      body: { token: this.#token(row.subject), receipt: row.receipt, current: this.inForce(row.subject) },
    };
  }

  current(token: string): Answer<Logged | null> {
    if (this.mood === "down") return { status: "away" };
    const subject = this.#subject(token);
    return subject ? { status: "ok", body: this.inForce(subject) } : { status: "refused", code: 401 };
  }

  /** A choice in the chat, or on the page of a receipt. */
  choose(token: string, key: string, choices: Choices): Row | undefined {
    const subject = this.#subject(token);
    return subject && this.mood === "well" ? this.append(key, subject, choices, this.notice) : undefined;
  }

  append(key: string, subject: string, choices: Choices, notice: string): Row {
    const row = { receipt: `r${this.rows.length + 1}`, key, subject, choices, notice, at: this.now() };
    this.rows.push(row);
    return row;
  }

  inForce(subject: string): Logged | null {
    const row = this.rows.findLast((one) => one.subject === subject);
    if (!row || row.notice !== this.notice || this.now() - row.at >= VALID) return null;
    return {
      choices: row.choices,
      receipt: row.receipt,
      notice: row.notice,
      madeAt: new Date(row.at).toISOString(),
      validUntil: new Date(row.at + VALID).toISOString(),
    };
  }

  #newcomer(): string {
    this.#subjects++;
    return `s${this.#subjects}`;
  }

  #token(subject: string): string {
    return `${subject}.${this.secret}`;
  }

  #subject(token: string): string | undefined {
    const [subject, secret] = token.split(".");
    return Number(secret) === this.secret ? subject : undefined;
  }
}
