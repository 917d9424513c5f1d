import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../src/core/compile.ts";
import { evaluate } from "../../src/core/evaluate.ts";
import { booleanFlag, environment, send } from "./admin/client.ts";

/* FlagService as another Worker of the account calls it: over RPC, with the props of its binding. */

let name: string;
const service = (props: { environment?: string } = { environment: name }) => exports.FlagService({ props });
const rollout = (percentage: number) => ({
  rollout: { percentage, split: [{ variant: "on", weight: 1 }], otherwise: "off" },
});

beforeAll(async () => {
  const made = await environment();
  name = made.name;
  const beta = { id: "beta", when: { attribute: "plan", operator: "in", values: ["beta"] }, serve: { variant: "on" } };
  const flags = [
    { key: "fixed", ...booleanFlag({ default: { variant: "on" }, metadata: { team: "core" } }) },
    { key: "ruled", ...booleanFlag({ rules: [beta] }) },
    { key: "half", ...booleanFlag({ default: rollout(50) }) },
    { key: "code", ...booleanFlag({ default: { codeDefault: true } }) },
    { key: "lists", type: "object", variants: { on: { a: [1, null, "x"] } }, default: { variant: "on" } },
  ];
  const changes = flags.map((flag) => ({ op: "putFlag", flag }));
  expect((await send("POST", `${made.path}/changes`, { body: { changes } })).status).toBe(200);
});

describe("evaluate", () => {
  test("answers as OFREP does for a server key, server-side flags too", async () => {
    expect(await service().evaluate("fixed", {})).toEqual({
      key: "fixed",
      value: true,
      variant: "on",
      reason: "STATIC",
      metadata: { team: "core", version: "2" },
    });
    expect(await service().evaluate("lists")).toMatchObject({ value: { a: [1, null, "x"] }, variant: "on" });
  });

  test("decides by the context", async () => {
    expect(await service().evaluate("ruled", { plan: "beta" })).toMatchObject({
      value: true,
      reason: "TARGETING_MATCH",
      metadata: { ruleId: "beta" },
    });
    expect(await service().evaluate("ruled", { plan: "free" })).toMatchObject({ value: false, reason: "DEFAULT" });
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => service().evaluate("half", { targetingKey: `user-${n}` })),
    );
    expect(new Set(answers.map((answer) => "variant" in answer && answer.variant))).toEqual(new Set(["on", "off"]));
  });

  test("a code default has neither value nor variant", async () => {
    expect(await service().evaluate("code")).toEqual({ key: "code", reason: "STATIC", metadata: { version: "2" } });
  });

  test("an unknown flag is FLAG_NOT_FOUND, not an exception", async () => {
    expect(await service().evaluate("never-was", {})).toEqual({
      key: "never-was",
      errorCode: "FLAG_NOT_FOUND",
      errorDetails: expect.any(String),
    });
  });

  test.each([
    ["a text", "x"],
    ["a list", []],
    ["a number", 1],
    ["one that is too deep", deep(11)],
  ])("a context that is %s is INVALID_CONTEXT, not an exception", async (_, context) => {
    const asked = await service().evaluate("fixed", context as Record<string, unknown>);
    expect(asked).toEqual({ key: "fixed", errorCode: "INVALID_CONTEXT", errorDetails: expect.any(String) });
    expect(await service().evaluateAll(context as Record<string, unknown>)).toMatchObject({
      errorCode: "INVALID_CONTEXT",
    });
  });
});

test("evaluateAll answers for all flags, sorted by key, each as evaluate does", async () => {
  const context = { targetingKey: "user-1", plan: "beta" };
  const all = await service().evaluateAll(context);
  if ("errorCode" in all) throw new Error(all.errorDetails);
  expect(all.metadata).toEqual({ flagSetId: name, version: "2" });
  expect(all.flags.map(({ key }) => key)).toEqual(["code", "fixed", "half", "lists", "ruled"]);
  for (const one of all.flags) expect(one).toEqual(await service().evaluate(one.key, context));
});

test("the binding's props say which environment; without them SERVICE_ENVIRONMENT does", async () => {
  expect(await service().whereabouts()).toEqual({
    environment: name,
    incarnation: expect.stringMatching(/^[a-z0-9]{12}$/),
    visitors: expect.stringMatching(/^[\w+/]{43}=$/),
  });
  expect(await service({ environment: "never-was" }).whereabouts()).toBeNull();
  expect(await service({}).whereabouts()).toBeNull(); // there is no `production` here yet
  expect((await send("POST", "/environments", { body: { name: "production" } })).status).toBe(201);
  expect(await service({}).whereabouts()).toMatchObject({ environment: "production" });
  expect(await service({ environment: "never-was" }).evaluate("fixed")).toEqual({
    key: "fixed",
    errorCode: "GENERAL",
    errorDetails: expect.stringContaining("environment"),
  });
  expect(await service({ environment: "never-was" }).evaluateAll()).toMatchObject({ errorCode: "GENERAL" });
});

describe("snapshot", () => {
  test("gives what another isolate needs to evaluate by itself, and the body only to who doesn't have it", async () => {
    const current = (await service().snapshot())!;
    expect(current).toMatchObject({ environment: name, version: 2 });
    expect(current.ageMs).toBeLessThan(10_000);
    const snapshot = compile(JSON.parse(current.body!), null);
    expect(evaluate(snapshot.flag("fixed", "server")!, {}, 0)).toMatchObject({ value: true, variant: "on" });
    const { incarnation, version } = current;
    expect(await service().snapshot({ incarnation, version })).not.toHaveProperty("body");
    expect(await service().snapshot({ incarnation, version: version - 1 })).toHaveProperty("body");
    expect(await service().snapshot({ incarnation: "another", version })).toHaveProperty("body");
  });

  test("is null for an environment that isn't there", async () => {
    expect(await service({ environment: "never-was" }).snapshot()).toBeNull();
  });

  test("members come by their hash", async () => {
    const { path, name: own } = await environment();
    const segment = { key: "s", include: ["user-1", "user-2"] };
    expect((await send("PUT", `${path}/segments/s`, { body: segment })).status).toBe(201);
    const listing = service({ environment: own });
    const { members } = JSON.parse((await listing.snapshot())!.body!) as { members: string };
    expect((await listing.members(members))!.byteLength).toBeGreaterThan(0);
    expect(await listing.members("0".repeat(64))).toBeNull();
  });
});

describe("record", () => {
  test("counts events of a server, each judged by itself, once for an id", async () => {
    const events = [
      { type: "exposure", flag: "half", variant: "on", targetingKey: "user-1" },
      { type: "outcome", metric: "checkout", targetingKey: "user-1" },
      { type: "exposure", flag: "never-was", variant: "on", targetingKey: "user-1" },
      { type: "comparison", flag: "half", match: true, controlMs: 1, candidateMs: 2 },
    ] as const;
    const rejected = [{ index: 2, message: expect.any(String) }];
    expect(await service().record(events, "batch-1")).toEqual({
      accepted: 3,
      duplicate: false,
      rejected,
      uncounted: {},
    });
    expect(await service().record(events, "batch-1")).toEqual({
      accepted: 0,
      duplicate: true,
      rejected,
      uncounted: {},
    });
    expect(await service().record(events)).toEqual({ accepted: 3, duplicate: false, rejected, uncounted: {} });
  });

  test("takes any number", async () => {
    const event = { type: "outcome", metric: "checkout" } as const;
    const events = Array.from({ length: 1_201 }, (_, n) => (n % 600 === 0 ? { ...event, metric: "" } : event));
    const { accepted, rejected } = await service().record(events);
    expect([accepted, rejected.map(({ index }) => index)]).toEqual([1_198, [0, 600, 1_200]]);
  });

  test("counts nothing for an environment that isn't there", async () => {
    const recorded = await service({ environment: "never-was" }).record([{ type: "outcome", metric: "checkout" }]);
    expect(recorded).toMatchObject({
      accepted: 0,
      rejected: [{ index: 0, message: expect.stringContaining("environment") }],
    });
  });
});

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = { deeper: value };
  return value;
}
