import { env, exports } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ADMIN_ROUTES } from "../../../src/contract/routes.ts";
import { keyOf } from "../../../src/contract/snapshot.ts";
import { note, proving, runs } from "../../support/counts.ts";
import { type Answer, booleanFlag, environment, expectOwnHeaders, send, stateOf } from "./client.ts";

/*
 * Whatever is sent: an answer of its own kind, never a 5xx, and a refusal leaves everything as it was. Bodies are
 * either anything at all or something valid with one place spoilt, which gets further in.
 */

const SEED = 20261121;
const TIMEOUT = proving ? 3_600_000 : 240_000;

const hostileText = fc.oneof(
  fc.constantFrom(
    "",
    ".",
    "..",
    "__proto__",
    "constructor",
    "toString",
    "\0",
    "\ud800",
    "🎈",
    "a/b",
    "'; DROP TABLE",
    "%00",
    "x".repeat(300),
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const hostileNumber = fc.constantFrom(0, -0, -1, 0.0005, 1e308, -1e308, 2 ** 53, 100.001, 1e-320, 4_294_967_296);
const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.constantFrom(null, true, false),
    hostileNumber,
    hostileText,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(hostileText, tie("value"), { maxKeys: 4 }),
  ),
})).value;

const clause = { attribute: "a.b", operator: "in", values: ["x", 1, true], ignoreCase: true };
const wholeFlag = booleanFlag({
  offVariant: "off",
  prerequisites: [{ flag: "base", variants: ["on"] }],
  rules: [
    {
      id: "r",
      name: "n",
      when: {
        all: [
          { segment: "staff" },
          { not: { any: [clause] } },
          { flag: "base", variants: ["on"] },
          { bucket: { by: "u", salt: "s", from: 1, to: 2 } },
        ],
      },
      window: { from: "2026-12-01T09:00:00Z", until: null },
      serve: { rollout: { percentage: 25, split: [{ variant: "on", weight: 1 }], otherwise: "off", by: ["a", "b"] } },
    },
  ],
  default: { rollout: { ranges: [{ variant: "on", from: 0, to: 0.5 }], otherwise: null, absent: { variant: "off" } } },
  tags: ["t"],
  metadata: { m: 1 },
});
const wholeSegment = { name: "n", include: ["u1"], exclude: ["u2"], by: "a.b", when: { any: [clause] } };

/** A valid body for each write, of which there is no other. */
const BODIES: Partial<Record<string, unknown>> = {
  createEnvironment: { name: "never", description: "d", copyFrom: "nowhere" },
  patchEnvironment: { description: "d" },
  putFlag: wholeFlag,
  patchFlag: { variants: { more: true }, rules: [], metadata: { x: null } },
  setRollout: { percentage: 5, rule: "r", split: [{ variant: "on", weight: 1 }] },
  putSegment: wholeSegment,
  patchSegment: { include: ["u3"], when: null },
  changeMembers: { add: ["a"], remove: ["b"] },
  applyChanges: {
    changes: [
      { op: "putFlag", flag: { key: "x", ...wholeFlag } },
      { op: "patchFlag", key: "x", patch: { owner: "o" } },
      { op: "setRollout", key: "base", percentage: 5 },
      { op: "disableFlag", key: "x" },
      { op: "putSegment", segment: { key: "y", ...wholeSegment } },
      { op: "deleteSegment", key: "y" },
    ],
  },
  createKey: { kind: "client", name: "k", origins: ["https://shop.example"] },
  createOverride: { flag: "base", variant: "on" },
  createToken: { name: "t", role: "viewer", environments: ["a", "b"], expiresAt: "2999-12-31T23:59:59Z" },
};

type Path = (string | number)[];

/** Every place in a document, the document itself first. */
function places(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, child]) =>
    places(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [path, ...inner];
}

/** The document with something else in one place, or nothing, or with a property more there. */
function spoilt(
  value: unknown,
  path: Path,
  change: { kind: "put" | "drop" | "add"; name: string; value: unknown },
): unknown {
  const [step, ...rest] = path;
  if (step !== undefined) {
    if (rest.length === 0 && change.kind === "drop") {
      if (Array.isArray(value)) return value.toSpliced(Number(step), 1);
      const { [step]: _dropped, ...kept } = value as Record<string, unknown>;
      return kept;
    }
    const child = spoilt((value as Record<string | number, unknown>)[step], rest, change);
    return Array.isArray(value) ? value.with(Number(step), child) : { ...(value as object), [step]: child };
  }
  if (change.kind !== "add" || typeof value !== "object" || value === null) return change.value;
  return Array.isArray(value) ? [...(value as unknown[]), change.value] : { ...value, [change.name]: change.value };
}

const operations = Object.entries(ADMIN_ROUTES).filter(([, [method]]) => method !== "GET");
const change = fc.record({ kind: fc.constantFrom("put", "drop", "add"), name: hostileText, value: anything });
const requests = fc.constantFrom(...operations).chain(([operation, [method, path]]) => {
  const model = BODIES[operation] ?? {};
  const mutated = fc.tuple(fc.constantFrom(...places(model)), change).map(([at, how]) => spoilt(model, at, how));
  const body = fc
    .oneof({ weight: 4, arbitrary: mutated }, { weight: 1, arbitrary: anything })
    .map((value) => JSON.stringify(value));
  const torn = fc.tuple(body, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1)));
  const key = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("base", "f", "staff") },
    fc.oneof(
      hostileText.map((text) => encodeURIComponent(text.toWellFormed())),
      fc.constantFrom("%zz", "%ff", "a%2Fb"),
    ),
  );
  return fc.record({
    method: fc.constant(method),
    path: fc.constant(path),
    key,
    body: fc.oneof({ weight: 5, arbitrary: body }, { weight: 1, arbitrary: torn }),
  });
});

/** What any answer must be. */
function expectSane(answer: Answer): void {
  expect(answer.status).toBeLessThan(500);
  expectOwnHeaders(answer);
  if (answer.status < 400) return;
  const { error: manifests } = answer.body as { error?: { message: string; status: number } };
  if (manifests) {
    // The manifest's routes refuse as the OpenFeature CLI reads it.
    expect(manifests).toMatchObject({ message: expect.any(String), status: answer.status });
    return;
  }
  const { type, title, status, detail, errors, ...rest } = answer.body as Record<string, unknown>;
  expect({ type, title, status, detail, rest }).toEqual({
    type: expect.stringMatching(/^\/problems\/[a-z-]+$/),
    title: expect.any(String),
    status: answer.status,
    detail: expect.any(String),
    rest: {},
  });
  if (answer.status === 422) expect(errors ?? []).not.toEqual([]);
  for (const error of (errors ?? []) as { path: string; message: string }[]) {
    expect(Object.keys(error).toSorted()).toEqual(["message", "path"]);
    expect(error.path).toMatch(/^(?:\/(?:[^~/]|~[01])*)*$/s);
    expect(error.message).not.toBe("");
  }
}

/** What of an environment's flags can't be evaluated. */
async function evaluationErrors(path: string): Promise<unknown[]> {
  const key = (await send("POST", `${path}/keys`, { body: { kind: "server", name: "k" } })).body as { secret: string };
  const headers = { Authorization: `Bearer ${key.secret}` };
  const request = new Request("https://sluice.test/ofrep/v1/evaluate/flags", { method: "POST", headers });
  const response = await exports.default.fetch(request);
  expect(response.status).toBe(200);
  const { flags } = await response.json<{ flags: { errorCode?: string }[] }>();
  expect(flags).not.toEqual([]);
  return flags.filter((flag) => flag.errorCode !== undefined);
}

/** What is stored of an environment, read where it is stored: as strict as reading it all, at a tenth of the price. */
async function storedIn(name: string): Promise<string> {
  const { incarnation } = (await env.WORKSPACE.getByName(keyOf.workspaceObject).environment(name))!;
  const stub: DurableObjectStub = env.ENVIRONMENT.getByName(keyOf.environmentObject(name, incarnation));
  const tables = ["environment", "flags", "segments", "keys", "settings", "description", "log"];
  return runInDurableObject(stub, (_, { storage }) =>
    JSON.stringify(tables.map((table) => [...storage.sql.exec(`SELECT * FROM ${table}`).raw()])),
  );
}

describe("hostile writes", () => {
  test(`are refused whole, or made whole (seed ${SEED})`, { timeout: TIMEOUT }, async () => {
    const { name, path } = await environment();
    await send("PUT", `${path}/segments/staff`);
    await send("PUT", `${path}/flags/base`, { body: booleanFlag() });
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    let before = await storedIn(name);
    let refused = 0;
    let made = 0;
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const address = request.path.replace("{env}", name).replace("{key}", request.key);
        const answer = await send(request.method, address, { body: request.body });
        expectSane(answer);
        const after = await storedIn(name);
        if (answer.status >= 400) {
          refused++;
          expect(after).toBe(before);
        } else made++;
        before = after;
      }),
      { seed: SEED, numRuns: runs(10_000), endOnFailure: true },
    );
    note(`${refused} refused, ${made} made`);
    expect(await evaluationErrors(path)).toEqual([]);
    // Both kinds must have been seen, or this test has looked at nothing.
    expect(Math.min(refused, made)).toBeGreaterThan(runs(10_000) / 100);
  });

  test(`of headers and addresses get an answer too (seed ${SEED})`, { timeout: TIMEOUT }, async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const before = await stateOf(path);
    const header = fc.string({ unit: fc.constantFrom(...Array.from("\"'%,*/;=\\W x019az")), maxLength: 12 });
    const query = fc.tuple(
      fc.constantFrom("limit", "cursor", "q", "tag", "kind", "owner", "state", "confirm", "x"),
      fc.oneof(
        hostileText.map((text) => encodeURIComponent(text.toWellFormed())),
        header.map(encodeURI),
      ),
    );
    const reads = fc.constantFrom("", "/flags", "/flags/f", "/flags/f/history", "/segments", "/keys", "/flags/%");
    await fc.assert(
      fc.asyncProperty(
        reads,
        fc.array(query, { maxLength: 3 }),
        header,
        header,
        async (rest, queries, tag, comment) => {
          const search = queries.map((pair) => pair.join("=")).join("&");
          const read = await send("GET", `${path}${rest}?${search}`, { headers: { "If-None-Match": tag } });
          expectSane(read);
          // Refused whatever the headers say: nothing may be written on the way there.
          const headers = { "If-Match": `${tag}x`, "If-None-Match": tag, "Sluice-Comment": comment };
          const write = await send("PATCH", `${path}/flags/f?${search}`, { body: { owner: 1 }, headers });
          expectSane(write);
          expect(write.status).toBeGreaterThanOrEqual(400);
        },
      ),
      { seed: SEED, numRuns: runs(4_000), endOnFailure: true },
    );
    expect(await stateOf(path)).toBe(before);
  });
});
