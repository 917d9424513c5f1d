import { shownActor } from "../../contract/change.ts";
import {
  hasEnded,
  type Happened,
  type ReleaseOutline,
  type ReleaseView,
  type StageNote,
} from "../../contract/release.ts";
import type { Plan } from "../../contract/plan.ts";
import { presentShare, unreleasedShare } from "../../core/release/exposure.ts";
import { watched } from "../../core/release/guards.ts";
import { activeTime } from "../../core/release/moves.ts";
import type { Release } from "../../core/release/state.ts";
import { nextOf } from "../../core/release/timers.ts";

/* A release as it is shown. @param now epoch milliseconds */

const time = (at: number): string => new Date(at).toISOString();

export function outlineOfRelease(release: Release): ReleaseOutline {
  const { id, phase, rule, plan, stage, since } = release;
  const name = plan.stages[stage]?.name;
  return {
    id,
    state: phase,
    ...(rule !== null && { rule }),
    ...(name !== undefined && { stage: name }),
    percentage: presentShare(release) ?? 0,
    since: time(since),
  };
}

export function releaseView(release: Release, timeline: Happened[], now: number): ReleaseView {
  const { flag, plan, planName, revision, stage, epoch, startAt, createdAt, author, judgement, beside, phase } =
    release;
  const at = Math.max(now, release.at);
  const verdicts = watched(release, at).map(({ guardrail: { metric, role }, verdict, judged }) => ({
    metric,
    verdict,
    evidence: {},
    ...judged,
    role,
  }));
  const ended = hasEnded(phase);
  const back = ended ? null : unreleasedShare(release);
  return {
    ...outlineOfRelease(release),
    flag,
    plan: withoutSecrets(plan),
    ...(planName !== null && { planName }),
    planRevision: revision,
    ...(stage >= 0 && { stageIndex: stage }),
    epoch,
    activeSeconds: Math.floor(activeTime(release, at) / 1000),
    ...(judgement && { exposures: judgement.exposures }),
    verdicts: stage < 0 || ended ? [] : verdicts,
    unguarded: !plan.guardrails.some(({ role }) => role === "guard"),
    uncounted: { ...beside?.uncounted },
    unwatched: [...(beside?.unwatched ?? [])],
    stages: stageNotes(release, at),
    ...(release.before !== null && { before: release.before }),
    ...(back !== null && { unrelease: { percentage: back, text: losing(release, back) } }),
    approvals: release.approvals.map(({ by, at: given }) => ({
      stage: plan.stages[stage]!.name,
      by: shownActor(by),
      at: time(given),
    })),
    next: nextOf(release, now),
    ...(startAt !== null && { startAt: time(startAt) }),
    createdAt: time(createdAt),
    createdBy: shownActor(author),
    ...(ended && { endedAt: time(release.since) }),
    timeline,
  };
}

/** What is to be said of the stages that it has entered, in the plan's order. */
function stageNotes(release: Release, at: number): StageNote[] {
  const { plan, stage, past, promised, phase } = release;
  const unmeasured = watched(release, at).filter(({ verdict }) => verdict === "unmeasured");
  return plan.stages.flatMap(({ name }, i): StageNote[] => {
    const left = past.find((one) => one.stage === i);
    const estimate = promised?.find((one) => one.stage === name);
    if (i > stage && !left && !estimate) return [];
    const here = i === stage && !hasEnded(phase) && !left;
    return [
      {
        stage: name,
        unverified: [...(left?.unverified ?? [])],
        unmeasured: [...(left?.unmeasured ?? (here ? unmeasured.map(({ guardrail }) => guardrail.metric) : []))],
        forced: [...(left?.forced ?? [])],
        ...(estimate && { promised: estimate }),
      },
    ];
  });
}

/** Whom taking it back takes the change from, for a person. */
function losing(release: Release, back: number): string {
  const { before, rule } = release;
  const now = presentShare(release);
  const of = rule === null ? "of everybody" : `of those for whom the rule ${rule} holds`;
  const lost = now === null ? "whoever has it now loses it" : `${round(Math.max(0, now - back))} % ${of} lose it`;
  const had = before === null || before === 0 ? "" : `; before the release ${round(before)} % had it`;
  return `Taking it back leaves ${round(back)} %: ${lost}${had}.`;
}

function round(percentage: number): number {
  return Math.round(percentage * 1_000) / 1_000;
}

/** A plan as it is shown: what its webhooks are signed with is nobody's to read. */
export function withoutSecrets(plan: Plan): Plan {
  const stages = plan.stages.map((stage) => ({
    ...stage,
    gates: stage.gates.map((gate) => {
      if (!("webhook" in gate)) return gate;
      const { secret: _, ...webhook } = gate.webhook;
      return { webhook };
    }),
  }));
  return { ...plan, stages };
}
