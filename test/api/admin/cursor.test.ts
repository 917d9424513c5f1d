import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterKey, afterNumber, pageOf, writeCursor } from "../../../src/api/admin/cursor.ts";
import { runs } from "../../support/counts.ts";

const seed = 20261121;

describe("a cursor", () => {
  test("says what it was made of", () => {
    const keys = fc.string({ unit: "binary", minLength: 1 }).filter((key) => key.isWellFormed());
    fc.assert(
      fc.property(keys, (key) => {
        const cursor = writeCursor(key);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(afterKey(cursor)).toEqual({ after: key });
      }),
      { seed, numRuns: runs(10_000) },
    );
    expect(afterNumber(writeCursor(4711))).toEqual({ after: 4711 });
    expect(afterKey(undefined)).toEqual({});
    expect(afterNumber(undefined)).toEqual({});
  });

  test("that this API can't have made is refused", () => {
    const refused = (read: () => unknown): void =>
      expect(read).toThrow(
        expect.objectContaining({
          problem: {
            type: "invalid",
            detail: "The query is not valid.",
            errors: [{ path: "/cursor", message: "is not a cursor that this list gave" }],
          },
        }),
      );
    for (const cursor of ["", "a", "=", "YQ==", "Y Q", " YQ", "YR", "_w", "7aCA", "a b", "é", "%", "*"])
      refused(() => afterKey(cursor));
    for (const key of ["x", "-1", "1.5", "1e3", "0x1", " 1", "9".repeat(16)])
      refused(() => afterNumber(writeCursor(key)));
  });
});

describe("pages of a list", () => {
  test("join to the whole, whatever their size", () => {
    const list = fc.uniqueArray(fc.string(), { maxLength: 30 }).map((keys) => keys.toSorted());
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 12 }), (all, limit) => {
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = pageOf(all, (key) => key, after, limit);
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items);
          after = page.next;
        } while (after !== undefined);
        expect(seen).toEqual(all);
      }),
      { seed, numRuns: runs(2_000) },
    );
  });

  test("end without a cursor exactly when nothing follows", () => {
    const self = (key: string): string => key;
    expect(pageOf(["a", "b", "c"], self, undefined, 2)).toEqual({ items: ["a", "b"], next: "b" });
    expect(pageOf(["a", "b", "c"], self, "b", 2)).toEqual({ items: ["c"] });
    expect(pageOf(["a", "b", "c"], self, undefined, 3)).toEqual({ items: ["a", "b", "c"] });
    expect(pageOf([], self, undefined, 1)).toEqual({ items: [] });
  });
});
