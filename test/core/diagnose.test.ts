import fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, test } from "vitest";
import { type Flag, flag as flagSchema } from "../../src/contract/flag.ts";
import { utf8Length } from "../../src/contract/json.ts";
import * as LIMITS from "../../src/contract/limits.ts";
import { type Segment, segment as segmentSchema } from "../../src/contract/segment.ts";
import { publishedFlag } from "../../src/contract/snapshot.ts";
import { diagnose } from "../../src/core/compile.ts";
import { evaluate } from "../../src/core/evaluate.ts";
import { runs } from "../support/counts.ts";
import { anyEnvironment } from "./arbitraries.ts";
import { publish } from "./publish.ts";

function makeFlag(key: string, more: object = {}): Flag {
  return flagSchema.parse({
    key,
    type: "boolean",
    variants: { on: true, off: false },
    default: { variant: "on" },
    ...more,
  });
}

/** A flag with one rule on this condition. */
function when(key: string, condition: object): Flag {
  return makeFlag(key, { rules: [{ id: "r", when: condition, serve: { variant: "on" } }] });
}

function makeSegment(key: string, more: object = {}): Segment {
  return segmentSchema.parse({ key, ...more });
}

/** What is found, as `flag f /rules/0/when/segment`. */
function found(flags: readonly Flag[], segments: readonly Segment[] = []): string[] {
  return diagnose(flags, segments)
    .map(({ target: { kind, key }, path }) => `${kind} ${key} ${path}`)
    .sort();
}

const clause = (operator: string, values: unknown[]): object => ({ attribute: "x", operator, values });

test("nothing is wrong with a sound environment", () => {
  const flags = [
    when("a", { all: [{ segment: "s" }, { flag: "b", variants: ["on", "off"] }] }),
    makeFlag("b", { prerequisites: [{ flag: "c", variants: ["off"] }] }),
    makeFlag("c"),
  ];
  expect(diagnose(flags, [makeSegment("s", { when: { segment: "t" } }), makeSegment("t")])).toEqual([]);
});

describe("what is wrong is named by a JSON Pointer into the resource", () => {
  const cases: [is: string, flags: Flag[], segments: Segment[], expected: string[]][] = [
    [
      "an unknown segment",
      [when("f", { any: [{ not: { segment: "gone" } }] })],
      [],
      ["flag f /rules/0/when/any/0/not/segment"],
    ],
    [
      "an unknown segment in a segment",
      [],
      [makeSegment("s", { when: { all: [{ segment: "gone" }] } })],
      ["segment s /when/all/0/segment"],
    ],
    [
      "an unknown flag in a condition",
      [when("f", { flag: "gone", variants: ["on"] })],
      [],
      ["flag f /rules/0/when/flag"],
    ],
    [
      "an unknown prerequisite",
      [makeFlag("f", { prerequisites: [{ flag: "gone", variants: ["on"] }] })],
      [],
      ["flag f /prerequisites/0/flag"],
    ],
    [
      "variants that the other flag doesn't have",
      [
        makeFlag("f", {
          prerequisites: [{ flag: "g", variants: ["on", "gone"] }],
          rules: [{ when: { all: [{ flag: "g", variants: ["lost", "on"] }] }, serve: { variant: "on" } }],
        }),
        makeFlag("g"),
      ],
      [],
      ["flag f /prerequisites/0/variants/1", "flag f /rules/0/when/all/0/variants/0"],
    ],
    [
      "a variant named like a method",
      [when("f", { flag: "g", variants: ["toString"] }), makeFlag("g")],
      [],
      ["flag f /rules/0/when/variants/0"],
    ],
    [
      "a flag that is its own prerequisite",
      [makeFlag("f", { prerequisites: [{ flag: "f", variants: ["on"] }] })],
      [],
      ["flag f /prerequisites/0/flag"],
    ],
    [
      "a cycle across a prerequisite, a segment and a condition",
      [
        makeFlag("f", { prerequisites: [{ flag: "g", variants: ["on"] }] }),
        when("g", { segment: "s" }),
        when("bystander", { segment: "s" }),
      ],
      [makeSegment("s", { when: { flag: "f", variants: ["on"] } })],
      ["flag f /prerequisites/0/flag", "flag g /rules/0/when/segment", "segment s /when/flag"],
    ],
    [
      "segments in a circle",
      [],
      [makeSegment("s", { when: { segment: "t" } }), makeSegment("t", { when: { not: { segment: "s" } } })],
      ["segment s /when/segment", "segment t /when/not/segment"],
    ],
    [
      "a pattern that isn't RE2",
      [when("f", clause("matches", ["a", "(?<=a)b", "("]))],
      [],
      ["flag f /rules/0/when/values/1", "flag f /rules/0/when/values/2"],
    ],
    [
      "a version range",
      [],
      [makeSegment("s", { when: clause("semver", [">=1", "latest!"]) })],
      ["segment s /when/values/1"],
    ],
    [
      "addresses",
      [
        when(
          "f",
          clause("cidr", [
            "10.0.0.0/8",
            "10.0.0.0/33",
            "10.0.0",
            "::/129",
            "::1/-1",
            "10.0.0.0/",
            "fe80::1%eth0",
            "1.2.3.4/8/8",
          ]),
        ),
      ],
      [],
      [1, 2, 3, 4, 5, 6, 7].map((i) => `flag f /rules/0/when/values/${i}`),
    ],
    [
      "the same fault in two flags",
      [when("f", clause("matches", ["("])), when("g", clause("matches", ["("]))],
      [],
      ["flag f /rules/0/when/values/0", "flag g /rules/0/when/values/0"],
    ],
  ];
  for (const [is, flags, segments, expected] of cases) test(is, () => expect(found(flags, segments)).toEqual(expected));
});

test("a flag answers an error exactly when something is wrong with it or with what it refers to", () => {
  fc.assert(
    fc.property(anyEnvironment, ({ flags, segments }) => {
      const wrong = new Set(diagnose(flags, segments).map(({ target }) => `${target.kind} ${target.key}`));
      const snapshot = publish(flags, segments);
      const failed = flags.filter(
        ({ key }) => evaluate(snapshot.flag(key, "server")!, {}, 0).errorCode === "PARSE_ERROR",
      );
      if (wrong.size === 0) expect(failed).toEqual([]);
      for (const { key } of flags) if (wrong.has(`flag ${key}`)) expect(failed.map((one) => one.key)).toContain(key);
      for (const { target } of snapshot.diagnostics)
        expect(wrong.size, `${target.kind} ${target.key}`).toBeGreaterThan(0);
    }),
    { seed: 31, numRuns: runs(10_000) },
  );
});

test("an unchanged resource is judged anew among new others", () => {
  const flag = when("f", { segment: "s" });
  const segment = makeSegment("s");
  expect(found([flag], [segment])).toEqual([]);
  expect(found([flag])).toEqual(["flag f /rules/0/when/segment"]);
  expect(found([flag], [segment])).toEqual([]);
});

describe("limits of an environment, at the edge and one past it", () => {
  const many = <T>(count: number, make: (key: string) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(`k${i}`));
  /** Copies with another key: parsing each would take long. */
  const copies = <T extends Flag | Segment>(count: number, one: T): T[] => many(count, (key) => ({ ...one, key }));

  const check = (flags: readonly Flag[], segments: readonly Segment[], path: string | null): void => {
    const expected = path === null ? [] : [{ target: { kind: "environment", key: "" }, path }];
    expect(diagnose(flags, segments)).toMatchObject(expected);
    expect(diagnose(flags, segments)).toHaveLength(expected.length);
  };

  test("5 000 flags", () => {
    check(copies(LIMITS.flags, makeFlag("f")), [], null);
    check(copies(LIMITS.flags + 1, makeFlag("f")), [], "/flags");
  });

  test("2 000 segments", () => {
    check([], copies(LIMITS.segments, makeSegment("s")), null);
    check([], copies(LIMITS.segments + 1, makeSegment("s")), "/segments");
  });

  test("20 000 clauses, over flags and segments", () => {
    const full = when("f", { all: Array.from({ length: 200 }, () => clause("in", [1])) });
    const group = makeSegment("s", { when: { all: Array.from({ length: 199 }, () => clause("in", [1])) } });
    const one = makeSegment("one", { when: clause("in", [1]) });
    check(copies(99, full), [group, one], null);
    check(copies(99, full), [group, one, { ...one, key: "two" }], "");
  });

  test("8 MiB of published flags, counted without what only people read", () => {
    const sized = (value: string, padding: number, more: object = {}): Flag =>
      flagSchema.parse({
        key: "f",
        type: "string",
        variants: { a: value, b: value, c: value },
        default: { variant: "a" },
        metadata: { padding: "x".repeat(padding) },
        ...more,
      });
    const bytes = (flag: Flag): number => utf8Length(JSON.stringify(publishedFlag(flag)));
    const flags = copies(13, sized("é".repeat(100_000), 0));
    const used = flags.reduce((sum, flag) => sum + bytes(flag), bytes(sized("", 0)));
    const rest = LIMITS.publishedFlagsBytes - used;
    const people = { description: "d".repeat(4_000), owner: "o", tags: ["t"], kind: "experiment" };
    check([...flags, sized("", rest)], [], null);
    check([...flags, sized("", rest, people)], [], null);
    check([...flags, sized("", rest + 1)], [], "/flags");
  });

  test("1 000 000 listed members over all segments", () => {
    const half = { ...makeSegment("s"), include: Array<string>(LIMITS.members / 2).fill("x") };
    const rest = { ...makeSegment("t"), exclude: Array<string>(LIMITS.members / 2).fill("y") };
    check([], [half, rest], null);
    check([], [half, rest, makeSegment("u", { exclude: ["z"] })], "/segments");
  });

  test("48 MiB of listed members as JSON, in UTF-8", () => {
    const long = "é".repeat(250);
    const half = { ...makeSegment("s"), include: Array<string>(50_000).fill(long) };
    const rest = LIMITS.membersBytes - 50_000 * 503;
    const known = (bytes: number) => ({ ...makeSegment("t"), exclude: Object.assign([long], { bytes }) });
    check([], [half, known(rest)], null);
    check([], [half, known(rest + 1)], "/segments");
  });
});

describe("limits of patterns, at the edge and one past it", () => {
  test("1 KiB of pattern, in UTF-8", () => {
    expect(found([when("f", clause("matches", ["é".repeat(512)]))])).toEqual([]);
    expect(found([when("f", clause("matches", ["é".repeat(512) + "x"]))])).toEqual(["flag f /rules/0/when/values/0"]);
  });

  test("10 000 compiled instructions", () => {
    // x{n} compiles to n instructions, and every pattern to a few more.
    const pattern = (n: number): string => "x{1000}".repeat(Math.floor(n / 1000)) + (n % 1000 ? `x{${n % 1000}}` : "");
    const accepted = (n: number): boolean => found([when("f", clause("matches", [pattern(n)]))]).length === 0;
    let edge = 9_900;
    while (accepted(edge + 1)) edge++;
    const size = (n: number): number => RE2JS.compile(pattern(n)).programSize();
    expect([accepted(edge), size(edge), size(edge + 1)]).toEqual([
      true,
      LIMITS.patternInstructions,
      LIMITS.patternInstructions + 1,
    ]);
  });
});

test("two ways to the same flag are no cycle", () => {
  const needs = (key: string, ...others: string[]): Flag =>
    makeFlag(key, { prerequisites: others.map((flag) => ({ flag, variants: ["on"] })) });
  expect(diagnose([needs("a", "b", "c"), needs("b"), needs("c", "b", "d"), needs("d", "b")], [])).toEqual([]);
  const circle = [needs("a", "b", "c"), needs("b"), needs("c", "b", "d"), needs("d", "b", "c")];
  expect(found(circle)).toEqual(["flag c /prerequisites/1/flag", "flag d /prerequisites/1/flag"]);
});

test("a chain of references through a whole environment is no cycle", () => {
  const flags = Array.from({ length: LIMITS.flags }, (_, i): Flag => {
    const next = i + 1 < LIMITS.flags ? [{ flag: `f${i + 1}`, variants: ["on"] }] : [];
    return { ...makeFlag("f"), key: `f${i}`, prerequisites: next };
  });
  expect(diagnose(flags, [])).toEqual([]);
  const closed = [...flags.slice(0, -1), { ...flags.at(-1)!, prerequisites: [{ flag: "f0", variants: ["on"] }] }];
  expect(diagnose(closed, [])).toHaveLength(LIMITS.flags);
});
