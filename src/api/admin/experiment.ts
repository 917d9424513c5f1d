import type { AuditEntry } from "../../contract/audit.ts";
import type { Flag } from "../../contract/flag.ts";
import { type Metric, USUAL_METRICS, experimentQuery } from "../../contract/metric.ts";
import { milliseconds } from "../../contract/duration.ts";
import { readExperiment, type VariantReading } from "../../core/statistics/experiment.ts";
import type { Interval } from "../../core/statistics/lift.ts";
import { SOURCES } from "../../metrics/batch.ts";
import { closedBefore } from "../../metrics/bins.ts";
import { readWhole } from "../../metrics/reading.ts";
import { type Allocated, allocationOf, ExperimentCounts } from "../../metrics/experiment.ts";
import { jsonResponse } from "../respond.ts";
import type { Call, Handlers, Here } from "./call.ts";
import { invalid, refusal } from "./refused.ts";
import { ask } from "./remote.ts";

/* What an experiment has found so far. */

const DAY = 86_400_000;
/** Hours are kept so long. */
const LONGEST = 60 * DAY;
const USUAL = 28 * DAY;
/** Of the log, at once. */
const ENTRIES = 200;

export const experimentHandlers = {
  async flagExperiment(call) {
    const { rule, alpha, trustClients, ...query } = call.query(experimentQuery);
    const { object, entry } = await call.here();
    const found = await ask(object.flag(call.key));
    if (!found) throw refusal("not-found", "There is no such flag.");
    const { flag } = found.view;
    if (flag.kind !== "experiment") throw refusal("not-found", "The flag isn't of the kind experiment.");
    const now = Date.now();
    const until = query.until ?? now;
    const since = query.since ?? until - USUAL;
    if (since >= until || until - since > LONGEST)
      throw invalid("The query", [{ path: "/since", message: "must be before until, by 60 days at most" }]);
    const allocation = allocationOf(flag, rule);
    if (!allocation) throw refusal("not-found", "The flag has no such rollout, so that there is nothing to compare.");
    const baseline = query.baseline ?? baselineOf(flag, allocation);
    if (allocation[baseline] === undefined)
      throw invalid("The query", [{ path: "/baseline", message: "is no variant that the rollout gives to anybody" }]);

    const counts = new ExperimentCounts(
      await allocatedIn(object, call, rule),
      trustClients ? SOURCES : ["gate", "server"],
    );
    const counters = call.counters(entry);
    const read = (from: number, to: number) =>
      Promise.all(counters.map((counter) => ask(readWhole(counter, { since: from, until: to, flag: call.key }))));
    // In pieces: what many days hold is more than one answer may be long.
    for (let from = Math.floor(since / DAY) * DAY; from < until; from += DAY) {
      const answers = await read(Math.max(from, since), Math.min(from + DAY, until));
      for (const { rows } of answers) counts.add(rows);
    }
    const [limits, defined] = await Promise.all([read(now, now), ask(object.metrics())]);
    const before = (outcome: string): number => closedBefore(limits, measureOf(outcome, defined));
    const spans = counts.spans(before);
    const { outcomes, sampleRatio } = readExperiment(spans, { baseline, alpha });
    return jsonResponse({
      flag: call.key,
      since: new Date(since).toISOString(),
      until: new Date(until).toISOString(),
      baseline,
      alpha,
      allocation,
      spans: spans.length,
      exposed: Object.fromEntries(
        Object.keys(allocation).map((variant) => [
          variant,
          spans.reduce((sum, { exposed }) => sum + (exposed[variant] ?? 0), 0),
        ]),
      ),
      outcomes: outcomes.map(readingView),
      sampleRatio,
    });
  },
} satisfies Handlers;

/** Those who aren't in the rollout, or get what the flag is when off; else the first. */
function baselineOf({ default: serve, offVariant }: Flag, allocation: { [variant: string]: number }): string {
  const otherwise = "rollout" in serve ? serve.rollout.otherwise : null;
  return (
    [otherwise, offVariant].find((one) => one !== null && allocation[one] !== undefined) ?? Object.keys(allocation)[0]!
  );
}

/** What the log says of the flag's allocation, oldest first. */
async function allocatedIn(object: Here["object"], { key }: Call, rule: string | undefined): Promise<Allocated[]> {
  const all: Allocated[] = [];
  for (let after: number | undefined; ;) {
    const page: { entries: AuditEntry[]; next?: number } = await ask(
      object.audit({ flag: key, limit: ENTRIES, ...(after !== undefined && { after }) }),
    );
    for (const { target, version, after: flag } of page.entries)
      if (target.kind === "flag") all.push({ version, allocation: isFlag(flag) ? allocationOf(flag, rule) : null });
    if (page.next === undefined) return all.toReversed();
    after = page.next;
  }
}

function isFlag(shown: AuditEntry["after"]): shown is Flag {
  return shown !== null && "rules" in shown && "default" in shown;
}

function measureOf(outcome: string, defined: readonly Metric[]) {
  const definition = [...defined, ...USUAL_METRICS].find(({ name }) => name === outcome);
  if (definition?.per !== "unit") return { metric: outcome };
  return {
    metric: outcome,
    per: "unit" as const,
    windowMs: milliseconds(definition.window),
    experiment: true as const,
  };
}

function readingView({ outcome: name, variant, exposed, conversions, excludesZero, needed, lift }: VariantReading) {
  const [measure, outcome] = [name.slice(0, name.indexOf(" ")), name.slice(name.indexOf(" ") + 1)];
  // Means times exposures: whole numbers come back with a rounding error.
  const totals = conversions.map((total) => Number(total.toPrecision(12)));
  return { outcome, measure, variant, exposed, conversions: totals, lift: bounded(lift), excludesZero, needed };
}

function bounded({ estimate, lower, upper }: Interval) {
  const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return { estimate: known(estimate), lower: known(estimate) === null ? null : known(lower), upper: known(upper) };
}
