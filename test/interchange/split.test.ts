import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Documents, Options } from "../../src/interchange/importer.ts";
import { importSplit } from "../../src/interchange/split/importer.ts";
import { note, proving, runs } from "../support/counts.ts";
import { converted, evaluator } from "./imported.ts";

const USERS = proving ? 20_000 : 1_000;
const MEMBERS = { staff: ["user-1", "user-2", "é"], near: ["user-3"] };
const convert = (main: unknown, options: Options = {}, more: Omit<Documents, "main"> = { members: MEMBERS }) =>
  converted(importSplit, "split", { main, ...more }, options);

type Key = string | { matchingKey: string; bucketingKey: string };
type Attributes = Record<string, unknown>;
type Named = { name: string };
type Changes = { ff: { d: readonly Named[] }; rbs: { d: readonly Named[] } };

// ---- the engine of Split's own SDKs for JavaScript, over definitions that it is given

const { evaluateFeature } = createRequire(import.meta.url)("@splitsoftware/splitio-commons/cjs/evaluator/index.js") as {
  evaluateFeature: (
    log: object,
    key: Key,
    flag: string,
    attributes: Attributes,
    storage: object,
  ) => { treatment: string };
};
const silent = { debug() {}, info() {}, warn() {}, error() {} };

function theirs({ ff, rbs }: Changes): (flag: string, key: Key, attributes: Attributes) => string {
  const flags = new Map(ff.d.map((one) => [one.name, one]));
  const rules = new Map(rbs.d.map((one) => [one.name, one]));
  const storage = {
    splits: { getSplit: (name: string) => flags.get(name) ?? null },
    rbSegments: { get: (name: string) => rules.get(name) ?? null },
    segments: {
      isInSegment: (name: string, key: string) => (MEMBERS as Record<string, string[]>)[name]?.includes(key) ?? false,
    },
  };
  return (flag, key, attributes) => evaluateFeature(silent, key, flag, attributes, storage).treatment;
}

const sent = (key: Key, attributes: Attributes): Attributes =>
  typeof key === "string"
    ? { ...attributes, targetingKey: key }
    : { ...attributes, targetingKey: key.matchingKey, bucketingKey: key.bucketingKey };

// ---- a grammar of flags

const attribute = fc.constantFrom(
  undefined,
  null,
  "plan",
  "plan",
  "age",
  "age",
  "born",
  "tags",
  "admin",
  "version",
  "absent",
);
const texts = fc.array(fc.constantFrom("pro", "18", "", "é", "user-1", "a", "true", "1.5", "rue"), { maxLength: 3 });
const numbers = fc.constantFrom(0, 18, 1.5, -1, 1_704_067_200_000, 1_704_067_261_500);
const dataType = fc.constantFrom("NUMBER", "DATETIME", null);
const versionText = fc.constantFrom("1.2.3", "2.0.0-rc.1", "02.0.0", "1.2.3+b", "2", "v2.0.0", "1.2.3-a.01", "2.0.0");
const matcher = fc
  .tuple(
    fc.oneof(
      fc.constant({ matcherType: "ALL_KEYS" }),
      fc.record({
        matcherType: fc.constantFrom(
          ..."WHITELIST STARTS_WITH ENDS_WITH CONTAINS_STRING CONTAINS_ANY_OF_SET".split(" "),
        ),
        whitelistMatcherData: texts.map((whitelist) => ({ whitelist })),
      }),
      fc.record({
        matcherType: fc.constant("CONTAINS_ALL_OF_SET"),
        whitelistMatcherData: fc
          .constantFrom(["pro"], ["pro", "18"], ["a", "true"])
          .map((whitelist) => ({ whitelist })),
      }),
      fc.record({
        matcherType: fc.constantFrom("EQUAL_TO", "GREATER_THAN_OR_EQUAL_TO", "LESS_THAN_OR_EQUAL_TO"),
        unaryNumericMatcherData: fc.record({ dataType, value: numbers }),
      }),
      fc.record({
        matcherType: fc.constant("BETWEEN"),
        betweenMatcherData: fc.record({ dataType, start: numbers, end: numbers }),
      }),
      fc.record({ matcherType: fc.constant("EQUAL_TO_BOOLEAN"), booleanMatcherData: fc.boolean() }),
      fc.record({
        matcherType: fc.constant("MATCHES_STRING"),
        stringMatcherData: fc.constantFrom("^user-[0-9]+$", "o$", "", ".", "\\s"),
      }),
      fc.record({
        matcherType: fc.constantFrom(
          ..."EQUAL_TO_SEMVER GREATER_THAN_OR_EQUAL_TO_SEMVER LESS_THAN_OR_EQUAL_TO_SEMVER".split(" "),
        ),
        stringMatcherData: versionText,
      }),
      fc.record({
        matcherType: fc.constant("BETWEEN_SEMVER"),
        betweenStringMatcherData: fc.record({ start: versionText, end: versionText }),
      }),
      fc.record({
        matcherType: fc.constant("IN_LIST_SEMVER"),
        whitelistMatcherData: fc.array(versionText, { maxLength: 3 }).map((whitelist) => ({ whitelist })),
      }),
      fc.record({
        matcherType: fc.constant("IN_SEGMENT"),
        userDefinedSegmentMatcherData: fc.constantFrom({ segmentName: "staff" }, { segmentName: "near" }),
      }),
    ),
    fc.boolean(),
    attribute,
  )
  .map(([one, negate, name]) => ({
    ...one,
    negate,
    keySelector: name === undefined ? null : { trafficType: "user", attribute: name },
  }));
const ofOthers = (parents: string[]) =>
  fc.oneof(
    fc.record({
      matcherType: fc.constant("IN_RULE_BASED_SEGMENT"),
      userDefinedSegmentMatcherData: fc.constantFrom({ segmentName: "ruled" }, { segmentName: "nobody" }),
      negate: fc.boolean(),
      keySelector: fc.constant(null),
    }),
    fc.record({
      matcherType: fc.constant("IN_SPLIT_TREATMENT"),
      dependencyMatcherData: fc.record({
        split: fc.constantFrom(...parents),
        treatments: fc.subarray(["on", "off", "v1", "other"]),
      }),
      negate: fc.boolean(),
      keySelector: fc.constant(null),
    }),
  );
type Matchers = fc.Arbitrary<object>;
const condition = (matchers: Matchers, treatments: string[]) =>
  fc
    .tuple(
      fc.array(matchers, { minLength: 1, maxLength: 3 }),
      fc.constantFrom([100], [50, 50], [0, 100], [100, 0], [33, 33, 34], [1, 0, 99], [33.33, 66.67], [10, 20, 70]),
      fc.constantFrom("ROLLOUT", "ROLLOUT", "WHITELIST", undefined),
      fc.nat({ max: 2 }),
    )
    .map(([all, sizes, conditionType, first]) => ({
      ...(conditionType === undefined ? {} : { conditionType }),
      matcherGroup: { combiner: "AND", matchers: all },
      partitions: sizes.map((size, i) => ({ treatment: treatments[(first + i) % treatments.length]!, size })),
      label: "in segment all",
    }));
const flag = (name: string, parents: string[]) =>
  fc.constantFrom<string[]>(["on", "off"], ["on", "off", "v1"]).chain((treatments) => {
    const matchers: Matchers =
      parents.length === 0
        ? matcher
        : fc.oneof({ weight: 5, arbitrary: matcher }, { weight: 1, arbitrary: ofOthers(parents) });
    return fc.record(
      {
        name: fc.constant(name),
        changeNumber: fc.constant(1),
        status: fc.constant("ACTIVE"),
        killed: fc.constantFrom(false, false, false, true),
        defaultTreatment: fc.constantFrom(...treatments),
        trafficTypeName: fc.constant("user"),
        seed: fc.constantFrom(-1_667_452_111, 467_569_525, 0, 1),
        trafficAllocation: fc.constantFrom(100, 100, 0, 1, 50, 99, 120),
        trafficAllocationSeed: fc.constantFrom(-15, 7, 2_147_483_647),
        algo: fc.constant(2),
        prerequisites: fc
          .array(
            fc.record({
              n: fc.constantFrom(...parents, "none"),
              ts: fc.constantFrom(["on"], ["on", "off"], ["off", "v9"]),
            }),
            { maxLength: parents.length === 0 ? 0 : 1 },
          )
          .map((all) => all.filter(({ n }) => n !== "none")),
        conditions: fc.array(condition(matchers, treatments), { minLength: 1, maxLength: 4 }),
      },
      { requiredKeys: ["name", "conditions", "defaultTreatment", "killed"] },
    );
  });
const changes = fc.record({
  ff: fc.record({
    t: fc.constant(1),
    d: fc.tuple(flag("parent", []), flag("middle", ["parent"]), flag("flag", ["parent", "middle"])),
  }),
  rbs: fc.record({
    t: fc.constant(1),
    d: fc.tuple(
      fc.record({
        name: fc.constant("ruled"),
        status: fc.constant("ACTIVE"),
        excluded: fc.constantFrom(null, { keys: ["user-4", ""], segments: [{ type: "standard", name: "near" }] }),
        conditions: fc.array(
          fc.record({
            conditionType: fc.constant("ROLLOUT"),
            matcherGroup: fc.record({
              combiner: fc.constant("AND"),
              matchers: fc.array(matcher, { minLength: 1, maxLength: 2 }),
            }),
          }),
          { maxLength: 2 },
        ),
      }),
    ),
  }),
});

const ids = ["0", "a:b", "é", "e\u0301", "😀", "x".repeat(250), "9007199254740991", "a,b", "18", "TRUE", "1.2.3"];

/** Someone with a key of one part or two, and attributes that are at times absent or of another type. */
function user(n: number): [key: Key, attributes: Attributes] {
  let seed = Math.imul(n + 1, 0x9e3779b1) >>> 0;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const some = (...all: unknown[]): unknown => all[next(all.length)]!;
  const attributes = {
    ...(next(4) > 0 ? { plan: some("pro", "PRO", "", "é", 18, 0, true, false, "18", " pro ", { a: 1 }, ["pro"]) } : {}),
    ...(next(4) > 0 ? { age: some(17, 18, 17.5, -1, "18", " 18 ", "", "x", true, "0x12", 1.5) } : {}),
    ...(next(4) > 0
      ? {
          born: some(
            1_704_067_200_000,
            1_704_067_199_999,
            1_704_067_259_999,
            1_704_067_260_000,
            1_704_153_599_999,
            "1704067200000",
            1e300,
            -5,
          ),
        }
      : {}),
    ...(next(4) > 0
      ? { tags: some(["pro", "a"], [18, "pro"], [true, "a"], [], ["18", "pro", "x"], "pro", ["é"]) }
      : {}),
    ...(next(4) > 0 ? { admin: some(true, false, "true", "TRUE", "False", 1, "fal\u017fe") } : {}),
    ...(next(4) > 0
      ? {
          version: some(
            "1.2.3",
            "1.2.4",
            " 1.2.3",
            "2.0.0",
            "2.0.0-rc.1",
            "2",
            2,
            "1.2.3+b",
            "1.2.3-a.1",
            "v2.0.0",
            "0.9.0-z",
          ),
        }
      : {}),
  };
  const key = n % 23 === 0 ? (some(...ids) as string) : `user-${n % 5 === 0 ? next(6) : n}`;
  return [n % 4 === 0 ? { matchingKey: key, bucketingKey: `b-${next(500)}` } : key, attributes];
}

test("whatever an environment says, everybody is served what Split's own engine serves", () => {
  const count = { flags: 0, refused: 0, compared: 0 };
  const codes: Record<string, number> = {};
  const users = Array.from({ length: USERS }, (_, n) => user(n));
  fc.assert(
    fc.property(changes, (all) => {
      const { document, report } = convert(all);
      const ask = theirs(all);
      const ours = evaluator(document!);
      for (const { source, status, issues } of report.flags) {
        count.flags++;
        for (const { code, level } of issues) if (level === "refused") codes[code] = (codes[code] ?? 0) + 1;
        if (status !== "imported") {
          count.refused++;
          continue;
        }
        for (const [key, attributes] of users) {
          count.compared++;
          const [answer, expected] = [ours(source, sent(key, attributes)), ask(source, key, attributes)];
          const treatment = typeof answer === "boolean" ? (answer ? "on" : "off") : answer;
          if (treatment !== expected)
            expect([source, key, attributes, answer]).toEqual([source, key, attributes, expected]);
        }
      }
    }),
    { seed: 33, numRuns: runs(200) },
  );
  note(JSON.stringify({ ...count, ...codes }));
  expect(count.refused).toBeLessThanOrEqual(count.flags / 10);
});

// ---- what is refused, and why; what is noted

const flagOf = (more: object = {}, ...matchers: object[]): object => ({
  ff: {
    t: 1,
    d: [
      {
        name: "f",
        killed: false,
        defaultTreatment: "off",
        seed: 1,
        conditions: [
          {
            conditionType: "ROLLOUT",
            matcherGroup: {
              combiner: "AND",
              matchers: matchers.length === 0 ? [{ matcherType: "ALL_KEYS" }] : matchers,
            },
            partitions: [{ treatment: "on", size: 100 }],
          },
        ],
        ...more,
      },
    ],
  },
});
const asks = (matcherType: string, more: object = {}): object =>
  flagOf({}, { matcherType, keySelector: { attribute: "a" }, ...more });
const issuesOf = (main: unknown, options: Options = {}, more: Omit<Documents, "main"> = {}): string[] => {
  const { report } = convert(main, options, more);
  return [...report.issues, ...[...report.flags, ...report.segments].flatMap(({ issues }) => issues)].map(
    ({ code, level, path }) => `${level} ${code} ${path}`,
  );
};
const MATCHER = "/ff/d/0/conditions/0/matcherGroup/matchers/0";
const partitions = (sizes: number[]): object => ({
  conditions: [
    {
      matcherGroup: { matchers: [{ matcherType: "ALL_KEYS" }] },
      partitions: sizes.map((size, i) => ({ treatment: `t${i}`, size })),
    },
  ],
});

test.each<[string, object, string[]]>([
  ["a matcher that isn't known", asks("IN_THE_MOOD"), [`refused unknown-field ${MATCHER}/matcherType`]],
  [
    "a name with a dot",
    asks("ALL_KEYS", { keySelector: { attribute: "a.b" } }),
    [`refused dotted ${MATCHER}/keySelector/attribute`],
  ],
  [
    "every element of a list",
    asks("PART_OF_SET", { whitelistMatcherData: { whitelist: ["x"] } }),
    [`refused list-elements ${MATCHER}/matcherType`],
  ],
  [
    "an equal list",
    asks("EQUAL_TO_SET", { whitelistMatcherData: { whitelist: ["x"] } }),
    [`refused list-elements ${MATCHER}/matcherType`],
  ],
  [
    "all of a list that says one thing twice",
    asks("CONTAINS_ALL_OF_SET", { whitelistMatcherData: { whitelist: ["x", "x"] } }),
    [`refused list-length ${MATCHER}/whitelistMatcherData`],
  ],
  [
    "a look-ahead",
    asks("MATCHES_STRING", { stringMatcherData: "a(?=b)" }),
    [`refused regex ${MATCHER}/stringMatcherData`],
  ],
  ["a large segment", asks("IN_LARGE_SEGMENT"), [`refused big-segment ${MATCHER}/matcherType`]],
  [
    "a segment without its members",
    asks("IN_SEGMENT", { keySelector: null, userDefinedSegmentMatcherData: { segmentName: "s" } }),
    [`refused big-segment ${MATCHER}/userDefinedSegmentMatcherData/segmentName`],
  ],
  [
    "another flag that isn't there",
    asks("IN_SPLIT_TREATMENT", { keySelector: null, dependencyMatcherData: { split: "g", treatments: ["on"] } }),
    [`refused missing-flag ${MATCHER}/dependencyMatcherData/split`],
  ],
  [
    "no date",
    asks("EQUAL_TO", { unaryNumericMatcherData: { dataType: "DATETIME", value: 9e15 } }),
    [`refused date ${MATCHER}/unaryNumericMatcherData/value`],
  ],
  ["sizes that aren't the whole", flagOf(partitions([50, 49])), ["refused weights /ff/d/0/conditions/0/partitions"]],
  ["no conditions", flagOf({ conditions: [] }), ["refused malformed /ff/d/0/conditions"]],
  ["configurations", flagOf({ configurations: { on: "{}" } }), ["refused config /ff/d/0/configurations"]],
  [
    "an algorithm that isn't known",
    flagOf({ ...partitions([50, 50]), algo: 3 }),
    ["refused generation-unknown /ff/d/0/algo"],
  ],
  [
    "a parent that isn't there",
    flagOf({ prerequisites: [{ n: "g", ts: ["on"] }] }),
    ["refused missing-flag /ff/d/0/prerequisites/0/n"],
  ],
  ["a field of a flag", flagOf({ schedule: {} }), ["refused unknown-field /ff/d/0/schedule"]],
  ["the administration's answer", { objects: [] }, ["refused format "]],
])("%s", (_what, main, expected) => {
  expect(issuesOf(main)).toEqual(expected);
});

test("configurations may be left out", () => {
  expect(issuesOf(flagOf({ configurations: { on: "{}" } }), { accept: ["config"] })).toEqual([
    "approximated config /ff/d/0/configurations",
  ]);
});

test("members of a segment come by name, or as the SDK gets them", () => {
  const main = asks("IN_SEGMENT", { keySelector: null, userDefinedSegmentMatcherData: { segmentName: "s" } });
  const segmentChanges = { name: "s", added: ["u1"], removed: [], since: -1, till: 5 };
  for (const more of [{ members: { s: ["u1"] } }, { segments: [segmentChanges] }, { segments: segmentChanges }]) {
    const { document } = convert(main, {}, more);
    const ours = evaluator(document!);
    expect(["u1", "u2"].map((targetingKey) => ours("f", { targetingKey }))).toEqual([true, false]);
  }
});

test("an archived flag is left out, and the older form of the document is read as well", () => {
  const [one] = (flagOf() as { ff: { d: object[] } }).ff.d;
  const { document, report } = convert({
    splits: [one, { ...one, name: "g", status: "ARCHIVED" }],
    since: -1,
    till: 1,
  });
  expect([report.shape, report.flags.map(({ status }) => status)]).toEqual(["splits", ["imported", "skipped"]]);
  expect(document!.flags.map(({ key, type }) => [key, type])).toEqual([["f", "boolean"]]);
});

test("the older algorithm hashes in its own way", () => {
  const serve = (algo: number) =>
    (convert(flagOf({ ...partitions([50, 50]), algo })).document!.flags[0]!.rules[0]!.serve as { rollout: object })
      .rollout;
  expect([serve(1), serve(2)]).toMatchObject([
    { hash: "split-legacy", salt: "1" },
    { hash: "split", salt: "1", percentage: 100 },
  ]);
});
