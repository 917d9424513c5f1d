import * as z from "zod/mini";
import { comment } from "./admin.ts";
import { duration, parseDuration } from "./duration.ts";
import { dateTime } from "./flag.ts";
import { parseInstant } from "./instant.ts";
import type { Issue } from "./json.ts";
import * as LIMITS from "./limits.ts";
import { name } from "./names.ts";

/*
 * Named outcomes: how they are counted. Metrics that everybody has: `errors` (of gated requests, and of outcomes of that
 * name, or named `error`), `latency` (likewise), `missing` (sessions without a `heartbeat`).
 */

const DAY = 86_400_000;

/** First exposures in releases are kept for a day, and in experiments for 28, so nothing can be attributed for longer. */
const window = duration.check(
  z.refine((text) => {
    const ms = parseDuration(text) ?? DAY; // what isn't a duration is refused as that
    return ms >= 1_000 && ms <= LIMITS.experimentWindowMs;
  }, "must be from 1s to 28d; what is more than 24h counts in experiments alone"),
);

/** How an outcome is counted: `unit`: each targeting key once, with its first exposure; `event`: every one, when it happened. */
const fields = {
  per: z._default(z.enum(["unit", "event"]), "event"),
  window: z._default(window, "30m"),
};
export const metricFields = z.strictObject({ name, ...fields });
/** What is put at `…/metrics/{name}`; `name` may be left out. */
export const metricBody = z.strictObject({ name: z.exactOptional(name), ...fields, comment });
export type Metric = z.output<typeof metricFields>;

/** Outcomes that mean something without being defined. Only `heartbeat` can be: with another window. */
export const USUAL_METRICS: readonly Metric[] = [
  { name: "errors", per: "event", window: "30m" },
  { name: "latency", per: "event", window: "30m" },
  { name: "heartbeat", per: "unit", window: "60s" },
];
/** Names of guardrails, which no outcome may have: what they count would be taken for something else. */
export const RESERVED_METRICS: readonly string[] = ["missing", "mismatch"];

/** The one name of an outcome: an `error` is one of the `errors`. */
export function outcomeName(name: string): string {
  return name === "error" ? "errors" : name;
}

/** Why an outcome can't be defined in this way; undefined when it can. */
export function undefinable({ name: wanted, per }: Metric): Issue | undefined {
  if (RESERVED_METRICS.includes(wanted) || outcomeName(wanted) === "errors" || wanted === "latency")
    return { path: "/name", message: "is the name of something that every environment counts" };
  return wanted === "heartbeat" && per !== "unit" ? { path: "/per", message: "must be unit for heartbeat" } : undefined;
}

const instant = z.pipe(
  dateTime,
  z.transform((text: string) => parseInstant(text)!),
);
export const RESOLUTIONS = { "1m": 60_000, "5m": 300_000, "15m": 900_000, "1h": 3_600_000, "1d": DAY } as const;

const until = z.exactOptional(instant);
/** Which minutes of a flag's metrics are shown, and how many of them make one point. */
export const metricsQuery = z.strictObject({
  since: z.exactOptional(instant),
  until,
  resolution: z._default(z.enum(["1m", "5m", "15m", "1h", "1d"]), "1m"),
});

/** Of which time what a dark launch saw is shown. */
export const shadowQuery = z.strictObject({
  since: z.exactOptional(instant),
  until,
});

/** A number as a query has it. */
const decimal = z.pipe(
  z.string().check(z.regex(/^[0-9]*\.?[0-9]+(?:e-?[0-9]+)?$/i, "must be a number")),
  z.transform(Number),
);

/** Which counts of an experiment are read, and how. */
export const experimentQuery = z.strictObject({
  since: z.exactOptional(instant),
  until,
  rule: z.exactOptional(name),
  baseline: z.exactOptional(name),
  alpha: z._default(z.pipe(decimal, z.number().check(z.gt(0), z.maximum(0.5))), 0.05),
  trustClients: z._default(
    z.pipe(
      z.enum(["true", "false"]),
      z.transform((said) => said === "true"),
    ),
    false,
  ),
});
