import { exports } from "cloudflare:workers";
import { expect } from "vitest";
import { undescribed } from "../../support/described.ts";
import { type Answer as AdminAnswer, booleanFlag, environment, send } from "../admin/client.ts";

/* The evaluation routes as any client would use them, over the Worker's own fetch handler. */

export const ORIGIN = "https://sluice.test";
export const FLAGS = "/ofrep/v1/evaluate/flags";

/** The body of any answer: each test looks at what its status has. */
type Item = { key: string; value: unknown; variant: string; reason: string; metadata: Record<string, unknown> };
type Body = Item & { flags: Item[]; errorCode: string; errorDetails: string };
export type Answer = { status: number; headers: Headers; text: string; body: Body };
export type Options = {
  method?: string;
  /** Sent as JSON text; text, bytes and streams as they are. */
  body?: unknown;
  key?: string;
  headers?: Record<string, string>;
  cf?: Record<string, unknown>;
};

/** Another one for each test that fails on purpose, so that none of them spends another's attempts. */
export function someAddress(): string {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint16Array(2));
  return `2001:db8:${a.toString(16)}:${b.toString(16)}::1`;
}

/** One request. What every answer below /ofrep must have is checked on each of them. */
export async function ofrep(
  path: string,
  { method = "POST", body, key, headers = {}, cf }: Options = {},
): Promise<Answer> {
  const all: Record<string, string> = { "CF-Connecting-IP": "192.0.2.1", ...headers };
  if (key !== undefined) all["Authorization"] = `Bearer ${key}`;
  const init = { method, headers: all, ...(cf && { cf }), ...(body !== undefined && { body: bodyOf(body) }) };
  const response = await exports.default.fetch(new Request(ORIGIN + path, init));
  const text = await response.text();
  const answer = {
    status: response.status,
    headers: response.headers,
    text,
    body: text === "" ? undefined : JSON.parse(text),
  };
  expectCommon(answer, method);
  expect(undescribed(method, new URL(response.url || ORIGIN + path).pathname, answer)).toEqual([]);
  return answer;
}

function bodyOf(body: unknown): BodyInit {
  const asIs =
    typeof body === "string" || body instanceof Blob || body instanceof ReadableStream || body instanceof Uint8Array;
  return asIs ? (body as BodyInit) : JSON.stringify(body);
}

function expectCommon({ status, headers, text, body }: Answer, method: string): void {
  expect(headers.get("Access-Control-Allow-Origin")).toBe("*");
  expect(headers.get("Access-Control-Allow-Credentials")).toBeNull();
  expect(headers.get("Access-Control-Expose-Headers")).toBe(
    "ETag, Retry-After, Request-Id, Sluice-Version, Sluice-Age",
  );
  expect(headers.get("Cache-Control")).toBe("private, no-store");
  expect(headers.get("Request-Id")).toMatch(/^[0-9a-f]{16}-\d+$/);
  expect(headers.get("Referrer-Policy")).toBe("no-referrer");
  expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
  expect(headers.get("Set-Cookie")).toBeNull();
  if (status === 204 || status === 304 || method === "HEAD") return expect(text).toBe("");
  expect(headers.get("Content-Type")).toBe("application/json");
  if (status === 200) return;
  expect(Object.keys(body).filter((name) => name !== "key")).toEqual(["errorCode", "errorDetails"]);
  expect(body.errorDetails).toMatch(/^[A-Z].*\.$/);
}

/** A refusal, exactly. `key` is named on the single route and nowhere else. */
export function expectFailure(answer: Answer, status: number, errorCode: string, key?: string): void {
  expect(answer.status, answer.text).toBe(status);
  expect(answer.body).toEqual({ ...(key !== undefined && { key }), errorCode, errorDetails: expect.any(String) });
}

export type World = {
  name: string;
  path: string;
  server: string;
  client: string;
  put(flag: Record<string, unknown>): Promise<AdminAnswer>;
};

/** An environment of its own with one key of each kind, and flags as given. */
export async function world(...flags: Record<string, unknown>[]): Promise<World> {
  const { name, path } = await environment();
  const put = async (flag: Record<string, unknown>): Promise<AdminAnswer> => {
    const answer = await send("PUT", `${path}/flags/${encodeURIComponent(String(flag["key"]))}`, {
      body: booleanFlag(flag),
    });
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer;
  };
  if (flags.length > 0) {
    const changes = flags.map((flag) => ({ op: "putFlag", flag: booleanFlag(flag) }));
    const answer = await send("POST", `${path}/changes`, { body: { changes } });
    expect(answer.status, answer.text).toBe(200);
  }
  return { name, path, server: await newKey(path, "server"), client: await newKey(path, "client"), put };
}

export async function newKey(path: string, kind: "client" | "server", origins?: string[]): Promise<string> {
  const { status, body } = await send("POST", `${path}/keys`, {
    body: { kind, name: "k", ...(origins && { origins }) },
  });
  expect(status).toBe(201);
  return (body as { secret: string }).secret;
}

/** The same environment key in form, and unknown. */
export function forged(kind: "client" | "server", environmentName: string): string {
  return `slc_${kind}_${environmentName}_${"0".repeat(40)}`;
}
