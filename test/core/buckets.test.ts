import { createHash } from "node:crypto";
import { FlagdCore } from "@openfeature/flagd-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Flag, flag as flagSchema } from "../../src/contract/flag.ts";
import { evaluate } from "../../src/core/evaluate.ts";
import { note, runs } from "../support/counts.ts";
import { publish } from "./publish.ts";

type Share = { variant: string; weight: number };
const VARIANTS = ["a", "b", "c", "d"];

function rolloutFlag(key: string, rollout: object): Flag {
  return flagSchema.parse({
    key,
    type: "string",
    variants: Object.fromEntries([...VARIANTS, "rest"].map((variant) => [variant, variant])),
    default: { rollout: { otherwise: "rest", ...rollout } },
  });
}

/** What a rollout serves to a targeting key. */
function server(key: string, rollout: object): (targetingKey: string) => string {
  const compiled = publish([rolloutFlag(key, rollout)], []).flag(key, "server")!;
  return (targetingKey) => evaluate(compiled, { targetingKey }, 0).variant!;
}

const ids = Array.from({ length: 1_000 }, (_, n) => `id-${n}`);
const split = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 1_000_000 })), {
    minLength: 1,
    maxLength: 4,
  })
  .filter((weights) => weights.some((weight) => weight > 0))
  .map((weights): Share[] => weights.map((weight, i) => ({ variant: VARIANTS[i]!, weight })));
const thousandths = fc.integer({ min: 0, max: 100_000 });
const salt = fc.string({ maxLength: 8 });

describe("growing never reshuffles", () => {
  test("raising the share evicts nobody and moves nobody between variants; who comes in comes from the rest", () => {
    fc.assert(
      fc.property(split, thousandths, thousandths, salt, (shares, one, other, salted) => {
        const [low, high] = [Math.min(one, other) / 1000, Math.max(one, other) / 1000];
        const before = server("f", { percentage: low, split: shares, salt: salted });
        const after = server("f", { percentage: high, split: shares, salt: salted });
        for (const id of ids) if (before(id) !== "rest") expect(after(id)).toBe(before(id));
      }),
      { seed: 11, numRuns: runs(2_000) },
    );
  });

  test("lowering it again takes out exactly those who came in last", () => {
    fc.assert(
      fc.property(
        split,
        fc.uniqueArray(thousandths, { minLength: 3, maxLength: 3 }),
        salt,
        (shares, points, salted) => {
          const [low, middle, high] = points
            .sort((a, b) => a - b)
            .map((point) => server("f", { percentage: point / 1000, split: shares, salt: salted }));
          for (const id of ids) {
            const [inLow, inMiddle, inHigh] = [low!, middle!, high!].map((serves) => serves(id) !== "rest");
            expect([inLow && !inMiddle, inMiddle && !inHigh]).toEqual([false, false]);
            if (inMiddle) expect(middle!(id)).toBe(high!(id));
          }
        },
      ),
      { seed: 12, numRuns: runs(1_000) },
    );
  });

  test("at 100 % everyone takes part, at 0 % nobody", () => {
    fc.assert(
      fc.property(split, salt, (shares, salted) => {
        const all = server("f", { percentage: 100, split: shares, salt: salted });
        const none = server("f", { percentage: 0, split: shares, salt: salted });
        for (const id of ids.slice(0, 200)) {
          expect(all(id)).not.toBe("rest");
          expect(none(id)).toBe("rest");
        }
      }),
      { seed: 13, numRuns: runs(2_000) },
    );
  });
});

test("the same context gets the same answer, also from another isolate's snapshot", () => {
  fc.assert(
    fc.property(split, thousandths, fc.string(), (shares, share, id) => {
      const rollout = { percentage: share / 1000, split: shares };
      const first = server("f", rollout);
      const answer = first(id);
      first("someone else");
      expect([first(id), server("f", rollout)(id)]).toEqual([answer, answer]);
    }),
    { seed: 14, numRuns: runs(10_000) },
  );
});

/** Kinds of targeting keys in use, all made from a number. */
const KINDS: Record<string, (n: number) => string> = {
  "sequential ids": (n) => String(n),
  "prefixed sequential ids": (n) => `user-${String(n).padStart(8, "0")}`,
  UUIDs: (n) => {
    const hex = createHash("sha256").update(`uuid ${n}`).digest("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  },
  "e-mail addresses": (n) => `${["ada", "grace", "linus", "joão"][n % 4]}.${n.toString(36)}@example.com`,
};
const PEOPLE = 100_000;

describe("shares of 100 000 people are right within five standard deviations", () => {
  const rollout = {
    percentage: 37.5,
    split: [
      { variant: "a", weight: 1 },
      { variant: "b", weight: 2 },
      { variant: "c", weight: 7 },
    ],
  };
  const expected = { a: 0.0375, b: 0.075, c: 0.2625, rest: 0.625 };
  for (const [kind, make] of Object.entries(KINDS))
    for (const key of ["new-checkout", "search", "flag-0001"])
      test(`${kind}, salt ${key}`, () => {
        const serves = server(key, rollout);
        const counts = new Map<string, number>();
        for (let n = 0; n < PEOPLE; n++) {
          const variant = serves(make(n));
          counts.set(variant, (counts.get(variant) ?? 0) + 1);
        }
        let worst = 0;
        for (const [variant, p] of Object.entries(expected)) {
          const sigmas = Math.abs((counts.get(variant) ?? 0) - p * PEOPLE) / Math.sqrt(PEOPLE * p * (1 - p));
          worst = Math.max(worst, sigmas);
        }
        note(`worst deviation ${worst.toFixed(2)} sigma`);
        expect(worst).toBeLessThan(5);
      });
});

describe("two flags' buckets are independent", () => {
  const half = { percentage: 50, split: [{ variant: "a", weight: 1 }] };
  for (const [kind, make] of Object.entries(KINDS))
    test(`${kind}: a quarter is in both of two halves, also for keys that differ in one character`, () => {
      const keys = ["new-checkout", "new-checkouu", "flag-0001", "flag-0002", "search"];
      const all = keys.map((key) => server(key, half));
      const inBoth = keys.map(() => keys.map(() => 0));
      for (let n = 0; n < PEOPLE; n++) {
        const id = make(n);
        const inside = all.map((serves) => serves(id) === "a");
        for (const [i, one] of inside.entries())
          for (const [j, other] of inside.entries()) if (one && other) inBoth[i]![j]!++;
      }
      const sigma = Math.sqrt(PEOPLE * 0.25 * 0.75);
      for (const [i, row] of inBoth.entries())
        for (const [j, count] of row.entries())
          if (i !== j) expect(Math.abs(count - PEOPLE / 4) / sigma, `${keys[i]} and ${keys[j]}`).toBeLessThan(5);
    });
});

test("with the default salt the split of everyone is flagd's", () => {
  fc.assert(
    fc.property(split, fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), (shares, key) => {
      const serves = server(key, { percentage: 100, split: shares });
      const flagd = new FlagdCore();
      flagd.setConfigurations(
        JSON.stringify({
          flags: {
            [key]: {
              state: "ENABLED",
              variants: Object.fromEntries(VARIANTS.map((variant) => [variant, variant])),
              defaultVariant: "a",
              targeting: { fractional: shares.map(({ variant, weight }) => [variant, weight]) },
            },
          },
        }),
      );
      for (const targetingKey of ids.slice(0, 50))
        expect(serves(targetingKey)).toBe(flagd.resolveStringEvaluation(key, "?", { targetingKey }).variant);
    }),
    { seed: 15, numRuns: runs(2_000) },
  );
});

/** The targeting keys whose buckets lie next to an edge are too rare to meet by chance: so edges are tested by ranges. */
describe("edges are exact", () => {
  const BUCKET = 1_954_156_369; // of "new-checkoutuser-1", from an independent implementation
  const serves = (ranges: { variant: string; from: number; to: number }[]): string =>
    server("new-checkout", { ranges })("user-1");

  test("the lower edge of a range is inside, the upper one outside", () => {
    const at = BUCKET / 2 ** 32;
    const next = (BUCKET + 1) / 2 ** 32;
    expect(serves([{ variant: "a", from: at, to: next }])).toBe("a");
    expect(serves([{ variant: "a", from: 0, to: at }])).toBe("rest");
    expect(serves([{ variant: "a", from: next, to: 1 }])).toBe("rest");
    expect(serves([{ variant: "a", from: 0, to: at + 2 ** -40 }])).toBe("a");
    expect(serves([{ variant: "a", from: at + 2 ** -40, to: 1 }])).toBe("rest");
    expect(serves([{ variant: "a", from: at, to: at }])).toBe("rest");
  });

  test("weights whose products pass 2^53 meet without gap or overlap", () => {
    fc.assert(
      fc.property(split, (shares) => {
        const whole = shares.reduce((sum, { weight }) => sum + weight, 0);
        let before = 0;
        const owner = shares.find(({ weight }) => {
          const owns =
            BigInt(before) << 32n <= BigInt(BUCKET) * BigInt(whole) &&
            BigInt(BUCKET) * BigInt(whole) < BigInt(before + weight) << 32n;
          before += weight;
          return owns;
        });
        expect(server("new-checkout", { percentage: 100, split: shares })("user-1")).toBe(owner!.variant);
      }),
      { seed: 16, numRuns: runs(10_000) },
    );
  });
});
