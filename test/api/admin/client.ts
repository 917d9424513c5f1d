import { exports } from "cloudflare:workers";
import { expect } from "vitest";
import { problemBody, type ProblemType, PROBLEMS } from "../../../src/contract/problem.ts";
import { undescribed } from "../../support/described.ts";

/* The administration API as a script would use it, over the Worker's own fetch handler. */

export const ROOT = "slc_admin_test-root";
export const BASE = "https://sluice.test/admin/v1";

export type Answer = { status: number; headers: Headers; text: string; body: unknown };
export type Options = {
  /** Sent as JSON text; text and blobs as they are. */
  body?: unknown;
  headers?: Record<string, string | undefined>;
};

/** One request, whose answer must be as the OpenAPI document says. Without other headers it has the root token, and a write the content type that it needs. */
export async function send(method: string, path: string, { body, headers = {} }: Options = {}): Promise<Answer> {
  const all: Record<string, string | undefined> = { Authorization: `Bearer ${ROOT}`, ...headers };
  if (method !== "GET" && method !== "HEAD" && !("Content-Type" in all)) all["Content-Type"] = "application/json";
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const response = await exports.default.fetch(
    new Request(BASE + path, {
      method,
      headers: given,
      ...(body !== undefined && { body: bodyOf(body) }),
    }),
  );
  const streams = response.headers.get("Content-Type") === "text/event-stream";
  const text = streams ? "" : await response.text();
  if (streams) await response.body?.cancel();
  const { pathname } = new URL(response.url || BASE + path);
  expect(undescribed(method, pathname, { status: response.status, headers: response.headers, text })).toEqual([]);
  return { status: response.status, headers: response.headers, text, body: text === "" ? undefined : JSON.parse(text) };
}

function bodyOf(body: unknown): BodyInit {
  return typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body);
}

export async function gzipped(text: string): Promise<Blob> {
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).blob();
}

let made = 0;

/** A new environment, so that no test sees what another did. Its path below the base. */
export async function environment(): Promise<{ name: string; path: string }> {
  const name = `test-${++made}-${crypto.randomUUID().slice(0, 8)}`;
  const { status } = await send("POST", "/environments", { body: { name } });
  expect(status).toBe(201);
  return { name, path: `/environments/${name}` };
}

/** A boolean flag as somebody would write it, with what is given in place of its own. */
export function booleanFlag(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: "boolean", variants: { on: true, off: false }, default: { variant: "off" }, ...changes };
}

/** All that an answer shows of a flag written as `booleanFlag()`. */
export function wholeFlag(key: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    key,
    type: "boolean",
    variants: { on: true, off: false },
    enabled: true,
    offVariant: null,
    prerequisites: [],
    rules: [],
    default: { variant: "off" },
    shadow: 0,
    clientSide: false,
    kind: "release",
    description: "",
    owner: "",
    tags: [],
    metadata: {},
    ...changes,
  };
}

export const TIME: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const REVISION = /^[a-z0-9]{12}\.\d+$/;

/** A FlagView, exactly. */
export function flagView(flag: unknown, version: number, more: Record<string, unknown> = {}): unknown {
  return {
    flag,
    version,
    createdAt: TIME,
    updatedAt: TIME,
    updatedBy: "root token",
    actions: expect.any(Array),
    ...more,
  };
}

/** A refusal, exactly: status, type, title, and the places that are wrong. */
export function expectProblem(answer: Answer, type: ProblemType, errors?: { path: string; message?: string }[]): void {
  const { status, title } = PROBLEMS[type];
  if (isManifests(answer)) {
    const details = errors && { details: errors.map(({ path: field }) => ({ field, message: expect.any(String) })) };
    const error = { message: expect.stringMatching(/^[A-Z].*\.$/s), status, ...details };
    expect([answer.status, answer.body]).toEqual([status, { error }]);
    expect(answer.headers.get("Content-Type")).toBe("application/json");
    return expectOwnHeaders(answer);
  }
  const expected = {
    type: problemBody({ type, detail: "" }).type,
    title,
    status,
    detail: expect.stringMatching(/^[A-Z].*\.$/s),
    ...(errors && { errors: errors.map((one) => ({ message: expect.any(String), ...one })) }),
  };
  expect(answer.body).toEqual(expected);
  expect(answer.status).toBe(status);
  expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
  expectOwnHeaders(answer);
}

/** A refusal as the OpenFeature CLI reads it; that only its routes answer so is what the OpenAPI document says. */
function isManifests({ body }: Answer): boolean {
  return typeof body === "object" && body !== null && "error" in body;
}

/** What every answer of the administration API has, and what none has. */
export function expectOwnHeaders({ headers }: Answer): void {
  expect(headers.get("Request-Id")).toMatch(/^\S{8,}$/);
  expect(headers.get("Cache-Control")).toBe(headers.has("ETag") ? "no-store, no-transform" : "no-store");
  expect(headers.get("Referrer-Policy")).toBe("no-referrer");
  expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
}

/** A write that was made: what it says of itself, checked against itself. */
export function expectWritten(
  answer: Answer,
  status: 200 | 201 | 204,
): { version: number; revision: string; etag: string } {
  expect(answer.status).toBe(status);
  expectOwnHeaders(answer);
  const revision = answer.headers.get("Sluice-Revision") ?? "";
  expect(revision).toMatch(REVISION);
  const version = Number(answer.headers.get("Sluice-Version"));
  expect(revision.split(".")[1]).toBe(String(version));
  const etag = answer.headers.get("ETag") ?? "";
  if (status === 204) expect(answer.text).toBe("");
  else {
    expect(etag).toMatch(/^"[a-z0-9]{12}\.\d+"$/);
    expect(answer.headers.get("Content-Type")).toBe("application/json");
  }
  return { version, revision, etag };
}

/** Everything that can be read of an environment, as one text: equal texts, nothing was changed. */
export async function stateOf(path: string): Promise<string> {
  const reads = ["", "/flags?limit=500", "/flags?limit=500&state=archived", "/segments?limit=500", "/keys"];
  const answers = await Promise.all(reads.map(async (read) => send("GET", path + read)));
  for (const answer of answers) expect(answer.status).toBe(200);
  return answers.map((answer) => answer.text).join("\n");
}
