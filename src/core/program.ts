import type { Rule, Serve } from "../contract/flag.ts";
import type { Reason } from "../contract/ofrep.ts";
import type { PublishedFlag, PublishedRelease } from "../contract/snapshot.ts";
import type { Context } from "./attributes.ts";
import { Rollout } from "./buckets.ts";
import { Branch, compileCondition, compileWindow, noteRequest, type Scope } from "./conditions.ts";
import { Outcome, type Owner } from "./outcome.ts";

/*
 * A compiled flag is a decision diagram: branches and rollouts that lead from a first step to one of the outcomes,
 * which were made beforehand. It is built backwards, each rule knowing where it passes on to.
 */
export type Step = Branch<Rollout<Step> | Outcome> | Rollout<Step> | Outcome;

/** Follows a diagram to its outcome. */
export function follow(first: Step, context: Context, now: number): Outcome {
  let step = first;
  for (;;) {
    if (step.kind === "branch") step = step.test.holds(context, now) ? step.yes : step.no;
    else if (step.kind === "rollout") step = step.pick(context);
    else return step;
  }
}

/**
 * The first step of a flag: the order of evaluation of the design (flags.md), its steps 2 to 6.
 *
 * While it is being released, outcomes of the released rule carry a cohort: the split's is treatment, control is
 * `otherwise`, or, where that is null, whatever those people fall through to. For them what follows the rule is made
 * once more, with their cohort. Who has nothing to hash is in neither.
 */
export function compileFlag(flag: PublishedFlag, owner: Owner, scope: Scope, release?: PublishedRelease): Step {
  type Decided = { by: string | null; path: string; cohort: string | null };
  const outcome = (reason: Reason, variant: string | null, { by, path, cohort }: Decided): Outcome => {
    if (variant !== null && !Object.hasOwn(flag.variants, variant)) scope.refuse(path, "is not a variant of this flag");
    return new Outcome(owner, reason, variant, by, cohort);
  };
  /** `passedOn`: where those go on whom its rollout leaves to others; the others of the rule's go to `next`. */
  const serve = (
    served: Serve,
    fixed: Reason,
    at: Decided,
    next: Step,
    passedOn: Step,
    cohorts: Cohorts | null,
  ): Step => {
    const path = at.path;
    if ("variant" in served) return outcome(fixed, served.variant, { ...at, path: `${path}/variant` });
    if ("codeDefault" in served) return outcome(fixed, null, at);
    noteRequest(scope, served.rollout.by);
    const made: Outcome[] = [];
    const share = (variant: string, where: string): Outcome => {
      const cohort = cohorts === null ? at.cohort : cohortAt(where, cohorts);
      const known = made.find((one) => one.variant === variant && one.cohort === cohort);
      if (known !== undefined) return known;
      const fresh = outcome("SPLIT", variant, { ...at, path: `${path}/rollout${where}`, cohort });
      made.push(fresh);
      return fresh;
    };
    return new Rollout<Step>(served.rollout, flag.key, share, passedOn, next);
  };
  const rule = (one: Rule, path: string, cohort: string | null, next: Step, passedOn: Step): Step => {
    const at = { by: one.id, path: `${path}/serve`, cohort };
    const served = serve(one.serve, "TARGETING_MATCH", at, next, passedOn, cohortsOf(one.id, release));
    const when = compileCondition(one.when, scope, `${path}/when`, served, next);
    const window = compileWindow(one.window, scope, `${path}/window`);
    return window === null ? when : new Branch(window, when, next);
  };
  /** The rules from a place on, for everybody or for a cohort that has come down to them. */
  const from = (start: number, cohort: string | null): Step => {
    const cohorts = cohort === null ? cohortsOf(null, release) : null;
    const end = (of: string | null): Outcome => outcome("DEFAULT", null, { by: null, path: "", cohort: of });
    const fixed = flag.rules.length === 0 ? "STATIC" : "DEFAULT";
    const at = { by: null, path: "/default", cohort };
    const fallback = serve(flag.default, fixed, at, end(cohort), end(cohorts?.control ?? cohort), cohorts);
    return flag.rules.slice(start).reduceRight((next, one, index) => {
      const i = start + index;
      const released = cohort === null && one.id === release?.rule && "rollout" in one.serve;
      const control = released ? cohortsOf(one.id, release)?.control : undefined;
      return rule(one, `/rules/${i}`, cohort, next, control === undefined ? next : from(i + 1, control));
    }, fallback);
  };

  const off = outcome("DISABLED", flag.offVariant, { by: null, path: "/offVariant", cohort: null });
  const first = flag.prerequisites.reduceRight(
    (next, one, i): Step => new Branch(scope.flag(one.flag, one.variants, `/prerequisites/${i}`), next, off),
    from(0, null),
  );
  return flag.enabled ? first : off;
}

type Cohorts = { treatment: string; control: string };

/** The cohorts of who is served by a rule, by its id, or by the default; null: it isn't being released. */
function cohortsOf(rule: string | null, release: PublishedRelease | undefined): Cohorts | null {
  if (release === undefined) return null;
  const epoch = rule === release.rule ? release.epoch : release.stages.find((one) => one.rule === rule)?.epoch;
  if (epoch === undefined || epoch === null) return null;
  return { treatment: `${release.id}.${epoch}.t`, control: `${release.id}.${epoch}.c` };
}

/** @param where the place in the rollout that names the variant */
function cohortAt(where: string, { treatment, control }: Cohorts): string | null {
  if (where.startsWith("/absent")) return null;
  return where === "/otherwise" ? control : treatment;
}
