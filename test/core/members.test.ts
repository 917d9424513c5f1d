import fc from "fast-check";
import { expect, test } from "vitest";
import { type Segment, segment as segmentSchema } from "../../src/contract/segment.ts";
import { flag as flagSchema } from "../../src/contract/flag.ts";
import { compile } from "../../src/core/compile.ts";
import { evaluate } from "../../src/core/evaluate.ts";
import { listedIn, Members, packMembers } from "../../src/core/members.ts";
import { note, runs } from "../support/counts.ts";
import { bodies } from "./publish.ts";

const member = fc.oneof(fc.string({ unit: "binary", minLength: 1, maxLength: 8 }), fc.constantFrom("a", "b", "user-1"));
const members = fc.array(member, { maxLength: 60 });

test("exactly the listed members are found, whatever lists lie beside theirs", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ include: members, exclude: members }), { maxLength: 4 }),
      members,
      (lists, strangers) => {
        const keyed = lists.map((list, i) => ({ key: `s${i}`, ...list }));
        const { bytes, ranges } = packMembers(keyed);
        const packed = new Members(bytes);
        for (const { key, include, exclude } of keyed) {
          const range = ranges.get(key)!;
          expect(range.include[1]).toBe(new Set(include.map(utf8)).size);
          const [included, excluded] = [packed.list(range.include)!, packed.list(range.exclude)!];
          for (const one of [...include, ...exclude, ...strangers]) {
            const holds = (list: string[]): boolean => list.some((other) => utf8(other) === utf8(one));
            const expected = holds(exclude) ? "exclude" : holds(include) ? "include" : "neither";
            expect(listedIn(one, excluded, included)).toBe(expected);
          }
        }
      },
    ),
    { seed: 21, numRuns: runs(10_000) },
  );
});

const utf8 = (text: string): string => text.toWellFormed();

test("the packed bytes depend on the members only, not on their order or number of mentions", () => {
  fc.assert(
    fc.property(members, (include) => {
      const pack = (list: string[]) => packMembers([{ key: "s", include: list, exclude: [] }]).bytes;
      expect(pack([...include].reverse().concat(include))).toEqual(pack(include));
    }),
    { seed: 22, numRuns: runs(4_000) },
  );
});

test("of many, every member is found and no stranger", () => {
  const size = runs(1_000_000);
  const name = (n: number): string => `user-${n}`;
  const include = Array.from({ length: size }, (_, n) => name(n));
  const { bytes, ranges } = packMembers([
    { key: "few", include: ["user--1"], exclude: [] },
    { key: "many", include, exclude: [] },
  ]);
  expect(bytes.length).toBe(8 * (size + 1));
  const packed = new Members(bytes);
  const [many, few] = [packed.list(ranges.get("many")!.include)!, packed.list(ranges.get("few")!.include)!];
  for (let n = 0; n < size; n++) if (listedIn(name(n), few, many) !== "include") expect.fail(name(n));
  for (let n = size; n < 2 * size; n++) if (listedIn(name(n), few, many) !== "neither") expect.fail(name(n));
  expect(listedIn("user--1", many, few)).toBe("include");
  note(`${size} members`);
});

test("both halves of a digest count", () => {
  // These agree in the low half, and those in the high half.
  for (const [member, stranger] of [
    ["user-91343", "user-197263"],
    ["user-8995", "user-31545"],
  ] as const) {
    const { bytes, ranges } = packMembers([{ key: "s", include: [member], exclude: [] }]);
    const list = new Members(bytes).list(ranges.get("s")!.include)!;
    expect([member, stranger].map((one) => listedIn(one, list, list))).toEqual(["exclude", "neither"]);
  }
});

test("the halves don't collide together, as those of two seeds did", () => {
  const { bytes, ranges } = packMembers([{ key: "s", include: ["7930"], exclude: [] }]);
  const list = new Members(bytes).list(ranges.get("s")!.include)!;
  expect(["7930", "51128"].map((one) => listedIn(one, list, list))).toEqual(["exclude", "neither"]);
});

test("bytes that don't begin at a multiple of four are read as well", () => {
  const { bytes, ranges } = packMembers([{ key: "s", include: ["a", "b"], exclude: [] }]);
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  const list = new Members(shifted.subarray(1)).list(ranges.get("s")!.include)!;
  expect(["a", "b", "c"].map((one) => listedIn(one, list, list))).toEqual(["exclude", "exclude", "neither"]);
});

const LISTED: Segment = segmentSchema.parse({ key: "listed", include: ["a"] });
const EMPTY: Segment = segmentSchema.parse({ key: "empty", when: { all: [] } });
const flags = ["listed", "empty"].map((key) =>
  flagSchema.parse({
    key: `in-${key}`,
    type: "boolean",
    variants: { on: true, off: false },
    rules: [{ when: { segment: key }, serve: { variant: "on" } }],
    default: { variant: "off" },
  }),
);

test("without the members body only what needs it can't be compiled", () => {
  const { body, members: whole } = bodies(flags, [LISTED, EMPTY]);
  const reasons = (bytes: Uint8Array | null) => {
    const snapshot = compile(structuredClone(body), bytes);
    return flags.map(({ key }) => evaluate(snapshot.flag(key, "server")!, { targetingKey: "a" }, 0).reason);
  };
  expect(reasons(whole)).toEqual(["TARGETING_MATCH", "TARGETING_MATCH"]);
  expect(reasons(null)).toEqual(["ERROR", "TARGETING_MATCH"]);
  expect(reasons(new Uint8Array(0))).toEqual(["ERROR", "TARGETING_MATCH"]);
  expect(reasons(whole.subarray(0, 7))).toEqual(["ERROR", "TARGETING_MATCH"]);
});
