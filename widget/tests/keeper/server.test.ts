// @vitest-environment node
import { afterEach, expect, test, vi } from "vitest";
import { server } from "../../src/keeper/server";
import type { Pending } from "../../src/keeper/stored";

const ACT: Pending = {
  key: "k1",
  kind: "choose",
  choices: { functional: true, analytics: false, improvement: false },
  layer: 2,
  method: "banner",
  notice: { version: "2026-11-25", language: "fr" },
  signals: { gpc: true },
  since: 5,
  tried: true,
};
const CURRENT = {
  choices: ACT.choices,
  receipt: "r1",
  event: "given",
  notice_version: "2026-11-25",
  made_at: "2026-11-25T08:00:00.000000Z",
  valid_until: "2027-05-24T08:00:00.000000Z",
};
const LOGGED = {
  choices: ACT.choices,
  receipt: "r1",
  notice: "2026-11-25",
  madeAt: CURRENT.made_at,
  validUntil: CURRENT.valid_until,
};

afterEach(() => vi.unstubAllGlobals());

function answering(status: number, body: unknown) {
  const asked = vi.fn(async (_address: string, _init: RequestInit) => new Response(JSON.stringify(body), { status }));
  vi.stubGlobal("fetch", asked);
  return asked;
}
const api = server("https://assistant.example.com");
const record = () => api.record(ACT, "token", { late: true, after: "r0" });

test("an act goes out as the API wants it, and nothing of our own with it", async () => {
  const asked = answering(201, { token: "t2", receipt: "r1", current: CURRENT });
  expect(await record()).toEqual({ status: "ok", body: { token: "t2", receipt: "r1", current: LOGGED } });
  const [address, init] = asked.mock.calls[0] ?? [];
  expect(address).toBe("https://assistant.example.com/api/consent");
  expect(init).toMatchObject({ method: "POST", credentials: "omit", keepalive: true });
  expect(JSON.parse(String(init?.body))).toEqual({
    key: "k1",
    kind: "choose",
    choices: ACT.choices,
    layer: 2,
    method: "banner",
    notice: ACT.notice,
    signals: { gpc: true, late: true },
    token: "token",
    after: "r0",
  });
});

test("the first act has no token and is not late", async () => {
  const asked = answering(201, { token: "t", receipt: "r1", current: null });
  expect(await api.record(ACT, null, { late: false, after: null })).toMatchObject({ body: { current: null } });
  const body = JSON.parse(String(asked.mock.calls[0]?.[1].body));
  expect(body).not.toHaveProperty("token");
  expect(body.signals).toEqual({ gpc: true });
});

test("what is in force is asked for with the token", async () => {
  const asked = answering(200, { current: CURRENT, notice: { version: "2026-11-25" } });
  expect(await api.current("token")).toEqual({ status: "ok", body: LOGGED });
  expect(asked.mock.calls[0]?.[1].headers).toEqual({ Authorization: "Bearer token" });
});

const OURS = { error: { code: "any" } };
test.each([
  [400, OURS, { status: "refused", code: 400 }],
  [401, OURS, { status: "refused", code: 401 }],
  [409, OURS, { status: "refused", code: 409 }],
  [429, OURS, { status: "away" }],
  [503, OURS, { status: "away" }],
  [403, "Log in to this network", { status: "away" }],
  [200, "Log in to this network", { status: "away" }],
  [201, {}, { status: "away" }],
  [201, { token: "t", receipt: "r", current: { ...CURRENT, choices: { analytics: true } } }, { status: "away" }],
  [201, { token: "t", receipt: "r" }, { status: "away" }],
])("%s %j", async (status, body, answer) => {
  answering(status, body);
  expect(await record()).toEqual(answer);
});

test("no network is no answer", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
  expect(await record()).toEqual({ status: "away" });
});
