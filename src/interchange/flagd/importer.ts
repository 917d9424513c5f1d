import { type Condition, type FlagType, isName, type Serve } from "../../contract/flag.ts";
import type { JsonValue } from "../../contract/json.ts";
import { isRecord, type JsonRecord, onlyKnown, own, record } from "../documents.ts";
import type { Converted, Documents, FlagInput, Options, RuleInput, Scalar } from "../importer.ts";
import { ALWAYS, all, exists, inSegment, isAlways, isIn, NEVER, not } from "../logic.ts";
import { Collector, type Draft, mapAll, type Place, refuse } from "../report.ts";
import { condition, type Scope, textual, versioned } from "./conditions.ts";
import { fractional } from "./fractional.ts";
import { argumentPlace, type Operation, read } from "./terms.ts";

/* flagd's flag definitions (design, interchange.md § 3). The reference is flagd in Go. */

const DOCUMENT = new Set(["flags", "$evaluators", "metadata", "$schema"]);
const FLAG = new Set([
  "key",
  "state",
  "variants",
  "defaultVariant",
  "targeting",
  "metadata",
  "flagSetId",
  "source",
  "selector",
]);
const RESERVED = ["version", "cohort", "ruleId", "override"];
/** Expressions of one flag, once references are put in. */
const MOST_TERMS = 20_000;

/** @throws Refusal of the whole document */
export function importFlagd({ main }: Documents, options: Options): Converted {
  const document = record(main, []);
  onlyKnown(document, DOCUMENT, []);
  const collector = new Collector(options);
  const world: World = {
    options,
    metadata: own(document, "metadata"),
    evaluators: new Map(Object.entries(own(document, "$evaluators") ?? {})),
    asked: new Set(),
  };
  const flags = own(document, "flags");
  if (Array.isArray(flags)) {
    for (const [i, flag] of flags.entries()) {
      const key = own(flag, "key");
      if (typeof key !== "string") refuse("format", ["flags", i], "A flag in a list must have a key.");
      collector.flag(key, ["flags", i], (draft) => convertFlag(key, flag, ["flags", i], draft, world));
    }
  } else {
    for (const [key, flag] of Object.entries(record(flags, ["flags"])))
      collector.flag(key, ["flags", key], (draft) => convertFlag(key, flag, ["flags", key], draft, world));
  }
  // A set is walked to its end, also over what is added on the way: references in references.
  for (const name of world.asked)
    collector.segment(name, ["$evaluators", name], (draft) => {
      const place = ["$evaluators", name];
      const when = condition(world.evaluators.get(name), place, scopeOf("", draft, world));
      draft.segments.push({ key: name, when });
    });
  return collector.finish("definitions");
}

type World = {
  options: Options;
  metadata: unknown;
  evaluators: ReadonlyMap<string, unknown>;
  /** Evaluators that stand in the place of a condition somewhere, and so become segments. */
  asked: Set<string>;
};

function convertFlag(key: string, value: unknown, place: Place, draft: Draft, world: World): void {
  const flag = record(value, place);
  onlyKnown(flag, FLAG, place);
  const state = own(flag, "state");
  if (state !== "ENABLED" && state !== "DISABLED")
    refuse("malformed", [...place, "state"], "The state must be ENABLED or DISABLED.");
  const { type, variants } = variantsOf(flag, place);
  const fallback = defaultOf(flag, variants, place);
  const targeting = own(flag, "targeting");
  const input: FlagInput = {
    key,
    type,
    variants,
    enabled: state === "ENABLED",
    offVariant: null,
    default: fallback,
    metadata: metadataOf(flag, place, draft, world),
  };
  if (
    targeting !== undefined &&
    targeting !== null &&
    Object.keys(record(targeting, [...place, "targeting"])).length > 0
  ) {
    const scope = {
      ...scopeOf(key, draft, world),
      options: world.options,
      variants: new Set(Object.keys(variants)),
      fallback,
      world,
      above: [],
    };
    input.rules = untilAlways(rules(targeting, ALWAYS, [...place, "targeting"], scope), fallback);
  }
  draft.flags.push(input);
}

/** What comes behind a rule that always decides is never reached, and a rule that says what the default does isn't needed. */
function untilAlways(all_: readonly RuleInput[], fallback: Serve): RuleInput[] {
  const decides = (rule: RuleInput): boolean => isAlways(rule.when ?? ALWAYS) && !("rollout" in rule.serve);
  const end = all_.findIndex(decides);
  const kept = end < 0 ? [...all_] : all_.slice(0, end + 1);
  const same = ({ serve }: RuleInput): boolean => JSON.stringify(serve) === JSON.stringify(fallback);
  while (kept.length > 0 && decides(kept.at(-1)!) && same(kept.at(-1)!)) kept.pop();
  return kept;
}

function variantsOf(flag: JsonRecord, place: Place): { type: FlagType; variants: Record<string, JsonValue> } {
  const at = [...place, "variants"];
  const entries = Object.entries(record(own(flag, "variants"), at));
  if (entries.length === 0) refuse("malformed", at, "A flag must have a variant.");
  const types = entries.map(([name, value]) => {
    if (!isName(name)) refuse("name", [...at, name], "The variant's name isn't a name here.");
    if (value === null) refuse("mixed-types", [...at, name], "null is no value of a variant here.");
    return typeof value as FlagType;
  });
  const odd = types.findIndex((type) => type !== types[0]);
  if (odd >= 0) refuse("mixed-types", [...at, entries[odd]![0]], "All variants must have values of one type.");
  return { type: types[0]!, variants: Object.fromEntries(entries) as Record<string, JsonValue> };
}

function defaultOf(flag: JsonRecord, variants: object, place: Place): Serve {
  const name = own(flag, "defaultVariant") ?? "";
  if (typeof name !== "string")
    refuse("malformed", [...place, "defaultVariant"], "The default must be named by a text.");
  if (name === "") return { codeDefault: true };
  if (!Object.hasOwn(variants, name))
    refuse("unknown-variant", [...place, "defaultVariant"], `${JSON.stringify(name)} is no variant of this flag.`);
  return { variant: name };
}

function metadataOf(flag: JsonRecord, place: Place, draft: Draft, world: World): Record<string, Scalar> {
  const metadata: Record<string, Scalar> = {};
  for (const [from, at] of [
    [world.metadata, ["metadata"]],
    [own(flag, "metadata"), [...place, "metadata"]],
  ] as const)
    for (const [name, value] of Object.entries(isRecord(from) ? from : {})) {
      const scalar = typeof value === "string" || typeof value === "boolean" || typeof value === "number";
      if (scalar && !RESERVED.includes(name) && isName(name)) metadata[name] = value;
      else
        draft.note(
          "reserved-metadata",
          [...at, name],
          "This metadata was left out: evaluations set it themselves, or it is no text, number or boolean.",
        );
    }
  return metadata;
}

// ---- references

function scopeOf(flagKey: string, draft: Draft, world: World): Scope {
  const budget = { left: MOST_TERMS };
  const scope: Scope = {
    flagKey,
    budget,
    draft,
    reference: (name, place) => {
      const [key, body] = evaluator(name, place, world);
      // One that asks for the flag's own key means something else in every flag.
      if (!JSON.stringify(body).includes("$flagd.flagKey")) {
        if (!isName(key)) refuse("name", place, "The evaluator's name isn't a name here.");
        world.asked.add(key);
        return inSegment(key);
      }
      if (above.has(key)) refuse("cycle", place, `The evaluator ${JSON.stringify(key)} refers to itself.`);
      above.add(key);
      const inner = condition(body, ["$evaluators", key], scope);
      above.delete(key);
      return inner;
    },
  };
  const above = new Set<string>();
  return scope;
}

function evaluator(name: unknown, place: Place, { evaluators }: World): [string, unknown] {
  if (typeof name !== "string" || !evaluators.has(name))
    return refuse("missing-reference", place, "There is no evaluator of this name.");
  return [name, evaluators.get(name)];
}

// ---- results

type Results = Scope & {
  options: Options;
  variants: ReadonlySet<string>;
  fallback: Serve;
  world: World;
  /** Evaluators that this is inside of. */
  above: readonly string[];
};

/** What a result serves under a guard; every path ends in a serve, so nothing falls out below. */
function rules(node: unknown, guard: Condition, place: Place, scope: Results): RuleInput[] {
  const term = read(node, place, scope);
  switch (term.kind) {
    case "literal":
      return [{ when: guard, serve: literal(term.value, place, scope) }];
    case "list":
      return refuse("jsonlogic", place, "A list is no result.");
    case "timestamp":
      return refuse("jsonlogic", place, "The time is no result.");
    case "variable": {
      const { path, fallback } = term;
      const named = [...scope.variants].map((variant): RuleInput => ({
        when: all(guard, isIn(path, [variant], { as: "text" })),
        serve: { variant },
      }));
      const unnamed: RuleInput = { when: all(guard, exists(path)), serve: { codeDefault: true } };
      return [...named, unnamed, { when: guard, serve: literal(fallback, place, scope) }];
    }
    case "operation":
      return ofOperation(term, guard, scope);
  }
}

/** The serve that a literal result stands for. */
function literal(value: string | number | boolean | null, place: Place, scope: Results): Serve {
  if (value === null) return scope.fallback;
  const variant = String(value);
  if (typeof value === "number" && !Number.isSafeInteger(value))
    refuse("jsonlogic", place, "A fraction is no variant.");
  if (!scope.variants.has(variant))
    refuse("unknown-variant", place, `${JSON.stringify(variant)} is no variant of this flag.`);
  return { variant };
}

function ofOperation(term: Operation, guard: Condition, scope: Results): RuleInput[] {
  const { name, place } = term;
  const truth = (held: boolean): Serve => literal(held, place, scope);
  switch (name) {
    case "if":
    case "?:":
      return branches(term, guard, scope);
    case "fractional":
      return fractional(term, guard, scope);
    case "$ref": {
      const [key, body] = evaluator(term.arguments[0], place, scope.world);
      if (scope.above.includes(key)) refuse("cycle", place, `The evaluator ${JSON.stringify(key)} refers to itself.`);
      return rules(body, guard, ["$evaluators", key], { ...scope, above: [...scope.above, key] });
    }
    case "starts_with":
    case "ends_with":
    case "sem_ver": {
      const { holds, typed } = name === "sem_ver" ? versioned(term, scope) : textual(term, scope);
      const served: RuleInput[] = [];
      if (holds !== NEVER) served.push({ when: all(guard, holds), serve: truth(true) });
      if (!isAlways(typed)) served.push({ when: all(guard, not(typed)), serve: scope.fallback });
      if (typed !== NEVER) served.push({ when: guard, serve: truth(false) });
      return served;
    }
    case "and":
    case "or":
      if (!term.arguments.every((one) => isBoolean(one))) break;
      return yesOrNo(term, guard, scope, truth);
    case "==":
    case "===":
    case "!=":
    case "!==":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "in":
    case "!":
    case "!!":
      return yesOrNo(term, guard, scope, truth);
  }
  return refuse(
    "jsonlogic",
    place,
    `The operation ${JSON.stringify(name.slice(0, 50))} has no counterpart here as a result.`,
  );
}

function yesOrNo(term: Operation, guard: Condition, scope: Results, truth: (held: boolean) => Serve): RuleInput[] {
  const holds = condition(
    { [term.name]: term.listed ? term.arguments : term.arguments[0] },
    term.place.slice(0, -1),
    scope,
  );
  return [
    { when: all(guard, holds), serve: truth(true) },
    { when: guard, serve: truth(false) },
  ];
}

const COMPARISONS = new Set(["==", "===", "!=", "!==", "<", "<=", ">", ">=", "in", "!", "!!"]);

/** Whether an expression is true or false, and nothing else: `and` and `or` give what they looked at last. */
function isBoolean(node: unknown): boolean {
  if (typeof node === "boolean") return true;
  if (!isRecord(node)) return false;
  const [name, ...more] = Object.keys(node);
  if (name === undefined || more.length > 0) return false;
  if (name !== "and" && name !== "or") return COMPARISONS.has(name);
  const parts = node[name];
  return Array.isArray(parts) && parts.length > 0 && parts.every(isBoolean);
}

/** Each result under its condition; a refusal of one doesn't hide those of the others. */
function branches(term: Operation, guard: Condition, scope: Results): RuleInput[] {
  const { arguments: parts } = term;
  const starts = Array.from({ length: Math.ceil(parts.length / 2) }, (_, i) => 2 * i);
  const made = mapAll(starts, (at): RuleInput[] => {
    if (at === parts.length - 1) return rules(parts[at], guard, argumentPlace(term, at), scope);
    const holds = condition(parts[at], argumentPlace(term, at), scope);
    if (holds === NEVER) return [];
    return rules(parts[at + 1], all(guard, holds), argumentPlace(term, at + 1), scope);
  });
  if (parts.length % 2 === 1) return made.flat();
  return [...made.flat(), { when: guard, serve: scope.fallback }];
}
