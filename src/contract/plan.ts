import * as z from "zod/mini";
import { duration, parseDuration } from "./duration.ts";
import { condition, conditionIssues, percentage, type Condition } from "./flag.ts";
import { freeze } from "./freeze.ts";
import { utf8Length } from "./json.ts";
import * as LIMITS from "./limits.ts";
import { name } from "./names.ts";
import { ROLES } from "./role.ts";
import { webhookSecret } from "./webhook.ts";

/* How something is released: in which stages, watched by which guardrails, and what is done when one speaks. */

// ---- stages

/** One person's consent is needed before the release goes past the stage. */
const approval = z.strictObject({
  /** The weakest role whose consent counts. */
  role: z._default(
    z.enum(ROLES).check(z.refine((role) => role !== "viewer", "must be able to drive releases")),
    "operator",
  ),
  /** Whoever made the release, or revised its plan last, can't give it. */
  notAuthor: z._default(z.boolean(), false),
});
const timeout = duration.check(
  z.refine((text) => {
    const ms = parseDuration(text) ?? 1_000; // what isn't a duration is refused as that
    return ms >= 1_000 && ms <= 30_000;
  }, "must be from 1s to 30s"),
);
/** Somebody else's program is asked; anything but its timely, clear yes keeps the gate closed. */
const webhook = z.strictObject({
  url: z.string().check(z.maxLength(2_048), z.regex(/^[a-z][a-z0-9+.-]*:\S+$/i, "must be a URL")),
  secret: z.exactOptional(webhookSecret),
  timeout: z._default(timeout, "10s"),
});
const gate = z.union([z.strictObject({ approval }), z.strictObject({ webhook })]);

/** What a stage shows to whom: exactly one of these. */
const EXPOSURES = ["percentage", "segment", "when", "shadow"] as const;

/** Stage names are part of rule ids, `release:<id>:<stage>`, which have a limit of their own. */
const stageName = name.check(z.maxLength(100));

const stage = z
  .strictObject({
    name: stageName,
    percentage: z.exactOptional(percentage),
    segment: z.exactOptional(name),
    when: z.exactOptional(condition),
    shadow: z.exactOptional(percentage),
    minBake: z._default(duration, "0s"),
    warmup: z._default(duration, "3m"),
    minExposures: z._default(z.int().check(z.minimum(0)), 0),
    gates: z._default(z.array(gate).check(z.maxLength(10)), []),
    watch: z.exactOptional(duration),
  })
  .check(
    z.refine((one) => EXPOSURES.filter((kind) => one[kind] !== undefined).length === 1, {
      message: `must have exactly one of ${EXPOSURES.join(", ")}`,
    }),
    z.superRefine(({ when }, context) => {
      for (const { path, message } of when === undefined ? [] : conditionIssues(when))
        context.addIssue({ code: "custom", path: ["when", ...path], message });
    }),
  );

// ---- guardrails

export const BUILT_IN_METRICS = ["errors", "latency", "missing", "mismatch"] as const;

/** What watches over a plan that doesn't say. */
const USUAL_GUARDRAILS = [
  { metric: "errors", role: "guard" },
  { metric: "latency", role: "signal" },
] as const;

const guardrail = z
  .strictObject({
    metric: name,
    role: z._default(z.enum(["guard", "signal", "watch"]), "guard"),
    harm: z._default(z.enum(["increase", "decrease"]), "increase"),
    /** A factor of harm, in either direction, that is put up with. */
    tolerate: z._default(z.number().check(z.minimum(1), z.maximum(100)), 1),
    /** The smallest ratio that must be visible before "no alarm" means healthy. */
    detect: z._default(z.number().check(z.gt(1), z.maximum(1_000)), 2),
    /** The smallest difference of the rates that matters; what it is where it isn't given: `minAbsoluteOf`. */
    minAbsolute: z.exactOptional(z.number().check(z.minimum(0), z.maximum(1))),
    ceiling: z.exactOptional(z.union([z.number().check(z.gt(0), z.maximum(1)), duration])),
    weight: z._default(z.number().check(z.gt(0), z.maximum(1_000)), 1),
    hold: z._default(z.boolean(), true),
    /** Of a named outcome: how it is counted, and how long after an exposure it may come. */
    per: z.exactOptional(z.enum(["unit", "event"])),
    window: z.exactOptional(duration),
    /** Of `missing`: the outcome whose absence counts. */
    expect: z.exactOptional(name),
  })
  .check(
    z.refine(
      ({ metric, ceiling }) => ceiling === undefined || (metric === "latency") === (typeof ceiling === "string"),
      {
        path: ["ceiling"],
        message: "must be a duration for latency, and a share for every other metric",
      },
    ),
    z.refine(({ tolerate, detect }) => detect > tolerate || detect <= 1, {
      path: ["detect"],
      message: "must be more than what is tolerated",
    }),
    z.refine(({ metric, expect }) => expect === undefined || metric === "missing", {
      path: ["expect"],
      message: "is only for the metric missing",
    }),
    z.refine(({ hold, role }) => hold || role === "signal", {
      path: ["hold"],
      message: "can only be false for a signal",
    }),
    z.refine(({ metric, harm }) => harm === "increase" || !BUILT_IN_METRICS.some((one) => one === metric), {
      path: ["harm"],
      message: "can only be increase for a built-in metric",
    }),
  );

// ---- plan

export const planFields = z.strictObject({
  stages: z.array(stage).check(z.minLength(1), z.maxLength(50)),
  guardrails: z.prefault(z.array(guardrail).check(z.maxLength(20)), () => [...USUAL_GUARDRAILS]),
  /** The chance of ever taking back a healthy release, shared over guards and signals by their weights. */
  alpha: z._default(z.number().check(z.minimum(1e-6), z.maximum(0.5)), 0.01),
  /** The chance of ever calling healthy, in a stage, a release that harms by what must be detected. */
  beta: z._default(z.number().check(z.minimum(1e-6), z.maximum(0.5)), 0.1),
  maxBake: z._default(duration, "24h"),
  holdback: z._default(percentage.check(z.maximum(50)), 0),
  onHarm: z._default(z.enum(["unrelease", "disable", "pause"]), "unrelease"),
  unreleaseTo: z._default(z.enum(["zero", "before"]), "zero"),
  onCeiling: z._default(z.enum(["pause", "unrelease"]), "pause"),
  onInconclusive: z._default(z.enum(["hold", "pause", "unrelease", "advance"]), "hold"),
  onNoData: z._default(z.enum(["hold", "pause", "unrelease"]), "hold"),
  freeze: z._default(z.array(freeze).check(z.maxLength(20)), []),
  trustClients: z._default(z.boolean(), false),
});

export const plan = planFields.check(
  z.superRefine((value, context) => {
    for (const { path, message } of planIssues(value)) context.addIssue({ code: "custom", path, message });
  }),
);

export type Plan = z.output<typeof plan>;
export type Stage = Plan["stages"][number];
export type Gate = Stage["gates"][number];
export type Webhook = Extract<Gate, { webhook: unknown }>["webhook"];
export type Guardrail = Plan["guardrails"][number];

/** The share of a last stage that keeps `holdback` back, in steps of 0.001 as both are. */
export function withoutHoldback(percentage: number, holdback: number): number {
  return Math.min(percentage, Math.round((100 - holdback) * 1000) / 1000);
}

function* planIssues(value: Plan): Generator<{ path: (string | number)[]; message: string }> {
  const { stages, guardrails, holdback } = value;
  const last = stages.length - 1;
  let before = 0;
  for (const [i, one] of stages.entries()) {
    if (stages.slice(0, i).some((other) => other.name === one.name))
      yield { path: ["stages", i, "name"], message: "must be unique in the plan" };
    if (one.watch !== undefined && i < last)
      yield { path: ["stages", i, "watch"], message: "is only for the last stage" };
    if (one.percentage === undefined) continue;
    if (one.percentage <= before)
      yield { path: ["stages", i, "percentage"], message: "must be more than in the stages before" };
    const most = i === last ? withoutHoldback(one.percentage, holdback) : one.percentage;
    if (most <= before && one.percentage > before)
      yield { path: ["holdback"], message: "leaves the last stage no more than the one before it" };
    before = one.percentage;
  }
  if (stages[last]?.percentage === undefined && !stages.every((one) => one.shadow !== undefined))
    yield {
      path: ["stages", last],
      message: "must have a percentage: it is what is left when the release is complete",
    };
  if (utf8Length(JSON.stringify(value)) > LIMITS.planBytes)
    yield { path: [], message: `must be at most ${LIMITS.planBytes} bytes of JSON` };
  for (const [i, { metric }] of guardrails.entries())
    if (guardrails.slice(0, i).some((other) => other.metric === metric))
      yield { path: ["guardrails", i, "metric"], message: "must be unique in the plan" };
}

/** The condition of a stage that is for some people; undefined for the other stages. */
export function conditionOf({ when, segment }: Stage): Condition | undefined {
  return segment === undefined ? when : { segment };
}

/** An address of which the host alone is shown: the rest can be a secret. */
export function shortAddress(address: string): string {
  return `${/^[a-z]+:\/\/[^/?#]*/i.exec(address)?.[0] ?? ""}/${REST}`;
}

/** What stands for the rest of such an address; no address that is given may end with it. */
export const REST = "...";
