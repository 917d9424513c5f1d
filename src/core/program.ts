import type { Rule, Serve } from "../contract/flag.ts";
import { parseInstant } from "../contract/instant.ts";
import type { Reason } from "../contract/ofrep.ts";
import type { PublishedFlag } from "../contract/snapshot.ts";
import type { Context } from "./attributes.ts";
import { Rollout } from "./buckets.ts";
import { Branch, compileCondition, noteRequest, type Scope, type Test } from "./conditions.ts";
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

/** The first step of a flag: the order of evaluation of the design (flags.md), its steps 2 to 6. */
export function compileFlag(flag: PublishedFlag, owner: Owner, scope: Scope): Step {
  const outcome = (reason: Reason, variant: string | null, ruleId: string | null, path: string): Outcome => {
    if (variant !== null && !Object.hasOwn(flag.variants, variant)) scope.refuse(path, "is not a variant of this flag");
    return new Outcome(owner, reason, variant, ruleId);
  };
  const serve = (served: Serve, fixed: Reason, ruleId: string | null, path: string, next: Step): Step => {
    if ("variant" in served) return outcome(fixed, served.variant, ruleId, `${path}/variant`);
    if ("codeDefault" in served) return outcome(fixed, null, ruleId, path);
    noteRequest(scope, served.rollout.by);
    const made: Outcome[] = [];
    const split = (variant: string, at: string): Outcome => {
      const known = made.find((one) => one.variant === variant);
      if (known !== undefined) return known;
      const fresh = outcome("SPLIT", variant, ruleId, `${path}/rollout${at}`);
      made.push(fresh);
      return fresh;
    };
    return new Rollout<Step>(served.rollout, flag.key, split, next);
  };
  const rule = (one: Rule, path: string, next: Step): Step => {
    const served = serve(one.serve, "TARGETING_MATCH", one.id, `${path}/serve`, next);
    const when = compileCondition(one.when, scope, `${path}/when`, served, next);
    const window = compileWindow(one.window, scope, `${path}/window`);
    return window === null ? when : new Branch(window, when, next);
  };

  const off = outcome("DISABLED", flag.offVariant, null, "/offVariant");
  const fixed = flag.rules.length === 0 ? "STATIC" : "DEFAULT";
  const fallback = serve(flag.default, fixed, null, "/default", outcome("DEFAULT", null, null, ""));
  const rules = flag.rules.reduceRight((next, one, i) => rule(one, `/rules/${i}`, next), fallback);
  const first = flag.prerequisites.reduceRight(
    (next, one, i): Step => new Branch(scope.flag(one.flag, one.variants, `/prerequisites/${i}`), next, off),
    rules,
  );
  return flag.enabled ? first : off;
}

/** When a rule applies: `from` inclusive, `until` exclusive; null: always. */
function compileWindow(window: Rule["window"], scope: Scope, path: string): Test | null {
  const edge = (name: "from" | "until", none: number): number => {
    const text = window[name];
    if (text === null) return none;
    const instant = parseInstant(text);
    if (instant === undefined) scope.refuse(`${path}/${name}`, "must be an RFC 3339 date-time");
    return instant ?? none;
  };
  const from = edge("from", -Infinity);
  const until = edge("until", Infinity);
  if (from === -Infinity && until === Infinity) return null;
  return { holds: (_context, now) => from <= now && now < until };
}
