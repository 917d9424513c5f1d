import type { Guardrail } from "../../contract/plan.ts";
import type { Evidence, Judged, Verdict } from "../../contract/release.ts";
import type { Harm, Release } from "./state.ts";

/* What the guardrails say to a release, as last judged. */

/** After so long without a judgement nobody watches: whoever judges is gone, or sees nothing. */
export const UNWATCHED_MS = 5 * 60_000;

/**
 * A guardrail of the plan with the verdict on it. Where nobody has judged it, `judged` is undefined and the verdict
 * `nodata`; `since`: when it was judged last in this stage, epoch ms; null: never.
 */
export type Watched = { guardrail: Guardrail; verdict: Verdict; judged: Judged | undefined; since: number | null };

export function watched(release: Release, at: number): Watched[] {
  const { plan, judgement, epoch } = release;
  const present = judgement?.epoch === epoch ? judgement : null;
  const fresh = present !== null && at - present.at < UNWATCHED_MS;
  return plan.guardrails.map((guardrail) => {
    const judged = fresh ? present.guardrails.find(({ metric }) => metric === guardrail.metric) : undefined;
    return { guardrail, judged, verdict: judged?.verdict ?? "nodata", since: present?.at ?? null };
  });
}

/** Since when nobody has judged a release that has guards or signals, epoch ms; undefined while somebody does. */
export function unwatchedSince(release: Release, at: number): number | undefined {
  const { judgement, epoch, entered, plan } = release;
  if (plan.guardrails.every(({ role }) => role === "watch")) return undefined;
  const since = judgement?.epoch === epoch ? judgement.at : entered;
  return at - since >= UNWATCHED_MS ? since : undefined;
}

/** Whether the present stage is so young that having seen nothing means nothing. */
export function isYoung({ entered }: Release, at: number): boolean {
  return at - entered < UNWATCHED_MS;
}

/** Harm that acts: of a guard, seen in counts that can be trusted. */
export function harmed(release: Release, at: number): Watched | undefined {
  return watched(release, at).find((one) => one.guardrail.role === "guard" && inHarm(one) && isTrusted(release, one));
}

/** Harm that asks a person: of a signal, of a guard in counts that anybody can send, of either side over a ceiling. */
export function alarmed(release: Release, at: number): Watched[] {
  return watched(release, at).filter((one) => isAlarm(release, one) && !isAccepted(release, one));
}

/** A guard over its ceiling, in counts that can be trusted, without harm being seen in the change. */
export function overCeiling(release: Release, at: number): Watched | undefined {
  return alarmed(release, at).find(
    (one) => one.guardrail.role === "guard" && one.judged?.overCeiling && isTrusted(release, one),
  );
}

/** Nobody goes past a guard in harm, without data or invalid for this stage, not even a person. */
export function blocking(release: Release, at: number): Watched | undefined {
  return guards(release, at).find(({ verdict }) => BLOCKING.includes(verdict));
}

/** What blocks, and isn't lifted by an admin's word either: harm, and shares that don't fit the plan. */
export function forbidding(release: Release, at: number): Watched | undefined {
  return guards(release, at).find(({ verdict }) => verdict === "harm" || verdict === "invalid");
}

/** What automation waits for as well: signals, and verdicts that are open. What was sure stays so while nothing speaks against it. */
export function undecided(release: Release, at: number): Watched[] {
  const { sure } = release;
  return holding(release, at).filter(
    ({ verdict, judged }) => !isGood(verdict) && !(sure === "shown" && verdict === "inconclusive" && !judged?.doubtful),
  );
}

/** Whether something speaks against what was sure: harm, shares that don't fit, no data, or evidence itself. */
export function isDoubted(release: Release, at: number): boolean {
  return holding(release, at).some(({ verdict, judged }) => BLOCKING.includes(verdict) || judged?.doubtful === true);
}

/** Those of them that more patience is no use for: a plan may say to go on without. */
export function unsure(release: Release, at: number): Watched[] {
  return undecided(release, at).filter(
    ({ verdict, guardrail }) =>
      verdict === "inconclusive" || (guardrail.role === "signal" && (verdict === "nodata" || verdict === "harm")),
  );
}

/** Guards for which there is no data. */
export function withoutData(release: Release, at: number): Watched | undefined {
  return guards(release, at).find(({ verdict }) => verdict === "nodata");
}

/** The first guard, or signal that is waited for, with a verdict. */
export function heldBy(release: Release, at: number, verdict: Verdict): Watched | undefined {
  return holding(release, at).find((one) => one.verdict === verdict);
}

/** What is in harm, as last known: a judgement that doesn't say leaves it as it was. */
export function harmsOf(release: Release, at: number): Harm[] {
  const now = watched(release, at);
  const left = release.harms.filter(({ metric }) => !now.some((one) => one.judged?.metric === metric));
  const found = now.flatMap((one): Harm[] => {
    const { metric, role } = one.guardrail;
    if (role === "watch") return [];
    if (isAlarm(release, one)) return [{ metric, person: true, words: inWords(one) }];
    return inHarm(one) ? [{ metric, person: false, words: inWords(one) }] : [];
  });
  return [...left, ...found];
}

/** Harms that keep a pause: those that no person has put up with, or can. */
export function standing({ harms, acknowledged }: Release): Harm[] {
  return harms.filter(({ metric, person }) => !person || !acknowledged.includes(metric));
}

const BLOCKING: readonly Verdict[] = ["harm", "invalid", "nodata"];

/** Guards; harm that a person has accepted is none. */
function guards(release: Release, at: number): Watched[] {
  return watched(release, at).filter(
    (one) => one.guardrail.role === "guard" && !(inHarm(one) && isAccepted(release, one)),
  );
}

/** Guards, and signals that hold an advance as guards do. */
function holding(release: Release, at: number): Watched[] {
  return watched(release, at).filter(
    (one) => one.guardrail.role !== "watch" && one.guardrail.hold && !(inHarm(one) && isAccepted(release, one)),
  );
}

export function isGood(verdict: Verdict): boolean {
  return verdict === "healthy" || verdict === "unmeasured";
}

function inHarm({ verdict }: Watched): boolean {
  return verdict === "harm";
}

function isAlarm(release: Release, one: Watched): boolean {
  const { role } = one.guardrail;
  if (role === "watch") return false;
  if (inHarm(one)) return role === "signal" || !isTrusted(release, one);
  return one.judged?.overCeiling === true;
}

function isAccepted(release: Release, one: Watched): boolean {
  return isAlarm(release, one) && release.acknowledged.includes(one.guardrail.metric);
}

function isTrusted({ plan }: Release, { judged }: Watched): boolean {
  return plan.trustClients || judged?.clientOnly !== true;
}

/** In words, for a person. */
export function inWords({ guardrail, verdict, judged, since }: Watched): string {
  const { metric, role } = guardrail;
  if (judged?.overCeiling && verdict !== "harm")
    return `a side is over the ceiling of the ${role} ${metric}, which the change needn't be the cause of`;
  switch (verdict) {
    case "harm":
      return judged?.clientOnly
        ? `the ${role} ${metric} is in harm, in what client keys reported`
        : `the ${role} ${metric} is in harm`;
    case "invalid":
      return `the shares that were seen don't fit the plan, so ${metric} can't be judged`;
    case "nodata":
      if (judged) return `there is no data for the ${role} ${metric}${silentWhy(judged)}`;
      return since === null
        ? `the ${role} ${metric} hasn't been judged yet in this stage`
        : `the ${role} ${metric} hasn't been judged since ${new Date(since).toISOString().slice(11, 16)} UTC`;
    case "inconclusive":
      return `the ${role} ${metric} hasn't seen enough yet`;
    case "healthy":
    case "unmeasured":
      return `the ${role} ${metric} is ${verdict}`;
  }
}

/** Why there is no data, where that isn't said by there being none. */
function silentWhy({ evidence }: Judged): string {
  const { waits } = evidence;
  if (waits === "treatment") return ": whoever has the change has fallen silent";
  return waits === "unreported" ? ": nobody has ever reported what it counts" : "";
}

/** The figures that a decision rests on. */
export function evidenceOf(release: Release, at: number): Evidence {
  const found = watched(release, at).map(({ guardrail, verdict, judged }): [string, Evidence] => [
    guardrail.metric,
    { verdict, ...(judged?.overCeiling && { overCeiling: true }), ...judged?.evidence },
  ]);
  const exposures = release.judgement?.epoch === release.epoch ? { exposures: release.judgement.exposures } : {};
  return { ...exposures, ...Object.fromEntries(found) };
}
