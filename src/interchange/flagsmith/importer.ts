import { type Condition, isName, type Serve } from "../../contract/flag.ts";
import * as LIMITS from "../../contract/limits.ts";
import { textOf } from "../../core/attributes.ts";
import { type Arm, cutWhere, type Hashing, rollout } from "../cuts.ts";
import { isRecord, type JsonRecord, list, number, onlyKnown, own, record, text } from "../documents.ts";
import type { Converted, Documents, FlagInput, Options, RuleInput } from "../importer.ts";
import { inSegment, isIn } from "../logic.ts";
import { Collector, type Draft, mapAll, type Place, refuse } from "../report.ts";
import { type MadeRules, numbered } from "../rules.ts";
import { type NamedValues, Values } from "../values.ts";
import { PLACES, type Reading, segmentCondition } from "./conditions.ts";

/*
 * Flagsmith's features (design, interchange.md § 7.3). Whether a feature is enabled and which value it has are two
 * questions: a feature with values becomes two flags. The reference is the engine of its SDK for Node.
 */

const STATE = new Set(
  (
    "feature enabled feature_state_value django_id featurestate_uuid feature_segment " +
    "multivariate_feature_state_values feature_segment_id environment_feature_version"
  ).split(" "),
);
const OPTION = new Set(["id", "mv_fs_value_uuid", "percentage_allocation", "multivariate_feature_option"]);
const SEGMENT = new Set(["id", "name", "rules", "feature_states", "description", "uuid", "version"]);

/** A feature's state somewhere: in the environment, for a segment, for identities. */
type State = { feature: string; value: JsonRecord; place: Place };
type Segment = { key: string; id: string; value: JsonRecord; place: Place };
type Override = { priority: number; segment: Segment; state: State };

/** @throws Refusal of the whole document */
export function importFlagsmith({ main }: Documents, options: Options): Converted {
  const environment = new Environment(main, options);
  const collector = new Collector(options);
  for (const state of environment.states)
    collector.flag(state.feature, state.place, (draft) => environment.convert(state, draft));
  for (const segment of environment.segments)
    if (environment.used.has(segment))
      collector.segment(segment.key, segment.place, (draft) => environment.convertSegment(segment, draft));
    else collector.skip("segment", segment.key, segment.place);
  return collector.finish("environment");
}

class Environment {
  readonly states: readonly State[];
  readonly segments: readonly Segment[];
  /** Segments that a feature is overridden for. */
  readonly used = new Set<Segment>();
  private readonly overrides = new Map<string, Override[]>();
  private readonly identities = new Map<string, { identifier: string; state: State }[]>();
  private readonly options: Options;
  private readonly key: string;
  private readonly name: unknown;
  /** Whether it is known that an identity's key is made of the environment's and its identifier. */
  private readonly composite: boolean;

  constructor(main: unknown, options: Options) {
    const pages = Array.isArray(main) ? main.map((page, i) => record(page, [i])) : [record(main, [])];
    const place: Place = Array.isArray(main) ? [0] : [];
    const document = pages[0];
    if (
      document === undefined ||
      !isRecord(own(document, "project")) ||
      !Array.isArray(own(document, "feature_states"))
    )
      refuse("format", [], NOT_AN_ENVIRONMENT);
    this.options = options;
    this.key = text(own(document, "api_key"), [...place, "api_key"]);
    this.name = own(document, "name");
    this.composite =
      options.identity === "composite" || own(document, "use_identity_composite_key_for_hashing") === true;
    this.states = statesOf(document, "feature_states", place);
    this.segments = segmentsOf(record(own(document, "project"), place), [...place, "project"]);
    this.readOverrides();
    for (const [i, page] of pages.entries()) this.readIdentities(page, Array.isArray(main) ? [i] : []);
  }

  private readOverrides(): void {
    const names = new Set(this.states.map(({ feature }) => feature));
    for (const segment of this.segments)
      for (const state of statesOf(segment.value, "feature_states", segment.place)) {
        if (!names.has(state.feature)) continue;
        const at = [...state.place, "feature_segment", "priority"];
        const given = own(own(state.value, "feature_segment"), "priority") ?? Infinity;
        const override = { priority: number(given, at), segment, state };
        this.used.add(segment);
        push(this.overrides, state.feature, override);
      }
    for (const overrides of this.overrides.values())
      overrides.sort((a, b) => (a.priority === b.priority ? 0 : a.priority - b.priority));
  }

  private readIdentities(document: JsonRecord, place: Place): void {
    for (const [i, value] of list(own(document, "identity_overrides"), [...place, "identity_overrides"]).entries()) {
      const at = [...place, "identity_overrides", i];
      const identifier = text(own(record(value, at), "identifier"), [...at, "identifier"]);
      for (const state of statesOf(record(value, at), "identity_features", at))
        push(this.identities, state.feature, { identifier, state });
    }
  }

  private reading(draft: Draft): Reading {
    return {
      draft,
      options: this.options,
      identity: this.options.id === "keep" ? "identifier" : "targetingKey",
      environment: { name: this.name, key: this.key },
      hashes: (place) => {
        if (this.composite) return;
        refuse(
          "identity-key",
          place,
          "Whether people were hashed by the environment's key and their identifier, as local evaluation and the edge do, or by a number, as a server may do that decides itself, isn't in the document: say --identity composite if it was the former.",
        );
      },
    };
  }

  convertSegment({ key, id, value, place }: Segment, draft: Draft): void {
    onlyKnown(value, SEGMENT, place);
    const description = own(value, "description");
    draft.segments.push({
      key,
      when: segmentCondition(value, id, place, this.reading(draft)),
      ...(typeof description === "string" ? { description: description.slice(0, LIMITS.textLength) } : {}),
    });
  }

  convert(state: State, draft: Draft): void {
    const { feature } = state;
    const reading = this.reading(draft);
    const identities = this.identities.get(feature) ?? [];
    const overrides = this.overrides.get(feature) ?? [];
    const states = [...identities.map((one) => one.state), ...overrides.map((one) => one.state), state];
    const read = new Map(mapAll(states, (one) => [one, readState(one)] as const));
    const values = new Values();
    // The environment's values come first, so that their names do.
    for (const one of [state, ...states])
      for (const { value, place } of read.get(one)!.values) values.add(value, place);
    const named = values.named();
    const groups = this.groups(identities, reading, draft);
    const rulesOf = (serve: (one: State) => Served): RuleInput[] =>
      numbered(
        [
          ...groups(serve).map((made): MadeRules => ({ id: undefined, name: "", rules: made })),
          ...overrides.map(({ segment, state: one }): MadeRules => ({
            id: undefined,
            name: segment.key,
            rules: served(inSegment(segment.key), serve(one)),
          })),
        ],
        "override",
      );
    const enabled = (one: State): Served => ({
      serve: { variant: read.get(one)!.enabled ? "on" : "off" },
      passes: false,
    });
    draft.flags.push({
      key: feature,
      type: "boolean",
      variants: { on: true, off: false },
      offVariant: "off",
      default: enabled(state).serve,
      rules: rulesOf(enabled),
    });
    if (named.none) return;
    const value = (one: State): Served => this.valueServe(one, read.get(one)!, named, reading);
    draft.flags.push({
      key: `${feature}.value`,
      type: named.type,
      variants: named.variants,
      offVariant: null,
      default: value(state).serve,
      rules: rulesOf(value),
    } satisfies FlagInput);
  }

  /** Identities that get the same, in one rule; whoever may get one of several things has a rule of their own. */
  private groups(
    identities: readonly { identifier: string; state: State }[],
    { identity }: Reading,
    draft: Draft,
  ): (serve: (one: State) => Served) => RuleInput[][] {
    const known = new Set<string>();
    for (const { identifier, state } of identities) {
      if (identifier.includes(",") || identifier.startsWith("["))
        refuse(
          "identity-key",
          state.place,
          "Flagsmith's engine takes an identifier with a comma, or one like a list, for several.",
        );
      if (known.has(identifier)) refuse("malformed", state.place, "This identity has two overrides of one feature.");
      known.add(identifier);
    }
    return (serve) => {
      const made = new Map<string, { keys: string[]; serve: Served }>();
      for (const { identifier, state } of identities) {
        const decided = serve(state);
        const text_ = JSON.stringify(decided);
        const group = made.get(text_) ?? { keys: [], serve: decided };
        group.keys.push(identifier);
        made.set(text_, group);
      }
      return [...made.values()].map((group, i) => {
        const feature = identities[0]!.state.feature;
        return served(this.listed(group.keys, identity, `${feature}.identities-${i + 1}`, draft), group.serve);
      });
    };
  }

  private listed(keys: readonly string[], identity: string, segment: string, draft: Draft): Condition {
    if (keys.length <= LIMITS.listedValues) return isIn(identity, keys, { as: "text" });
    // The same people are asked for by both of a feature's flags, or by one of them alone.
    const known = draft.segments.find(({ include }) => include !== undefined && String(include) === String(keys));
    if (known !== undefined) return inSegment(known.key);
    const free = draft.segments.some(({ key }) => key === segment) ? `${segment}.value` : segment;
    draft.segments.push({ key: free, by: identity, include: [...keys] });
    return inSegment(free);
  }

  private valueServe({ place }: State, read: ReadState, named: NamedValues, reading: Reading): Served {
    const control = named.variant(read.value);
    const fixed: Serve = control === null ? { codeDefault: true } : { variant: control };
    if (read.arms.length === 0) return { serve: fixed, passes: false };
    const arms = read.arms.map(({ value, from, to }): Arm => ({ variant: named.variant(value)!, from, to }));
    if (arms.every(({ from, to }) => from === to)) return { serve: fixed, passes: false };
    reading.hashes([...place, "multivariate_feature_state_values"]);
    const hashing: Hashing = {
      by: reading.identity,
      hash: "flagsmith",
      salt: `${read.key},${this.key}_`,
      as: "truthy",
      places: PLACES,
    };
    const ends =
      control === null
        ? ({ otherwise: null, absent: "skip" } as const)
        : ({ otherwise: control, absent: "otherwise" } as const);
    return { serve: rollout(arms, hashing, ends), passes: control === null };
  }
}

const NOT_AN_ENVIRONMENT =
  "This isn't Flagsmith's environment document (GET /api/v1/environment-document/ with a server-side environment key).";

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

/** What is served; `passes`: the rest has no value, and must fall through to the code's default. */
type Served = { serve: Serve; passes: boolean };

function served(when: Condition, { serve, passes }: Served): MadeRules["rules"][number][] {
  const rule = { when, serve };
  return passes ? [rule, { when, serve: { codeDefault: true } }] : [rule];
}

function statesOf(from: JsonRecord, name: string, place: Place): State[] {
  return list(own(from, name), [...place, name]).map((one, i) => {
    const at = [...place, name, i];
    const value = record(one, at);
    const feature = record(own(value, "feature"), [...at, "feature"]);
    return { feature: text(own(feature, "name"), [...at, "feature", "name"]), value, place: at };
  });
}

/** In the order in which the engine goes through them: whole numbers first, by size. */
function segmentsOf(project: JsonRecord, place: Place): Segment[] {
  const names = new Map<unknown, number>();
  const listed = list(own(project, "segments"), [...place, "segments"]).map((one, i) => {
    const at = [...place, "segments", i];
    const value = record(one, at);
    const id = own(value, "id");
    if (!Number.isSafeInteger(id) || (id as number) < 0)
      refuse("malformed", [...at, "id"], "A segment's id must be a whole number.");
    names.set(own(value, "name"), (names.get(own(value, "name")) ?? 0) + 1);
    return { id: id as number, value, place: at };
  });
  const ids = new Set(listed.map(({ id }) => id));
  if (ids.size < listed.length) refuse("malformed", [...place, "segments"], "Two segments have the same id.");
  return listed
    .toSorted((a, b) => a.id - b.id)
    .map(({ id, value, place: at }) => {
      const name = own(value, "name");
      const usable = typeof name === "string" && isName(name) && names.get(name) === 1;
      return { key: usable ? name : `segment-${id}`, id: String(id), value, place: at };
    });
}

type ReadState = {
  enabled: boolean;
  /** What is hashed with an identity's key. */
  key: string;
  value: unknown;
  arms: { value: unknown; from: number; to: number }[];
  /** All that it can serve. */
  values: { value: unknown; place: Place }[];
};

function readState({ value, place }: State): ReadState {
  onlyKnown(value, STATE, place);
  const enabled = own(value, "enabled");
  if (typeof enabled !== "boolean")
    return refuse("malformed", [...place, "enabled"], "A feature must be enabled or not.");
  const control = { value: own(value, "feature_state_value"), place: [...place, "feature_state_value"] };
  if (typeof control.value === "object" && control.value !== null)
    refuse("malformed", control.place, "A value must be a text, a number or a boolean.");
  const options = variantsOf(value, place);
  const id = own(value, "django_id") ?? own(value, "featurestate_uuid");
  if (options.length > 0 && typeof id !== "string" && typeof id !== "number")
    refuse("identity-key", place, "The state has neither an id nor a uuid, which are hashed.");
  let start = 0;
  const arms = options.map(({ value: of, weight }) => {
    const limit = start + weight;
    const [from, to] = [start, limit].map((edge) => cutWhere(PLACES, (n) => (n / PLACES) * 100 < edge));
    start = limit;
    return { value: of, from: from!, to: to! };
  });
  return { enabled, key: textOf(id), value: control.value, arms, values: [control, ...options] };
}

type Weighted = { value: unknown; weight: number; order: number | bigint; place: Place };

/** In the order of their ids, or else of their uuids as numbers. */
function variantsOf(state: JsonRecord, place: Place): Weighted[] {
  const at = [...place, "multivariate_feature_state_values"];
  const options = list(own(state, "multivariate_feature_state_values"), at).map((one, i): Weighted => {
    const here = [...at, i];
    const value = record(one, here);
    onlyKnown(value, OPTION, here);
    const weight = number(own(value, "percentage_allocation"), [...here, "percentage_allocation"]);
    if (!(weight >= 0)) refuse("weights", [...here, "percentage_allocation"], "A share must not be below 0.");
    const option = own(own(value, "multivariate_feature_option"), "value");
    if (option === undefined || option === null || typeof option === "object")
      refuse("malformed", here, "A variant must have a text, a number or a boolean as its value.");
    const id = own(value, "id") ?? null;
    if (id !== null && typeof id !== "number") refuse("malformed", [...here, "id"], "An id must be a number.");
    return { value: option, weight, order: id ?? uuidOf(value, here), place: here };
  });
  return options.toSorted((a, b) => (a.order < b.order ? -1 : Number(a.order > b.order)));
}

function uuidOf(value: JsonRecord, place: Place): bigint {
  const uuid = own(value, "mv_fs_value_uuid");
  if (typeof uuid !== "string" || !/^[0-9a-f-]{32,36}$/i.test(uuid))
    return refuse("malformed", place, "A variant must have an id or a uuid, which are its place in the order.");
  return BigInt(`0x${uuid.replaceAll("-", "")}`);
}
