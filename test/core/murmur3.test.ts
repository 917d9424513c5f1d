import { Buffer } from "node:buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { murmur3, murmur3After } from "../../src/core/murmur3.ts";
import { runs } from "../support/counts.ts";

/* Published results: those of the algorithm's own verification suite that can be said as texts, and widely used ones. */
const PUBLISHED: [text: string, seed: number, hash: number][] = [
  ["", 0, 0],
  ["", 1, 0x514e28b7],
  ["", 0xffffffff, 0x81f16f39],
  ["\0\0\0\0", 0, 0x2362f9de],
  ["\0\0\0", 0, 0x85f0b427],
  ["\0\0", 0, 0x30f4c306],
  ["\0", 0, 0x514e28b7],
  ["!", 0, 0x72661cf4],
  ["hello", 0, 0x248bfa47],
  ["abc", 0, 0xb3dd93fa],
  ["abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 0, 0xee925b90],
  ["aaaa", 0x9747b28c, 0x5a97808a],
  ["aaa", 0x9747b28c, 0x283e0130],
  ["aa", 0x9747b28c, 0x5d211726],
  ["a", 0x9747b28c, 0x7fa09ea6],
  ["abcd", 0x9747b28c, 0xf0478627],
  ["abc", 0x9747b28c, 0xc84a62dd],
  ["ab", 0x9747b28c, 0x74875592],
  ["Hello, world!", 0x9747b28c, 0x24884cba],
  ["ππππππππ", 0x9747b28c, 0xd58063c1],
  ["a".repeat(256), 0x9747b28c, 0x37405bdc],
  ["The quick brown fox jumps over the lazy dog", 0, 0x2e4ff723],
  ["The quick brown fox jumps over the lazy dog", 0x9747b28c, 0x2fa826cd],
];

test("the hash is MurmurHash3 x86 32-bit", () => {
  for (const [text, seed, hash] of PUBLISHED) expect([text, seed, murmur3(text, seed)]).toEqual([text, seed, hash]);
});

/** Straight over bytes. */
function overBytes(bytes: Uint8Array, seed: number): number {
  let h = seed | 0;
  const scramble = (k: number): number => {
    const a = Math.imul(k, 0xcc9e2d51);
    return Math.imul((a << 15) | (a >>> 17), 0x1b873593);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let i = 0;
  for (; i + 4 <= bytes.length; i += 4) {
    h ^= scramble(view.getInt32(i, true));
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let j = bytes.length - 1; j >= i; j--) tail = (tail << 8) | bytes[j]!;
  if (i < bytes.length) h ^= scramble(tail);
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme-ascii", maxLength: 40 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 12 }),
  fc
    .array(fc.constantFrom("a", "bcdef", "é", "\u0800", "\ud83d\udcb6", "\ud83d", "\udcb6"), { maxLength: 12 })
    .map((parts) => parts.join("")),
);

test("texts are hashed as their UTF-8 bytes, a lone surrogate as U+FFFD", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 0xffffffff }), (one, seed) => {
      expect(murmur3(one, seed)).toBe(overBytes(Buffer.from(one, "utf8"), seed));
    }),
    { seed: 3, numRuns: runs(100_000) },
  );
  expect(murmur3("\ud800")).toBe(murmur3("\ufffd"));
});

test("a prefix hashed beforehand changes nothing, however often and in whatever order texts are hashed", () => {
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 6 }),
      fc.array(text, { minLength: 1, maxLength: 3 }),
      (prefixes, texts) => {
        const hashes = prefixes.map((prefix) => ({ prefix: Buffer.from(prefix, "utf8"), after: murmur3After(prefix) }));
        for (const one of [...texts, ...texts])
          for (const { prefix, after } of hashes)
            for (let again = 0; again < 2; again++)
              expect(after(one)).toBe(overBytes(Buffer.concat([prefix, Buffer.from(one, "utf8")]), 0));
      },
    ),
    { seed: 4, numRuns: runs(40_000) },
  );
});
