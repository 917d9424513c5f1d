import { describe, expect, test } from "vitest";
import { NewerSchema } from "../../src/durable/schema.ts";
import { StoredJson } from "../../src/durable/stored-json.ts";

type Row = { name: string; sizes: number[]; note: string | null };
const shape = { name: ["string"], sizes: ["array"], note: ["string", "null"] } as const;
const first = new StoredJson<{ name: string; size: number }>("a row", [], { name: ["string"], size: ["number"] });
const third = new StoredJson<Row>(
  "a row",
  [({ size = 0, ...row }) => ({ ...row, sizes: [size] }), (row) => ({ ...row, note: null })],
  shape,
);

describe("JSON in rows", () => {
  test("comes back as it was written, with nothing added", () => {
    const row = { name: "a", sizes: [1, 2], note: "n" };
    expect(third.read(third.write(row))).toEqual(row);
    expect(JSON.parse(third.write(row))).toMatchObject({ v: 3 });
  });

  test("of an earlier version goes through the versions in between, of none as of the first", () => {
    const expected = { name: "a", sizes: [7], note: null };
    expect(third.read(first.write({ name: "a", size: 7 }))).toEqual(expected);
    expect(third.read('{"name":"a","size":7}')).toEqual(expected);
    expect(third.read('{"v":2,"name":"a","sizes":[7]}')).toEqual(expected);
  });

  test("of a later version isn't read", () => {
    expect(() => third.read('{"v":4,"name":"a","sizes":[7],"note":null}')).toThrow(NewerSchema);
    expect(() => third.read('{"v":"x","name":"a","sizes":[7],"note":null}')).toThrow(NewerSchema);
  });

  test.each(["[]", "null", '"text"', "{}", '{"v":3,"name":1,"sizes":[],"note":null}', '{"v":3,"name":"a","sizes":[]}'])(
    "that isn't of its shape isn't believed: %s",
    (text) => {
      expect(() => third.read(text)).toThrow(/is stored/);
    },
  );
});
