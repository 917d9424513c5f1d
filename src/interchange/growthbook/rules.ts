import type { Condition } from "../../contract/flag.ts";
import { type Arm, bucket, cutWhere, type Hashing, joined, rollout } from "../cuts.ts";
import { type JsonRecord, list, onlyKnown, own, record } from "../documents.ts";
import type { RuleInput } from "../importer.ts";
import { all, ALWAYS, isNever, NEVER, not } from "../logic.ts";
import { type Draft, type Place, refuse } from "../report.ts";
import type { MadeRules } from "../rules.ts";
import type { NamedValues } from "../values.ts";
import { condition, type Groups, pairOf, pairs } from "./conditions.ts";

/*
 * GrowthBook's rules (design, interchange.md § 5.1) as its JavaScript SDK applies them, in order: parents, filters, and
 * then either a value that is forced for a share, or an experiment.
 */

const RULE = new Set(
  (
    "id condition parentConditions force variations weights key hashAttribute fallbackAttribute hashVersion " +
    "disableStickyBucketing bucketVersion minBucketVersion range coverage namespace ranges meta filters seed name " +
    "phase tracks type banditVersion description"
  ).split(" "),
);
const PARENT = new Set(["id", "condition", "gate"]);
const FILTER = new Set(["seed", "ranges", "hashVersion", "attribute"]);
const META = new Set(["key", "name", "passthrough"]);

export type World = Groups & {
  draft: Draft;
  /** The key of the feature, or of the experiment. */
  key: string;
  values: NamedValues;
  /** The attribute that a name at the top of a context is here. @throws Refusal of what is no such name */
  hashed: (name: unknown, place: Place) => string;
  /** Whether the fallback attribute counts. */
  sticky: boolean;
  /** Who gets of a flag, the parent, a value that satisfies a condition. @throws Refusal */
  satisfied: (parent: unknown, condition: JsonRecord, place: Place) => Condition;
};

type Made = Omit<RuleInput, "id" | "name">;

/** What a rule becomes. @throws Refusal */
export function readRule(value: unknown, place: Place, world: World): MadeRules {
  const rule = record(value, place);
  for (const name of ["contextualVariations", "contextualBanditRef"])
    if (own(rule, name) !== undefined)
      refuse("vendor-runtime", [...place, name], "The weights of a contextual bandit are GrowthBook's to change.");
  onlyKnown(rule, RULE, place);
  const { gates, when } = parents(rule, place, world);
  return {
    id: own(rule, "id"),
    name: own(rule, "name"),
    rules: [...gates, ...(isNever(when) ? [] : served(rule, place, when, world))],
  };
}

/** Parents in order: the first that isn't satisfied decides whether there is no value at all, or the rule is skipped. */
export function parents(rule: JsonRecord, place: Place, world: World): { gates: Made[]; when: Condition } {
  const gates: Made[] = [];
  let when = ALWAYS;
  for (const [i, value] of list(own(rule, "parentConditions"), [...place, "parentConditions"]).entries()) {
    const at = [...place, "parentConditions", i];
    const parent = record(value, at);
    onlyKnown(parent, PARENT, at);
    const asked = own(parent, "condition") || {};
    const holds = world.satisfied(own(parent, "id"), record(asked, [...at, "condition"]), at);
    const blocked = all(when, not(holds));
    if (own(parent, "gate") && !isNever(blocked)) gates.push({ when: blocked, serve: { codeDefault: true } });
    when = all(when, holds);
  }
  return { gates, when };
}

function served(rule: JsonRecord, place: Place, when: Condition, world: World): Made[] {
  if (Object.hasOwn(rule, "force")) {
    const filters = own(rule, "filters");
    const filtered = filters ? filtering(filters, [...place, "filters"], world) : ALWAYS;
    return forced(rule, place, all(when, filtered, asked(rule, place, world)), world);
  }
  const variations = own(rule, "variations");
  if (!variations) return [];
  if (!Array.isArray(variations)) return refuse("malformed", [...place, "variations"], "This must be a list.");
  const { arms, hashing, meta } = experiment(rule, variations, place, world);
  const serving = arms.filter(({ index }) => {
    const passes = Boolean(own(meta[index], "passthrough"));
    if (passes)
      world.draft.note("holdout", [...place, "meta", index], "Whoever gets this variation goes on to the next rule.");
    return !passes;
  });
  const named = serving.map(({ index, ...arm }) => ({ ...arm, variant: world.values.variant(variations[index]) }));
  return byArms(all(when, enrolled(rule, place, world)), named, hashing);
}

/** Who may be in an experiment at all: filters, or else a namespace, and a condition. */
export function enrolled(rule: JsonRecord, place: Place, world: World): Condition {
  const filters = own(rule, "filters");
  const within = filters ? filtering(filters, [...place, "filters"], world) : inNamespace(rule, place, world);
  return all(within, asked(rule, place, world));
}

function asked(rule: JsonRecord, place: Place, world: World): Condition {
  const value = own(rule, "condition");
  return value ? condition(value, [...place, "condition"], world) : ALWAYS;
}

// ---- who is hashed

/** null: no place can be computed, so that nobody is in. */
function hashingOf(rule: JsonRecord, place: Place, seed: unknown, world: World): Hashing | null {
  const version = own(rule, "hashVersion") || 1;
  if (version !== 1 && version !== 2) return null;
  if (typeof seed !== "string") return refuse("malformed", [...place, "seed"], "A seed must be a text.");
  const by = [world.hashed(own(rule, "hashAttribute") || "id", [...place, "hashAttribute"])];
  const fallback = own(rule, "fallbackAttribute");
  if (fallback) {
    const counts = world.sticky && own(rule, "disableStickyBucketing") !== true;
    world.draft.note(
      "vendor-runtime",
      [...place, "fallbackAttribute"],
      counts
        ? "Who has only the fallback attribute is bucketed by it; assignments that GrowthBook stored stay behind."
        : "The fallback attribute is ignored, as in an SDK without sticky bucketing.",
    );
    if (counts) by.push(world.hashed(fallback, [...place, "fallbackAttribute"]));
  }
  return hashing(version, by, seed);
}

function hashing(version: 1 | 2, by: string[], salt: string): Hashing {
  const v1 = version === 1;
  return {
    by: by.length === 1 ? by[0]! : by,
    hash: v1 ? "growthbook-v1" : "growthbook-v2",
    salt,
    as: "truthy",
    places: v1 ? 1_000 : 10_000,
  };
}

type Stretch = readonly [from: number, to: number];

/** The places from one fraction on and before another. */
function stretch([start, end]: readonly [number, number], places: number): Stretch {
  return [cutWhere(places, (n) => n / places < start), cutWhere(places, (n) => n / places < end)];
}

function wide([from, to]: Stretch): boolean {
  return from < to;
}

/** Every filter must have a stretch in which the context is. */
function filtering(filters: unknown, place: Place, world: World): Condition {
  const parts = list(filters, place).map((value, i): Condition => {
    const at = [...place, i];
    const filter = record(value, at);
    onlyKnown(filter, FILTER, at);
    const version = own(filter, "hashVersion") || 2;
    if (version !== 1 && version !== 2) return NEVER;
    const seed = own(filter, "seed");
    if (typeof seed !== "string") return refuse("malformed", [...at, "seed"], "A seed must be a text.");
    const by = world.hashed(own(filter, "attribute") || "id", [...at, "attribute"]);
    const hashed = hashing(version, [by], seed);
    const stretches = pairs(own(filter, "ranges"), [...at, "ranges"]).map((pair) => stretch(pair, hashed.places));
    return inBucket(stretches, hashed);
  });
  return all(...parts);
}

function inBucket(stretches: readonly Stretch[], hashed: Hashing): Condition {
  const some = stretches.filter(wide);
  return some.length === 0 ? NEVER : bucket(some, hashed);
}

function inNamespace(rule: JsonRecord, place: Place, world: World): Condition {
  const namespace = own(rule, "namespace");
  if (!namespace) return ALWAYS;
  const at = [...place, "namespace"];
  if (!Array.isArray(namespace) || typeof namespace[0] !== "string")
    return refuse("malformed", at, "A namespace must be its id and two numbers.");
  const hashed = hashingOf(rule, place, "", world);
  if (hashed === null) return NEVER;
  const of: Hashing = { ...hashed, hash: "growthbook-v1", salt: `__${namespace[0]}`, places: 1_000 };
  return inBucket([stretch(pairOf(namespace.slice(1), at), of.places)], of);
}

// ---- values that are forced

function forced(rule: JsonRecord, place: Place, when: Condition, world: World): Made[] {
  if (isNever(when)) return [];
  const variant = world.values.variant(own(rule, "force"));
  const [range, coverage] = [own(rule, "range"), own(rule, "coverage")];
  if (!range && coverage === undefined)
    return [{ when, serve: variant === null ? { codeDefault: true } : { variant } }];
  if (!range && typeof coverage !== "number")
    return refuse("malformed", [...place, "coverage"], "A coverage must be a number.");
  if (!range && coverage === 0) return [];
  const hashed = hashingOf(rule, place, own(rule, "seed") || world.key, world);
  if (hashed === null) return [];
  const { places } = hashed;
  const [from, to] = range
    ? stretch(pairOf(range, [...place, "range"]), places)
    : [0, cutWhere(places, (n) => n / places <= (coverage as number))];
  return byArms(when, [{ variant, from, to }], hashed);
}

// ---- experiments

type Served = Omit<Arm, "variant"> & { variant: string | null };

/** Serves each arm's variant; one that is no value becomes a rule of its own. */
export function byArms(when: Condition, arms: readonly Served[], hashed: Hashing | null): Made[] {
  const some = arms.filter(({ from, to }) => from < to);
  if (hashed === null || isNever(when) || some.length === 0) return [];
  const none = some.filter(({ variant }) => variant === null);
  const rest = some.filter((arm): arm is Arm => arm.variant !== null);
  const rules: Made[] = [];
  if (none.length > 0) {
    const stretches = none.map(({ from, to }): Stretch => [from, to]);
    rules.push({ when: all(when, bucket(stretches, hashed)), serve: { codeDefault: true } });
  }
  if (rest.length > 0) rules.push({ when, serve: rollout(joined(rest), hashed, { otherwise: null, absent: "skip" }) });
  return rules;
}

export type Experiment = { arms: Owned[]; hashing: Hashing | null; meta: readonly unknown[] };

/** The places of each of an experiment's variations. */
export function experiment(rule: JsonRecord, variations: readonly unknown[], place: Place, world: World): Experiment {
  const meta = metaOf(rule, variations.length, place);
  const minimum = own(rule, "minBucketVersion");
  if (typeof minimum === "number" && minimum > 0)
    world.draft.note(
      "vendor-runtime",
      [...place, "minBucketVersion"],
      "Whoever GrowthBook remembers from an earlier version is left out there by sticky bucketing, and not here.",
    );
  const seed = own(rule, "seed") || own(rule, "key") || world.key;
  const hashed = variations.length < 2 ? null : hashingOf(rule, place, seed, world);
  if (hashed === null) return { arms: [], hashing: null, meta };
  const stretches = rangesOf(rule, variations.length, place).map((pair) => stretch(pair, hashed.places));
  return { arms: firstOf(stretches).filter(({ index }) => index < variations.length), hashing: hashed, meta };
}

/** GrowthBook fails where there is a `meta` without an entry for each variation. */
function metaOf(rule: JsonRecord, variations: number, place: Place): readonly unknown[] {
  const at = [...place, "meta"];
  const meta = own(rule, "meta");
  if (!meta) return [];
  const entries = list(meta, at);
  if (entries.length < Math.max(1, variations)) refuse("malformed", at, "There must be an entry for each variation.");
  for (const [i, one] of entries.entries()) onlyKnown(record(one, [...at, i]), META, [...at, i]);
  return entries;
}

function rangesOf(rule: JsonRecord, variations: number, place: Place): (readonly [number, number])[] {
  const ranges = own(rule, "ranges");
  if (ranges) return pairs(ranges, [...place, "ranges"]);
  const given = Object.hasOwn(rule, "coverage") ? own(rule, "coverage") : 1;
  if (typeof given !== "number") return refuse("malformed", [...place, "coverage"], "A coverage must be a number.");
  const coverage = Math.min(1, Math.max(0, given));
  let cumulative = 0;
  return weightsOf(rule, variations, place).map((weight) => {
    const start = cumulative;
    cumulative += weight;
    return [start, start + coverage * weight];
  });
}

/** Equal weights stand for those whose number or sum is wrong. */
function weightsOf(rule: JsonRecord, variations: number, place: Place): readonly number[] {
  const equal = Array.from({ length: variations }, () => 1 / variations);
  const at = [...place, "weights"];
  const weights = own(rule, "weights");
  if (!weights) return equal;
  const numbers = list(weights, at).map((weight, i) =>
    typeof weight === "number" ? weight : refuse("malformed", [...at, i], "A weight must be a number."),
  );
  const sum = numbers.reduce((total, weight) => total + weight, 0);
  return numbers.length !== variations || sum < 0.99 || sum > 1.01 ? equal : numbers;
}

type Owned = { index: number; from: number; to: number };

/** The places of each stretch that no earlier one has. */
function firstOf(stretches: readonly Stretch[]): Owned[] {
  const owned: Owned[] = [];
  for (const [index, whole] of stretches.entries()) {
    let free = [whole].filter(wide);
    for (const { from, to } of owned)
      free = free.flatMap(([a, b]): Stretch[] =>
        [[a, Math.min(b, from)] as const, [Math.max(a, to), b] as const].filter(wide),
      );
    owned.push(...free.map(([from, to]) => ({ index, from, to })));
  }
  return owned;
}
