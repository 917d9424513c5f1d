import { type Condition, type FlagType, isName } from "../../contract/flag.ts";
import type { JsonValue } from "../../contract/json.ts";
import { textOf } from "../../core/attributes.ts";
import { onlyKnown, own, record, text } from "../documents.ts";
import type { Converted, Documents, FlagInput, Options, RuleInput } from "../importer.ts";
import { all, any, NEVER, not, serves } from "../logic.ts";
import { Collector, type Draft, mapAll, type Place, refuse } from "../report.ts";
import { constraints } from "./constraints.ts";
import { type Feature, type Instance, type Part, readInstance, type Segment } from "./documents.ts";
import {
  isOn,
  readStrategy,
  readVariant,
  type Strategy,
  type Variants,
  variantRules,
  type World,
} from "./strategies.ts";

/*
 * Unleash's features (design, interchange.md § 4). Whether a feature is on and which variant it has are two questions: a
 * feature with variants becomes two flags. The reference are the engines that share Unleash's core (RE2, UTF-8).
 */

const FEATURE = new Set(
  (
    "name type enabled project stale staleAt strategies variants description impressionData dependencies createdAt " +
    "lastSeenAt archived archivedAt createdByUserId createdBy featureName environments tags favorite children " +
    "lastSeenByEnvironment"
  ).split(" "),
);
const SEGMENT = new Set(
  "id name description constraints project createdBy createdAt usedInProjects usedInFeatures".split(" "),
);
const DEPENDENCY = new Set(["feature", "enabled", "variants"]);
const KINDS: { [type: string]: NonNullable<FlagInput["kind"]> } = {
  release: "release",
  experiment: "experiment",
  operational: "operational",
  permission: "permission",
  "kill-switch": "operational",
};

/** @throws Refusal of the whole document */
export function importUnleash(documents: Documents, options: Options): Converted {
  const instance = readInstance(documents);
  const collector = new Collector(options);
  const project = new Project(instance, options);
  for (const feature of instance.features)
    if (own(feature.value, "archived") === true) collector.skip("flag", feature.name, feature.place);
    else collector.flag(feature.name, feature.place, (draft) => project.convert(feature, draft));
  for (const segment of instance.segments)
    if (project.used.has(segment)) {
      const { key, place } = project.keyed(segment);
      collector.segment(key, place, (draft) => convertSegment(segment, key, draft, options));
    } else collector.skip("segment", project.keyed(segment).key, segment.place);
  return collector.finish(instance.shape);
}

function convertSegment({ value, place }: Segment, key: string, draft: Draft, options: Options): void {
  onlyKnown(value, SEGMENT, place);
  const list = own(value, "constraints");
  const parts = (Array.isArray(list) ? list : []).map((one: unknown, i): Part => ({
    value: one,
    place: [...place, "constraints", i],
  }));
  const description = own(value, "description");
  draft.segments.push({
    key,
    when: constraints(parts, { draft, options }),
    ...(typeof description === "string" ? { description } : {}),
  });
}

class Project {
  /** Segments that a strategy names. */
  readonly used = new Set<Segment>();
  private readonly instance: Instance;
  private readonly options: Options;
  private readonly features: ReadonlyMap<string, Feature>;
  private readonly segments: ReadonlyMap<unknown, Segment>;

  constructor(instance: Instance, options: Options) {
    this.instance = instance;
    this.options = options;
    this.features = new Map(instance.features.map((feature) => [feature.name, feature]));
    this.segments = new Map(instance.segments.map((segment) => [segment.id, segment]));
  }

  keyed({ id, value, place }: Segment): { key: string; place: Place } {
    const name = own(value, "name");
    return { key: typeof name === "string" && isName(name) ? name : `segment-${textOf(id)}`, place };
  }

  private segment(id: unknown, place: Place): string | undefined {
    const { instance } = this;
    if (!instance.segmentsKnown)
      refuse(
        "segment-unknown",
        place,
        "The export has only the segment's name: give the segments as well (--segments).",
      );
    const found = this.segments.get(id);
    if (found === undefined) return undefined;
    this.used.add(found);
    return this.keyed(found).key;
  }

  convert(feature: Feature, draft: Draft): void {
    const { value, place, name } = feature;
    onlyKnown(value, FEATURE, place);
    if (typeof feature.enabled !== "boolean")
      refuse("malformed", [...place, "enabled"], "A feature must be enabled or not.");
    const world: World = {
      draft,
      options: this.options,
      feature: name,
      segment: (id, at) => this.segment(id, at),
    };
    const strategies = mapAll(
      feature.strategies.filter((part) => own(part.value, "disabled") !== true),
      (part) => readStrategy(part, world),
    );
    const gate = this.gate(feature, draft);
    this.notes(feature, draft);
    const shared = {
      enabled: feature.enabled,
      kind: kindOf(value),
      description: descriptionOf(value),
      tags: tagsOf(feature),
      prerequisites: gate.prerequisites,
    };
    const rules = (make: (strategy: Strategy) => Omit<RuleInput, "id">[]): RuleInput[] =>
      gate.never ? [] : numbered(strategies, make, gate.conditions, feature.strategies.length === 0);
    const [flag, variant] = keysOf(feature, this.options);
    draft.flags.push({
      ...shared,
      key: flag,
      type: "boolean",
      variants: { enabled: true, disabled: false },
      offVariant: "disabled",
      default: { variant: "disabled" },
      rules: rules((strategy) => (strategy.when === NEVER ? [] : [{ when: strategy.when, serve: isOn(strategy) }])),
    });
    if (variant === undefined) return;
    draft.flags.push({
      ...shared,
      ...valuesOf(variantParts(feature), draft),
      key: variant,
      offVariant: null,
      default: { codeDefault: true },
      rules: rules((strategy) => variantRules(strategy, variantsFor(strategy, feature), world)),
    });
  }

  private notes({ value, place }: Feature, draft: Draft): void {
    if (own(value, "impressionData") === true)
      draft.note(
        "vendor-runtime",
        [...place, "impressionData"],
        "Impression events are Unleash's own and aren't sent here.",
      );
    if (own(value, "stale") === true)
      draft.note(
        "vendor-runtime",
        [...place, "stale"],
        "It is marked as stale in Unleash, which changes nothing for anybody.",
      );
  }

  /** What a feature's parents ask of it. */
  private gate(feature: Feature, draft: Draft): Gate {
    const gate: Gate = { prerequisites: [], conditions: [], never: false };
    for (const { value, place } of feature.dependencies) {
      const one = record(value, place);
      onlyKnown(one, DEPENDENCY, place);
      const parent = this.features.get(text(own(one, "feature"), [...place, "feature"]));
      if (parent === undefined || parent.dependencies.length > 0) {
        const what = parent === undefined ? "isn't in the document" : "has parents of its own";
        draft.note("dependency", place, `The parent ${what}, so this feature is never on, as in Unleash.`);
        gate.never = true;
      } else this.ask(parent, one, gate);
    }
    return gate;
  }

  private ask(parent: Feature, dependency: { readonly [name: string]: unknown }, gate: Gate): void {
    const [on, variant] = keysOf(parent, this.options);
    const isOnHere = serves(on, ["enabled"]);
    const asked = own(dependency, "variants");
    const names = Array.isArray(asked) ? asked.filter((name) => typeof name === "string") : [];
    if (own(dependency, "enabled") === false) gate.conditions.push(not(isOnHere));
    else if (names.length === 0) gate.prerequisites.push({ flag: on, variants: ["enabled"] });
    else {
      const all_ = variant === undefined ? [] : namesOf(parent);
      const asks = new Set(names);
      const wanted = all_.filter((name) => asks.has(name));
      const has: Condition = wanted.length === 0 ? NEVER : serves(variant!, wanted);
      const hasNone = all_.length === 0 ? isOnHere : all(isOnHere, not(serves(variant!, all_)));
      if (!names.includes("disabled") && wanted.length > 0)
        gate.prerequisites.push({ flag: variant!, variants: wanted });
      else gate.conditions.push(names.includes("disabled") ? any(has, hasNone) : NEVER);
    }
  }
}

type Gate = { prerequisites: { flag: string; variants: string[] }[]; conditions: Condition[]; never: boolean };

/** The keys of whether it is on, and of which variant it has; the latter is undefined without variants. */
function keysOf(feature: Feature, { variants }: Options): [on: string, variant: string | undefined] {
  const { name } = feature;
  if (variantParts(feature).length === 0) return [name, undefined];
  return variants === "enabled" ? [name, `${name}.variant`] : [`${name}.enabled`, name];
}

const known = new WeakMap<Feature, Part[]>();

/** All variants that a feature can have, its own and those of its strategies. Every child asks for its parent's. */
function variantParts(feature: Feature): Part[] {
  let parts = known.get(feature);
  if (parts === undefined) known.set(feature, (parts = gatherVariants(feature)));
  return parts;
}

const knownNames = new WeakMap<Feature, string[]>();

function namesOf(feature: Feature): string[] {
  let names = knownNames.get(feature);
  if (names === undefined)
    knownNames.set(feature, (names = [...new Set(variantParts(feature).map((part) => readVariant(part).name))]));
  return names;
}

function gatherVariants(feature: Feature): Part[] {
  const ofStrategies = feature.strategies.flatMap(({ value, place }) => {
    const variants = own(value, "variants");
    if (!Array.isArray(variants) || own(value, "disabled") === true) return [];
    return variants.map((variant: unknown, i): Part => ({ value: variant, place: [...place, "variants", i] }));
  });
  return [...feature.variants, ...ofStrategies];
}

/** The strategy's variants win over the feature's, unless none of them has a weight. */
function variantsFor(strategy: Strategy, feature: Feature): Variants {
  if (strategy.variants.some((part) => readVariant(part).weight > 0))
    return { parts: strategy.variants, groupId: strategy.groupId, stickiness: strategy.stickiness };
  return { parts: feature.variants, groupId: feature.name, stickiness: "default" };
}

/** Rules with the strategies' ids where they are unique names; a strategy that becomes several numbers them. */
function numbered(
  strategies: readonly Strategy[],
  make: (strategy: Strategy) => Omit<RuleInput, "id">[],
  conditions: readonly Condition[],
  without: boolean,
): RuleInput[] {
  const all_ = without ? [NO_STRATEGY] : strategies;
  const uses = new Map<string | undefined, number>();
  for (const { id } of all_) uses.set(id, (uses.get(id) ?? 0) + 1);
  return all_.flatMap((strategy, index) => {
    const unique = strategy.id !== undefined && uses.get(strategy.id) === 1;
    const id = unique ? strategy.id! : `strategy-${index + 1}`;
    const made = make(strategy);
    return made.map((rule, i) => ({
      ...rule,
      id: made.length > 1 ? `${id}.${i + 1}` : id,
      name: strategy.title,
      when: all(rule.when!, ...conditions),
    }));
  });
}

/** What a feature without strategies has: it is on for everybody. */
const NO_STRATEGY: Strategy = {
  id: undefined,
  title: "",
  when: { all: [] },
  share: null,
  groupId: "",
  stickiness: "default",
  variants: [],
  place: [],
};

function kindOf(value: unknown): NonNullable<FlagInput["kind"]> {
  const type = textOf(own(value, "type"));
  return Object.hasOwn(KINDS, type) ? KINDS[type]! : "release";
}

function descriptionOf(value: unknown): string {
  const description = own(value, "description");
  return typeof description === "string" ? description : "";
}

function tagsOf({ value, tags }: Feature): string[] {
  const project = own(value, "project");
  return [...(typeof project === "string" && project !== "" ? [`project:${project}`] : []), ...tags];
}

/** The variants' values: their payloads, if these are all of one type, else texts. */
function valuesOf(parts: readonly Part[], draft: Draft): { type: FlagType; variants: Record<string, JsonValue> } {
  const values = new Map<string, { typed: JsonValue; text: string; place: Place }>();
  for (const part of parts) {
    const { name, payload } = readVariant(part);
    if (!isName(name)) refuse("name", part.place, "The variant's name isn't a name here.");
    const value = payloadOf(name, payload);
    const known = values.get(name);
    if (known !== undefined && known.text !== value.text)
      refuse(
        "name",
        part.place,
        `Two variants of this feature are named ${JSON.stringify(name)}, and have different payloads.`,
      );
    values.set(name, { ...value, place: part.place });
  }
  const types = new Set([...values.values()].map(({ typed }) => (typed === null ? "null" : typeof typed)));
  const [type] = types;
  const entries = [...values];
  if (types.size === 1 && type !== "null")
    return { type: type as FlagType, variants: Object.fromEntries(entries.map(([name, { typed }]) => [name, typed])) };
  draft.note("payload-text", entries[0]![1].place, "Payloads are of different types: all of them are texts here.");
  return { type: "string", variants: Object.fromEntries(entries.map(([name, value]) => [name, value.text])) };
}

function payloadOf(name: string, payload: unknown): { typed: JsonValue; text: string } {
  const value = own(payload, "value");
  if (typeof value !== "string") return { typed: name, text: name };
  const type = own(payload, "type");
  const number = Number(value);
  if (type === "number" && value.trim() !== "" && Number.isFinite(number)) return { typed: number, text: value };
  if (type === "json")
    try {
      return { typed: JSON.parse(value) as JsonValue, text: value };
    } catch {
      // what isn't JSON is a text
    }
  return { typed: value, text: value };
}
