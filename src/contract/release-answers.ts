import * as z from "zod";
import { describe } from "zod/mini";
import { planFields } from "./plan.ts";
import { PHASES, VERDICTS } from "./release.ts";
import { ADMIN_ROUTES } from "./routes.ts";

/* The shapes of answers about releases and plans; like answers.ts, for the OpenAPI document and the tests only. */

const time = z.iso.datetime();
const phase = z.enum(PHASES);
const cursor = z.string().optional().describe("Present when there is more: pass it as `cursor`");
const evidence = z.record(z.string(), z.unknown()).describe("The figures that it rests on");
const actor = z.strictObject({ id: z.string(), name: z.string(), via: z.enum(["root", "token", "access", "release"]) });
const percentage = z.number().min(0).max(100);

export const actions = z
  .array(
    z.strictObject({
      action: z.enum(Object.keys(ADMIN_ROUTES)).describe("Name of the operation"),
      allowed: z.boolean(),
      why: z.string().optional().describe("Why not; for a person"),
    }),
  )
  .describe("What the caller may do with it now, and why not what not; not part of what the entity tag counts");

const outline = {
  id: z.string(),
  state: phase,
  rule: z.string().optional().describe("Absent: the flag's default"),
  stage: z.string().optional().describe("Absent before the start"),
  percentage: percentage.describe("The released rule's share"),
  since: time.describe("When the present state of the present stage began"),
};
export const releaseOutline = z.strictObject(outline);

const happened = z.strictObject({
  at: time,
  what: z.string(),
  cause: z.string().describe("For a person"),
  actor,
  from: phase,
  to: phase,
  stage: z.string().nullable(),
  percentage: percentage
    .nullable()
    .optional()
    .describe("The released rule's share from then on; null: as before the release, or not known"),
  epoch: z.int().min(0),
  comment: z.string(),
  evidence,
});
const verdict = z.strictObject({
  metric: z.string(),
  role: z.enum(["guard", "signal", "watch"]),
  verdict: z.enum(VERDICTS),
  clientOnly: z.boolean().optional().describe("It shows only in what client keys reported"),
  overCeiling: z
    .boolean()
    .optional()
    .describe("A side is over the ceiling, and treatment isn't seen to be the worse one"),
  doubtful: z.boolean().optional().describe("What was seen speaks against its health"),
  evidence,
});
const next = z.strictObject({
  what: z.string(),
  at: time.optional().describe("Absent: it waits for this"),
  estimated: z.boolean().optional().describe("`at` is when it is expected, at the present traffic"),
});
const seconds = z.int().min(0).nullable();
export const stageEstimate = z.strictObject({
  stage: z.string(),
  percentage: percentage.optional(),
  seconds: seconds.describe("From the stage's entry, bake and warm-up included; null: never, or not known"),
  guardrails: z.array(
    z.strictObject({
      metric: z.string(),
      secondsToSafety: seconds,
      detectable: z.number().nullable().describe("The smallest factor of harm that would be seen within it"),
    }),
  ),
});
const metrics = z.array(z.string());
const stageNote = {
  unverified: metrics.describe("Metrics that weren't shown to be healthy when it was left"),
  unmeasured: metrics.describe("Metrics that had nothing to be compared with"),
  forced: z.array(z.string()).describe("What an admin went past, in words"),
  promised: stageEstimate.optional().describe("What the preview said at the start"),
};
const uncounted = z.record(z.string(), z.int().min(0)).describe("Reports that reach no verdict, by reason");
const unguarded = z.boolean().describe("No guard watches it");

export const releaseView = z.strictObject({
  ...outline,
  flag: z.string(),
  plan: planFields.check(describe("Without the secrets of its webhooks")),
  planName: z.string().optional().describe("The kept plan whose revisions it follows"),
  planRevision: z.int().min(1),
  stageIndex: z.int().min(0).optional(),
  epoch: z.int().min(0).describe("Grows whenever it changes who is exposed; the one that cohorts carry"),
  activeSeconds: z.int().min(0).describe("Time in the stage, or watching, without pauses and gates"),
  exposures: z.int().min(0).optional(),
  verdicts: z.array(verdict),
  unguarded,
  uncounted,
  unwatched: metrics.describe("Metrics that a gate or outcomes have shown, and that no guardrail looks at"),
  stages: z.array(z.strictObject({ stage: z.string(), ...stageNote })),
  before: percentage.optional().describe("The released rule's share before the release"),
  unrelease: z
    .strictObject({ percentage, text: z.string() })
    .optional()
    .describe("Of a live one: the share that taking it back leaves, and whom that takes the change from"),
  approvals: z.array(z.strictObject({ stage: z.string(), by: actor, at: time })),
  next: z.array(next).describe("What happens by itself and when, and what is waited for"),
  startAt: time.optional(),
  createdAt: time,
  createdBy: actor,
  endedAt: time.optional(),
  timeline: z.array(happened).describe("In its order"),
  actions,
});
export const releases = z.strictObject({ releases: z.array(releaseView), cursor });

const sided = z.strictObject({ exposures: z.number(), events: z.number() });
const bound = z.number().nullable();
export const releaseReport = z.strictObject({
  release: z.strictObject(outline),
  flag: z.string(),
  alpha: z
    .number()
    .describe("The chance of ever taking back a healthy release; of intervals, that of missing the truth"),
  unguarded,
  uncounted,
  stages: z.array(
    z.strictObject({
      stage: z.string(),
      enteredAt: time,
      leftAt: time.optional(),
      outcome: z.string().describe("How it was left; `live` while it isn't"),
      exposures: z.int().min(0).optional().describe("Of treatment"),
      guardrails: z.array(
        z.strictObject({
          metric: z.string(),
          role: z.enum(["guard", "signal", "watch"]),
          verdict: z.enum([...VERDICTS, "unknown"]),
          clientOnly: z.boolean().optional(),
          treatment: sided.optional(),
          control: sided.optional(),
          effect: z
            .strictObject({ estimate: z.number(), lower: bound, upper: bound })
            .optional()
            .describe("Of the rates, as a share of control's; the interval holds at all times at once"),
          alarm: z.strictObject({ logE: z.number(), at: z.number() }).optional(),
          detectable: bound.describe("The smallest factor of harm that the stage could have seen"),
          evidence,
        }),
      ),
      decisions: z.array(happened),
      ...stageNote,
    }),
  ),
});

export const planView = z.strictObject({
  name: z.string(),
  plan: planFields.check(describe("Without the secrets of its webhooks")),
  revision: z.int().min(1),
  version: z.int().min(0).describe("Version of the environment at which it last changed"),
  createdAt: time,
  updatedAt: time,
  updatedBy: z.string(),
});
export const plans = z.strictObject({ plans: z.array(planView), cursor });

export const presets = z.strictObject({
  presets: z.array(z.strictObject({ name: z.string(), description: z.string(), plan: planFields })),
});
export const planPreview = z.strictObject({
  traffic: z.strictObject({
    perSecond: z.number().min(0),
    errorShare: z.number().min(0).max(1),
    people: z.int().min(1).optional(),
    from: z.enum(["measured", "given"]),
  }),
  stages: z.array(stageEstimate),
  seconds: seconds.describe("Of all stages, watching included; null: never, or not known"),
  warnings: z.array(
    z.strictObject({
      code: z.enum(["no-traffic", "never-sure", "takes-out", "unreported", "unguarded"]),
      path: z.string(),
      message: z.string(),
    }),
  ),
});

export const alertSecret = z.strictObject({
  release: z.string(),
  secret: z.string().optional().describe("Shown this once; absent when the answer is a replay"),
  token: z
    .string()
    .optional()
    .describe("For monitors that can't sign, as Bearer with `?action=`; shown this once, like the secret"),
});
export const alerted = z.strictObject({
  release: z.string(),
  state: phase,
  duplicate: z.boolean().describe("A message with this id was taken before: nothing was done"),
});
