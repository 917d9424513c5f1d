import fc from "fast-check";
import { VALUE_TYPES, VERSION_SCHEMES } from "../../src/contract/condition.ts";
import { type Condition, type Flag, flag as flagSchema, type ReadAs } from "../../src/contract/flag.ts";
import { type Segment, segment as segmentSchema } from "../../src/contract/segment.ts";
import type { Environment } from "./reference.ts";

/* Generated environments and contexts. Pools are small and overlap, so that conditions hold about as often as not. */

const TEXTS = [
  "",
  "de",
  "DE",
  "at",
  "user-1",
  "user-2",
  "staff@example.com",
  "Ada@Example.COM",
  "ſtraße",
  "İx",
  "ΟΔΟΣ",
  "οδος",
  "💶",
  "a.b",
];
const DECIMALS = [
  "0",
  "1",
  "-1",
  "+2.50",
  ".5",
  "5.",
  "1e3",
  " 1",
  "0x10",
  "NaN",
  "Infinity",
  "18",
  "017",
  "9007199254740993",
];
/** Those that flags may have, and those that only contexts may. */
const NUMBERS = [0, -0, 1, -1, 0.5, 2.5, 18, Number.MAX_SAFE_INTEGER, 1_790_000_000_000];
const LARGE_NUMBERS = [1e21, 2 ** 53, -1e300];
const INSTANTS = [
  "2026-12-01T09:00:00Z",
  "2026-12-01t10:00:00+01:00",
  "2026-12-01T09:00:00.001z",
  "2026-02-29T00:00:00Z",
  "2024-02-29T23:59:59-23:59",
  "2026-12-01T09:00:00",
  "2026-12-01 09:00:00Z",
  "0050-01-01T00:00:00Z",
  "2026-12-01T24:00:00Z",
];
const VERSIONS = [
  "1",
  "v1",
  "1.2",
  "1.2.3",
  "v2.0.0",
  "2.0.0-rc.1",
  "1.2-beta",
  "01.2",
  "1.2.3.4",
  "1.2.3+build",
  " 1.2.3",
  "x",
];
const RANGES = [">=1.2.0 <2", "^1.2", "*", "~2.0.0-rc", "1.x || >=2.0.0", "<=1.2.3"];
const ADDRESSES = [
  "10.1.2.3",
  "10.1.2.256",
  "010.1.2.3",
  "127.1",
  "192.168.0.1",
  "::ffff:10.1.2.3",
  "::ffff:a01:203",
  "2001:db8::1",
  "2001:DB8:0:0:0:0:0:1",
  "::",
  "fe80::1%eth0",
  "1::2::3",
];
const NETWORKS = [
  "10.0.0.0/8",
  "10.1.2.3",
  "0.0.0.0/0",
  "::/0",
  "2001:db8::/32",
  "::ffff:10.0.0.0/104",
  "::ffff:0:0/90",
  "192.168.0.0/31",
];
const PATTERNS = ["^user-[0-9]+$", "example", "^$", "e.a", "(de|at)$", "[^a]b"];

export const NAMES = [
  "targetingKey",
  "email",
  "country",
  "age",
  "at",
  "tags",
  "address.city",
  "address",
  "tags.0",
  "tags.length",
  "geo.country",
  "__proto__",
  "constructor",
  "toString",
  "a.b",
];

const name = fc.constantFrom(...NAMES);
const scalar = fc.constantFrom<string | number | boolean>(
  ...TEXTS,
  ...DECIMALS,
  ...NUMBERS,
  ...INSTANTS,
  ...VERSIONS,
  ...ADDRESSES,
  true,
  false,
);

const value = fc.oneof(
  { weight: 6, arbitrary: fc.oneof(scalar, fc.constantFrom(...LARGE_NUMBERS)) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: fc.array(fc.option(scalar), { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom({}, { city: "de" }, { b: 1, city: null }, [[1], ["de"]]) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** A context as a request brings it: parsed JSON, so that a property named `__proto__` is just a property. */
export const context = fc
  .array(fc.tuple(fc.oneof(name, fc.string({ unit: "binary", maxLength: 5 })), value), { maxLength: 8 })
  .map(
    (entries) =>
      JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join()}}`) as Record<
        string,
        unknown
      >,
  );

/** Epoch milliseconds around the edges of the windows. */
export const now = fc.constantFrom(
  0,
  Date.parse("2026-12-01T09:00:00Z") - 1,
  Date.parse("2026-12-01T09:00:00Z"),
  Date.parse("2027-01-01T00:00:00Z"),
);

const some = <T>(pool: readonly T[], maxLength = 3): fc.Arbitrary<T[]> =>
  fc.array(fc.constantFrom(...pool), { maxLength });
const ignoreCase = fc.boolean();
/** How the attribute is read: as it always was, or one of these. */
const as = (...also: ReadAs[]): fc.Arbitrary<{ as?: ReadAs }> =>
  fc.option(fc.constantFrom(...also), { nil: undefined }).map((one) => (one === undefined ? {} : { as: one }));
const reading = (record: Record<string, fc.Arbitrary<unknown>>, ...also: ReadAs[]): fc.Arbitrary<object> =>
  fc.tuple(fc.record(record), as(...also)).map(([one, read]) => ({ ...one, ...read }));
const COMPARISONS = ["=1.2.3", "<2.0.0", ">=1.0.0", ">1.2.3-rc.1", "<=0.9.9"];
const clause = fc.oneof(
  fc.record({ attribute: name, operator: fc.constant("in"), values: fc.array(scalar, { maxLength: 4 }), ignoreCase }),
  fc.record({
    attribute: name,
    operator: fc.constantFrom("contains", "startsWith", "endsWith"),
    values: some([...TEXTS, "e", "example"]),
    ignoreCase,
  }),
  fc.record({
    attribute: name,
    operator: fc.constant("matches"),
    values: some(PATTERNS),
    ignoreCase: fc.constant(false),
  }),
  fc.record({
    attribute: name,
    operator: fc.constantFrom("lessThan", "atMost", "greaterThan", "atLeast"),
    values: some<string | number>(["0", "+2.50", ".5", "-1", "9007199254740993", "9007199254740992.5", ...NUMBERS]),
  }),
  fc.record({
    attribute: name,
    operator: fc.constantFrom("before", "after"),
    values: some<string | number>(["2026-12-01T09:00:00Z", "2024-02-29T23:59:59-23:59", 0, 1_790_000_000_000]),
  }),
  fc.record({ attribute: name, operator: fc.constant("semver"), values: some(RANGES) }),
  fc.record({ attribute: name, operator: fc.constant("cidr"), values: some(NETWORKS) }),
  fc.record({ attribute: name, operator: fc.constant("containsAll"), values: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ attribute: name, operator: fc.constant("exists") }),
  fc.record({ attribute: name, operator: fc.constant("type"), values: some(VALUE_TYPES) }),
  fc.record({
    attribute: name,
    operator: fc.constant("version"),
    scheme: fc.constantFrom(...VERSION_SCHEMES),
    values: some(COMPARISONS),
  }),
  reading({ attribute: name, operator: fc.constant("in"), values: some(TEXTS), ignoreCase }, "whole", "text"),
  reading({ attribute: name, operator: fc.constant("in"), values: some([0, 1, 18, 2.5]), ignoreCase }, "number"),
  reading({ attribute: name, operator: fc.constant("in"), values: some([true, false]), ignoreCase }, "truth"),
  reading(
    { attribute: name, operator: fc.constantFrom("contains", "startsWith", "endsWith"), values: some(["e", "1", ","]) },
    "whole",
    "text",
  ),
  reading(
    {
      attribute: name,
      operator: fc.constantFrom("lessThan", "atMost", "greaterThan", "atLeast"),
      values: some(["1", ".5"]),
    },
    "typed",
    "whole",
    "text",
  ),
  reading(
    {
      attribute: name,
      operator: fc.constantFrom("lessThan", "atMost", "greaterThan", "atLeast"),
      values: some([0, 2]),
    },
    "number",
  ),
  reading({ attribute: name, operator: fc.constant("cidr"), values: some(NETWORKS) }, "text"),
);
const hashing = fc
  .option(fc.constantFrom("id", "string", "text", "truthy"))
  .map((one) => (one === null ? {} : { as: one }));
const around = fc
  .constantFrom<(string | null)[]>(["2026-12-01T09:00:00Z", null], [null, "2026-12-01T09:00:00.001Z"], [null, null])
  .map(([from, until]) => ({ window: { from, until } }));

const FLAGS = 5;
const SEGMENTS = 3;
const VARIANTS = ["a", "b", "off"];
const variant = fc.constantFrom(...VARIANTS);
const by = fc.oneof(
  { weight: 3, arbitrary: fc.constant("targetingKey") },
  { weight: 1, arbitrary: name },
  { weight: 1, arbitrary: fc.array(name, { minLength: 1, maxLength: 3 }) },
);
const edges = fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 100_000 }));

/** Conditions that refer to flags and segments from `above` on, so that there are no cycles unless `above` is 0. */
function condition(above: { flag: number; segment: number }): fc.Arbitrary<Condition> {
  const flags = Array.from({ length: FLAGS - above.flag }, (_, i) => `f${above.flag + i}`);
  const segments = Array.from({ length: SEGMENTS - above.segment }, (_, i) => `s${above.segment + i}`);
  const leaf = fc.oneof(
    { weight: 6, arbitrary: clause },
    {
      weight: 1,
      arbitrary: fc
        .record({ by, salt: fc.constantFrom("", "x", "layer"), edges, hashing, fractions: fc.boolean() })
        .map(({ edges: [one, other], hashing: hashed, fractions, ...rest }) => {
          const [from, to] = [Math.min(one, other), Math.max(one, other)];
          const ranges = [
            { from: 0, to: from / 100_000 },
            { from: to / 100_000, to: 1 },
          ];
          return { bucket: { ...rest, ...hashed, ...(fractions ? { ranges } : { from, to }) } };
        }),
    },
    { weight: 1, arbitrary: around },
    ...(segments.length > 0 ? [{ weight: 1, arbitrary: fc.record({ segment: fc.constantFrom(...segments) }) }] : []),
    ...(flags.length > 0
      ? [
          {
            weight: 1,
            arbitrary: fc.record({ flag: fc.constantFrom(...flags), variants: some(VARIANTS).map((v) => [...v, "a"]) }),
          },
        ]
      : []),
  );
  return fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, depthIdentifier: "tree" },
      { weight: 4, arbitrary: leaf },
      { weight: 1, arbitrary: fc.record({ all: fc.array(tie("tree"), { maxLength: 3 }) }) },
      { weight: 1, arbitrary: fc.record({ any: fc.array(tie("tree"), { maxLength: 3 }) }) },
      { weight: 1, arbitrary: fc.record({ not: tie("tree") }) },
    ),
  })).tree as fc.Arbitrary<Condition>;
}

const percentage = fc.oneof(
  fc.constantFrom(0, 50, 100),
  fc.integer({ min: 0, max: 100_000 }).map((n) => n / 1000),
);
const split = fc
  .tuple(
    fc.shuffledSubarray(VARIANTS, { minLength: 1 }),
    fc.array(fc.constantFrom(0, 1, 2, 1_000_000), { minLength: 3, maxLength: 3 }),
  )
  .map(([variants, weights]) =>
    variants
      .map((one, i) => ({ variant: one, weight: i === 0 ? weights[0]! + 1 : weights[i]! }))
      .map((share) => ({ ...share, weight: Math.min(share.weight, 1_000_000) })),
  );
const rolloutCommon = {
  otherwise: fc.option(variant),
  by,
  absent: fc.oneof(fc.constantFrom("otherwise", "skip", "first"), fc.record({ variant })),
};
const ranges = fc
  .tuple(
    fc.uniqueArray(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 }),
    fc.array(variant, { minLength: 3, maxLength: 3 }),
  )
  .map(([points, variants]) => {
    const sorted = points.sort((a, b) => a - b);
    return Array.from({ length: Math.floor(sorted.length / 2) }, (_, i) => ({
      variant: variants[i]!,
      from: sorted[2 * i]!,
      to: sorted[2 * i + 1]!,
    }));
  });
const rolledOut = (record: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> =>
  fc.tuple(fc.record(record), hashing).map(([one, hashed]) => ({ rollout: { ...one, ...hashed } }));
const serve = fc.oneof(
  { weight: 4, arbitrary: fc.record({ variant }) },
  { weight: 4, arbitrary: rolledOut({ percentage, split, ...rolloutCommon }) },
  { weight: 1, arbitrary: rolledOut({ ranges, ...rolloutCommon }) },
  { weight: 1, arbitrary: fc.constant({ codeDefault: true }) },
);
const window = fc.constantFrom(
  { from: null, until: null },
  { from: null, until: null },
  { from: "2026-12-01T09:00:00Z", until: null },
  { from: null, until: "2026-12-01T10:00:00+01:00" },
  { from: "2026-12-01T09:00:00Z", until: "2026-12-31T23:00:00-01:00" },
);

function flag(index: number, above: { flag: number; segment: number }): fc.Arbitrary<Flag> {
  const others = Array.from({ length: FLAGS - above.flag }, (_, i) => `f${above.flag + i}`);
  const prerequisites =
    others.length === 0
      ? fc.constant([])
      : fc.oneof(
          { weight: 3, arbitrary: fc.constant([]) },
          {
            weight: 1,
            arbitrary: fc.array(fc.record({ flag: fc.constantFrom(...others), variants: fc.constant(["a", "b"]) }), {
              maxLength: 2,
            }),
          },
        );
  return fc
    .record({
      key: fc.constant(`f${index}`),
      type: fc.constant("string"),
      variants: fc.constant({ a: "1", b: "2", off: "3" }),
      enabled: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
      offVariant: fc.option(variant),
      prerequisites,
      rules: fc.array(fc.record({ when: condition(above), window, serve }), { maxLength: 4 }),
      default: serve,
    })
    .map((input) => flagSchema.parse(input));
}

function segment(index: number, above: { flag: number; segment: number }): fc.Arbitrary<Segment> {
  return fc
    .record({
      key: fc.constant(`s${index}`),
      include: some(TEXTS.slice(1)),
      exclude: some(TEXTS.slice(1), 1),
      by: fc.oneof(fc.constant("targetingKey"), name),
      when: condition(above),
    })
    .map((input) => segmentSchema.parse(input));
}

/** Environments without cycles: everything refers to later flags and segments only, segments to segments only. */
export const soundEnvironment: fc.Arbitrary<Environment> = fc.record({
  flags: fc.tuple(...Array.from({ length: FLAGS }, (_, i) => flag(i, { flag: i + 1, segment: 0 }))),
  segments: fc.tuple(...Array.from({ length: SEGMENTS }, (_, i) => segment(i, { flag: FLAGS, segment: i + 1 }))),
});

/** Environments in which anything may refer to anything, and a flag or segment may be missing. */
export const anyEnvironment: fc.Arbitrary<Environment> = fc
  .record({
    flags: fc.tuple(...Array.from({ length: FLAGS }, (_, i) => flag(i, { flag: 0, segment: 0 }))),
    segments: fc.tuple(...Array.from({ length: SEGMENTS }, (_, i) => segment(i, { flag: 0, segment: 0 }))),
    missing: fc.option(fc.constantFrom("f4", "s2")),
  })
  .map(({ flags, segments, missing }) => ({
    flags: flags.filter(({ key }) => key !== missing),
    segments: segments.filter(({ key }) => key !== missing),
  }));
