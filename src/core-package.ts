/* `sluice/core`: evaluation, bucketing and statistics, pure. */

export { type Audience, compile, type CompiledFlag, type Diagnostic, Snapshot } from "./core/compile.ts";
export { type Context, evaluate, evaluateAll, evaluateEach, type Evaluation, json } from "./core/evaluate.ts";
export { BucketTest, Rollout } from "./core/buckets.ts";
export { murmur3 } from "./core/murmur3.ts";
export { packMembers } from "./core/members.ts";
export { openOverride, type Override, sealOverride } from "./core/override.ts";
export { LogHistogram } from "./core/histogram.ts";
export { dispersion } from "./core/statistics/dispersion.ts";
export { withoutLoudest } from "./core/statistics/loudest.ts";
export {
  ceilingEvidence,
  mismatchEvidence,
  rateRatioEvidence,
  sampleRatioEvidence,
} from "./core/statistics/evidence.ts";
export { readExperiment, shareOf } from "./core/statistics/experiment.ts";
export { historyOf, judge, sampleRatioOf } from "./core/statistics/judge.ts";
export { latencyEvidence } from "./core/statistics/latency.ts";
export { liftInterval } from "./core/statistics/lift.ts";
export { peopleEvidence, requestsAndPeople } from "./core/statistics/people.ts";
export { detectableHarm } from "./core/statistics/power.ts";
export { eventsForSafety, latencySafety, safetyEvidence, shareBelowEvidence } from "./core/statistics/safety.ts";
export { silentAt } from "./core/statistics/silence.ts";
export { sizing } from "./core/statistics/sizing.ts";
