import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countDispersion, dispersion, type SlicedArm } from "../../../src/core/statistics/dispersion.ts";
import { withoutLoudest } from "../../../src/core/statistics/loudest.ts";
import { Random } from "../../support/random.ts";
import { permuted } from "./permuted.ts";

const even = (events: number, exposures = 100): SlicedArm => ({
  events: Array.from({ length: 32 }, () => events),
  exposures: Array.from({ length: 32 }, () => exposures),
});
const arm = (...slices: [events: number, exposures: number][]): SlicedArm => ({
  events: slices.map(([events]) => events),
  exposures: slices.map(([, exposures]) => exposures),
});
const slices = fc
  .array(fc.tuple(fc.nat({ max: 9 }), fc.integer({ min: 1, max: 50 })), { minLength: 6, maxLength: 6 })
  .map((of) => arm(...of));
const parts = fc.array(fc.tuple(slices, slices), { minLength: 1, maxLength: 5 });

describe("the dispersion of events", () => {
  test("is what slices are off by, over what chance would make of it; arms weighted by their events", () => {
    // r = 12/60, expected 4 each: (4 + 4 + 0) / (3·4·(1 − 4/12)) = 1. And r = 30/40, expected 15: 450 / (2·15/2) = 30.
    const treatment = arm([2, 20], [6, 20], [4, 20]);
    const control = arm([0, 20], [30, 20]);
    expect(dispersion([[treatment]]).arms).toEqual([expect.closeTo(1, 12)]);
    expect(dispersion([[control]])).toEqual({ arms: [expect.closeTo(30, 12)], phi: expect.closeTo(30, 12) as number });
    expect(dispersion([[treatment, control]]).phi).toBeCloseTo((12 * 1 + 30 * 30) / 42, 12);
  });

  test("isn't lessened by a slice that makes most of the requests", () => {
    // One bot in a slice: half of the requests. Twice as many errors as expected there, as many fewer elsewhere.
    const bot = arm([66, 3_100], ...Array.from({ length: 31 }, (): [number, number] => [0, 100]));
    // E = 33 in its slice, 33/31 in each other: (33² + 31·(33/31)²) / (33/2 + 33·(1 − 1/62)).
    expect(dispersion([[bot]]).phi).toBeCloseTo((33 ** 2 + 33 ** 2 / 31) / (33 / 2 + 33 * (1 - 1 / 62)), 9);
  });

  test("doesn't take rates that move between parts for people who differ", () => {
    const quiet = [even(1), even(1)] as const;
    const busy = [even(40), even(40)] as const;
    expect(dispersion([quiet, busy]).arms).toEqual([expect.closeTo(0, 12), expect.closeTo(0, 12)]);
    // Each slice comes at another time, and rates rise: added up over parts that would look like people who differ.
    const early = [arm([1, 100], [9, 900]), even(0)] as const;
    const late = [arm([90, 900], [10, 100]), even(0)] as const;
    expect(dispersion([early, late]).arms[0]).toBeCloseTo(0, 12);
  });

  test("of people who differ for good grows with time", () => {
    const part = [arm([2, 100], [8, 100], [5, 100]), even(0)] as const;
    const after = (n: number) => dispersion(Array.from({ length: n }, () => part)).arms[0]!;
    expect(after(2)).toBeCloseTo(2 * after(1), 9);
    expect(after(10)).toBeCloseTo(10 * after(1), 9);
  });

  test("is the same in whichever order parts and slices come", () => {
    fc.assert(
      fc.property(parts, fc.infiniteStream(fc.nat()), (some, chance) => {
        const { phi } = dispersion(some);
        expect(dispersion(permuted(some, chance)).phi).toBeCloseTo(phi, 9);
        const turned = some.map((part) =>
          part.map((of): SlicedArm => ({
            events: Array.from(of.events).toReversed(),
            exposures: Array.from(of.exposures).toReversed(),
          })),
        );
        expect(dispersion(turned).phi).toBeCloseTo(phi, 9);
      }),
    );
  });

  test("is null of an arm with fewer than two slices that may have events, and at least 1 of all", () => {
    expect(dispersion([])).toEqual({ arms: [], phi: 1 });
    expect(dispersion([[arm(), arm()]])).toEqual({ arms: [null, null], phi: 1 });
    expect(dispersion([[arm([9, 9]), even(0)]])).toEqual({ arms: [null, null], phi: 1 });
    expect(dispersion([[arm([9, 9], [0, 0]), even(3)]])).toEqual({ arms: [null, 0], phi: 1 });
  });

  test("finds that a client fails again and again", () => {
    const failing = even(2, 1_000);
    Object.assign(failing.events, { 7: 300 });
    Object.assign(failing.exposures, { 7: 1_300 });
    expect(dispersion([[failing, even(2, 1_000)]]).phi).toBeGreaterThan(100);
  });

  test("is about 1 for events that happen each for itself", () => {
    const random = new Random(7);
    let sum = 0;
    const chance = (): SlicedArm =>
      arm(
        ...Array.from({ length: 32 }, (): [number, number] => [
          Array.from({ length: 100 }, () => random.oneIn(10)).filter(Boolean).length,
          100,
        ]),
      );
    for (let run = 0; run < 200; run++) sum += dispersion([[chance(), chance()]]).phi;
    // The mean of max(1, χ²/31), times 1 − 1/10 for trials that succeed at most once.
    expect(sum / 200).toBeGreaterThan(1);
    expect(sum / 200).toBeLessThan(1.12);
  });

  test("refuses wrong arguments by name", () => {
    expect(() => dispersion([[arm([-1, 1])]])).toThrow("parts[0][0].events[0] must be from 0");
    expect(() => dispersion([[{ events: [1], exposures: [1, 2] }]])).toThrow(
      "parts[0][0] must have events for as many",
    );
    expect(() => Reflect.apply(dispersion, undefined, [[7]])).toThrow("parts[0] must be an array");
    expect(() => Reflect.apply(dispersion, undefined, [[[7]]])).toThrow("parts[0][0].exposures must be a list");
  });
});

describe("without the two loudest slices", () => {
  const options = { harm: "increase", tolerate: 1 } as const;

  test("two clients that fail say nothing, and what everybody meets still does", () => {
    const two = even(1, 1_000);
    Object.assign(two.events, { 3: 90, 8: 100 });
    const control = even(10, 10_000);
    expect(withoutLoudest([[two, control]], options)).toMatchObject({ left: [8, 3], phi: 1 });
    expect(withoutLoudest([[two, control]], options).logE).toBeLessThan(0);
    expect(withoutLoudest([[even(5, 1_000), control]], options).logE).toBeGreaterThan(30);
  });

  test("of equals the lower goes, and of a decrease it is control's that are loud", () => {
    const [quiet, loud] = [even(2), even(2)];
    Object.assign(loud.events, { 5: 30 });
    expect(withoutLoudest([[loud, quiet]], options).left).toEqual([5, 0]);
    expect(withoutLoudest([[loud, quiet]], { harm: "decrease", tolerate: 1 }).left).toEqual([0, 1]);
    expect(withoutLoudest([[quiet, loud]], { harm: "decrease", tolerate: 1 }).left).toEqual([5, 0]);
  });

  test("parts of different shares are never pooled", () => {
    // As many errors of either side in each part; pooled, treatment would seem to have twice as many (E. Simpson 1951).
    const noisy = [even(10, 100), even(10, 100)] as const;
    const calm = [even(1, 100), even(9, 900)] as const;
    expect(withoutLoudest([noisy, calm], options).logE).toBeLessThan(0);
  });

  test("refuses wrong arguments by name", () => {
    expect(() => withoutLoudest([[even(1), arm([1, -1])]], options)).toThrow("parts[0][1].exposures[0] must be from 0");
    expect(() => withoutLoudest([], { ...options, tolerate: 0.5 })).toThrow("tolerate must be from 1");
  });
});

describe("the dispersion of requests", () => {
  test("is the variance of the slices' counts over their mean, at least 1", () => {
    expect(countDispersion([[4, 4, 6, 6]])).toBe(1);
    expect(countDispersion([[2, 4, 6, 8]])).toBeCloseTo(20 / 5 / 3, 12);
    expect(countDispersion([[10, 20, 30, 40]])).toBeCloseTo(500 / 25 / 3, 12);
    expect(countDispersion([[...Array.from({ length: 31 }, () => 0), 320]])).toBeCloseTo(
      (31 * 100 + 310 ** 2) / 10 / 31,
      9,
    );
    for (const nothing of [[], [[]], [[0, 0]], [[5]]]) expect(countDispersion(nothing)).toBe(1);
  });

  test("weighs arms by their requests and leaves empty ones out", () => {
    const [one, other] = [
      [10, 20, 30, 40],
      [0, 0, 0, 100],
    ];
    const [a, b] = [countDispersion([one]), countDispersion([other])];
    expect(countDispersion([one, other])).toBeCloseTo((100 * a + 100 * b) / 200, 12);
    expect(countDispersion([one, [0, 0, 0, 0]])).toBe(a);
    expect(() => countDispersion([[1], [-2]])).toThrow("slices[1][0] must be from 0");
  });
});
