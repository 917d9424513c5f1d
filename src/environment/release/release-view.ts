import { shownActor } from "../../contract/change.ts";
import { hasEnded, type Happened, type ReleaseOutline, type ReleaseView } from "../../contract/release.ts";
import type { Plan } from "../../contract/plan.ts";
import { percentageOf } from "../../core/release/exposure.ts";
import { watched } from "../../core/release/guards.ts";
import { activeTime } from "../../core/release/moves.ts";
import type { Release } from "../../core/release/state.ts";
import { nextOf } from "../../core/release/timers.ts";

/* A release as it is shown. @param now epoch milliseconds */

const time = (at: number): string => new Date(at).toISOString();

export function outlineOfRelease(release: Release): ReleaseOutline {
  const { id, phase, rule, plan, stage, since } = release;
  const name = plan.stages[stage]?.name;
  const percentage = phase === "unreleased" || stage < 0 ? 0 : (percentageOf(release) ?? 0);
  return {
    id,
    state: phase,
    ...(rule !== null && { rule }),
    ...(name !== undefined && { stage: name }),
    percentage: phase === "suspended" ? (release.left ?? 0) : percentage,
    since: time(since),
  };
}

export function releaseView(release: Release, timeline: Happened[], now: number): ReleaseView {
  const { flag, plan, planName, revision, stage, epoch, startAt, createdAt, author, judgement, phase } = release;
  const at = Math.max(now, release.at);
  const verdicts = watched(release, at).flatMap(({ guardrail, judged }) =>
    judged ? [{ ...judged, role: guardrail.role }] : [],
  );
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
    verdicts,
    approvals: release.approvals.map(({ by, at: given }) => ({
      stage: plan.stages[stage]!.name,
      by: shownActor(by),
      at: time(given),
    })),
    next: nextOf(release, now),
    ...(startAt !== null && { startAt: time(startAt) }),
    createdAt: time(createdAt),
    createdBy: shownActor(author),
    ...(hasEnded(phase) && { endedAt: time(release.since) }),
    timeline,
  };
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
