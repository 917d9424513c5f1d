import { milliseconds } from "../../contract/duration.ts";
import { type Condition, type Flag, RELEASES_OWN, type Rule, type Serve } from "../../contract/flag.ts";
import { conditionOf } from "../../contract/plan.ts";
import { hasEnded } from "../../contract/release.ts";
import type { PublishedRelease } from "../../contract/snapshot.ts";
import { exposureOf } from "../../core/release/exposure.ts";
import type { Exposure, Release } from "../../core/release/state.ts";
import type { Step } from "./change-target.ts";
import { type Retargeted, retarget } from "./rollout.ts";

/* What a release makes of its flag, and how to see that somebody else has changed it. */

/** The id of the rule that a stage with a condition puts before the released one. */
export function stageRuleId({ id, plan }: Release, stage: number): string {
  return `${RELEASES_OWN}${id}:${plan.stages[stage]!.name}`;
}

function isOurs(release: Release, rule: Rule): boolean {
  return release.plan.stages.some((_, i) => stageRuleId(release, i) === rule.id);
}

/** A flag without rules that releases left: when it was archived under one, say. `live`: the release whose rules stay. */
export function withoutStageRules(flag: Flag, live?: Release): Flag {
  const isLeft = (rule: Rule): boolean => rule.id.startsWith(RELEASES_OWN) && !(live && isOurs(live, rule));
  return { ...flag, rules: flag.rules.filter((rule) => !isLeft(rule)) };
}

/**
 * A flag as it goes elsewhere, where nobody watches over its release: as if that were taken back now. What a person has
 * set by hand is theirs, and goes along.
 */
export function withoutRelease(flag: Flag, release: Release | undefined): Flag {
  if (!release || hasEnded(release.phase) || release.stage < 0) return withoutStageRules(flag);
  const over = { ...release, phase: release.phase === "suspended" ? "cancelled" : "unreleased" } as const;
  const bare = exposed(flag, over, exposureOf(over));
  return withoutStageRules(bare.ok ? bare.flag : flag);
}

/** Puts of flags as they once were, without the rules of releases that are over, which nobody would take away again. */
export function withoutPastReleases(changes: readonly Step[], releases: ReadonlyMap<string, Release>): Step[] {
  return changes.map((change) => {
    if (change.op !== "replaceFlag") return change;
    const release = releases.get(change.flag.key);
    const live = release && !hasEnded(release.phase) ? release : undefined;
    return { ...change, flag: withoutStageRules(change.flag, live) };
  });
}

/**
 * The flag as the release wants it. Issues point into the target of a rollout. What ends never fails: a rule that a
 * person has taken away, or a rollout without a percentage, has nothing to take back.
 */
export function exposed(flag: Flag, release: Release, { percentage, stages, shadow }: Exposure): Retargeted {
  const { rule } = release;
  const target = rule === null ? {} : { rule };
  const bare = { ...flag, shadow, rules: flag.rules.filter((one) => !isOurs(release, one)) };
  const set = percentage === null ? ({ ok: true, flag: bare } as const) : retarget(bare, { ...target, percentage });
  if (!set.ok) return hasEnded(release.phase) ? { ok: true, flag: bare } : set;
  if (stages.length === 0) return set;
  const everyone = retarget(bare, { ...target, percentage: 100 });
  if (!everyone.ok) return everyone;
  const { rules } = set.flag;
  const at = rule === null ? rules.length : rules.findIndex(({ id }) => id === rule);
  const own = stages.map((stage) => stageRule(release, stage, rules[at], servedBy(everyone.flag, rule)!));
  return { ok: true, flag: { ...set.flag, rules: rules.toSpliced(at, 0, ...own) } };
}

/** Treatment for those of the released rule's people whom the stage is for; everybody else goes on. */
function stageRule(release: Release, stage: number, released: Rule | undefined, serve: Serve): Rule {
  const one = release.plan.stages[stage]!;
  const when = conditionOf(one)!;
  const rollout = "rollout" in serve ? { ...serve.rollout, otherwise: null, absent: "skip" as const } : undefined;
  return {
    id: stageRuleId(release, stage),
    name: one.name,
    when: released && !isAlways(released.when) ? { all: [released.when, when] } : when,
    window: released?.window ?? { from: null, until: null },
    serve: rollout ? { rollout } : serve,
  };
}

function isAlways(condition: Condition): boolean {
  return "all" in condition && condition.all.length === 0;
}

function servedBy(flag: Flag, rule: string | null): Serve | undefined {
  return rule === null ? flag.default : flag.rules.find(({ id }) => id === rule)?.serve;
}

/** What of a flag a release has set, and nobody else may change without suspending it. */
export function heldBy(release: Release, flag: Flag): object {
  const released = release.rule === null ? flag.default : flag.rules.find(({ id }) => id === release.rule);
  const dark = release.plan.stages[release.stage]?.shadow !== undefined;
  return { released, stages: flag.rules.filter((one) => isOurs(release, one)), ...(dark && { shadow: flag.shadow }) };
}

/** The released rule's share; null where it has none. */
export function shareOf({ rule }: Pick<Release, "rule">, flag: Flag): number | null {
  const serve = servedBy(flag, rule);
  return serve && "rollout" in serve && "percentage" in serve.rollout ? serve.rollout.percentage : null;
}

/** Whom the change is served to before its release, 0 to 100: all or nobody where a boolean flag serves one variant. */
export function servedShare(release: Pick<Release, "rule">, flag: Flag): number | null {
  const serve = servedBy(flag, release.rule);
  if (serve && "variant" in serve && flag.type === "boolean") return flag.variants[serve.variant] === true ? 100 : 0;
  return shareOf(release, flag);
}

/** What evaluations are to know of a release; undefined once it has ended, or before it began. */
export function published(release: Release): PublishedRelease | undefined {
  const { id, rule, phase, stage, ruleEpoch, stageEpochs, plan, since } = release;
  if (hasEnded(phase) || stage < 0) return undefined;
  const stages = stageEpochs.map(({ stage: at, epoch }) => ({ rule: stageRuleId(release, at), epoch }));
  if (ruleEpoch === null && stages.length === 0) return undefined;
  const expects = plan.guardrails.flatMap(({ metric, expect = "heartbeat", window }) =>
    metric === "missing" ? [{ metric: expect, ...(window && { windowMs: milliseconds(window) }) }] : [],
  );
  return {
    id,
    rule,
    epoch: ruleEpoch,
    stages,
    ...(phase === "baking" && { since }),
    ...(plan.trustClients && { trustClients: true }),
    ...(expects.length > 0 && { expects }),
  };
}
