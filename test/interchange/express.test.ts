import { expect, test } from "vitest";
import { flag as flagSchema } from "../../src/contract/flag.ts";
import { NATIVE } from "../../src/contract/interchange.ts";
import { convert, convertWith } from "../../src/interchange/convert.ts";
import { EXPRESSIBLE, express } from "../../src/interchange/express.ts";
import { type Format, FORMATS, type Importer, type Options } from "../../src/interchange/importer.ts";
import { NEVER } from "../../src/interchange/logic.ts";
import { Collector, refuse } from "../../src/interchange/report.ts";
import { evaluator } from "./imported.ts";

/* What all importers and exporters have in common. */

const flag = (key: string, fields: object) =>
  flagSchema.parse({
    key,
    type: "boolean",
    variants: { on: true, off: false },
    default: { variant: "off" },
    ...fields,
  });

test("a manifest has every flag's type, and a value to fall back to that is never null", async () => {
  const document = {
    ...NATIVE,
    flags: [
      flag("b", { offVariant: "on", description: "What it is for" }),
      flag("a", { type: "number", variants: { x: 1, y: 2 }, default: { codeDefault: true } }),
      flag("c", { type: "number", variants: { x: 1.5 }, default: { variant: "x" } }),
      flag("d", { type: "object", variants: { x: [1] }, default: { codeDefault: true } }),
    ],
    segments: [],
  };
  expect(JSON.parse((await express("manifest", document)).text!)).toMatchObject({
    flags: {
      a: { flagType: "integer", defaultValue: 0 },
      b: { flagType: "boolean", defaultValue: true, description: "What it is for" },
      c: { flagType: "float", defaultValue: 1.5 },
      d: { flagType: "object", defaultValue: {} },
    },
  });
  expect(JSON.parse((await express("sluice", document)).text!)).toEqual(document);
  expect([...EXPRESSIBLE]).toEqual(["sluice", "flagd", "manifest"]);
});

test("a format is imported by name; one without an importer is refused", async () => {
  expect(FORMATS).toContain("unleash");
  expect((await convert("unleash", { main: { features: [] } })).document).toEqual({
    ...NATIVE,
    flags: [],
    segments: [],
  });
  await expect(convert("nobody" as Format, { main: {} })).rejects.toThrow(RangeError);
});

/** An importer of lists of [key, what it needs]; `!` refuses. */
const importer: Importer = ({ main }, options) => {
  const collector = new Collector(options);
  for (const [i, [key, needs]] of (main as [string, string | null][]).entries())
    collector.flag(key, [i], (draft) => {
      if (needs === "!") refuse("strategy", [i, 1], "It isn't wanted.");
      draft.flags.push({
        key,
        type: "boolean",
        variants: { on: true, off: false },
        default: { variant: "off" },
        rules: [
          {
            when:
              needs === null
                ? { attribute: "plan.name", operator: "in", values: ["pro"], ignoreCase: false }
                : { flag: needs, variants: ["on"] },
            serve: { variant: "on" },
          },
        ],
      });
    });
  return collector.finish("list");
};
const run = (main: [string, string | null][], options: Options = {}) =>
  convertWith(importer, "split", { main }, { partial: true, ...options });
const statuses = (main: [string, string | null][], options?: Options): string[] =>
  run(main, options).report.flags.map(({ source, status, issues }) =>
    [source, status, ...issues.map(({ code }) => code)].join(" "),
  );

test("what needs something that is refused, missing or itself is refused, however far off", () => {
  expect(
    statuses([
      ["a", "b"],
      ["b", "c"],
      ["c", "!"],
      ["d", null],
    ]),
  ).toEqual(["a refused depends-on-refused", "b refused depends-on-refused", "c refused strategy", "d imported"]);
  expect(statuses([["a", "nobody"]])).toEqual(["a refused depends-on-refused"]);
  expect(
    statuses([
      ["a", "b"],
      ["b", "a"],
      ["c", "a"],
    ]),
  ).toEqual(["a refused cycle", "b refused cycle", "c refused depends-on-refused"]);
});

test("keys that aren't names, or that two would have, are refused and never rewritten", () => {
  expect(
    statuses([
      ["a", null],
      ["a", null],
      ["__proto__", null],
      ["x".repeat(257), null],
    ]),
  ).toEqual(["a refused name", "a refused name", "__proto__ refused name", `${"x".repeat(257)} refused name`]);
});

test("without partial, nothing is imported where anything is refused", () => {
  const main: [string, string | null][] = [
    ["a", null],
    ["b", "!"],
  ];
  expect(run(main).document!.flags.map(({ key }) => key)).toEqual(["a"]);
  expect(run(main, { partial: false }).document).toBeNull();
});

test("only some flags; prefixes, also of references; attributes renamed and decided", () => {
  expect(
    statuses(
      [
        ["a", null],
        ["b", null],
      ],
      { only: ["b"] },
    ),
  ).toEqual(["a skipped", "b imported"]);
  const { document, report } = run(
    [
      ["a", "b"],
      ["b", null],
    ],
    { prefix: "old/" },
  );
  expect(document!.flags.map(({ key, rules }) => [key, rules[0]!.when])).toMatchObject([
    ["old/a", { flag: "old/b" }],
    ["old/b", {}],
  ]);
  expect(report.flags.map(({ keys }) => keys)).toEqual([["old/a"], ["old/b"]]);
  const renamed = evaluator(run([["a", null]], { map: { plan: "account.plan" } }).document!);
  expect([renamed("a", { account: { plan: { name: "pro" } } }), renamed("a", { plan: { name: "pro" } })]).toEqual([
    true,
    false,
  ]);
  const decided = run([["a", null]], { static: { "plan.name": "free" } }).document!;
  expect(decided.flags[0]!.rules[0]!.when).toEqual(NEVER);
});

test("a digest changes with what a flag becomes, and with nothing else", () => {
  const digests = (options: Options) =>
    run(
      [
        ["a", null],
        ["b", null],
      ],
      options,
    ).report.flags.map(({ digest }) => digest);
  expect(digests({})).toEqual(digests({ only: ["a", "b"] }));
  expect(digests({ map: { plan: "x" } })).not.toEqual(digests({}));
});
