import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { expect, test } from "vitest";
import { compileRanges } from "../../src/core/cidr.ts";
import { runs } from "../support/counts.ts";

const refuse = (): never => {
  throw new RangeError("refused");
};
const group = fc.oneof(
  fc.constantFrom("0", "00ab", "1", "ffff", "FfFf", "2001"),
  fc.constantFrom("", "12345", "g", "%1"),
);
const plain = fc.array(group, { minLength: 1, maxLength: 9 }).map((all) => all.join(":"));
const text = fc.oneof(
  fc.ipV6(),
  plain,
  fc.tuple(plain, plain).map((all) => all.join("::")),
  fc.tuple(plain, plain).map(([a, b]) => `::${a}::${b}`),
  fc.constantFrom("::", ":", ":::", "1::", "::1", ":1", "1:", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:8::"),
);

test("what is an IPv6 address, and which one, is what a library says", () => {
  fc.assert(
    fc.property(text, (one) => {
      const dotted = one.includes(".");
      const valid = !one.includes("%") && ipaddr.IPv6.isValid(one);
      fc.pre(!dotted);
      const isOne = (() => {
        try {
          return compileRanges([one], refuse);
        } catch {
          return undefined;
        }
      })();
      expect([one, isOne !== undefined]).toEqual([one, valid]);
      if (isOne) expect([one, isOne(ipaddr.IPv6.parse(one).toNormalizedString())]).toEqual([one, true]);
    }),
    { seed: 56, numRuns: runs(40_000) },
  );
});
