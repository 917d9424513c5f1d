import { type Clause, type Condition, type Flag, isName, type Rollout, type Serve } from "../../contract/flag.ts";
import { parseInstant } from "../../contract/instant.ts";
import type { JsonValue } from "../../contract/json.ts";
import type { Segment } from "../../contract/segment.ts";
import { Rollout as Stretches } from "../../core/buckets.ts";
import type { NativeDocument } from "../convert.ts";
import type { Issue } from "../importer.ts";
import { mapAll, type Place, Refusal, refuse } from "../report.ts";

/*
 * The way out: flags as flagd's definitions, in its second generation of bucketing (design, interchange.md § 8.5). Only
 * what flagd says exactly is written; other flags are told and left out.
 */

export type Exported = {
  /** The definitions as JSON; null where flags are left out and it wasn't said that the others are wanted. */
  text: string | null;
  left: { flag: string; issues: readonly Issue[] }[];
};

type Json = JsonValue;
const LARGEST_SUM = 2 ** 31 - 1;
/** Rollouts that pass on repeat what follows them: no more parts than this are written for a flag. */
const MOST_PARTS = 20_000;

/** `partial`: flags that can't be said are left out; without it, any of them leaves out all. */
export function exportFlagd({ flags, segments }: NativeDocument, { partial = false } = {}): Exported {
  const writer = new Writer(segments);
  const written: Record<string, Json> = {};
  const left: Exported["left"] = [];
  for (const [index, flag] of flags.entries())
    try {
      Object.defineProperty(written, flag.key, { value: writer.flag(flag, ["flags", index]), enumerable: true });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      left.push({ flag: flag.key, issues: error.issues });
    }
  if (left.length > 0 && !partial) return { text: null, left };
  const $evaluators = Object.fromEntries(writer.evaluators);
  const document = { $schema: SCHEMA, flags: written, ...(writer.evaluators.size > 0 ? { $evaluators } : {}) };
  return { text: `${JSON.stringify(document, null, 2)}\n`, left };
}

const SCHEMA = "https://flagd.dev/schema/v0/flags.json";

class Writer {
  readonly evaluators = new Map<string, Json>();
  private readonly segments: ReadonlyMap<string, Segment>;
  private parts = 0;

  constructor(segments: readonly Segment[]) {
    this.segments = new Map(segments.map((segment) => [segment.key, segment]));
  }

  flag(flag: Flag, place: Place): Json {
    this.parts = 0;
    if (flag.prerequisites.length > 0) refuse("jsonlogic", [...place, "prerequisites"], "flagd has no prerequisites.");
    const { key: _key, offVariant } = flag;
    const off = !flag.enabled && offVariant !== null;
    const fixed = "variant" in flag.default ? flag.default.variant : null;
    const defaultVariant = off ? offVariant : fixed;
    const targeting = off ? undefined : this.chain(flag, place);
    return {
      state: flag.enabled || off ? "ENABLED" : "DISABLED",
      variants: flag.variants,
      ...(defaultVariant === null ? {} : { defaultVariant }),
      ...(targeting === undefined ? {} : { targeting }),
      ...(Object.keys(flag.metadata).length > 0 ? { metadata: flag.metadata } : {}),
    };
  }

  /** One `if` for all rules, from the last to the first: a rollout that passes on has what follows it in its arms. */
  private chain(flag: Flag, place: Place): Json | undefined {
    const { rules } = flag;
    const coded = rules.findIndex(({ serve }) => "codeDefault" in serve);
    if (coded >= 0 && "variant" in flag.default)
      refuse(
        "jsonlogic",
        [...place, "rules", coded, "serve"],
        "flagd can't serve the code's default from a rule of a flag that has a default.",
      );
    if (rules.length === 0 && !("rollout" in flag.default)) return undefined;
    let rest = this.serve(flag.default, flag.key, null, [...place, "default"]);
    const made = mapAll(rules, (rule, i) => {
      const at = [...place, "rules", i];
      return [this.condition({ all: [rule.when, { window: rule.window }] }, [...at, "when"]), rule.serve, at] as const;
    });
    for (const [when, serve, at] of made.toReversed()) {
      const served = this.serve(serve, flag.key, rest, [...at, "serve"]);
      if (when === true) rest = served;
      else if (isChain(rest)) rest = { if: [when, served, ...rest.if] };
      else rest = { if: [when, served, rest] };
    }
    return typeof rest === "object" && rest !== null ? rest : { if: [true, rest] };
  }

  private serve(serve: Serve, key: string, rest: Json, place: Place): Json {
    this.count(rest, place);
    if ("variant" in serve) return serve.variant;
    if ("codeDefault" in serve) return null;
    return this.rollout(serve.rollout, key, rest, [...place, "rollout"]);
  }

  private count(part: Json, place: Place): void {
    this.parts += sizeOf(part);
    if (this.parts > MOST_PARTS) refuse("limit", place, "Written out for flagd, this flag would become too long.");
  }

  private rollout(rollout: Rollout, key: string, rest: Json, place: Place): Json {
    const { by, salt = key, hash, as = "id" } = rollout;
    if (hash !== "murmur3" || as !== "id")
      refuse("jsonlogic", [...place, "hash"], "flagd's second generation of bucketing has another hash.");
    const [attribute, ...more] = typeof by === "string" ? [by] : by;
    if (attribute === undefined || more.length > 0)
      return refuse("jsonlogic", [...place, "by"], "flagd hashes one attribute, not the first of several.");
    if (!("split" in rollout))
      return refuse("limit", [...place, "ranges"], "flagd's weights aren't fine enough for ranges.");
    const end = (variant: string | null): Json => variant ?? rest;
    const arms = armsOf(rollout, end);
    const whole = arms.reduce((sum, [, weight]) => sum + weight, 0);
    if (whole > LARGEST_SUM)
      refuse("limit", [...place, "split"], `flagd's weights may add up to ${LARGEST_SUM}, these would make ${whole}.`);
    for (const [served] of arms) this.count(served, place);
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
    return { if: [{ "===": [{ var: attribute }, null] }, absent, ...falsy, spread] };
  }

  // ---- conditions

  private condition(node: Condition, place: Place): Json {
    if ("all" in node)
      return joined(
        "and",
        node.all.map((child, i) => this.condition(child, [...place, "all", i])),
        true,
      );
    if ("any" in node)
      return joined(
        "or",
        node.any.map((child, i) => this.condition(child, [...place, "any", i])),
        false,
      );
    if ("not" in node) {
      const inner = this.condition(node.not, [...place, "not"]);
      return typeof inner === "boolean" ? !inner : { "!": [inner] };
    }
    if ("segment" in node) return this.reference(node.segment, place);
    if ("window" in node) return windowOf(node.window, place);
    if ("flag" in node) return refuse("jsonlogic", place, "flagd can't ask what another flag serves.");
    if ("bucket" in node) return refuse("jsonlogic", place, "flagd has no buckets in conditions.");
    return clauseOf(node, place);
  }

  /** A segment becomes an evaluator, if its name can be found by flagd's replacement of texts. */
  private reference(key: string, place: Place): Json {
    const segment = this.segments.get(key);
    if (segment === undefined) return refuse("missing-reference", place, "The segment isn't in the document.");
    if (!/^[\w-]+$/.test(key) || !isName(key)) return this.segment(segment, place);
    if (!this.evaluators.has(key)) this.evaluators.set(key, this.segment(segment, place));
    return { $ref: key };
  }

  private segment({ by, include, exclude, when }: Segment, place: Place): Json {
    const listed = (members: readonly string[]): Json =>
      members.length === 0 ? false : { in: [{ var: by }, [...members]] };
    for (const list of [include, exclude])
      if (list.length > 10_000) refuse("limit", place, "The segment lists more than 10 000 members.");
    const excluded = listed(exclude);
    const inside = joined("or", [listed(include), this.condition(when, place)], false);
    return excluded === false ? inside : joined("and", [{ "!": [excluded] }, inside], true);
  }
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
    if (!Number.isInteger(seconds)) refuse("date", [...place, name], "flagd's time is in whole seconds.");
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
  const cant = (): never =>
    refuse("jsonlogic", place, `flagd can't say ${operator}${as === "each" ? "" : ` as ${as}`} exactly.`);
  if ("ignoreCase" in clause && clause.ignoreCase) return refuse("jsonlogic", place, "flagd doesn't ignore case.");
  if (attribute.startsWith("$flagd") || attribute.includes("\\") || attribute.includes("../") || attribute === "")
    return cant();
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
          { "!==": [subject, null] },
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
