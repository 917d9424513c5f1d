import type { Clause, Condition, Window } from "../contract/flag.ts";
import { parseInstant } from "../contract/instant.ts";
import { type Context, compilePath, namesRequest, type Path, read } from "./attributes.ts";
import { BucketTest } from "./buckets.ts";
import { compileOperator, type Operator } from "./operators.ts";
import { currentRun, OUT_OF_STEPS } from "./run.ts";

/** A question about a context with a yes or a no. `now` is in epoch milliseconds. Never throws for parsed JSON. */
export interface Test {
  holds(context: Context, now: number): boolean;
}

/** A test and where its answer leads; what it leads to is the caller's. */
export class Branch<Next> {
  readonly test: Test;
  readonly yes: Branch<Next> | Next;
  readonly no: Branch<Next> | Next;

  /** Tells the kinds of steps apart; on the prototype, where it takes no memory. */
  get kind(): "branch" {
    return "branch";
  }

  constructor(test: Test, yes: Branch<Next> | Next, no: Branch<Next> | Next) {
    this.test = test;
    this.yes = yes;
    this.no = no;
  }
}

/** What compiling a condition needs from outside, and tells it. Paths are JSON Pointers into the resource. */
export type Scope = {
  segment(key: string, path: string): Test;
  flag(key: string, variants: readonly string[], path: string): Test;
  /** Equal clauses of one environment share their test; `make` is called for the first. */
  clause(clause: Clause, make: () => AttributeTest): AttributeTest;
  readsRequest(): void;
  /** A pattern was compiled to so many steps. */
  cost(steps: number): void;
  refuse(path: string, message: string): void;
};

/**
 * Compiles a condition into branches that end at `yes` where it holds and at `no` where it doesn't. `all`, `any` and
 * `not` are only ways to wire the leaves, and leave nothing behind to run.
 */
export function compileCondition<Next>(
  node: Condition,
  scope: Scope,
  path: string,
  yes: Branch<Next> | Next,
  no: Branch<Next> | Next,
): Branch<Next> | Next {
  if ("all" in node)
    return node.all.reduceRight((next, child, i) => compileCondition(child, scope, `${path}/all/${i}`, next, no), yes);
  if ("any" in node)
    return node.any.reduceRight((next, child, i) => compileCondition(child, scope, `${path}/any/${i}`, yes, next), no);
  if ("not" in node) return compileCondition(node.not, scope, `${path}/not`, no, yes);
  return new Branch(compileLeaf(node, scope, path), yes, no);
}

type Leaf = Exclude<Condition, { all: unknown } | { any: unknown } | { not: unknown }>;

function compileLeaf(leaf: Leaf, scope: Scope, path: string): Test {
  if ("segment" in leaf) return scope.segment(leaf.segment, `${path}/segment`);
  if ("flag" in leaf) return scope.flag(leaf.flag, leaf.variants, path);
  if ("bucket" in leaf) {
    noteRequest(scope, leaf.bucket.by);
    return new BucketTest(leaf.bucket);
  }
  if ("window" in leaf) return compileWindow(leaf.window, scope, `${path}/window`) ?? ALWAYS;
  noteRequest(scope, leaf.attribute);
  return scope.clause(leaf, () => {
    const refuse = (index: number, message: string): void => scope.refuse(`${path}/values/${index}`, message);
    const operator = compileOperator(leaf, refuse, (steps) => scope.cost(steps));
    return new AttributeTest(compilePath(leaf.attribute), operator);
  });
}

const ALWAYS: Test = { holds: () => true };

/** When something applies: `from` inclusive, `until` exclusive; null: always. */
export function compileWindow(window: Window, scope: Scope, path: string): Test | null {
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

/** Tells the scope when attributes are read that only the edge knows. */
export function noteRequest(scope: Scope, by: string | readonly string[]): void {
  if (typeof by === "string" ? namesRequest(by) : by.some(namesRequest)) scope.readsRequest();
}

/** A clause on an attribute. */
export class AttributeTest implements Test {
  private readonly path: Path;
  private readonly accepts: Operator["accepts"];
  private readonly elements: boolean;
  private remembers = false;
  private run = 0;
  private begun = 0;
  private held = false;

  constructor(path: Path, { accepts, elements }: Operator) {
    this.path = path;
    this.accepts = accepts;
    this.elements = elements;
  }

  /** From now on the answer is remembered within a run. */
  remember(): void {
    this.remembers = true;
  }

  holds(context: Context): boolean {
    if (!this.remembers) return this.decide(context);
    const run = currentRun();
    if (this.run !== run) {
      if (this.begun === run) throw OUT_OF_STEPS; // as it did before in this run
      this.begun = run;
      this.held = this.decide(context);
      this.run = run;
    }
    return this.held;
  }

  private decide(context: Context): boolean {
    const value = read(context, this.path);
    if (value === undefined) return false;
    const { accepts } = this;
    if (typeof value !== "object" || !this.elements || !Array.isArray(value)) return accepts(value);
    for (let i = 0; i < value.length; i++) if (accepts(value[i])) return true;
    return false;
  }
}
