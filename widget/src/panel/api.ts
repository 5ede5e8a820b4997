import type { Language } from "../shared/types";

/** Longest wait for a reply, milliseconds: longer than the server's own queue and engine together. */
const PATIENCE = 75_000;

/** The server refused, or could not be reached (`status` 0, code `offline`). `message` is the server's, translated. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  /** How long to wait before the next attempt, where the server said so. */
  readonly seconds: number | undefined;

  constructor(status: number, error: { code?: string; message?: string; seconds?: number } = {}) {
    super(error.message ?? "");
    this.status = status;
    this.code = error.code ?? (status ? "refused" : "offline");
    this.seconds = error.seconds;
  }
}

export interface Call {
  method?: "GET" | "POST" | "DELETE";
  token?: string | undefined;
  body?: unknown;
  signal?: AbortSignal;
}

/** The server's API. */
export class Api {
  readonly #server: string;
  readonly #language: () => Language;

  constructor(server: string, language: () => Language) {
    this.#server = server;
    this.#language = language;
  }

  /** The response, whatever its status. Rejects as `fetch` does. */
  fetch(path: string, { method = "GET", token, body, signal }: Call = {}): Promise<Response> {
    const headers: Record<string, string> = { "Accept-Language": this.#language() };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    return fetch(`${this.#server}/api/${path}`, {
      method,
      headers,
      cache: path.startsWith("widget") ? "default" : "no-store",
      credentials: "omit",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  }

  /** The successful response. Rejects with `Refused`. */
  async get(path: string, call: Call = {}): Promise<Response> {
    let response: Response;
    try {
      response = await this.fetch(path, { signal: AbortSignal.timeout(PATIENCE), ...call });
    } catch {
      throw new Refused(0);
    }
    if (response.ok) return response;
    const body = await response.json().catch(() => ({}));
    throw new Refused(response.status, body?.error);
  }

  /** The JSON of the successful response. Rejects with `Refused`. */
  async ask<T>(path: string, call: Call = {}): Promise<T> {
    const response = await this.get(path, call);
    try {
      return (await response.json()) as T;
    } catch {
      throw new Refused(0);
    }
  }
}
