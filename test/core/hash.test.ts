import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { sha256 as library } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import { hmacSha256, sha256Hex } from "../../src/core/hash.ts";
import { runs } from "../support/counts.ts";

/* SHA-256 of our own, against OpenSSL's and a library's. */

const hex = (data: Uint8Array | string): string => createHash("sha256").update(data).digest("hex");

describe("SHA-256", () => {
  test("is that of FIPS 180-4, for texts and bytes of every length around two blocks", () => {
    expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    for (let length = 0; length <= 260; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 131 + length) & 255);
      expect(sha256Hex(bytes)).toBe(hex(bytes));
      expect(sha256Hex(bytes)).toBe(bytesToHex(library(bytes)));
    }
    const long = new Uint8Array(3_000_001).fill(0xa5);
    expect(sha256Hex(long)).toBe(hex(long));
  });

  test("is the same of any text, and of a part of other bytes", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(20),
        (text, bytes, skip) => {
          expect(sha256Hex(text)).toBe(hex(text));
          const part = bytes.subarray(Math.min(skip, bytes.length));
          expect(sha256Hex(part)).toBe(hex(part));
        },
      ),
      { numRuns: runs(20_000) },
    );
  });

  test("makes the HMAC of RFC 2104 with keys shorter and longer than a block", () => {
    const message = new TextEncoder().encode("what is signed");
    for (const length of [0, 1, 32, 63, 64, 65, 200]) {
      const key = new Uint8Array(length).fill(7);
      expect(bytesToHex(hmacSha256(key, message))).toBe(createHmac("sha256", key).update(message).digest("hex"));
    }
  });
});
