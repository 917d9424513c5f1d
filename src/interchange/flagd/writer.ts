import type { Clause, Condition, Flag, Rollout, Serve } from "../../contract/flag.ts";
import { parseInstant } from "../../contract/instant.ts";
import type { JsonValue } from "../../contract/json.ts";
import type { Segment } from "../../contract/segment.ts";
import { Rollout as Stretches } from "../../core/buckets.ts";
import type { Issue } from "../importer.ts";
import { mapAll, type Place, Refusal, refuse as refuseFor } from "../report.ts";
import type { Why } from "./reasons.ts";

/*
 * Flags as flagd's definitions, in its second generation of bucketing (design, interchange.md § 8.5). Only what flagd says
 * exactly is written; other flags are told and left out. The Worker has this for its feed, so why something is left out is
 * a word here; the sentences are in `reasons.ts`.
 */

/** A flag that is left out. The `reason` of each issue is one of `Why`. */
export type Left = { flag: string; issues: readonly Issue[] };

const refuse: (code: Issue["code"], place: Place, why: Why) => never = refuseFor;

/** What is written out: of a flag what evaluation needs. */
type Source = Pick<
  Flag,
  "key" | "variants" | "enabled" | "offVariant" | "prerequisites" | "rules" | "default" | "metadata"
>;
/** A segment; null for members of which only digests are known. */
type Group = Pick<Segment, "key" | "by" | "when"> & Record<"include" | "exclude", readonly string[] | null>;

type Json = JsonValue;
export const LARGEST_SUM = 2 ** 31 - 1;
/** Rollouts that pass on repeat what follows them, and so do segments: no more parts than this are written for a flag. */
const MOST_PARTS = 20_000;
/** And as many for all segments. */
const MOST_SEGMENT_PARTS = 1_000_000;

/** The flags that flagd can say, by key, with the evaluators they refer to, and those that it can't. null: left alone. */
export function writeFlagd(
  flags: readonly (Source | null)[],
  segments: readonly Group[],
): { written: { [key: string]: Json }; evaluators: ReadonlyMap<string, Json>; left: Left[] } {
  const writer = new Writer(segments);
  const written: Record<string, Json> = {};
  const left: Left[] = [];
  for (const [index, flag] of flags.entries()) {
    if (flag === null) continue;
    try {
      Object.defineProperty(written, flag.key, { value: writer.flag(flag, ["flags", index]), enumerable: true });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      left.push({ flag: flag.key, issues: error.issues });
    }
  }
  return { written, evaluators: writer.evaluators, left };
}

/** A segment as it is written, or why it can't be. */
type Written = { said: Json; referable: boolean } | { issue: Issue };

class Writer {
  readonly evaluators = new Map<string, Json>();
  readonly #segments: ReadonlyMap<string, Group>;
  readonly #known = new Map<string, Written>();
  #parts = 0;
  /** In segments. */
  #written = 0;
  /** How many segments deep a condition is. */
  #depth = 0;

  constructor(segments: readonly Group[]) {
    this.#segments = new Map(segments.map((segment) => [segment.key, segment]));
  }

  flag(flag: Source, place: Place): Json {
    this.#parts = 0;
    if (flag.prerequisites.length > 0) refuse("jsonlogic", [...place, "prerequisites"], "prerequisites");
    // flagd replaces references in the text of all flags, whatever they stand in.
    if (JSON.stringify([flag.variants, flag.metadata]).includes('"$ref"'))
      refuse("jsonlogic", [...place, "variants"], "reference");
    const { offVariant } = flag;
    const off = !flag.enabled && offVariant !== null;
    const fixed = "variant" in flag.default ? flag.default.variant : null;
    const defaultVariant = off ? offVariant : fixed;
    const targeting = off ? undefined : this.#chain(flag, place);
    return {
      state: flag.enabled || off ? "ENABLED" : "DISABLED",
      variants: flag.variants,
      ...(defaultVariant === null ? {} : { defaultVariant }),
      ...(targeting === undefined ? {} : { targeting }),
      ...(Object.keys(flag.metadata).length > 0 ? { metadata: flag.metadata } : {}),
    };
  }

  /** One `if` for all rules, from the last to the first: a rollout that passes on has what follows it in its arms. */
  #chain(flag: Source, place: Place): Json | undefined {
    const { rules } = flag;
    const coded = rules.findIndex(({ serve }) => "codeDefault" in serve);
    if (coded >= 0 && "variant" in flag.default)
      refuse("jsonlogic", [...place, "rules", coded, "serve"], "code default");
    if (rules.length === 0 && !("rollout" in flag.default)) return undefined;
    let rest = this.#serve(flag.default, flag.key, null, [...place, "default"]);
    const made = mapAll(rules, (rule, i) => {
      const at = [...place, "rules", i];
      const when = [this.#condition(rule.when, [...at, "when"]), windowOf(rule.window, [...at, "window"])];
      return [joined("and", when, true), rule.serve, at] as const;
    });
    for (const [when, serve, at] of made.toReversed()) {
      const served = this.#serve(serve, flag.key, rest, [...at, "serve"]);
      if (when === true) rest = served;
      else if (isChain(rest)) rest = { if: [when, served, ...rest.if] };
      else rest = { if: [when, served, rest] };
    }
    return typeof rest === "object" && rest !== null ? rest : { if: [true, rest] };
  }

  #serve(serve: Serve, key: string, rest: Json, place: Place): Json {
    if ("variant" in serve) return serve.variant;
    if ("codeDefault" in serve) return null;
    return this.#rollout(serve.rollout, key, rest, [...place, "rollout"]);
  }

  #count(part: Json, place: Place): void {
    this.#parts += sizeOf(part);
    if (this.#parts > MOST_PARTS) refuse("limit", place, "long");
  }

  #rollout(rollout: Rollout, key: string, rest: Json, place: Place): Json {
    const { by, salt = key, hash, as = "id" } = rollout;
    if (hash !== "murmur3" || as !== "id") refuse("jsonlogic", [...place, "hash"], "hash");
    const [attribute, ...more] = typeof by === "string" ? [by] : by;
    if (attribute === undefined || more.length > 0) return refuse("jsonlogic", [...place, "by"], "several");
    if (!isReadable(attribute)) refuse("jsonlogic", [...place, "by"], "name");
    if (!("split" in rollout)) return refuse("limit", [...place, "ranges"], "ranges");
    const end = (variant: string | null): Json => variant ?? rest;
    const arms = armsOf(rollout, end);
    const whole = arms.reduce((sum, [, weight]) => sum + weight, 0);
    if (whole > LARGEST_SUM) refuse("limit", [...place, "split"], "sum");
    for (const [served] of arms) this.#count(served, place);
    const implicit = salt === key && attribute === "targetingKey";
    const subject: Json[] = implicit ? [] : [{ cat: [salt, { var: attribute }] }];
    const only = arms.length === 1 ? arms[0]![0] : undefined;
    const spread = only === undefined ? { fractional: [...subject, ...arms] } : only;
    const absent = absentOf(rollout, end);
    const of = (text: string): Json => {
      const stretches = new Stretches<Json>(rollout, key, end, rest);
      return stretches.pick({ [attribute]: text });
    };
    // flagd takes an empty targeting key, and 0, for none.
    const falsy: Json[] =
      implicit && only === undefined
        ? [{ "===": [{ var: attribute }, ""] }, of(""), { "===": [{ var: attribute }, 0] }, of("0")]
        : [];
    for (const part of [absent, ...falsy]) this.#count(part, place);
    return { if: [{ "===": [{ var: attribute }, null] }, absent, ...falsy, spread] };
  }

  // ---- conditions

  #condition(node: Condition, place: Place): Json {
    if ("all" in node)
      return joined(
        "and",
        node.all.map((child, i) => this.#condition(child, [...place, "all", i])),
        true,
      );
    if ("any" in node)
      return joined(
        "or",
        node.any.map((child, i) => this.#condition(child, [...place, "any", i])),
        false,
      );
    if ("not" in node) {
      const inner = this.#condition(node.not, [...place, "not"]);
      return typeof inner === "boolean" ? !inner : { "!": [inner] };
    }
    if ("segment" in node) return this.#reference(node.segment, place);
    if ("window" in node) return windowOf(node.window, place);
    if ("flag" in node) return refuse("jsonlogic", place, "flag");
    if ("bucket" in node) return refuse("jsonlogic", place, "bucket");
    return clauseOf(node, place);
  }

  /**
   * A segment becomes an evaluator where every engine finds it: they replace references in the text, once, in no certain
   * order, and some take a `$` in it for a pattern. Else, and within another segment, it is written out.
   */
  #reference(key: string, place: Place): Json {
    const known = this.#known.get(key) ?? this.#write(key, place);
    if ("issue" in known) return refuse(known.issue.code, place, known.issue.reason as Why);
    if (this.#depth > 0 || !known.referable) {
      this.#count(known.said, place);
      return known.said;
    }
    this.evaluators.set(key, known.said);
    return { $ref: key };
  }

  /** Writes a segment once, and keeps it. */
  #write(key: string, place: Place): Written {
    const issue = (code: Issue["code"], reason: Why): Written => {
      return { issue: { code, level: "refused", path: "", reason } };
    };
    this.#known.set(key, issue("cycle", "cycle"));
    const parts = this.#parts;
    this.#parts = 0;
    this.#depth++;
    let made: Written;
    try {
      const segment = this.#segments.get(key);
      if (segment === undefined) made = issue("missing-reference", "segment");
      else {
        const said = this.#segment(segment, place);
        this.#count(said, place);
        this.#written += this.#parts;
        if (this.#written > MOST_SEGMENT_PARTS) return refuse("limit", place, "long segments");
        const referable = /^[\w-]+$/.test(key) && typeof said === "object" && !JSON.stringify(said).includes("$");
        made = { said, referable };
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      made = { issue: error.issues[0]! };
    }
    this.#depth--;
    this.#parts = parts;
    this.#known.set(key, made);
    return made;
  }

  #segment({ by, include, exclude, when }: Group, place: Place): Json {
    const listed = (members: readonly string[] | null): Json => {
      if (members === null) return refuse("big-segment", place, "digests");
      if (members.length === 0) return false;
      if (members.length > 10_000) refuse("limit", place, "members");
      if (!isReadable(by)) refuse("jsonlogic", place, "name");
      return { in: [{ var: by }, [...members]] };
    };
    const excluded = listed(exclude);
    const inside = joined("or", [listed(include), this.#condition(when, place)], false);
    return excluded === false ? inside : joined("and", [{ "!": [excluded] }, inside], true);
  }
}

/** Whether flagd finds an attribute by its path as we do. */
function isReadable(path: string): boolean {
  return path !== "" && !path.startsWith("$flagd") && !path.includes("\\") && !path.includes("../");
}

type Arm = [served: Json, weight: number];

/** Arms whose edges are the rollout's own: of each variant its share, and the rest of its stretch for the others. */
function armsOf(rollout: Extract<Rollout, { split: unknown }>, end: (variant: string | null) => Json): Arm[] {
  const share = Math.round(rollout.percentage * 1000);
  const arms = rollout.split.flatMap(({ variant, weight }): Arm[] => [
    [end(variant), share * weight],
    [end(rollout.otherwise), (100_000 - share) * weight],
  ]);
  const wide = arms.filter(([, weight]) => weight > 0);
  const divisor = wide.reduce((a, [, weight]) => greatestCommonDivisor(a, weight), 0);
  return wide.map(([served, weight]) => [served, weight / divisor]);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function absentOf(rollout: Extract<Rollout, { split: unknown }>, end: (variant: string | null) => Json): Json {
  const { absent, otherwise, split } = rollout;
  if (typeof absent === "object") return end(absent.variant);
  if (absent === "first") return end(split[0]!.variant);
  return end(absent === "skip" ? null : otherwise);
}

type Chain = { if: Json[] };

function isChain(part: Json): part is Chain {
  return typeof part === "object" && part !== null && "if" in part;
}

function joined(operation: "and" | "or", parts: readonly Json[], empty: boolean): Json {
  const left = parts.filter((part) => part !== empty);
  if (left.includes(!empty)) return !empty;
  if (left.length === 0) return empty;
  return left.length === 1 ? left[0]! : { [operation]: left };
}

function windowOf({ from, until }: { from: string | null; until: string | null }, place: Place): Json {
  const edge = (name: string, text: string | null, operation: string): Json => {
    if (text === null) return true;
    const seconds = parseInstant(text)! / 1000;
    if (!Number.isInteger(seconds)) refuse("date", [...place, name], "seconds");
    return { [operation]: [{ var: "$flagd.timestamp" }, seconds] };
  };
  return joined("and", [edge("from", from, ">="), edge("until", until, "<")], true);
}

const ORDERS: { [operator: string]: string } = { lessThan: "<", atMost: "<=", greaterThan: ">", atLeast: ">=" };

function clauseOf(clause: Clause, place: Place): Json {
  const { attribute, operator, as = "each" } = clause;
  const subject = { var: attribute };
  const plain = as === "each" || as === "whole" || as === "typed";
  const anyOf = (values: readonly Json[], make: (value: Json) => Json): Json => joined("or", values.map(make), false);
  const cant = (): never => refuse("jsonlogic", place, "operator");
  if ("ignoreCase" in clause && clause.ignoreCase) return refuse("jsonlogic", place, "case");
  if (!isReadable(attribute)) return cant();
  switch (operator) {
    case "exists":
      return { "!==": [subject, null] };
    case "in":
      if (as === "truth") return anyOf(clause.values, (value) => (value === true ? { "!!": [subject] } : cant()));
      return plain ? (clause.values.length === 0 ? false : { in: [subject, clause.values] }) : cant();
    case "contains":
      if (!plain || clause.values.includes("")) return cant();
      return anyOf(clause.values, (value) => ({ in: [value, subject] }));
    case "startsWith":
    case "endsWith":
      return plain
        ? anyOf(clause.values, (value) => ({
            [operator === "startsWith" ? "starts_with" : "ends_with"]: [subject, value],
          }))
        : cant();
    case "lessThan":
    case "atMost":
    case "greaterThan":
    case "atLeast":
      if (!plain && as !== "number") return cant();
      return joined(
        "and",
        [
          // JsonLogic takes these for numbers.
          ...[null, "", true, false].map((value) => ({ "!==": [subject, value] })),
          anyOf(clause.values, (value) => ({ [ORDERS[operator]!]: [subject, Number(value)] })),
        ],
        true,
      );
    case "version":
      if (clause.scheme !== "loose") return cant();
      return anyOf(clause.values, (value) => {
        const [, comparison, wanted] = /^(=|[<>]=?)(.*)$/s.exec(value as string)!;
        return { sem_ver: [subject, comparison!, wanted!] };
      });
    case "matches":
    case "before":
    case "after":
    case "semver":
    case "cidr":
    case "containsAll":
    case "type":
      return cant();
  }
}

function sizeOf(part: Json): number {
  if (typeof part !== "object" || part === null) return 1;
  return Object.values(part).reduce((sum: number, child) => sum + sizeOf(child), 1);
}
