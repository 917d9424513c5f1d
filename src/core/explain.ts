import type { Clause, Condition, Flag, Rollout as RolloutSpec, Serve } from "../contract/flag.ts";
import { parseInstant } from "../contract/instant.ts";
import type { JsonValue } from "../contract/json.ts";
import type { Reason } from "../contract/ofrep.ts";
import type { ListedSegment } from "../contract/segment.ts";
import { asText, type Context, compilePath, plain, read } from "./attributes.ts";
import { BucketTest, Rollout } from "./buckets.ts";
import { AttributeTest } from "./conditions.ts";
import { components } from "./graph.ts";
import { listedIn, type MemberList, Members, packMembers } from "./members.ts";
import { compileOperator } from "./operators.ts";
import { beginFlag, beginRun, endRun, OUT_OF_STEPS } from "./run.ts";
import { isFlag, referencesOf, resolve, type Resources } from "./references.ts";

/*
 * Why a flag serves what it serves, step by step. This is an interpreter of its own, written for the reader of its
 * trace: it looks at everything that may matter, where the compiled evaluator stops at the first answer. Operators,
 * attributes, buckets and listed members are the evaluator's own; a property test holds the two against each other.
 */

/**
 * A condition, or a part of one: whether it held and why. `path` is a JSON Pointer into the flag; below a segment, into
 * that segment.
 */
export type ConditionTrace = { path: string; held: boolean; why: string; of?: ConditionTrace[] };

/**
 * Where a rollout put the context. `hashed`: the text that was hashed after the salt; `bucket`: its place,
 * from 0 to `places` - 1; `position`: the same in per cent of the places. `variant` is null where it passed on.
 */
export type RolloutTrace = {
  salt: string;
  hash: string;
  hashed?: string;
  bucket?: number;
  places?: number;
  position?: number;
  variant: string | null;
  why: string;
};

/** One step in the order of evaluation. */
export type Step =
  | { step: "enabled"; held: boolean; why: string }
  | { step: "prerequisite"; flag: string; held: boolean; why: string }
  | { step: "rule"; ruleId: string; held: boolean; why: string; condition: ConditionTrace; rollout?: RolloutTrace }
  | { step: "default"; held: boolean; why: string; rollout?: RolloutTrace };

export type Explanation = {
  key: string;
  value?: JsonValue;
  variant?: string;
  reason: Reason;
  ruleId?: string;
  trace: Step[];
};

/** How many parts a segment's trace may have to be repeated where the segment is used, and how many in all answers. */
const SEGMENT_PARTS = 1_000;
const ALL_PARTS = 100_000;

/**
 * Explains what flags serve to a context at a time (epoch milliseconds). Never throws for resources that `diagnose`
 * finds nothing wrong with. The inside of a segment is left out (`of` is absent) where traces would become too long.
 */
export function explain(flags: readonly Flag[], context: Context, now: number, resources: Resources): Explanation[] {
  const explainer = new Explainer(plain(context), now, resources);
  const outer = beginRun();
  try {
    return flags.map((flag) => explainer.explain(flag));
  } finally {
    endRun(outer);
  }
}

const TOO_MUCH = { held: false, why: "its patterns take more steps than one evaluation has", parts: 0 };

function tooMuch(key: string): Explanation {
  return { key, reason: "ERROR", trace: [{ step: "default", held: false, why: TOO_MUCH.why }] };
}

type SegmentTrace = { held: boolean; why: string; of?: ConditionTrace[]; parts: number };

class Explainer {
  readonly #context: Context;
  readonly #now: number;
  readonly #resources: Resources;
  readonly #flags = new Map<string, Explanation>();
  readonly #segments = new Map<string, SegmentTrace>();
  /** Answers that took too many steps: what refers to one has none either. */
  readonly #failed = new Set<object>();
  #room = ALL_PARTS;

  constructor(context: Context, now: number, resources: Resources) {
    this.#context = context;
    this.#now = now;
    this.#resources = resources;
  }

  /** What a flag refers to comes first, so that a long chain of references needs no deep recursion. */
  explain(flag: Flag): Explanation {
    const successors = (node: Flag | ListedSegment): (Flag | ListedSegment)[] =>
      Array.from(referencesOf(node), (target) => resolve(target, this.#resources))
        .filter((target) => target !== undefined)
        .filter((target) => !this.#knows(target));
    for (const [node] of components<Flag | ListedSegment>([flag], successors)) {
      if (node === undefined || this.#knows(node)) continue;
      beginFlag();
      if (isFlag(node))
        this.#flags.set(
          node.key,
          this.#within(
            () => this.#flag(node),
            () => tooMuch(node.key),
          ),
        );
      else
        this.#segments.set(
          node.key,
          this.#within(
            () => this.#segment(node),
            () => TOO_MUCH,
          ),
        );
    }
    return this.#flags.get(flag.key)!;
  }

  /** What is worked out within the budget of steps, or what is said where that isn't enough. */
  #within<T extends object>(work: () => T, otherwise: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error !== OUT_OF_STEPS) throw error;
      const said = otherwise();
      this.#failed.add(said);
      return said;
    }
  }

  #knows(node: Flag | ListedSegment): boolean {
    return isFlag(node) ? this.#flags.has(node.key) : this.#segments.has(node.key);
  }

  #flag(flag: Flag): Explanation {
    const trace: Step[] = [];
    const answer = (reason: Reason, variant: string | null, ruleId?: string): Explanation => ({
      key: flag.key,
      ...(variant !== null && { value: flag.variants[variant]!, variant }),
      reason,
      ...(ruleId !== undefined && { ruleId }),
      trace,
    });
    const { enabled } = flag;
    trace.push({ step: "enabled", held: enabled, why: enabled ? "the flag is enabled" : "the flag is disabled" });
    if (!enabled) return answer("DISABLED", flag.offVariant);
    for (const { flag: key, variants } of flag.prerequisites)
      trace.push({ step: "prerequisite", flag: key, ...this.#serves(key, variants) });
    if (trace.some(({ held }) => !held)) return answer("DISABLED", flag.offVariant);
    for (const [index, rule] of flag.rules.entries()) {
      const condition = this.#condition(rule.when, `/rules/${index}/when`);
      const step = { step: "rule", ruleId: rule.id, condition } as const;
      const closed = this.#closed(rule.window.from, rule.window.until);
      if (closed !== undefined || !condition.held) {
        trace.push({ ...step, held: false, why: closed ?? "its condition does not hold" });
        continue;
      }
      const { split, variant, passedOn, ...rollout } = this.#serve(rule.serve, flag.key);
      if (passedOn) {
        trace.push({ ...step, held: false, why: "its condition holds, but its rollout passes on", ...rollout });
        continue;
      }
      trace.push({ ...step, held: true, why: "its condition holds and it serves", ...rollout });
      return answer(split ? "SPLIT" : "TARGETING_MATCH", variant, rule.id);
    }
    const none = flag.rules.length === 0;
    const { split, variant, passedOn, ...rollout } = this.#serve(flag.default, flag.key);
    trace.push({ step: "default", held: !passedOn, why: none ? "there are no rules" : "no rule served", ...rollout });
    if (passedOn) return answer("DEFAULT", null);
    return answer(split ? "SPLIT" : none ? "STATIC" : "DEFAULT", variant);
  }

  #closed(from: string | null, until: string | null): string | undefined {
    if (from !== null && !(parseInstant(from)! <= this.#now)) return `its window opens at ${from}`;
    if (until !== null && !(this.#now < parseInstant(until)!)) return `its window closed at ${until}`;
    return undefined;
  }

  #serve(
    serve: Serve,
    key: string,
  ): { variant: string | null; split: boolean; passedOn: boolean; rollout?: RolloutTrace } {
    if ("variant" in serve) return { variant: serve.variant, split: false, passedOn: false };
    if ("codeDefault" in serve) return { variant: null, split: false, passedOn: false };
    const rollout = this.#rollout(serve.rollout, key);
    return { variant: rollout.variant, split: true, passedOn: rollout.variant === null, rollout };
  }

  #rollout(spec: RolloutSpec, key: string): RolloutTrace {
    type End = { variant: string | null; path: string };
    const compiled = new Rollout<End>(spec, key, (variant, path) => ({ variant, path }), { variant: null, path: "" });
    const { variant, path } = compiled.pick(this.#context);
    const base = { salt: spec.salt ?? key, hash: spec.hash };
    const place = compiled.locate(this.#context);
    if (place === undefined) {
      const then = variant === null ? "which passes on" : `which gives ${variant}`;
      return { ...base, variant, why: `${anyOf(spec.by)} can be hashed, ${then}` };
    }
    const { text: hashed, place: bucket } = place;
    const { places } = compiled;
    const position = Math.floor((bucket / places) * 100_000_000) / 1_000_000;
    const outside = path === "/otherwise" || path === "";
    const rest = variant === null ? "passes on" : `gives ${variant}`;
    const at = `place ${bucket} of ${places}`;
    const why = outside ? `${at} is outside every share, which ${rest}` : `${at} is in the share of ${variant}`;
    return { ...base, hashed, bucket, places, position, variant, why };
  }

  #serves(key: string, variants: readonly string[]): { held: boolean; why: string } {
    const target = this.#resources.flags.get(key);
    if (!target) return { held: false, why: `there is no flag ${key}` };
    if (!target.enabled) return { held: false, why: `${key} is disabled` };
    const known = this.#flags.get(key);
    if (known !== undefined && this.#failed.has(known)) throw OUT_OF_STEPS;
    const variant = known?.variant;
    const held = variant !== undefined && variants.includes(variant);
    return {
      held,
      why: `${key} serves ${variant ?? "the default in the code"}, ${held ? "one" : "none"} of ${variants.join(", ")}`,
    };
  }

  #condition(node: Condition, path: string): ConditionTrace {
    if ("all" in node) {
      const of = node.all.map((child, i) => this.#condition(child, `${path}/all/${i}`));
      const held = of.every((child) => child.held);
      return { path, held, why: of.length === 0 ? "nothing is asked for" : held ? "all hold" : "not all hold", of };
    }
    if ("any" in node) {
      const of = node.any.map((child, i) => this.#condition(child, `${path}/any/${i}`));
      const held = of.some((child) => child.held);
      return { path, held, why: held ? "one of them holds" : "none of them holds", of };
    }
    if ("not" in node) {
      const inner = this.#condition(node.not, `${path}/not`);
      const why = `what must not hold ${inner.held ? "does" : "does not"}`;
      return { path, held: !inner.held, why, of: [inner] };
    }
    if ("segment" in node) return { path, ...this.#inSegment(node.segment) };
    if ("flag" in node) return { path, ...this.#serves(node.flag, node.variants) };
    if ("bucket" in node) {
      const { by } = node.bucket;
      const test = new BucketTest(node.bucket);
      const held = test.holds(this.#context);
      const place = test.locate(this.#context);
      if (place === undefined) return { path, held, why: `${anyOf(by)} can be hashed` };
      const stretches =
        "ranges" in node.bucket ? short(node.bucket.ranges) : `[${node.bucket.from}, ${node.bucket.to}) per 100000`;
      const where = `${held ? "in" : "outside"} ${stretches}`;
      return { path, held, why: `place ${place.place} of ${test.places} is ${where}` };
    }
    if ("window" in node) {
      const closed = this.#closed(node.window.from, node.window.until);
      return { path, held: closed === undefined, why: closed ?? "its window is open" };
    }
    return { path, ...this.#clause(node) };
  }

  #clause(clause: Clause): { held: boolean; why: string } {
    const { attribute, operator, values } = clause;
    const path = compilePath(attribute);
    const value = read(this.#context, path);
    if (value === undefined) return { held: false, why: `${attribute} is absent` };
    const held = new AttributeTest(
      path,
      compileOperator(clause, () => {}),
    ).holds(this.#context);
    const wanted = operator === "exists" ? "" : ` ${short(values)}`;
    const as = clause.as === undefined ? "" : ` (read as ${clause.as})`;
    return { held, why: `${attribute} is ${short(value)}${as}: ${held ? "" : "not "}${operator}${wanted}` };
  }

  #inSegment(key: string): { held: boolean; why: string; of?: ConditionTrace[] } {
    const known = this.#segments.get(key);
    if (!known) return { held: false, why: `there is no segment ${key}` };
    if (this.#failed.has(known)) throw OUT_OF_STEPS;
    const { held, why, of, parts } = known;
    if (of === undefined || parts > Math.min(SEGMENT_PARTS, this.#room)) return { held, why };
    this.#room -= parts;
    return { held, why, of };
  }

  #segment(segment: ListedSegment): SegmentTrace {
    const { key, by } = segment;
    const text = asText(read(this.#context, compilePath(by)));
    const { exclude, include } = listsOf(segment);
    const listed = text === undefined ? "neither" : listedIn(text, exclude, include);
    if (listed === "exclude") return { held: false, why: `${by} is excluded from ${key}`, parts: 0 };
    if (listed === "include") return { held: true, why: `${by} is listed in ${key}`, parts: 0 };
    const when = this.#condition(segment.when, "/when");
    const why = `${key} doesn't list ${by}, and its condition ${when.held ? "holds" : "does not hold"}`;
    return { held: when.held, why, of: [when], parts: partsOf(when) };
  }
}

type Lists = { include: MemberList; exclude: MemberList };

/** Digests of the listed members, as they are published: eight bytes each, made once for a segment as it is. */
const lists = new WeakMap<ListedSegment, Lists>();

function listsOf(segment: ListedSegment): Lists {
  let found = lists.get(segment);
  if (found === undefined) {
    const { bytes, ranges } = packMembers([segment]);
    const members = new Members(bytes);
    const { include, exclude } = ranges.get(segment.key)!;
    found = { include: members.list(include)!, exclude: members.list(exclude)! };
    lists.set(segment, found);
  }
  return found;
}

function partsOf({ of = [] }: ConditionTrace): number {
  return of.reduce((sum, part) => sum + partsOf(part), 1);
}

function anyOf(by: string | readonly string[]): string {
  return typeof by === "string" ? `no ${by} that` : `none of ${by.join(", ")}`;
}

/** A value as a person reads it in a sentence; long ones are cut. */
function short(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
