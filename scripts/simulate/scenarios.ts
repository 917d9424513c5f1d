import type { GuardrailLimits } from "../../src/core/statistics/sums.ts";
import type { SimulatedStage } from "./machine.ts";
import type { People } from "./people.ts";
import type { Scenario } from "./run.ts";
import type { Settings } from "./rules.ts";
import type { Service } from "./traffic.ts";

/* What is simulated: the populations and scenarios of design/releases.md, "What simulation must show". */

export const ALPHA = 0.01;
export const BETA = 0.1;
export const WARMUP = 3;
export const LIMITS: GuardrailLimits = { harm: "increase", tolerate: 1, detect: 2, minAbsolute: 0.001 };
export const SETTINGS: Settings = { limits: LIMITS, alpha: ALPHA, beta: BETA, warmup: WARMUP };
export const TIMED: Settings = { ...SETTINGS, limits: { ...LIMITS, minAbsolute: 0 } };

/** People are a thousand for each request a second, at least 4 000 and at most 100 000. */
export function peopleOf(perSecond: number): number {
  return Math.min(100_000, Math.max(4_000, 1_000 * perSecond));
}

const RAMP: readonly SimulatedStage[] = [
  { share: 0.01, minutes: 30 },
  { share: 0.1, minutes: 60 },
  { share: 0.5, minutes: 120 },
  { share: 0.99, minutes: 60 },
];
const EIGHT_HOURS = 480;
const shop = (people: Partial<People> = {}, more: Partial<Service> = {}): Service => ({
  perSecond: 100,
  errors: 0.005,
  ...more,
  people: { count: 20_000, ...people },
});

/** Populations in which nothing is wrong with the change. */
export const POPULATIONS: Record<string, Service> = {
  "all alike": shop(),
  "activity Pareto": shop({ activity: "pareto" }),
  "activity lognormal": shop({ activity: "lognormal" }),
  "failures lognormal": shop({ failuresDiffer: 1.5 }),
  "activity Pareto, failures lognormal": shop({ activity: "pareto", failuresDiffer: 1.5 }),
  "the same, keys not known": shop({ activity: "pareto", failuresDiffer: 1.5 }, { keys: false }),
  "bots make half": shop({ activity: "lognormal", failuresDiffer: 1, bots: { count: 5, part: 0.5 } }),
  "bots make half, keys not known": shop(
    { activity: "lognormal", failuresDiffer: 1, bots: { count: 5, part: 0.5 } },
    { keys: false },
  ),
  "300 accounts": shop({ count: 300, activity: "pareto", failuresDiffer: 1 }),
  "3 000 accounts": shop({ count: 3_000, activity: "pareto", failuresDiffer: 1 }),
  "failing clients": shop({}, { broken: { everyMinutes: 15, minutes: 30, perMinute: 20 } }),
  "incidents on both sides": shop({}, { incidents: { everyMinutes: 90, minutes: 8, factor: 20 } }),
  "rates that move between stages": shop({ failuresDiffer: 1 }, { moving: 1, daily: 0.5 }),
  "cold starts": shop({}, { cold: { minutes: 3, factor: 5 } }),
  retries: shop({ failuresDiffer: 1 }, { retries: 0.7 }),
  "no errors": shop({}, { errors: 0 }),
  "1 request a second": shop({ count: 4_000 }, { perSecond: 1 }),
  "10 requests a second": shop({ count: 10_000 }, { perSecond: 10 }),
  "1 000 requests a second": shop({ count: 100_000 }, { perSecond: 1_000 }),
};

/** Populations in which latency is watched, and nothing is wrong with the change. */
export const TIMED_POPULATIONS: Record<string, Service> = {
  "all alike": shop({}, { timed: true }),
  "durations lognormal": shop({ durationsDiffer: 0.7 }, { timed: true }),
  "activity Pareto, durations lognormal": shop({ activity: "pareto", durationsDiffer: 0.7 }, { timed: true }),
  "a tenth misses every cache": shop({ activity: "lognormal", missCaches: 0.1 }, { timed: true }),
  "bots make half": shop(
    { activity: "lognormal", durationsDiffer: 0.7, bots: { count: 5, part: 0.5 } },
    { timed: true },
  ),
  "300 accounts": shop({ count: 300, activity: "pareto", durationsDiffer: 0.7 }, { timed: true }),
  "slow hours on both sides": shop(
    { durationsDiffer: 0.5 },
    { timed: true, moving: 0.3, daily: 0.3, incidents: { everyMinutes: 90, minutes: 8, factor: 5 } },
  ),
};

const long = (service: Service): Partial<Scenario> =>
  service.perSecond < 100 ? { part: 0.3, minutes: service.perSecond < 10 ? 6_000 : 1_500 } : {};
const healthyOf = (kind: "errors" | "latency", services: Record<string, Service>): Scenario[] =>
  Object.entries(services).map(([name, service]) => ({
    name,
    kind,
    service,
    stages: RAMP,
    minutes: EIGHT_HOURS,
    ...long(service),
  }));

export const HEALTHY: readonly Scenario[] = [
  ...healthyOf("errors", POPULATIONS),
  ...healthyOf("latency", TIMED_POPULATIONS),
];

const harmful = (name: string, service: Service, more: Partial<Scenario> = {}): Scenario => ({
  name,
  kind: "harm",
  service,
  stages: [...RAMP.slice(0, 2), { share: 0.5, minutes: 240 }, { share: 0.99, minutes: 1_440 }],
  minutes: EIGHT_HOURS,
  ...more,
});
const harm = (factor: number, from = 0): Pick<Service, "harm"> => ({ harm: { from, factor } });

export const HARMFUL: readonly Scenario[] = [
  harmful("1.5×, the first stage four times noisier", shop({}, { ...harm(1.5), noisierFirst: 4 })),
  harmful("1.3×, the first stage four times noisier", shop({}, { ...harm(1.3), noisierFirst: 4 })),
  harmful("2×, rates move", shop({ failuresDiffer: 1 }, { ...harm(2), moving: 0.7, daily: 0.5 })),
  harmful("2×, activity Pareto", shop({ activity: "pareto" }, harm(2))),
  harmful("3×, bots make half", shop({ activity: "lognormal", bots: { count: 5, part: 0.5 } }, harm(3))),
  harmful("10×", shop({}, harm(10))),
  harmful("all fail", shop({}, harm(Infinity))),
  harmful("1.5× as slow", shop({ durationsDiffer: 0.7 }, { ...harm(1.5), timed: true })),
  harmful("2× from the fourth hour on", shop({}, harm(2, 200)), { kind: "late" }),
];

/** Releases that must neither be taken back for harm nor go on. */
export const STOPPED: readonly Scenario[] = [
  {
    name: "nothing is heard any more",
    kind: "stopped",
    service: shop({}, { silent: { from: 20 } }),
    stages: RAMP,
    minutes: 300,
  },
  {
    name: "a twentieth of treatment is lost",
    kind: "stopped",
    service: shop({ count: 100_000 }, { lost: 0.05 }),
    stages: [{ share: 0.5, minutes: 120 }, RAMP[3]!],
    minutes: 240,
  },
];

/** Medians of minutes by requests alone, without warm-up and floors, φ = 1, at 100 requests a second and 0.5 %. */
export const PLAIN: readonly { share: number; factor: number; expected: number }[] = [
  { share: 0.01, factor: 2, expected: 53 },
  { share: 0.01, factor: 3, expected: 17 },
  { share: 0.01, factor: 10, expected: 2 },
  { share: 0.1, factor: 2, expected: 7 },
  { share: 0.1, factor: 1.5, expected: 22 },
  { share: 0.5, factor: 1.25, expected: 32 },
];

const [H, D] = [60, 1_440];
export type Timed = {
  perSecond: number;
  what: string;
  share: number;
  factor: number;
  errors: number;
  expected: number;
};
const row = (perSecond: number, healthy: number[], none: number[], ...found: number[][]): Timed[] => {
  const shares = [0.01, 0.1, 0.5, 0.99];
  const cells = (what: string, factor: number, errors: number, medians: number[]): Timed[] =>
    medians.map((expected, i) => ({ perSecond, what, share: shares[i]!, factor, errors, expected }));
  return [
    ...cells("healthy, 0.5 % errors", 1, 0.005, healthy),
    ...cells("healthy, none", 1, 0, none),
    ...[2, 3, 10, Infinity].flatMap((factor, i) =>
      cells(factor === Infinity ? "all fail" : `${factor}× found`, factor, 0.005, found[i]!),
    ),
  ];
};

/** The table of all together: people known, alike; floors, warm-up. Minutes. */
export const TABLE: readonly Timed[] = [
  ...row(
    1,
    [1.7 * D, 5 * H, 2.3 * H, 2.5 * D],
    [3.4 * D, 8 * H, 100, 55],
    [3.9 * D, 12 * H, 3.5 * H],
    [1.3 * D, 3.5 * H, 67],
    [3 * H, 24, 14],
    [11, 3, 3],
  ),
  ...row(
    5,
    [9 * H, 60, 27, 12 * H],
    [16 * H, 100, 23, 14],
    [21 * H, 2.1 * H, 52],
    [6.3 * H, 48, 19],
    [43, 8, 6],
    [2, 1, 1],
  ),
  ...row(10, [4 * H, 33, 16, 6 * H], [8.2 * H, 52, 13, 8], [9 * H, 64, 28], [3.1 * H, 28, 11], [23, 6, 5], [1, 1, 1]),
  ...row(100, [31, 7, 5, 51], [52, 8, 4, 4], [56, 11, 6], [20, 6, 4], [6, 3, 2], [1, 1, 1]),
  ...row(1_000, [6, 4, 4, 8], [8, 4, 4, 4], [10, 4, 4], [6, 4, 4], [2, 1, 1], [1, 1, 1]),
];
