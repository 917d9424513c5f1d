import { init, integrations, type LDClient } from "@launchdarkly/node-server-sdk";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { casesOf } from "../../scripts/interchange/cases.ts";
import {
  judgeLaunchDarkly,
  type LaunchDarklyCase,
  sentToLaunchDarkly as sent,
} from "../../scripts/interchange/launchdarkly.ts";
import type { Documents, Options } from "../../src/interchange/importer.ts";
import { importLaunchDarkly } from "../../src/interchange/launchdarkly/importer.ts";
import { note, proving, runs } from "../support/counts.ts";
import { converted, evaluator, IN_CODE } from "./imported.ts";

const USERS = proving ? 20_000 : 1_000;
const convert = (main: unknown, options: Options = {}, more: Omit<Documents, "main"> = {}) =>
  converted(importLaunchDarkly, "launchdarkly", { main, ...more }, options);

type Keyed = { key: string };
type Payload = { flags: Record<string, Keyed>; segments: Record<string, Keyed> };

// ---- LaunchDarkly's own SDK for servers, which is given definitions and never asks anybody

const data = new integrations.TestData();
let client: LDClient;
beforeAll(async () => {
  client = init("sdk-key", {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: { error() {}, warn() {}, info() {}, debug() {} },
  });
  await client.waitForInitialization({ timeout: 10 });
});
afterAll(() => client.close());

async function theirs(payload: Payload): Promise<(key: string, context: object) => Promise<unknown>> {
  for (const flag of Object.values(payload.flags)) await data.usePreconfiguredFlag({ version: 1, ...flag });
  for (const segment of Object.values(payload.segments)) await data.usePreconfiguredSegment({ version: 1, ...segment });
  return async (key, context) => {
    const { value, reason } = await client.variationDetail(key, context as never, "the code's default");
    if (reason.kind === "ERROR") throw new Error(`${key} answers ${JSON.stringify(reason)}`);
    // A variation of null is none to a caller that wants a boolean, a text, a number or an object.
    return value === "the code's default" || value === null ? IN_CODE : value;
  };
}

// ---- the public cases, where they are present

const specified = casesOf<LaunchDarklyCase>("launchdarkly").filter(({ kind: what }) => what !== "hash");

describe.skipIf(specified.length === 0)(
  "../shared/conformance/launchdarkly.jsonl (skipped where it isn't there)",
  () => {
    test("no public case is wrong, and what is refused is what LaunchDarkly fails at, or asks for a context's kind", () => {
      const verdicts: Record<string, number> = {};
      const wrong: string[] = [];
      for (const one of specified) {
        const verdict = judgeLaunchDarkly(one);
        verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
        if (verdict === "wrong") wrong.push(one.case);
      }
      note(JSON.stringify(verdicts));
      expect(wrong).toEqual([]);
      expect(verdicts["right"]).toBeGreaterThanOrEqual(388);
    });
  },
);

// ---- a grammar of flags

const kind = fc.constantFrom(undefined, undefined, "user", "org", "device");
const text = fc.constantFrom("user-1", "pro", "é", "", "1.2.3", "a", "Zebra", "org-1", "2024-01-01T00:00:00Z");
const number = fc.constantFrom(0, 18, 1.5, -1, 1_704_067_200_000);
const scalar = fc.oneof(text, number, fc.boolean());
const values = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { maxLength: 3 });
const named = fc.constantFrom(
  "key",
  "name",
  "plan",
  "age",
  "version",
  "born",
  "tags",
  "anonymous",
  "absent",
  "address",
);
const referred = fc.constantFrom("/address/city", "/plan", "/a~1b", "/a~0b", "plan", "key", "/tags/0", "anonymous");
const where = fc.oneof(
  { weight: 2, arbitrary: fc.record({ attribute: named }) },
  {
    weight: 3,
    arbitrary: fc.record({
      attribute: fc.oneof(named, referred),
      contextKind: kind.map((one) => one ?? "user"),
    }),
  },
);
const tested = fc.oneof(
  fc.record({ op: fc.constant("in"), values: values(scalar) }),
  fc.record({ op: fc.constantFrom("startsWith", "endsWith", "contains"), values: values(scalar) }),
  fc.record({
    op: fc.constant("matches"),
    values: values(fc.constantFrom("^user-[0-9]+$", "o$", ".", "\\s", "[é-ü]", "(?:a|b)+", "\\d{2,}")),
  }),
  fc.record({
    op: fc.constantFrom("lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual"),
    values: values(fc.oneof(number, fc.constant("18"))),
  }),
  fc.record({
    op: fc.constantFrom("before", "after"),
    values: values(
      fc.constantFrom<unknown>(
        1_704_067_200_000,
        "2024-01-01T00:00:00Z",
        "2024-01-01T01:00:00.500+01:00",
        "2024-01-01",
        "2024-01-01t00:00:00z",
        true,
      ),
    ),
  }),
  fc.record({
    op: fc.constantFrom("semVerEqual", "semVerLessThan", "semVerGreaterThan"),
    values: values(
      fc.constantFrom<unknown>("1.2.3", "2", "2.0", "2.0.0-rc.1", "v2", " v1.2.3", " 2", "02.0.0", "1.2.3+b", 2, "x"),
    ),
  }),
  fc.record({ op: fc.constant("soundsLike"), values: values(text) }),
);
const clause = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(where, tested, fc.boolean())
      .map(([attribute, test_, negate]) => ({ ...attribute, ...test_, negate })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("segmentMatch"),
      attribute: fc.constant(""),
      values: values(fc.constantFrom("staff", "near", "big", "nobody")),
      negate: fc.boolean(),
    }),
  },
);
const weights = fc.oneof(
  fc.constantFrom([50_000, 50_000], [0, 100_000], [100_000, 0], [33_333, 33_333, 33_334], [10_000, 20_000], [0, 0]),
  fc.constantFrom([60_000, 60_000], [7_000, 29_000, 57_000], [1, 99_999], [0, 25_000, 0], [12_345.5, 87_654.5]),
  fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 5 }),
);
const seed = fc.constantFrom(undefined, undefined, 0, 61, -7, 2_147_483_647);
const bucketBy = fc.constantFrom(undefined, undefined, "plan", "age", "absent", "mixed", "anonymous");
const rollout = (variations: number) =>
  fc
    .tuple(
      weights,
      fc.record({ kind: fc.constantFrom(undefined, "rollout", "experiment"), seed, bucketBy, contextKind: kind }),
      fc.nat(),
      fc.boolean(),
    )
    .map(([all, rest, first, untracked]) => ({
      rollout: {
        ...rest,
        variations: all.map((weight, i) => ({ variation: (first + i) % variations, weight, untracked })),
      },
    }));
const decision = (variations: number) =>
  fc.oneof(
    fc.nat({ max: variations - 1 }).map((variation) => ({ variation })),
    rollout(variations),
  );
const keys = fc.array(fc.constantFrom("user-1", "user-2", "user-3", "user-4", "org-1", "org-2", "é"), { maxLength: 4 });
const target = (variations: number) => fc.record({ values: keys, variation: fc.nat({ max: variations - 1 }) });
const contextTarget = (variations: number) =>
  fc.record({ values: keys, variation: fc.nat({ max: variations - 1 }), contextKind: kind });
const variationSets: unknown[][] = [
  [true, false],
  ["a", "b", "c"],
  [1, 2.5, 0],
  [{ a: 1 }, [1], {}],
  [true, null, false],
  ["only"],
];
const flag = (key: string, parents: string[]) =>
  fc.constantFrom(...variationSets).chain((variations) =>
    fc
      .record({
        on: fc.constantFrom(true, true, true, true, false),
        offVariation: fc.constantFrom(undefined, null, 0, variations.length - 1),
        salt: fc.constantFrom("salt", "", "é.é", undefined),
        targets: fc.array(target(variations.length), { maxLength: 2 }),
        contextTargets: fc.oneof(fc.constant([]), fc.array(contextTarget(variations.length), { maxLength: 3 })),
        rules: fc.array(
          fc
            .tuple(fc.array(clause, { maxLength: 3 }), decision(variations.length))
            .map(([clauses, decided]) => ({ clauses, ...decided })),
          { maxLength: 4 },
        ),
        fallthrough: decision(variations.length),
        prerequisites: fc.array(
          fc.record({ key: fc.constantFrom(...parents, key), variation: fc.constantFrom(0, 0, 0, 1) }),
          { maxLength: parents.length === 0 ? 0 : 2 },
        ),
      })
      .map((one) => ({
        key,
        variations,
        ...one,
        prerequisites: one.prerequisites.filter((each) => each.key !== key),
        rules: one.rules.map((rule, i) => ({ id: i % 2 === 0 ? `r${i}` : "same", ...rule })),
      })),
  );
const segmentRule = fc.record({
  clauses: fc.array(
    clause.filter(({ op }) => op !== "segmentMatch"),
    { maxLength: 2 },
  ),
  weight: fc.constantFrom(undefined, undefined, null, 0, 30_000, 99_999, 100_000, 33_333.3),
  bucketBy: fc.constantFrom(undefined, "plan", "absent"),
  rolloutContextKind: kind,
});
const listed = fc.array(fc.record({ contextKind: kind, values: keys }), { maxLength: 2 });
const segment = (key: string) =>
  fc.record({
    key: fc.constant(key),
    included: keys,
    excluded: keys,
    includedContexts: fc.oneof(fc.constant([]), listed),
    excludedContexts: fc.oneof(fc.constant([]), listed),
    salt: fc.constantFrom("pepper", undefined),
    rules: fc.array(segmentRule, { maxLength: 3 }),
  });
const nested = segment("near").map((one) => ({
  ...one,
  rules: [
    ...one.rules,
    { clauses: [{ op: "segmentMatch", attribute: "", values: ["staff", "nobody"], negate: false }] },
  ],
}));
const undefinedAway = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const payload = fc
  .record({
    flags: fc.record({
      parent: flag("parent", []),
      middle: flag("middle", ["parent"]),
      flag: flag("flag", ["parent", "middle"]),
    }),
    segments: fc.record({ staff: segment("staff"), near: nested, big: segment("big") }),
  })
  .map(undefinedAway);

const ids = ["0", "a:b", " x ", "é", "e\u0301", "😀", "x".repeat(300), "9007199254740991", "a.b", "a,b"];

/** Someone, of one kind or of several, with attributes that are at times absent, null, of another type, or lists. */
function context(n: number): Record<string, unknown> {
  let state = Math.imul(n + 1, 0x9e3779b1) >>> 0;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const some = (...all: unknown[]): unknown => all[next(all.length)]!;
  const attributes = (): Record<string, unknown> => ({
    ...(next(3) > 0 ? { name: some("a", "Zebra", "pro") } : {}),
    ...(next(3) > 0 ? { plan: some("pro", "PRO", "é", 18, true, "", null, ["pro", 18], [], {}, "user-1") } : {}),
    ...(next(3) > 0 ? { age: some(17, 18, 18.5, "18", 0, -0, -1, 9007199254740991, true, [17, 19]) } : {}),
    ...(next(3) > 0
      ? {
          version: some(
            "1.2.3",
            "1.2.4",
            "v1.2.3",
            "2",
            "2.0",
            "2.0.0-rc.1",
            "2.0.0",
            "02.0.0",
            "1.2.3+c",
            2,
            "2-rc.1",
          ),
        }
      : {}),
    ...(next(3) > 0
      ? {
          born: some(
            1_704_067_200_000,
            1_704_067_200_001,
            "2024-01-01T00:00:00Z",
            "2023-12-31T23:59:59.999Z",
            "2024-01-01T02:00:00+01:00",
            "2024-01-01",
            "2024-01-01t00:00:00z",
            "soon",
            true,
          ),
        }
      : {}),
    ...(next(3) > 0 ? { tags: some("a", ["a", "b"], ["Zebra", 18, null], [], [["a"]]) } : {}),
    ...(next(3) > 0 ? { anonymous: some(true, false) } : {}),
    ...(next(3) > 0 ? { mixed: some("x", 1, 1.5, true, null, "", -0, ["x"]) } : {}),
    ...(next(3) > 0 ? { address: some({ city: "a" }, { city: ["a", "Zebra"] }, "a", ["a"], { city: null }) } : {}),
    ...(next(3) > 0 ? { "a/b": "a", "a~b": "pro" } : {}),
  });
  const user = { key: n % 23 === 0 ? some(...ids) : `user-${n % 7 === 0 ? next(6) : n}`, ...attributes() };
  const org = { key: `org-${next(4)}`, ...attributes() };
  const which = next(6);
  if (which === 0) return { kind: "multi", user, org };
  if (which === 1) return { kind: "org", ...org };
  if (which === 2) return { kind: "multi", org, device: { key: "d-1", ...attributes() }, user };
  return { kind: "user", ...user };
}

test("whatever an environment says, everybody is served what LaunchDarkly's own SDK serves", async () => {
  const count = { flags: 0, refused: 0, compared: 0 };
  const codes: Record<string, number> = {};
  const contexts = Array.from({ length: USERS }, (_, n) => context(n));
  const sents = contexts.map((one) => sent(one));
  await fc.assert(
    fc.asyncProperty(payload, async (all) => {
      const { document, report } = convert(all);
      const ask = await theirs(all);
      const ours = evaluator(document!);
      for (const { source, status, issues } of report.flags) {
        count.flags++;
        for (const { code, level } of issues) if (level === "refused") codes[code] = (codes[code] ?? 0) + 1;
        if (status !== "imported") {
          count.refused++;
          continue;
        }
        for (const [n, one] of contexts.entries()) {
          count.compared++;
          const [answer, expected] = [ours(source, sents[n]!), await ask(source, one)];
          if (JSON.stringify(answer) !== JSON.stringify(expected) || typeof answer !== typeof expected)
            expect([source, one, answer]).toEqual([source, one, expected]);
        }
      }
    }),
    { seed: 77, numRuns: runs(200) },
  );
  note(JSON.stringify({ ...count, ...codes }));
  expect(count.refused).toBeLessThanOrEqual(count.flags / 10);
});

// ---- what is refused, and why; what is noted

const flagWith = (more: object): Payload => ({
  flags: {
    f: { key: "f", on: true, variations: [true, false], fallthrough: { variation: 0 }, salt: "s", ...more } as never,
  },
  segments: {},
});
const clauseOf = (one: object): Payload => flagWith({ rules: [{ id: "r", variation: 1, clauses: [one] }] });
const issuesOf = (main: unknown, options: Options = {}, more: Omit<Documents, "main"> = {}): string[] => {
  const { report } = convert(main, options, more);
  return [...report.issues, ...[...report.flags, ...report.segments].flatMap(({ issues }) => issues)].map(
    ({ code, level, path }) => `${level} ${code} ${path}`,
  );
};
const rolled = (more: object): Payload =>
  flagWith({ fallthrough: { rollout: { variations: [{ variation: 0, weight: 100_000 }], ...more } } });
const withSegment = (segment_: object, more: object = {}) => ({
  ...flagWith({ rules: [{ variation: 1, clauses: [{ op: "segmentMatch", attribute: "", values: ["s"] }] }], ...more }),
  segments: { s: { key: "s", ...segment_ } },
});
const CLAUSE = "/flags/f/rules/0/clauses/0";

test.each<[string, object, string[]]>([
  [
    "the kind of a context",
    clauseOf({ attribute: "kind", op: "in", values: ["user"] }),
    [`refused context-kind ${CLAUSE}/attribute`],
  ],
  [
    "an attribute and a kind of one name",
    flagWith({
      rules: [
        {
          variation: 1,
          clauses: [
            { attribute: "org", op: "in", values: ["x"] },
            { contextKind: "org", attribute: "key", op: "in", values: ["x"] },
          ],
        },
      ],
    }),
    [`refused context-kind ${CLAUSE}/attribute`],
  ],
  [
    "a name with a dot",
    clauseOf({ attribute: "a.b", op: "in", values: ["x"] }),
    [`refused dotted ${CLAUSE}/attribute`],
  ],
  ["no attribute", clauseOf({ attribute: "", op: "in", values: ["x"] }), [`refused malformed ${CLAUSE}/attribute`]],
  [
    "no reference",
    clauseOf({ contextKind: "user", attribute: "//", op: "in", values: ["x"] }),
    [`refused malformed ${CLAUSE}/attribute`],
  ],
  [
    "an object to compare with",
    clauseOf({ attribute: "a", op: "in", values: ["x", {}] }),
    [`refused deep-equality ${CLAUSE}/values/1`],
  ],
  [
    "null to compare with",
    clauseOf({ attribute: "a", op: "in", values: [null] }),
    [`refused null-in-list ${CLAUSE}/values/0`],
  ],
  [
    "a look-ahead",
    clauseOf({ attribute: "a", op: "matches", values: ["a(?=b)"] }),
    [`refused regex ${CLAUSE}/values/0`],
  ],
  [
    "a number beyond all",
    clauseOf({ attribute: "a", op: "in", values: [1e300] }),
    [`refused limit ${CLAUSE}/values/0`],
  ],
  [
    "a day without minutes' offset",
    clauseOf({ attribute: "a", op: "after", values: ["2024-02-30T00:00:00Z"] }),
    [`refused date ${CLAUSE}/values/0`],
  ],
  [
    "a field of a clause that isn't known",
    clauseOf({ attribute: "a", op: "in", values: [], fuzzy: 1 }),
    [`refused unknown-field ${CLAUSE}/fuzzy`],
  ],
  ["a field of a flag that isn't known", flagWith({ schedule: {} }), ["refused unknown-field /flags/f/schedule"]],
  [
    "a variation that isn't there",
    flagWith({ fallthrough: { variation: 2 } }),
    ["refused malformed /flags/f/fallthrough/variation"],
  ],
  ["nothing to serve", flagWith({ fallthrough: {} }), ["refused malformed /flags/f/fallthrough"]],
  ["types that differ", flagWith({ variations: [true, "x"] }), ["refused mixed-types /flags/f/variations/1"]],
  [
    "a parent that isn't there",
    flagWith({ prerequisites: [{ key: "g", variation: 0 }] }),
    ["refused missing-flag /flags/f/prerequisites/0/key"],
  ],
  ["itself as a parent", flagWith({ prerequisites: [{ key: "f", variation: 0 }] }), ["refused cycle /flags/f"]],
  ["secondary keys", rolled({ bucketBy: "secondary" }), ["refused secondary /flags/f/fallthrough/rollout/bucketBy"]],
  [
    "a kind of rollout that isn't known",
    rolled({ kind: "lottery" }),
    ["refused unknown-field /flags/f/fallthrough/rollout/kind"],
  ],
  ["an experiment", rolled({ kind: "experiment", seed: 1 }), ["note experiment /flags/f/fallthrough"]],
  [
    "a big segment",
    withSegment({ unbounded: true }),
    ["refused depends-on-refused /flags/f", "refused big-segment /segments/s/unbounded"],
  ],
  [
    "segments in a circle",
    withSegment({ rules: [{ clauses: [{ op: "segmentMatch", attribute: "", values: ["s"] }] }] }),
    ["refused depends-on-refused /flags/f", "refused cycle /segments/s"],
  ],
])("%s", (_what, main, expected) => {
  expect(issuesOf(main)).toEqual(expected);
});

test("a dot in a user's attribute may be accepted", () => {
  const main = clauseOf({ attribute: "a.b", op: "in", values: ["x"] });
  expect(issuesOf(main, { accept: ["dotted"] })).toEqual([`approximated dotted ${CLAUSE}/attribute`]);
  const ours = evaluator(convert(main, { accept: ["dotted"] }).document!);
  expect([ours("f", { "a.b": "x" }), ours("f", { "a.b": "y" })]).toEqual([false, true]);
});

test("shares that LaunchDarkly gives as whole weights can be ramped, and others are its own sums", () => {
  const two = (a: number, b: number) =>
    rolled({
      variations: [
        { variation: 0, weight: a },
        { variation: 1, weight: b },
      ],
    });
  const serve = (main: object) => (convert(main).document!.flags[0]!.default as { rollout: object }).rollout;
  expect(serve(two(25_000, 75_000))).toMatchObject({
    percentage: 100,
    split: [
      { variant: "0", weight: 25_000 },
      { variant: "1", weight: 75_000 },
    ],
    salt: "f.s.",
    hash: "launchdarkly",
    absent: { variant: "0" },
  });
  expect(serve(two(10_000, 20_000))).toMatchObject({
    ranges: [
      { variant: "0", from: 0, to: 0.1 },
      { variant: "1", from: 0.1, to: 1 },
    ],
  });
});

test("seed 0 is none to the SDK for JavaScript, and one to the SDK for Go", () => {
  const salt = (engine: string): unknown =>
    (convert(rolled({ seed: 0 }), { engine }).document!.flags[0]!.default as { rollout: { salt: string } }).rollout
      .salt;
  expect([salt("js"), salt("go")]).toEqual(["f.s.", "0."]);
});

test("a big segment is imported with its members", () => {
  const members = { s: ["u1", "u2"] };
  const main = withSegment({ unbounded: true, generation: 1, rules: [] });
  const ours = evaluator(convert(main, {}, { members }).document!);
  expect(["u1", "u3"].map((targetingKey) => ours("f", { targetingKey }))).toEqual([false, true]);
});

test("very long lists of keys become segments", () => {
  const many = Array.from({ length: 10_001 }, (_, i) => `u${i}`);
  const main = withSegment(
    { includedContexts: [{ contextKind: "org", values: many }] },
    { targets: [{ variation: 1, values: many }] },
  );
  const { document } = convert(main);
  expect(document!.segments.map(({ key, by, include }) => [key, by, include.length])).toEqual([
    ["f-targets-1", "targetingKey", 10_001],
    ["s.included", "org.key", 10_001],
    ["s", "targetingKey", 0],
  ]);
  const ours = evaluator(document!);
  expect([{ targetingKey: "u7" }, { org: { key: "u7" } }, { targetingKey: "x" }].map((one) => ours("f", one))).toEqual([
    false,
    false,
    true,
  ]);
});

// ---- the documents, of several generations

const restFlag = {
  name: "New checkout",
  kind: "boolean",
  description: "The new one",
  key: "checkout",
  _version: 4,
  creationDate: 1_700_000_000_000,
  includeInSnippet: false,
  clientSideAvailability: { usingMobileKey: false, usingEnvironmentId: true },
  variations: [
    { _id: "v0", value: true, name: "New" },
    { _id: "v1", value: false, name: "Old" },
  ],
  temporary: false,
  tags: ["shop"],
  _links: {},
  maintainerId: "m",
  _maintainer: { _id: "m", email: "ada@example.com" },
  goalIds: [],
  experiments: { baselineIdx: 0, items: [] },
  customProperties: {},
  archived: false,
  defaults: { onVariation: 0, offVariation: 1 },
  environments: {
    production: {
      on: true,
      archived: false,
      salt: "salty",
      sel: "x",
      lastModified: 1,
      version: 7,
      targets: [{ values: ["u1"], variation: 1, contextKind: "user" }],
      contextTargets: [],
      rules: [
        {
          _id: "r1",
          description: "Staff",
          variation: 0,
          clauses: [
            { _id: "c", attribute: "", op: "segmentMatch", values: ["staff"], negate: false, contextKind: "user" },
          ],
          trackEvents: false,
        },
      ],
      fallthrough: {
        rollout: {
          variations: [
            { variation: 0, weight: 30_000 },
            { variation: 1, weight: 70_000 },
          ],
          contextKind: "user",
        },
      },
      offVariation: 1,
      prerequisites: [],
      _site: {},
      _environmentName: "Production",
      trackEvents: false,
      trackEventsFallthrough: false,
    },
  },
};
const restSegments = {
  items: [
    { name: "Staff", key: "staff", tags: [], creationDate: 1, included: ["u2"], excluded: [], rules: [], version: 1 },
  ],
};
/** The same as a server's SDK gets it. */
const same = {
  flags: {
    checkout: {
      key: "checkout",
      version: 7,
      on: true,
      salt: "salty",
      variations: [true, false],
      offVariation: 1,
      targets: [{ values: ["u1"], variation: 1 }],
      rules: [{ id: "r1", variation: 0, clauses: [{ attribute: "", op: "segmentMatch", values: ["staff"] }] }],
      fallthrough: {
        rollout: {
          variations: [
            { variation: 0, weight: 30_000 },
            { variation: 1, weight: 70_000 },
          ],
        },
      },
      clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false },
      trackEvents: false,
      trackEventsFallthrough: false,
      debugEventsUntilDate: null,
      deleted: false,
    },
  },
  segments: { staff: { key: "staff", included: ["u2"], excluded: [], rules: [], salt: "p", version: 1 } },
};

test.each<[string, unknown, Omit<Documents, "main">]>([
  ["payload", same, {}],
  ["payload", { path: "/", data: same }, {}],
  [
    "events",
    {
      events: [
        { event: "server-intent", data: { payloads: [] } },
        { event: "put-object", data: { kind: "flag", key: "gone", version: 1, object: same.flags.checkout } },
        { event: "put-object", data: { kind: "segment", key: "staff", version: 1, object: same.segments.staff } },
        { event: "put-object", data: { kind: "flag", key: "checkout", version: 1, object: same.flags.checkout } },
        { event: "delete-object", data: { kind: "flag", key: "gone", version: 2 } },
        { event: "payload-transferred", data: { state: "x", version: 1 } },
      ].map(
        (event) =>
          JSON.parse(
            JSON.stringify(event).replace(
              '"key":"gone","version":1,"object":{"key":"checkout"',
              '"key":"gone","version":1,"object":{"key":"gone"',
            ),
          ) as object,
      ),
    },
    {},
  ],
  ["flags", same.flags, { segments: { segments: same.segments } }],
  ["rest", restFlag, { segments: restSegments }],
  ["rest", { items: [restFlag], _links: {}, totalCount: 1 }, { segments: restSegments }],
  ["rest", [{ items: [] }, { items: [restFlag] }], { segments: [restSegments] }],
])("a document of the shape %s serves the same people the same", (shape, main, more) => {
  const { document, report } = convert(main, {}, more);
  expect([report.shape, document!.flags.map(({ key, clientSide }) => [key, clientSide])]).toEqual([
    shape,
    [["checkout", true]],
  ]);
  const ours = evaluator(document!);
  const reference = evaluator(convert(same).document!);
  for (let n = 0; n < 300; n++) {
    const one = { targetingKey: `u${n}` };
    expect(ours("checkout", one)).toBe(reference("checkout", one));
  }
});

test("names, owners and tags come from the REST API, beside what an SDK gets or with it", () => {
  const wanted = {
    key: "checkout",
    description: "The new one",
    owner: "ada@example.com",
    tags: ["shop"],
    kind: "operational",
    variants: { New: true, Old: false },
    offVariant: "Old",
  };
  expect(convert(restFlag, {}, { segments: restSegments }).document!.flags).toMatchObject([wanted]);
  expect(convert(same, {}, { names: { items: [restFlag] } }).document!.flags).toMatchObject([wanted]);
  expect(convert(same).document!.flags[0]!.variants).toEqual({ "0": true, "1": false });
});

const ofProduction = (more: object): object => ({
  ...restFlag,
  environments: { production: { ...restFlag.environments.production, rules: [], ...more } },
});
test.each<[string, unknown, string[]]>([
  ["several environments", { ...restFlag, environments: { a: {}, b: {} } }, ["refused format /environments"]],
  [
    "a summary",
    { items: [{ ...restFlag, environments: { production: { on: true, _summary: {} } } }] },
    ["refused format /items/0"],
  ],
  ["no environment", { items: [{ ...restFlag, environments: undefined }] }, ["refused format /items/0"]],
  [
    "segments that aren't there",
    restFlag,
    ["refused segment-unknown /environments/production/rules/0/clauses/0/values/0"],
  ],
  [
    "an experiment without its seed",
    ofProduction({
      fallthrough: {
        rollout: {
          variations: [{ variation: 0, weight: 100_000 }],
          experimentAllocation: { defaultVariation: 0, canReshuffle: false, type: "experiment" },
        },
      },
    }),
    ["refused seed-missing /environments/production/fallthrough/rollout"],
  ],
  [
    "a rollout that LaunchDarkly moves",
    ofProduction({
      fallthrough: {
        rollout: {
          variations: [{ variation: 0, weight: 100_000, _untracked: true }],
          experimentAllocation: { type: "progressiveRollout" },
          seed: 7,
        },
      },
    }),
    [
      "note release-plan /environments/production/fallthrough/rollout",
      "note experiment /environments/production/fallthrough",
    ],
  ],
  ["what a client was served", { f: { value: true, variation: 0, version: 1 } }, ["refused format "]],
  ["nothing of LaunchDarkly's", { features: [] }, ["refused format "]],
])("%s", (_what, main, expected) => {
  expect(issuesOf(main)).toEqual(expected);
});
