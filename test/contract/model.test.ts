import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { depth, flag as flagSchema, leaves } from "../../src/contract/flag.ts";
import { type Issue, tooDeep, utf8Length } from "../../src/contract/json.ts";
import * as LIMITS from "../../src/contract/limits.ts";
import { segment as segmentSchema } from "../../src/contract/segment.ts";
import { parse } from "../../src/contract/validation.ts";
import { runs } from "../support/counts.ts";
import { anyEnvironment } from "../core/arbitraries.ts";

const BASE = { key: "f", type: "boolean", variants: { on: true, off: false }, default: { variant: "on" } };
const flag = (more: object): object => ({ ...BASE, ...more });
const when = (condition: unknown): object => flag({ rules: [{ when: condition, serve: { variant: "on" } }] });
const rollout = (more: object): object =>
  flag({ default: { rollout: { percentage: 25, split: [{ variant: "on", weight: 1 }], ...more } } });
const clause = (operator: string, values: unknown[]): object => ({ attribute: "x", operator, values });

const issues = (input: unknown, schema: typeof flagSchema | typeof segmentSchema = flagSchema): Issue[] => {
  const parsed = parse(schema, input);
  return parsed.ok ? [] : parsed.issues;
};
const paths = (input: unknown, schema?: typeof segmentSchema): string[] =>
  issues(input, schema).map(({ path }) => path);
const fill = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

describe("what may be left out is filled in", () => {
  test("a flag", () => {
    expect(parse(flagSchema, { ...BASE, rules: [{ serve: { variant: "off" } }] })).toEqual({
      ok: true,
      value: {
        ...BASE,
        enabled: true,
        offVariant: null,
        prerequisites: [],
        rules: [
          { id: "rule-1", name: "", when: { all: [] }, window: { from: null, until: null }, serve: { variant: "off" } },
        ],
        shadow: 0,
        clientSide: false,
        kind: "release",
        description: "",
        owner: "",
        tags: [],
        metadata: {},
      },
    });
  });

  test("a rollout: its salt is the flag's key", () => {
    expect(parse(flagSchema, rollout({}))).toMatchObject({
      ok: true,
      value: {
        default: { rollout: { salt: "f", by: "targetingKey", hash: "murmur3", otherwise: null, absent: "otherwise" } },
      },
    });
    expect(parse(flagSchema, rollout({ salt: "" }))).toMatchObject({
      ok: true,
      value: { default: { rollout: { salt: "" } } },
    });
  });

  test("a segment", () => {
    expect(parse(segmentSchema, { key: "s" })).toEqual({
      ok: true,
      value: { key: "s", name: "", include: [], exclude: [], by: "targetingKey", when: { any: [] }, description: "" },
    });
  });

  test("rules get ids that are free", () => {
    const rules = [{ id: "rule-2" }, {}, {}, { id: "rule-3" }, {}].map((one) => ({ ...one, serve: { variant: "on" } }));
    const parsed = parse(flagSchema, flag({ rules }));
    expect(parsed.ok && parsed.value.rules.map(({ id }) => id)).toEqual([
      "rule-2",
      "rule-4",
      "rule-5",
      "rule-3",
      "rule-6",
    ]);
  });

  const sent = (one: object): unknown => JSON.parse(JSON.stringify(one));

  test("what has been filled in stays as it is when it is sent again", () => {
    fc.assert(
      fc.property(anyEnvironment, ({ flags, segments }) => {
        for (const one of flags) expect(parse(flagSchema, sent(one))).toEqual({ ok: true, value: sent(one) });
        for (const one of segments) expect(parse(segmentSchema, sent(one))).toEqual({ ok: true, value: sent(one) });
      }),
      { seed: 2, numRuns: runs(4_000) },
    );
  });
});

describe("a complaint points at what is wrong", () => {
  const cases: [is: string, input: unknown, path: string | string[]][] = [
    ["an unknown property", flag({ colour: 1 }), "/colour"],
    ["several", flag({ a: 1, "b/c~d": 2 }), ["/a", "/b~1c~0d"]],
    ["a missing property", { ...BASE, type: undefined }, "/type"],
    ["no object", "flag", ""],
    ["an unknown operator", when({ attribute: "x", operator: "is", values: [] }), "/rules/0/when/operator"],
    ["a missing operator", when({ attribute: "x", values: [] }), "/rules/0/when/operator"],
    ["missing values", when({ attribute: "x", operator: "in" }), "/rules/0/when/values"],
    [
      "a property that doesn't go with the operator",
      when({ ...clause("atLeast", [1]), ignoreCase: true }),
      "/rules/0/when/ignoreCase",
    ],
    ["a value that isn't a scalar", when(clause("in", ["a", null])), "/rules/0/when/values/1"],
    ["a value that isn't a text", when(clause("contains", ["a", 5])), "/rules/0/when/values/1"],
    ["a value that isn't a decimal number", when(clause("lessThan", [1, "1e5"])), "/rules/0/when/values/1"],
    ["a value that isn't a time", when(clause("before", [1, "2026-02-30T00:00:00Z"])), "/rules/0/when/values/1"],
    ["values of exists", when(clause("exists", [1])), "/rules/0/when/values"],
    [
      "deep in a condition",
      when({ all: [{ any: [{ not: clause("in", [{}]) }] }] }),
      "/rules/0/when/all/0/any/0/not/values/0",
    ],
    ["a condition of no form", when({}), "/rules/0/when"],
    ["a condition of two forms", when({ all: [], any: [] }), "/rules/0/when"],
    ["a condition that is null", when(null), "/rules/0/when"],
    ["all of something that isn't a list", when({ all: {} }), "/rules/0/when/all"],
    ["a flag condition without variants", when({ flag: "g" }), "/rules/0/when/variants"],
    ["a flag condition with no variants", when({ flag: "g", variants: [] }), "/rules/0/when/variants"],
    ["a segment that can't be a name", when({ segment: "a\u0000" }), "/rules/0/when/segment"],
    ["a bucket that ends before it begins", when({ bucket: { salt: "s", from: 5, to: 4 } }), "/rules/0/when/bucket/to"],
    ["a bucket without salt", when({ bucket: { from: 5, to: 6 } }), "/rules/0/when/bucket/salt"],
    ["a serve of no form", flag({ default: {} }), "/default"],
    ["a serve of two forms", flag({ default: { variant: "on", codeDefault: true } }), "/default"],
    ["a serve that is a text", flag({ default: "on" }), "/default"],
    ["a code default that is false", flag({ default: { codeDefault: false } }), "/default/codeDefault"],
    ["an unknown variant", flag({ default: { variant: "gone" } }), "/default/variant"],
    ["a variant that is no own property", flag({ default: { variant: "toString" } }), "/default/variant"],
    ["an unknown off variant", flag({ offVariant: "gone" }), "/offVariant"],
    [
      "an unknown variant in a rule's split",
      flag({
        rules: [
          {
            serve: {
              rollout: {
                percentage: 1,
                split: [
                  { variant: "on", weight: 1 },
                  { variant: "gone", weight: 1 },
                ],
              },
            },
          },
        ],
      }),
      "/rules/0/serve/rollout/split/1/variant",
    ],
    ["an unknown otherwise", rollout({ otherwise: "gone" }), "/default/rollout/otherwise"],
    ["an unknown absent variant", rollout({ absent: { variant: "gone" } }), "/default/rollout/absent/variant"],
    ["an absent of no form", rollout({ absent: "last" }), "/default/rollout/absent"],
    ["a property that a rollout doesn't have", rollout({ colour: 1 }), "/default/rollout/colour"],
    ["a share beyond 100", rollout({ percentage: 100.001 }), "/default/rollout/percentage"],
    ["a share between two thousandths", rollout({ percentage: 0.0005 }), "/default/rollout/percentage"],
    ["a share that is a text", rollout({ percentage: "25" }), "/default/rollout/percentage"],
    ["no split", rollout({ split: undefined }), "/default/rollout/split"],
    [
      "a weight that isn't whole",
      rollout({ split: [{ variant: "on", weight: 1.5 }] }),
      "/default/rollout/split/0/weight",
    ],
    ["weights that add up to nothing", rollout({ split: [{ variant: "on", weight: 0 }] }), "/default/rollout/split"],
    [
      "a variant twice",
      rollout({
        split: [
          { variant: "on", weight: 1 },
          { variant: "on", weight: 1 },
        ],
      }),
      "/default/rollout/split",
    ],
    ["split and ranges", rollout({ ranges: [{ variant: "on", from: 0, to: 1 }] }), "/default/rollout/ranges"],
    [
      "ranges that overlap",
      flag({
        default: {
          rollout: {
            ranges: [
              { variant: "on", from: 0, to: 0.5 },
              { variant: "off", from: 0.4, to: 1 },
            ],
          },
        },
      }),
      "/default/rollout/ranges/1",
    ],
    [
      "a range that ends before it begins",
      flag({ default: { rollout: { ranges: [{ variant: "on", from: 0.5, to: 0 }] } } }),
      "/default/rollout/ranges/0/to",
    ],
    [
      "a range beyond the whole",
      flag({ default: { rollout: { ranges: [{ variant: "on", from: 0, to: 1.1 }] } } }),
      "/default/rollout/ranges/0/to",
    ],
    ["an unknown hash", rollout({ hash: "md5" }), "/default/rollout/hash"],
    ["by something that isn't a path", rollout({ by: 5 }), "/default/rollout/by"],
    ["by a list of nothing", rollout({ by: [] }), "/default/rollout/by"],
    ["by a list with something that isn't a path", rollout({ by: ["x", 5] }), "/default/rollout/by/1"],
    [
      "a window that ends before it begins",
      flag({
        rules: [{ window: { from: "2026-01-02T00:00:00Z", until: "2026-01-02T00:00:00Z" }, serve: { variant: "on" } }],
      }),
      "/rules/0/window/until",
    ],
    [
      "a window that isn't a time",
      flag({ rules: [{ window: { from: "2026-01-02" }, serve: { variant: "on" } }] }),
      "/rules/0/window/from",
    ],
    ["a rule's id twice", flag({ rules: fill(2, () => ({ id: "a", serve: { variant: "on" } })) }), "/rules/1/id"],
    ["a value of another type", flag({ variants: { on: true, off: 0 } }), "/variants/off"],
    ["null as an object", { ...BASE, type: "object", variants: { on: null } }, "/variants/on"],
    ["a variant that can't be a name", flag({ variants: { on: true, "..": false } }), "/variants/.."],
    [
      "metadata that every evaluation sets",
      flag({ metadata: { version: "1", cohort: "c", ruleId: "r" } }),
      ["/metadata/cohort", "/metadata/ruleId", "/metadata/version"],
    ],
    ["metadata that is an object", flag({ metadata: { a: {} } }), "/metadata/a"],
    ["a prerequisite without variants", flag({ prerequisites: [{ flag: "g" }] }), "/prerequisites/0/variants"],
  ];
  for (const [is, input, path] of cases)
    test(is, () => expect([...new Set(paths(input))].sort()).toEqual([path].flat()));

  test("and never repeats a value that was sent", () => {
    const secret = "s3cr3t";
    const inputs = [
      { [secret]: 1 },
      flag({ kind: secret }),
      when(clause("lessThan", [secret])),
      when({ ...clause(secret, []) }),
      flag({ default: { variant: secret } }),
      flag({ type: secret }),
    ];
    for (const input of inputs) {
      expect(issues(input).length).toBeGreaterThan(0);
      expect(JSON.stringify(issues(input).map(({ message }) => message))).not.toContain(secret);
    }
  });
});

describe("what JSON can say and the model can't keep", () => {
  test("a property named __proto__, anywhere", () => {
    for (const [text, path] of [
      ['{"__proto__":{},"key":"f"}', "/__proto__"],
      [
        '{"key":"f","type":"boolean","variants":{"__proto__":true,"on":true},"default":{"variant":"on"}}',
        "/variants/__proto__",
      ],
      [
        '{"key":"f","type":"object","variants":{"on":{"a":[{"__proto__":1}]}},"default":{"variant":"on"}}',
        "/variants/on/a/0/__proto__",
      ],
      [
        '{"key":"f","type":"boolean","variants":{"on":true},"default":{"variant":"on"},"metadata":{"__proto__":1}}',
        "/metadata/__proto__",
      ],
    ] as const)
      expect(paths(JSON.parse(text))).toEqual([path]);
  });

  test("a number beyond a double", () => {
    expect(paths(JSON.parse('{"key":"f","type":"number","variants":{"on":1e999},"default":{"variant":"on"}}'))).toEqual(
      ["/variants/on"],
    );
  });
});

describe("names", () => {
  const accepted = (key: string): boolean => issues(flag({ key })).length === 0;

  test("1 to 256 code points, compared as they are", () => {
    for (const key of ["a", "ä", "💶", " ", "a b/c?d#e", "%2F", "...", "__proto", "Constructor", "💶".repeat(256)])
      expect([key, accepted(key)]).toEqual([key, true]);
    for (const key of ["", "a".repeat(257), "💶".repeat(257)]) expect([key, accepted(key)]).toEqual([key, false]);
  });

  test("no control characters, no lone surrogates, none of five words", () => {
    for (const key of [
      "a\u0000",
      "\n",
      "\u007f",
      "\u0085",
      "\ud83d",
      "\udcb6x",
      ".",
      "..",
      "__proto__",
      "constructor",
      "prototype",
    ])
      expect([key, accepted(key)]).toEqual([key, false]);
  });
});

describe("limits, at the edge and one past it", () => {
  const nested = (levels: number): object => (levels === 1 ? clause("in", [1]) : { not: nested(levels - 1) });
  const variants = (count: number): object =>
    flag({ variants: Object.fromEntries(fill(count, (i) => [i === 0 ? "on" : `v${i}`, true])) });
  const values = (operator: string, value: unknown) => (count: number) =>
    when(
      clause(
        operator,
        fill(count, () => value),
      ),
    );
  const cases: [is: string, limit: number, make: (count: number) => object, path: string][] = [
    ["variants", LIMITS.variants, variants, "/variants"],
    ["rules", LIMITS.rules, (n) => flag({ rules: fill(n, () => ({ serve: { variant: "on" } })) }), "/rules"],
    [
      "clauses of a rule",
      LIMITS.clausesPerRule,
      (n) => when({ any: fill(n, () => clause("in", [1])) }),
      "/rules/0/when",
    ],
    ["levels of a condition", LIMITS.conditionDepth, (n) => when(nested(n)), "/rules/0/when"],
    ["values of in", LIMITS.listedValues, values("in", 1), "/rules/0/when/values"],
    ["values of containsAll", LIMITS.listedValues, values("containsAll", 1), "/rules/0/when/values"],
    ["values of cidr", LIMITS.listedValues, values("cidr", "::1"), "/rules/0/when/values"],
    ...["contains", "startsWith", "endsWith", "matches", "semver"].map(
      (operator): [string, number, (n: number) => object, string] => [
        `values of ${operator}`,
        LIMITS.scannedValues,
        values(operator, "1"),
        "/rules/0/when/values",
      ],
    ),
    ...["lessThan", "atMost", "greaterThan", "atLeast", "before", "after"].map(
      (operator): [string, number, (n: number) => object, string] => [
        `values of ${operator}`,
        LIMITS.scannedValues,
        values(operator, 1),
        "/rules/0/when/values",
      ],
    ),
    [
      "a version range",
      LIMITS.semverLength,
      (n) => when(clause("semver", [">=1.0.0-" + "a".repeat(n - 8)])),
      "/rules/0/when/values/0",
    ],
    [
      "a weight",
      LIMITS.weight,
      (n) => rollout({ split: [{ variant: "on", weight: n }] }),
      "/default/rollout/split/0/weight",
    ],
    [
      "prerequisites",
      LIMITS.prerequisites,
      (n) => flag({ prerequisites: fill(n, (i) => ({ flag: `g${i}`, variants: ["on"] })) }),
      "/prerequisites",
    ],
    [
      "entries of metadata",
      LIMITS.metadataEntries,
      (n) => flag({ metadata: Object.fromEntries(fill(n, (i) => [`m${i}`, i])) }),
      "/metadata",
    ],
    ["tags", LIMITS.tags, (n) => flag({ tags: fill(n, (i) => `t${i}`) }), "/tags"],
    ["a description", LIMITS.textLength, (n) => flag({ description: "d".repeat(n) }), "/description"],
    [
      "bytes of a variant's value",
      LIMITS.variantValueBytes,
      (n) => flag({ type: "string", variants: { on: "x".repeat(n - 2) } }),
      "/variants/on",
    ],
    [
      "bytes of a variant's value in UTF-8",
      LIMITS.variantValueBytes,
      (n) => flag({ type: "string", variants: { on: "é".repeat((n - 2) >> 1) + "x".repeat(n & 1) } }),
      "/variants/on",
    ],
    ["bytes of a flag", LIMITS.flagBytes, (n) => sized(n), ""],
  ];
  /** A flag of that many bytes as it is kept. */
  const sized = (bytes: number): object => {
    const padded = (padding: number): object => flag({ metadata: { padding: "x".repeat(padding) } });
    const empty = parse(flagSchema, padded(0));
    return padded(bytes - utf8Length(JSON.stringify(empty.ok && empty.value)));
  };

  for (const [is, limit, make, path] of cases)
    test(`${is}: ${limit}`, () => {
      expect(paths(make(limit))).toEqual([]);
      expect(paths(make(limit + 1))).toEqual([path]);
    });

  test("members of a segment: 256 characters each, and not empty", () => {
    const listed = (include: string[]): string[] => paths({ key: "s", include }, segmentSchema);
    expect(listed(["x".repeat(256), "x"])).toEqual([]);
    expect(listed(["x".repeat(257), ""])).toEqual(["/include/0", "/include/1"]);
  });

  test("the condition of a segment", () => {
    expect(paths({ key: "s", when: { any: fill(200, () => clause("in", [1])) } }, segmentSchema)).toEqual([]);
    expect(paths({ key: "s", when: { any: fill(201, () => clause("in", [1])) } }, segmentSchema)).toEqual(["/when"]);
    expect(paths({ key: "s", when: nested(11) }, segmentSchema)).toEqual(["/when"]);
  });

  test("levels of a JSON body: 32", () => {
    const deep = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));
    expect([tooDeep(deep(32)), tooDeep(deep(33)), tooDeep(deep(20_000))]).toEqual([false, true, true]);
  });
});

test("leaves and depth of a condition", () => {
  const leaf = { segment: "s" };
  expect([leaves(leaf), depth(leaf)]).toEqual([1, 1]);
  expect([leaves({ all: [] }), depth({ any: [] })]).toEqual([0, 1]);
  expect([
    leaves({ not: { all: [leaf, { any: [leaf, leaf] }] } }),
    depth({ not: { all: [leaf, { any: [leaf] }] } }),
  ]).toEqual([3, 4]);
});

test("the length of a text in UTF-8 is that of its bytes", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
      (text) => {
        expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
      },
    ),
    { seed: 3, numRuns: runs(100_000) },
  );
});

describe("what imported flags need", () => {
  const bucket = (more: object): object => when({ bucket: { salt: "s", from: 0, to: 1, ...more } });
  test("places are for the hashes that have no number of their own, and only for those", () => {
    expect(paths(rollout({ hash: "unleash-variant", places: 1000 }))).toEqual([]);
    expect(paths(rollout({ hash: "unleash-variant" }))).toEqual(["/default/rollout/places"]);
    expect(paths(rollout({ places: 1000 }))).toEqual(["/default/rollout/places"]);
    expect(paths(bucket({ hash: "unleash-variant-js" }))).toEqual(["/rules/0/when/bucket/places"]);
    for (const places of [0, 1_000_001, 1.5])
      expect(paths(rollout({ hash: "unleash-variant", places }))).toEqual(["/default/rollout/places"]);
    expect(paths(rollout({ hash: "unleash-variant", places: 1_000_000 }))).toEqual([]);
    expect(paths(rollout({ hash: "crc32" }))).toEqual(["/default/rollout/hash"]);
  });

  test("a bucket has either from and to or ranges, each in order", () => {
    const ranges = (...of: [number, number][]): object =>
      when({ bucket: { salt: "s", ranges: of.map(([from, to]) => ({ from, to })) } });
    expect(paths(ranges([0, 0.25], [0.2, 1]))).toEqual([]);
    expect(paths(ranges([0.5, 0.25]))).toEqual(["/rules/0/when/bucket/ranges/0/to"]);
    expect(paths(ranges([0, 1.1]))).toEqual(["/rules/0/when/bucket/ranges/0/to"]);
    expect(paths(ranges())).toEqual(["/rules/0/when/bucket/ranges"]);
    expect(paths(ranges(...fill(1_000, (i): [number, number] => [i / 1e4, 1])))).toEqual([]);
    expect(paths(ranges(...fill(1_001, (i): [number, number] => [i / 1e4, 1])))).toHaveLength(1);
    expect(issues(bucket({ ranges: [{ from: 0, to: 1 }] }))).toHaveLength(1);
  });

  test("how an attribute is read goes with the operator, and with the values", () => {
    const read = (operator: string, as: string, values: unknown[]): string[] =>
      paths(when({ ...clause(operator, values), as })).map((path) => path.replace("/rules/0/when", ""));
    for (const operator of ["in", "contains", "lessThan", "before", "cidr", "semver", "type", "containsAll", "exists"])
      expect(read(operator, "each", [])).toEqual([]);
    expect(read("in", "typed", [])).toEqual(["/as"]);
    expect(read("semver", "text", [])).toEqual(["/as"]);
    expect(read("contains", "number", [])).toEqual(["/as"]);
    expect(read("in", "text", ["1", 1])).toEqual(["/values/1"]);
    expect(read("in", "number", [1, "1"])).toEqual(["/values/1"]);
    expect(read("in", "truth", [true, 1])).toEqual(["/values/1"]);
    expect(read("lessThan", "text", ["b", 1])).toEqual(["/values/1"]);
    expect(read("lessThan", "number", [1, "1"])).toEqual(["/values/1"]);
    expect(read("lessThan", "typed", [1, "1", "x"])).toEqual(["/values/2"]);
    expect(read("lessThan", "each", ["x"])).toEqual(["/values/0"]);
  });

  test("types and versions", () => {
    expect(paths(when(clause("type", ["string", "null"])))).toEqual(["/rules/0/when/values/1"]);
    const version = (scheme: string | undefined, ...values: string[]): string[] =>
      paths(when({ ...clause("version", values), ...(scheme === undefined ? {} : { scheme }) }));
    expect(version("strict", ">=1.0.0", "=2.0.0")).toEqual([]);
    expect(version("strict", "1.0.0")).toEqual(["/rules/0/when/values/0"]);
    expect(version("strict", "!=1.0.0")).toEqual(["/rules/0/when/values/0"]);
    expect(version("npm", ">=1.0.0")).toEqual(["/rules/0/when/scheme"]);
    expect(version(undefined)).toEqual(["/rules/0/when/scheme"]);
  });

  test("a window is a condition with a rule's edges", () => {
    const from = "2026-12-01T09:00:00Z";
    expect(parse(flagSchema, when({ window: { from } }))).toMatchObject({
      value: { rules: [{ when: { window: { from, until: null } } }] },
    });
    expect(paths(when({ window: { from, until: from } }))).toEqual(["/rules/0/when/window/until"]);
    expect(paths(when({ window: { from: "soon" } }))).toEqual(["/rules/0/when/window/from"]);
  });

  test("what isn't given isn't filled in: stored flags stay as they are", () => {
    const parsed = parse(flagSchema, bucket({}));
    expect(JSON.stringify(parsed)).not.toMatch(/"(?:as|places)"/);
  });
});
