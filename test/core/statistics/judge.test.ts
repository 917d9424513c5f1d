import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atRisk, dispersionsSince } from "../../../src/core/statistics/comparison.ts";
import { rateRatioEvidence } from "../../../src/core/statistics/evidence.ts";
import { History, MINUTE } from "../../../src/core/statistics/history.ts";
import {
  type GuardrailJudgement,
  historyOf,
  judge,
  sampleRatioOf,
  type Setting,
} from "../../../src/core/statistics/judge.ts";
import { peopleEvidence } from "../../../src/core/statistics/people.ts";
import type { CountMinute, Entry, LatencyMinute } from "../../../src/core/statistics/series.ts";
import type { GuardrailLimits } from "../../../src/core/statistics/sums.ts";
import { arm, ENTRY, latencyArm, latencyMinutes, minutes, seriesOf, spread } from "./minutes.ts";
import { permuted } from "./permuted.ts";

const LIMITS: GuardrailLimits = { harm: "increase", tolerate: 1, detect: 2, minAbsolute: 0.001 };
const SETTING: Setting = { alpha: 0.01, beta: 0.1, weight: 1 };

type Options = {
  limits?: Partial<GuardrailLimits>;
  setting?: Partial<Setting>;
  entries?: readonly Entry[];
  until?: number;
};

function judged(bins: readonly CountMinute[], options: Options = {}): GuardrailJudgement {
  const { limits, setting, entries = [ENTRY], until } = options;
  return judge(historyOf({ ...LIMITS, ...limits }, seriesOf(bins, until), entries), { ...SETTING, ...setting });
}
const verdict = (bins: readonly CountMinute[], options: Options = {}): string => judged(bins, options).verdict;
const doubled = minutes(30, [600, 5_400], [6, 27]);
const healthy = minutes(60, [600, 5_400], [3, 27]);

describe("harm", () => {
  test("is evidence of 1/(alpha·weight), of bins with start epochs", () => {
    const { verdict: said, evidence } = judged(doubled);
    expect(said).toBe("harm");
    const bins = minutes(30, [600, 5_400], [6, 27]).map(() => ({
      exposures: [600, 5_400] as const,
      events: [6, 27] as const,
    }));
    expect(evidence["logE"]).toBeCloseTo(rateRatioEvidence(bins, { epochs: [0] }).logE, 9);
    expect(evidence["alarmAt"]).toBeCloseTo(Math.log(100), 12);
    const first = doubled.findIndex((_, i) => verdict(doubled.slice(0, i + 1)) === "harm") + 1;
    expect(rateRatioEvidence(bins.slice(0, first), { epochs: [0] }).logE).toBeGreaterThanOrEqual(Math.log(100));
    expect(rateRatioEvidence(bins.slice(0, first - 1), { epochs: [0] }).logE).toBeLessThan(Math.log(100));
    expect(verdict(doubled.slice(0, first), { setting: { weight: 0.3 } })).not.toBe("harm");
  });

  test("begins a start epoch at each stage entry and each full hour since the last", () => {
    const entries = [ENTRY, { ...ENTRY, entry: 2, from: 90 * MINUTE }];
    const bins = [...minutes(90, [600, 5_400], [3, 27]), ...minutes(70, [600, 5_400], [4, 27], { from: 90, entry: 2 })];
    const flat = bins.map(({ entry }) => ({
      exposures: [600, 5_400] as const,
      events: [entry + 2, 27] as const,
    }));
    const { evidence } = judged(bins, { entries });
    expect(evidence["logE"]).toBeCloseTo(rateRatioEvidence(flat, { epochs: [0, 60, 90, 150] }).logE, 9);
  });

  test("isn't what is tolerated", () => {
    expect(verdict(doubled, { limits: { tolerate: 2.5, detect: 5 } })).not.toBe("harm");
  });

  test("of a good event is to have fewer of it", () => {
    const fewer = minutes(60, [3_000, 3_000], [100, 150]);
    const entries = [{ ...ENTRY, share: 0.5 }];
    expect(verdict(fewer, { entries, limits: { harm: "decrease", minAbsolute: 0 } })).toBe("harm");
    expect(verdict(fewer, { entries })).toBe("healthy");
  });

  test("doesn't act on fewer than 5 events of treatment; of a decrease, 5 that were to be expected", () => {
    const rare = (events: number) => [{ ...minutes(1, [10, 100_000], [events, 20])[0]! }];
    const limits = { minAbsolute: 0 };
    expect(judged(rare(4), { limits, setting: { alpha: 0.3 } })).toMatchObject({
      verdict: "inconclusive",
      evidence: { waits: "few events" },
    });
    const gone = (usual: number) => minutes(1, [100_000, 1e7], [0, usual]);
    const decrease = { limits: { harm: "decrease", minAbsolute: 0 }, setting: { alpha: 0.3 } } as const;
    expect(verdict(gone(490), decrease)).not.toBe("harm");
    expect(verdict(gone(510), decrease)).toBe("harm");
  });

  test("needs a difference of minAbsolute, from the start epoch on that speaks loudest", () => {
    expect(verdict(doubled, { limits: { minAbsolute: 0.004 } })).toBe("harm");
    expect(judged(doubled, { limits: { minAbsolute: 0.006 } })).toMatchObject({
      verdict: "inconclusive",
      evidence: { waits: "small difference" },
    });
    // A doubling after 18 hours: over all of them the difference would be a hundredth of this.
    const late = [
      ...minutes(1_080, [3_000, 3_000], [15, 15]),
      ...minutes(10, [3_000, 3_000], [30, 15], { from: 1_080 }),
    ];
    expect(verdict(late, { limits: { minAbsolute: 0.003 } })).toBe("harm");
  });

  test("doesn't rest on two slices: two clients that fail are no bad release, the same events from everybody are", () => {
    const two = minutes(30, [600, 5_400], [6, 27]).map((bin, i) => ({
      ...bin,
      treatment: {
        exposures: bin.treatment.exposures,
        events: spread(1, i).map((n, b) => n + (b === 3 || (b === 9 && i % 2 === 0) ? 3 : 0)),
      },
    }));
    expect(verdict(two)).not.toBe("harm");
    // The same number of events each minute, wherever they come from.
    const everybody = two.map((bin, i) => ({
      ...bin,
      treatment: arm(
        600,
        bin.treatment.events.reduce((all, n) => all + n, 0),
        11 * i,
      ),
    }));
    expect(verdict(everybody)).toBe("harm");
  });

  test("is less sure where people differ for good", () => {
    // Half of the slices have all of the errors, hour by hour, on either side.
    const half = (bin: CountMinute, i: number): CountMinute => ({
      ...bin,
      treatment: { ...bin.treatment, events: spread(6, 2 * i).map((_, b) => (b % 16 === (i % 3) * 2 ? 3 : 0)) },
      control: { ...bin.control, events: spread(27, i).map((_, b) => (b % 8 === 0 ? 7 : 0)) },
    });
    const found = judged(doubled.map(half));
    expect(found.evidence["dispersion"]).toBeGreaterThan(2);
    expect(found.verdict).not.toBe("harm");
  });

  test("has in each start epoch the dispersion from there on, and at least that of the whole release", () => {
    const clustered = minutes(60, [600, 5_400], [6, 27]).map((bin) => ({
      ...bin,
      control: { ...bin.control, events: spread(0).map((_, b) => (b === 2 ? 27 : 0)) },
    }));
    const calm = minutes(120, [600, 5_400], [6, 27], { from: 60 });
    const sums = (bins: CountMinute[]) =>
      historyOf(LIMITS, seriesOf(bins), [ENTRY]).parts.map(({ requests }) => requests[0]!);
    const [whole, second, third] = dispersionsSince(sums([...clustered, ...calm]));
    expect(whole).toBeGreaterThan(10);
    expect([second, third]).toEqual([whole, whole]);
    const late = clustered.map((bin) => ({ ...bin, minute: bin.minute + 120 * MINUTE }));
    const [all, , last] = dispersionsSince(sums([...minutes(120, [600, 5_400], [6, 27]), ...late]));
    expect(last).toBeGreaterThan(all! + 1);
  });

  test("still counts in a stage without control, in bins of stages before that close late", () => {
    const entries = [ENTRY, { ...ENTRY, entry: 2, from: 30 * MINUTE, share: 1, compared: false }];
    expect(verdict(doubled, { entries })).toBe("harm");
  });

  test("isn't looked for in a stage for some people", () => {
    expect(verdict(doubled, { entries: [{ ...ENTRY, share: null, compared: false }] })).toBe("unmeasured");
  });

  test("isn't hidden by an early small stage that was noisier (Simpson): nothing pools what had another share", () => {
    const entries = [
      { ...ENTRY, share: 0.01 },
      { ...ENTRY, entry: 2, from: 60 * MINUTE, share: 0.5 },
    ];
    const bins = [
      ...minutes(60, [60, 5_940], [1, 60]), // one in a hundred fails, and the stage is small
      ...minutes(120, [3_000, 3_000], [9, 6], { from: 60, entry: 2 }), // 1.5 times as many, of far fewer
    ];
    // Pooled it is 1 140 of 363 600 against 4 320 of 716 400: half as many.
    expect(verdict(bins, { entries })).toBe("harm");
    for (let i = 1; i < bins.length; i += 3) expect(verdict(bins.slice(0, i), { entries })).not.toBe("healthy");
  });
});

describe("people", () => {
  /** One key makes nearly all of the requests and fails; others are exposed once and seldom err. */
  const withPeople = (count: number, erred: [number, number], events: [number, number]): CountMinute[] =>
    minutes(count, [600, 5_400], events).map((bin, i) => ({
      ...bin,
      treatment: { ...bin.treatment, people: { exposed: spread(60, i), erred: spread(erred[0], 3 * i) } },
      control: { ...bin.control, people: { exposed: spread(540, i), erred: spread(erred[1], 5 * i) } },
    }));

  test("and requests are averaged: either alone can be the alarm, if it passes the floors by itself", () => {
    const byPeople = judged(withPeople(30, [6, 18], [3, 27]));
    expect(byPeople.verdict).toBe("harm");
    expect(byPeople.evidence["peopleLogE"]).toBeGreaterThan(Math.log(200));
    expect(byPeople.evidence["requestsLogE"]).toBeLessThan(0);
    expect(judged(withPeople(30, [2, 18], [9, 27])).verdict).toBe("harm");
  });

  test("a minAbsolute of people is held against those who were exposed, not against their minutes", () => {
    // 4 more of 60 in each minute: 0.067 of those exposed; of the minutes they spend exposed far less.
    const found = (minAbsolute: number) => verdict(withPeople(30, [6, 18], [3, 27]), { limits: { minAbsolute } });
    expect(found(0.05)).toBe("harm");
    expect(found(0.08)).toBe("inconclusive");
  });

  test("are counted as at risk minute by minute: once each, until they err", () => {
    const bins = [withPeople(1, [40, 54], [3, 27])[0]!, ...withPeople(5, [2, 18], [3, 27]).slice(1)];
    const people = bins.map(({ treatment, control }) => {
      const of = (counts: ArrayLike<number>): number => Array.from(counts).reduce((all, n) => all + n, 0);
      return {
        exposed: [of(treatment.people!.exposed), of(control.people!.exposed)] as const,
        erred: [of(treatment.people!.erred), of(control.people!.erred)] as const,
      };
    });
    const { logE, safetyLogE } = peopleEvidence(people, { tolerate: 1, detect: 2 });
    const { evidence } = judged(bins);
    // One start epoch of one: half of it, and half of 1.
    expect(evidence["peopleLogE"]).toBeCloseTo(Math.log((Math.exp(logE) + 1) / 2), 9);
    const history = historyOf(LIMITS, seriesOf(bins), [ENTRY]);
    expect(history.parts[0]!.people!.safety).toBeCloseTo(safetyLogE!, 9);
  });

  test("of a part's slice are those exposed in the stage entry by its end, warm-up too, who hadn't erred before it", () => {
    const bin = (minute: number, exposed: number, erred: number): CountMinute => {
      const one = (n: number): number[] => spread(0).map((_, b) => (b === 5 ? n : 0));
      const side = { ...arm(0, 0), people: { exposed: one(exposed), erred: one(erred) } };
      return { ...minutes(1, [0, 0], [0, 0], { from: minute })[0]!, treatment: side, control: side };
    };
    const entries = [{ ...ENTRY, warmupMs: 3 * MINUTE }];
    const bins = [bin(0, 100, 7), bin(10, 50, 2), bin(70, 30, 1), bin(130, 0, 1)];
    const { parts } = historyOf(LIMITS, seriesOf(bins), entries);
    const found = atRisk(parts.slice(1), parts);
    // Exposed 100, 150, 180, 180 by the parts' ends; erred before them 0, 7, 9, 10.
    expect(found.map(([{ exposures }]) => exposures[5])).toEqual([143, 171, 170]);
    expect(found.map(([{ events }]) => events[5])).toEqual([2, 1, 1]);
  });

  test("pass the floor without the two loudest slices with φ = 1", () => {
    // Just over the alarm: nine times less would be under half of it.
    const bins = withPeople(30, [6, 18], [3, 27]);
    const first = bins.findIndex((_, i) => (judged(bins.slice(0, i + 1)).evidence["logE"] as number) >= Math.log(100));
    expect(judged(bins.slice(0, first + 1)).evidence["logE"]).toBeLessThan(3 * Math.log(100));
    expect(verdict(bins.slice(0, first + 1))).toBe("harm");
  });

  test("speak for a quarter of safety", () => {
    const { evidence, safety } = judged(withPeople(10, [1, 9], [3, 27]));
    const alone = judged(minutes(10, [600, 5_400], [3, 27])).safety!;
    expect(safety).not.toBeCloseTo(alone, 3);
    expect(evidence["people"]).toEqual([600, 5_400]);
  });
});

describe("warm-up", () => {
  const entries = [{ ...ENTRY, warmupMs: 3 * MINUTE }];

  test("has its floors against five times what is tolerated, too", () => {
    const half = [{ ...entries[0]!, share: 0.5 }];
    const bad = minutes(3, [20_000, 20_000], [1_600, 200]); // 8 % beside five times 1 %
    expect(verdict(bad, { entries: half, limits: { minAbsolute: 0.02 } })).toBe("harm");
    expect(judged(bad, { entries: half, limits: { minAbsolute: 0.04 } })).toMatchObject({
      verdict: "inconclusive",
      evidence: { waits: "small difference" },
    });
  });

  test("counts for no evidence of safety, nor for its dispersion", () => {
    const clean = minutes(6, [1_000, 9_000], [0, 0]);
    expect([5, 6].map((n) => verdict(clean.slice(0, n), { entries }))).toEqual(["inconclusive", "healthy"]);
    // One slice has all failures of a cold start, on either side.
    const cold = Array.from({ length: 3 }, (_, i): CountMinute => {
      const bad = { exposures: spread(3_200), events: spread(0).map((none, b) => (b === 7 ? 90 : none)) };
      return { minute: i * MINUTE, entry: 1, treatment: bad, control: bad };
    });
    const later = minutes(30, [3_200, 3_200], [16, 16], { from: 3 });
    const half = [{ ...entries[0]!, share: 0.5 }];
    expect(judged([...cold, ...later], { entries: half }).evidence["dispersion"]).toBe(1);
  });

  test("counts for neither harm nor safety, and harm beyond five times acts", () => {
    expect(verdict(minutes(3, [600, 5_400], [12, 27]), { entries })).toBe("inconclusive");
    expect(verdict(minutes(3, [600, 5_400], [60, 27]), { entries })).toBe("harm");
    const cold = [...minutes(3, [600, 5_400], [14, 27]), ...minutes(30, [600, 5_400], [3, 27], { from: 3 })];
    expect(verdict(cold, { entries })).toBe("healthy");
    expect(judged(cold, { entries }).evidence["logE"]).toBeLessThan(0);
    expect(judged(cold).evidence["logE"]).toBeGreaterThan(0);
  });

  test("is that of each stage entry", () => {
    const later = [ENTRY, { ...ENTRY, entry: 2, from: 60 * MINUTE, warmupMs: 3 * MINUTE }];
    const bins = [...healthy, ...minutes(3, [600, 5_400], [12, 27], { from: 60, entry: 2 })];
    expect(verdict(bins, { entries: later })).toBe("inconclusive");
    expect(
      verdict([...healthy, ...minutes(3, [600, 5_400], [60, 27], { from: 60, entry: 2 })], { entries: later }),
    ).toBe("harm");
  });
});

describe("a ceiling", () => {
  const alone = [{ ...ENTRY, share: null, compared: false }];
  const limits = { ceiling: 0.05 };

  test("acts where nobody is control", () => {
    expect(verdict(minutes(5, [6_000, 0], [360, 0]), { entries: alone, limits })).toBe("harm");
    expect(verdict(minutes(5, [6_000, 0], [60, 0]), { entries: alone, limits })).toBe("unmeasured");
    expect(verdict(minutes(30, [6_000, 0], [6_000, 0]), { entries: alone, limits: { ceiling: 1 } })).toBe("unmeasured");
    expect(verdict(minutes(5, [6_000, 0], [360, 0]), { entries: alone })).toBe("unmeasured");
  });

  test("of both sides is no harm: a person is told, and nothing is healthy", () => {
    const both = judged(minutes(30, [600, 5_400], [60, 540]), { limits });
    expect(both).toMatchObject({ verdict: "inconclusive", over: "both" });
    expect(judged(minutes(30, [600, 5_400], [12, 540]), { limits })).toMatchObject({ over: "control" });
  });

  test("of treatment is harm where the comparison says so as well, if less than an alarm", () => {
    const said = (events: [number, number]) =>
      judged(minutes(2, [300, 300], events), { limits, setting: { alpha: 1e-6 }, entries: [{ ...ENTRY, share: 0.5 }] });
    const worse = said([42, 20]);
    expect((worse.evidence["ceilingLogE"] as number[])[0]).toBeGreaterThan(Math.log(2e6));
    expect(worse.evidence["logE"]).toBeGreaterThan(Math.log(10));
    expect(worse.evidence["logE"]).toBeLessThan(Math.log(2e6));
    expect(worse.verdict).toBe("harm");
    // As bad, and control nearly as well.
    expect(said([42, 36])).toMatchObject({ verdict: "inconclusive", over: expect.any(String) as string });
  });

  test("doesn't act on fewer than five events, and needs no slices", () => {
    const one = (count: number): CountMinute[] => {
      const side = {
        exposures: spread(0).map((_, b) => (b === 3 ? count : 0)),
        events: spread(0).map((_, b) => (b === 3 ? count : 0)),
      };
      return [{ ...minutes(1, [0, 0], [0, 0])[0]!, treatment: side, control: arm(0, 0) }];
    };
    expect(verdict(one(4), { entries: alone, limits })).toBe("unmeasured");
    expect(verdict(one(5), { entries: alone, limits })).toBe("harm");
  });

  test("acts during warm-up, and begins an epoch every ten minutes", () => {
    const warm = [{ ...ENTRY, warmupMs: 30 * MINUTE, share: null, compared: false }];
    expect(verdict(minutes(2, [600, 0], [60, 0]), { entries: warm, limits })).toBe("harm");
    // After a day and a half of health: hourly epochs would need far more than these minutes.
    const late = [...minutes(2_000, [600, 0], [6, 0]), ...minutes(6, [600, 0], [60, 0], { from: 2_000 })];
    expect(verdict(late, { entries: alone, limits })).toBe("harm");
  });

  test("leaves each of the two chances of a false alarm half of alpha", () => {
    expect(judged(healthy, { limits }).evidence["alarmAt"]).toBeCloseTo(Math.log(200), 12);
    expect(judged(healthy, { limits: { ceiling: 1 } }).evidence["alarmAt"]).toBeCloseTo(Math.log(100), 12);
  });
});

describe("healthy", () => {
  test("is evidence of safety, not the absence of an alarm", () => {
    const first = healthy.findIndex((_, i) => verdict(healthy.slice(0, i + 1)) === "healthy") + 1;
    expect(first).toBeGreaterThan(2);
    expect(first).toBeLessThan(8);
    const before = judged(healthy.slice(0, first - 1));
    expect(before.verdict).toBe("inconclusive");
    expect(before.safety).toBeLessThan(Math.log(10));
    expect(verdict(healthy.slice(0, first), { limits: { detect: 1.3 } })).toBe("inconclusive");
    expect(verdict(healthy, { limits: { detect: 1.3 } })).toBe("healthy");
    expect(verdict(healthy.slice(0, first), { setting: { beta: 0.001 } })).toBe("inconclusive");
  });

  test("is a function of the bins: what was sure once isn't when later bins speak against it", () => {
    const worse = [...healthy.slice(0, 10), ...minutes(6, [600, 5_400], [6, 27], { from: 10 })];
    expect(verdict(worse.slice(0, 10))).toBe("healthy");
    const later = judged(worse);
    expect(later.verdict).toBe("inconclusive");
    expect(later.safety).toBeLessThan(Math.log(10));
  });

  test("needs the least exposures of the stage", () => {
    expect(verdict(healthy, { setting: { minExposures: 36_000 } })).toBe("healthy");
    const waiting = judged(healthy, { setting: { minExposures: 36_600 } });
    expect(waiting.verdict).toBe("inconclusive");
    expect(waiting.estimate).toMatchObject({ exposures: 600, seconds: 60 });
  });

  test("counts what the present stage has seen, not the stages before", () => {
    const entries = [ENTRY, { ...ENTRY, entry: 2, from: 60 * MINUTE }];
    const bins = [...healthy, ...minutes(2, [600, 5_400], [3, 27], { from: 60, entry: 2 })];
    expect(verdict(bins, { entries })).toBe("inconclusive");
    expect(judged(bins, { entries }).safety).toBeCloseTo(judged(healthy.slice(0, 2)).safety!, 9);
  });

  test("comes to a service without errors by treatment's own share, with minAbsolute alone", () => {
    const perfect = minutes(60, [600, 5_400], [0, 0]);
    expect(verdict(perfect.slice(0, 4))).toBe("inconclusive");
    expect(verdict(perfect.slice(0, 5))).toBe("healthy");
    expect(verdict(perfect, { limits: { minAbsolute: 0 } })).toBe("inconclusive");
    expect(verdict(perfect, { limits: { harm: "decrease" } })).toBe("inconclusive");
  });

  test("never is a guardrail that is to see no more than it tolerates", () => {
    const never = judged(healthy, { limits: { tolerate: 2, detect: 2, minAbsolute: 0 } });
    expect(never).toMatchObject({ verdict: "inconclusive", estimate: { seconds: null } });
  });

  test("isn't said beside an alarm that a floor holds back", () => {
    // Twice as many for an hour, in slices that change: the difference is too small to act on, and too sure to ignore.
    const small = minutes(600, [6_000, 54_000], [6, 27]);
    expect(judged(small, { limits: { minAbsolute: 0.01 } })).toMatchObject({
      verdict: "inconclusive",
      evidence: { waits: "small difference" },
    });
  });

  test("is waited for with numbers: what is missing, and when it is to be expected", () => {
    const { estimate } = judged(healthy.slice(0, 2));
    expect(estimate!.perSecond).toBeCloseTo(100, 9);
    const more = Math.ceil(estimate!.seconds! / 60);
    expect(verdict(healthy.slice(0, 2 + more))).toBe("healthy");
    expect(verdict(healthy.slice(0, 1 + more))).toBe("inconclusive");
    expect(estimate!.events).toBeGreaterThan(20);
  });
});

describe("an estimate", () => {
  /** 32 slices, of which some have more of the events: always the same ones, or others in each hour. */
  const uneven = (count: number, loud: (minute: number, b: number) => boolean): CountMinute[] =>
    minutes(count, [64, 6_336], [0, 0]).map((bin, i) => {
      // One of control's in each loud slice a minute, and one of treatment's now and then.
      const events = (often: boolean): number[] => spread(0).map((_, b) => (often && loud(i, b) ? 1 : 0));
      return {
        ...bin,
        treatment: { ...bin.treatment, events: events(i % 100 === 50) },
        control: { ...bin.control, events: events(true) },
      };
    });
  const estimate = (bins: CountMinute[], setting: Partial<Setting> = {}) =>
    judged(bins, { setting, limits: { minAbsolute: 0 }, entries: [{ ...ENTRY, share: 0.01 }] }).estimate!;

  test("knows that no waiting will do where people differ for good, and what a larger share would do", () => {
    // Half of the slices have twice as many as the others.
    const lasting = uneven(240, (minute, b) => b % 2 === 0 || minute % 2 === 0);
    expect(judged(lasting).evidence["dispersion"]).toBeGreaterThan(15);
    const { seconds, next, events } = estimate(lasting, { nextShare: 0.5 });
    expect(seconds).toBeNull();
    expect(events).toBeGreaterThan(5_000);
    expect(next).toEqual({ share: 0.5, seconds: expect.any(Number) });
  });

  test("goes on where clusters come and go, since they make no hour more uneven than all of them", () => {
    const passing = uneven(240, (minute, b) => b % 8 === Math.floor(minute / 60));
    expect(judged(passing).evidence["dispersion"]).toBeGreaterThan(20);
    const { seconds } = estimate(passing);
    expect(seconds).toBeGreaterThan(3_600);
  });

  test("says who is known, and nothing of a next stage that there isn't", () => {
    const bins = minutes(2, [600, 5_400], [3, 27]).map((bin) => ({
      ...bin,
      treatment: { ...bin.treatment, people: { exposed: spread(30), erred: spread(1) } },
      control: { ...bin.control, people: { exposed: spread(270), erred: spread(9) } },
    }));
    expect(judged(bins).estimate).toMatchObject({ people: 600, next: null });
  });
});

describe("no data", () => {
  test("is when nothing of the stage has closed or nobody came, from the first moment", () => {
    expect(judged([], { until: 1 })).toMatchObject({ verdict: "nodata", evidence: { waits: "stage" } });
    expect(verdict(minutes(3, [0, 0], [0, 0]))).toBe("nodata");
    const entries = [ENTRY, { ...ENTRY, entry: 2, from: 60 * MINUTE }];
    expect(verdict(healthy, { entries })).toBe("nodata");
  });

  test("is a treatment that stays away for longer than ten of it were to be expected, while control comes", () => {
    const stops = [...healthy, ...minutes(5, [0, 5_400], [0, 27], { from: 60 })];
    expect(judged(stops)).toMatchObject({ verdict: "nodata", evidence: { waits: "treatment" } });
    const small = [...minutes(60, [1, 60], [0, 0]), ...minutes(9, [0, 60], [0, 0], { from: 60 })];
    expect(verdict(small, { entries: [{ ...ENTRY, share: 0.01 }] })).toBe("inconclusive");
  });

  test("is silence of everybody for five minutes, or of a small site for twenty mean gaps", () => {
    expect(verdict(healthy, { until: 64 })).toBe("healthy");
    expect(judged(healthy, { until: 65 })).toMatchObject({ verdict: "nodata", evidence: { waits: "nobody" } });
    // One exposure in two minutes: silent after forty.
    const small = Array.from({ length: 60 }, (_, i) => minutes(1, [1, 0], [0, 0], { from: 2 * i })[0]!);
    const entries = [{ ...ENTRY, share: 0.5 }];
    expect(verdict(small, { entries, until: 119 + 38 })).toBe("inconclusive");
    expect(verdict(small, { entries, until: 119 + 44 })).toBe("nodata");
  });

  test("is an outcome that nobody has ever reported", () => {
    expect(judged(healthy, { setting: { reported: false } })).toMatchObject({
      verdict: "nodata",
      evidence: { waits: "unreported" },
    });
  });
});

describe("a wrong sample ratio", () => {
  test("makes everything but harm invalid", () => {
    expect(verdict(healthy, { setting: { sampleRatio: Math.log(1_000) } })).toBe("invalid");
    expect(verdict(healthy, { setting: { sampleRatio: Math.log(999) } })).toBe("healthy");
    expect(verdict(doubled, { setting: { sampleRatio: 10 } })).toBe("harm");
  });

  const keyed = (entry: number, from: number, exposed: [number, number]): CountMinute => ({
    minute: from * MINUTE,
    entry,
    treatment: { ...arm(600, 0), people: { exposed: spread(exposed[0]), erred: spread(0) } },
    control: { ...arm(5_400, 0), people: { exposed: spread(exposed[1]), erred: spread(0) } },
  });
  const ratio = (bins: CountMinute[], entries: Entry[]): number =>
    sampleRatioOf(historyOf(LIMITS, seriesOf(bins), entries));

  test("is that of keys where they are known, each once for each share, however often a stage is entered", () => {
    const shares = [0.1, 0.5, 0.1];
    const entries = shares.map((share, i): Entry => ({ ...ENTRY, entry: i + 1, from: i * MINUTE, share }));
    const once = ratio([keyed(1, 0, [150, 850])], entries.slice(0, 1));
    expect(once).toBeGreaterThan(Math.log(1_000));
    const unlucky = keyed(1, 0, [45, 255]);
    const twice = [unlucky, keyed(2, 1, [150, 150]), keyed(3, 2, [4, 26])];
    // Those who come again at 10 % would be the same luck again.
    expect(ratio(twice, entries)).toBe(ratio(twice.slice(0, 2), entries));
  });

  test("is that of requests where keys aren't known, of which a few may make many", () => {
    const skewed = (b: number): number => (b === 4 ? 400 : 8);
    const bins = Array.from({ length: 10 }, (_, i): CountMinute => ({
      minute: i * MINUTE,
      entry: 1,
      treatment: { exposures: spread(0).map((_n, b) => skewed(b)), events: spread(0) },
      control: { exposures: spread(4_000), events: spread(0) },
    }));
    expect(ratio(bins, [ENTRY])).toBeLessThan(Math.log(1_000));
    const even = bins.map((bin) => ({ ...bin, treatment: arm(648, 0) }));
    expect(ratio(even, [ENTRY])).toBeGreaterThan(Math.log(1_000));
  });
});

describe("latency", () => {
  const timed = (bins: readonly LatencyMinute[], options: Options = {}): GuardrailJudgement => {
    const series = { minutes: { latencies: bins }, closedBefore: bins.length * MINUTE, reported: true };
    const limits = { ...LIMITS, minAbsolute: 0, ...options.limits };
    return judge(historyOf(limits, series, options.entries ?? [ENTRY]), { ...SETTING, ...options.setting });
  };

  test("is judged like counts: slower is harm, the same is healthy although both become slower", () => {
    const both = (i: number): number => 1 + i / 50;
    expect(timed(latencyMinutes(30, (i) => [latencyArm(600, 1.5 * both(i)), latencyArm(5_400, both(i))])).verdict).toBe(
      "harm",
    );
    expect(timed(latencyMinutes(30, (i) => [latencyArm(600, both(i)), latencyArm(5_400, both(i))])).verdict).toBe(
      "healthy",
    );
    expect(timed(latencyMinutes(1, () => [latencyArm(600), latencyArm(5_400)])).verdict).toBe("inconclusive");
  });

  test("holds a minute against the minutes before it, whichever stage entry is looked at first", () => {
    const entries = [ENTRY, { ...ENTRY, entry: 2, from: MINUTE }];
    const at = (minute: number, entry: number, scale: number): LatencyMinute => ({
      minute: minute * MINUTE,
      entry,
      treatment: latencyArm(600),
      control: latencyArm(5_400, scale),
    });
    // In the minute of the change those of the stage before are slow: that says nothing of this minute's threshold.
    const quiet = timed([at(0, 1, 1), at(1, 2, 1)], { entries }).evidence["events"];
    expect(timed([at(0, 1, 1), at(1, 1, 9), at(1, 2, 1)], { entries }).evidence["events"]).toEqual(quiet);
  });

  test("counts timeouts as slow", () => {
    const bins = latencyMinutes(20, () => [latencyArm(600, 1, 60), latencyArm(5_400, 1, 54)]);
    expect(timed(bins).verdict).toBe("harm");
  });

  test("is safe only where all three thresholds are: what slows the p99 alone isn't healthy", () => {
    const slowTail = latencyMinutes(8, () => {
      const treatment = latencyArm(600);
      treatment.durations.record(2_000, 5);
      return [{ ...treatment, exposures: spread(605) }, latencyArm(5_400)];
    });
    const patient = timed(slowTail, { setting: { alpha: 1e-300 } });
    expect(patient.verdict).toBe("inconclusive");
    expect(patient.safety).toBeLessThan(0);
    expect(timed(latencyMinutes(8, () => [latencyArm(600), latencyArm(5_400)])).verdict).toBe("healthy");
  });

  test("takes its dispersion from the step nearest to the threshold", () => {
    // A few clients are slow, and they are the same in every minute: nothing else tells it from a slow release.
    const few = latencyMinutes(20, () => {
      const treatment = latencyArm(600);
      treatment.durations.record(5_000, 60);
      const slower = treatment.slower.map((counts) => Array.from(counts, (n, b) => n + (b < 2 ? 30 : 0)));
      const exposures = spread(600).map((n, b) => n + (b < 2 ? 30 : 0));
      return [{ ...treatment, exposures, slower }, latencyArm(5_400)];
    });
    expect(timed(few).verdict).not.toBe("harm");
  });

  test("has a duration as its ceiling, that 95 % must stay within", () => {
    const entries = [{ ...ENTRY, share: null, compared: false }];
    const said = (scale: number): string =>
      timed(
        latencyMinutes(10, () => [latencyArm(600, scale), latencyArm(0)]),
        { entries, limits: { ceiling: 400 } },
      ).verdict;
    expect(said(1)).toBe("unmeasured");
    expect(said(2)).toBe("harm");
  });

  test("knows from its first minute on, before there is a threshold, how requests are spread over slices", () => {
    // One account makes nearly all of treatment's: of requests that says nothing about the sample ratio.
    const one = latencyArm(600);
    const first = { ...one, exposures: spread(0).map((_, b) => (b === 7 ? 600 : 0)) };
    const bins = latencyMinutes(1, () => [first, latencyArm(600)]);
    const series = { minutes: { latencies: bins }, closedBefore: MINUTE, reported: true };
    expect(sampleRatioOf(historyOf(LIMITS, series, [ENTRY]))).toBeLessThan(Math.log(1_000));
  });

  test("shows the quantiles of both sides in the stage", () => {
    const { evidence } = timed(latencyMinutes(3, () => [latencyArm(600, 2), latencyArm(5_400)]));
    const [slow, usual] = evidence["p95"] as number[];
    expect(slow! / usual!).toBeCloseTo(2, 1);
  });
});

type Drawn = {
  minute: number;
  entry: number;
  counts: [number, number, number, number];
  slice: number;
  people: boolean;
};

describe("a judgement", () => {
  const bin = fc.record({
    minute: fc.nat({ max: 150 }),
    entry: fc.constantFrom(1, 2),
    counts: fc.tuple(fc.nat({ max: 90 }), fc.nat({ max: 900 }), fc.nat({ max: 4 }), fc.nat({ max: 9 })),
    slice: fc.nat({ max: 31 }),
    people: fc.boolean(),
  });
  const entries = [
    { ...ENTRY, warmupMs: 5 * MINUTE },
    { ...ENTRY, entry: 2, from: 70 * MINUTE, share: 0.5 },
  ];
  const minuteOf = ({ minute, entry, counts: [nT, nC, sT, sC], slice, people }: Drawn): CountMinute => {
    const side = (n: number, s: number): CountMinute["treatment"] => ({
      ...arm(n, s, slice),
      ...(people && { people: { exposed: spread(Math.floor(n / 3), slice), erred: spread(Math.min(s, 1), slice) } }),
    });
    return { minute: minute * MINUTE, entry, treatment: side(nT, sT), control: side(nC, sC) };
  };
  const bins = fc.uniqueArray(bin, { maxLength: 40, selector: ({ minute, entry }) => `${minute} ${entry}` });

  test("is that of the closed bins as a set: in whichever order and pieces they come", () => {
    fc.assert(
      fc.property(bins, fc.infiniteStream(fc.nat()), fc.nat({ max: 150 }), (drawn, chance, cut) => {
        const all = drawn.map(minuteOf);
        const limits = { ...LIMITS, ceiling: 0.2 };
        const whole = judge(historyOf(limits, seriesOf(all, 151), entries), SETTING);
        const other = judge(historyOf(limits, seriesOf(permuted(all, chance), 151), entries), SETTING);
        expect(other).toEqual(whole);
        const pieces = new History("counts", limits);
        pieces.add(
          all.filter(({ minute }) => minute < cut * MINUTE),
          entries,
          cut * MINUTE,
        );
        const kept = pieces.copy();
        pieces.add(
          all.filter(({ minute }) => minute >= cut * MINUTE),
          entries,
          151 * MINUTE,
        );
        expect(judge(pieces, SETTING)).toEqual(whole);
        // A copy goes on by itself.
        kept.add(
          all.filter(({ minute }) => minute >= cut * MINUTE),
          entries,
          151 * MINUTE,
        );
        expect(judge(kept, SETTING)).toEqual(whole);
      }),
    );
  });

  test("is plain JSON, whatever there is to see", () => {
    fc.assert(
      fc.property(bins, fc.constantFrom("increase" as const, "decrease" as const), (drawn, harm) => {
        const said = judged(drawn.map(minuteOf), { entries, limits: { harm }, until: 151 });
        expect(JSON.parse(JSON.stringify(said))).toEqual(said);
      }),
    );
  });

  test("is one of harm's never less for another event of treatment", () => {
    fc.assert(
      fc.property(fc.nat({ max: 20 }), fc.nat({ max: 20 }), (bad, usual) => {
        const at = (events: number) => judged(minutes(5, [600, 5_400], [events, usual])).evidence["logE"] as number;
        expect(at(bad + 1)).toBeGreaterThan(at(bad));
        const safety = (events: number) =>
          judged(minutes(5, [600, 5_400], [events, usual]), { limits: { minAbsolute: 0 } });
        if (usual > 0) expect(safety(bad + 32).safety!).toBeLessThan(safety(bad).safety!);
      }),
    );
  });

  test("refuses wrong arguments by name", () => {
    expect(() => judged([], { setting: { weight: 0 } })).toThrow("weight must be from");
    expect(() => judged([], { setting: { alpha: 1 } })).toThrow("alpha must be between 0 and 1");
    expect(() => judged([], { setting: { beta: 0 } })).toThrow("beta must be between 0 and 1");
    expect(() => judged([], { limits: { tolerate: 0.5 } })).toThrow("tolerate must be from 1");
  });
});
