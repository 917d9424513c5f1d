import type { Answer } from "../app/client.ts";

/* Counts of several cohorts and sources, made into one line each. Counts add; shares are of what was added. */

type Point = Answer<"flagMetrics">["series"][number]["points"][number];

/** What was counted in one span of time, which begins at `at` (epoch milliseconds). */
export type Total = {
  at: number;
  /** A gate's, and those of them that failed. */
  requests: number;
  errors: number;
  exposures: number;
  /** How often each metric was reported as an outcome. */
  outcomes: Record<string, number>;
  /** Milliseconds; the slowest cohort's, since quantiles don't add. */
  p95?: number;
};

/** Adds one point to the total of its time. */
export function addPoint(totals: Map<number, Total>, point: Point): void {
  const at = Date.parse(point.at);
  const sum = totals.get(at) ?? { at, requests: 0, errors: 0, exposures: 0, outcomes: {} };
  sum.requests += point.requests;
  sum.errors += point.errors;
  sum.exposures += point.exposures;
  for (const [name, { count }] of Object.entries(point.outcomes))
    sum.outcomes[name] = (sum.outcomes[name] ?? 0) + count;
  if (point.latency) sum.p95 = Math.max(sum.p95 ?? 0, point.latency.p95);
  totals.set(at, sum);
}

/**
 * The share of errors, in percent: of requests where a gate counts them, else of exposures, as the guardrail `errors`
 * has it. Undefined where neither was counted.
 */
export function errorShare({ requests, errors, exposures, outcomes }: Total): number | undefined {
  const [some, of] = requests > 0 ? [errors, requests] : [outcomes["errors"] ?? 0, exposures];
  return of > 0 ? (some / of) * 100 : undefined;
}
