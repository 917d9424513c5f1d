import type { Guardrail } from "../../contract/plan.ts";
import type { Evidence, Judged, Verdict } from "../../contract/release.ts";
import type { Release } from "./state.ts";

/* What the guardrails say to a release, as last judged. */

/** A judgement older than this says nothing about now: whoever judges is gone, or sees nothing. */
const STALE_MS = 5 * 60_000;

/** A guardrail of the plan with the verdict on it; `unknown`: it hasn't been judged in this stage, or not lately. */
export type Watched = { guardrail: Guardrail; verdict: Verdict | "unknown"; judged: Judged | undefined };

export function watched(release: Release, at: number): Watched[] {
  const { plan, judgement, epoch } = release;
  const fresh = judgement !== null && judgement.epoch === epoch && at - judgement.at <= STALE_MS;
  return plan.guardrails.map((guardrail) => {
    const judged = fresh ? judgement.guardrails.find(({ metric }) => metric === guardrail.metric) : undefined;
    return { guardrail, judged, verdict: judged?.verdict ?? "unknown" };
  });
}

/** Harm that acts: of a guard, seen in counts that can be trusted. */
export function harmed(release: Release, at: number): Watched | undefined {
  return watched(release, at).find((one) => one.guardrail.role === "guard" && inHarm(one) && isTrusted(release, one));
}

/** Harm that asks a person: of a signal, or of a guard in counts that anybody can send. */
export function alarmed(release: Release, at: number): Watched[] {
  return watched(release, at).filter(
    (one) =>
      inHarm(one) &&
      (one.guardrail.role === "signal" || (one.guardrail.role === "guard" && !isTrusted(release, one))) &&
      !release.acknowledged.includes(one.guardrail.metric),
  );
}

/** Nobody goes past a guard in harm, without data, invalid or unknown for this stage, not even a person. */
export function blocking(release: Release, at: number): Watched | undefined {
  return guards(release, at).find(({ verdict }) => BLOCKING.includes(verdict));
}

/** What automation waits for as well. */
export function undecided(release: Release, at: number): Watched | undefined {
  return guards(release, at).find(({ verdict }) => verdict === "inconclusive");
}

export function withoutData(release: Release, at: number): Watched | undefined {
  return guards(release, at).find(({ verdict }) => verdict === "nodata");
}

const BLOCKING: readonly (Verdict | "unknown")[] = ["harm", "invalid", "nodata", "unknown"];

/** Guards; harm in untrusted counts that a person has accepted is none. */
function guards(release: Release, at: number): Watched[] {
  return watched(release, at).filter(
    (one) =>
      one.guardrail.role === "guard" &&
      !(inHarm(one) && !isTrusted(release, one) && release.acknowledged.includes(one.guardrail.metric)),
  );
}

function inHarm({ verdict }: Watched): boolean {
  return verdict === "harm";
}

function isTrusted({ plan }: Release, { judged }: Watched): boolean {
  return plan.trustClients || judged?.clientOnly !== true;
}

/** In words, for a person. */
export function inWords({ guardrail, verdict }: Watched): string {
  const { metric, role } = guardrail;
  switch (verdict) {
    case "harm":
      return `the ${role} ${metric} is in harm`;
    case "invalid":
      return `the shares that were seen don't fit the plan, so ${metric} can't be judged`;
    case "nodata":
      return `there is no data for the ${role} ${metric}`;
    case "unknown":
      return `the ${role} ${metric} hasn't been judged in this stage`;
    case "inconclusive":
      return `the ${role} ${metric} hasn't seen enough yet`;
    case "healthy":
    case "unmeasured":
      return `the ${role} ${metric} is ${verdict}`;
  }
}

/** The figures that a decision rests on. */
export function evidenceOf(release: Release, at: number): Evidence {
  const found = watched(release, at).map(({ guardrail, verdict, judged }): [string, Evidence] => [
    guardrail.metric,
    { verdict, ...judged?.evidence },
  ]);
  const exposures = release.judgement?.epoch === release.epoch ? { exposures: release.judgement.exposures } : {};
  return { ...exposures, ...Object.fromEntries(found) };
}
