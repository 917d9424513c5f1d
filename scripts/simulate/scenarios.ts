import type { GuardrailLimits } from "../../src/core/statistics/sums.ts";
import type { SimulatedStage } from "./machine.ts";
import type { Scenario } from "./run.ts";

/* What is simulated. 100 requests a second, of which 0.5 % fail, as in the design's table. */

export const ALPHA = 0.01;

export const LIMITS: GuardrailLimits = { harm: "increase", tolerate: 1, detect: 2, minAbsolute: 0 };

const service = { requestsPerSecond: 100, errors: 0.005 };
const RAMP: readonly SimulatedStage[] = [
  { share: 0.01, minutes: 60 },
  { share: 0.1, minutes: 60 },
  { share: 0.5, minutes: 60 },
  { share: 0.99, minutes: 60 },
];
const RAMP_MINUTES = 600;
/** One stage for good: how long until harm is found there. */
const held = (share: number): readonly SimulatedStage[] => [{ share, minutes: 100_000 }];

export const HEALTHY: readonly Scenario[] = [
  ...[0.01, 0.1, 0.5].map((share): Scenario => ({
    name: `even traffic at ${share * 100} %`,
    healthy: true,
    traffic: service,
    stages: held(share),
    minutes: 240,
  })),
  { name: "even traffic, ramp", healthy: true, traffic: service, stages: RAMP, minutes: RAMP_MINUTES },
  {
    name: "daily cycle, ramp",
    healthy: true,
    traffic: { ...service, daily: 0.8 },
    stages: RAMP,
    minutes: RAMP_MINUTES,
  },
  {
    name: "a few failing clients, ramp",
    healthy: true,
    traffic: { ...service, broken: { everyMinutes: 10, minutes: 20, requestsPerMinute: 5 } },
    stages: RAMP,
    minutes: RAMP_MINUTES,
  },
  {
    name: "clients failing hard, ramp",
    healthy: true,
    traffic: { ...service, broken: { everyMinutes: 20, minutes: 30, requestsPerMinute: 20 } },
    stages: RAMP,
    minutes: RAMP_MINUTES,
  },
  {
    name: "drifting latency, ramp",
    healthy: true,
    traffic: { ...service, durations: { drift: 0.05 }, daily: 0.3 },
    stages: RAMP.map(({ share }) => ({ share, minutes: 30 })),
    minutes: 150,
  },
];

/** The design's table: median minutes until harm is found that is there from the beginning, with φ = 1. */
export const TABLE: readonly (Scenario & { expected: number })[] = [
  { share: 0.01, factor: 2, expected: 53 },
  { share: 0.01, factor: 3, expected: 17 },
  { share: 0.01, factor: 10, expected: 2 },
  { share: 0.1, factor: 2, expected: 7 },
  { share: 0.1, factor: 1.5, expected: 22 },
  { share: 0.5, factor: 1.25, expected: 32 },
].map(({ share, factor, expected }) => ({
  name: `${factor}× at ${share * 100} %`,
  healthy: false,
  traffic: { ...service, harm: { from: 0, factor } },
  stages: held(share),
  minutes: 400,
  slices: false,
  expected,
}));

export const HARMFUL: readonly Scenario[] = [
  {
    name: "10× errors, ramp",
    healthy: false,
    traffic: { ...service, harm: { from: 0, factor: 10 } },
    stages: RAMP,
    minutes: RAMP_MINUTES,
  },
  {
    name: "2× errors, daily cycle, ramp",
    healthy: false,
    traffic: { ...service, daily: 0.8, harm: { from: 0, factor: 2 } },
    stages: RAMP,
    minutes: RAMP_MINUTES,
  },
  {
    name: "1.3× as slow, drifting, ramp",
    healthy: false,
    traffic: { ...service, durations: { drift: 0.05 }, daily: 0.3, harm: { from: 0, factor: 1.3 } },
    stages: RAMP.map(({ share }) => ({ share, minutes: 30 })),
    minutes: 150,
  },
  {
    name: "2× errors after 18 hours at 50 %",
    healthy: false,
    traffic: { ...service, harm: { from: 18 * 60, factor: 2 } },
    stages: held(0.5),
    minutes: 19 * 60,
    part: 0.2,
  },
];

/** Releases that must neither be taken back for harm nor go on. */
export const STOPPED: readonly Scenario[] = [
  {
    name: "nothing is heard any more",
    healthy: false,
    traffic: { ...service, silent: { from: 20 } },
    stages: RAMP,
    minutes: RAMP_MINUTES,
  },
  {
    name: "a twentieth of treatment is lost",
    healthy: false,
    traffic: { ...service, lost: 0.05 },
    stages: [
      { share: 0.5, minutes: 120 },
      { share: 0.99, minutes: 60 },
    ],
    minutes: 240,
  },
];
