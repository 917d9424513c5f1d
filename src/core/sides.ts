import type { PublishedFlag, PublishedRelease } from "../contract/snapshot.ts";
import type { Rollout } from "./buckets.ts";
import type { Outcome } from "./outcome.ts";
import type { Step } from "./program.ts";

/* On which side of a release somebody is, told by the variant alone. Pure. */

/** Cohorts by variant, of those variants that only one cohort is served, and nobody without one. */
export type Sides = ReadonlyMap<string, string>;

/**
 * Reads the sides off a compiled flag, by everything that it can lead to for who has a targeting key. None where anything
 * else than the targeting key is bucketed: an exposure that doesn't say its cohort doesn't say that attribute either.
 */
export function sidesOf(flag: PublishedFlag, release: PublishedRelease, first: Step): Sides {
  if (bucketedBy(flag, release)[0] !== "targetingKey") return new Map();
  const cohorts = new Map<string, string | null>();
  for (const { variant, cohort } of outcomesOf(first)) {
    if (variant === null) continue;
    const other = cohorts.get(variant);
    cohorts.set(variant, other === undefined || other === cohort ? cohort : null);
  }
  return new Map([...cohorts].filter((pair): pair is [string, string] => pair[1] !== null));
}

/** The attributes that the released rule buckets by, the first that is there; none where it has no rollout. */
export function bucketedBy(flag: PublishedFlag, { rule }: PublishedRelease): readonly string[] {
  const serve = rule === null ? flag.default : flag.rules.find(({ id }) => id === rule)?.serve;
  if (serve === undefined || !("rollout" in serve)) return [];
  const { by } = serve.rollout;
  return typeof by === "string" ? [by] : by;
}

function* outcomesOf(first: Step): Generator<Outcome> {
  const seen = new Set<Step>();
  const left: Step[] = [first];
  for (let step = left.pop(); step !== undefined; step = left.pop()) {
    if (seen.has(step)) continue;
    seen.add(step);
    if (step.kind === "outcome") yield step;
    else if (step.kind === "rollout") left.push(...(step satisfies Rollout<Step>).leads);
    else left.push(step.yes, step.no);
  }
}
