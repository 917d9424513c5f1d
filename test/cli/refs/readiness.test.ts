import { describe, expect, test } from "vitest";
import type { Find } from "../../../src/cli/refs/find.ts";
import { MARKER, markdown } from "../../../src/cli/refs/markdown.ts";
import { constantOf, type EnvironmentFlags, fits, type Removal, report } from "../../../src/cli/refs/readiness.ts";
import type { Flag, FlagView } from "../../../src/cli/resources.ts";

/* What may be removed, and why not the rest: each reason by a flag of its own, with the time given. */

const NOW = Date.parse("2026-12-01T00:00:00Z");
const daysAgo = (days: number): string => new Date(NOW - days * 86_400_000).toISOString();
const whole = { rollout: { percentage: 100, split: [{ variant: "on", weight: 1 }], otherwise: "off" } };
function view(flag: Partial<Flag> = {}, more: Partial<FlagView> = {}): FlagView {
  return {
    flag: {
      key: "f",
      type: "boolean",
      variants: { on: true, off: false },
      enabled: true,
      offVariant: "off",
      rules: [],
      default: whole,
      kind: "release",
      owner: "",
      tags: [],
      description: "",
      ...flag,
    },
    version: 1,
    updatedAt: daysAgo(30),
    updatedBy: "ada",
    ...more,
  };
}
const environment = (name: string, flag: FlagView | undefined, needed: string[] = []): EnvironmentFlags => ({
  environment: name,
  flags: new Map(flag === undefined ? [] : [[flag.flag.key, flag]]),
  needed: new Set(needed),
});
const find = (more: Partial<Find> = {}): Find => ({
  file: "a.ts",
  line: 3,
  column: 1,
  key: "f",
  how: "call",
  confidence: "certain",
  ...more,
});
const judged = (finds: Find[], all: EnvironmentFlags[], dynamic: string[] = []): Removal =>
  report(
    finds,
    dynamic.map((pattern) => ({ file: "d.ts", line: 9, column: 1, pattern })),
    all,
    NOW,
  ).removable[0]!;

describe("what is safe", () => {
  test.each<[string, Find[], EnvironmentFlags[], string]>([
    ["all get it, one place asks", [find()], [environment("production", view())], "one place asks for it"],
    [
      "nobody asks any more",
      [],
      [environment("production", view({}, { lastEvaluatedAt: daysAgo(40) }))],
      "nothing asks for it",
    ],
    [
      "it was never taken into use",
      [find({ confidence: "possible", how: "mention" })],
      [environment("production", view())],
      "nothing asks for it",
    ],
    [
      "another environment doesn't have it",
      [find(), find()],
      [environment("a", undefined), environment("b", view())],
      "2 places ask for it",
    ],
    [
      "it is disabled everywhere",
      [find()],
      [environment("a", view({ enabled: false, rules: [{ id: "r", when: {}, serve: { variant: "on" } }] }))],
      "everybody gets off",
    ],
  ])("%s", (_, finds, all, reason) => {
    expect(judged(finds, all)).toMatchObject({ readiness: "safe", reason: expect.stringContaining(reason) });
  });
});

describe("what has to stay", () => {
  test.each<[string, Find[], EnvironmentFlags[], string]>([
    [
      "a live release",
      [find()],
      [environment("production", view({}, { release: { id: "r", state: "running", percentage: 100 } }))],
      "a release is going on in production",
    ],
    ["a permission", [find()], [environment("production", view({ kind: "permission" }))], "meant to stay (permission)"],
    ["a switch", [find()], [environment("production", view({ kind: "operational" }))], "meant to stay (operational)"],
    ["others depend on it", [find()], [environment("production", view(), ["f"])], "depends on it in production"],
    [
      "half of the people",
      [find()],
      [environment("production", view({ default: { rollout: { ...whole.rollout, percentage: 50 } } }))],
      "different people get different variants",
    ],
    [
      "a rule that serves another variant",
      [find()],
      [environment("production", view({ rules: [{ id: "r", when: {}, serve: { variant: "off" } }] }))],
      "different people",
    ],
    [
      "changed lately",
      [find()],
      [environment("production", view({}, { updatedAt: daysAgo(3) }))],
      "changed 3 days ago",
    ],
    [
      "somebody else asks",
      [],
      [environment("production", view({}, { lastEvaluatedAt: daysAgo(0.5) }))],
      "less than a day ago",
    ],
    [
      "environments differ",
      [find()],
      [environment("production", view()), environment("staging", view({ default: { variant: "off" } }))],
      "everybody gets on in production, and off in staging",
    ],
    [
      "a prerequisite",
      [find()],
      [environment("production", view({ prerequisites: [{ flag: "g", variants: ["on"] }] }))],
      "different people",
    ],
  ])("%s", (_, finds, all, reason) => {
    expect(judged(finds, all)).toMatchObject({ readiness: "not", reason: expect.stringContaining(reason) });
  });
});

describe("what wants a look", () => {
  const there = [environment("production", view())];
  test.each<[string, Find[], EnvironmentFlags[], string[], string]>([
    [
      "found by its text",
      [find(), find({ confidence: "likely", file: "b.go" })],
      there,
      [],
      "b.go:3 was found by its text only",
    ],
    ["a key that may become this one", [find()], there, ["*"], ""],
    [
      "a pattern that fits",
      [find()],
      [environment("production", view({ key: "exp-f" }))],
      ["exp-*"],
      "d.ts:9 puts a key together",
    ],
    ["nothing by name, but something asks for any", [], there, ["*"], "a key that isn't known"],
    [
      "an environment that can't be read",
      [find()],
      [...there, { environment: "lost", flags: undefined, needed: new Set<string>() }],
      [],
      "lost couldn't be read",
    ],
    [
      "the default in the code",
      [find()],
      [environment("production", view({ default: { codeDefault: true } }))],
      [],
      "the default in the code",
    ],
  ])("%s", (_, finds, all, dynamic, reason) => {
    const { readiness, reason: said } = judged(finds, all, dynamic);
    // A place that asks for whatever it is told doesn't make those unsure that are asked for by name.
    expect([readiness, said]).toEqual(
      reason === "" ? ["safe", expect.any(String)] : ["careful", expect.stringContaining(reason)],
    );
  });
});

test("what isn't there is told with its place, archived or never made; a literal alone isn't asking for a key", () => {
  const archived = view({ key: "old" }, { archivedAt: daysAgo(1) });
  const finds = [
    find({ key: "old" }),
    find({ key: "never", confidence: "likely" }),
    find({ key: "x", how: "literal" }),
    find({ key: "y", how: "generated" }),
  ];
  const { missing, unasked, removable } = report(
    finds,
    [],
    [environment("production", view()), environment("staging", archived)],
    NOW,
  );
  expect(missing.map(({ key, archived: was }) => [key, was])).toEqual([
    ["old", true],
    ["never", false],
  ]);
  expect(unasked).toEqual(["f"]);
  expect(removable.map(({ key }) => key)).toEqual(["f"]);
});

test("patterns fit whole keys, in steps and not in powers", () => {
  expect([
    fits("exp-*", "exp-a"),
    fits("exp-*", "my-exp-a"),
    fits("*-v2", "a-v2"),
    fits("a*a", "a"),
    fits("a*b*c", "a1b2c"),
  ]).toEqual([true, false, true, false, true]);
  expect(fits("*a".repeat(500) + "*", "b".repeat(10_000))).toBe(false);
});

test("a variant that all get whoever they are, at 0 % and at 100 %", () => {
  const at = (percentage: number): string | undefined =>
    constantOf(view({ default: { rollout: { ...whole.rollout, percentage } } }).flag);
  expect([at(0), at(50), at(100)]).toEqual(["off", undefined, "on"]);
  expect(constantOf(view({ default: { rollout: { ranges: [] } as never } }).flag)).toBeUndefined();
});

describe("markdown", () => {
  const empty = {
    missing: [],
    unasked: [],
    removable: [],
    dynamic: [],
    files: 3,
    finds: [],
    environments: ["production"],
  };

  test("begins with its mark, and says so where there is nothing to say", () => {
    expect(markdown(empty)).toBe(
      `${MARKER}\n**Flags in code**: 0 finds in 3 files, against \`production\`.\n\nEvery flag that is asked for is there, and none is ready to be removed.\n`,
    );
  });

  test("names can't be markup, mentions or cells of their own", () => {
    const key = "a`|<img src=x>\n@everyone";
    const text = markdown({
      ...empty,
      missing: [{ ...find({ key }), archived: false }],
      removable: [{ key, readiness: "safe", reason: "see @ada and [x](https://x.example) | <b>", finds: 1 }],
    });
    expect(text).toContain("| ``a`\\|<img src=x>\ufffd@everyone`` | `a.ts:3` | certain |");
    expect(text).toContain("see @\u200bada and \\[x\\]\\(https://x.example\\) \\| \\<b\\>");
  });

  test("fits into a comment, however much there is", () => {
    const many = Array.from({ length: 5_000 }, (_, i) => `${"k".repeat(250)}${i}`);
    const text = markdown({
      ...empty,
      unasked: many,
      missing: many.map((key) => ({ ...find({ key, file: "f".repeat(400) }), archived: false })),
      removable: many.map((key) => ({ key, readiness: "careful" as const, reason: "r".repeat(900), finds: 1 })),
    });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/and 4950 more|Too many/);
  });
});
