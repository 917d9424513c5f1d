import { expect, test } from "vitest";
import * as LIMITS from "../../src/contract/limits.ts";
import type { Metric } from "../../src/contract/metric.ts";
import { withMetric, withoutMetric } from "../../src/environment/write/metrics.ts";

const named = (name: string): Metric => ({ name, per: "event", window: "30m" });

test("an environment has 200 metrics and no more, and the last of them can still be changed", () => {
  let metrics: readonly Metric[] = [];
  for (let i = 0; i < LIMITS.metrics; i++) {
    const made = withMetric(metrics, named(`m${i}`));
    if (!made.ok) throw new Error(made.problem.detail);
    ({ metrics } = made);
  }
  expect(withMetric(metrics, named("one too many"))).toMatchObject({ ok: false, problem: { type: "invalid" } });
  expect(withMetric(metrics, { ...named("m7"), per: "unit" })).toMatchObject({ ok: true, created: false });
  expect(withMetric(metrics, named("m7"))).toEqual({ ok: true, metrics, created: false });
  const less = withoutMetric(metrics, "m7");
  expect(less.ok && withMetric(less.metrics, named("another")).ok).toBe(true);
});
