import type { Condition } from "../../contract/flag.ts";
import { inCircles } from "../circles.ts";
import { isRecord, type JsonRecord, list, onlyKnown, own, record, text } from "../documents.ts";
import type { Converted, Documents, FlagInput, Options } from "../importer.ts";
import { all, any, decided, holds, inSegment, NEVER, not, serves } from "../logic.ts";
import { Collector, type Draft, mapAll, type Place, refuse, Refusal } from "../report.ts";
import { type MadeRules, numbered } from "../rules.ts";
import { type NamedValues, Values } from "../values.ts";
import { condition, type Groups } from "./conditions.ts";
import { byArms, enrolled, experiment, parents, readRule, type World } from "./rules.ts";

/*
 * GrowthBook's features (design, interchange.md § 5): what its SDKs get. The reference is the JavaScript SDK without
 * sticky buckets.
 */

const FEATURE = new Set(["defaultValue", "rules", "id", "metadata", "description", "tags", "project", "owner", "date"]);
const GROUP = new Set(["type", "condition", "values", "attributeKey", "id", "name", "groupName", "description"]);
/** Values of saved groups that may be written out in one document. */
const MOST_MEMBERS = 2_000_000;

/** @throws Refusal of the whole document */
export function importGrowthBook(documents: Documents, options: Options): Converted {
  const instance = readInstance(documents);
  const collector = new Collector(options);
  const project = new Project(instance, options);
  for (const [key, feature] of instance.features)
    collector.flag(key, feature.place, (draft) => project.convert(key, feature, draft));
  if (instance.experiment !== undefined) {
    const { key, value } = instance.experiment;
    collector.flag(key, ["experiment"], (draft) => project.convertExperiment(key, value, draft));
  }
  for (const [i, one] of instance.automatic.entries()) {
    const key = own(one, "key");
    collector.skip("flag", typeof key === "string" ? key : `experiments/${i}`, ["experiments", i], {
      code: "vendor-runtime",
      reason: "A visual or redirecting experiment changes pages in the browser, and is no flag.",
    });
  }
  // A set is walked to its end, also over what is added on the way.
  for (const id of project.used) collector.segment(id, ["savedGroups", id], (draft) => project.convertGroup(id, draft));
  return collector.finish(instance.shape);
}

type Feature = { value: unknown; place: Place };
type Instance = {
  shape: "payload" | "features" | "experiment";
  features: ReadonlyMap<string, Feature>;
  experiment?: { key: string; value: JsonRecord };
  /** Experiments that SDKs run by themselves. */
  automatic: readonly unknown[];
  groups: unknown;
  names: ReadonlyMap<string, JsonRecord>;
};

function readInstance({ main, names }: Documents): Instance {
  const document = record(main, []);
  for (const name of ["encryptedFeatures", "encryptedSavedGroups"])
    if (typeof own(document, name) === "string" && own(document, name) !== "")
      refuse("encrypted", [name], "The payload is encrypted: give the key of its SDK connection (--decryption-key).");
  const common = { groups: own(document, "savedGroups"), names: namesOf(names) };
  const single = own(document, "experiment");
  const features = own(document, "features");
  if (Array.isArray(features))
    refuse("format", ["features"], "These are features of the REST API, which aren't whole: give what the SDKs get.");
  const at: Place = features === undefined ? [] : ["features"];
  const automatic = list(own(document, "experiments"), ["experiments"]);
  const whole: Omit<Instance, "shape" | "features"> = { ...common, automatic };
  if (isRecord(single) && Array.isArray(own(single, "variations"))) {
    const key = text(own(single, "key"), ["experiment", "key"]);
    return { ...whole, shape: "experiment", features: featuresOf(features, at), experiment: { key, value: single } };
  }
  if (features !== undefined || automatic.length > 0)
    return { ...whole, shape: "payload", features: featuresOf(features, ["features"]) };
  return { ...whole, automatic: [], groups: undefined, shape: "features", features: featuresOf(document, []) };
}

function featuresOf(features: unknown, place: Place): ReadonlyMap<string, Feature> {
  if (features === undefined || features === null) return new Map();
  return new Map(
    Object.entries(record(features, place)).map(([key, value]) => [key, { value, place: [...place, key] }]),
  );
}

/** What the REST API says of features beside their rules. */
function namesOf(names: unknown): ReadonlyMap<string, JsonRecord> {
  const all = Array.isArray(names) ? names : own(names, "features");
  const known = new Map<string, JsonRecord>();
  for (const one of Array.isArray(all) ? (all as unknown[]) : []) {
    const id = own(one, "id");
    if (isRecord(one) && typeof id === "string") known.set(id, one);
  }
  return known;
}

class Project {
  /** Saved groups that are conditions and are used, which become segments. */
  readonly used = new Set<string>();
  private readonly instance: Instance;
  private readonly options: Options;
  private readonly values = new Map<string, NamedValues | Refusal>();
  private readonly circular: ReadonlySet<string>;
  private members = 0;

  constructor(instance: Instance, options: Options) {
    this.instance = instance;
    this.options = options;
    this.circular = inCircles(new Map([...instance.features].map(([key, feature]) => [key, parentsOf(feature)])));
  }

  convert(key: string, { value, place }: Feature, draft: Draft): void {
    const feature = record(value, place);
    onlyKnown(feature, FEATURE, place);
    if (this.circular.has(key)) refuse("cycle", place, "Its parents go in a circle, or need such as do.");
    const values = this.valuesOf(key)!;
    const world = this.world(key, values, draft);
    const at = [...place, "rules"];
    const rules = numbered(
      mapAll(list(own(feature, "rules"), at), (rule, i) => readRule(rule, [...at, i], world)),
      "rule",
    );
    const variant = values.variant(own(feature, "defaultValue"));
    draft.flags.push({
      ...this.described(key),
      ...this.typed(values, place, draft),
      key,
      rules,
      default: variant === null ? { codeDefault: true } : { variant },
      ...(list(own(feature, "rules"), at).some((rule) => own(rule, "variations")) ? { kind: "experiment" } : {}),
    });
  }

  convertExperiment(key: string, value: JsonRecord, draft: Draft): void {
    const place = ["experiment"];
    onlyKnown(value, EXPERIMENT, place);
    for (const name of ["url", "urlPatterns", "groups", "include"])
      if (own(value, name) !== undefined)
        refuse("vendor-runtime", [...place, name], "It depends on the page, or on code that isn't in the document.");
    const variations = list(own(value, "variations"), [...place, "variations"]);
    const collected = new Values();
    for (const [i, one] of variations.entries()) collected.add(one, [...place, "variations", i], nameOf(value, i));
    const values = collected.named();
    const world = this.world(key, values, draft);
    const runs = own(value, "status") !== "draft" && own(value, "active") !== false;
    const baseline = values.variant(variations[0]);
    draft.flags.push({
      ...this.typed(values, place, draft),
      key,
      kind: "experiment",
      rules: runs
        ? numbered([{ id: "experiment", name: own(value, "name"), rules: running(value, variations, world) }], "rule")
        : [],
      default: baseline === null ? { codeDefault: true } : { variant: baseline },
    });
  }

  /** A saved group that is a condition, as a segment. */
  convertGroup(id: string, draft: Draft): void {
    const place = ["savedGroups", id];
    const group = record(this.group(id), place);
    onlyKnown(group, GROUP, place);
    const name = own(group, "name") ?? own(group, "groupName");
    draft.segments.push({
      key: id,
      when: condition(own(group, "condition"), [...place, "condition"], this.groups()),
      ...(typeof name === "string" ? { name } : {}),
    });
  }

  private group(id: string): unknown {
    const { groups } = this.instance;
    const found = own(groups, id);
    // Every object in JavaScript has something by such a name; GrowthBook finds that, and it is no group.
    return found === undefined && id in Object.prototype ? null : found;
  }

  private groups(): Groups {
    return {
      group: (id) => this.group(id),
      inGroup: (id) => {
        this.used.add(id);
        return inSegment(id);
      },
      spend: (values, place) => this.spend(values, place),
      attribute: (path, place) => this.attribute(path, place),
    };
  }

  private spend(values: number, place: Place): void {
    this.members += values;
    if (this.members > MOST_MEMBERS)
      refuse("limit", place, `Saved groups may be written out with ${MOST_MEMBERS} values in all.`);
  }

  private attribute(path: string, place: Place): string {
    const steps = path.split(".");
    if (steps.some((step) => step in Object.prototype))
      refuse("name", place, "Every object in JavaScript has something by this name, which GrowthBook finds.");
    if (steps.slice(1).includes("length")) refuse("list-length", place, "The length of a list is compared.");
    if (steps.slice(1).some((step) => /^\d+$/.test(step)))
      refuse("list-elements", place, "One element of a list is compared.");
    return this.identity(steps[0]!) + path.slice(steps[0]!.length);
  }

  private identity(name: string): string {
    return name === "id" && this.options.id !== "keep" ? "targetingKey" : name;
  }

  private hashed(name: unknown, place: Place): string {
    if (typeof name !== "string") return refuse("malformed", place, "An attribute must be a text.");
    if (name.includes("."))
      refuse("dotted", place, "The name of the attribute that is hashed has a dot, which is a path here.");
    if (name in Object.prototype)
      refuse("name", place, "Every object in JavaScript has something by this name, which GrowthBook finds.");
    return this.identity(name);
  }

  private world(key: string, values: NamedValues, draft: Draft): World {
    return {
      ...this.groups(),
      draft,
      key,
      values,
      hashed: (name, place) => this.hashed(name, place),
      sticky: this.options.sticky === true,
      satisfied: (parent, asked, place) => this.satisfied(parent, asked, place, draft),
    };
  }

  /** The condition on a parent's value is decided now, for each value that it can have, and for none. */
  private satisfied(id: unknown, asked: JsonRecord, place: Place, draft: Draft): Condition {
    if (typeof id !== "string") return refuse("malformed", [...place, "id"], "A parent must be named.");
    const groups = this.groups();
    const at = [...place, "condition"];
    const within = (visited: readonly string[]): Groups => ({
      ...groups,
      inGroup: (group, groupPlace) => {
        if (visited.includes(group)) refuse("cycle", groupPlace, "The saved group refers to itself.");
        const defined = ["savedGroups", group, "condition"];
        return condition(own(this.group(group), "condition"), defined, within([...visited, group]));
      },
    });
    const test = condition(asked, at, within([]));
    const forNone = holds(test, {});
    const parent = this.valuesOf(id);
    if (parent === undefined) {
      draft.note(
        "missing-reference",
        place,
        "The parent isn't in the document, and so has no value, as in GrowthBook.",
      );
      return decided(forNone);
    }
    const names = Object.keys(parent.variants);
    const those = names.filter((name) => holds(test, { value: parent.variants[name] }));
    if (those.length === names.length && forNone) return decided(true);
    const served = those.length === 0 ? NEVER : serves(id, those);
    return forNone ? any(served, names.length === 0 ? decided(true) : not(serves(id, names))) : served;
  }

  /** A feature's values, with names; undefined where there is no such feature. @throws Refusal */
  private valuesOf(key: string): NamedValues | undefined {
    const feature = this.instance.features.get(key);
    if (feature === undefined) return undefined;
    let known = this.values.get(key);
    if (known === undefined) this.values.set(key, (known = gathered(feature)));
    if (known instanceof Refusal) throw known;
    return known;
  }

  private typed(values: NamedValues, place: Place, draft: Draft): Pick<FlagInput, "type" | "variants"> {
    if (!values.none) return { type: values.type, variants: values.variants };
    draft.note("absent", place, "It has no value in GrowthBook: everybody gets the default in the code.");
    return { type: "boolean", variants: { on: true, off: false } };
  }

  private described(key: string): Pick<FlagInput, "description" | "owner" | "tags"> {
    const about = this.instance.names.get(key);
    const said = (name: string): string => {
      const value = own(about, name);
      return typeof value === "string" ? value : "";
    };
    const tags = own(about, "tags");
    const named = Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string" && tag !== "") : [];
    return {
      description: said("description"),
      owner: said("owner"),
      tags: [...(said("project") === "" ? [] : [`project:${said("project")}`]), ...(named as string[])],
    };
  }
}

const EXPERIMENT = new Set(
  (
    "key variations ranges meta filters seed name phase weights condition parentConditions coverage namespace force " +
    "hashAttribute fallbackAttribute hashVersion disableStickyBucketing bucketVersion minBucketVersion active status " +
    "manual changeId persistQueryString url urlPatterns groups include"
  ).split(" "),
);

/** Who is in an experiment that stands by itself; everybody else gets its first variation. */
function running(value: JsonRecord, variations: readonly unknown[], world: World): MadeRules["rules"] {
  const place = ["experiment"];
  const { when } = parents(value, place, world);
  const { arms, hashing } = experiment(value, variations, place, world);
  const isForced = Object.hasOwn(value, "force");
  if (!isForced && own(value, "status") === "stopped") return [];
  const force = own(value, "force");
  const forced = typeof force === "number" && force in variations ? force : 0;
  const named = arms.map(({ index, from, to }) => ({
    variant: world.values.variant(variations[isForced ? forced : index]),
    from,
    to,
  }));
  return byArms(all(when, enrolled(value, place, world)), named, hashing);
}

function nameOf(rule: unknown, variation: number): unknown {
  const meta = own(rule, "meta");
  return Array.isArray(meta) ? own(meta[variation], "key") : undefined;
}

function gathered({ value, place }: Feature): NamedValues | Refusal {
  const values = new Values();
  try {
    values.add(own(value, "defaultValue"), [...place, "defaultValue"]);
    const rules = own(value, "rules");
    for (const [i, rule] of (Array.isArray(rules) ? (rules as unknown[]) : []).entries()) {
      const at = [...place, "rules", i];
      values.add(own(rule, "force"), [...at, "force"]);
      const variations = own(rule, "variations");
      if (isRecord(rule) && !Object.hasOwn(rule, "force") && Array.isArray(variations) && variations.length > 1)
        for (const [j, one] of (variations as unknown[]).entries())
          values.add(one, [...at, "variations", j], nameOf(rule, j));
    }
    return values.named();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** The parents that a feature's rules name. */
function parentsOf({ value }: Feature): ReadonlySet<string> {
  const ids = listed(own(value, "rules")).flatMap((rule) => listed(own(rule, "parentConditions")));
  return new Set(ids.map((parent) => own(parent, "id")).filter((id) => typeof id === "string"));
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
