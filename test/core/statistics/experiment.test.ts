import { describe, expect, test } from "vitest";
import { type ExperimentSpan, readExperiment, shareOf } from "../../../src/core/statistics/experiment.ts";
import { liftInterval } from "../../../src/core/statistics/lift.ts";
import { sampleRatioEvidence } from "../../../src/core/statistics/evidence.ts";
import { runs } from "../../support/counts.ts";
import { Random } from "../../support/random.ts";

/** `rates`: of the outcome "bought", by variant. */
function span(exposed: { [variant: string]: number }, rates: { [variant: string]: number }): ExperimentSpan {
  const samples = Object.entries(exposed).map(([variant, n]) => [variant, shareOf(n * rates[variant]!, n)]);
  return { allocation: exposed, exposed, outcomes: { bought: Object.fromEntries(samples) } };
}

const options = { baseline: "old", alpha: 0.05 };

describe("an experiment", () => {
  test("of one span is read as the lift of each variant against the baseline", () => {
    const { outcomes, sampleRatio } = readExperiment(
      [span({ old: 10_000, new: 10_000, bold: 10_000 }, { old: 0.1, new: 0.12, bold: 0.09 })],
      options,
    );
    expect(outcomes.map(({ variant }) => variant)).toEqual(["new", "bold"]);
    const [better, worse] = outcomes;
    const alone = liftInterval(shareOf(1_200, 10_000), shareOf(1_000, 10_000), { alpha: 0.05 });
    expect(better).toMatchObject({ outcome: "bought", exposed: [10_000, 10_000], ...alone });
    expect(better!.lift.estimate).toBeCloseTo(0.2, 12);
    expect(better!.lift.lower).toBeCloseTo(Math.exp(alone.lower) - 1, 12);
    expect(worse!.lift.estimate).toBeCloseTo(-0.1, 12);
    expect(sampleRatio.valid).toBe(true);
  });

  test("finds no lift where only the allocation and the season changed", () => {
    const spans = [
      span({ old: 90_000, new: 10_000 }, { old: 0.05, new: 0.05 }),
      span({ old: 10_000, new: 90_000 }, { old: 0.15, new: 0.15 }),
    ];
    const { outcomes, sampleRatio } = readExperiment(spans, options);
    expect(outcomes[0]!.estimate).toBeCloseTo(0, 12);
    expect(outcomes[0]!.lower).toBeLessThan(0);
    expect(outcomes[0]!.upper).toBeGreaterThan(0);
    expect(sampleRatio.valid).toBe(true);
    // Added up, the new variant would have more than twice the old one's.
    expect((0.05 * 10_000 + 0.15 * 90_000) / (0.05 * 90_000 + 0.15 * 10_000)).toBeGreaterThan(2);
  });

  test("of several spans knows more than of any of them", () => {
    const one = span({ old: 5_000, new: 5_000 }, { old: 0.1, new: 0.11 });
    const other = span({ old: 15_000, new: 5_000 }, { old: 0.2, new: 0.22 });
    const width = (spans: ExperimentSpan[]): number => {
      const [{ lower, upper } = { lower: 0, upper: 0 }] = readExperiment(spans, options).outcomes;
      return upper - lower;
    };
    expect(width([one, other])).toBeLessThan(Math.min(width([one]), width([other])));
    expect(readExperiment([one, other], options).outcomes[0]!.lift.estimate).toBeCloseTo(0.1, 12);
  });

  test("whose people didn't fall to the variants as configured is invalid", () => {
    const good = span({ old: 50_000, new: 50_000 }, { old: 0.1, new: 0.1 });
    const lost = { ...good, exposed: { old: 50_000, new: 47_000 } };
    const { sampleRatio } = readExperiment([lost], options);
    expect(sampleRatio).toEqual({
      logE: sampleRatioEvidence([{ share: 0.5, counts: [47_000, 50_000] }]).logE,
      valid: false,
    });
  });

  test("says nothing of variants and outcomes that weren't there together", () => {
    const spans: ExperimentSpan[] = [
      { allocation: { old: 1 }, exposed: { old: 100 }, outcomes: { bought: { old: shareOf(10, 100) } } },
      { allocation: { new: 1 }, exposed: { new: 100 }, outcomes: { bought: { new: shareOf(30, 100) } } },
    ];
    const { outcomes, sampleRatio } = readExperiment(spans, options);
    expect(outcomes).toMatchObject([{ variant: "new", exposed: [0, 0], lower: -Infinity, upper: Infinity }]);
    expect(sampleRatio).toEqual({ logE: 0, valid: true });
    expect(readExperiment([], options)).toEqual({ outcomes: [], sampleRatio: { logE: 0, valid: true } });
  });

  test("holds the truth at all times at once although its allocation changes, in as many runs as it says", () => {
    const random = new Random(5);
    const all = runs(1_000);
    const alpha = 0.1;
    const truth = Math.log(0.33 / 0.3);
    let missed = 0;
    for (let run = 0; run < all; run++) {
      const spans = [0.2, 0.5, 0.8].map((share) => ({ share, n: [0, 0], bought: [0, 0] }));
      for (let at = 0; at < 6_000; at++) {
        const here = spans[Math.floor(at / 2_000)]!;
        const side = random.fraction() < here.share ? 1 : 0;
        here.n[side]! += 1;
        // Rates rise with the share: added up, they would show a lift of their own.
        if (random.fraction() < here.share * (side === 1 ? 0.33 : 0.3)) here.bought[side]! += 1;
        if (at % 200 !== 199) continue;
        const [reading] = readExperiment(
          spans.map(({ share, n, bought }) => ({
            allocation: { old: 1 - share, new: share },
            exposed: { old: n[0]!, new: n[1]! },
            outcomes: { bought: { old: shareOf(bought[0]!, n[0]!), new: shareOf(bought[1]!, n[1]!) } },
          })),
          { baseline: "old", alpha },
        ).outcomes;
        if (truth >= reading!.lower && truth <= reading!.upper) continue;
        missed += 1;
        break;
      }
    }
    expect(missed / all).toBeLessThanOrEqual(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / all));
  });

  test("refuses wrong arguments by name", () => {
    expect(() => readExperiment([], { baseline: "old", alpha: 2 })).toThrow("alpha must be from 0 to 1");
    expect(() => shareOf(5, 3)).toThrow("successes must be from 0 to 3");
  });
});
