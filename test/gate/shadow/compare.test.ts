import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Difference, fingerprint } from "../../../src/core/shadow-tally.ts";
import { Comparator, Incomparable, type Rules } from "../../../src/gate/shadow/compare.ts";

const NOW = Date.parse("2026-11-21T00:00:00Z");
const compare = (control: unknown, candidate: unknown, rules?: Rules, now = NOW): Difference[] => {
  const comparator = new Comparator(rules);
  return comparator.differences(comparator.prepare(control), comparator.prepare(candidate), now);
};
const fields = (control: unknown, candidate: unknown, rules?: Rules, now = NOW): string[] =>
  compare(control, candidate, rules, now).map(({ field }) => field);

describe("differences", () => {
  it("are none between a JSON value and itself, whatever the order of its properties", () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([name, item]) => [name, turned(item)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(fields(value, turned(value))).toEqual([]);
      }),
    );
  });

  it("are found wherever one value in a tree is another", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        fc.pre(canonical(one) !== canonical(other));
        expect(fields(one, other)).not.toEqual([]);
      }),
    );
  });

  it("are symmetric in their fields", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(fields(one, other).toSorted()).toEqual(fields(other, one).toSorted());
      }),
    );
  });

  it("name the field, the items of an array as one", () => {
    const control = {
      items: [
        { price: 1, id: "a" },
        { price: 2, id: "b" },
      ],
      total: 3,
    };
    const candidate = {
      items: [
        { price: 1.5, id: "a" },
        { price: 2.5, id: "b" },
      ],
      total: 4,
    };
    expect(fields(control, candidate)).toEqual(["/items/*/price", "/total"]);
  });

  it("are of the whole array where lengths differ", () => {
    expect(compare([1, 2], [1])).toEqual([{ field: "", control: "array of 2", candidate: "array of 1" }]);
  });

  it("escape names as JSON Pointer does", () => {
    expect(fields({ "a/b": { "~": 1 } }, { "a/b": { "~": 2 } })).toEqual(["/a~1b/~0"]);
  });

  it("look at own properties only", () => {
    expect(fields({}, { constructor: 1 })).toEqual(["/constructor"]);
    expect(fields({}, JSON.parse('{"__proto__": 1}'))).toEqual(["/__proto__"]);
  });

  it("say what is there by kind and size, never by what it says", () => {
    const found = compare(
      { a: "secret", b: 12345, c: true, d: null, e: [1] },
      { a: "hidden text", b: "12345", c: false, e: { x: 1 } },
    );
    expect(found).toEqual([
      { field: "/a", control: "text of 6", candidate: "text of 11" },
      { field: "/b", control: "number", candidate: "text of 5" },
      { field: "/c", control: "true", candidate: "false" },
      { field: "/d", control: "null", candidate: "absent" },
      { field: "/e", control: "array of 1", candidate: "object of 1" },
    ]);
  });

  it("are at most 20", () => {
    const many = (value: number) => Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`p${n}`, value]));
    expect(fields(many(1), many(2))).toHaveLength(20);
  });

  it("know what JSON doesn't: infinite numbers, big ones, maps, sets and dates", () => {
    expect(fields(Number.NaN, Number.NaN)).toEqual([]);
    expect(fields(Number.NaN, Infinity)).toEqual([""]);
    expect(fields(10n, 11n)).toEqual([""]);
    expect(fields(new Map([["a", 1]]), new Map([["a", 2]]))).toEqual(["/a"]);
    expect(fields(new Set([1]), new Set([2]))).toEqual(["/0"]);
    expect(fields(new Date(0), new Date(1))).toEqual([""]);
    expect(fields({ a: undefined }, {})).toEqual([]);
  });
});

describe("rules", () => {
  const ignore = [{ path: "/items/*/at", owner: "ana", expiresAt: "2026-12-01T00:00:00Z" }];

  it("ignore a field and what is below it until they expire", () => {
    const one = { items: [{ at: { s: 1 } }] };
    const other = { items: [{ at: { s: 2 } }] };
    expect(fields(one, other, { ignore })).toEqual([]);
    expect(fields(one, other, { ignore }, Date.parse("2026-12-01T00:00:00Z"))).toEqual(["/items/*/at/s"]);
  });

  it("take * for any property as well", () => {
    const rules = { ignore: [{ path: "/*/at", owner: "ana", expiresAt: "2026-12-01" }] };
    expect(fields({ a: { at: 1 }, b: { at: 1, n: 1 } }, { a: { at: 2 }, b: { at: 2, n: 2 } }, rules)).toEqual(["/b/n"]);
  });

  it("round numbers, and only numbers", () => {
    const rules = { round: [{ path: "/total", digits: 2 }] };
    expect(fields({ total: 0.1 + 0.2 }, { total: 0.3 }, rules)).toEqual([]);
    expect(fields({ total: 0.31 }, { total: 0.3 }, rules)).toEqual(["/total"]);
    expect(fields({ total: "0.30" }, { total: 0.3 }, rules)).toEqual(["/total"]);
  });

  it("sort arrays by a key, or by the items themselves", () => {
    const one = {
      list: [
        { id: 1, v: "x" },
        { id: 2, v: "y" },
      ],
    };
    const other = {
      list: [
        { id: 2, v: "y" },
        { id: 1, v: "z" },
      ],
    };
    expect(fields(one, other, { sort: [{ path: "/list", by: "/id" }] })).toEqual(["/list/*/v"]);
    expect(fields([3, 1, 2], [1, 2, 3], { sort: [{ path: "", by: "" }] })).toEqual([]);
    expect(fields([3, 1, 2], [1, 2, 3])).toEqual(["/*"]);
  });

  it("apply a function to both sides first", () => {
    const normalise = (answer: unknown) => String(answer).trim();
    expect(fields(" a", "a ", { normalise })).toEqual([]);
  });

  it.each<[string, Rules]>([
    ["ignore[0].expiresAt", { ignore: [{ path: "/a", owner: "ana", expiresAt: "soon" }] }],
    ["ignore[0].owner", { ignore: [{ path: "/a", owner: "", expiresAt: "2026-12-01" }] }],
    ["ignore[0].path", { ignore: [{ path: "a", owner: "ana", expiresAt: "2026-12-01" }] }],
    ["round[0].digits", { round: [{ path: "/a", digits: 1.5 }] }],
    ["sort[0].by", { sort: [{ path: "/a", by: "id" }] }],
  ])("that can't be meant are refused: %s", (what, rules) => {
    expect(() => new Comparator(rules)).toThrow(what);
  });
});

describe("answers that aren't compared", () => {
  it("are too large, too deep, or refer to themselves", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 40; level++) deep = [deep];
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    for (const answer of [Array.from({ length: 30_000 }, () => 0), deep, circle])
      expect(() => fields(answer, 1)).toThrow(Incomparable);
  });
});

it("a fingerprint depends on the fields only, not on their order", () => {
  const one = compare({ a: 1, b: 2 }, { a: 2, b: 3 });
  const other = compare({ b: "x", a: 0 }, { b: "yy", a: 9 });
  expect(fingerprint(one)).toBe(fingerprint(other));
  expect(fingerprint(one)).not.toBe(fingerprint(one.slice(1)));
});

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
