import * as z from "zod";
import { actor, difference, effects, environmentView } from "./answers.ts";
import { REQUEST_STATES } from "./change-request.ts";
import { planFields } from "./plan.ts";
import { releaseView } from "./release-answers.ts";
import { promoted } from "./restored-answers.ts";
import { role } from "./role.ts";
import { SCHEDULED_STATES } from "./scheduled.ts";

/* The shapes of answers about change requests, for the OpenAPI document and the tests; the Worker never imports this. */

const version = z.int().min(0).describe("Version of the environment");
const time = z.iso.datetime();
const cursor = z.string().optional().describe("Present when there is more: pass it as `cursor`");

const consent = z.strictObject({ by: actor, at: time, comment: z.string() });
export const changeRequest = z.strictObject({
  id: z.string(),
  state: z
    .enum(REQUEST_STATES)
    .describe("outdated: what it would change was changed meanwhile; it has to be asked for anew"),
  action: z.string().describe("The operation that was asked for"),
  targets: z.array(z.strictObject({ kind: z.string(), key: z.string() })),
  author: actor,
  comment: z.string(),
  createdAt: time,
  applyAt: time.optional().describe("When it is to be made, where that isn't at once"),
  version: version.describe("Version of the environment at which it was asked for"),
  required: z.int().min(1).describe("How many others have to consent"),
  approvals: z.array(consent),
  decided: consent.optional().describe("What ended it: the last consent, or the refusal"),
  appliedVersion: version.optional(),
  diff: z.array(difference).optional().describe("What it would change; while it is open, not in lists"),
  preview: effects.optional().describe("For whom of the sample of recent contexts; while it is open, not in lists"),
  release: z
    .strictObject({
      flag: z.string(),
      rule: z.string().optional(),
      startAt: time.optional(),
      planName: z.string().optional().describe("Where it is one that is kept"),
      plan: planFields,
    })
    .optional()
    .describe("The release that would begin; while it is open, not in lists"),
  plan: z
    .strictObject({ name: z.string(), plan: planFields })
    .optional()
    .describe("The plan that a live release would follow; while it is open, not in lists"),
});

export const changeRequests = z.strictObject({ changeRequests: z.array(changeRequest), cursor });

const manifestFlag = z.strictObject({
  key: z.string(),
  type: z.enum(["boolean", "string", "integer", "float", "object"]),
  defaultValue: z.unknown().describe("What the code falls back to; never null"),
  description: z.string().optional(),
});
/** What the OpenFeature CLI reads. */
export const manifest = z.strictObject({ flags: z.array(manifestFlag) });
export const manifestAnswer = z.strictObject({ flag: manifestFlag, updatedAt: time });
export const manifestError = z.strictObject({
  error: z.strictObject({
    message: z.string(),
    status: z.int(),
    details: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
  }),
});

/** A change as it was sent; `ChangeOnWire` of change.ts says what one may be. */
const change = z.looseObject({ op: z.string() });
export const scheduledChange = z.strictObject({
  id: z.string(),
  applyAt: time,
  changes: z.array(change),
  by: actor,
  comment: z.string(),
  state: z.enum(SCHEDULED_STATES),
  why: z.string().optional().describe("Why it was not made, where it failed"),
  version: version.optional().describe("The version that it made"),
  note: z.string().optional().describe("How exact the time is; when it is scheduled"),
});
export const scheduledChanges = z.strictObject({ scheduled: z.array(scheduledChange), cursor });

export const proposal = z.strictObject({
  proposal: z.string().describe("Its name, to be committed by"),
  expiresAt: time,
  version: version.describe("Version of the environment that it was looked at in"),
  diff: z.array(difference),
  preview: effects.describe("For whom of the sample of recent contexts it would change something"),
  needs: z.union([z.enum(["nothing", "approval"]), role]),
});
export const committed = z.union([environmentView, releaseView, promoted]);
