import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LONGEST_OVERRIDE, openOverride, sealOverride } from "../../src/core/override.ts";

/* The text that lets a tester see a variant: who can make one, and what it opens. */

const NOW = Date.UTC(2026, 10, 21);
const soon = NOW / 1000 + 3600;
const override = { flag: "new-checkout", variant: "on", expiresAt: soon };
const token = sealOverride(override, "production", "secret");
const open = (text: string, { flag = "new-checkout", environment = "production", secret = "secret", now = NOW } = {}) =>
  openOverride(text, flag, environment, secret, now);

test("it reads v1.<flag>.<variant>.<expiry>.<HMAC-SHA-256>, in base64url", () => {
  const [version, ...parts] = token.split(".");
  expect(version).toBe("v1");
  expect(parts.slice(0, 3).map((part) => Buffer.from(part, "base64url").toString())).toEqual([
    "new-checkout",
    "on",
    String(soon),
  ]);
  const signed = `production\n${token.slice(0, token.lastIndexOf("."))}`;
  expect(parts[3]).toBe(createHmac("sha256", "secret").update(signed).digest("base64url"));
});

test("it opens the variant of its flag in its environment until it expires", () => {
  expect(open(token)).toBe("on");
  expect(open(token, { flag: "other" })).toBeUndefined();
  expect(open(token, { environment: "staging" })).toBeUndefined();
  expect(open(token, { secret: "another" })).toBeUndefined();
  expect(open(token, { now: soon * 1000 - 1 })).toBe("on");
  expect(open(token, { now: soon * 1000 })).toBeUndefined();
});

test("7 days are the most, also for one that is signed", () => {
  const lasting = (seconds: number) =>
    sealOverride({ ...override, expiresAt: NOW / 1000 + seconds }, "production", "secret");
  expect(open(lasting(LONGEST_OVERRIDE))).toBe("on");
  expect(open(lasting(LONGEST_OVERRIDE + 1))).toBeUndefined();
});

test("without a secret nothing opens, not even what was signed with none", () => {
  expect(open(sealOverride(override, "production", ""), { secret: "" })).toBeUndefined();
});

test("any names survive", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", minLength: 1 }),
      fc.string({ unit: "grapheme", minLength: 1 }),
      (flag, variant) => {
        const made = sealOverride({ flag, variant, expiresAt: soon }, "production", "secret");
        expect(made).toMatch(/^v1(?:\.[\w-]+){4}$/);
        expect(open(made, { flag })).toBe(variant);
      },
    ),
  );
});

describe("a text that was tampered with opens nothing", () => {
  test("at any single place", () => {
    for (let at = 0; at < token.length; at++)
      for (const letter of ["A", "b", "_", ".", "é"])
        if (token[at] !== letter)
          expect(open(token.slice(0, at) + letter + token.slice(at + 1)), `at ${at}: ${letter}`).toBeUndefined();
  });
  test("nor one that is cut, lengthened or rubbish", () => {
    for (let length = 0; length < token.length; length++) expect(open(token.slice(0, length))).toBeUndefined();
    for (const text of [`${token}A`, `${token}.A`, `${token}=`, ` ${token}`, "v1....", "v1.%.%.%.%", "x".repeat(1e5)])
      expect(open(text)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => open(text) === undefined));
  });
  test("another variant with the signature of this one", () => {
    const other = sealOverride({ ...override, variant: "off" }, "production", "another").split(".");
    other[4] = token.split(".")[4]!;
    expect(open(other.join("."))).toBeUndefined();
  });
});
