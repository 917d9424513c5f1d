import { expect, test } from "vitest";
import * as core from "../../../src/core-package.ts";

/* What is refused, and what is answered at the ends of what is not: an error with a name, and never a NaN or an Infinity. */

const bins = [{ exposures: [10, 20], events: [1, 2] }];
const minutes = [{ exposed: [10, 20], erred: [1, 2] }];
const harm = { harm: "increase", tolerate: 1, detect: 2, dispersion: 1 };
const exported: Record<string, unknown> = { ...core };
const call = (name: keyof typeof core, ...args: unknown[]): (() => unknown) => {
  return () => Reflect.apply(exported[name] as () => unknown, undefined, args);
};

test.each([
  ["rateRatioEvidence", bins],
  ["safetyEvidence", bins],
  ["shareBelowEvidence", [[10, 1]]],
  ["ceilingEvidence", [[10, 1]]],
  ["peopleEvidence", minutes],
  ["sampleRatioEvidence", [{ share: 0.1, counts: [1, 9] }]],
  ["mismatchEvidence", [[1, 2]]],
  ["silentAt", [[1, 9]]],
  ["withoutLoudest", []],
] as const)("%s takes no options that are none", (name, data) => {
  for (const options of [null, Number.NaN, -1, "1", true])
    expect(call(name, data, options)).toThrow(new TypeError("options must be an object"));
});

test.each(["eventsForSafety", "detectableHarm"] as const)("%s takes no options that are none", (name) => {
  for (const options of [null, undefined, 1]) expect(call(name, options)).toThrow("options must be an object");
});

test("a number where slices should be is no list of counts", () => {
  const spans = [{ share: 0.1, counts: [1, 9] }];
  for (const arm of [Number.NaN, -1, null, undefined, "12", {}])
    expect(call("sampleRatioEvidence", spans, { slices: [arm] })).toThrow(
      new TypeError("slices[0] must be a list of counts"),
    );
});

test("a dispersion of null is none", () => {
  expect(call("rateRatioEvidence", bins, { dispersion: null })).toThrow(new TypeError("dispersion must be an array"));
});

test("factors, dispersions and logarithms that would make figures infinite are refused by name", () => {
  expect(call("rateRatioEvidence", bins, { tolerate: 1e308 })).toThrow(/^tolerate must be from 1/);
  expect(call("peopleEvidence", minutes, { tolerate: 1e308, detect: 2 })).toThrow(/^tolerate must be from 1/);
  expect(call("safetyEvidence", bins, { ...harm, detect: 1e308 })).toThrow(/^detect must be from 1/);
  expect(call("eventsForSafety", { ...harm, share: 0.1, beta: 0.1, dispersion: 1e308 })).toThrow(/^dispersion must/);
  expect(call("requestsAndPeople", Infinity, 1)).toThrow(/^requests must be from/);
  expect(call("requestsAndPeople", 1, -Infinity)).toThrow(/^people must be from/);
  expect(call("latencySafety", [1, -Infinity, 1], 0.1)).toThrow(/^logE\[1\] must be from/);
});

test("what is tiny makes no NaN", () => {
  const { logE } = core.safetyEvidence([{ exposures: [10, Number.MIN_VALUE], events: [1, 2] }], {
    harm: "increase",
    tolerate: 1,
    detect: 2,
    dispersion: 1,
  });
  expect(logE).toBeCloseTo(2 * Math.log(2), 12);
  expect(call("eventsForSafety", { ...harm, share: Number.MIN_VALUE, beta: 0.1 })()).toBeNull();
});

test("events needed are exact where what is tolerated and what is detected are nearly the same", () => {
  // ln(1/β)/KL with fifty digits.
  const needed = call("eventsForSafety", {
    ...harm,
    tolerate: 5,
    detect: 5.25,
    share: 0.999999,
    beta: 0.1,
  })() as number;
  expect(needed / 9830719649.303862).toBeCloseTo(1, 7);
});
