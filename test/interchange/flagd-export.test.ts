import { FlagdCore } from "@openfeature/flagd-core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Flag, flag as flagSchema } from "../../src/contract/flag.ts";
import { NATIVE } from "../../src/contract/interchange.ts";
import { segment as segmentSchema } from "../../src/contract/segment.ts";
import { exportFlagd } from "../../src/interchange/flagd/exporter.ts";
import { importFlagd } from "../../src/interchange/flagd/importer.ts";
import { note, proving, runs } from "../support/counts.ts";
import { converted, evaluator, IN_CODE } from "./imported.ts";

/* Out to flagd and back: what is written means the same to flagd's own engine, and to our importer. */

const USERS = proving ? 20_000 : 1_000;
const EXPRESSION = "A variant or weight that is an expression has no counterpart here.";
const QUIET = { error() {}, warn() {}, info() {}, debug() {} };
const SEGMENTS = [
  segmentSchema.parse({
    key: "staff",
    include: ["user-1", "user-2"],
    exclude: ["user-2"],
    when: { attribute: "email", operator: "endsWith", values: ["@x.org"] },
  }),
  segmentSchema.parse({
    key: "of two",
    when: { any: [{ segment: "staff" }, { attribute: "country", operator: "in", values: ["at"] }] },
  }),
  segmentSchema.parse({
    key: "nested",
    when: { all: [{ segment: "staff" }, { not: { attribute: "country", operator: "in", values: ["$&", "de"] } }] },
  }),
  segmentSchema.parse({ key: "1", when: { not: { segment: "of-nested" } } }),
  segmentSchema.parse({ key: "of-nested", when: { any: [{ segment: "nested" }, { segment: "staff" }] } }),
];

const variant = fc.constantFrom("a", "b", "c");
const clause = fc.oneof(
  fc.record({
    attribute: fc.constantFrom("country", "age"),
    operator: fc.constant("in"),
    values: fc.array(fc.constantFrom("de", "at", "18", 18, 1), { maxLength: 3 }),
  }),
  fc.record({
    attribute: fc.constantFrom("country", "email"),
    operator: fc.constantFrom("startsWith", "endsWith", "contains"),
    values: fc.array(fc.constantFrom("d", "user-", "org"), { maxLength: 2 }),
  }),
  fc.record({
    attribute: fc.constant("age"),
    operator: fc.constantFrom("lessThan", "atMost", "greaterThan", "atLeast"),
    values: fc.array(fc.constantFrom(0, 18, 20, "19"), { maxLength: 2 }),
  }),
  fc.record({ attribute: fc.constantFrom("country", "nothing"), operator: fc.constant("exists") }),
  fc.record({
    attribute: fc.constant("app"),
    operator: fc.constant("version"),
    scheme: fc.constant("loose"),
    values: fc.array(fc.constantFrom("=1.2.3", ">=1.2", "<2.0.0-rc.1"), { maxLength: 2 }),
  }),
);
const { when } = fc.letrec<{ when: unknown }>((tie) => ({
  when: fc.oneof(
    { maxDepth: 2 },
    { weight: 5, arbitrary: clause },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { segment: "staff" },
        { segment: "of two" },
        { segment: "nested" },
        { segment: "of-nested" },
        { segment: "1" },
        { window: { from: "2020-01-01T00:00:00Z" } },
      ),
    },
    { weight: 1, arbitrary: fc.record({ all: fc.array(tie("when"), { maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ any: fc.array(tie("when"), { maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ not: tie("when") }) },
  ),
}));
const rollout = fc
  .record({
    percentage: fc.oneof(
      fc.constantFrom(0, 100, 50),
      fc.integer({ min: 0, max: 100_000 }).map((n) => n / 1000),
    ),
    weights: fc
      .array(fc.constantFrom(0, 1, 2, 33, 1000), { minLength: 1, maxLength: 3 })
      .filter((all) => all.some((one) => one > 0)),
    otherwise: fc.option(variant),
    by: fc.constantFrom("targetingKey", "targetingKey", "email"),
    salt: fc.constantFrom(undefined, "other", "f"),
    absent: fc.oneof(fc.constantFrom("otherwise", "skip", "first"), fc.record({ variant })),
  })
  .map(({ weights, salt, ...rest }) => ({
    rollout: {
      ...rest,
      ...(salt === undefined ? {} : { salt }),
      split: weights.map((weight, i) => ({ variant: ["a", "b", "c"][i]!, weight })),
    },
  }));
const serve = fc.oneof(
  { weight: 3, arbitrary: fc.record({ variant }) },
  { weight: 3, arbitrary: rollout },
  { weight: 1, arbitrary: fc.constant({ codeDefault: true }) },
);
const flag = fc
  .record({
    enabled: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    offVariant: fc.option(variant),
    rules: fc.array(fc.record({ when, serve }), { maxLength: 4 }),
    default: serve,
  })
  .map((fields): Flag =>
    flagSchema.parse({ key: "f", type: "string", variants: { a: "A", b: "B", c: "C" }, ...fields }),
  );

function user(n: number): Record<string, unknown> {
  const pick = <T>(all: readonly T[], by: number): T | undefined => all[Math.floor(n / by) % (all.length + 1)];
  const email = pick([`user-${n}@x.org`, "d", "", `u${n}`], 1);
  return Object.fromEntries(
    Object.entries({
      targetingKey: n % 31 === 0 ? undefined : n % 37 === 0 ? "" : `user-${n}`,
      country: pick(["de", "at", "fr"], 2),
      age: pick<unknown>([17, 18, 19.5, 0, "", true, false, "18"], 3),
      email,
      app: pick(["1.2.3", "v1.2", "2.0.0-rc.1", "x"], 5),
    }).filter(([, value]) => value !== undefined),
  );
}

test("what flagd is given means the same to its own engine, and to us when it comes back", () => {
  const count = { flags: 0, left: 0, back: 0, compared: 0 };
  fc.assert(
    fc.property(flag, (one) => {
      count.flags++;
      const native = { ...NATIVE, flags: [one], segments: SEGMENTS };
      const { text, left } = exportFlagd(native);
      if (text === null) {
        count.left++;
        expect(left[0]!.issues.length).toBeGreaterThan(0);
        return;
      }
      const ours = evaluator(native);
      const core = new FlagdCore();
      core.setConfigurations(text);
      const back = converted(
        importFlagd,
        "flagd",
        { main: JSON.parse(text) as unknown },
        { bucketing: "v2", engine: "js", accept: ["text-encoding"] },
      );
      // Rollouts that pass on are written as arms that are expressions, which aren't read back.
      const refused = back.report.flags[0]!.issues.filter(({ level }) => level === "refused");
      if (refused.length > 0)
        expect([refused.map(({ reason }) => reason), text]).toEqual([refused.map(() => EXPRESSION), text]);
      const again = refused.length > 0 ? ours : evaluator(back.document!);
      count.back += refused.length > 0 ? 0 : 1;
      for (let n = 0; n < USERS; n++) {
        count.compared++;
        const context = user(n);
        const expected = ours("f", context, Date.parse("2026-11-30T00:00:00Z"));
        const {
          value,
          variant: name,
          errorCode,
        } = core.resolveStringEvaluation("f", "in the code", context as never, QUIET);
        const theirs = name === undefined || errorCode !== undefined ? IN_CODE : value;
        if (theirs !== expected) expect([context, theirs, text]).toEqual([context, expected, text]);
        const returned = again("f", context, Date.parse("2026-11-30T00:00:00Z"));
        if (returned !== expected) expect([context, returned, text]).toEqual([context, expected, text]);
      }
    }),
    { seed: 102, numRuns: runs(400) },
  );
  note(JSON.stringify(count));
  expect(count.back).toBeGreaterThan(0);
});

test.each<[string, object, string]>([
  [
    "a pattern",
    { rules: [{ when: { attribute: "x", operator: "matches", values: ["a"] }, serve: { variant: "a" } }] },
    "jsonlogic /flags/0/rules/0/when",
  ],
  [
    "a bucket",
    { rules: [{ when: { bucket: { salt: "s", from: 0, to: 1 } }, serve: { variant: "a" } }] },
    "jsonlogic /flags/0/rules/0/when",
  ],
  ["a prerequisite", { prerequisites: [{ flag: "g", variants: ["a"] }] }, "jsonlogic /flags/0/prerequisites"],
  [
    "another product's hash",
    { default: { rollout: { percentage: 1, split: [{ variant: "a", weight: 1 }], hash: "unleash" } } },
    "jsonlogic /flags/0/default/rollout/hash",
  ],
  [
    "the code's default before a default",
    { rules: [{ serve: { codeDefault: true } }] },
    "jsonlogic /flags/0/rules/0/serve",
  ],
  [
    "ranges",
    { default: { rollout: { ranges: [{ variant: "a", from: 0, to: 0.5 }] } } },
    "limit /flags/0/default/rollout/ranges",
  ],
])("%s is left out, and told", (_what, fields, expected) => {
  const one = flagSchema.parse({
    key: "f",
    type: "string",
    variants: { a: "A" },
    default: { variant: "a" },
    ...fields,
  });
  const sound = flagSchema.parse({ key: "g", type: "string", variants: { a: "A" }, default: { variant: "a" } });
  const native = { ...NATIVE, flags: [one, sound], segments: [] };
  const { text, left } = exportFlagd(native);
  expect([text, left.map(({ flag: key, issues }) => [key, issues.map(({ code, path }) => `${code} ${path}`)])]).toEqual(
    [null, [["f", [expected]]]],
  );
  expect(Object.keys((JSON.parse(exportFlagd(native, { partial: true }).text!) as { flags: object }).flags)).toEqual([
    "g",
  ]);
});
