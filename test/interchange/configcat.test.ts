import { createConsoleLogger, getClient, type IUser, LogLevel, PollingMode, User } from "@configcat/sdk";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { casesOf } from "../../scripts/interchange/cases.ts";
import type { NativeDocument } from "../../src/interchange/convert.ts";
import { importConfigCat } from "../../src/interchange/configcat/importer.ts";
import type { Options } from "../../src/interchange/importer.ts";
import { note, proving, runs } from "../support/counts.ts";
import { converted, evaluator, IN_CODE } from "./imported.ts";

const USERS = proving ? 20_000 : 400;
const convert = (main: unknown, options: Options = {}) => converted(importConfigCat, "configcat", { main }, options);

type Context = Record<string, unknown>;
type Config = { f: Record<string, object>; s?: object[]; p?: object };

let clients = 0;

/** ConfigCat's own SDK, which finds its configuration in a cache. null where it fails. */
async function configcat(config: Config): Promise<(key: string, context: Context | null) => unknown> {
  const cached = `${Date.now()}\netag\n${JSON.stringify(config)}`;
  const client = getClient(`${String(clients++).padStart(22, "x")}/${"y".repeat(22)}`, PollingMode.ManualPoll, {
    offline: true,
    logger: createConsoleLogger(LogLevel.Off),
    cache: { get: () => cached, set: () => {} },
  });
  await client.waitForReady();
  const snapshot = client.snapshot();
  client.dispose();
  return (key, context) => {
    if (context === null) return snapshot.getValue(key, null);
    const { Identifier, Email, Country, ...custom } = context as { [name: string]: string };
    return snapshot.getValue(key, null, new User(Identifier!, Email, Country, custom) as IUser);
  };
}

/** The context as it is sent here (design, interchange.md § 2.6). */
function sent(context: Context | null): Context {
  const { Identifier, ...rest } = context ?? {};
  return { ...rest, ...(Identifier === undefined ? {} : { targetingKey: Identifier }) };
}

function here(document: NativeDocument): (key: string, context: Context | null) => unknown {
  const evaluate = evaluator(document);
  return (key, context) => {
    const value = evaluate(key, sent(context));
    return value === IN_CODE ? null : value;
  };
}

// ---- the public cases, where they are present

type Case = {
  case: string;
  flagKey: string;
  definition: Config;
  context: Context | null;
  expected: { value?: unknown };
};
// The others ask for ConfigCat's id of a variation.
const specified = casesOf<Case>("configcat").filter(({ expected }) => "value" in expected);

// Without PROVE they are counted for docs/interchange.md alone (unleash.test.ts).
describe.skipIf(specified.length === 0 || !proving)(
  "../shared/conformance/configcat.jsonl (skipped where it isn't present)",
  () => {
    test("every public case is right, or refused", () => {
      const count = { right: 0, refused: 0 };
      // A fifth of them, where time counts.
      const some = specified.filter((_, i) => proving || i % 5 === 0);
      const wrong = some.filter(({ definition, flagKey, context, expected }) => {
        const { document, report } = convert(definition);
        const entry = report.flags.find(({ source }) => source === flagKey);
        if (entry?.status === "refused") return count.refused++ < 0;
        if (here(document!)(flagKey, context) !== expected.value) return true;
        return count.right++ < 0;
      });
      expect(wrong.map((one) => one.case)).toEqual([]);
      if (proving) expect(count).toEqual({ right: 1812, refused: 375 });
      note(`${count.right} right, ${count.refused} refused, 0 wrong`);
    });
  },
);

// ---- a grammar of settings

const attribute = fc.constantFrom("Identifier", "Email", "Country", "Age", "Version", "Roles", "absent", "a.b");
const words = fc.constantFrom("user-1", "a", "", "DE", "18", "1.2.3", "é", '"q"', "a,b", "true", "x]", "\\");
const versions = fc.constantFrom("1.2.3", " v1.2.4 ", "2.0.0-rc.1", "1.2", "", "x", "1.2.3+b", "0.0.0-0");
const bounds = fc.constantFrom(0, 18, -1, 2.5, 0.1, -2.05, 100, 1682899200, 10.01, 1e-7);
const userCondition = fc.oneof(
  fc.record({ a: attribute, c: fc.constantFrom(28, 29), s: words }),
  fc.record({
    a: attribute,
    c: fc.constantFrom(0, 1, 2, 3, 30, 31, 32, 33),
    l: fc.array(words, { maxLength: 4 }),
  }),
  fc.record({
    a: fc.oneof(attribute, fc.constant("Groups")),
    c: fc.constantFrom(34, 35),
    l: fc.array(words, { maxLength: 4 }),
  }),
  fc.record({ a: attribute, c: fc.constantFrom(4, 5), l: fc.array(versions, { maxLength: 3 }) }),
  fc.record({ a: attribute, c: fc.constantFrom(6, 7, 8, 9), s: versions }),
  fc.record({ a: attribute, c: fc.constantFrom(10, 11, 12, 13, 14, 15, 18, 19), d: bounds }),
);
const values = { text: fc.constantFrom("A", "B", "C"), whole: fc.constantFrom(0, 1, 7), half: fc.constantFrom(1, 2.5) };
const served = fc.record({ v: fc.record({ s: values.text }) });
const percentages = fc.constantFrom([100], [0, 100], [50, 50], [1, 99], [33, 0, 67], [25, 25, 50], [0, 1, 99, 0]);
const options = percentages.chain((shares) => fc.tuple(...shares.map((p) => served.map((one) => ({ p, ...one })))));
const condition = (parents: readonly string[]): fc.Arbitrary<object> =>
  fc.oneof(
    { weight: 5, arbitrary: userCondition.map((u) => ({ u })) },
    { weight: 1, arbitrary: fc.record({ s: fc.record({ s: fc.constantFrom(0, 1), c: fc.constantFrom(0, 1) }) }) },
    ...(parents.length === 0
      ? []
      : [
          {
            weight: 1,
            arbitrary: fc.record({
              p: fc.record({
                f: fc.constantFrom(...parents),
                c: fc.constantFrom(0, 1),
                v: fc.constantFrom({ s: "A" }, { s: "B" }, { s: "nothing" }),
              }),
            }),
          },
        ]),
  );
const setting = (parents: readonly string[]): fc.Arbitrary<object> =>
  fc
    .tuple(
      fc.record(
        {
          a: fc.constantFrom("Identifier", "Email", "Age", "Country"),
          p: options,
          r: fc.array(
            fc
              .tuple(
                fc.array(condition(parents), { maxLength: 3 }),
                fc.oneof(
                  served.map((s) => ({ s })),
                  options.map((p) => ({ p })),
                ),
              )
              .map(([c, then]) => ({ c, ...then })),
            { maxLength: 4 },
          ),
        },
        { requiredKeys: ["r"] },
      ),
      served,
    )
    .map(([one, { v }]) => ({ t: 1, v, ...one }));
const segment = (n: string): fc.Arbitrary<object> =>
  fc.array(userCondition, { minLength: 1, maxLength: 3 }).map((r) => ({ n, r }));
const config: fc.Arbitrary<Config> = fc.record({
  f: fc.record({ feature: setting(["parent", "other"]), parent: setting(["other"]), other: setting([]) }),
  s: fc.tuple(segment("staff"), segment("beta users")),
});

const odd = ["0", " x ", "a:b", "é", "e\u0301", "😀", "x".repeat(300), "9007199254740991", "user-1"];

function user(n: number): Context {
  let state = Math.imul(n + 1, 0x9e3779b1) >>> 0;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const some = (...all: unknown[]): unknown => all[next(all.length)]!;
  const maybe = (name: string, make: () => unknown): Context => (next(4) === 0 ? {} : { [name]: make() });
  return {
    Identifier: n % 13 === 0 ? odd[next(odd.length)] : `user-${n}`,
    ...maybe("Email", () => some("a", "", `m${next(5000)}`, "a@b.c", "é")),
    ...maybe("Country", () => some("DE", "DEU", "true", "", "a,b", "18", "1,5")),
    ...maybe("Age", () =>
      some(
        17,
        18,
        18.5,
        "18",
        " 18 ",
        "",
        "x",
        0,
        -0,
        "0",
        "00",
        "0x10",
        "1e1",
        true,
        "NaN",
        " NaN",
        "Infinity",
        "-1",
        "18,0",
        "17,99",
        "0,1",
        "0,10",
        ",1",
        "-2,05",
        "-2,1",
        "-0,0",
        "10,010",
        "100,0001",
        "2,50",
        "1,2,3",
        ",",
        "1682899200,5",
        "010,01",
      ),
    ),
    ...maybe("Version", () =>
      some("1.2.3", "v1.2.4", " 1.2.3 ", "2.0.0", "2.0.0-rc.1", "1.2", "x", "", 1, "1.2.3+c", "0.0.0-0"),
    ),
    ...maybe("Groups", () => some(["a"], ["a", "b"], [], ["DE", "é"], [""])),
    ...maybe("Roles", () =>
      some('["a"]', ' [ "x" , "DE" ] ', "[]", '["a"', "a", '["\\"q\\""]', '["a,b"]', '["x]","y"]', "[1]", '["\\\\"]'),
    ),
    ...maybe("a.b", () => some("a", "18", 18)),
  };
}

test("whatever a configuration says, everybody is served what ConfigCat's own SDK serves", async () => {
  const count = { settings: 0, refused: 0, compared: 0 };
  await fc.assert(
    fc.asyncProperty(config, async (all) => {
      const { document, report } = convert(structuredClone(all));
      const [ours, theirs] = [here(document!), await configcat(all)];
      for (const { source, status } of report.flags) {
        count.settings++;
        if (status !== "imported") count.refused++;
        else
          for (let n = -1; n < USERS; n++) {
            const context = n < 0 ? null : user(n);
            count.compared++;
            const [answer, expected] = [ours(source, context), theirs(source, context)];
            if (answer !== expected) expect([source, context, answer]).toEqual([source, context, expected]);
          }
      }
    }),
    { seed: 5, numRuns: runs(400) },
  );
  note(JSON.stringify(count));
  expect(count.refused).toBeLessThanOrEqual(count.settings / 10);
});

test("every type of setting is read, and both kinds of numbers", async () => {
  const all: Config = {
    f: {
      flag: {
        t: 0,
        v: { b: false },
        p: [
          { p: 40, v: { b: true } },
          { p: 60, v: { b: false } },
        ],
      },
      whole: { t: 2, v: { i: 7 }, r: [{ c: [], p: [{ p: 100, v: { i: 0 } }] }], a: "Email" },
      half: { t: 3, v: { d: 2.5 }, r: [{ c: [{ u: { a: "Email", c: 28, s: "a" } }], s: { v: { d: 1 } } }] },
    },
  };
  const { document } = convert(structuredClone(all));
  const [ours, theirs] = [here(document!), await configcat(all)];
  expect(document!.flags.map(({ type, variants }) => [type, variants])).toEqual([
    ["boolean", { on: true, off: false }],
    ["number", { v1: 7, v2: 0 }],
    ["number", { v1: 2.5, v2: 1 }],
  ]);
  for (let n = 0; n < 500; n++)
    for (const key of Object.keys(all.f)) expect(ours(key, user(n))).toBe(theirs(key, user(n)));
  expect(document!.flags[0]!.default).toMatchObject({ rollout: { percentage: 100, hash: "configcat", salt: "flag" } });
});

// ---- what is refused, and why

const one = (rule: object, more: object = {}): Config => ({ f: { f: { t: 1, v: { s: "A" }, r: [rule], ...more } } });
const asking = (u: object): Config => one({ c: [{ u: { a: "Email", ...u } }], s: { v: { s: "B" } } });

test.each<[string, object, string]>([
  ["hashed values", asking({ c: 16, l: ["x"] }), "hashed-values /f/f/r/0/c/0/u"],
  ["hashed beginnings", asking({ c: 22, l: ["3_x"] }), "hashed-values /f/f/r/0/c/0/u"],
  ["an unknown comparator", asking({ c: 99, s: "x" }), "unknown-field /f/f/r/0/c/0/u/c"],
  ["no comparison value", asking({ c: 28 }), "malformed /f/f/r/0/c/0/u"],
  ["an unknown field", one({ c: [], s: { v: { s: "B" } }, x: 1 }), "unknown-field /f/f/r/0/x"],
  ["neither value nor percentages", one({ c: [] }), "malformed /f/f/r/0"],
  ["both", one({ c: [], s: { v: { s: "B" } }, p: [] }), "malformed /f/f/r/0"],
  ["a short sum", one({ c: [], p: [{ p: 99, v: { s: "B" } }] }), "weights /f/f/r/0/p"],
  ["a value of another type", one({ c: [], s: { v: { b: true } } }), "malformed /f/f/r/0/s/v"],
  ["two conditions in one", one({ c: [{ u: {}, s: {} }], s: { v: { s: "B" } } }), "malformed /f/f/r/0/c/0"],
  [
    "a segment that isn't there",
    one({ c: [{ s: { s: 3, c: 0 } }], s: { v: { s: "B" } } }),
    "missing-reference /f/f/r/0/c/0/s/s",
  ],
  [
    "a prerequisite that isn't there",
    one({ c: [{ p: { f: "g", c: 0, v: { s: "B" } } }], s: { v: { s: "B" } } }),
    "missing-flag /f/f/r/0/c/0/p/f",
  ],
  ["a circle", one({ c: [{ p: { f: "f", c: 0, v: { s: "B" } } }], s: { v: { s: "B" } } }), "cycle /f/f"],
])("%s is refused where it stands", (_what, main, expected) => {
  const { flags } = convert(main).report;
  expect(flags[0]!.issues.map(({ code, path }) => `${code} ${path}`)).toEqual([expected]);
});

test("an earlier format, and what has no settings, is refused as a whole", () => {
  const codes = (main: unknown): string[] => convert(main).report.issues.map(({ code, path }) => `${code} ${path}`);
  expect(codes({ f: { f: { v: true, t: 0, r: [], p: [] } } })).toEqual(["format /f/f/v"]);
  expect(codes({ p: { u: "https://x", r: 1 } })).toEqual(["format "]);
});

test("a negated segment of very many conditions is refused at once", () => {
  const r = Array.from({ length: 3_000 }, () => ({ a: "Email", c: 28, s: "x" }));
  const rule = { c: [{ s: { s: 0, c: 1 } }], s: { v: { s: "B" } } };
  const { flags } = convert({ ...one(rule), s: [{ n: "staff", r }] }).report;
  expect(flags[0]!.issues.map(({ code, path }) => `${code} ${path}`)).toEqual(["limit /f/f/r/0/c/0/s"]);
});
