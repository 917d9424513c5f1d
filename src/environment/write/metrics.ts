import * as LIMITS from "../../contract/limits.ts";
import type { Metric } from "../../contract/metric.ts";
import type { Refusal } from "../../contract/problem.ts";
import { equal } from "./equal.ts";
import type { Entry } from "../store/state.ts";

/* What becomes of an environment's definitions of outcomes, and what the log says of it. */

type Changed = { ok: true; metrics: readonly Metric[]; entry?: Entry; created: boolean };

/** With an outcome defined in this way. Without an entry when nothing changes. */
export function withMetric(metrics: readonly Metric[], metric: Metric): Changed | Refusal {
  const { name: key } = metric;
  const before = metrics.find(({ name }) => name === key);
  if (before && equal(before, metric)) return { ok: true, metrics, created: false };
  if (!before && metrics.length >= LIMITS.metrics)
    return {
      ok: false,
      problem: {
        type: "invalid",
        detail: `An environment has at most ${LIMITS.metrics} metrics.`,
        errors: [{ path: "", message: `would be more than ${LIMITS.metrics} metrics` }],
      },
    };
  const others = metrics.filter((one) => one !== before);
  const entry: Entry = { action: "putMetric", kind: "metric", key, before: before ?? null, after: metric };
  const sorted = [...others, metric].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { ok: true, metrics: sorted, entry, created: !before };
}

/** Without the definition of an outcome. */
export function withoutMetric(metrics: readonly Metric[], key: string): Changed | Refusal {
  const before = metrics.find(({ name }) => name === key);
  if (!before) return { ok: false, problem: { type: "not-found", detail: "There is no such metric." } };
  const entry: Entry = { action: "deleteMetric", kind: "metric", key, before, after: null };
  return { ok: true, metrics: metrics.filter((one) => one !== before), entry, created: false };
}
