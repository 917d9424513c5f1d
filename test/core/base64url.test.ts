import { expect, test } from "vitest";
import { fromBase64url, toBase64url } from "../../src/core/base64url.ts";

test("base64url says any bytes as Node says them, and takes them back", () => {
  for (let length = 0; length < 70; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (length * 89 + i * 151) & 255);
    const text = toBase64url(bytes);
    expect(text).toBe(Buffer.from(bytes).toString("base64url"));
    expect(fromBase64url(text)).toEqual(bytes);
  }
  expect(toBase64url(Uint8Array.of(251, 255, 254))).toBe("-__-");
});

test.each(["a", "ab$d", "ÿÿÿÿ"])("%s isn't base64url", (text) => expect(() => fromBase64url(text)).toThrow());
