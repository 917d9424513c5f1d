import { readFileSync } from "node:fs";
import fc from "fast-check";
import clientModule from "unleash-client/lib/client";
import type { RepositoryInterface } from "unleash-client/lib/repository";
import { defaultStrategies } from "unleash-client/lib/strategy";
import { describe, expect, test } from "vitest";
import { casesOf } from "../../scripts/interchange/cases.ts";
import type { NativeDocument } from "../../src/interchange/convert.ts";
import type { Options } from "../../src/interchange/importer.ts";
import { importUnleash } from "../../src/interchange/unleash/importer.ts";
import { havingCases, tableOfCases, withTable } from "../../scripts/interchange.ts";
import { note, proving, runs } from "../support/counts.ts";
import { converted, resolver } from "./imported.ts";

const UnleashClient = (clientModule as unknown as { default?: typeof clientModule }).default ?? clientModule;
const USERS = proving ? 20_000 : 1_000;
const convert = (main: unknown, options: Options = {}, segments?: unknown) =>
  converted(importUnleash, "unleash", segments === undefined ? { main } : { main, segments }, options);

type Context = { readonly [name: string]: unknown };
type Instance = { features: { name: string }[]; segments?: { id: number }[] };
/** `variant`: null where there is none. */
type Answer = { enabled: boolean; variant: string | null };

function unleash(instance: Instance): (name: string, context: Context) => Answer {
  const repository = {
    getToggle: (name: string) => instance.features.find((feature) => feature.name === name),
    getSegment: (id: number) => instance.segments?.find((segment) => segment.id === id),
  };
  const client = new UnleashClient(repository as unknown as RepositoryInterface, defaultStrategies);
  return (name, context) => {
    const { name: variant, enabled } = client.getVariant(name, context as never);
    return { enabled: client.isEnabled(name, context as never, () => false), variant: enabled ? variant : null };
  };
}

/** The context as it is sent here (design, interchange.md § 2.6). */
function sent({ userId, properties, ...rest }: Context): Context {
  return { ...(properties as object), ...rest, ...(userId === undefined ? {} : { targetingKey: userId }) };
}

/** The same two questions to what was imported. A feature that isn't there is off. */
function here(document: NativeDocument): (name: string, context: Context, now?: number) => Answer {
  const evaluate = resolver(document);
  const flags = new Set(document.flags.map(({ key }) => key));
  return (name, context, now) => {
    if (!flags.has(name)) return { enabled: false, variant: null };
    const companion = flags.has(`${name}.enabled`);
    const { value } = evaluate(companion ? `${name}.enabled` : name, sent(context), now);
    return {
      enabled: value === true,
      variant: companion ? (evaluate(name, sent(context), now).variant ?? null) : null,
    };
  };
}

// ---- the public specification, where it is present

type Case = {
  group: string;
  case: string;
  flagKey: string;
  definition: Instance;
  context: Context;
  expected: { enabled: boolean } | { variant: { name: string; enabled: boolean; payload?: { value: string } } };
};
const specified = casesOf<Case>("unleash");

describe.skipIf(specified.length === 0)("../shared/conformance/unleash.jsonl (skipped where it isn't present)", () => {
  test("every public case is right, and none is refused", () => {
    const wrong = specified.filter(({ definition, flagKey, context, expected }) => {
      const { document, report } = convert(definition);
      if (report.flags.some(({ source, status }) => source === flagKey && status === "refused")) return true;
      const { enabled, variant } = here(document!)(flagKey, context, Date.parse("2026-11-30T12:00:00Z"));
      if ("enabled" in expected) return enabled !== expected.enabled;
      return (variant ?? "disabled") !== expected.variant.name;
    });
    expect(wrong.map((one) => one.case)).toEqual([]);
    note(`${specified.length} right, 0 refused, 0 wrong`);
  });
});

// ---- a grammar of features

const NAMES = ["userId", "sessionId", "remoteAddress", "appName", "plan", "age", "version", "country", "absent"];
const contextName = fc.constantFrom(...NAMES);
const values = fc.array(fc.constantFrom("user-1", "pro", " pro ", "", "18", "a", "10.0.0.7", "é", "s-2", "1.2.3"), {
  maxLength: 4,
});
const flags = fc.record({ inverted: fc.boolean(), caseInsensitive: fc.boolean() });
const constraint = fc
  .tuple(
    fc.oneof(
      fc.record({
        operator: fc.constantFrom("IN", "NOT_IN", "STR_STARTS_WITH", "STR_ENDS_WITH", "STR_CONTAINS"),
        values,
        contextName,
      }),
      fc.record({
        operator: fc.constantFrom("NUM_EQ", "NUM_GT", "NUM_GTE", "NUM_LT", "NUM_LTE"),
        value: fc.constantFrom("18", "0", "", "2.5", "x", "-1", "0x10"),
        contextName,
      }),
      fc.record({
        operator: fc.constantFrom("SEMVER_EQ", "SEMVER_GT", "SEMVER_LT", "SEMVER_GTE", "SEMVER_LTE"),
        value: fc.constantFrom("1.2.3", "2.0.0-rc.1", "x", "1.2.3+b", "1.2"),
        contextName: fc.constantFrom("version", "plan", "absent"),
      }),
      fc.record({
        operator: fc.constant("REGEX"),
        value: fc.constantFrom("^user-[0-9]+$", "[[:alpha:]]", "(", "o$", "."),
        contextName,
      }),
      fc.record({
        operator: fc.constant("IN_CIDR"),
        values: fc.array(fc.constantFrom("10.0.0.0/8", "2001:db8::/32", "10.0.0.7", "x", "300.1.1.1"), {
          maxLength: 3,
        }),
        contextName: fc.constantFrom("remoteAddress", "plan"),
      }),
      fc.record({
        operator: fc.constantFrom("DATE_AFTER", "DATE_BEFORE"),
        value: fc.constantFrom("2022-01-29T13:00:00.000Z", "2022-01-29T13:00:00Z"),
        contextName: fc.constant("currentTime"),
      }),
      fc.record({ operator: fc.constantFrom("SOUNDS_LIKE", "constructor"), values, contextName }),
    ),
    flags,
  )
  .map(([one, more]) => ({ ...one, ...more }));
const stickiness = fc.constantFrom("default", "userId", "sessionId", "plan");
const percent = fc.constantFrom("0", "1", "33.33", "50", "99", "100", "150", "x", "0.5", "57");
const groupId = fc.constantFrom("g", "", "Feature.é".slice(0, 7));
const payload = fc.constantFrom(
  { type: "string", value: "v" },
  { type: "number", value: "7" },
  { type: "json", value: '{"a":1}' },
);
const variant = (name: string) =>
  fc
    .record(
      {
        weight: fc.constantFrom(0, 1, 333, 500, 1000),
        stickiness: fc.constantFrom("default", "plan", "sessionId"),
        payload,
        overrides: fc.array(
          fc.record({ contextName, values: fc.array(fc.constantFrom("user-1", "pro", "18"), { maxLength: 2 }) }),
          { maxLength: 1 },
        ),
      },
      { requiredKeys: ["weight"] },
    )
    .map((one) => ({ name, ...one }));
const variants = (prefix: string) =>
  fc
    .integer({ min: 0, max: 4 })
    .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => variant(`${prefix}${i}`))));
const audience = fc.oneof(
  fc.record({ name: fc.constant("default"), parameters: fc.constant({ groupId: "d" }) }),
  fc.record({ name: fc.constant("flexibleRollout"), parameters: fc.record({ rollout: percent, stickiness, groupId }) }),
  fc.record({
    name: fc.constantFrom("gradualRolloutUserId", "gradualRolloutSessionId"),
    parameters: fc.record({ percentage: percent, groupId }),
  }),
  fc.record({
    name: fc.constant("gradualRolloutRandom"),
    parameters: fc.record({ percentage: fc.constantFrom("0", "100") }),
  }),
  fc.record({
    name: fc.constant("userWithId"),
    parameters: fc.record({ userIds: fc.constantFrom("user-1, user-2,user-3", "", "user-4") }),
  }),
  fc.record({
    name: fc.constant("remoteAddress"),
    parameters: fc.record({ IPs: fc.constantFrom("10.0.0.7, 10.1.0.0/16,x", "", "x") }),
  }),
);
const strategy = (i: number) =>
  fc
    .tuple(
      audience,
      fc.array(constraint, { maxLength: 2 }),
      fc.subarray([1, 2, 9], { maxLength: 2 }),
      variants(`s${i}-`),
    )
    .map(([one, constraints, segments, own]) => ({
      ...one,
      constraints,
      segments: segments.length === 3 ? [] : segments,
      variants: own,
    }));
const dependency = fc.record(
  {
    feature: fc.constantFrom("parent", "many", "nobody", "child"),
    enabled: fc.boolean(),
    variants: fc.subarray(["p-0", "p-1", "disabled", "other"]),
  },
  { requiredKeys: ["feature"] },
);
const feature = (name: string, prefix: string, dependencies: fc.Arbitrary<readonly object[]>) =>
  fc
    .tuple(
      fc.integer({ min: 0, max: 3 }).chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => strategy(i)))),
      variants(prefix),
      dependencies,
      fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    )
    .map(([strategies, own, needs, enabled]) => ({ name, enabled, strategies, variants: own, dependencies: needs }));
const instance = fc.record({
  features: fc.tuple(
    feature(
      "feature",
      "f-",
      fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(dependency, { maxLength: 2 }) },
      ),
    ),
    feature("parent", "p-", fc.constant([])),
    feature("child", "c-", fc.constant([{ feature: "parent" }])),
    feature("many", "p-", fc.constant([])),
  ),
  segments: fc.tuple(
    fc.record({ id: fc.constant(1), name: fc.constant("staff"), constraints: fc.array(constraint, { maxLength: 2 }) }),
    fc.record({ id: fc.constant(2), constraints: fc.array(constraint, { maxLength: 2 }) }),
  ),
});

const ids = ["0", "a:b", " x ", "é", "e\u0301", "😀", "x".repeat(300), "9007199254740991"];

/**
 * Someone whom Unleash doesn't treat by chance: with a user's id, a session's and a plan, of which the latter is at
 * times empty and at times missing where nothing is bucketed by it.
 */
function user(n: number): Context {
  let state = Math.imul(n + 1, 0x9e3779b1) >>> 0;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const some = (...all: unknown[]): unknown => all[next(all.length)]!;
  return {
    userId: n % 23 === 0 ? some(...ids) : `user-${n}`,
    sessionId: `s-${next(1000)}`,
    currentTime: some("2022-01-29T12:59:59.999Z", "2022-01-29T13:00:00.000Z", "2022-01-29T13:00:00.001Z"),
    ...(next(3) > 0
      ? { remoteAddress: some("10.0.0.7", "10.1.2.3", "2001:db8::1", "::ffff:10.0.0.7", "x", "192.168.1.1") }
      : {}),
    ...(next(3) > 0 ? { appName: some("user-1", "A", "pro") } : {}),
    properties: {
      plan: some("pro", "PRO", "free", 18, true, "é", "0"),
      ...(next(3) > 0 ? { age: some(17, 18, "18", "", "x", 2.5, true, "0x10", "1e1") } : {}),
      ...(next(3) > 0 ? { version: some("1.2.3", "1.2.4", "v1.2.3", "2.0.0-rc.1", "2.0.0", "1.2", "1.2.3+c") } : {}),
      ...(next(3) > 0 ? { country: some("a", "A", "18", "zebra") } : {}),
    },
  };
}

test("whatever a project says, everybody is served what Unleash's own client for Node serves", () => {
  const count = { features: 0, refused: 0, compared: 0 };
  const codes: Record<string, number> = {};
  fc.assert(
    fc.property(instance, (all) => {
      const { document, report } = convert(all, { engine: "js" });
      const theirs = unleash(all);
      const ours = here(document!);
      const known = report.flags.filter(({ status, issues }) => {
        count.features++;
        for (const { code, level } of issues) if (level === "refused") codes[code] = (codes[code] ?? 0) + 1;
        if (status !== "imported") count.refused++;
        return status === "imported";
      });
      for (const { source } of known)
        for (let n = 0; n < USERS; n++) {
          const context = user(n);
          count.compared++;
          const [answer, expected] = [ours(source, context), theirs(source, context)];
          if (answer.enabled !== expected.enabled || answer.variant !== expected.variant)
            expect([source, context, answer]).toEqual([source, context, expected]);
        }
    }),
    { seed: 99, numRuns: runs(200) },
  );
  note(JSON.stringify({ ...count, ...codes }));
  expect(count.refused).toBeLessThanOrEqual(count.features / 10);
});

// ---- what is refused, and why; what is noted

const one = (strategy: object, more: object = {}): object => ({
  version: 2,
  features: [{ name: "f", enabled: true, strategies: [strategy], ...more }],
});
const issuesOf = (main: unknown, options: Options = {}, segments?: unknown): string[] =>
  convert(main, options, segments).report.flags.flatMap(({ issues }) =>
    issues.map(({ code, level, path }) => `${level} ${code} ${path}`),
  );
const rollout = (parameters: object, more: object = {}): object =>
  one({ name: "flexibleRollout", parameters, ...more });
const constrained = (constraint: object): object => one({ name: "default", constraints: [constraint] });

test.each<[string, object, string[]]>([
  ["a custom strategy", one({ name: "byPlan" }), ["refused strategy /features/0/strategies/0/name"]],
  [
    "hostnames",
    one({ name: "applicationHostname", parameters: { hostNames: "a" } }),
    ["refused strategy /features/0/strategies/0/name"],
  ],
  [
    "chance",
    rollout({ rollout: "50", stickiness: "random" }),
    ["refused random-stickiness /features/0/strategies/0/parameters"],
  ],
  ["chance without exceptions", rollout({ rollout: "100", stickiness: "random" }), []],
  [
    "people without an id",
    rollout({ rollout: "50", groupId: "g" }),
    ["note anonymous /features/0/strategies/0/parameters"],
  ],
  [
    "an unknown field",
    one({ name: "default", schedule: {} }),
    ["refused unknown-field /features/0/strategies/0/schedule"],
  ],
  [
    "a date of another field",
    constrained({ contextName: "born", operator: "DATE_AFTER", value: "2022-01-01T00:00:00Z" }),
    ["refused date /features/0/strategies/0/constraints/0/contextName"],
  ],
  [
    "a date that is none",
    constrained({ contextName: "currentTime", operator: "DATE_AFTER", value: "soon" }),
    ["refused date /features/0/strategies/0/constraints/0/value"],
  ],
  [
    "a pattern that is none",
    constrained({ contextName: "x", operator: "REGEX", value: "(" }),
    ["note regex /features/0/strategies/0/constraints/0/value"],
  ],
  [
    "a parent that isn't there",
    one({ name: "default" }, { dependencies: [{ feature: "p" }] }),
    ["note dependency /features/0/dependencies/0"],
  ],
  [
    "weights that aren't whole",
    one({ name: "default", variants: [{ name: "a", weight: 1.5 }] }),
    ["refused weights /features/0/strategies/0/variants/0/weight"],
  ],
  [
    "one name, two payloads",
    one(
      { name: "default", variants: [{ name: "a", weight: 1, payload: { type: "string", value: "1" } }] },
      { variants: [{ name: "a", weight: 1, payload: { type: "string", value: "2" } }] },
    ),
    ["refused name /features/0/strategies/0/variants/0"],
  ],
  ["no list of strategies", { features: [{ name: "f", enabled: true }] }, []],
])("%s is told where it stands", (_what, main, expected) => {
  if (expected.length === 0 && "features" in main && !("version" in main))
    expect(convert(main).report.issues).toMatchObject([{ code: "malformed" }]);
  else expect(issuesOf(main)).toEqual(expected);
});

test("shares become rollouts that can be ramped, in steps of a hundredth", () => {
  const { document } = convert(rollout({ rollout: "33.33", stickiness: "plan", groupId: "g" }));
  expect(document!.flags[0]!.rules[0]!.serve).toEqual({
    rollout: {
      percentage: 33,
      split: [{ variant: "enabled", weight: 1 }],
      by: "plan",
      hash: "unleash",
      salt: "g:",
      as: "text",
      otherwise: null,
      absent: "skip",
    },
  });
});

test("payloads keep their type where all have one, and are texts otherwise", () => {
  const of = (...payloads: (object | undefined)[]) => {
    const variants = payloads.map((each, i) => ({
      name: `v${i}`,
      weight: 1,
      ...(each === undefined ? {} : { payload: each }),
    }));
    const { document, report } = convert(one({ name: "default" }, { variants }));
    const flag = document!.flags.find(({ key }) => key === "f")!;
    return [flag.type, flag.variants, report.flags[0]!.issues.some(({ code }) => code === "payload-text")];
  };
  const json = { type: "json", value: '{"a":[1]}' };
  const number = { type: "number", value: "1.5" };
  expect(of(json, json)).toEqual(["object", { v0: { a: [1] }, v1: { a: [1] } }, false]);
  expect(of(number)).toEqual(["number", { v0: 1.5 }, false]);
  expect(of(undefined, { type: "csv", value: "a,b" })).toEqual(["string", { v0: "v0", v1: "a,b" }, false]);
  expect(of(number, json)).toEqual(["string", { v0: "1.5", v1: '{"a":[1]}' }, true]);
});

test("which of a feature's two flags has its name can be chosen", () => {
  const main = one({ name: "default" }, { variants: [{ name: "a", weight: 1 }] });
  const keys = (options: Options) => convert(main, options).document!.flags.map(({ key, type }) => `${key} ${type}`);
  expect(keys({})).toEqual(["f.enabled boolean", "f string"]);
  expect(keys({ variants: "enabled" })).toEqual(["f boolean", "f.variant string"]);
});

test("an export is joined from its tables, and needs its segments", () => {
  const main = {
    features: [{ name: "f", type: "kill-switch", project: "shop", description: null }],
    featureEnvironments: [{ featureName: "f", environment: "production", enabled: true, variants: [] }],
    featureStrategies: [
      { id: "b", featureName: "f", name: "default", sortOrder: 2, segments: [7] },
      { id: "a", featureName: "f", name: "userWithId", parameters: { userIds: "u" }, sortOrder: 1, title: "Ourselves" },
      { id: "c", featureName: "f", name: "custom", sortOrder: 0, disabled: true },
    ],
    featureTags: [{ featureName: "f", tagType: "simple", tagValue: "x" }],
    dependencies: [],
    segments: [{ id: 7, name: "staff" }],
    contextFields: [],
    tagTypes: [],
  };
  expect(issuesOf(main)).toEqual(["refused segment-unknown /featureStrategies/0/segments/0"]);
  const segments = {
    segments: [{ id: 7, name: "staff", constraints: [{ contextName: "plan", operator: "IN", values: ["pro"] }] }],
  };
  const { document, report } = convert(main, {}, segments);
  expect(report.shape).toBe("export");
  expect(document!.flags).toMatchObject([
    {
      key: "f",
      kind: "operational",
      tags: ["project:shop", "simple:x"],
      rules: [
        { id: "a", name: "Ourselves" },
        { id: "b", when: { segment: "staff" } },
      ],
    },
  ]);
  expect(here(document!)("f", { properties: { plan: "pro" } }).enabled).toBe(true);
});

test("nothing else is Unleash's", () => {
  for (const main of [{}, [], null, "x", { flags: {} }, { features: {} }])
    expect(convert(main).report.issues.map(({ code }) => code)).toEqual([
      expect.stringMatching(/^(?:format|malformed)$/),
    ]);
});

test.skipIf(!havingCases)(
  "docs/interchange.md has the table of the public cases as they are (node scripts/interchange.ts)",
  () => {
    const document = readFileSync(new URL("../../docs/interchange.md", import.meta.url), "utf8");
    const table = tableOfCases();
    const unaligned = (markdown: string): string => markdown.replaceAll(/ {2,}/g, " ").replaceAll(/-{2,}/g, "-");
    expect(unaligned(document)).toBe(unaligned(withTable(document, table)));
    expect(table).toMatch(/\| \*\*Unleash, all\*\* \| 139 \| 139 \| 0 \| 0 \|/);
  },
);
