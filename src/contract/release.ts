import * as z from "zod/mini";
import * as LIMITS from "./limits.ts";
import type { Action } from "./action.ts";
import type { Actor } from "./change.ts";
import { dateTime } from "./flag.ts";
import type { JsonValue } from "./json.ts";
import { name } from "./names.ts";
import { type Plan, plan } from "./plan.ts";

/* A release is one run of a plan on one rule, or the default, of one flag. */

/** Where a release can be. The last three are ends. */
export const PHASES = [
  "draft",
  "scheduled",
  "baking",
  "gated",
  "paused",
  "suspended",
  "watching",
  "completed",
  "unreleased",
  "cancelled",
] as const;
export type Phase = (typeof PHASES)[number];
export type End = "completed" | "unreleased" | "cancelled";

export function hasEnded(phase: Phase): phase is End {
  return phase === "completed" || phase === "unreleased" || phase === "cancelled";
}

/**
 * What is known of one guardrail, worst first. `nodata`: nothing of this stage was seen yet, nothing any more, or nobody
 * has judged for 5 minutes. `inconclusive`: neither harm nor health is shown. `unmeasured`: there is nothing to compare
 * with.
 */
export const VERDICTS = ["harm", "invalid", "nodata", "inconclusive", "healthy", "unmeasured"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Figures behind a verdict or a transition; plain, flat JSON for people and for the log. */
export type Evidence = { readonly [figure: string]: JsonValue };

/** The verdict on one guardrail of the plan, named by its metric. */
export type Judged = {
  metric: string;
  verdict: Verdict;
  /** The harm shows only in counts that came with client keys, which anybody can send. */
  clientOnly?: boolean;
  /**
   * One side is over the ceiling, and it isn't seen that treatment is the worse one: no verdict on the change, but nobody
   * goes on without a person.
   */
  overCeiling?: boolean;
  /** What was seen speaks against health by now: max(S, B) < 1. Without it, a stage that was healthy stays so at its gates. */
  doubtful?: boolean;
  evidence: Evidence;
};

/** Why something was done, for the audit log. */
const comment = z.exactOptional(z.string().check(z.maxLength(LIMITS.textLength)));

/** The new release: `plan` is a plan itself, or the name of one that is kept. */
export const newRelease = z.strictObject({
  rule: z.exactOptional(name),
  startAt: z.exactOptional(dateTime),
  lower: z.exactOptional(z.boolean()),
  plan: z.union([plan, name]),
  comment,
});

/** `stage`: the name of the stage that is meant; refused when the release is at another one by now. */
export const control = z.strictObject({ stage: z.exactOptional(name), comment });

/** Of what goes to another stage. `force`: past closed gates and missing data; an admin's, with a comment. */
export const advancing = z.strictObject({
  stage: z.exactOptional(name),
  force: z.exactOptional(z.boolean()),
  comment,
});

export const reportQuery = z.strictObject({ stage: z.exactOptional(name) });

export const CONTROLS = [
  "pause",
  "resume",
  "approve",
  "advance",
  "promote",
  "unrelease",
  "cancel",
  "acknowledge",
] as const;
export type Control = (typeof CONTROLS)[number];

/** One line of a release's history. `at` is RFC 3339. */
export type Happened = {
  at: string;
  /** What was done: `start`, `advance`, `pause`, `unrelease`, … */
  what: string;
  /** Why, for a person. */
  cause: string;
  actor: Actor;
  from: Phase;
  to: Phase;
  stage: string | null;
  /** The released rule's share from then on; null: as it was before the release, or not known. */
  percentage?: number | null;
  epoch: number;
  comment: string;
  evidence: Evidence;
};

/** What happens by itself, and when at the earliest; without a time, what is waited for. `estimated`: as far as can be seen. */
export type Next = { what: string; at?: string; estimated?: boolean };

/** How long a stage takes as far as can be told before the start, in whole seconds from its entry; null: not known, or never. */
export type StageEstimate = {
  stage: string;
  percentage?: number;
  seconds: number | null;
  guardrails: { metric: string; secondsToSafety: number | null; detectable: number | null }[];
};

/** What is to be said of a stage that was entered, beside its verdicts. Lists of metrics. */
export type StageNote = {
  stage: string;
  /** Left without its health being shown. */
  unverified: string[];
  /** There was nothing to compare with. */
  unmeasured: string[];
  /** What an admin went past, in words. */
  forced: string[];
  /** What the preview said at the start. */
  promised?: StageEstimate;
};

/** One line on a flag that is, or was lately, being released. */
export type ReleaseOutline = {
  id: string;
  state: Phase;
  rule?: string;
  stage?: string;
  percentage: number;
  since: string;
};

export type ReleaseView = ReleaseOutline & {
  flag: string;
  plan: Plan;
  planName?: string;
  planRevision: number;
  /** Place of the stage in the plan, from 0; absent before the start. */
  stageIndex?: number;
  epoch: number;
  /** How much of `minBake` or `watch` has passed, pauses not counted. */
  activeSeconds: number;
  /** Treatment exposures of this stage, as last judged. */
  exposures?: number;
  verdicts: (Judged & { role: "guard" | "signal" | "watch" })[];
  /** No guard watches it. */
  unguarded: boolean;
  /** What was reported and reaches no verdict, by reason. */
  uncounted: { [reason: string]: number };
  /** Metrics that a gate or outcomes have shown, and that no guardrail looks at. */
  unwatched: string[];
  /** Of the stages that were entered, and of those for which something was promised; in their order. */
  stages: StageNote[];
  /** The released rule's share before the release. */
  before?: number;
  /** Of a live one: the share that taking it back leaves, and whom that takes the change from. */
  unrelease?: { percentage: number; text: string };
  approvals: { stage: string; by: Actor; at: string }[];
  next: Next[];
  startAt?: string;
  createdAt: string;
  createdBy: Actor;
  endedAt?: string;
  timeline: Happened[];
  /** What whoever asked may do with it now; absent where nobody did. */
  actions?: Action[];
};

/** A plan that is kept under a name. `revision` counts its own versions. */
export type PlanView = {
  name: string;
  plan: Plan;
  revision: number;
  version: number;
  createdAt: string;
  updatedAt: string;
  updatedBy: string;
};
