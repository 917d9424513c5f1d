import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Flagsmith, LocalFileHandler } from "flagsmith-nodejs";
import { afterAll, expect, test } from "vitest";
import { importFlagsmith } from "../../src/interchange/flagsmith/importer.ts";
import type { Options } from "../../src/interchange/importer.ts";
import { note, proving, runs } from "../support/counts.ts";
import { converted, evaluator, IN_CODE } from "./imported.ts";

const USERS = proving ? 20_000 : 1_000;
const COMPOSITE: Options = { identity: "composite" };
const convert = (main: unknown, options: Options = COMPOSITE) =>
  converted(importFlagsmith, "flagsmith", { main }, options);

type Traits = Record<string, unknown>;
type Answer = { enabled: boolean; value: unknown };

// ---- Flagsmith's own SDK, which reads the document from a file and never asks anybody

const folder = mkdtempSync(join(tmpdir(), "flagsmith-"));
afterAll(() => rmSync(folder, { recursive: true }));

function theirs(document: object): (identifier: string | undefined, traits: Traits) => Promise<(f: string) => Answer> {
  const file = join(folder, "environment.json");
  writeFileSync(file, JSON.stringify(document));
  const client = new Flagsmith({ offlineMode: true, offlineHandler: new LocalFileHandler(file) });
  return async (identifier, traits) => {
    const flags =
      identifier === undefined
        ? await client.getEnvironmentFlags()
        : await client.getIdentityFlags(identifier, traits as never);
    return (feature) => {
      const { enabled, value } = flags.getFlag(feature);
      return { enabled, value };
    };
  };
}

function here(document: NonNullable<ReturnType<typeof convert>["document"]>) {
  const evaluate = evaluator(document);
  const keys = new Set(document.flags.map(({ key }) => key));
  return (feature: string, identifier: string | undefined, traits: Traits): Answer => {
    const context = { ...traits, ...(identifier === undefined ? {} : { targetingKey: identifier }) };
    const value = keys.has(`${feature}.value`) ? evaluate(`${feature}.value`, context) : IN_CODE;
    return { enabled: evaluate(feature, context) === true, value: value === IN_CODE ? null : value };
  };
}

// ---- a grammar of environments

const property = fc.constantFrom(
  ..."plan plan age age admin tags absent $.identity.identifier $.identity.traits.plan $.environment.name".split(" "),
  "$.identity.traits['age']",
);
const text = fc.constantFrom("pro", "18", "", "true", "False", "17.5", "é", "user-1", "a", "prod", "1e1", "-1");
const condition = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      operator: fc.constantFrom(
        ..."EQUAL NOT_EQUAL GREATER_THAN GREATER_THAN_INCLUSIVE LESS_THAN LESS_THAN_INCLUSIVE CONTAINS".split(" "),
        ..."NOT_CONTAINS IS_SET IS_NOT_SET SOUNDS_LIKE".split(" "),
      ),
      property_: property,
      value: text,
    }),
  },
  fc.record({
    operator: fc.constantFrom("EQUAL", "NOT_EQUAL", "GREATER_THAN", "LESS_THAN", "GREATER_THAN_INCLUSIVE", "CONTAINS"),
    property_: fc.constantFrom("version", "plan"),
    value: fc.constantFrom("1.2.3:semver", "2.0.0-rc.1:semver", "v1.2.3:semver", "x.y:semver"),
  }),
  fc.record({
    operator: fc.constant("IN"),
    property_: property,
    value: fc.constantFrom<unknown>("pro,18", '["pro","17.5"]', ["0", "user-1"], "", "0", "[1]", "true,false"),
  }),
  fc.record({
    operator: fc.constant("REGEX"),
    property_: property,
    value: fc.constantFrom("^user-[0-9]+$", "^p.o", "", "^(?:1|2)", "^\\s*$"),
  }),
  fc.record({
    operator: fc.constant("PERCENTAGE_SPLIT"),
    property_: fc.constantFrom("", "", null, "$.identity.identifier", "$.identity.traits.plan", "plan"),
    value: fc.constantFrom("50", "0", "0.01", "33.33", "100", "x", "57", "7.000000000000001"),
  }),
);
const type = fc.constantFrom("ALL", "ANY", "NONE");
const inner = fc.record({ type, rules: fc.constant([]), conditions: fc.array(condition, { maxLength: 3 }) });
const rule = fc.record({
  type,
  rules: fc.array(inner, { maxLength: 2 }),
  conditions: fc.oneof(fc.constant([]), fc.array(condition, { maxLength: 2 })),
});
const allocations: fc.Arbitrary<number[]> = fc.constantFrom<number[]>(
  [50, 50],
  [33.33, 33.33, 33.34],
  [10],
  [0, 100],
  [7, 29, 57],
  [100, 50],
  [0, 0],
  [0.01],
);
const UUIDS = ["00000000-0000-0000-0000-0000000000a1", "00000000-0000-0000-0000-0000000000a2", "0".repeat(31) + "9"];
type Kind = { values: unknown[] };
const kinds: Kind[] = [{ values: ["a", "b", "c", "d"] }, { values: [1, 2.5, 0, -7] }, { values: [true, false] }];
const state = (feature: string, { values }: Kind) =>
  fc
    .record({
      enabled: fc.boolean(),
      feature_state_value: fc.constantFrom(...values, null),
      django_id: fc.constantFrom<number | null>(1, 77, 123_456, null),
      shares: fc.oneof(fc.constant<number[]>([]), allocations),
      uuids: fc.boolean(),
      order: fc.shuffledSubarray([3, 11, 2], { minLength: 3 }),
      first: fc.nat({ max: 3 }),
    })
    .map(({ shares, uuids, order, first, ...one }) => ({
      ...one,
      feature: { id: feature.length, name: feature, type: shares.length > 0 ? "MULTIVARIATE" : "STANDARD" },
      featurestate_uuid: "40eb539d-3713-4720-bbd4-829dbef10d51",
      multivariate_feature_state_values: shares.map((percentage_allocation, i) => ({
        id: uuids ? null : order[i],
        mv_fs_value_uuid: uuids ? UUIDS[order[i]! % 3] : UUIDS[0],
        percentage_allocation,
        multivariate_feature_option: { id: i, value: values[(first + i) % values.length] },
      })),
    }));
const overridden = (feature: string, kind: Kind) =>
  fc
    .tuple(state(feature, kind), fc.constantFrom(undefined, 0, 1, 2, null))
    .map(([one, priority]) => ({ ...one, feature_segment: priority === undefined ? null : { priority } }));
const environment = fc.constantFrom(...kinds).chain((kind) =>
  fc.record({
    id: fc.constant(1),
    api_key: fc.constantFrom("env-key", "é"),
    name: fc.constant("prod"),
    feature_states: fc.tuple(state("checkout", kind), state("banner", kind)),
    project: fc.record({
      id: fc.constant(1),
      name: fc.constant("p"),
      hide_disabled_flags: fc.constant(false),
      organisation: fc.constant({
        id: 1,
        name: "o",
        feature_analytics: false,
        stop_serving_flags: false,
        persist_trait_data: true,
      }),
      segments: fc
        .array(
          fc.tuple(
            rule,
            rule,
            fc.array(overridden("checkout", kind), { maxLength: 1 }),
            fc.array(overridden("banner", kind), { maxLength: 1 }),
            fc.nat({ max: 2 }),
          ),
          { maxLength: 4 },
        )
        .map((all) =>
          all.map(([one, other, first, second, rules], i) => ({
            id: (7 * (i + 1)) % 11,
            name: i % 2 === 0 ? `segment ${i}` : "same",
            rules: [one, other].slice(0, rules),
            feature_states: [...first, ...second],
          })),
        ),
    }),
    identity_overrides: fc
      .array(fc.tuple(state("checkout", kind), state("banner", kind), fc.boolean()), { maxLength: 3 })
      .map((all) =>
        all.map(([one, other, both], i) => ({
          identifier: `user-${i}`,
          identity_uuid: UUIDS[0],
          created_date: "2024-01-01T00:00:00Z",
          environment_api_key: "env-key",
          identity_traits: [],
          identity_features: both ? [one, other] : [one],
        })),
      ),
  }),
);

const ids = ["0", "a:b", " x ", "é", "e\u0301", "😀", "x".repeat(300), "9007199254740991", "a,b", "[1]"];

/** Someone with traits that are at times absent, null, or of another type; and now and then nobody. */
function user(n: number): [identifier: string | undefined, traits: Traits] {
  let seed = Math.imul(n + 1, 0x9e3779b1) >>> 0;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const some = (...all: unknown[]): unknown => all[next(all.length)]!;
  const traits = {
    ...(next(4) > 0 ? { plan: some("pro", "pro", "PRO", "", "é", 18, 0, true, false, null, "0", "1.2.4", "1e1") } : {}),
    ...(next(4) > 0 ? { age: some(17, 18, 17.5, -1, 0, "18", "9", true, false, 1.5e300, 10) } : {}),
    ...(next(4) > 0 ? { admin: some(true, false, "true", 1) } : {}),
    ...(next(4) > 0 ? { version: some("1.2.3", "v1.2.3", " 1.2.4 ", "2.0.0-rc.1", "2", 2, "1.2.3+b", true) } : {}),
    ...(next(4) > 0 ? { tags: some(["pro", "a"], [], [18], ["18"], "a", [["a"]]) } : {}),
  };
  if (n % 31 === 0) return [undefined, {}];
  return [n % 23 === 0 ? (some(...ids) as string) : `user-${n % 5 === 0 ? next(4) : n}`, traits];
}

test("whatever an environment says, everybody is served what Flagsmith's own SDK serves", async () => {
  const count = { features: 0, refused: 0, compared: 0 };
  const codes: Record<string, number> = {};
  const users = Array.from({ length: USERS }, (_, n) => user(n));
  await fc.assert(
    fc.asyncProperty(environment, async (all) => {
      const { document, report } = convert(all);
      const ask = theirs(all);
      const ours = here(document!);
      const known = report.flags.filter(({ status, issues }) => {
        count.features++;
        for (const { code, level } of issues) if (level === "refused") codes[code] = (codes[code] ?? 0) + 1;
        if (status !== "imported") count.refused++;
        return status === "imported";
      });
      for (const [identifier, traits] of users) {
        const answers = await ask(identifier, traits);
        for (const { source } of known) {
          count.compared++;
          const [answer, expected] = [ours(source, identifier, traits), answers(source)];
          if (answer.enabled !== expected.enabled || answer.value !== (expected.value ?? null))
            expect([source, identifier, traits, answer]).toEqual([source, identifier, traits, expected]);
        }
      }
    }),
    { seed: 55, numRuns: runs(200) },
  );
  note(JSON.stringify({ ...count, ...codes }));
  expect(count.refused).toBeLessThanOrEqual(count.features / 10);
});

// ---- what is refused, and why; what is noted

const stateOf = (more: object = {}): object => ({
  feature: { id: 1, name: "f", type: "STANDARD" },
  enabled: true,
  feature_state_value: "x",
  django_id: 1,
  featurestate_uuid: UUIDS[0],
  feature_segment: null,
  multivariate_feature_state_values: [],
  ...more,
});
const documentOf = (more: object = {}, segments: object[] = [], identity_overrides: object[] = []): object => ({
  id: 1,
  api_key: "k",
  name: "prod",
  project: { id: 1, name: "p", hide_disabled_flags: false, organisation: { id: 1, name: "o" }, segments },
  feature_states: [stateOf(more)],
  identity_overrides,
});
const asked = (one: object): object =>
  documentOf({}, [
    {
      id: 5,
      name: "s",
      rules: [{ type: "ALL", rules: [], conditions: [one] }],
      feature_states: [stateOf({ enabled: false, feature_segment: { priority: 1 } })],
    },
  ]);
const CONDITION = "/project/segments/0/rules/0/conditions/0";
const share = { id: 1, percentage_allocation: 50, multivariate_feature_option: { value: "y" } };
const issuesOf = (main: unknown, options: Options = COMPOSITE): string[] => {
  const { report } = convert(main, options);
  return [...report.issues, ...[...report.segments, ...report.flags].flatMap(({ issues }) => issues)].map(
    ({ code, level, path }) => `${level} ${code} ${path}`,
  );
};
const DEPENDS = "refused depends-on-refused /feature_states/0";

test.each<[string, unknown, string[], Options?]>([
  [
    "remainders",
    asked({ operator: "MODULO", property_: "age", value: "2|0" }),
    [`refused strategy ${CONDITION}/value`, DEPENDS],
  ],
  [
    "a pattern that isn't anchored",
    asked({ operator: "REGEX", property_: "age", value: "a" }),
    [`refused regex ${CONDITION}/value`, DEPENDS],
  ],
  [
    "a pattern with a choice that isn't anchored",
    asked({ operator: "REGEX", property_: "age", value: "^a|b" }),
    [`refused regex ${CONDITION}/value`, DEPENDS],
  ],
  ["a choice within brackets", asked({ operator: "REGEX", property_: "age", value: "^(a|[|])" }), []],
  [
    "a path that isn't known",
    asked({ operator: "EQUAL", property_: "$.environment.owner", value: "a" }),
    [`refused unknown-field ${CONDITION}/property_`, DEPENDS],
  ],
  [
    "a trait with a dot",
    asked({ operator: "EQUAL", property_: "a.b", value: "a" }),
    [`refused dotted ${CONDITION}/property_`, DEPENDS],
  ],
  [
    "a value that isn't a text",
    asked({ operator: "EQUAL", property_: "a", value: true }),
    [`refused malformed ${CONDITION}/value`, DEPENDS],
  ],
  [
    "a field of a condition",
    asked({ operator: "EQUAL", property_: "a", value: "a", fuzzy: 1 }),
    [`refused unknown-field ${CONDITION}/fuzzy`, DEPENDS],
  ],
  [
    "a share without knowing what was hashed",
    asked({ operator: "PERCENTAGE_SPLIT", property_: "", value: "10" }),
    [`refused identity-key ${CONDITION}/property_`, DEPENDS],
    {},
  ],
  [
    "a share of the identifier, which is known",
    asked({ operator: "PERCENTAGE_SPLIT", property_: "$.identity.identifier", value: "10" }),
    [],
    {},
  ],
  [
    "variants without knowing what was hashed",
    documentOf({ multivariate_feature_state_values: [share] }),
    ["refused identity-key /feature_states/0/multivariate_feature_state_values"],
    {},
  ],
  [
    "variants where the document says it",
    { ...documentOf({ multivariate_feature_state_values: [share] }), use_identity_composite_key_for_hashing: true },
    [],
    {},
  ],
  [
    "values of two types",
    documentOf({ multivariate_feature_state_values: [{ ...share, multivariate_feature_option: { value: 1 } }] }),
    ["refused mixed-types /feature_states/0/multivariate_feature_state_values/0"],
  ],
  [
    "a share below nothing",
    documentOf({ multivariate_feature_state_values: [{ ...share, percentage_allocation: -1 }] }),
    ["refused weights /feature_states/0/multivariate_feature_state_values/0/percentage_allocation"],
  ],
  ["a field of a state", documentOf({ schedule: {} }), ["refused unknown-field /feature_states/0/schedule"]],
  [
    "an identifier that is taken for two",
    documentOf({}, [], [{ identifier: "a,b", identity_features: [stateOf()] }]),
    ["refused identity-key /identity_overrides/0/identity_features/0"],
  ],
  ["flags as a client gets them", [stateOf()], ["refused format "]],
  ["an export of features", [{ name: "f", enabled: true }], ["refused format "]],
])("%s", (_what, main, expected, options) => {
  expect(issuesOf(main, options)).toEqual(expected);
});

test("a feature becomes whether it is enabled and which value it has; without values it is one flag", () => {
  const keys = (main: object) => convert(main).document!.flags.map(({ key, type: of }) => [key, of]);
  expect(keys(documentOf())).toEqual([
    ["f", "boolean"],
    ["f.value", "string"],
  ]);
  expect(keys(documentOf({ feature_state_value: null }))).toEqual([["f", "boolean"]]);
});

test("identity overrides that come in pages count as one, and thousands of them become a segment", () => {
  const page = (from: number, to: number): object[] =>
    Array.from({ length: to - from }, (_, i) => ({
      identifier: `u${from + i}`,
      identity_features: [stateOf({ enabled: false })],
    }));
  const first = documentOf({}, [], page(0, 6_000));
  const { document } = convert([first, { ...first, identity_overrides: page(6_000, 10_001) }]);
  expect(document!.segments.map(({ key, include }) => [key, include.length])).toEqual([["f.identities-1", 10_001]]);
  const ours = here(document!);
  expect(["u1", "u10000", "x"].map((id) => ours("f", id, {}).enabled)).toEqual([false, false, true]);
});

test("segments that nothing is overridden for aren't imported", () => {
  const unused = {
    id: 9,
    name: "unused",
    rules: [{ type: "ALL", rules: [], conditions: [{ operator: "MODULO", property_: "a", value: "2|0" }] }],
    feature_states: [],
  };
  const { report } = convert(documentOf({}, [unused]));
  expect(report.segments.map(({ source, status }) => [source, status])).toEqual([["unused", "skipped"]]);
});
