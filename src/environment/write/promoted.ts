import type { Flag, Rollout, Serve } from "../../contract/flag.ts";
import type { Kept, Promotion } from "../../contract/interchange.ts";
import type { Refusal } from "../../contract/problem.ts";
import { hasEnded } from "../../contract/release.ts";
import type { Release } from "../../core/release/state.ts";
import type { Step } from "./change-target.ts";
import { equal } from "./equal.ts";
import { inForce, type State } from "../store/state.ts";

/*
 * What of another environment's flags is taken on here. What a flag is comes along; how far it has got here stays,
 * unless that is asked for: shares and `enabled` are decided in each environment by itself.
 */

/** The puts of a promotion as they are to be made here, and what of here was kept. */
export function promoted(
  steps: readonly Step[],
  { flags: named, include = [] }: Promotion,
  { flags }: State,
  releases: ReadonlyMap<string, Release>,
): { ok: true; steps: Step[]; kept: Kept[] } | Refusal {
  const live = (key: string): boolean => {
    const release = releases.get(key);
    return release !== undefined && !hasEnded(release.phase);
  };
  const refused = (named ?? []).filter(live);
  if (refused.length > 0) return beingReleased(refused);
  const kept: Kept[] = [];
  const made = steps.flatMap((step): Step[] => {
    if (step.op !== "replaceFlag") return [step];
    const { key } = step.flag;
    const here = inForce(flags.get(key));
    if (here && live(key)) {
      if (!equal(here, step.flag)) kept.push({ flag: key, paths: [""] });
      return [];
    }
    if (!here) return [step];
    const paths: string[] = [];
    const flag = keeping(step.flag, here, new Set(include), paths);
    if (paths.length > 0) kept.push({ flag: key, paths });
    return [{ ...step, flag }];
  });
  return { ok: true, steps: made, kept };
}

function beingReleased(keys: readonly string[]): Refusal {
  const names = keys.map((key) => JSON.stringify(key)).join(", ");
  const detail = `Being released here: ${names}. Wait for the end, or leave ${keys.length === 1 ? "it" : "them"} out.`;
  return { ok: false, problem: { type: "conflict", detail } };
}

/** The flag of there, with what stays as it is here. */
function keeping(there: Flag, here: Flag, include: ReadonlySet<string>, paths: string[]): Flag {
  const flag = { ...there };
  if (!include.has("enabled") && there.enabled !== here.enabled) {
    flag.enabled = here.enabled;
    paths.push("/enabled");
  }
  if (include.has("share")) return flag;
  const keep = (serve: Serve, mine: Serve, path: string): Serve => {
    const made = keepingShare(serve, mine, there);
    if (!equal(made.serve, serve)) paths.push(path + made.path);
    return made.serve;
  };
  flag.default = keep(there.default, here.default, "/default");
  flag.rules = there.rules.map((rule, index) => {
    const mine = here.rules.find(({ id }) => id === rule.id);
    return mine ? { ...rule, serve: keep(rule.serve, mine.serve, `/rules/${index}/serve`) } : rule;
  });
  return flag;
}

const SHARE = "/rollout/percentage";

/**
 * A serve as it is there, for as many as get it here. Where the two can't be brought together that way, what is rolled
 * out here stays whole.
 */
function keepingShare(there: Serve, here: Serve, { variants }: Flag): { serve: Serve; path: string } {
  const theirs = { serve: there, path: "" };
  if ("rollout" in here) {
    if ("rollout" in there && "percentage" in there.rollout && "percentage" in here.rollout)
      return { serve: { rollout: { ...there.rollout, percentage: here.rollout.percentage } }, path: SHARE };
    return namedBy(here.rollout).every((name) => Object.hasOwn(variants, name)) ? { serve: here, path: "" } : theirs;
  }
  if (!("variant" in here) || !("rollout" in there) || !("percentage" in there.rollout)) return theirs;
  const share = shareOf(here.variant, there.rollout);
  return share === undefined ? theirs : { serve: { rollout: { ...there.rollout, percentage: share } }, path: SHARE };
}

/** At which share a rollout serves this one variant to everybody; undefined: at none. */
function shareOf(variant: string, rollout: Rollout): number | undefined {
  if (rollout.otherwise === variant) return 0;
  const taking = "split" in rollout ? rollout.split.filter(({ weight }) => weight > 0) : [];
  return taking.length === 1 && taking[0]!.variant === variant ? 100 : undefined;
}

function namedBy(rollout: Rollout): string[] {
  const parts = "split" in rollout ? rollout.split : rollout.ranges;
  const absent = typeof rollout.absent === "object" ? [rollout.absent.variant] : [];
  return [
    ...parts.map(({ variant }) => variant),
    ...(rollout.otherwise === null ? [] : [rollout.otherwise]),
    ...absent,
  ];
}
