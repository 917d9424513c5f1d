import { FlagdCore } from "@openfeature/flagd-core";
import fc from "fast-check";
import { FlagdCore as FirstFlagdCore } from "flagd-core-1";
import { expect, test } from "vitest";
import type { Options } from "../../src/interchange/importer.ts";
import { importFlagd } from "../../src/interchange/flagd/importer.ts";
import { note, proving, runs } from "../support/counts.ts";
import { converted, evaluator, IN_CODE } from "./imported.ts";

const USERS = proving ? 20_000 : 1_000;
const convert = (main: unknown, options: Options = { bucketing: "v2" }) =>
  converted(importFlagd, "flagd", { main }, options);

const QUIET = { error() {}, warn() {}, info() {}, debug() {} };

/** What flagd's own engine answers: a value, IN_CODE, or undefined where it fails in a way in which its engines differ. */
function flagd(
  document: object,
  core: Pick<FlagdCore, "setConfigurations" | "resolveStringEvaluation"> = new FlagdCore(),
): (key: string, context: Record<string, unknown>) => unknown {
  core.setConfigurations(JSON.stringify(document));
  return (key, context) => {
    const { value, variant, errorMessage } = core.resolveStringEvaluation(key, "in the code", context as never, QUIET);
    if (errorMessage !== undefined && !errorMessage.startsWith("Variant ")) return undefined;
    return variant === undefined || errorMessage !== undefined ? IN_CODE : value;
  };
}

// ---- a grammar of targeting

const VARIANTS = { a: "A", b: "B", c: "C", true: "yes", false: "no", "1": "one" };
const scalar = fc.constantFrom<string | number | boolean>(
  "de",
  "DE",
  "",
  "1",
  "18",
  "user-1",
  0,
  1,
  18,
  2.5,
  -1,
  true,
  false,
);
const word = fc.constantFrom("de", "user-", "1", "e", "@x.org");
const attribute = fc.constantFrom("country", "age", "email", "plan", "address.city");
const variable = attribute.map((name) => ({ var: name }));
const variableInList = attribute.map((name) => ({ var: [name] }));
/** Of attributes that are never null: whether null gets a fallback depends on where in an expression it stands. */
const withFallback = fc
  .tuple(fc.constantFrom("email", "plan"), scalar)
  .map(([name, value]) => ({ var: [name, value] }));
const subject = fc.oneof(
  { weight: 6, arbitrary: variable },
  { weight: 1, arbitrary: variableInList },
  { weight: 1, arbitrary: withFallback },
);
const version = fc.constantFrom("1.2.3", "v1.2", "2", "2.0.0-rc.1", "1.2.3+b", "x", 2, "0.0.0");
/** Neither 0 nor false: whether an absent variable equals them depends, for the JavaScript engine, on where it stands. */
const equal = scalar.filter((value) => value !== 0 && value !== false);
const compared = fc.oneof(
  fc.tuple(fc.constantFrom("==", "===", "!=", "!=="), subject, equal, fc.boolean()).map(([op, x, value, turned]) => ({
    [op]: turned ? [value, x] : [x, value],
  })),
  fc.tuple(fc.constantFrom("<", "<=", ">", ">="), subject, scalar, fc.boolean()).map(([op, x, value, turned]) => ({
    [op]: turned ? [value, x] : [x, value],
  })),
  fc
    .tuple(
      fc.constantFrom("<", "<=", ">", ">="),
      fc.integer({ max: 20, min: 0 }),
      variable,
      fc.integer({ max: 20, min: 0 }),
    )
    .map(([op, low, x, high]) => ({ [op]: [low, x, high] })),
  fc.tuple(subject, fc.array(scalar, { maxLength: 4 })).map(([x, values]) => ({ in: [x, values] })),
  fc.tuple(word, fc.oneof(variable, fc.constant({ var: "tags" }))).map(([needle, x]) => ({ in: [needle, x] })),
  fc.tuple(fc.constantFrom("===", "!=="), variable).map(([op, x]) => ({ [op]: [x, null] })),
);
const partly = fc.oneof(
  fc.tuple(fc.constantFrom("starts_with", "ends_with"), subject, word).map(([op, x, part]) => ({ [op]: [x, part] })),
  fc
    .tuple(
      fc.oneof(variable, fc.constant({ var: "app" })),
      fc.constantFrom("=", "!=", "<", "<=", ">", ">=", "^", "~"),
      version,
    )
    .map(([x, op, wanted]) => ({ sem_ver: [x, op, wanted] })),
);
const arm = fc.oneof(
  fc.tuple(
    fc.constantFrom("a", "b", "c"),
    fc.oneof(fc.integer({ min: -1, max: 100 }), fc.constantFrom(0, 1, 1_000_000, 5_000_000)),
  ),
  fc.constantFrom(["a"], ["b"], [null, 3], [true, 10], [1, 5], [false]),
);
const bucketing = fc.oneof(
  { weight: 4, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: variable.map((x) => [x]) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom("salt", "x-", ""), fc.oneof(variable, fc.constant({ var: "targetingKey" })))
      .map(([salt, x]) => [{ cat: [salt, { var: "$flagd.flagKey" }, x] }]),
  },
  { weight: 1, arbitrary: fc.constantFrom(["fixed"], [{ cat: ["all", { var: "$flagd.flagKey" }] }]) },
);
const fractional = fc
  .tuple(bucketing, fc.array(arm, { minLength: 1, maxLength: 5 }))
  .map(([first, arms]) => ({ fractional: [...first, ...arms] }));
const { result } = fc.letrec<{ when: unknown; result: unknown }>((tie) => ({
  when: fc.oneof(
    { maxDepth: 3 },
    { weight: 5, arbitrary: compared },
    { weight: 2, arbitrary: partly },
    { weight: 1, arbitrary: variable },
    { weight: 1, arbitrary: fc.constantFrom({ $ref: "staff" }, { $ref: "mine" }) },
    { weight: 1, arbitrary: fc.array(tie("when"), { minLength: 1, maxLength: 3 }).map((all) => ({ and: all })) },
    { weight: 1, arbitrary: fc.array(tie("when"), { minLength: 1, maxLength: 3 }).map((any) => ({ or: any })) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom("!", "!!"), tie("when")).map(([op, one]) => ({ [op]: [one] })) },
  ),
  result: fc.oneof(
    { maxDepth: 3 },
    { weight: 4, arbitrary: fc.constantFrom<unknown>("a", "b", "c", true, null, 1) },
    { weight: 3, arbitrary: fractional },
    { weight: 1, arbitrary: fc.oneof(compared, partly) },
    { weight: 1, arbitrary: fc.constantFrom({ var: "country" }, { $ref: "ramp" }) },
    {
      weight: 12,
      arbitrary: fc
        .tuple(fc.array(fc.tuple(tie("when"), tie("result")), { minLength: 1, maxLength: 3 }), fc.option(tie("result")))
        .map(([pairs, last]) => ({ if: [...pairs.flat(), ...(last === null ? [] : [last])] })),
    },
  ),
}));

const EVALUATORS = {
  staff: { ends_with: [{ var: "email" }, "@x.org"] },
  mine: { and: [{ $ref: "staff" }, { "==": [{ var: "plan" }, { var: "$flagd.flagKey" }] }] },
  ramp: {
    fractional: [
      ["a", 1],
      ["b", 3],
    ],
  },
};

function documentOf(targeting: unknown, defaultVariant: string | null): object {
  return {
    flags: {
      flag: { state: "ENABLED", variants: VARIANTS, ...(defaultVariant === null ? {} : { defaultVariant }), targeting },
    },
    $evaluators: EVALUATORS,
  };
}

const KEYS = ["", "0", "a:b", "a.b", " x ", "x".repeat(300), "9007199254740991"];
const ATTRIBUTES: { [name: string]: readonly unknown[] } = {
  country: ["de", "DE", "a", "c", "", null],
  age: [0, 1, 17, 18, 18.5, "18", -1, 2.5, null],
  email: ["ada@x.org", "x", "user-1", 5, ""],
  plan: ["flag", "1", 1, true, false, "true", "de"],
  app: ["1.2.3", "v1.2.4", "2", "2.0.0-rc.1", "1.2.3+c", "x", 2, "3.0.0", "1.9.9"],
};

/** A user's context: some attributes, some of them absent, and a key that is nearly always another. */
function user(n: number): Record<string, unknown> {
  let state = Math.imul(n + 1, 0x9e3779b1) >>> 0;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const context: Record<string, unknown> = {};
  if (n % 50 !== 0) context["targetingKey"] = n % 41 === 0 ? KEYS[next(KEYS.length)] : `user-${n}`;
  for (const [name, values] of Object.entries(ATTRIBUTES)) if (next(4) > 0) context[name] = values[next(values.length)];
  if (next(2) === 0) context["email"] = `user-${n}@x.org`;
  if (next(3) === 0) context["tags"] = ["de", "b"];
  if (next(2) === 0) context["address"] = { city: ["de", "1", 1, "e"][next(4)] };
  return context;
}

test("whatever a definition says, everybody is served what flagd's own engine serves", () => {
  const count = { flags: 0, refused: 0, compared: 0, failing: 0 };
  const codes: Record<string, number> = {};
  fc.assert(
    fc.property(
      result.filter((one) => typeof one === "object" && one !== null),
      fc.constantFrom("a", "b", null),
      (targeting, defaultVariant) => {
        const document = documentOf(targeting, defaultVariant);
        const { document: native, report } = convert(document, {
          bucketing: "v2",
          engine: "js",
          accept: ["text-encoding"],
        });
        count.flags++;
        if (report.flags[0]!.status !== "imported") {
          count.refused++;
          for (const { code, level } of report.flags[0]!.issues)
            if (level === "refused") codes[code] = (codes[code] ?? 0) + 1;
          return;
        }
        const theirs = flagd(document);
        const ours = evaluator(native!);
        for (let n = 0; n < USERS; n++) {
          const context = user(n);
          const expected = theirs("flag", context);
          if (expected === undefined) {
            count.failing++;
            continue;
          }
          count.compared++;
          const answer = ours("flag", context);
          if (answer !== expected) expect([context, answer]).toEqual([context, expected]);
        }
      },
    ),
    { seed: 97, numRuns: runs(600) },
  );
  note(JSON.stringify({ ...count, ...codes }));
  expect(count.compared).toBeGreaterThan(0);
  expect(count.refused).toBeLessThanOrEqual(count.flags / 10);
});

/** All that matters is how the arms are cut: whole weights, texts as variants, at least two of them. */
const firstArms = fc.array(
  fc.tuple(
    fc.constantFrom("a", "b", "c"),
    fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom(1, 33, 1_000_003)),
  ),
  {
    minLength: 2,
    maxLength: 6,
  },
);

test("so it is in the first generation of its bucketing", () => {
  let compared = 0;
  fc.assert(
    fc.property(bucketing, firstArms, fc.constantFrom("a", "b"), (first, arms, defaultVariant) => {
      const document = documentOf({ fractional: [...first, ...arms] }, defaultVariant);
      const options: Options = { bucketing: "v1", engine: "js", accept: ["text-encoding"] };
      const ours = evaluator(convert(document, options).document!);
      const theirs = flagd(document, new FirstFlagdCore());
      for (let n = 0; n < USERS; n++) {
        compared++;
        const context = user(n);
        expect([context, ours("flag", context)]).toEqual([context, theirs("flag", context)]);
      }
    }),
    { seed: 98, numRuns: runs(400) },
  );
  note(`${compared} compared`);
});

test("a place at each edge and one below: every place of the arms is flagd's", () => {
  // Users of whom the places are at and around the edges of 1/3 and 2/3 of all, found among the first two millions.
  const document = documentOf(
    {
      fractional: [
        ["a", 1],
        ["b", 1],
        ["c", 1],
      ],
    },
    null,
  );
  const theirs = flagd(document);
  const ours = evaluator(convert(document).document!);
  const near = Array.from({ length: proving ? 2_000_000 : 100_000 }, (_, n) => `edge-${n}`);
  for (const targetingKey of near) {
    const context = { targetingKey };
    if (ours("flag", context) !== theirs("flag", context)) expect(context).toBe("served alike");
  }
});

// ---- what is refused, and why

const refusals = (targeting: unknown, options: Options = { bucketing: "v2" }, more: object = {}): string[] => {
  const document = {
    flags: { f: { state: "ENABLED", variants: { a: "x", b: "y" }, targeting, ...more } },
    $evaluators: EVALUATORS,
  };
  return convert(document, options)
    .report.flags[0]!.issues.filter(({ level }) => level === "refused")
    .map(({ code, path }) => `${code} ${path}`);
};
const FRACTIONAL = {
  fractional: [
    ["a", 1],
    ["b", 1],
  ],
};
const CAT = { fractional: [{ cat: ["s", { var: "email" }] }, ["a", 1], ["b", 1]] };

test.each<[string, unknown, Options, string[]]>([
  ["a generation that isn't told", FRACTIONAL, {}, ["generation-unknown /flags/f/targeting/fractional"]],
  [
    "texts outside ASCII",
    FRACTIONAL,
    { bucketing: "v2", engine: "js" },
    ["text-encoding /flags/f/targeting/fractional"],
  ],
  ["a joined text whose end may be absent", CAT, { bucketing: "v2" }, ["absent /flags/f/targeting/fractional/0/cat"]],
  ["arithmetic", { if: [{ ">": [{ "+": [{ var: "x" }, 1] }, 2] }, "a"] }, {}, ["jsonlogic /flags/f/targeting/if/0/>"]],
  ["an unknown operation", { if: [{ some: [[], 1] }, "a"] }, {}, ["jsonlogic /flags/f/targeting/if/0/some"]],
  [
    "every fault of a chain",
    { if: [{ map: [] }, "a", true, "z"] },
    {},
    ["jsonlogic /flags/f/targeting/if/0/map", "unknown-variant /flags/f/targeting/if/3"],
  ],
  [
    "an unknown variant of an arm",
    {
      fractional: [
        ["z", 1],
        ["a", 1],
      ],
    },
    { bucketing: "v2" },
    ["unknown-variant /flags/f/targeting/fractional/0"],
  ],
  ["a missing reference", { if: [{ $ref: "nobody" }, "a"] }, {}, ["missing-reference /flags/f/targeting/if/0/$ref"]],
  [
    "null among values",
    { if: [{ in: [{ var: "x" }, ["a", null]] }, "a"] },
    {},
    ["null-in-list /flags/f/targeting/if/0/in/1/1"],
  ],
  [
    "one argument, on which engines differ",
    { fractional: [["a", 1]] },
    { bucketing: "v2" },
    ["jsonlogic /flags/f/targeting/fractional"],
  ],
  [
    "a time that is no number",
    { if: [{ ">": [{ var: "$flagd.timestamp" }, "now"] }, "a"] },
    {},
    ["date /flags/f/targeting/if/0/>"],
  ],
])("%s is refused where it stands", (_what, targeting, options, expected) => {
  expect(refusals(targeting, options)).toEqual(expected);
});

test("what is accepted is approximated, and told", () => {
  const { report, document } = convert(documentOf(CAT, "b"), { bucketing: "v2", accept: ["absent"] });
  expect(report.flags[0]!.issues).toMatchObject([{ code: "absent", level: "approximated" }]);
  expect(evaluator(document!)("flag", {})).toBe("B");
});

test("a joined text needs no such word where its end is asked for before, and each engine has its own", () => {
  expect(refusals({ if: [{ ends_with: [{ var: "email" }, "x"] }, CAT, "a"] })).toEqual([]);
  for (const [engine, hashed] of [
    ["js", "snull"],
    ["go", "s"],
  ] as const) {
    const absent = evaluator(
      convert(documentOf(CAT, null), { bucketing: "v2", engine, accept: ["text-encoding"] }).document!,
    );
    const constant = evaluator(convert(documentOf({ fractional: [hashed, ["a", 1], ["b", 1]] }, null)).document!);
    expect(absent("flag", {})).toBe(constant("flag", {}));
  }
});

test("a flag's fields: types, states, defaults, metadata", () => {
  const more = (fields: object): string[] => refusals({}, {}, fields);
  expect(more({ variants: { a: 1, b: "x" } })).toEqual(["mixed-types /flags/f/variants/b"]);
  expect(more({ variants: { a: null } })).toEqual(["mixed-types /flags/f/variants/a"]);
  expect(more({ variants: {} })).toEqual(["malformed /flags/f/variants"]);
  expect(more({ state: "ARCHIVED" })).toEqual(["malformed /flags/f/state"]);
  expect(more({ defaultVariant: "z" })).toEqual(["unknown-variant /flags/f/defaultVariant"]);
  expect(more({ rollout: {} })).toEqual(["unknown-field /flags/f/rollout"]);
  const { document, report } = convert({
    flags: [
      { key: "f", state: "DISABLED", variants: { on: [1], off: {} }, metadata: { version: "1", team: "x", list: [] } },
    ],
    metadata: { team: "y", set: 1 },
  });
  expect(document!.flags[0]).toMatchObject({
    enabled: false,
    offVariant: null,
    type: "object",
    metadata: { team: "x", set: 1 },
    default: { codeDefault: true },
  });
  expect(report.flags[0]!.issues.map(({ code, path }) => `${code} ${path}`)).toEqual([
    "reserved-metadata /flags/0/metadata/version",
    "reserved-metadata /flags/0/metadata/list",
  ]);
});

test("the time in seconds becomes windows", () => {
  const at = (op: string, seconds: number) => {
    const targeting = { if: [{ [op]: [{ var: "$flagd.timestamp" }, seconds] }, "a", "b"] };
    const serves = evaluator(convert(documentOf(targeting, null)).document!);
    return [999, 1000, 1999, 2000, 2001, 2999, 3000].filter((now) => serves("flag", {}, now) === "A");
  };
  expect(at(">", 1)).toEqual([2000, 2001, 2999, 3000]);
  expect(at(">=", 2)).toEqual([2000, 2001, 2999, 3000]);
  expect(at("<", 2)).toEqual([999, 1000, 1999]);
  expect(at("<=", 2)).toEqual([999, 1000, 1999, 2000, 2001, 2999]);
  expect(at(">=", 1.5)).toEqual([2000, 2001, 2999, 3000]);
});
