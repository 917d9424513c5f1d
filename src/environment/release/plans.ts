import { BUILT_IN_METRICS, type Guardrail, type Plan, shortAddress } from "../../contract/plan.ts";
import { type Issue, utf8Length } from "../../contract/json.ts";
import * as LIMITS from "../../contract/limits.ts";
import { type Metric, USUAL_METRICS } from "../../contract/metric.ts";
import type { Refusal } from "../../contract/problem.ts";
import { hasEnded, type PlanView } from "../../contract/release.ts";
import { milliseconds } from "../../contract/duration.ts";
import { unmet } from "../../durable/precondition.ts";
import type { Release } from "../../core/release/state.ts";
import { type Commanded, conduct, nextStamp, type Outside, refuse, wellFormed } from "./apply-release-event.ts";
import { equal } from "../write/equal.ts";
import { refusedAddress } from "../notify/post.ts";
import type { StoredPlan } from "../store/release-store.ts";
import { withoutSecrets } from "./release-view.ts";
import type { Write } from "../rpc.ts";
import type { Entry, EnvironmentState } from "../store/state.ts";

/* Plans that are kept under names, and what of a plan depends on its environment. */

/** Keeps a plan under a name. Live releases that follow it go on by the new revision, or the plan is refused. */
export function putPlan(
  present: EnvironmentState,
  { name, plan: sent }: { name: string; plan: Plan },
  write: Write,
  now: number,
  allowLocal: boolean,
): Commanded | Refusal {
  const before = present.plans.get(name);
  const plan = before ? withSecretsOf(before.plan, sent) : sent;
  const problem = unmet(write, before && tagOfPlan(present, before));
  if (problem) return { ok: false, problem };
  if (before && equal(before.plan, plan)) return { ok: true, present, entries: [], plan: before, outside: [] };
  if (!before && present.plans.size >= LIMITS.plans)
    return refuse("invalid", `An environment has at most ${LIMITS.plans} plans.`, [
      { path: "", message: `would be more than ${LIMITS.plans} plans` },
    ]);
  const errors = unfitHere(present, plan, allowLocal);
  if (errors.length > 0) return refuse("invalid", "The plan is not valid here.", errors);
  const { version, at } = nextStamp(present, now);
  const time = new Date(at).toISOString();
  const actor = wellFormed(write.actor);
  const stored: StoredPlan = {
    name,
    plan,
    revision: (before?.revision ?? 0) + 1,
    version,
    createdAt: before?.createdAt ?? time,
    updatedAt: time,
    updatedBy: actor.name,
  };
  let here: EnvironmentState = { ...present, plans: new Map(present.plans).set(name, stored) };
  const was = before ? withoutSecrets(before.plan) : null;
  const entries: Entry[] = [{ action: "putPlan", kind: "plan", key: name, before: was, after: withoutSecrets(plan) }];
  const outside: Outside[] = [];
  for (const release of following(present, name)) {
    const event = { type: "revise", plan, revision: stored.revision, actor, comment: write.comment } as const;
    const made = conduct(here, release, event, now, { version, at });
    if (!made.ok)
      return refuse(
        "conflict",
        `The flag ${JSON.stringify(release.flag)} is being released by it: ${made.problem.detail}`,
      );
    here = made.present;
    entries.push(...made.entries);
    outside.push(...made.outside);
  }
  return { ok: true, present: here, entries, plan: stored, created: !before, outside };
}

/** Takes a plan away that no live release follows. */
export function deletePlan(present: EnvironmentState, name: string, write: Write): Commanded | Refusal {
  const before = present.plans.get(name);
  if (!before) return refuse("not-found", "There is no such plan.");
  const problem = unmet(write, tagOfPlan(present, before));
  if (problem) return { ok: false, problem };
  const users = following(present, name).map(({ flag }) => `flag ${JSON.stringify(flag)}`);
  if (users.length > 0) return refuse("in-use", `The plan is used by the live release of ${users.join(", ")}.`);
  const plans = new Map(present.plans);
  plans.delete(name);
  const entry: Entry = {
    action: "deletePlan",
    kind: "plan",
    key: name,
    before: withoutSecrets(before.plan),
    after: null,
  };
  return { ok: true, present: { ...present, plans }, entries: [entry], outside: [] };
}

/** Live releases that follow a plan by its name. */
function following({ releases }: EnvironmentState, name: string): Release[] {
  return Array.from(releases.values()).filter((one) => one.planName === name && !hasEnded(one.phase));
}

export function planView(stored: StoredPlan): PlanView {
  return { ...stored, plan: withoutSecrets(stored.plan) };
}

/** The opaque part of a plan's entity tag. */
export function tagOfPlan({ head }: EnvironmentState, { version }: { version: number }): string {
  return `${head.incarnation}.${version}`;
}

/** A plan with the secrets that the one before it had for the same addresses, where it brings none: they are never shown. */
function withSecretsOf(before: Plan, plan: Plan): Plan {
  const known = before.stages.flatMap(({ name, gates }) =>
    gates.flatMap((gate) => ("webhook" in gate ? [{ name, ...gate.webhook }] : [])),
  );
  const stages = plan.stages.map((stage) => ({
    ...stage,
    gates: stage.gates.map((gate) => {
      if (!("webhook" in gate)) return gate;
      const sent = gate.webhook;
      const same = known.filter(({ url }) => url === sent.url || shortAddress(url) === sent.url);
      const found = same.find(({ name }) => name === stage.name) ?? same[0];
      if (!found) return gate;
      const secret = sent.secret ?? found.secret;
      return { webhook: { ...sent, url: found.url, ...(secret !== undefined && { secret }) } };
    }),
  }));
  return { ...plan, stages };
}

/**
 * What of a plan can't be carried out in an environment: addresses that nothing is sent to, and outcomes that are
 * counted otherwise there. Paths are the plan's.
 */
export function unfitHere(present: EnvironmentState, plan: Plan, allowLocal: boolean): Issue[] {
  const { settings } = present;
  const { stages, guardrails } = plan;
  const bytes = heldWith(present, plan);
  const long: Issue[] =
    bytes > LIMITS.plansBytes
      ? [{ path: "", message: `would make the environment's plans longer than ${LIMITS.plansBytes} bytes together` }]
      : [];
  const addresses = stages.flatMap(({ gates }, i) =>
    gates.flatMap((gate, j): Issue[] => {
      const message = "webhook" in gate ? refusedAddress(gate.webhook.url, allowLocal) : undefined;
      return message === undefined ? [] : [{ path: `/stages/${i}/gates/${j}/webhook/url`, message }];
    }),
  );
  const counted = guardrails.flatMap((one, i) =>
    otherwiseCounted(one, settings.metrics).map(({ path, message }) => ({ path: `/guardrails/${i}${path}`, message })),
  );
  return [...long, ...addresses, ...counted];
}

const lengths = new WeakMap<Plan, number>();

/** How long all plans are that an environment has in memory, with one more. */
function heldWith({ plans, releases }: EnvironmentState, more: Plan): number {
  const live = Array.from(releases.values()).filter(({ phase }) => !hasEnded(phase));
  const held = new Set([...Array.from(plans.values(), ({ plan }) => plan), ...live.map(({ plan }) => plan), more]);
  let sum = 0;
  for (const plan of held) {
    const known = lengths.get(plan) ?? utf8Length(JSON.stringify(plan));
    lengths.set(plan, known);
    sum += known;
  }
  return sum;
}

/** What a guardrail says of how its outcome is counted must be how it is: there is one count of it, for all releases. */
function otherwiseCounted({ metric, per, window, expect }: Guardrail, defined: readonly Metric[]): Issue[] {
  const isBuiltIn = BUILT_IN_METRICS.some((one) => one === metric);
  if (isBuiltIn && metric !== "missing") return [];
  const outcome = isBuiltIn ? (expect ?? "heartbeat") : metric;
  const definition = [...defined, ...USUAL_METRICS].find(({ name }) => name === outcome);
  const said = definition ? `as the outcome ${outcome} is defined` : `while the outcome ${outcome} isn't defined`;
  const how = definition?.per ?? "event"; // what nobody has defined is counted per event
  const issues: Issue[] = [];
  if (isBuiltIn && how !== "unit")
    issues.push({ path: "/expect", message: `must be counted per unit: ${outcome} isn't` });
  if (!isBuiltIn && per !== undefined && per !== how) issues.push({ path: "/per", message: `must be ${how}, ${said}` });
  if (how === "unit" && definition && window !== undefined && milliseconds(window) !== milliseconds(definition.window))
    issues.push({ path: "/window", message: `must be ${definition.window}, ${said}` });
  return issues;
}
