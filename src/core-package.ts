/* `sluice/core`: evaluation, bucketing and statistics, pure. */

export { type Audience, compile, type CompiledFlag, type Diagnostic, Snapshot } from "./core/compile.ts";
export { type Context, evaluate, evaluateAll, evaluateEach, type Evaluation, json } from "./core/evaluate.ts";
export { BucketTest, Rollout } from "./core/buckets.ts";
export { murmur3 } from "./core/murmur3.ts";
export { packMembers } from "./core/members.ts";
export { openOverride, type Override, sealOverride } from "./core/override.ts";
export { LogHistogram } from "./core/histogram.ts";
export { dispersion } from "./core/statistics/dispersion.ts";
export { rateRatioEvidence, sampleRatioEvidence } from "./core/statistics/evidence.ts";
export { liftInterval } from "./core/statistics/lift.ts";
export { detectableHarm } from "./core/statistics/power.ts";
