import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fieldChanges } from "../../src/core/difference.ts";

/* The places in which two versions of a resource differ. */

const flag = (percentage: number, more: object = {}) => ({
  key: "f",
  rules: [
    { id: "a", serve: { rollout: { percentage, split: [{ variant: "on", weight: 1 }] } } },
    { id: "b", serve: { variant: "off" } },
  ],
  tags: ["x"],
  ...more,
});

test("a share that moved is one place, and nothing else", () => {
  expect(fieldChanges(flag(50), flag(77))).toEqual([
    { path: "/rules/0/serve/rollout/percentage", before: 50, after: 77 },
  ]);
  expect(fieldChanges(flag(50), flag(50))).toEqual([]);
});

test("what is there on one side only is null on the other; names are escaped as pointers want it", () => {
  expect(fieldChanges(flag(1), flag(1, { "a/b~": true }))).toEqual([{ path: "/a~1b~0", before: null, after: true }]);
  expect(fieldChanges(flag(1, { gone: 1 }), flag(1))).toEqual([{ path: "/gone", before: 1, after: null }]);
});

test("a list whose members are others, or in another order, differs as a whole", () => {
  const { rules } = flag(1);
  expect(fieldChanges(flag(1), flag(1, { rules: rules.toReversed() })).map(({ path }) => path)).toEqual(["/rules"]);
  expect(fieldChanges(flag(1), flag(1, { rules: rules.slice(1) })).map(({ path }) => path)).toEqual(["/rules"]);
  expect(fieldChanges(flag(1), flag(1, { tags: ["y"] }))).toEqual([{ path: "/tags", before: ["x"], after: ["y"] }]);
});

test("of what is new or gone there is nothing to compare", () => {
  expect(fieldChanges(null, flag(1))).toEqual([]);
  expect(fieldChanges(flag(1), null)).toEqual([]);
});

test("each place says what is there in both", () => {
  const at = (value: unknown, path: string): unknown =>
    path
      .split("/")
      .slice(1)
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
      .reduce<unknown>(
        (one, name) => (Object.hasOwn(Object(one), name) ? (one as Record<string, unknown>)[name] : null),
        value,
      );
  const record = fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 3 }));
  fc.assert(
    fc.property(record, record, (before, after) => {
      const [was, is] = [JSON.parse(JSON.stringify(before)), JSON.parse(JSON.stringify(after))];
      const changes = fieldChanges(was, is);
      for (const one of changes) {
        expect(at(was, one.path)).toEqual(one.before);
        expect(at(is, one.path)).toEqual(one.after);
      }
      const without = (value: unknown): string =>
        JSON.stringify(value, (_, one: unknown) =>
          typeof one === "object" && one !== null && !Array.isArray(one)
            ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
            : one,
        );
      expect(changes.length === 0).toBe(without(was) === without(is) || onlyNulls(was, is));
    }),
    { seed: 20261201, numRuns: 300 },
  );
});

/** Whether two values differ only in that something is null in one and absent in the other. */
function onlyNulls(a: unknown, b: unknown): boolean {
  return fieldChanges({ a }, { a: b }).length === 0;
}
