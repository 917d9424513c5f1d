import type { Rule, Serve } from "../contract/flag.ts";
import { parseInstant } from "../contract/instant.ts";
import type { Reason } from "../contract/ofrep.ts";
import type { PublishedFlag } from "../contract/snapshot.ts";
import type { Context } from "./attributes.ts";
import { Rollout } from "./buckets.ts";
import { all, compileCondition, declare, type Scope, type Test } from "./conditions.ts";
import { Outcome, type Owner } from "./outcome.ts";

/** A rule, or the default as the last of them: when it applies, and what it serves. */
type Step = {
  /** epoch milliseconds, inclusive */
  from: number;
  /** epoch milliseconds, exclusive */
  until: number;
  /** null: always */
  when: Test | null;
  /** exactly one of these two is not null */
  fixed: Outcome | null;
  rollout: Rollout<Outcome> | null;
};

/** A flag ready to run: the order of evaluation of the design (flags.md), its steps 2 to 6. */
export class Program {
  /** The answer, when no context can change it. */
  readonly #constant: Outcome | null;
  readonly #prerequisites: Test | null;
  readonly #off: Outcome;
  readonly #steps: readonly Step[];
  readonly #passedOn: Outcome;

  constructor(flag: PublishedFlag, owner: Owner, scope: Scope) {
    const compiler = new ServeCompiler(flag, owner, scope);
    this.#off = compiler.outcome("DISABLED", flag.offVariant, null, "/offVariant");
    this.#passedOn = compiler.outcome("DEFAULT", null, null, "");
    const prerequisites = flag.prerequisites.map(({ flag: key, variants }, index): Test => {
      const target = scope.flag(key, variants, `/prerequisites/${index}`);
      return (context, now) => target.serves(variants, context, now);
    });
    this.#prerequisites = prerequisites.length === 0 ? null : all(prerequisites);
    const last = compiler.serve(flag.default, flag.rules.length === 0 ? "STATIC" : "DEFAULT", null, "/default");
    this.#steps = [
      ...flag.rules.map((rule, index) => compileRule(rule, compiler, scope, `/rules/${index}`)),
      { from: -Infinity, until: Infinity, when: null, ...last },
    ];
    if (!flag.enabled) this.#constant = this.#off;
    else this.#constant = this.#prerequisites === null && this.#steps.length === 1 ? last.fixed : null;
  }

  run(context: Context, now: number): Outcome {
    if (this.#constant !== null) return this.#constant;
    if (this.#prerequisites !== null && !this.#prerequisites(context, now)) return this.#off;
    const steps = this.#steps;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      if (now < step.from || now >= step.until) continue;
      if (step.when !== null && !step.when(context, now)) continue;
      const outcome = step.rollout === null ? step.fixed : step.rollout.pick(context);
      if (outcome !== null) return outcome;
    }
    return this.#passedOn;
  }
}

function compileRule(rule: Rule, compiler: ServeCompiler, scope: Scope, path: string): Step {
  const edge = (name: "from" | "until", none: number): number => {
    const text = rule.window[name];
    if (text === null) return none;
    const instant = parseInstant(text);
    if (instant === undefined) scope.refuse(`${path}/window/${name}`, "must be an RFC 3339 date-time");
    return instant ?? none;
  };
  const unconditional = "all" in rule.when && rule.when.all.length === 0;
  return {
    from: edge("from", -Infinity),
    until: edge("until", Infinity),
    when: unconditional ? null : compileCondition(rule.when, scope, `${path}/when`),
    ...compiler.serve(rule.serve, "TARGETING_MATCH", rule.id, `${path}/serve`),
  };
}

/** Makes the outcomes that a flag can have. */
class ServeCompiler {
  readonly #flag: PublishedFlag;
  readonly #owner: Owner;
  readonly #scope: Scope;

  constructor(flag: PublishedFlag, owner: Owner, scope: Scope) {
    this.#flag = flag;
    this.#owner = owner;
    this.#scope = scope;
  }

  serve(serve: Serve, fixed: Reason, ruleId: string | null, path: string): Pick<Step, "fixed" | "rollout"> {
    if ("variant" in serve)
      return { fixed: this.outcome(fixed, serve.variant, ruleId, `${path}/variant`), rollout: null };
    if ("codeDefault" in serve) return { fixed: this.outcome(fixed, null, ruleId, path), rollout: null };
    declare(this.#scope, serve.rollout.by);
    const made = new Map<string, Outcome>();
    const outcome = (variant: string, at: string): Outcome => {
      const found = made.get(variant) ?? this.outcome("SPLIT", variant, ruleId, `${path}/rollout${at}`);
      made.set(variant, found);
      return found;
    };
    return { fixed: null, rollout: new Rollout(serve.rollout, this.#flag.key, outcome) };
  }

  outcome(reason: Reason, variant: string | null, ruleId: string | null, path: string): Outcome {
    if (variant !== null && !Object.hasOwn(this.#flag.variants, variant))
      this.#scope.refuse(path, "is not a variant of this flag");
    return new Outcome(this.#owner, reason, variant, ruleId);
  }
}
