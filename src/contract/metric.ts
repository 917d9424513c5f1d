import * as z from "zod/mini";
import { comment } from "./admin.ts";
import { duration, parseDuration } from "./duration.ts";
import { name } from "./names.ts";

/*
 * Named outcomes: how they are counted. Metrics that everybody has: `errors` (of gated requests, and of outcomes named
 * `error`), `latency` (likewise, and of outcomes named `latency`), `missing` (keys without a `heartbeat`).
 */

const DAY = 86_400_000;

/** First exposures are kept for a day, so nothing can be attributed for longer. */
const window = duration.check(
  z.refine((text) => (parseDuration(text) ?? 0) >= 1_000 && (parseDuration(text) ?? 0) <= DAY, {
    message: "must be from 1s to 24h",
  }),
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

/** Outcomes that mean something without being defined. They can be defined otherwise, but for `error` and `latency`. */
export const USUAL_METRICS: readonly Metric[] = [
  { name: "error", per: "event", window: "30m" },
  { name: "latency", per: "event", window: "30m" },
  { name: "heartbeat", per: "unit", window: "60s" },
];
/** Names of guardrails, which no outcome may have: what they count would be taken for something else. */
export const RESERVED_METRICS: readonly string[] = ["errors", "missing", "mismatch"];
