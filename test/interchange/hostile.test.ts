import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { convertWith, IMPORTABLE } from "../../src/interchange/convert.ts";
import { importConfigCat } from "../../src/interchange/configcat/importer.ts";
import { LONGEST_DOCUMENT } from "../../src/interchange/documents.ts";
import { importFlagsmith } from "../../src/interchange/flagsmith/importer.ts";
import { importSplit } from "../../src/interchange/split/importer.ts";
import { importFlagd } from "../../src/interchange/flagd/importer.ts";
import { importGrowthBook } from "../../src/interchange/growthbook/importer.ts";
import type { Format, Importer, Options } from "../../src/interchange/importer.ts";
import { importLaunchDarkly } from "../../src/interchange/launchdarkly/importer.ts";
import { importUnleash } from "../../src/interchange/unleash/importer.ts";
import { note, runs } from "../support/counts.ts";
import { resolves } from "./imported.ts";

/* Files of people who mean harm, and files that came to harm: converted or refused, told with where, never thrown. */

type Case = { format: Format; importer: Importer; options: Options; sound: object };
const CASES: Case[] = [
  {
    format: "flagd",
    importer: importFlagd,
    options: { bucketing: "v2" },
    sound: {
      flags: {
        a: {
          state: "ENABLED",
          variants: { on: true, off: false },
          defaultVariant: "off",
          targeting: {
            if: [
              { and: [{ "==": [{ var: "x" }, "y"] }, { $ref: "staff" }, { sem_ver: [{ var: "v" }, "^", "1.2.3"] }] },
              {
                fractional: [
                  ["on", 50],
                  ["off", 50],
                ],
              },
              { in: [{ var: "x" }, ["a", "b"]] },
              "on",
            ],
          },
          metadata: { team: "x" },
        },
      },
      $evaluators: { staff: { ends_with: [{ var: "email" }, "@x.org"] } },
    },
  },
  {
    format: "unleash",
    importer: importUnleash,
    options: {},
    sound: {
      version: 2,
      features: [
        {
          name: "a",
          enabled: true,
          type: "release",
          strategies: [
            {
              name: "flexibleRollout",
              parameters: { rollout: "50", stickiness: "userId", groupId: "g" },
              constraints: [{ contextName: "x", operator: "REGEX", value: "^a+$", inverted: false }],
              segments: [1],
              variants: [{ name: "v", weight: 1000, stickiness: "default", payload: { type: "json", value: "{}" } }],
            },
          ],
          dependencies: [{ feature: "b", variants: ["v"] }],
        },
        {
          name: "b",
          enabled: true,
          strategies: [],
          variants: [{ name: "v", weight: 1, overrides: [{ contextName: "userId", values: ["u"] }] }],
        },
      ],
      segments: [{ id: 1, name: "s", constraints: [{ contextName: "x", operator: "IN", values: ["1"] }] }],
    },
  },
  {
    format: "growthbook",
    importer: importGrowthBook,
    options: {},
    sound: {
      features: {
        a: {
          defaultValue: "x",
          rules: [
            {
              id: "r",
              force: "y",
              coverage: 0.5,
              hashVersion: 2,
              condition: {
                $or: [{ country: { $in: ["US"] } }, { $savedGroup: { id: "g" } }, { x: { $regexi: "^a/b" } }],
              },
              filters: [{ seed: "s", ranges: [[0, 0.5]], attribute: "id" }],
              parentConditions: [{ id: "b", condition: { value: { $vgt: "1.2.3" } }, gate: true }],
            },
            {
              key: "e",
              variations: ["x", "z", null],
              weights: [0.2, 0.4, 0.4],
              namespace: ["n", 0, 0.5],
              meta: [{ key: "control" }, { key: "z" }, { passthrough: true }],
              condition: { id: { $notInGroup: "list" }, $not: { age: { $lt: "18" } } },
            },
          ],
        },
        b: { defaultValue: "1.3.0" },
      },
      savedGroups: {
        g: { type: "condition", condition: { plan: "pro" } },
        list: { type: "list", attributeKey: "id", values: ["u", 1] },
      },
    },
  },
  {
    format: "launchdarkly",
    importer: importLaunchDarkly,
    options: {},
    sound: {
      flags: {
        a: {
          key: "a",
          on: true,
          salt: "s",
          variations: [true, false],
          offVariation: 1,
          prerequisites: [{ key: "b", variation: 0 }],
          targets: [{ variation: 0, values: ["u"] }],
          contextTargets: [{ variation: 0, contextKind: "user", values: [] }],
          rules: [
            {
              id: "r",
              clauses: [
                { contextKind: "user", attribute: "/x/y", op: "matches", values: ["^a+$"], negate: true },
                { attribute: "", op: "segmentMatch", values: ["s"] },
              ],
              rollout: { kind: "experiment", seed: 1, bucketBy: "x", variations: [{ variation: 0, weight: 100_000 }] },
            },
          ],
          fallthrough: { variation: 1 },
        },
        b: { key: "b", on: false, variations: ["x"], fallthrough: { variation: 0 } },
      },
      segments: {
        s: {
          key: "s",
          salt: "p",
          included: ["u"],
          excludedContexts: [{ contextKind: "org", values: ["o"] }],
          rules: [{ clauses: [{ attribute: "x", op: "before", values: ["2024-01-01T00:00:00Z"] }], weight: 5 }],
        },
      },
    },
  },
  {
    format: "configcat",
    importer: importConfigCat,
    options: {},
    sound: {
      p: { u: "https://cdn-global.configcat.com", r: 0, s: "salt" },
      s: [{ n: "staff", r: [{ a: "Email", c: 32, l: ["@x.org"] }] }],
      f: {
        a: {
          t: 1,
          a: "Email",
          v: { s: "x" },
          i: "1",
          r: [
            {
              c: [
                { u: { a: "Age", c: 12, d: 18.5 } },
                { s: { s: 0, c: 1 } },
                { p: { f: "b", c: 0, v: { b: true } } },
                { u: { a: "Roles", c: 34, l: ["admin", '"'] } },
              ],
              s: { v: { s: "y" }, i: "2" },
            },
            { c: [{ s: { s: 0, c: 0 } }, { u: { a: "V", c: 4, l: ["1.2.3"] } }], p: [{ p: 100, v: { s: "z" } }] },
          ],
          p: [
            { p: 40, v: { s: "y" } },
            { p: 60, v: { s: "x" } },
          ],
        },
        b: { t: 0, v: { b: true } },
      },
    },
  },
  {
    format: "flagsmith",
    importer: importFlagsmith,
    options: { identity: "composite" },
    sound: {
      api_key: "k",
      name: "prod",
      project: {
        segments: [
          {
            id: 3,
            name: "s",
            rules: [
              {
                type: "ALL",
                conditions: [{ operator: "PERCENTAGE_SPLIT", property_: "", value: "50" }],
                rules: [
                  {
                    type: "NONE",
                    rules: [],
                    conditions: [
                      { operator: "REGEX", property_: "x", value: "^a+$" },
                      { operator: "IN", property_: "$.identity.traits.x", value: "a,b" },
                      { operator: "GREATER_THAN", property_: "v", value: "1.2.3:semver" },
                    ],
                  },
                ],
              },
            ],
            feature_states: [
              { feature: { name: "a" }, enabled: false, django_id: 9, feature_segment: { priority: 1 } },
            ],
          },
        ],
      },
      feature_states: [
        {
          feature: { id: 1, name: "a" },
          enabled: true,
          feature_state_value: "x",
          django_id: 1,
          multivariate_feature_state_values: [
            { id: 1, percentage_allocation: 40, multivariate_feature_option: { id: 1, value: "y" } },
          ],
        },
      ],
      identity_overrides: [
        {
          identifier: "u",
          identity_features: [{ feature: { name: "a" }, enabled: false, feature_state_value: "z", django_id: 2 }],
        },
      ],
    },
  },
  {
    format: "split",
    importer: importSplit,
    options: {},
    sound: {
      ff: {
        t: 1,
        d: [
          {
            name: "a",
            status: "ACTIVE",
            killed: false,
            defaultTreatment: "off",
            seed: 7,
            trafficAllocation: 50,
            trafficAllocationSeed: 8,
            algo: 2,
            prerequisites: [{ n: "b", ts: ["x"] }],
            conditions: [
              {
                conditionType: "ROLLOUT",
                matcherGroup: {
                  combiner: "AND",
                  matchers: [
                    {
                      matcherType: "MATCHES_STRING",
                      negate: true,
                      keySelector: { attribute: "x" },
                      stringMatcherData: "^a+$",
                    },
                    { matcherType: "IN_RULE_BASED_SEGMENT", userDefinedSegmentMatcherData: { segmentName: "s" } },
                    { matcherType: "EQUAL_TO_SEMVER", keySelector: { attribute: "v" }, stringMatcherData: "1.2.3-a+b" },
                  ],
                },
                partitions: [
                  { treatment: "on", size: 30 },
                  { treatment: "off", size: 70 },
                ],
              },
            ],
          },
          {
            name: "b",
            killed: true,
            defaultTreatment: "x",
            conditions: [
              {
                matcherGroup: { matchers: [{ matcherType: "ALL_KEYS" }] },
                partitions: [{ treatment: "y", size: 100 }],
              },
            ],
          },
        ],
      },
      rbs: {
        t: 1,
        d: [
          {
            name: "s",
            excluded: { keys: ["u"], segments: [] },
            conditions: [
              {
                matcherGroup: {
                  matchers: [
                    {
                      matcherType: "BETWEEN",
                      keySelector: { attribute: "n" },
                      betweenMatcherData: { dataType: "DATETIME", start: 1, end: 2 },
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    },
  },
];

const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    1e300,
    "",
    "__proto__",
    "constructor",
    "x".repeat(300),
    "\u0000",
    "\ud800",
    [],
    {},
    [[]],
    [null],
  ),
  fc.constantFrom<unknown>(
    { toString: 1, valueOf: 1 },
    JSON.parse('{"__proto__":{"var":"x"}}'),
    { var: "__proto__" },
    { $ref: "staff" },
    [1, 2, 3],
    "(a*)*$",
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Puts something strange somewhere, or takes something away. */
function mutated(document: object, at: readonly number[], value: unknown, kind: number): unknown {
  const copy = structuredClone(document);
  let parent: Record<string, unknown> | undefined;
  let name = "";
  let here: unknown = copy;
  for (const step of at) {
    if (typeof here !== "object" || here === null) break;
    const names = Object.keys(here);
    if (names.length === 0) break;
    parent = here as Record<string, unknown>;
    name = names[step % names.length]!;
    here = parent[name];
  }
  if (parent === undefined) return value;
  if (kind === 0 && Array.isArray(parent)) parent.splice(Number(name), 1);
  else if (kind === 0) delete parent[name];
  else if (kind === 1 && !Array.isArray(parent)) parent[`${name}x`] = value;
  else parent[name] = value;
  return copy;
}

describe.each(CASES)("$format", ({ format, importer, options, sound }) => {
  test("the sound document is imported, from its text as well", () => {
    const { document, report } = convertWith(importer, format, { main: JSON.stringify(sound) }, options);
    expect(document).toEqual(convertWith(importer, format, { main: sound }, options).document);
    expect([document === null, report.sha256]).toEqual([false, expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });

  test("whatever is changed in it, it is converted, or refused with where", () => {
    const steps = fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 12 });
    const count = { converted: 0, refused: 0 };
    fc.assert(
      fc.property(steps, strange, fc.nat({ max: 3 }), (at, value, kind) => {
        const main = mutated(sound, at, value, kind);
        const { document, report } = convertWith(importer, format, { main }, options);
        if (document === null) count.refused++;
        else count.converted++;
        for (const issue of [...report.issues, ...report.flags, ...report.segments].flatMap((each) =>
          "issues" in each ? each.issues : [each],
        ))
          expect([
            issue,
            resolves(main, issue.path) || resolves(main, issue.path.slice(0, issue.path.lastIndexOf("/"))),
          ]).toEqual([issue, true]);
      }),
      { seed: 101, numRuns: runs(40_000) },
    );
    note(JSON.stringify(count));
  });

  test.each<[string, string, string]>([
    ["what is no JSON", "{", "format"],
    ["what is empty", "", "format"],
    ["what nests without end", "[".repeat(1_000_000), "limit"],
    [
      "what nests deep within texts that look like brackets",
      `["[[[[\\"[[", ${'{"a":'.repeat(300)}1${"}".repeat(300)}]`,
      "limit",
    ],
    ["a list", "[1]", "malformed"],
  ])("%s is refused as a whole", (_what, main, code) => {
    const { document, report } = convertWith(importer, format, { main }, options);
    expect([document, report.issues.map((issue) => issue.code)]).toEqual([null, [code]]);
  });

  test("more than 64 MiB isn't even parsed", () => {
    const main = " ".repeat(LONGEST_DOCUMENT + 1);
    expect(convertWith(importer, format, { main }, options).report.issues).toMatchObject([{ code: "limit" }]);
  });
});

const flagd = (document: object) => convertWith(importFlagd, "flagd", { main: document }, { bucketing: "v2" }).report;
const flagOf = (targeting: unknown) => ({
  state: "ENABLED",
  variants: { on: true, off: false },
  defaultVariant: "off",
  targeting,
});
const first = (document: object): string[] => flagd(document).flags[0]!.issues.map(({ code }) => code);

test("references in circles, and such as make a short text a long expression, are refused", () => {
  const circle = { a: { and: [{ $ref: "b" }] }, b: { or: [{ $ref: "a" }] } };
  expect(first({ flags: { f: flagOf({ if: [{ $ref: "a" }, "on"] }) }, $evaluators: circle })).toEqual([
    expect.stringMatching(/^(?:cycle|depends-on-refused)$/),
  ]);
  expect(first({ flags: { f: flagOf({ $ref: "a" }) }, $evaluators: { a: { if: [true, { $ref: "a" }] } } })).toEqual([
    "cycle",
  ]);
  const laughs: Record<string, unknown> = { l0: { if: [{ "==": [{ var: "x" }, 1] }, "on"] } };
  for (let i = 1; i < 40; i++) laughs[`l${i}`] = { if: [{ var: "x" }, { $ref: `l${i - 1}` }, { $ref: `l${i - 1}` }] };
  expect(
    first({ flags: { f: flagOf({ $ref: "l39" }) }, $evaluators: laughs }).filter((code) => code !== "truthiness"),
  ).toEqual(["limit"]);
});

test("names of prototypes are names like any other, or none", () => {
  const document = JSON.parse(
    `{"flags":{"__proto__":${JSON.stringify(flagOf({}))},"toString":${JSON.stringify(flagOf({ if: [{ "===": [{ var: "constructor" }, "x"] }, "on"] }))}}}`,
  ) as object;
  const report = flagd(document);
  expect(report.flags.map(({ source, status }) => [source, status])).toEqual([
    ["__proto__", "refused"],
    ["toString", "imported"],
  ]);
  expect(report.flags[0]!.issues.map(({ code }) => code)).toEqual(["name"]);
});

test("a thousand flags of a vendor's file are converted", () => {
  const flags = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, i) => [`flag-${i}`, (CASES[0]!.sound as { flags: { a: object } }).flags.a]),
  );
  const { summary } = flagd({ ...CASES[0]!.sound, flags });
  expect(summary.flags).toEqual({ imported: 1_000, refused: 0, skipped: 0 });
});

test("many strategies, and many children of a parent with many variants, take no more than their number", () => {
  const many = Array.from({ length: 30_000 }, (_, i) => ({ id: `s${i % 20_000}`, name: "default" }));
  const variants = Array.from({ length: 3_000 }, (_, i) => ({ name: `v${i}`, weight: 1 }));
  const dependencies = [{ feature: "parent", variants: ["v1", "disabled"] }];
  const children = Array.from({ length: 3_000 }, (_, i) => ({
    name: `c${i}`,
    enabled: true,
    strategies: [],
    dependencies,
  }));
  const parent = { name: "parent", enabled: true, strategies: [], variants };
  const main = { features: [{ name: "f", enabled: true, strategies: many }, parent, ...children] };
  const { report } = convertWith(importUnleash, "unleash", { main }, {});
  expect(report.flags[0]!.issues.map(({ code }) => code)).toEqual(["limit"]);
  expect(report.summary.flags.refused).toBe(3_002);
});

test("all formats with an importer are held to this", () => {
  expect(CASES.map(({ format }) => format).sort()).toEqual([...IMPORTABLE].sort());
});
