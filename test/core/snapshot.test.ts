import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Flag, flag as flagSchema } from "../../src/contract/flag.ts";
import * as LIMITS from "../../src/contract/limits.ts";
import { type Segment, segment as segmentSchema } from "../../src/contract/segment.ts";
import type { SnapshotBody } from "../../src/contract/snapshot.ts";
import { compile } from "../../src/core/compile.ts";
import { evaluate, evaluateAll, json } from "../../src/core/evaluate.ts";
import { runs } from "../support/counts.ts";
import { context, now, soundEnvironment } from "./arbitraries.ts";
import { bodies, publish } from "./publish.ts";

function makeFlag(key: string, more: object = {}): Flag {
  return flagSchema.parse({
    key,
    type: "boolean",
    variants: { on: true, off: false },
    default: { variant: "on" },
    ...more,
  });
}

function when(key: string, condition: object, more: object = {}): Flag {
  return makeFlag(key, {
    rules: [{ id: "r", when: condition, serve: { variant: "on" } }],
    default: { variant: "off" },
    ...more,
  });
}

function makeSegment(key: string, more: object = {}): Segment {
  return segmentSchema.parse({ key, ...more });
}

const exists = (attribute: string): object => ({ attribute, operator: "exists" });

describe("who sees what", () => {
  const snapshot = publish(
    [
      makeFlag("b", { clientSide: true }),
      makeFlag("a"),
      makeFlag("ä", { clientSide: true }),
      makeFlag("B"),
      makeFlag("💶"),
      makeFlag("\uffee"),
    ],
    [],
  );

  test("client keys see flags that are marked for them, server keys all; a flag that isn't seen is like one that isn't there", () => {
    expect(snapshot.flag("a", "client")).toBeUndefined();
    expect(snapshot.flag("nowhere", "client")).toBeUndefined();
    expect(snapshot.flag("nowhere", "server")).toBeUndefined();
    expect(snapshot.flag("__proto__", "server")).toBeUndefined();
    expect(snapshot.flag("b", "client")?.key).toBe("b");
    expect(snapshot.flag("a", "server")?.key).toBe("a");
  });

  test("all flags come sorted by UTF-16 code units, and the same list again", () => {
    expect(snapshot.flags("server").map(({ key }) => key)).toEqual(["B", "a", "b", "ä", "💶", "\uffee"]);
    expect(snapshot.flags("client").map(({ key }) => key)).toEqual(["b", "ä"]);
    expect(snapshot.flags("client")).toBe(snapshot.flags("client"));
  });

  test("a prerequisite decides also for those who don't see it", () => {
    const flag = makeFlag("f", {
      clientSide: true,
      offVariant: "off",
      prerequisites: [{ flag: "hidden", variants: ["on"] }],
    });
    const other = publish([flag, makeFlag("hidden")], []);
    expect(evaluate(other.flag("f", "client")!, {}, 0)).toMatchObject({ variant: "on", reason: "STATIC" });
  });
});

test("environment keys are found by their hash", () => {
  const { body } = bodies([], []);
  const key = { id: "k", kind: "client" as const, hash: "ab".repeat(32), origins: [] };
  const snapshot = compile({ ...body, keys: [key] }, null);
  expect(snapshot.key(key.hash)).toEqual(key);
  expect(snapshot.key("cd".repeat(32))).toBeUndefined();
  expect([snapshot.environment, snapshot.incarnation, snapshot.version, snapshot.at]).toEqual([
    "production",
    "abcdefghijkl",
    7,
    0,
  ]);
});

test("a flag knows whether the request's own attributes are asked for, also by what it refers to", () => {
  const asks: [boolean, Flag][] = [
    [true, when("geo", exists("geo.country"))],
    [true, when("whole-geo", exists("geo"))],
    [true, when("client", { not: exists("client.ip") })],
    [true, when("bucket", { bucket: { by: ["x", "client.ip"], salt: "s", from: 0, to: 1 } })],
    [
      true,
      makeFlag("rollout", {
        default: { rollout: { percentage: 1, split: [{ variant: "on", weight: 1 }], by: "client.ip" } },
      }),
    ],
    [true, when("via-segment", { segment: "outer" })],
    [true, when("via-by", { segment: "by" })],
    [true, makeFlag("via-prerequisite", { prerequisites: [{ flag: "via-segment", variants: ["on"] }] })],
    [false, makeFlag("plain")],
    [
      false,
      when("like", {
        any: [exists("geography"), exists("clientele.x"), exists("my.geo.country"), exists("Geo.country")],
      }),
    ],
  ];
  const segments = [
    makeSegment("outer", { when: { segment: "inner" } }),
    makeSegment("inner", { when: exists("geo.city") }),
    makeSegment("by", { by: "client.asn", include: ["1"] }),
  ];
  const flags = asks.map(([, flag]) => flag);
  const snapshot = publish(flags, segments);
  for (const [expected, { key }] of asks)
    expect([key, snapshot.flag(key, "server")!.readsRequest]).toEqual([key, expected]);
  expect([snapshot.readsRequest("server"), snapshot.readsRequest("client")]).toEqual([true, false]);
});

describe("an evaluation is made once and for all", () => {
  const value = { list: [{ deep: 1 }] };
  const flag = makeFlag("f", { type: "object", variants: { on: value, off: {} } });
  const snapshot = publish([flag], []);
  const compiled = snapshot.flag("f", "server")!;

  test("equal answers are the same object, frozen through and through", () => {
    const first = evaluate(compiled, { a: 1 }, 0);
    expect(evaluate(compiled, { b: 2 }, 5)).toBe(first);
    expect(first.value).toEqual(value);
    expect(() => Object.assign(first, { variant: "off" })).toThrow(TypeError);
    const { list } = first.value as typeof value;
    expect(() => list.push({ deep: 2 })).toThrow(TypeError);
    expect(() => Object.assign(list[0]!, { deep: 2 })).toThrow(TypeError);
  });

  test("it is plain data to whoever copies it", () => {
    const evaluation = evaluate(compiled, {}, 0);
    const expected = { key: "f", reason: "STATIC", value, variant: "on" };
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(expected);
    expect(structuredClone(evaluation)).toEqual(expected);
    expect(Object.keys(evaluation).sort()).toEqual(["key", "reason", "value", "variant"]);
  });
});

describe("all flags at once", () => {
  test("is the list of what each flag answers", () => {
    fc.assert(
      fc.property(soundEnvironment, context, now, ({ flags, segments }, one, at) => {
        const snapshot = publish(
          flags.map((flag, i) => ({ ...flag, clientSide: i % 2 === 0 })),
          segments,
        );
        for (const audience of ["client", "server"] as const) {
          const texts = snapshot.flags(audience).map((flag) => json(evaluate(flag, one, at), audience));
          expect(evaluateAll(snapshot, audience, one, at).flags).toBe(`[${texts.join(",")}]`);
        }
      }),
      { seed: 41, numRuns: runs(4_000) },
    );
  });

  test("of nothing is an empty list", () => {
    expect(evaluateAll(publish([], []), "server", {}, 0).flags).toBe("[]");
    expect(evaluateAll(publish([makeFlag("f")], []), "client", {}, 0).flags).toBe("[]");
  });

  test("the hash is equal where the text is, in any isolate, and differs where it differs", () => {
    const hashes = new Map<string, string>();
    fc.assert(
      fc.property(
        soundEnvironment,
        fc.array(context, { minLength: 10, maxLength: 10 }),
        now,
        ({ flags, segments }, contexts, at) => {
          const seen = flags.map((flag) => ({ ...flag, clientSide: true }));
          for (const snapshot of [publish(seen, segments), publish(seen.toReversed(), segments)])
            for (const one of contexts)
              for (const audience of ["client", "server"] as const) {
                const { flags: text, hash } = evaluateAll(snapshot, audience, one, at);
                expect(hash).toMatch(/^[a-p]{24}$/);
                expect(hashes.get(text) ?? hash).toBe(hash);
                hashes.set(text, hash);
              }
        },
      ),
      { seed: 42, numRuns: runs(2_000) },
    );
    expect(new Set(hashes.values()).size).toBe(hashes.size);
    expect(hashes.size).toBeGreaterThan(runs(2_000));
  });

  test("a change that doesn't touch the answer keeps the hash", () => {
    const hash = (flags: Flag[], one = {}): string => evaluateAll(publish(flags, []), "client", one, 0).hash;
    const seen = when("seen", exists("vip"), { clientSide: true });
    const alone = hash([seen]);
    expect(hash([makeFlag("unseen"), seen])).toBe(alone);
    expect(hash([seen], { other: 1 })).toBe(alone);
    expect(hash([seen], { vip: 1 })).not.toBe(alone);
    expect(hash([{ ...seen, metadata: { m: 1 } }])).not.toBe(alone);
  });
});

describe("a broken flag harms only itself", () => {
  const without = (name: string) => (flag: Record<string, unknown>) => ({ ...flag, [name]: undefined });
  const breakages: [is: string, breaking: (flag: Record<string, unknown>) => unknown][] = [
    ["no variants", without("variants")],
    ["no rules", without("rules")],
    ["no default", without("default")],
    ["no prerequisites", without("prerequisites")],
    ["rules that aren't a list", (flag) => ({ ...flag, rules: 5 })],
    ["a rule that is null", (flag) => ({ ...flag, rules: [null] })],
    ["a variant that isn't there", (flag) => ({ ...flag, default: { variant: "gone" } })],
    ["an off variant that isn't there", (flag) => ({ ...flag, offVariant: "toString" })],
    ["a serve of a kind unknown", (flag) => ({ ...flag, default: { lottery: true } })],
    ["a hash unknown", (flag) => ({ ...flag, default: rollout({ hash: "toString" }) })],
    [
      "weights that add up to nothing",
      (flag) => ({ ...flag, default: rollout({ split: [{ variant: "on", weight: 0 }] }) }),
    ],
    [
      "a weight that isn't whole",
      (flag) => ({ ...flag, default: rollout({ split: [{ variant: "on", weight: 0.5 }] }) }),
    ],
    ["no percentage", (flag) => ({ ...flag, default: rollout({ percentage: undefined }) })],
    [
      "no ranges",
      (flag) => ({
        ...flag,
        default: { rollout: { ranges: [], by: "x", hash: "murmur3", otherwise: null, absent: "first" } },
      }),
    ],
    ["an operator unknown", (flag) => rule(flag, { attribute: "x", operator: "resembles", values: ["y"] })],
    ["a condition of a kind unknown", (flag) => rule(flag, { moon: "full" })],
    ["a condition that is null", (flag) => rule(flag, null)],
    ["values that aren't a list", (flag) => rule(flag, { attribute: "x", operator: "in", values: 5 })],
    [
      "a window that isn't a time",
      (flag) => ({
        ...flag,
        rules: [{ id: "r", when: { all: [] }, window: { from: "soon", until: null }, serve: { variant: "on" } }],
      }),
    ],
    [
      "a condition nested very deep",
      (flag) => rule(flag, JSON.parse('{"not":'.repeat(200_000) + '{"all":[]}' + "}".repeat(200_000))),
    ],
  ];
  const rollout = (more: object): object => ({
    rollout: {
      percentage: 50,
      split: [{ variant: "on", weight: 1 }],
      by: "targetingKey",
      hash: "murmur3",
      otherwise: null,
      absent: "otherwise",
      ...more,
    },
  });
  const rule = (flag: object, condition: unknown): object => ({
    ...flag,
    rules: [{ id: "r", when: condition, window: { from: null, until: null }, serve: { variant: "on" } }],
  });

  for (const [is, breaking] of breakages)
    test(is, () => {
      const { body } = bodies([makeFlag("broken"), makeFlag("whole")], []);
      const [broken, whole] = body.flags;
      const flag = breaking({ ...broken!.flag }) as SnapshotBody["flags"][number]["flag"];
      const snapshot = compile({ ...body, flags: [{ version: 1, flag }, whole!] }, null);
      const evaluation = evaluate(snapshot.flag("broken", "server")!, { x: "y", targetingKey: "z" }, 0);
      expect(evaluation).toMatchObject({ key: "broken", reason: "ERROR", errorCode: "PARSE_ERROR" });
      expect(evaluation).not.toHaveProperty("value");
      expect(evaluation).not.toHaveProperty("variant");
      expect(snapshot.diagnostics).toMatchObject([{ target: { kind: "flag", key: "broken" } }]);
      const bulk = JSON.parse(evaluateAll(snapshot, "server", {}, 0).flags) as unknown[];
      expect(bulk).toMatchObject([
        { key: "broken", errorCode: "PARSE_ERROR" },
        { key: "whole", value: true },
      ]);
    });

  test("also one that hasn't even a key, and a segment", () => {
    const { body } = bodies([makeFlag("whole"), when("grouped", { segment: "s" })], [makeSegment("s")]);
    const flags = [null, { version: 1 }, { version: 1, flag: null }, ...body.flags] as SnapshotBody["flags"];
    const segments = [null, { key: "s", by: "x", when: { segment: "s2" }, include: null, exclude: [0, 0] }];
    const snapshot = compile({ ...body, flags, segments: segments as unknown as SnapshotBody["segments"] }, null);
    expect(JSON.parse(evaluateAll(snapshot, "server", {}, 0).flags)).toMatchObject([
      { key: "grouped", errorCode: "PARSE_ERROR" },
      { key: "whole", value: true },
    ]);
    expect(snapshot.diagnostics.map(({ target }) => `${target.kind} ${target.key}`)).toEqual(
      expect.arrayContaining(["flag ", "segment ", "segment s", "flag grouped"]),
    );
  });

  test("clauses that nearly say the same are told apart", () => {
    const lists: unknown[][] = [
      ["a", "b"],
      [" 1:a 1:b"],
      ["a 1:b"],
      [" 1:a", "b"],
      [1],
      ["1"],
      [true],
      ["true"],
      [" 1"],
      [],
      [""],
    ];
    const flags = lists.flatMap((values, i) => [
      when(`in-${i}`, { attribute: "x", operator: "in", values }),
      when(`all-${i}`, { attribute: "x", operator: "containsAll", values }),
    ]);
    const snapshot = publish(flags, []);
    for (const [i, values] of lists.entries())
      for (const [j, others] of lists.entries()) {
        const served = (key: string, x: unknown) => evaluate(snapshot.flag(key, "server")!, { x }, 0).variant === "on";
        expect(served(`in-${i}`, others)).toBe(values.some((value) => others.includes(value)));
        expect(served(`all-${i}`, others), `${i} ${j}`).toBe(values.every((value) => others.includes(value)));
      }
  });

  test("nonsense that reads like another flag's clause is not taken for it", () => {
    const { body } = bodies(
      [when("a", exists("x")), when("b", { attribute: "x", operator: "in", values: [1, 2] })],
      [],
    );
    const [nonsense] = body.flags;
    const rule = nonsense!.flag.rules[0]!;
    Object.assign(rule, { when: { attribute: "x", operator: "in", values: [[1], 2], ignoreCase: false } });
    const snapshot = compile(body, null);
    expect(snapshot.flags("server").map((flag) => evaluate(flag, { x: 1 }, 0).variant)).toEqual(["off", "on"]);
  });

  test("what is wrong with a shared clause is wrong in every flag", () => {
    const condition = { attribute: "x", operator: "matches", values: ["(", "fine"] };
    const snapshot = publish([when("f", condition), when("g", condition), when("h", exists("x"))], []);
    const codes = snapshot.flags("server").map((flag) => evaluate(flag, { x: "fine" }, 0).errorCode);
    expect(codes).toEqual(["PARSE_ERROR", "PARSE_ERROR", undefined]);
  });
});

describe("whatever the context is, evaluation answers", () => {
  const flags = [
    ...["in", "contains", "startsWith", "endsWith", "matches"].map((operator) =>
      when(operator, { attribute: "a.b", operator, values: ["x", "y"], ignoreCase: true }),
    ),
    when("number", { attribute: "a", operator: "atLeast", values: [1] }),
    when("time", { attribute: "a", operator: "before", values: [1] }),
    when("semver", { attribute: "a", operator: "semver", values: ["*"] }),
    when("cidr", { attribute: "a", operator: "cidr", values: ["::/0", "0.0.0.0/0"] }),
    when("all", { attribute: "a", operator: "containsAll", values: ["x"] }),
    when("exists", exists("a.b.c")),
    when("segment", { segment: "s" }),
    makeFlag("rollout", {
      default: { rollout: { percentage: 50, split: [{ variant: "on", weight: 1 }], by: ["a", "a.b"] } },
    }),
  ];
  const snapshot = publish(flags, [makeSegment("s", { include: ["x"], by: "a" })]);
  const evaluateEverything = (one: unknown): void => {
    for (const flag of snapshot.flags("server"))
      expect(evaluate(flag, one as Record<string, unknown>, 0).key).toBe(flag.key);
    expect(JSON.parse(evaluateAll(snapshot, "server", one as Record<string, unknown>, 0).flags)).toHaveLength(
      flags.length,
    );
  };

  test("any object at all", () => {
    const value = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withTypedArray: true,
      withSparseArray: true,
    });
    fc.assert(
      fc.property(
        fc.oneof(value, fc.record({ a: value }), fc.record({ a: fc.record({ b: value }) })),
        evaluateEverything,
      ),
      { seed: 43, numRuns: runs(20_000) },
    );
  });

  test("objects that bite", () => {
    const biting = (): never => {
      throw new Error("bites");
    };
    const traps = new Proxy(
      {},
      { get: biting, has: biting, getPrototypeOf: biting, ownKeys: biting, getOwnPropertyDescriptor: biting },
    );
    const circle: Record<string, unknown> = {};
    circle["a"] = circle;
    circle["b"] = [circle];
    const symbols = { a: Symbol("x"), b: biting };
    for (const one of [
      traps,
      { a: traps },
      { a: { b: traps } },
      {
        get a() {
          return biting();
        },
      },
      circle,
      symbols,
      null,
      undefined,
      5,
      "text",
      [],
      () => 0,
      new (class {
        get a() {
          return biting();
        }
      })(),
    ])
      evaluateEverything(one);
  });

  test("a context of a class counts by its own properties", () => {
    class Base {
      a = 5;
    }
    const inherited = Object.create({ a: 5 }) as Record<string, unknown>;
    const served = (one: unknown) =>
      evaluate(snapshot.flag("number", "server")!, one as Record<string, unknown>, 0).variant;
    expect([served(new Base()), served(inherited), served(Object.assign(Object.create(null), { a: 5 }))]).toEqual([
      "on",
      "off",
      "on",
    ]);
  });

  test("a context that evaluates by itself gets the answers of its own run", () => {
    const clause = exists("mark");
    const shared = publish(
      [when("f", { any: [{ segment: "s" }, clause] }), when("g", { any: [{ segment: "s" }, clause] })],
      [makeSegment("s", { when: exists("mark") })],
    );
    let inner = "";
    const outer = {
      get mark() {
        inner = evaluateAll(shared, "server", { mark: 1 }, 0).flags;
        return undefined;
      },
    };
    const values = (text: string) => (JSON.parse(text) as { value: boolean }[]).map(({ value }) => value);
    expect(values(evaluateAll(shared, "server", outer, 0).flags)).toEqual([false, false]);
    expect(values(inner)).toEqual([true, true]);
  });
});

describe("references however they lie", () => {
  const chain = (length: number): Flag[] =>
    Array.from({ length }, (_, i) => ({
      ...makeFlag("f"),
      key: `f${String(i).padStart(4, "0")}`,
      offVariant: "off",
      prerequisites: i + 1 < length ? [{ flag: `f${String(i + 1).padStart(4, "0")}`, variants: ["on"] }] : [],
    }));

  test("a chain through every flag of an environment is followed to its end", () => {
    const flags = chain(LIMITS.flags);
    const last = flags.at(-1)!;
    flags[flags.length - 1] = { ...when("x", exists("go")), key: last.key };
    const snapshot = publish(flags, []);
    const top = snapshot.flag("f0000", "server")!;
    expect(evaluate(top, { go: 1 }, 0)).toMatchObject({ variant: "on", reason: "STATIC" });
    expect(evaluate(top, {}, 0)).toMatchObject({ variant: "off", reason: "DISABLED" });
    expect(evaluate(snapshot.flag("f2500", "server")!, { go: 1 }, 0)).toMatchObject({ variant: "on" });
    const all = JSON.parse(evaluateAll(snapshot, "server", { go: 1 }, 0).flags) as { value: boolean }[];
    expect(all.every(({ value }) => value)).toBe(true);
  });

  test("a chain beside another one, to which each link refers as well", () => {
    // Longer than an environment's: the stack of other runtimes may be smaller.
    const length = LIMITS.flags;
    const needs = (...keys: string[]) => keys.map((flag) => ({ flag, variants: ["on"] }));
    const tall = Array.from({ length: 2 * length }, (_, i): Flag => {
      return { ...makeFlag("t"), key: `t${i}`, prerequisites: i === 0 ? [] : needs(`t${i - 1}`) };
    });
    const beside = Array.from({ length }, (_, i): Flag => {
      return { ...makeFlag("f"), key: `f${i}`, prerequisites: i === 0 ? [] : needs(`f${i - 1}`, `t${2 * i}`) };
    });
    const snapshot = publish([...tall, ...beside], []);
    expect(evaluate(snapshot.flag(`f${length - 1}`, "server")!, {}, 0)).toMatchObject({ variant: "on" });
  });

  test("a chain of segments and flags in turn as well", () => {
    const length = 1_500;
    const flags = Array.from({ length }, (_, i) => ({ ...when("f", { not: { segment: `s${i}` } }), key: `f${i}` }));
    const segments = Array.from({ length }, (_, i) => ({
      ...makeSegment("s"),
      key: `s${i}`,
      when: i + 1 < length ? { flag: `f${i + 1}`, variants: ["on"] } : { all: [] },
    }));
    const snapshot = publish(flags, segments);
    // The last segment holds everyone, so the last flag is off, so the segment before is empty, and so on.
    expect(evaluate(snapshot.flag("f0", "server")!, {}, 0).variant).toBe(length % 2 === 1 ? "off" : "on");
    expect(evaluate(snapshot.flag("f1", "server")!, {}, 0).variant).toBe(length % 2 === 1 ? "on" : "off");
  });

  test("a long chain that ends at nothing is broken all along", () => {
    const length = 100;
    const flags = Array.from({ length }, (_, i) => ({ ...when("f", { segment: `s${i}` }), key: `f${i}` }));
    const segments = Array.from({ length }, (_, i) => ({
      ...makeSegment("s", { include: ["x"] }),
      key: `s${i}`,
      when: { flag: `f${i + 1}`, variants: ["on"] },
    }));
    const codes = [null, new Uint8Array(8)].flatMap((members) => {
      const snapshot = compile(bodies(flags, segments).body, members);
      return flags.map(({ key }) => evaluate(snapshot.flag(key, "server")!, { targetingKey: "x" }, 0).errorCode);
    });
    expect(new Set(codes)).toEqual(new Set(["PARSE_ERROR"]));
  });

  test("a lattice with more ways through it than could ever be walked is decided node by node", () => {
    const depth = 60;
    const two = (i: number) => [
      { flag: `f${i + 1}`, variants: ["on"] },
      { flag: `f${i + 1}`, variants: ["on", "off"] },
    ];
    const flags = Array.from({ length: depth }, (_, i) =>
      makeFlag(`f${i}`, i + 1 < depth ? { prerequisites: two(i) } : {}),
    );
    const snapshot = publish(flags, []);
    expect(evaluate(snapshot.flag("f0", "server")!, {}, 0).variant).toBe("on");
    evaluateAll(snapshot, "server", {}, 0);
  });
});

test("no text is judged by its beginning: patterns hold of none past 4096 UTF-8 bytes, the other operators see all", () => {
  const snapshot = publish(
    [
      when("ends", { attribute: "x", operator: "endsWith", values: ["b"] }),
      when("begins", { attribute: "x", operator: "startsWith", values: ["aa"] }),
      when("has", { attribute: "x", operator: "contains", values: ["💶"] }),
      when("endsAs", { attribute: "x", operator: "endsWith", values: ["B"], ignoreCase: true }),
      when("hasAs", { attribute: "x", operator: "contains", values: ["ДOM"], ignoreCase: true }),
      when("matches", { attribute: "x", operator: "matches", values: ["b$"] }),
      when("anything", { attribute: "x", operator: "matches", values: [""] }),
      when("in", { attribute: "x", operator: "in", values: ["a".repeat(5000)] }),
    ],
    [],
  );
  const on = (key: string, x: unknown): boolean => evaluate(snapshot.flag(key, "server")!, { x }, 0).variant === "on";
  for (const key of ["ends", "endsAs"]) {
    expect([key, on(key, "a".repeat(60_000) + "b")]).toEqual([key, true]);
    expect([key, on(key, "a".repeat(4095) + "ba")]).toEqual([key, false]);
    expect([key, on(key, "é".repeat(30_000) + "b")]).toEqual([key, true]);
    expect([key, on(key, ["a".repeat(5000), "é".repeat(5000) + "b"])]).toEqual([key, true]);
  }
  for (const key of ["matches", "anything"]) {
    expect([key, on(key, "a".repeat(4095) + "b")]).toEqual([key, true]);
    expect([key, on(key, "a".repeat(4096) + "b")]).toEqual([key, false]);
    expect([key, on(key, "é".repeat(2047) + "b")]).toEqual([key, true]);
    expect([key, on(key, "é".repeat(2048) + "b")]).toEqual([key, false]);
    expect([key, on(key, "\ud83d".repeat(1365) + "b")]).toEqual([key, true]); // a lone surrogate is three bytes
    expect([key, on(key, "\ud83d".repeat(1365) + "bb")]).toEqual([key, false]);
  }
  expect(on("matches", "a".repeat(4095) + "ba")).toBe(false);
  expect(on("begins", "a".repeat(60_000))).toBe(true);
  expect(on("has", "a".repeat(50_000) + "💶")).toBe(true);
  expect(on("hasAs", "a".repeat(50_000) + "дom")).toBe(true);
  expect(on("in", "a".repeat(5000))).toBe(true);
  expect(on("in", "a".repeat(5001))).toBe(false);
});

test("a version of 256 characters is looked at, a longer one never matches", () => {
  const flag = publish([when("f", { attribute: "x", operator: "semver", values: ["*"] })], []).flag("f", "server")!;
  const served = (length: number) => evaluate(flag, { x: "1.0.0+" + "a".repeat(length - 6) }, 0).variant;
  expect([served(256), served(257)]).toEqual(["on", "off"]);
});

test("10 000 values of a clause are looked up", () => {
  const texts = Array.from({ length: LIMITS.listedValues }, (_, i) => `v${i}`);
  const networks = texts.map((_, i) => `10.${i >> 8}.${i & 255}.0/24`);
  const snapshot = publish(
    [
      when("in", { attribute: "x", operator: "in", values: texts }),
      when("all", { attribute: "x", operator: "containsAll", values: texts }),
      when("cidr", { attribute: "x", operator: "cidr", values: networks }),
    ],
    [],
  );
  const on = (key: string, x: unknown): boolean => evaluate(snapshot.flag(key, "server")!, { x }, 0).variant === "on";
  expect([on("in", "v9999"), on("in", "v10000")]).toEqual([true, false]);
  expect([on("all", [...texts, "more"]), on("all", texts.slice(1))]).toEqual([true, false]);
  expect([on("cidr", "10.39.15.255"), on("cidr", "10.39.16.0"), on("cidr", "::ffff:10.0.0.1")]).toEqual([
    true,
    false,
    true,
  ]);
});

describe("whether a flag serves everybody the same", () => {
  const rollout = (percentage: number, more: object = {}) => ({
    rollout: { percentage, split: [{ variant: "on", weight: 1 }], otherwise: "off", ...more },
  });
  const rule = { when: { attribute: "x", operator: "exists" } };
  test.each<[string, object, unknown]>([
    ["a fixed variant", { default: { variant: "on" } }, { variant: "on", always: true }],
    ["nobody's share", { default: rollout(0) }, { variant: "off", always: true }],
    ["everybody's share", { default: rollout(100) }, { variant: "on", always: false }],
    ["a share", { default: rollout(0.001) }, null],
    ["all but a thousandth", { default: rollout(99.999) }, null],
    [
      "nobody's share but for who has nothing to hash",
      { default: rollout(0, { absent: "first" }) },
      { variant: "off", always: false },
    ],
    ["a rule that may hold", { default: { variant: "off" }, rules: [{ ...rule, serve: { variant: "on" } }] }, null],
    [
      "a rule that serves the same",
      { default: { variant: "off" }, rules: [{ ...rule, serve: rollout(0) }] },
      { variant: "off", always: true },
    ],
    [
      "a flag that is off",
      { enabled: false, offVariant: "off", default: rollout(50) },
      { variant: "off", always: true },
    ],
    [
      "one that is off for the default in the code",
      { enabled: false, default: { variant: "on" } },
      { variant: null, always: true },
    ],
  ])("%s", (_, more, fixed) => {
    const flag = flagSchema.parse({ key: "f", type: "boolean", variants: { on: true, off: false }, ...more });
    expect(publish([flag], []).flag("f", "server")!.fixed).toEqual(fixed);
  });
});
