import * as z from "zod";
import { extend, required } from "zod/mini";
import { UNCOUNTED } from "./event.ts";
import { flagFields, rule } from "./flag.ts";
import { PROBLEMS } from "./problem.ts";
import { actions, releaseOutline } from "./release-answers.ts";
import { role, scope } from "./role.ts";
import { ADMIN_ROUTES } from "./routes.ts";
import { samplingPatch } from "./sampling.ts";
import { segmentFields } from "./segment.ts";

/*
 * The shapes of answers, for the OpenAPI document and for the tests that hold every live answer against it. The Worker
 * never imports this: it builds answers from types, and validates nothing that it says itself.
 */

const version = z.int().min(0).describe("Version of the environment");
const revision = z.string().describe("`<incarnation>.<version>`: names one state of one environment for ever");
const time = z.iso.datetime();
const cursor = z.string().optional().describe("Present when there is more: pass it as `cursor`");

/** A flag as it is kept: every property present. */
export const wholeFlag = extend(flagFields, {
  rules: z.array(required(rule, { id: true })),
});

const stamps = { version, createdAt: time, updatedAt: time, updatedBy: z.string() };
export const stale = z.strictObject({
  since: time,
  why: z.enum(["rolled-out", "rolled-back", "forgotten", "dead", "overdue"]),
});
export const flagView = z.strictObject({
  flag: wholeFlag,
  ...stamps,
  archivedAt: time.optional(),
  lastEvaluatedAt: time.optional().describe("Up to an hour early; not part of what the entity tag counts"),
  release: releaseOutline
    .optional()
    .describe("The latest, while it is live and after; not part of what the entity tag counts"),
  actions,
  stale: stale.optional().describe("Present when it has outlived its use; not part of what the entity tag counts"),
});
const counted = z.strictObject({ count: z.int().min(0) });
const segmentOutline = extend(segmentFields, { include: counted, exclude: counted });
export const segmentView = z.strictObject({
  segment: z.union([segmentFields, segmentOutline]),
  ...stamps,
  members: z
    .strictObject({ include: z.int().min(0), exclude: z.int().min(0) })
    .describe(
      "How many are listed. Lists of more than 4 MiB of JSON together are shown by these counts in `segment` too, which no write takes for lists: change such a segment by a patch that doesn't name them, or through its members",
    ),
});
export const environmentView = z.strictObject({
  name: z.string(),
  description: z.string(),
  version,
  revision,
  flags: z.int().min(0).describe("How many there are, archived ones left out"),
  propagated: z.strictObject({ relays: z.int().min(0), of: z.int().min(0) }),
  sampling: required(samplingPatch),
  requiresApproval: z.int().min(0),
  approvalBy: z.enum(["any", "access"]).describe("Whose consent counts"),
  createdAt: time,
});
export const keyView = z.strictObject({
  id: z.string(),
  kind: z.enum(["client", "server"]),
  name: z.string(),
  origins: z.array(z.string()),
  createdAt: time,
  createdBy: z.string(),
});
export const newKeyView = keyView.extend({
  secret: z.string().optional().describe("Shown this once; absent when the answer is a replay"),
});
export const newOverrideView = z.strictObject({
  flag: z.string(),
  variant: z.string(),
  expiresAt: time,
  override: z
    .string()
    .optional()
    .describe("For the header or the cookie `Sluice-Override`. Shown this once; absent when the answer is a replay"),
});
export const actor = z.strictObject({
  id: z.string(),
  name: z.string(),
  via: z.enum(["root", "token", "access", "release"]),
});
export const me = actor.extend({
  role,
  environments: scope,
  expiresAt: time.optional().describe("When the credential stops working"),
  operations: z.array(z.enum(Object.keys(ADMIN_ROUTES))).describe("What the role allows, in the environments named"),
});
export const tokenView = z.strictObject({
  id: z.string(),
  name: z.string(),
  role,
  environments: scope,
  expiresAt: time.optional(),
  agent: z.literal(true).optional().describe("An agent's: it writes at /mcp only"),
  createdAt: time,
  createdBy: z.string(),
});
export const newTokenView = tokenView.extend({
  secret: z.string().optional().describe("Shown this once; absent when the answer is a replay"),
});
export const auditEntry = z.strictObject({
  sequence: z.int().min(1),
  at: time,
  actor,
  action: z.string(),
  target: z.strictObject({ kind: z.string(), key: z.string() }),
  comment: z.string(),
  version,
  before: z.unknown().describe("The whole resource before, members of a segment counted; null where there was none"),
  after: z.unknown().describe("The whole resource after; null where there is none"),
});

/** What an audit entry or a diff shows as before and after. */
const shown = z
  .union([wholeFlag, segmentOutline, keyView, z.record(z.string(), z.unknown()), z.null()])
  .describe("A whole resource; null where none was in force. The listed members of a segment are counted");
export const difference = z.strictObject({
  target: z.strictObject({ kind: z.string(), key: z.string() }),
  before: shown,
  after: shown,
  changes: z
    .array(
      z.strictObject({
        path: z.string().describe("JSON Pointer into the resource"),
        before: z.unknown().describe("null also where there was nothing"),
        after: z.unknown().describe("null also where there is nothing"),
      }),
    )
    .describe("The places that differ. Empty where there is nothing to compare: made new, or taken away"),
});
export const verdict = z.union([
  z.strictObject({ ok: z.literal(true), entries: z.int().min(0), head: z.string().describe("Hash of the last entry") }),
  z.strictObject({
    ok: z.literal(false),
    brokenAt: z.int().min(1).describe("Sequence of the first entry that is missing or altered"),
  }),
]);
export const versionSummary = z.strictObject({
  version: z.int().min(1),
  at: time,
  actor,
  summary: z.string().describe("The first few changes, and the comment"),
});
export const versions = z.strictObject({ versions: z.array(versionSummary), cursor });
export const wholeVersion = versionSummary.extend({ flags: z.array(wholeFlag), segments: z.array(segmentFields) });

const reason = z.enum(["STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED"]);
const served = z.strictObject({
  value: z.unknown().optional().describe("Absent: the default in the caller's code applies"),
  variant: z.string().optional(),
  reason,
  ruleId: z.string().optional(),
});
const why = z.string().describe("For a person");
export const conditionTrace = z.strictObject({
  path: z.string().describe("JSON Pointer into the flag; below a segment, into the segment"),
  held: z.boolean(),
  why,
  get of(): z.ZodOptional<z.ZodArray<z.ZodType>> {
    return z.array(conditionTrace).optional();
  },
});
const rolloutTrace = z.strictObject({
  salt: z.string(),
  hash: z.string(),
  hashed: z.string().optional().describe("What was hashed after the salt; absent where there was nothing to hash"),
  bucket: z.number().optional().describe("Its place among the hash's places, from 0 on"),
  places: z.number().optional().describe("How many places the hash has: 2^32 for murmur3"),
  position: z.number().optional().describe("The bucket in per cent of the places"),
  variant: z.string().nullable().describe("null: it passed on"),
  why,
});
const step = z.discriminatedUnion("step", [
  z.strictObject({ step: z.literal("enabled"), held: z.boolean(), why }),
  z.strictObject({ step: z.literal("prerequisite"), flag: z.string(), held: z.boolean(), why }),
  z.strictObject({
    step: z.literal("rule"),
    ruleId: z.string(),
    held: z.boolean(),
    why,
    condition: conditionTrace,
    rollout: rolloutTrace.optional(),
  }),
  z.strictObject({ step: z.literal("default"), held: z.boolean(), why, rollout: rolloutTrace.optional() }),
]);
export const explanations = z.strictObject({
  flags: z.array(served.extend({ key: z.string(), trace: z.array(step) })),
});
export const effects = z.strictObject({
  flags: z.array(
    z.strictObject({
      key: z.string(),
      changed: z.int().min(0).describe("For how many contexts value or variant would be another"),
      of: z.int().min(0),
      examples: z.array(
        z.strictObject({
          context: z.record(z.string(), z.unknown()),
          before: served.nullable().describe("null: there is no such flag"),
          after: served.nullable(),
        }),
      ),
    }),
  ),
});

export const document = z.strictObject({
  format: z.literal("sluice"),
  formatVersion: z.literal(1),
  environment: z.string(),
  revision,
  flags: z.array(wholeFlag),
  segments: z.array(segmentFields),
});
export const imported = z.strictObject({
  imported: z.array(z.string()).describe("Keys of the flags that are now as in the document"),
  refused: z.array(
    z.strictObject({
      flag: z.string().optional(),
      segment: z.string().optional(),
      path: z.string().describe("JSON Pointer into the document"),
      reason: z.string(),
    }),
  ),
  diff: z.array(difference),
  preview: effects.optional().describe("Of a dry run: for whom of the sample it would change something"),
});
export const environments = z.strictObject({ environments: z.array(environmentView), cursor });
export const flags = z.strictObject({ flags: z.array(flagView), cursor });
export const members = z.strictObject({
  members: z.array(z.string()),
  count: z.int().min(0).describe("How many the whole list has"),
  version: version.describe("Version at which the list was this one: all pages are of the same"),
  cursor,
});
export const segments = z.strictObject({ segments: z.array(segmentView), cursor });
export const keys = z.strictObject({ keys: z.array(keyView), cursor });
export const tokens = z.strictObject({ tokens: z.array(tokenView), cursor });
export const history = z.strictObject({ entries: z.array(auditEntry), cursor });

export const problem = z.strictObject({
  type: z.enum(Object.keys(PROBLEMS).map((type) => `/problems/${type}`)),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z
    .array(z.strictObject({ path: z.string().describe("JSON Pointer into the request"), message: z.string() }))
    .optional(),
});

export const metric = z.strictObject({
  name: z.string(),
  per: z.enum(["unit", "event"]).describe("unit: each targeting key once, with its first exposure"),
  window: z.string().describe("How long after its first exposure an outcome belongs to it"),
  defined: z.boolean().describe("false: every environment has it, or somebody has reported it"),
});
export const metrics = z.strictObject({ metrics: z.array(metric), cursor });
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
      lift: z
        .strictObject({ estimate: bound, lower: bound, upper: bound })
        .describe("Over the baseline: 0.1 is 10 % more. The interval holds at all times at once; null: no bound"),
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
export const health = z.looseObject({ status: z.string() });
