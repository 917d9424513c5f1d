import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { serving, SPECIAL_KEYS } from "../clients/serving.ts";
import { note, proving, runs } from "../../support/counts.ts";

/*
 * Anything may be sent to the two evaluation routes: the answer is never a 5xx, always JSON in one of the two shapes,
 * and comes in time.
 */

const here = serving();
const PATIENCE_MS = 10_000;
const encoder = new TextEncoder();

type Sent = {
  path: string;
  method: string;
  credential: "client" | "server" | "other" | "none";
  headers: Record<string, string | undefined>;
  body: Uint8Array<ArrayBuffer>;
};

/** Stands for the ETag of the answer before. */
const SEEN = "seen";

const nasty = fc.constantFrom(
  "__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "targetingKey", "context", "plan", "geo.country",
  "client", "", "\u0000", "\ud800", "\udc00x", "☃".repeat(50), "a.b.c", ".", "..", "1e999", "-0", "null", "true", "9007199254740993",
); // prettier-ignore
const someText = fc.oneof(
  nasty,
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 10 }),
);
const value = fc.letrec((again) => ({
  any: fc.oneof(
    { maxDepth: 12, withCrossShrink: true },
    someText,
    fc.double(),
    fc.integer(),
    fc.constantFrom(null, true, false, "beta", "user-1"),
    fc.array(again("any"), { maxLength: 4 }),
    fc.dictionary(someText, again("any"), { maxKeys: 4 }),
  ),
})).any;

const deep = fc
  .tuple(fc.integer({ min: 1, max: 5000 }), fc.constantFrom('{"a":', "[", '{"context":', '{"":['))
  .map(([levels, open]) => open.repeat(levels) + "1" + (open.startsWith("{") ? "}" : "]").repeat(levels));
const wellFormed = fc.oneof(
  { weight: 6, arbitrary: fc.record({ context: value }).map((body) => JSON.stringify(body)) },
  { weight: 2, arbitrary: value.map((body) => JSON.stringify(body)) },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: fc.nat(70_000).map((size) => `{"context":{"a":"${"x".repeat(size)}"}}`) },
  { weight: 1, arbitrary: fc.nat(9_000).map((size) => `{"context":{"a":[${"1,".repeat(size)}0]}}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", " ", "{}", "null", '{"context":null}', '{"context":{"targetingKey":1e999}}'),
  },
);

/** Bytes taken out, put in, doubled or turned, the way a broken client or a spiteful one would. */
const mutations = fc.oneof(
  fc.constant(undefined),
  fc.array(
    fc.tuple(fc.constantFrom("flip", "cut", "insert", "double", "truncate"), fc.nat(), fc.uint8Array({ maxLength: 6 })),
    { maxLength: 4 },
  ),
);
function mutate(
  bytes: Uint8Array,
  steps: readonly (readonly [string, number, Uint8Array])[] = [],
): Uint8Array<ArrayBuffer> {
  let result = [...bytes];
  for (const [kind, at, extra] of steps) {
    const index = result.length === 0 ? 0 : at % result.length;
    if (kind === "flip" && result.length > 0) result[index] = result[index]! ^ (1 << (at % 8));
    if (kind === "cut") result.splice(index, 1 + (at % 7));
    if (kind === "insert") result.splice(index, 0, ...extra);
    if (kind === "double") result.splice(index, 0, ...result.slice(index, index + 200));
    if (kind === "truncate") result = result.slice(0, index);
  }
  return new Uint8Array(result.slice(0, 80_000));
}

const key = fc.oneof(
  fc.constantFrom("boolean", "by-plan", "half", "code-default", ...SPECIAL_KEYS).map(encodeURIComponent),
  someText.filter((one) => one.isWellFormed()).map(encodeURIComponent),
  fc.string({ unit: fc.constantFrom("%", "2", "F", "f", "/", "a", "e", "é", "+", "&", ";"), maxLength: 12 }),
  fc.nat(3000).map((size) => "k".repeat(size)),
);
const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  fc.constantFrom(
    "?",
    "?flagConfigEtag",
    "?flagConfigEtag=%22a.1%22&flagConfigLastModified=x",
    "?context=e30",
    "?%",
    "?key=&key=",
  ),
  fc.webQueryParameters().map((parameters) => `?${parameters}`),
  fc.base64String({ maxLength: 200 }).map((encoded) => `?context=${encodeURIComponent(encoded)}`),
  fc.tuple(value).map(([context]) => `?context=${Buffer.from(JSON.stringify(context)).toString("base64url")}`),
);
const credential = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom("client" as const, "server" as const) },
  { weight: 1, arbitrary: fc.constantFrom("other" as const, "none" as const) },
);
const method = fc.oneof(
  { weight: 20, arbitrary: fc.constant("POST") },
  { weight: 3, arbitrary: fc.constant("GET") },
  { weight: 1, arbitrary: fc.constantFrom("PUT", "DELETE", "OPTIONS") },
);
/** Each on a few requests only, so that most get past it. */
const seldom = (...values: string[]) =>
  fc.oneof({ weight: 15, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(...values) });
const header = fc.record({
  "Content-Encoding": seldom("gzip", "br", "identity", "GZIP, gzip", ""),
  "Content-Type": seldom("application/json", "text/plain", "multipart/form-data", "x"),
  "If-None-Match": fc.constantFrom(undefined, SEEN, "*", 'W/"x"', '"', "W/", '"a", "b"'),
  Origin: seldom("null", "https://shop.example", "x"),
  "X-API-Key": seldom("x", "slc_server__", "slc_client_production_"),
});

const request: fc.Arbitrary<Sent> = fc
  .record({
    single: fc.boolean(),
    key,
    query,
    credential,
    method,
    header,
    body: wellFormed,
    mutations,
    packed: fc.nat(9),
  })
  .map(({ single, key: tail, query: rest, header: some, body, mutations: steps, packed, ...same }) => {
    const bytes = packed === 0 ? gzipSync(body) : encoder.encode(body);
    return {
      ...same,
      path: `/ofrep/v1/evaluate/flags${single ? `/${tail}` : ""}${rest}`,
      headers: { ...some, ...(packed === 0 && { "Content-Encoding": "gzip" }) },
      body: mutate(bytes, steps),
    };
  });

let seen = "";
let closed = 0;

async function send({ path, method: how, credential: who, headers, body }: Sent): Promise<number> {
  const keys = {
    client: here().client,
    server: here().server,
    other: `slc_client_production_${"0".repeat(40)}`,
    none: "",
  };
  const given = new Headers();
  for (const [name, text] of Object.entries(headers))
    if (text !== undefined) given.set(name, text === SEEN ? seen : text);
  if (keys[who] !== "") given.set("Authorization", `Bearer ${keys[who]}`);
  const init = { method: how, headers: given, ...(how !== "GET" && { body }) };
  const once = async (): Promise<Response> =>
    fetch(here().url + path, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
  // The server may close a kept connection in the moment in which it is used again; what fails anew has another cause.
  const response = await once().catch(async (error: unknown) => {
    if (!(error instanceof TypeError)) throw error;
    closed++;
    return once();
  });
  seen = response.headers.get("ETag") ?? seen;
  const answer = await response.text();
  expect(response.status, answer).toBeLessThan(500);
  expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
  expect(response.headers.get("Request-Id")).not.toBeNull();
  if (response.status === 204 || response.status === 304) return response.status;
  const parsed = JSON.parse(answer) as Record<string, unknown>;
  if (response.status === 200) expect("flags" in parsed || "reason" in parsed).toBe(true);
  else expect(parsed).toMatchObject({ errorCode: expect.any(String), errorDetails: expect.any(String) });
  return response.status;
}

/** Resident memory of the process that answers, in MiB. */
function residentMiB(): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${here().workerd()}/status`, "utf8"))![1]) / 1024;
}

it("never a 5xx, never a hang, always the shape that a client understands", async () => {
  const ATONCE = 10;
  const total = runs(100_000);
  const statuses = new Map<number, number>();
  const memory: number[] = [];
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: ATONCE, maxLength: ATONCE }), async (several) => {
      for (const status of await Promise.all(several.map(send))) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (sent < total / 5 && (sent += ATONCE) >= total / 5) memory.push(residentMiB());
    }),
    { seed: 20_261_131, numRuns: total / ATONCE },
  );
  memory.push(residentMiB());

  note(`statuses ${JSON.stringify(Object.fromEntries(statuses))}; ${closed} connections closed in between`);
  expect(closed).toBeLessThanOrEqual(total / 10_000 + 1);
  for (const status of [200, 304, 400, 401, 404, 405, 413, 415]) expect([...statuses.keys()]).toContain(status);
  const ratio = memory[1]! / memory[0]!;
  note(`resident memory after all requests ${ratio.toFixed(2)} of that after a fifth of them`);
  if (proving) expect(ratio).toBeLessThanOrEqual(1.2);
});
