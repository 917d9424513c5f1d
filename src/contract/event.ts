import * as z from "zod/mini";
import { dateTime } from "./flag.ts";
import * as LIMITS from "./limits.ts";
import { name } from "./names.ts";
import type { Uncounted } from "./uncounted.ts";

/* What clients, servers and gates report: who saw what, and what came of it. */

/**
 * `<release>.<epoch>.t` or `.c`: during which part of which release, and on which side. Where something else than the
 * targeting key was bucketed, `.` and a 64-bit hash of that follow (11 characters of base64url).
 */
const COHORT = /^([^\p{Cc}\p{Cs}]{1,128})\.(\d{1,9})\.([tc])(?:\.([A-Za-z0-9_-]{11}))?$/u;

/** A cohort as it was written, taken apart. `text` is without the hash: what counts are kept by. */
export type Cohort = { release: string; epoch: number; side: "t" | "c"; hash: string | undefined; text: string };

/** Reads a cohort; undefined for any other text. */
export function parseCohort(text: string): Cohort | undefined {
  const match = COHORT.exec(text);
  if (!match) return undefined;
  const [, release = "", epoch = "", side, hash] = match;
  return {
    release,
    epoch: Number(epoch),
    side: side === "t" ? "t" : "c",
    hash,
    text: hash === undefined ? text : text.slice(0, -hash.length - 1),
  };
}

const targetingKey = z.union([z.string().check(z.minLength(1), z.maxLength(LIMITS.textLength)), z.int()]);
const at = z.exactOptional(z.union([dateTime, z.number()]));
const cohort = z.exactOptional(z.string().check(z.regex(COHORT, "is no cohort")));
const milliseconds = z.number().check(z.minimum(0), z.maximum(LIMITS.eventMs));
const value = z.number().check(z.minimum(-LIMITS.eventValue), z.maximum(LIMITS.eventValue));

/** A targeting key saw a variant. `at`: when, epoch milliseconds or RFC 3339; when it arrived, unless it is said. */
const exposure = z.strictObject({ type: z.literal("exposure"), flag: name, variant: name, targetingKey, cohort, at });
/** Something happened that a metric counts. `value` in the metric's unit: milliseconds for `latency`. */
const outcome = z.strictObject({
  type: z.literal("outcome"),
  metric: name,
  value: z._default(value, 1),
  targetingKey: z.exactOptional(targetingKey),
  flag: z.exactOptional(name),
  variant: z.exactOptional(name),
  cohort,
  at,
});
/** What a dark launch found when it compared a candidate's answer with control's. */
const comparison = z.strictObject({
  type: z.literal("comparison"),
  flag: name,
  match: z.boolean(),
  difference: z.exactOptional(z.string().check(z.maxLength(LIMITS.textLength))),
  controlMs: milliseconds,
  candidateMs: milliseconds,
  candidateError: z.exactOptional(z.string().check(z.maxLength(LIMITS.textLength))),
});

export const event = z.discriminatedUnion("type", [exposure, outcome, comparison]);
/** Any one that parses as `event`; what it says isn't right yet. */
export type SentEvent = z.input<typeof event>;
export type Event = z.output<typeof event>;

/** A batch as it is described. Read apart from its events, so that one bad event doesn't sink the rest. */
export const eventBatch = z.object({
  id: z.string().check(z.minLength(1), z.maxLength(LIMITS.nameLength)),
  events: z.array(event).check(z.minLength(1), z.maxLength(LIMITS.events)),
});

/**
 * What became of a batch. `index` counts from 0 in the batch as it was sent. `uncounted`: of the accepted, those that reach
 * no verdict, as far as is known by now.
 */
export type Recorded = {
  accepted: number;
  duplicate: boolean;
  rejected: { index: number; message: string }[];
  uncounted: { [reason in Uncounted]?: number };
};
