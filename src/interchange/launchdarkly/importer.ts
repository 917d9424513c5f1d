import { type Condition, type FlagType, isName, RELEASES_OWN, type Serve } from "../../contract/flag.ts";
import type { JsonValue } from "../../contract/json.ts";
import * as LIMITS from "../../contract/limits.ts";
import { type JsonRecord, isRecord, list, onlyKnown, own, record } from "../documents.ts";
import type { Converted, Documents, FlagInput, Options, RuleInput } from "../importer.ts";
import { inSegment, isNever } from "../logic.ts";
import { Collector, type Draft, mapAll, type Place, refuse } from "../report.ts";
import { clauses, identityOf, isOneOf, kindOf, type Reading } from "./clauses.ts";
import { type FlagSource, kindsOf, type Project, readNames, readProject } from "./documents.ts";
import { type Bucketing, rolloutServe } from "./rollouts.ts";
import { convertSegment } from "./segments.ts";

/*
 * LaunchDarkly's flags (design, interchange.md § 6). The reference is its server SDK for JavaScript; where the one for Go
 * differs, `engine` chooses it.
 */

const HEAD = new Set(
  (
    "key name kind description tags creationDate includeInSnippet clientSideAvailability variations " +
    "variationJsonSchema defaults temporary _links _maintainer maintainerId maintainerTeamKey _maintainerTeam " +
    "_version experiments customProperties goalIds archived archivedDate deprecated deprecatedDate environments " +
    "codeReferences migrationSettings _access _purpose purpose"
  ).split(" "),
);
const CONFIG = new Set(
  (
    "key on version flagVersion archived deleted prerequisites targets contextTargets rules fallthrough offVariation " +
    "salt sel trackEvents trackEventsFallthrough trackReason lastModified _site _access _environmentName _summary " +
    "_debugEventsUntilDate debugEventsUntilDate migration samplingRatio excludeFromSummaries"
  ).split(" "),
);
const PAYLOAD = new Set([...CONFIG, "variations", "clientSide", "clientSideAvailability"]);
const RULE = new Set(
  "id _id _key clauses variation rollout trackEvents ref description _generation _deletable disabled".split(" "),
);
const DECISION = new Set(["variation", "rollout"]);
const TARGET = new Set(["values", "variation", "contextKind"]);
const PREREQUISITE = new Set(["key", "variation"]);

/** @throws Refusal of the whole document */
export function importLaunchDarkly(documents: Documents, options: Options): Converted {
  const project = readProject(documents);
  const collector = new Collector(options);
  const names = readNames(documents.names);
  const known = new Map(project.flags.filter(({ gone }) => !gone).map((source) => [source.key, source]));
  const kinds = kindsOf(project);
  const alive = new Set(project.segments.filter(({ gone }) => !gone).map(({ key }) => key));
  const reading = (draft: Draft): Reading => ({ draft, options, kinds, segment: segmentFinder(project, alive) });
  for (const source of project.flags)
    if (source.gone) collector.skip("flag", source.key, source.place);
    else
      collector.flag(source.key, source.place, (draft) =>
        new FlagConversion(source, reading(draft), known, names).run(),
      );
  for (const source of project.segments)
    if (source.gone) collector.skip("segment", source.key, source.place);
    else
      collector.segment(source.key, source.place, (draft) => convertSegment(source, draft, reading(draft), documents));
  return collector.finish(project.shape);
}

function segmentFinder({ segmentsKnown }: Project, alive: ReadonlySet<string>): Reading["segment"] {
  return (key, place) => {
    if (segmentsKnown) return alive.has(key) ? key : undefined;
    return refuse(
      "segment-unknown",
      place,
      "The segment isn't in the document: give the segments as well (--segments).",
    );
  };
}

function fixed(variant: string | null): Serve {
  return variant === null ? { codeDefault: true } : { variant };
}

type Value = { variant: string; value: JsonValue | null; place: Place };

const cached = new WeakMap<FlagSource, Value[]>();

/** Variants by their variations' names, where all have one of their own, else by their numbers. Children ask as well. */
function valuesOf(source: FlagSource, names: ReadonlyMap<string, JsonRecord>): readonly Value[] {
  let values = cached.get(source);
  if (values === undefined) cached.set(source, (values = readValues(source, names)));
  return values;
}

function readValues({ key, head, place, rest }: FlagSource, names: ReadonlyMap<string, JsonRecord>): Value[] {
  const at = [...place, "variations"];
  const listed = list(own(head, "variations"), at);
  const values = listed.map((one) => (rest ? own(one, "value") : one) as JsonValue | undefined);
  const said = rest ? listed : list(own(names.get(key), "variations"), at);
  const called = said.map((one) => own(one, "name")).filter((name) => typeof name === "string" && isName(name));
  const usable = called.length === values.length && new Set(called).size === values.length;
  return values.map((value, i) => ({
    variant: usable ? (called[i] as string) : String(i),
    value: value ?? null,
    place: [...at, i],
  }));
}

class FlagConversion {
  private readonly source: FlagSource;
  private readonly reading: Reading;
  private readonly flags: ReadonlyMap<string, FlagSource>;
  private readonly names: ReadonlyMap<string, JsonRecord>;
  private readonly values: readonly Value[];
  private readonly taken = new Set<string>();
  private experiment = false;

  constructor(
    source: FlagSource,
    reading: Reading,
    flags: ReadonlyMap<string, FlagSource>,
    names: ReadonlyMap<string, JsonRecord>,
  ) {
    this.source = source;
    this.reading = reading;
    this.flags = flags;
    this.names = names;
    this.values = valuesOf(source, names);
  }

  run(): void {
    const { key, head, config, place, at, rest } = this.source;
    if (rest && config !== head) onlyKnown(head, HEAD, place);
    if (rest && (config === head || own(config, "fallthrough") === undefined))
      refuse("format", place, "Its rules aren't in the document: ask with ?env=<key>&summary=0.");
    onlyKnown(config, rest ? CONFIG : PAYLOAD, at);
    const on = own(config, "on");
    if (typeof on !== "boolean") return refuse("malformed", [...at, "on"], "A flag must be on or off.");
    const off = own(config, "offVariation");
    const decided = mapAll(
      [
        () => this.targetRules(),
        () => this.rules(),
        () => this.fallthrough(on),
        () => ({ prerequisites: this.prerequisites() }),
        () => ({ offVariant: typeof off === "number" ? this.variant(off, [...at, "offVariation"]) : null }),
        () => this.variants(),
      ] as (() => Partial<FlagInput> | RuleInput[])[],
      (part) => part(),
    );
    const rules = decided.flatMap((part) => (Array.isArray(part) ? part : []));
    const said = Object.assign({}, ...decided.filter((part) => !Array.isArray(part))) as FlagInput;
    this.reading.draft.flags.push({ ...said, key, enabled: on, rules, ...this.about() });
  }

  private variants(): { type: FlagType; variants: Record<string, JsonValue> } {
    const { place } = this.source;
    let type: FlagType | undefined;
    for (const { value, place: at } of this.values) {
      if (value === null) continue;
      const its = typeof value as FlagType;
      if (type !== undefined && type !== its)
        refuse("mixed-types", at, "The variations are of different types, and a flag's values are of one.");
      type = its;
    }
    if (type === undefined) return refuse("mixed-types", [...place, "variations"], "No variation has a value.");
    const present = this.values.filter(({ value }) => value !== null);
    return { type, variants: Object.fromEntries(present.map(({ variant, value }) => [variant, value!])) };
  }

  private variant(index: unknown, place: Place): string | null {
    const found = typeof index === "number" && Number.isInteger(index) ? this.values[index] : undefined;
    if (found === undefined)
      return refuse(
        "malformed",
        place,
        "There is no such variation: LaunchDarkly fails, and its caller's default applies.",
      );
    return found.value === null ? null : found.variant;
  }

  private prerequisites(): NonNullable<FlagInput["prerequisites"]> {
    const { config, at } = this.source;
    return list(own(config, "prerequisites"), [...at, "prerequisites"]).map((value, i) => {
      const place = [...at, "prerequisites", i];
      const one = record(value, place);
      onlyKnown(one, PREREQUISITE, place);
      const key = own(one, "key");
      const parent = typeof key === "string" ? this.flags.get(key) : undefined;
      if (parent === undefined) return refuse("missing-flag", [...place, "key"], "This flag isn't in the document.");
      const index = own(one, "variation");
      const values = valuesOf(parent, this.names);
      const wanted = typeof index === "number" ? values[index] : undefined;
      if (wanted === undefined || wanted.value === null)
        return refuse(
          "unknown-variant",
          [...place, "variation"],
          "That flag has no such variation, or none with a value.",
        );
      return { flag: parent.key, variants: [wanted.variant] };
    });
  }

  // ---- who is served what

  /** Individual targets. A list of kinds' targets names users only by the variation whose users are meant. */
  private targetRules(): RuleInput[] {
    const { key } = this.source;
    const users = this.targetsOf("targets");
    const contexts = this.targetsOf("contextTargets");
    const chosen = contexts.length === 0 ? users : contexts;
    const byVariation = new Map(users.toReversed().map((one) => [own(one.value, "variation"), one]));
    return chosen.flatMap(({ value, place }, i): RuleInput[] => {
      const kind = kindOf(own(value, "contextKind"), [...place, "contextKind"]);
      const ofUsers = kind === undefined || kind === "user";
      const index = own(value, "variation");
      const meant = contexts.length > 0 && ofUsers ? byVariation.get(index) : { value, place };
      if (meant === undefined) return [];
      const keys = list(own(meant.value, "values"), [...meant.place, "values"]).filter(
        (each) => typeof each === "string",
      );
      const identity = identityOf(kind, this.reading);
      const variant = this.variant(index, [...place, "variation"]);
      const when = this.listed(keys, identity, `${key}-targets-${i + 1}`);
      if (isNever(when)) return [];
      return [{ id: this.id(`target-${i + 1}`), when, serve: fixed(variant) }];
    });
  }

  private targetsOf(name: "targets" | "contextTargets"): { value: JsonRecord; place: Place }[] {
    const { config, at } = this.source;
    return list(own(config, name), [...at, name]).map((one, i) => {
      const place = [...at, name, i];
      const value = record(one, place);
      onlyKnown(value, TARGET, place);
      return { value, place };
    });
  }

  private listed(keys: readonly string[], identity: string, segment: string): Condition {
    if (keys.length <= LIMITS.listedValues) return isOneOf(identity, keys);
    const include = [...new Set(keys)].filter((key) => key !== "");
    this.reading.draft.segments.push({ key: segment, by: identity, include });
    return inSegment(segment);
  }

  private rules(): RuleInput[] {
    const { config, at } = this.source;
    const rules = list(own(config, "rules"), [...at, "rules"]).map((one, i) => record(one, [...at, "rules", i]));
    const ids = rules.map((rule) => own(rule, "id") ?? own(rule, "_id"));
    const uses = new Map<unknown, number>();
    for (const one of ids) uses.set(one, (uses.get(one) ?? 0) + 1);
    return mapAll(rules, (rule, i) => {
      const place = [...at, "rules", i];
      onlyKnown(rule, RULE, place);
      if (own(rule, "disabled") === true)
        refuse(
          "unknown-field",
          [...place, "disabled"],
          "It isn't known what a disabled rule does: import what an SDK gets.",
        );
      const asked = own(rule, "clauses");
      if (asked === undefined || asked === null) return []; // the engine passes it over
      const when = clauses(asked, [...place, "clauses"], this.reading);
      const { serve, passes } = this.decision(rule, place);
      if (isNever(when)) return [];
      const given = ids[i];
      const usable =
        typeof given === "string" && uses.get(given) === 1 && isName(given) && !given.startsWith(RELEASES_OWN);
      const id = this.id(usable ? given : `rule-${i + 1}`);
      const description = own(rule, "description");
      const name = typeof description === "string" ? description.slice(0, LIMITS.textLength) : "";
      if (!passes) return [{ id, name, when, serve }];
      return [
        { id: this.id(`${id}.1`), name, when, serve },
        { id: this.id(`${id}.2`), name, when, serve: { codeDefault: true as const } },
      ];
    }).flat();
  }

  /** An id that no other rule has. */
  private id(wanted: string): string {
    let id = wanted;
    for (let n = 2; this.taken.has(id); n++) id = `${wanted}-${n}`;
    this.taken.add(id);
    return id;
  }

  private fallthrough(on: boolean): { default: Serve } {
    const { config, at } = this.source;
    const value = own(config, "fallthrough");
    // Without one LaunchDarkly fails as soon as the flag is on, and its caller's default applies.
    if ((value === undefined || value === null) && !on) return { default: { codeDefault: true } };
    const place = [...at, "fallthrough"];
    const one = value === undefined ? refuse("malformed", at, "The flag has no fallthrough.") : record(value, place);
    onlyKnown(one, DECISION, place);
    return { default: this.decision(one, place).serve };
  }

  private decision(one: JsonRecord, place: Place): { serve: Serve; passes: boolean } {
    const index = own(one, "variation");
    if (index !== undefined && index !== null) {
      const variant = this.variant(index, [...place, "variation"]);
      return { serve: fixed(variant), passes: false };
    }
    const { config, key, rest, at } = this.source;
    const salt = own(config, "salt") ?? "";
    if (typeof salt !== "string") return refuse("malformed", [...at, "salt"], "A salt must be a text.");
    const bucketing: Bucketing = {
      ...this.reading,
      salt: `${key}.${salt}.`,
      rest,
      variant: (variation, where) => this.variant(variation, where),
    };
    if (own(one, "rollout") === undefined)
      refuse("malformed", place, "Nothing is served here: LaunchDarkly fails, and its caller's default applies.");
    const served = rolloutServe(own(one, "rollout"), [...place, "rollout"], bucketing);
    if (served.experiment) {
      this.experiment = true;
      this.reading.draft.note("experiment", place, "An experiment: who sees what is imported, and not its results.");
    }
    return served;
  }

  // ---- what people call it

  private about(): Partial<FlagInput> {
    const { key, head, rest } = this.source;
    const said = rest ? head : this.names.get(key);
    const description = own(said, "description");
    const email = own(own(said, "_maintainer"), "email");
    const tags = own(said, "tags");
    const available = own(head, "clientSideAvailability") ?? own(said, "clientSideAvailability");
    const clientSide =
      own(head, "clientSide") === true ||
      (isRecord(available) &&
        (own(available, "usingEnvironmentId") === true || own(available, "usingMobileKey") === true)) ||
      this.reading.options.clientSide?.includes(key) === true;
    const kept = own(said, "temporary") === false ? "operational" : "release";
    return {
      clientSide,
      kind: this.experiment ? "experiment" : kept,
      ...(typeof description === "string" ? { description: description.slice(0, LIMITS.textLength) } : {}),
      ...(typeof email === "string" ? { owner: email.slice(0, LIMITS.textLength) } : {}),
      ...(Array.isArray(tags)
        ? { tags: tags.filter((tag) => typeof tag === "string" && tag !== "").slice(0, LIMITS.tags) as string[] }
        : {}),
    };
  }
}
