import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Condition, flag as flagSchema, type HashName } from "../../src/contract/flag.ts";
import { murmur3 } from "../../src/core/murmur3.ts";
import { cut, edgeAt, Placer } from "../../src/core/places.ts";
import { evaluate } from "../../src/core/evaluate.ts";
import { runs } from "../support/counts.ts";
import { publish } from "./publish.ts";

/* Hashes with a number of places of their own (design, interchange.md § 2.1 to 2.3). */

const placeOf = (hash: HashName, salt: string, value: unknown, places?: number): number =>
  new Placer({ by: "x", hash, salt, ...(places === undefined ? {} : { places }) }).place({ x: value });

type Vectors = {
  places: { hash: HashName; salt: string; value: string | number | boolean; places?: number; place: number }[];
};
const vectors = JSON.parse(readFileSync(new URL("../vectors/places.json", import.meta.url), "utf8")) as Vectors;

test.each(vectors.places)("$hash puts $value behind $salt at $place", ({ hash, salt, value, places, place }) => {
  expect(placeOf(hash, salt, value, places)).toBe(place);
});

// ---- recorded places, where they are present

type Recorded = {
  id: string;
  group: "vendor" | "hard" | "cut";
  kind: HashName | "eppo" | "statsig" | null;
  salt: string;
  value: string | number;
  places: number;
  place?: number;
  fraction?: number;
  absent?: boolean;
  test: string;
  threshold: number;
  cut: number;
};
const recordings = new URL("../../../shared/conformance/buckets.jsonl", import.meta.url);
const recorded = existsSync(recordings)
  ? readFileSync(recordings, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Recorded)
      .filter(({ kind }) => kind !== null && kind !== "eppo" && kind !== "statsig")
  : [];

describe.skipIf(recorded.length === 0)("../shared/conformance/buckets.jsonl (skipped where it isn't present)", () => {
  test("every place", () => {
    const wrong = recorded
      .filter(({ group, absent }) => group !== "cut" && absent !== true)
      .filter(({ kind, salt, value, places, place, fraction }) => {
        const own = kind!.startsWith("unleash-variant") ? places : undefined;
        const got = placeOf(kind as HashName, salt, value, own);
        return place === undefined ? got / 2 ** 60 !== fraction : got !== place || got / places !== fraction;
      });
    expect(wrong).toEqual([]);
  });

  test("every cut, found in the vendor's own arithmetic, is the edge of its fraction", () => {
    const cuts = recorded.filter(({ group }) => group === "cut");
    expect(cuts.map(({ cut: n, places }) => cut(n / places, places))).toEqual(cuts.map(({ cut: n }) => n));
  });
});

// ---- edges

const SPACES = [1, 2, 3, 99, 100, 1000, 9998, 10_000, 1_000_000, 2 ** 31 - 1, 2 ** 32];

test("the edge of k / N is k", () => {
  for (const places of SPACES.filter((n) => n <= 10_000))
    for (let k = 0; k <= places; k++) expect(cut(k / places, places)).toBe(k);
  fc.assert(
    fc.property(fc.constantFrom(...SPACES), fc.double({ min: 0, max: 1, noNaN: true }), (places, at) => {
      const k = Math.floor(at * places);
      expect(cut(k / places, places)).toBe(k);
    }),
    { seed: 91, numRuns: runs(100_000) },
  );
});

test("an edge is the least place that isn't below its fraction, as doubles divide", () => {
  fc.assert(
    fc.property(fc.constantFrom(...SPACES), fc.double({ min: 0, max: 1, noNaN: true }), (places, fraction) => {
      const edge = cut(fraction, places);
      expect([edge / places >= fraction, edge === 0 || (edge - 1) / places < fraction]).toEqual([true, true]);
      if (places === 2 ** 32) expect(edge).toBe(Math.ceil(fraction * 2 ** 32));
    }),
    { seed: 92, numRuns: runs(100_000) },
  );
});

test("edges of shares are whole-number divisions rounded up, whatever the number of places", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SPACES),
      fc.integer({ min: 1, max: 10 ** 13 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (places, whole, at) => {
        const part = Math.floor(at * whole);
        const [a, b] = [BigInt(part) * BigInt(places), BigInt(whole)];
        expect(edgeAt(part, whole, places)).toBe(Number(a % b === 0n ? a / b : a / b + 1n));
        expect(edgeAt(part, whole, 2 ** 60)).toBe((part / whole) * 2 ** 60);
      },
    ),
    { seed: 93, numRuns: runs(20_000) },
  );
});

test("a fraction that is none makes no edge", () => {
  for (const fraction of [-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => cut(fraction, 100)).toThrow(RangeError);
});

// ---- hashes, by other means

const hex = (algorithm: string, text: string): string => createHash(algorithm).update(text, "utf8").digest("hex");

test("digests are those of Node's own cryptography", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.string({ maxLength: 20 }), (value, salt) => {
      const sha = Number.parseInt(hex("sha1", salt + value).slice(0, 15), 16);
      expect(placeOf("launchdarkly", salt, value)).toBe(sha);
      const variant = Number.parseInt(hex("sha1", `${salt}${value}variant`).slice(0, 15), 16);
      expect(placeOf("posthog-variant", salt, value)).toBe(variant);
      expect(placeOf("configcat", salt, value)).toBe(Number.parseInt(hex("sha1", salt + value).slice(0, 7), 16) % 100);
      let text = salt + value;
      while (BigInt(`0x${hex("md5", text)}`) % 9999n === 9998n) text += `,${salt}${value}`;
      expect(placeOf("flagsmith", salt, value)).toBe(Number(BigInt(`0x${hex("md5", text)}`) % 9999n));
    }),
    { seed: 94, numRuns: runs(2_000) },
  );
});

test("Flagsmith hashes twice what would be at the last place of all", () => {
  const values = Array.from({ length: 40_000 }, (_, n) => `user-${n}`);
  const last = values.filter((value) => BigInt(`0x${hex("md5", `s,${value}`)}`) % 9999n === 9998n);
  expect(last.length).toBeGreaterThan(0);
  for (const value of last)
    expect(placeOf("flagsmith", "s,", value)).toBe(Number(BigInt(`0x${hex("md5", `s,${value},s,${value}`)}`) % 9999n));
});

test("hashes of bytes see the low eight bits of each unit, and ASCII as UTF-8 does", () => {
  expect(placeOf("unleash-js", "g:", "abc")).toBe(placeOf("unleash", "g:", "abc"));
  expect(placeOf("unleash-variant-js", "g:", "abc", 1000)).toBe(placeOf("unleash-variant", "g:", "abc", 1000));
  expect(placeOf("unleash-js", "g:", "\u0161")).toBe(placeOf("unleash-js", "g:", "a"));
});

// ---- CBOR, by the examples of RFC 8949, appendix A

const bare = (value: unknown): number => new Placer({ by: "x", hash: "flagd-v3", salt: "" }).place({ x: value });
const ofBytes = (bytes: string): number => murmurOfBytes(Buffer.from(bytes, "hex"));
function murmurOfBytes(binary: Buffer): number {
  let h = 0;
  for (let i = 0; i < binary.length; i += 4) {
    let k = 0;
    for (let j = 0; j < 4 && i + j < binary.length; j++) k |= binary[i + j]! << (8 * j);
    k = Math.imul(k, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    h ^= k;
    if (i + 4 <= binary.length) h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  h ^= binary.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

test.each<[unknown, string]>([
  [0, "00"],
  [-0, "00"],
  [1, "01"],
  [23, "17"],
  [24, "1818"],
  [100, "1864"],
  [1000, "1903e8"],
  [1_000_000, "1a000f4240"],
  [1_000_000_000_000, "1b000000e8d4a51000"],
  [18446744073709550000, "1bfffffffffffff800"],
  [-1, "20"],
  [-10, "29"],
  [-1000, "3903e7"],
  [1.1, "fb3ff199999999999a"],
  [1.5, "f93e00"],
  [65504.5, "fa477fe080"],
  [0.00006103515625, "f90400"],
  [5.960464477539063e-8, "f90001"],
  [-4.1, "fbc010666666666666"],
  [1.0e300, "fb7e37e43c8800759c"],
  [3.4028234663852886e38, "fa7f7fffff"],
  [false, "f4"],
  [true, "f5"],
  ["", "60"],
  ["a", "6161"],
  ["ü", "62c3bc"],
  ["水", "63e6b0b4"],
  ["\u{10151}", "64f0908591"],
])("flagd v3 hashes %j as %s", (value, bytes) => {
  expect(bare(value)).toBe(ofBytes(bytes));
});

test("flagd v3 with a salt hashes the array of two texts, and only texts", () => {
  expect(placeOf("flagd-v3", "flag", "user")).toBe(ofBytes("8264666c61676475736572"));
  expect(placeOf("flagd-v3", "flag", 7)).toBe(-1);
});

// ---- what can be hashed

const reach = (as: "id" | "string" | "text" | "truthy", ...values: unknown[]): number =>
  new Placer({ by: values.map((_, i) => `x${i}`), hash: "murmur3", salt: "s", as }).place(
    Object.fromEntries(values.map((value, i) => [`x${i}`, value])),
  );

test.each<["id" | "string" | "text" | "truthy", unknown, string | undefined]>([
  ["id", 7, "7"],
  ["id", 1.5, undefined],
  ["id", "", ""],
  ["id", true, undefined],
  ["string", 7, undefined],
  ["string", "7", "7"],
  ["text", 1.5, "1.5"],
  ["text", -0, "0"],
  ["text", true, "true"],
  ["text", [1, null, "a"], "1,,a"],
  ["text", { a: 1 }, "[object Object]"],
  ["text", { toString: 1, valueOf: 1 }, "[object Object]"],
  ["text", null, undefined],
  ["text", "", ""],
  ["truthy", "", undefined],
  ["truthy", 0, undefined],
  ["truthy", false, undefined],
  ["truthy", true, "true"],
  ["truthy", "0", "0"],
])("as %s, %j is hashed as %j", (as, value, text) => {
  expect(reach(as, value)).toBe(text === undefined ? -1 : murmur3(`s${text}`));
  // What can't be hashed counts as absent, and the next is tried.
  expect(reach(as, value, "next")).toBe(murmur3(`s${text ?? "next"}`));
});

// ---- in flags

const yes = (when: Condition, context: Record<string, unknown>): unknown =>
  evaluate(
    publish(
      [
        flagSchema.parse({
          key: "f",
          type: "boolean",
          variants: { yes: true, no: false },
          rules: [{ when, serve: { variant: "yes" } }],
          default: { variant: "no" },
        }),
      ],
      [],
    ).flag("f", "server")!,
    context,
    0,
  ).value;

test("a bucket of ranges holds in each of them and between them not; no bucket holds where nothing can be hashed", () => {
  const place = placeOf("unleash", "s:", "user");
  const bucket = (...ranges: [number, number][]): Condition => ({
    bucket: {
      by: "id",
      hash: "unleash",
      salt: "s:",
      ranges: ranges.map(([from, to]) => ({ from: from / 100, to: to / 100 })),
    },
  });
  expect(yes(bucket([place, place + 1]), { id: "user" })).toBe(true);
  expect(yes(bucket([0, place], [place + 1, 100]), { id: "user" })).toBe(false);
  expect(yes(bucket([0, place], [place, 100]), { id: "user" })).toBe(true);
  expect(yes(bucket([0, 100]), {})).toBe(false);
  expect(yes({ not: bucket([0, 100]) }, {})).toBe(true);
});

test("a percentage of few places moves in steps of one of them, rounded up, and moves nobody", () => {
  const served = (percentage: number, id: string): boolean =>
    evaluate(
      publish(
        [
          flagSchema.parse({
            key: "f",
            type: "boolean",
            variants: { yes: true, no: false },
            default: {
              rollout: {
                percentage,
                split: [{ variant: "yes", weight: 1 }],
                otherwise: "no",
                hash: "unleash",
                salt: "s:",
              },
            },
          }),
        ],
        [],
      ).flag("f", "server")!,
      { targetingKey: id },
      0,
    ).value as boolean;
  const ids = Array.from({ length: 500 }, (_, n) => `u${n}`);
  for (const id of ids) expect(served(12.5, id)).toBe(placeOf("unleash", "s:", id) < 13);
  for (const id of ids) if (served(12.5, id)) expect(served(40, id)).toBe(true);
});
