import { describe, expect, test } from "vitest";
import { LogHistogram } from "../../../src/core/histogram.ts";

import { MINUTE, type Slice, type SlicedPart, slicesSince, startEpochs } from "../../../src/core/statistics/epochs.ts";
import { rateRatioEvidence } from "../../../src/core/statistics/evidence.ts";
import {
  type CountedBin,
  type GuardrailLimits,
  judge,
  type Setting,
  type TimedBin,
} from "../../../src/core/statistics/judge.ts";

const LIMITS: GuardrailLimits = { harm: "increase", tolerate: 1, detect: 2, minAbsolute: 0 };
const ALPHA = 0.01;

/** So many minutes of a stage, each alike. */
function minutes(count: number, exposures: [number, number], events: [number, number], more = {}): CountedBin[] {
  return Array.from({ length: count }, (_, i) => ({
    minute: i * MINUTE,
    entry: 1,
    compared: true,
    exposures,
    events,
    ...more,
  }));
}

function at(minute: number, more: Partial<Setting> = {}): Setting {
  return {
    now: minute * MINUTE + 35_000,
    stage: { entry: 1, since: 0, compared: true },
    alpha: ALPHA,
    weight: 1,
    ...more,
  };
}

const verdict = (
  bins: readonly CountedBin[],
  setting: Partial<Setting> = {},
  limits: Partial<GuardrailLimits> = {},
  minute = bins.length,
): string => judge({ ...LIMITS, ...limits }, { counts: bins }, at(minute, setting)).verdict;

const even = (events: number, exposures: number): Slice[] => Array.from({ length: 32 }, () => ({ events, exposures }));
const part = (treatment: Slice[], control: Slice[], more = {}): SlicedPart => ({
  minute: 0,
  entry: 1,
  compared: true,
  slices: [treatment, control],
  ...more,
});

describe("harm", () => {
  const doubled = minutes(30, [600, 5_400], [6, 27]);

  test("is evidence of 1/(alpha·weight), of bins with start epochs", () => {
    const { verdict: said, evidence } = judge(LIMITS, { counts: doubled }, at(30));
    expect(said).toBe("harm");
    expect(evidence["logE"]).toBeCloseTo(rateRatioEvidence(doubled, { epochs: [0] }).logE, 12);
    expect(evidence["alarmAt"]).toBeCloseTo(Math.log(100), 12);
    // One minute before evidence suffices there is none.
    const first = doubled.findIndex((_, i) => verdict(doubled.slice(0, i + 1)) === "harm") + 1;
    expect(rateRatioEvidence(doubled.slice(0, first), { epochs: [0] }).logE).toBeGreaterThanOrEqual(Math.log(100));
    expect(rateRatioEvidence(doubled.slice(0, first - 1), { epochs: [0] }).logE).toBeLessThan(Math.log(100));
    expect(verdict(doubled.slice(0, first), { weight: 0.5 })).not.toBe("harm");
  });

  test("isn't what is tolerated", () => {
    expect(verdict(doubled, {}, { tolerate: 2.5, detect: 5 })).not.toBe("harm");
  });

  test("of a good event is to have fewer of it", () => {
    const fewer = minutes(60, [3_000, 3_000], [100, 150]);
    expect(verdict(fewer, {}, { harm: "decrease" })).toBe("harm");
    expect(verdict(fewer)).toBe("healthy");
  });

  test("needs 5 events of treatment; of a decrease, 5 that were to be expected", () => {
    const rare = (events: number) => minutes(1, [10, 100_000], [events, 20]);
    expect(verdict(rare(4))).not.toBe("harm");
    expect(verdict(rare(5))).toBe("harm");
    expect(judge(LIMITS, { counts: rare(4) }, at(1)).evidence["waits"]).toBe("few events");
    // Σ nT·sC/nC is 4.9 and 5.1, of none that came.
    const gone = (usual: number) => minutes(1, [100_000, 1e7], [0, usual]);
    expect(verdict(gone(490), { alpha: 0.2 }, { harm: "decrease" })).not.toBe("harm");
    expect(verdict(gone(510), { alpha: 0.2 }, { harm: "decrease" })).toBe("harm");
  });

  test("needs a difference of minAbsolute, in the start epoch that speaks loudest", () => {
    expect(verdict(doubled, {}, { minAbsolute: 0.004 })).toBe("harm");
    expect(verdict(doubled, {}, { minAbsolute: 0.006 })).not.toBe("harm");
    // A doubling after 18 hours: over all of them the difference would be a hundredth of this.
    const late = minutes(1_090, [3_000, 3_000], [15, 15]).map((bin, i) =>
      i < 1_080 ? bin : { ...bin, events: [30, 15] as const },
    );
    expect(verdict(late, {}, { minAbsolute: 0.003 })).toBe("harm");
  });

  test("doesn't rest on two slices: two clients that fail are no bad release, the same events from everybody are", () => {
    const bins = minutes(34, [60, 5_940], [2, 27]);
    const control = even(29, 6_300);
    const everybody = even(2, 64).map((slice, b) => (b < 4 ? { ...slice, events: 3 } : slice));
    // As many events, of which 8 are from others.
    const two = even(0, 64).map((slice, b) => ({ ...slice, events: b < 2 ? 30 : b < 10 ? 1 : 0 }));
    const found = (treatment: Slice[]) =>
      judge(LIMITS, { counts: bins }, at(34, { slices: [part(treatment, control)] }));
    expect(found(everybody).verdict).toBe("harm");
    expect(found(two).verdict).not.toBe("harm");
    // The dispersion alone wouldn't have kept it from an alarm.
    expect(found(two).evidence).toMatchObject({ waits: "few slices" });
    expect(found(even(0, 64).map((slice, b) => ({ ...slice, events: b < 2 ? 34 : 0 }))).evidence).toMatchObject({
      waits: "few slices",
    });
  });

  test("still counts in a stage without control, in bins of stages before that close late", () => {
    const stage = { entry: 2, since: 30 * MINUTE, compared: false };
    expect(verdict(doubled, { stage })).toBe("harm");
  });

  test("isn't looked for in a stage for some people", () => {
    expect(verdict(doubled.map((bin) => ({ ...bin, compared: false })))).not.toBe("harm");
  });

  test("is less sure where events come in clusters", () => {
    const clustered = even(0, 550).map((slice, b) => ({ ...slice, events: b % 8 === 0 ? 48 : 0 }));
    const found = judge(LIMITS, { counts: doubled }, at(30, { slices: [part(clustered, even(25, 5_000))] }));
    expect(found.verdict).not.toBe("harm");
    expect(found.evidence["dispersion"]).toBeGreaterThan(2);
  });
});

describe("a ceiling", () => {
  const alone = (events: number): CountedBin[] => minutes(30, [6_000, 0], [events, 0], { compared: false });
  const stage = { entry: 1, since: 0, compared: false };

  test("is what a guardrail acts by where nobody is control", () => {
    expect(verdict(alone(360), { stage }, { ceiling: 0.05 })).toBe("harm");
    expect(verdict(alone(60), { stage }, { ceiling: 0.05 })).toBe("healthy");
    expect(verdict(alone(60).slice(0, 1), { stage }, { ceiling: 0.0005 })).toBe("harm");
    expect(verdict(alone(360), { stage })).toBe("unmeasured");
    expect(verdict(alone(6_000), { stage }, { ceiling: 1 })).toBe("unmeasured");
  });

  test("isn't used where there is control: when everything fails it isn't the release", () => {
    expect(verdict(minutes(30, [600, 5_400], [60, 540]), {}, { ceiling: 0.05 })).toBe("healthy");
  });

  test("leaves each of the two chances of a false alarm half of alpha", () => {
    const { evidence } = judge({ ...LIMITS, ceiling: 0.05 }, { counts: alone(1) }, at(30, { stage }));
    expect(evidence["alarmAt"]).toBeCloseTo(Math.log(200), 12);
  });

  test("of latency is a duration that 95 % must stay within", () => {
    const timed = (slow: number): TimedBin[] => {
      const durations = new LogHistogram();
      durations.record(100, 1_000 - slow);
      durations.record(3_000, slow);
      const place = { entry: 1, compared: false, failures: [0, 0] as const };
      return Array.from({ length: 30 }, (_, i) => ({
        ...place,
        minute: i * MINUTE,
        durations: [durations, new LogHistogram()] as const,
      }));
    };
    const said = (slow: number): string =>
      judge({ ...LIMITS, ceiling: 2_000 }, { latencies: timed(slow) }, at(30, { stage })).verdict;
    expect(said(60)).toBe("harm");
    expect(said(45)).toBe("healthy");
  });
});

describe("no alarm", () => {
  const healthy = minutes(60, [600, 5_400], [3, 27]);

  test("is healthy once a harm of `detect` would have been seen, and inconclusive before", () => {
    const first = healthy.findIndex((_, i) => verdict(healthy.slice(0, i + 1)) === "healthy") + 1;
    expect(first).toBeGreaterThan(5);
    expect(first).toBeLessThan(10);
    const { evidence } = judge(LIMITS, { counts: healthy.slice(0, first - 1) }, at(first - 1));
    expect(evidence["detectable"]).toBeGreaterThan(2);
    expect(verdict(healthy.slice(0, first), {}, { detect: 1.5 })).toBe("inconclusive");
    expect(verdict(healthy, {}, { detect: 1.5 })).toBe("healthy");
  });

  test("isn't healthy before the least exposures of the stage", () => {
    expect(verdict(healthy, { minExposures: 36_000 })).toBe("healthy");
    expect(verdict(healthy, { minExposures: 36_001 })).toBe("inconclusive");
  });

  test("counts what the present stage has seen, not the stages before", () => {
    const before = healthy.map((bin) => ({ ...bin, entry: 0, minute: bin.minute - 60 * MINUTE }));
    expect(verdict([...before, ...healthy.slice(0, 2)], {}, {}, 2)).toBe("inconclusive");
  });

  test("is healthy too where there is hardly any event, once a thousandth more would have been seen", () => {
    const perfect = minutes(60, [600, 5_400], [0, 0]);
    expect(verdict(perfect)).toBe("healthy");
    expect(verdict(perfect.slice(0, 4))).toBe("inconclusive");
    expect(verdict(perfect.slice(0, 4), {}, { minAbsolute: 0.02 })).toBe("healthy");
    // Purchases that nobody ever made tell nothing.
    expect(verdict(perfect, {}, { harm: "decrease" })).toBe("inconclusive");
  });
});

describe("no data", () => {
  const healthy = minutes(60, [600, 5_400], [3, 27]);

  test("is 5 minutes without a closed bin that has both sides", () => {
    expect(verdict(healthy, {}, {}, 64)).toBe("healthy");
    expect(verdict(healthy, {}, {}, 65)).toBe("nodata");
    const oneSided = healthy.map((bin, i) => (i < 50 ? bin : { ...bin, exposures: [0, 5_400] as const }));
    expect(verdict(oneSided)).toBe("nodata");
  });

  test("is waited for as long as bins of the metric take to close", () => {
    expect(verdict(healthy, { closesAfter: 30 * MINUTE }, {}, 90)).toBe("healthy");
    expect(verdict(healthy, { closesAfter: 30 * MINUTE }, {}, 96)).toBe("nodata");
  });

  test("isn't said of a stage that has only begun", () => {
    expect(verdict([], {}, {}, 4)).toBe("inconclusive");
    expect(verdict([], {}, {}, 5)).toBe("nodata");
  });
});

describe("a wrong sample ratio", () => {
  test("makes everything but harm invalid", () => {
    const healthy = minutes(60, [600, 5_400], [3, 27]);
    expect(verdict(healthy, { sampleRatio: Math.log(1_000) })).toBe("invalid");
    expect(verdict(healthy, { sampleRatio: Math.log(999) })).toBe("healthy");
    expect(verdict([], { sampleRatio: 10 }, {}, 60)).toBe("invalid");
    expect(verdict(minutes(60, [600, 5_400], [9, 27]), { sampleRatio: 10 })).toBe("harm");
  });
});

describe("latency", () => {
  const timed = (count: number, slower: number): TimedBin[] =>
    Array.from({ length: count }, (_, i) => {
      const side = (requests: number, factor: number): LogHistogram => {
        const all = new LogHistogram();
        for (let n = 0; n < 100; n++) all.record(50 * factor * 1.03 ** n * (1 + i / 50), requests / 100);
        return all;
      };
      const place = { minute: i * MINUTE, entry: 1, compared: true };
      return { ...place, durations: [side(600, slower), side(5_400, 1)], failures: [0, 0] };
    });

  test("is judged like counts: slower is harm, the same is healthy although both become slower", () => {
    expect(judge(LIMITS, { latencies: timed(30, 1.5) }, at(30)).verdict).toBe("harm");
    expect(judge(LIMITS, { latencies: timed(30, 1) }, at(30)).verdict).toBe("healthy");
    expect(judge(LIMITS, { latencies: timed(1, 1) }, at(1)).verdict).toBe("inconclusive");
  });

  test("shows the quantiles of both sides in the stage", () => {
    const { evidence } = judge(LIMITS, { latencies: timed(1, 2) }, at(1));
    for (const [name, control] of [
      ["p50", 50 * 1.03 ** 49],
      ["p95", 50 * 1.03 ** 94],
      ["p99", 50 * 1.03 ** 98],
    ] as const) {
      expect(evidence[name]).toHaveLength(2);
      const [slow, usual] = evidence[name] as number[];
      expect(Math.abs(usual! / control - 1)).toBeLessThan(0.03);
      expect(Math.abs(slow! / control / 2 - 1)).toBeLessThan(0.03);
    }
    expect(judge(LIMITS, { latencies: [] }, at(1)).evidence).toMatchObject({ p50: [null, null] });
  });
});

describe("a judgement", () => {
  test("is plain JSON, whatever there is to see", () => {
    for (const bins of [[], minutes(3, [0, 0], [0, 0]), minutes(3, [5, 0], [1, 0]), minutes(3, [600, 5_400], [0, 0])]) {
      const said = judge(LIMITS, { counts: bins }, at(3));
      expect(JSON.parse(JSON.stringify(said))).toEqual(said);
    }
  });

  test("begins a start epoch with the first bin, at each entering of a stage, and each full hour since the last", () => {
    const bins = [0, 1, 59, 60, 61, 119, 120, 121, 500].map((minute) => ({
      minute: minute * MINUTE,
      entry: minute < 61 ? 1 : 2,
    }));
    expect(startEpochs(bins)).toEqual([0, 3, 4, 7, 8]);
    expect(startEpochs([])).toEqual([]);
  });

  test("knows of the slices what they have seen since each start epoch, also where their parts are longer", () => {
    const places = [0, 60, 100, 160].map((minute) => ({ minute, entry: 1, compared: true }));
    const seen = (minute: number, events: number, compared = true): SlicedPart =>
      part([{ events, exposures: 10 }], [{ events: 0, exposures: 10 * events }], { minute, compared });
    const parts = [seen(0, 1), seen(100, 20), seen(130, 300, false)];
    const sums = slicesSince(parts, places, [0, 1, 2, 3], true);
    expect(sums.map(([treatment]) => treatment![0]!.events)).toEqual([21, 21, 20, 20]);
    expect(sums.map(([, control]) => control![0]!.exposures)).toEqual([210, 210, 200, 200]);
    expect(slicesSince(parts, places, [3], false)[0]![0]![0]!.events).toBe(300);
    expect(slicesSince(undefined, places, [0, 1], true)).toEqual([[], []]);
  });

  test("refuses wrong arguments by name", () => {
    expect(() => judge(LIMITS, { counts: [] }, at(1, { weight: 0 }))).toThrow("weight must be from");
    expect(() => judge(LIMITS, { counts: [] }, at(1, { alpha: 1 }))).toThrow("alpha must be between 0 and 1");
    expect(() => judge(LIMITS, { counts: minutes(1, [-1, 0], [0, 0]) }, at(1))).toThrow("bins[0].exposures[0]");
  });
});
