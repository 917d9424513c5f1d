import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cut } from "../../src/environment/store/content-store.ts";
import { runs } from "../support/counts.ts";

const KIB = 1024;

/** Bytes that look like a long list of members: texts of digits that repeat little. */
function members(count: number, seed: number): Uint8Array {
  let state = seed;
  const lines = Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return `"user-${state.toString(36)}"`;
  });
  return new TextEncoder().encode(`[${lines.join(",")}]`);
}

const textsOf = (parts: Uint8Array[]): Set<string> => new Set(parts.map((part) => new TextDecoder().decode(part)));

describe("a long text is cut", () => {
  test("into parts that are the text again, none over 512 KiB, none but the last under 32 KiB", () => {
    const whole = fc.tuple(fc.integer({ min: 0, max: 60_000 }), fc.nat());
    fc.assert(
      fc.property(whole, ([count, seed]) => {
        const bytes = members(count, seed);
        const parts = cut(bytes);
        expect(Buffer.concat(parts).equals(bytes)).toBe(true);
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(512 * KIB);
        for (const part of parts.slice(0, -1)) expect(part.length).toBeGreaterThanOrEqual(32 * KIB);
      }),
      { seed: 21, numRuns: runs(200) },
    );
  });

  test("where a byte repeats for ever, at the greatest length", () => {
    const parts = cut(new Uint8Array(2_000 * KIB).fill(97));
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(512 * KIB);
  });

  test("so that a change anywhere leaves nearly all parts as they are", () => {
    const bytes = members(300_000, 7);
    const before = textsOf(cut(bytes));
    expect(before.size).toBeGreaterThan(10);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 0, max: 40 }), (at, removed) => {
        const inserted = new TextEncoder().encode('"somebody-new",');
        const after = cut(Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]));
        const fresh = [...textsOf(after)].filter((part) => !before.has(part));
        expect(fresh.length).toBeLessThanOrEqual(3);
      }),
      { seed: 22, numRuns: runs(100) },
    );
  });
});
