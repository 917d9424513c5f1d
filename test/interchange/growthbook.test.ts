import { GrowthBook } from "@growthbook/growthbook";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { casesOf } from "../../scripts/interchange/cases.ts";
import type { NativeDocument } from "../../src/interchange/convert.ts";
import { importGrowthBook } from "../../src/interchange/growthbook/importer.ts";
import type { Documents, Options } from "../../src/interchange/importer.ts";
import { note, proving, runs } from "../support/counts.ts";
import { converted, evaluator, IN_CODE } from "./imported.ts";

const USERS = proving ? 20_000 : 400;
const convert = (main: unknown, options: Options = {}, more: Partial<Documents> = {}) =>
  converted(importGrowthBook, "growthbook", { main, ...more }, options);

type Context = Record<string, unknown>;
type Payload = { features?: Record<string, object>; savedGroups?: Record<string, unknown> };

/** GrowthBook's own SDK. null is what it gives where there is no value. */
function growthbook(payload: Payload, sticky = false): (key: string, attributes: Context) => unknown {
  const sdk = new GrowthBook({
    features: payload.features ?? {},
    savedGroups: (payload.savedGroups ?? {}) as never,
  }) as unknown as Insides;
  if (sticky) sdk._saveStickyBucketAssignmentDoc = () => {};
  return (key, attributes) => {
    sdk._options.attributes = attributes;
    sdk._options.stickyBucketAssignmentDocs = NOTHING_STAYS;
    return sdk.evalFeature(key).value;
  };
}

/** A store of assignments that forgets them at once: also what a parent is asked for twice is decided afresh. */
const NOTHING_STAYS = new Proxy({}, { set: () => true });

type Insides = {
  _saveStickyBucketAssignmentDoc?: () => void;
  _options: { attributes: Context; stickyBucketAssignmentDocs: object };
  evalFeature: (key: string) => { value: unknown };
};

/** The context as it is sent here (design, interchange.md § 2.6). */
function sent({ id, ...rest }: Context): Context {
  return { ...rest, ...(id === undefined ? {} : { targetingKey: id }) };
}

function here(document: NativeDocument): (key: string, attributes: Context) => unknown {
  const evaluate = evaluator(document);
  return (key, attributes) => {
    const value = evaluate(key, sent(attributes));
    return value === IN_CODE ? null : value;
  };
}

// ---- the public cases, where they are present

type Case = {
  group: string;
  kind: string;
  case: string;
  flagKey: string;
  definition: Payload;
  context: { attributes?: Context; forcedVariations?: unknown; url?: unknown; enabled?: unknown };
  expected: { value: unknown };
};
const specified = casesOf<Case>("growthbook")
  .filter(({ kind }) => ["operator", "flag", "experiment"].includes(kind))
  // What a caller forces, and a context that is switched off, is no part of a definition.
  .filter(({ context }) => !context.forcedVariations && !context.url && context.enabled === undefined);

describe.skipIf(specified.length === 0)(
  "../shared/conformance/growthbook.jsonl (skipped where it isn't present)",
  () => {
    test("every public case is right, or refused", () => {
      const count = { right: 0, refused: 0 };
      const wrong = specified.filter(({ definition, flagKey, context, expected }) => {
        const { document, report } = convert(definition);
        const entry = report.flags.find(({ source }) => source === flagKey);
        if (entry?.status === "refused") return count.refused++ < 0;
        const value = entry === undefined ? null : here(document!)(flagKey, context.attributes ?? {});
        if (JSON.stringify(value) !== JSON.stringify(expected.value)) return true;
        return count.right++ < 0;
      });
      expect(wrong.map((one) => one.case)).toEqual([]);
      expect(count).toEqual({ right: 174, refused: 17 });
      note(`${count.right} right, ${count.refused} refused, 0 wrong`);
    });
  },
);

// ---- a grammar of features

const paths = fc.constantFrom("id", "country", "age", "tags", "version", "company.plan", "flag", "absent", "nothing");
const scalar = fc.constantFrom<unknown>(
  "US",
  "us",
  "0",
  "",
  "null",
  "18",
  "true",
  "1.2.3",
  "é",
  "ſ",
  "St",
  "10",
  "[object Object]",
  "a,b",
  0,
  1,
  18,
  -1,
  2.5,
  true,
  false,
);
const patterns = fc.constantFrom("^u", "s$", ".", "(", "[0-9]+", "null", "^$", "1\\.2", "a/b", "\\d,?", "U?S", "(?=a)");
const operators: fc.Arbitrary<object> = fc.oneof(
  fc.tuple(fc.constantFrom("$eq", "$ne", "$lt", "$lte", "$gt", "$gte"), fc.oneof(scalar, fc.constant(null))).map(pair),
  fc
    .tuple(fc.constantFrom("$in", "$nin", "$ini", "$nini"), fc.oneof(fc.array(scalar, { maxLength: 4 }), scalar))
    .map(pair),
  fc
    .tuple(fc.constantFrom("$inGroup", "$notInGroup"), fc.constantFrom("list", "old", "empty", "paying", "who"))
    .map(pair),
  fc.tuple(fc.constant("$exists"), fc.constantFrom<unknown>(true, false, 1, 0)).map(pair),
  fc
    .tuple(fc.constant("$type"), fc.constantFrom("string", "number", "boolean", "array", "object", "null", "x"))
    .map(pair),
  fc.tuple(fc.constantFrom("$regex", "$regexi"), patterns).map(pair),
  fc
    .tuple(
      fc.constantFrom("$veq", "$vne", "$vgt", "$vgte", "$vlt", "$vlte"),
      fc.constantFrom<unknown>("1.2.3", "v1.2.3", "1.2", "2.0.0-rc.1", "", "=1", "<2", 1, 10, "1.10.0", "x", "0"),
    )
    .map(pair),
  fc.constantFrom<object>(
    { $elemMatch: { $eq: "US" } },
    { $elemMatch: { $in: [1, null, "a"] } },
    { $elemMatch: { $eq: null } },
  ),
  fc.tuple(fc.constant("$all"), fc.constantFrom<unknown>(["US"], ["1", "a"], ["true"], [], "x")).map(pair),
);
function pair([name, value]: [string, unknown]): object {
  return { [name]: value };
}
const tested: fc.Arbitrary<unknown> = fc.oneof(
  scalar,
  fc.constant(null),
  operators,
  fc.tuple(operators, operators).map(([a, b]) => ({ ...a, ...b })),
  operators.map((one) => ({ $not: one })),
);
const leaf = fc.tuple(paths, tested).map(pair);
const { tree } = fc.letrec<{ tree: object }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2 },
    leaf,
    fc.tuple(leaf, leaf).map(([a, b]) => ({ ...a, ...b })),
    fc.constantFrom<object>({ $savedGroup: { id: "paying" } }, { $savedGroup: { id: "list", attributeKey: "age" } }),
    fc.constantFrom<object>({ $savedGroup: { id: "list" } }, { $savedGroup: { id: "who" } }, {}),
    fc.tuple(fc.constantFrom("$and", "$or", "$nor"), fc.array(tie("tree"), { maxLength: 3 })).map(pair),
    tie("tree").map((one) => ({ $not: one })),
  ),
}));
const fraction = fc.oneof(
  fc.constantFrom(0, 1, 0.5, 0.1 + 0.2, 1 / 3, 0.07, 0.29, 0.57, 0.3333, 0.001, 1.5, -0.5),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const range = fc.tuple(fraction, fraction);
const hashing = fc.record(
  {
    hashVersion: fc.constantFrom(1, 2, 2, 3),
    hashAttribute: fc.constantFrom("id", "device", "age", ""),
    fallbackAttribute: fc.constantFrom("device"),
    disableStickyBucketing: fc.boolean(),
    seed: fc.constantFrom("s", "sé", ""),
    key: fc.constantFrom("experiment", "e2"),
    id: fc.constantFrom("first", "second", "rule-2"),
  },
  { requiredKeys: [] },
);
const filter = fc.record(
  {
    seed: fc.constantFrom("ns", "nsé"),
    ranges: fc.array(range, { maxLength: 3 }),
    hashVersion: fc.constantFrom(1, 2, 9),
    attribute: fc.constantFrom("id", "device"),
  },
  { requiredKeys: ["seed", "ranges"] },
);
const parent = fc.record(
  {
    id: fc.constantFrom("parent", "parent", "grandparent", "nobody"),
    condition: fc.constantFrom<object>(
      { value: "a" },
      { value: { $ne: "b" } },
      { value: { $exists: true } },
      { value: null },
      { value: { $in: ["a", "c"] } },
      { value: true },
      { value: { $regex: "null" } },
      { $not: { $savedGroup: { id: "paying" } } },
      {},
    ),
    gate: fc.boolean(),
  },
  { requiredKeys: ["id"] },
);
const optional = (arbitrary: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary });
const value = fc.constantFrom<unknown>("a", "b", "c", null);
const audience = fc
  .tuple(
    hashing,
    optional(fc.record({ condition: tree })),
    optional(fc.record({ filters: fc.array(filter, { maxLength: 2 }) })),
    optional(fc.record({ namespace: fc.tuple(fc.constantFrom("n", "m"), fraction, fraction) })),
  )
  .map((parts) => Object.assign({}, ...parts));
const share = fc.oneof(
  fc.constant({}),
  fc.record({ coverage: fraction }),
  fc.record({ range }),
  fc.record({ range, coverage: fraction }),
);
const variations = fc.integer({ min: 1, max: 4 }).chain((n) =>
  fc.record(
    {
      variations: fc.array(value, { minLength: n, maxLength: n }),
      weights: fc.oneof(
        fc.constantFrom([0.5, 0.5], [0.3334, 0.3333, 0.3333], [0.1, 0.9], [0, 1], [1, 0], [0.2, 0.2], [-0.5, 1.5]),
        fc.array(fraction, { minLength: n, maxLength: n }),
      ),
      ranges: fc.array(range, { minLength: 1, maxLength: 5 }),
      meta: fc.array(
        fc.constantFrom<object>({}, { key: "x" }, { key: "1" }, { passthrough: true }, { key: "y", name: "Y" }),
        {
          minLength: n,
          maxLength: n,
        },
      ),
      coverage: fraction,
    },
    { requiredKeys: ["variations"] },
  ),
);
const rule = (parents: boolean): fc.Arbitrary<object> =>
  fc
    .tuple(
      audience,
      fc.oneof(
        fc.tuple(fc.record({ force: value }), share).map(([a, b]) => ({ ...a, ...b })),
        variations,
        variations,
        fc.constant({}),
      ),
      parents ? optional(fc.record({ parentConditions: fc.array(parent, { maxLength: 2 }) })) : fc.constant({}),
    )
    .map((parts) => Object.assign({}, ...parts));
const feature = (parents: boolean): fc.Arbitrary<object> =>
  fc.record({ defaultValue: value, rules: fc.array(rule(parents), { maxLength: 4 }) }, { requiredKeys: ["rules"] });
const payload: fc.Arbitrary<Payload> = fc.record({
  features: fc.record({
    feature: feature(true),
    second: feature(true),
    parent: fc.tuple(feature(false), parent).map(([one, { gate }]) => ({
      ...one,
      rules: [{ parentConditions: [{ id: "grandparent", condition: { value: { $ne: "b" } }, gate }] }, ...listOf(one)],
    })),
    grandparent: feature(false),
  }),
  savedGroups: fc.record({
    list: fc.constant({ type: "list", attributeKey: "country", values: ["US", 18, "user-7", true, "a"] }),
    old: fc.constant(["US", "18", 18, "user-1"]),
    empty: fc.constant([]),
    paying: fc.record({ type: fc.constant("condition"), condition: tree }),
  }),
});
/** An experiment of each rule's own: what one stored isn't found by another. */
function withKeys({ features = {}, ...rest }: Payload): Payload {
  const named = Object.entries(features).map(([key, one]): [string, object] => {
    const rules = listOf(one).map((each, i) => ({ ...each, key: `${key}-${i}` }));
    return [key, { ...one, rules }];
  });
  return { ...rest, features: Object.fromEntries(named) };
}

function listOf(one: object): object[] {
  return (one as { rules: object[] }).rules;
}

const odd = [
  "",
  "0",
  0,
  -0,
  1.5,
  true,
  false,
  null,
  "9007199254740991",
  "x".repeat(300),
  " x ",
  "a:b",
  "é",
  "e\u0301",
  "😀",
  ["a", "b"],
  { a: 1 },
];

function user(n: number): Context {
  let state = Math.imul(n + 1, 0x9e3779b1) >>> 0;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const some = (...all: unknown[]): unknown => all[next(all.length)]!;
  const maybe = (name: string, make: () => unknown): Context => (next(4) === 0 ? {} : { [name]: make() });
  return {
    ...(n % 29 === 0 ? {} : { id: n % 11 === 0 ? odd[next(odd.length)] : `user-${n}` }),
    ...maybe("device", () => (next(5) === 0 ? odd[next(odd.length)] : `d${next(5000)}`)),
    ...maybe("country", () => some("US", "us", "uſ", "DE", "", "null", "é", 0, true, ["US", "DE"], "Us", "ST", "ſt")),
    ...maybe("age", () => some(17, 18, 18.5, "18", "", "x", 0, -1, true, false, null, "10", 10, ["18"], { a: 1 })),
    ...maybe("tags", () => some(["US"], ["a", 1], [], [null], [true, "b"], ["1", "a"], "US", "a,b", [0, "0"])),
    ...maybe("version", () =>
      some("1.2.3", "v1.2.4", "2.0.0", "2.0.0-rc.1", "1.10.0", "x", "", 1, 10, "1.2.3+b", true),
    ),
    ...maybe("company", () => some({ plan: "US" }, { plan: 18 }, { plan: null }, "x", {}, { plan: ["US"] })),
    ...maybe("flag", () => some(true, false, "true", "false", 0, 1, "0")),
    ...(next(6) === 0 ? { nothing: null } : {}),
  };
}

test.each([false, true])(
  "whatever a payload says, everybody is served what GrowthBook's own SDK serves (sticky: %s)",
  (sticky) => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => {});
    const count = { features: 0, refused: 0, compared: 0 };
    const codes: Record<string, number> = {};
    fc.assert(
      fc.property(payload, (made) => {
        const all = sticky ? withKeys(made) : made;
        const { document, report } = convert(all, { sticky });
        const [ours, theirs] = [here(document!), growthbook(all, sticky)];
        for (const { source, status, issues } of report.flags) {
          count.features++;
          if (status !== "imported") {
            count.refused++;
            const codesOf = issues.filter(({ level }) => level === "refused").map(({ code }) => code);
            for (const code of new Set(codesOf)) codes[code] = (codes[code] ?? 0) + 1;
            continue;
          }
          for (let n = 0; n < USERS; n++) {
            const context = user(n);
            count.compared++;
            const [answer, expected] = [ours(source, context), theirs(source, context)];
            if (answer !== expected) expect([source, context, answer]).toEqual([source, context, expected]);
          }
        }
      }),
      { seed: 5, numRuns: runs(400) },
    );
    errors.mockRestore();
    note(JSON.stringify({ ...count, ...codes }));
    expect(count.refused).toBeLessThanOrEqual(count.features / 5);
  },
);

// ---- what is refused, and why; what is noted

const one = (rule: object, more: object = {}): Payload => ({
  features: { f: { defaultValue: "a", rules: [rule] }, ...more },
});
const asking = (condition: unknown): Payload => one({ force: "b", condition });
const at = "/features/f/rules/0";

test.each<[string, object, string[]]>([
  ["an unknown field", one({ force: "b", schedule: {} }), [`refused unknown-field ${at}/schedule`]],
  ["an unknown operator", asking({ x: { $near: 1 } }), [`refused unknown-field ${at}/condition/x/$near`]],
  ["equality with a list", asking({ x: [1] }), [`refused deep-equality ${at}/condition/x`]],
  ["equality with an object", asking({ x: { y: 1, $eq: 2 } }), [`refused deep-equality ${at}/condition/x`]],
  ["the length of a list", asking({ x: { $size: 1 } }), [`refused list-length ${at}/condition/x/$size`]],
  ["the length of a list by its path", asking({ "x.length": 1 }), [`refused list-length ${at}/condition/x.length`]],
  ["one element of a list", asking({ "x.0": 1 }), [`refused list-elements ${at}/condition/x.0`]],
  [
    "elements that match something",
    asking({ x: { $elemMatch: { $gt: 1 } } }),
    [`refused list-elements ${at}/condition/x/$elemMatch`],
  ],
  ["all numbers", asking({ x: { $all: [1] } }), [`refused list-elements ${at}/condition/x/$all/0`]],
  ["null in a list", asking({ x: { $in: [1, null] } }), [`refused null-in-list ${at}/condition/x/$in`]],
  ["look-ahead", asking({ x: { $regex: "a(?=b)" } }), [`refused regex ${at}/condition/x/$regex`]],
  ["a name of every object's", asking({ constructor: 1 }), [`refused name ${at}/condition/constructor`]],
  [
    "a sigma whose case doesn't count",
    asking({ x: { $ini: ["ΟΔΟΣ"] } }),
    [`refused list-elements ${at}/condition/x/$ini`],
  ],
  ["a condition that is none", asking("x"), [`refused malformed ${at}/condition`]],
  ["a bandit", one({ contextualVariations: ["a", "b"] }), [`refused vendor-runtime ${at}/contextualVariations`]],
  [
    "a dot in what is hashed",
    one({ force: "b", coverage: 0.5, hashAttribute: "a.b" }),
    [`refused dotted ${at}/hashAttribute`],
  ],
  ["a coverage that is no number", one({ force: "b", coverage: "1" }), [`refused malformed ${at}/coverage`]],
  ["too few entries of meta", one({ variations: ["a", "b"], meta: [{}] }), [`refused malformed ${at}/meta`]],
  ["values of two types", one({ force: 1 }), [`refused mixed-types ${at}/force`]],
  [
    "parents in a circle",
    one({ force: "b", parentConditions: [{ id: "f", condition: {} }] }),
    ["refused cycle /features/f"],
  ],
  [
    "a saved group that names itself",
    {
      ...asking({ $savedGroup: { id: "g" } }),
      savedGroups: { g: { type: "condition", condition: { $savedGroup: { id: "g" } } } },
    },
    ["refused depends-on-refused /features/f"],
  ],
  [
    "a parent that isn't there",
    one({ force: "b", parentConditions: [{ id: "p", condition: { value: null } }] }),
    [`note missing-reference ${at}/parentConditions/0`],
  ],
  [
    "a fallback",
    one({ variations: ["a", "b"], fallbackAttribute: "device" }),
    [`note vendor-runtime ${at}/fallbackAttribute`],
  ],
  ["a holdout", one({ variations: ["a", "b"], meta: [{}, { passthrough: true }] }), [`note holdout ${at}/meta/1`]],
  ["no value at all", { features: { f: {} } }, ["note absent /features/f"]],
])("%s is told where it stands", (_what, main, expected) => {
  const { flags } = convert(main).report;
  const issues = flags[0]!.issues.map(({ code, level, path }) => `${level} ${code} ${path}`);
  expect(issues).toEqual(expected);
});

test("a payload that is encrypted, and features of the REST API, are refused as a whole", () => {
  const codes = (main: unknown): string[] => convert(main).report.issues.map(({ code, path }) => `${code} ${path}`);
  expect(codes({ features: {}, encryptedFeatures: "a.b" })).toEqual(["encrypted /encryptedFeatures"]);
  expect(codes({ features: {}, encryptedSavedGroups: "a.b" })).toEqual(["encrypted /encryptedSavedGroups"]);
  expect(codes({ features: [{ id: "f", environments: {} }] })).toEqual(["format /features"]);
});

test("features without a wrapper are read, and experiments of pages are left out with a note", () => {
  const bare = convert({ f: { defaultValue: 1 } });
  expect([bare.report.shape, bare.document!.flags.map(({ key }) => key)]).toEqual(["features", ["f"]]);
  const { report } = convert({
    features: { f: { defaultValue: 1 } },
    experiments: [{ key: "visual", variations: [{}, {}] }],
  });
  expect(report.flags.map(({ source, status, issues }) => [source, status, issues.map(({ level }) => level)])).toEqual([
    ["f", "imported", []],
    ["visual", "skipped", ["note"]],
  ]);
});

test("variants have the names of an experiment's variations, and shares can be ramped", () => {
  const { document } = convert(
    one({
      id: "fr_1",
      name: "Checkout",
      variations: ["a", "b"],
      weights: [0.5, 0.5],
      coverage: 0.2,
      hashVersion: 2,
      seed: "s",
      meta: [{ key: "control" }, { key: "1" }],
    }),
    {},
    { names: { features: [{ id: "f", owner: "ann", tags: ["x"], project: "p", description: "d" }] } },
  );
  expect(document!.flags[0]).toMatchObject({
    variants: { control: "a", v2: "b" },
    kind: "experiment",
    owner: "ann",
    tags: ["project:p", "x"],
    description: "d",
    default: { variant: "control" },
    rules: [
      {
        id: "fr_1",
        name: "Checkout",
        serve: {
          rollout: {
            percentage: 20,
            split: [
              { variant: "control", weight: 5000 },
              { variant: "v2", weight: 5000 },
            ],
            by: "targetingKey",
            hash: "growthbook-v2",
            salt: "s",
            as: "truthy",
            otherwise: null,
            absent: "skip",
          },
        },
      },
    ],
  });
});

test("who is in a growing share stays in, with the same value", () => {
  const share = (coverage: number) =>
    here(convert(one({ variations: ["b", "c"], coverage, hashVersion: 2, seed: "s" })).document!);
  const [small, large] = [share(0.2), share(0.5)];
  const ids = Array.from({ length: 5_000 }, (_, i) => ({ id: `u${i}` }));
  const inside = ids.filter((context) => small("f", context) !== "a");
  expect(inside.length).toBeGreaterThan(800);
  expect(inside.filter((context) => small("f", context) !== large("f", context))).toEqual([]);
});
