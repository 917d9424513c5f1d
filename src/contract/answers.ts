import * as z from "zod";
import { extend, required } from "zod/mini";
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
  production: z.boolean(),
  sites: z.array(z.string()),
  expiresAt: time.optional().describe("When it ends by itself, with all that it holds"),
  createdAt: time,
});
export const newEnvironmentView = environmentView.extend({
  keys: z
    .strictObject({ client: z.string(), server: z.string() })
    .optional()
    .describe(
      "Secrets of its first keys, where it was made with `expiresAt`. Shown this once; absent when the answer is a replay",
    ),
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
  sentence: z.string().describe("What it comes to, for a person"),
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
    .max(100)
    .optional(),
  more: z.int().min(1).optional().describe("How many errors there are besides"),
});

export const metric = z.strictObject({
  name: z.string(),
  per: z.enum(["unit", "event"]).describe("unit: each targeting key once, with its first exposure"),
  window: z.string().describe("How long after its first exposure an outcome belongs to it"),
  defined: z.boolean().describe("false: every environment has it, or somebody has reported it"),
});
export const metrics = z.strictObject({ metrics: z.array(metric), cursor });
