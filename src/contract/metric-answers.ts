import * as z from "zod";
import { UNCOUNTED } from "./uncounted.ts";

/* What is answered about counts: of a flag, of an experiment, of a dark launch, of events that were reported. For the OpenAPI document. */

const time = z.iso.datetime();
const count = z.int().min(0);
const point = z.strictObject({
  requests: count.describe("Through the gate"),
  errors: count.describe("Of the requests: answered 500 or more"),
  errorShare: z.number().nullable().describe("null where there were no requests"),
  statuses: z.strictObject({ "1xx": count, "2xx": count, "3xx": count, "4xx": count, "5xx": count }),
  latency: z
    .strictObject({ p50: z.number(), p95: z.number(), p99: z.number() })
    .nullable()
    .describe("Milliseconds, within 2 %, of what didn't fail; null where there is none"),
  exposures: count.describe("As they were reported"),
  keys: count.describe("Targeting keys whose first exposure this was; known once the minute is closed"),
  outcomes: z.record(
    z.string(),
    z.strictObject({
      count,
      sum: z.number().describe("Of their values"),
      units: count.describe("Targeting keys that had it within its window, at their first exposure"),
    }),
  ),
  late: count.describe("Reported after their minute was closed; in none of the other numbers"),
});
const unread = count.optional().describe("Counters, of four, that couldn't be read: what they have is missing");
export const flagMetrics = z.strictObject({
  flag: z.string(),
  since: time,
  until: time,
  resolution: z.enum(["1m", "5m", "15m", "1h", "1d"]),
  closedUntil: time.describe("Minutes before this one don't change any more"),
  uncounted: z
    .partialRecord(z.enum(UNCOUNTED), count)
    .describe("What reaches no verdict of a release, by reason, apart from what client keys reported"),
  unread,
  series: z.array(
    z.strictObject({
      variant: z.string(),
      cohort: z.string().optional().describe("During a release: `<release>.<epoch>.t` or `.c`"),
      source: z.enum(["gate", "server", "client"]),
      total: point,
      points: z.array(point.extend({ at: time })).describe("Steps in which nothing was counted are left out"),
    }),
  ),
});
const bound = z.number().nullable();
export const flagExperiment = z.strictObject({
  flag: z.string(),
  since: time,
  until: time,
  baseline: z.string(),
  alpha: z.number(),
  allocation: z.record(z.string(), z.number()).describe("Share of people by variant, 0 to 1, as it is now"),
  spans: count.describe("How often the allocation was another one, plus one; never compared across"),
  exposed: z.record(z.string(), count).describe("Distinct targeting keys by variant"),
  outcomes: z.array(
    z.strictObject({
      outcome: z.string(),
      measure: z
        .enum(["share", "count", "value"])
        .describe("Of the exposed, who had it; how often it came to each; what it came to for each"),
      variant: z.string(),
      exposed: z.array(count).length(2).describe("Of the variant and of the baseline"),
      conversions: z
        .array(z.number())
        .length(2)
        .describe("Of the same: how many had it, how often it came, or what it came to, as `measure` says"),
      lift: z
        .strictObject({ estimate: bound, lower: bound, upper: bound })
        .describe("Over the baseline: 0.1 is 10 % more. The interval holds at all times at once; null: no bound"),
      excludesZero: z.boolean().describe("Whether the interval leaves out that there is no difference"),
      needed: count
        .nullable()
        .describe("Exposures of both until it can, if the lift stays as it is; null: it does, or nothing can be said"),
    }),
  ),
  sampleRatio: z
    .strictObject({ logE: z.number(), valid: z.boolean() })
    .describe("Whether people fell to the variants as configured; where not, nothing else can be believed"),
});
const times = z.strictObject({ p50: z.number(), p95: z.number(), p99: z.number() }).partial();
const unlike = z.strictObject({
  field: z.string().describe("JSON Pointer; `*` stands for every index of an array"),
  control: z.string().describe("Kind and size of what is there, never what it says"),
  candidate: z.string(),
});
const pairs = { candidateOnly: count, noiseOnly: count, both: count };
export const flagShadow = z.strictObject({
  flag: z.string(),
  since: time,
  until: time,
  unread,
  sampled: count.describe("How often the candidate ran"),
  skipped: z.record(z.string(), count).describe("By reason"),
  compared: count,
  matched: count,
  mismatched: z.strictObject({
    count,
    share: z.number().optional().describe("Of what was compared, less the share in which control differs from itself"),
    noise: z.number().optional().describe("That share, where control ran twice"),
  }),
  pairs: z.strictObject({ ...pairs, of: count }).describe("Where control ran twice: who differed from its first run"),
  evidence: z
    .strictObject({ logE: z.number() })
    .describe("Natural logarithm of an E-value against: the candidate differs no more often than control from itself"),
  errors: count,
  timeouts: count,
  fields: z.array(z.strictObject({ field: z.string(), differed: count, candidateOnly: count, noiseOnly: count })),
  statuses: z.array(z.strictObject({ control: z.int(), candidate: z.int(), count })),
  latency: z.strictObject({
    control: times,
    candidate: times,
    ratio: times.describe("Candidate's time over control's"),
  }),
  fingerprints: z
    .array(z.strictObject({ fingerprint: z.string(), count, example: z.array(unlike) }))
    .describe("Kinds of mismatch by the fields that differ, the most frequent ones"),
});
export const recorded = z.strictObject({
  accepted: z.int().min(0).describe("How many were counted"),
  duplicate: z.boolean().describe("Whether a batch of this id was counted within the last hour: then this one wasn't"),
  rejected: z.array(
    z.strictObject({ index: z.int().min(0).describe("Place in the batch, from 0"), message: z.string() }),
  ),
  uncounted: z
    .partialRecord(z.enum(UNCOUNTED), count)
    .describe("How many of the accepted reach no verdict of their flag's live release, by reason, as far as is known"),
});
