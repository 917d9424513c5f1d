import { milliseconds } from "../contract/duration.ts";
import * as LIMITS from "../contract/limits.ts";
import { type Metric, USUAL_METRICS } from "../contract/metric.ts";

/** How an outcome is counted. One that nobody has defined counts each time. */
export function definitionOf(name: string, defined: ReadonlyMap<string, Metric>): Metric {
  return defined.get(name) ?? USUAL_METRICS.find((one) => one.name === name) ?? { name, per: "event", window: "30m" };
}

/** How long an outcome is waited for after an exposure, in milliseconds. Only experiments wait longer than a day. */
export function windowOf({ window }: Metric): number {
  return Math.min(milliseconds(window), LIMITS.experimentWindowMs);
}
