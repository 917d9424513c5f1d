import type { Issue } from "../../contract/json.ts";
import type { Metric } from "../../contract/metric.ts";
import type { Plan } from "../../contract/plan.ts";
import { presets } from "../../contract/plan-preview.ts";
import type { Refusal } from "../../contract/problem.ts";
import { hasEnded, type StageEstimate } from "../../contract/release.ts";
import { draft, type ReleaseEvent } from "../../core/release/state.ts";
import { unmet } from "../../durable/precondition.ts";
import type { Write } from "../rpc.ts";
import { servedShare } from "../write/expose.ts";
import { type Commanded, conduct, nextStamp, refuse, unfitFor, wellFormed } from "./apply-release-event.ts";
import { unknownMetrics } from "./metric-names.ts";
import { unfitHere } from "./plans.ts";
import { type EnvironmentState, inForce, tagOf } from "../store/state.ts";

/* How a release comes to be: what of a plan and a flag must be so, and what is said of it before. */

/** What is to be released: `plan` is a plan, or the name of one. */
export type Wanted = { flag: string; rule?: string; plan: Plan | string };

/** A new release. `startAt` in epoch milliseconds; `lower`: its start may take people out. */
export type NewRelease = Wanted & {
  op: "create";
  id: string;
  startAt?: number;
  lower?: boolean;
  /** Names of outcomes that were reported here lately; without it none are known. */
  reported?: readonly string[];
  /** What the preview says of its stages. */
  promised?: readonly StageEstimate[];
};

/** What a plan would be carried out on. `unknown`: metrics that nobody has defined or reported, by their place in the plan. */
export type Planned = { ok: true; plan: Plan; served: number | null; metrics: Metric[]; unknown: Issue[] };

/** What a plan would be carried out on: the plan, the share that is served, what is defined, what isn't known here. */
export function planned(
  present: EnvironmentState,
  { flag: key, rule, plan }: Wanted,
  reported: readonly string[] | undefined,
): Planned | Refusal {
  const flag = inForce(present.state.flags.get(key));
  if (!flag) return refuse("not-found", "There is no such flag.");
  if (rule !== undefined && !flag.rules.some(({ id }) => id === rule)) return NO_RULE;
  const chosen = planOf(present, plan);
  if (!chosen) return NO_PLAN;
  const { metrics } = present.settings;
  const unknown = unknownMetrics(chosen, metrics, reported);
  return {
    ok: true,
    plan: chosen,
    served: servedShare({ rule: rule ?? null }, flag),
    metrics: [...metrics],
    unknown: unknown === "unknown" ? [] : unknown,
  };
}

/** The plan itself, one that is kept under the name, or that everybody has. */
function planOf({ plans }: EnvironmentState, plan: Plan | string): Plan | undefined {
  if (typeof plan !== "string") return plan;
  return plans.get(plan)?.plan ?? presets().find(({ name }) => name === plan)?.plan;
}

const NO_RULE = refuse("invalid", "There is no such rule.", [
  { path: "/rule", message: "is not the id of a rule of this flag" },
]);
const NO_PLAN = refuse("invalid", "There is no such plan.", [
  { path: "/plan", message: "is not a plan of this environment, nor one that everybody has" },
]);

/** A release of a plan on a flag, started. */
export function create(
  present: EnvironmentState,
  { flag: key, id, rule, startAt, lower = false, plan, reported, promised }: NewRelease,
  write: Write,
  now: number,
  allowLocal: boolean,
): Commanded | Refusal {
  const { actor, comment } = write;
  const stored = present.state.flags.get(key);
  if (!stored) return refuse("not-found", "There is no such flag.");
  const problem = unmet(write, tagOf(present, stored)); // a release is made in its flag
  if (problem) return { ok: false, problem };
  const flag = inForce(stored);
  if (!flag) return refuse("archived", "The flag is archived. Restore it first.");
  if (!flag.enabled) return refuse("conflict", "The flag is disabled. Enable it first.");
  const other = present.releases.get(key);
  if (other && !hasEnded(other.phase)) return refuse("conflict", `The flag is being released by ${other.id}.`);
  const kept = typeof plan === "string" ? present.plans.get(plan) : undefined;
  const chosen = planOf(present, plan);
  if (!chosen) return NO_PLAN;
  const unknown = unknownMetrics(chosen, present.settings.metrics, reported);
  if (unknown === "unknown") return refuse("unavailable", "What was reported here can't be read at the moment.");
  const errors = [...unfitHere(present, chosen, allowLocal), ...unknown].map(({ path, message }) => ({
    path: `/plan${path}`,
    message,
  }));
  if (errors.length > 0) return refuse("invalid", "The plan is not valid here.", errors);
  if (rule !== undefined && !flag.rules.some((one) => one.id === rule)) return NO_RULE;
  const author = wellFormed(actor);
  const release = draft({
    id,
    flag: key,
    rule: rule ?? null,
    author,
    createdAt: Math.max(now, (other?.createdAt ?? 0) + 1), // the latest of a flag is the latest made
    startAt: startAt ?? null,
    lower,
    promised: promised ?? null,
    plan: chosen,
    planName: kept?.name ?? null,
    revision: kept?.revision ?? 1,
  });
  const stamp = nextStamp(present, now);
  const unfit = unfitFor(present, release, { ...stamp, by: author.name });
  if (unfit) return { ok: false, problem: unfit };
  const served = servedShare(release, flag);
  const start: ReleaseEvent = { type: "start", actor: author, comment, shadow: flag.shadow, served };
  const made = conduct(present, release, start, now, stamp);
  return made.ok ? { ...made, created: true } : made;
}
