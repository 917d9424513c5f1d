import { type Condition, isName, type Serve } from "../../contract/flag.ts";
import type { JsonValue } from "../../contract/json.ts";
import * as LIMITS from "../../contract/limits.ts";
import { type Arm, bucket, cutWhere, type Hashing, rollout } from "../cuts.ts";
import { isRecord, type JsonRecord, list, number, onlyKnown, own, record, text } from "../documents.ts";
import type { Converted, Documents, FlagInput, Options, RuleInput } from "../importer.ts";
import { ALWAYS, all, any, inSegment, NEVER, not } from "../logic.ts";
import { Collector, type Draft, mapAll, type Place, refuse } from "../report.ts";
import { BUCKETING_KEY, matcherGroup, type Reading } from "./matchers.ts";

/*
 * Split's feature flags, as Harness FME's SDKs for servers get them (design, interchange.md § 7.4). The reference is its
 * engine for JavaScript.
 */

const FLAG = new Set(
  (
    "name changeNumber status conditions prerequisites killed defaultTreatment trafficTypeName trafficTypeId seed " +
    "trafficAllocation trafficAllocationSeed configurations sets impressionsDisabled algo orgId environment"
  ).split(" "),
);
const CONDITION = new Set(["conditionType", "matcherGroup", "partitions", "label"]);
const PARTITION = new Set(["treatment", "size"]);
const SEGMENT = new Set([
  "name",
  "changeNumber",
  "status",
  "conditions",
  "excluded",
  "trafficTypeName",
  "trafficTypeId",
]);
const PLACES = 100;

type Source = { name: string; value: JsonRecord; place: Place; archived: boolean };

/** @throws Refusal of the whole document */
export function importSplit(documents: Documents, options: Options): Converted {
  const workspace = new Workspace(documents, options);
  const collector = new Collector(options);
  for (const flag of workspace.flags)
    if (flag.archived) collector.skip("flag", flag.name, flag.place);
    else collector.flag(flag.name, flag.place, (draft) => draft.flags.push(workspace.flag(flag, draft)));
  for (const segment of workspace.ruleBased)
    if (segment.archived) collector.skip("segment", segment.name, segment.place);
    else collector.segment(segment.name, segment.place, (draft) => workspace.convertSegment(segment, draft));
  for (const [name, members] of workspace.used)
    collector.segment(name, [], (draft) =>
      draft.segments.push({ key: workspace.listedKey(name), by: workspace.key, include: [...new Set(members)] }),
    );
  return collector.finish(workspace.shape);
}

class Workspace {
  readonly shape: "changes" | "splits";
  readonly flags: readonly Source[];
  readonly ruleBased: readonly Source[];
  /** Segments with listed members that something asks for. */
  readonly used = new Map<string, readonly string[]>();
  /** The attribute that is the key here. */
  readonly key: string;
  private readonly known: ReadonlyMap<string, Source>;
  private readonly rules: ReadonlySet<string>;
  private readonly listed = new Map<string, readonly string[]>();
  private readonly treatments = new Map<string, ReadonlySet<string>>();

  constructor({ main, segments, members }: Documents, options: Options) {
    const document = record(main, []);
    const changes = own(document, "ff");
    this.shape = isRecord(changes) ? "changes" : "splits";
    const [from, at]: [unknown, Place] = isRecord(changes)
      ? [own(changes, "d"), ["ff", "d"]]
      : [own(document, "splits"), ["splits"]];
    if (!Array.isArray(from)) refuse("format", [], NOT_CHANGES);
    this.flags = sources(from, at);
    this.ruleBased = sources(own(own(document, "rbs"), "d"), ["rbs", "d"]);
    this.key = options.id === "keep" ? "key" : "targetingKey";
    this.known = new Map(this.flags.filter(({ archived }) => !archived).map((flag) => [flag.name, flag]));
    this.rules = new Set(this.ruleBased.filter(({ archived }) => !archived).map(({ name }) => name));
    for (const [name, keys] of Object.entries(members ?? {})) this.listed.set(name, keys);
    for (const one of Array.isArray(segments) ? segments : [segments]) {
      const [name, added] = [own(one, "name"), own(one, "added")];
      if (typeof name === "string" && Array.isArray(added))
        this.listed.set(
          name,
          added.filter((each) => typeof each === "string" && each !== ""),
        );
    }
  }

  /** The key here of a segment with listed members, which may have the name of one of rules. */
  listedKey(name: string): string {
    return this.rules.has(name) ? `${name}.members` : name;
  }

  private reading(draft: Draft): Reading {
    const members = (name: string, place: Place): readonly string[] =>
      this.listed.get(name) ??
      refuse(
        "big-segment",
        place,
        "The segment's members aren't in the document: give them (--segments, or --members).",
      );
    return {
      draft,
      key: this.key,
      members,
      segment: (name, place) => {
        this.used.set(name, members(name, place));
        return inSegment(this.listedKey(name));
      },
      ruleBased: (name) => (this.rules.has(name) ? inSegment(name) : NEVER),
      treatments: (flag) => {
        const found = this.known.get(flag);
        return found === undefined ? undefined : this.treatmentsOf(found);
      },
    };
  }

  private treatmentsOf(flag: Source): ReadonlySet<string> {
    let known = this.treatments.get(flag.name);
    if (known === undefined) this.treatments.set(flag.name, (known = new Set(gatherTreatments(flag))));
    return known;
  }

  flag(source: Source, draft: Draft): FlagInput {
    const { name, value, place } = source;
    onlyKnown(value, FLAG, place);
    this.configurations(source, draft);
    const killed = own(value, "killed") === true;
    const fallback = own(value, "defaultTreatment");
    const off: Serve = typeof fallback === "string" ? { variant: fallback } : { codeDefault: true };
    const [rules, prerequisites] = mapAll(
      [() => this.conditions(source, off, this.reading(draft)), () => this.prerequisites(source)] as (() => unknown)[],
      (part) => part(),
    ) as [RuleInput[], NonNullable<FlagInput["prerequisites"]>];
    const sets = list(own(value, "sets"), [...place, "sets"]).filter((set) => typeof set === "string" && set !== "");
    return {
      key: name,
      ...variantsOf(this.treatmentsOf(source), place),
      offVariant: typeof fallback === "string" ? fallback : null,
      prerequisites,
      // Killed it still has a treatment, which other flags may ask for.
      rules: killed ? [{ id: "killed", name: "Killed in Split", when: ALWAYS, serve: off }, ...rules] : rules,
      default: off,
      tags: sets.slice(0, LIMITS.tags).map((set) => `set:${set as string}`),
    };
  }

  private configurations({ value, place }: Source, draft: Draft): void {
    const configurations = own(value, "configurations");
    if (!isRecord(configurations) || Object.values(configurations).every((one) => one === null)) return;
    draft.refuseUnlessAccepted(
      "config",
      [...place, "configurations"],
      "A configuration beside the treatment has no place here: accept this to leave it out.",
      "The configurations of treatments are left out.",
    );
  }

  private prerequisites({ value, place }: Source): NonNullable<FlagInput["prerequisites"]> {
    return list(own(value, "prerequisites"), [...place, "prerequisites"]).map((one, i) => {
      const at = [...place, "prerequisites", i];
      const parent = this.known.get(text(own(record(one, at), "n"), [...at, "n"]));
      if (parent === undefined) return refuse("missing-flag", [...at, "n"], "This flag isn't in the document.");
      const known = this.treatmentsOf(parent);
      const asked = new Set(list(own(one, "ts"), [...at, "ts"]).filter((each) => known.has(each as string)));
      if (asked.size === 0) refuse("unknown-variant", [...at, "ts"], "That flag has none of these treatments.");
      return { flag: parent.name, variants: [...asked] as string[] };
    });
  }

  private conditions(source: Source, off: Serve, reading: Reading): RuleInput[] {
    const { value, place } = source;
    const at = [...place, "conditions"];
    const conditions = list(own(value, "conditions"), at).map((one, i) => record(one, [...at, i]));
    if (conditions.length === 0) refuse("malformed", at, "Without conditions Split's engine answers control.");
    const first = conditions.findIndex((one) => own(one, "conditionType") === "ROLLOUT");
    const outside = this.outside(source);
    return mapAll(conditions, (one, i): RuleInput[] => {
      const here = [...at, i];
      onlyKnown(one, CONDITION, here);
      const when = matcherGroup(own(one, "matcherGroup"), [...here, "matcherGroup"], reading);
      const serve = this.partitions(own(one, "partitions"), [...here, "partitions"], source);
      const label = own(one, "label");
      const name = typeof label === "string" ? label.slice(0, LIMITS.textLength) : "";
      const rule = { id: `condition-${i + 1}`, name, when, serve };
      if (i !== first || outside === undefined) return [rule];
      return [{ id: "allocation", name: "Not allocated", when: outside, serve: off }, rule];
    }).flat();
  }

  /** Who isn't allocated to the flag, and gets the default treatment from its first rollout on. */
  private outside({ name, value, place }: Source): Condition | undefined {
    const given = own(value, "trafficAllocation");
    if (given === undefined) return undefined;
    const allocation = number(given, [...place, "trafficAllocation"]);
    if (!(allocation < 100)) return undefined;
    const cut = cutWhere(PLACES, (n) => n + 1 <= allocation);
    return cut === 0
      ? ALWAYS
      : bucket([[cut, PLACES]], this.hashing({ name, value, place, archived: false }, "trafficAllocationSeed"));
  }

  private hashing({ value, place }: Source, seed: "seed" | "trafficAllocationSeed"): Hashing {
    const given = own(value, seed) ?? 0;
    if (!Number.isSafeInteger(given)) refuse("malformed", [...place, seed], "A seed must be a whole number.");
    const algorithm = own(value, "algo") ?? 2;
    if (algorithm !== 1 && algorithm !== 2)
      refuse("generation-unknown", [...place, "algo"], "It isn't known how this algorithm hashes.");
    return {
      by: [BUCKETING_KEY, this.key],
      hash: algorithm === 1 ? "split-legacy" : "split",
      salt: String(Number(given)),
      places: PLACES,
    };
  }

  private partitions(value: unknown, place: Place, source: Source): Serve {
    let sum = 0;
    const arms = list(value, place).map((one, i): Arm => {
      const at = [...place, i];
      const partition = record(one, at);
      onlyKnown(partition, PARTITION, at);
      const size = number(own(partition, "size"), [...at, "size"]);
      if (!(size >= 0)) refuse("weights", [...at, "size"], "A size must not be below 0.");
      const from = cutWhere(PLACES, (n) => n + 1 <= sum);
      sum += size;
      return {
        variant: text(own(partition, "treatment"), [...at, "treatment"]),
        from,
        to: cutWhere(PLACES, (n) => n + 1 <= sum),
      };
    });
    if (sum !== 100) refuse("weights", place, "The sizes must add up to 100: Split's engine answers control.");
    const whole = arms.find(({ from, to }) => from === 0 && to === PLACES);
    if (whole !== undefined) return { variant: whole.variant };
    return rollout(arms, this.hashing(source, "seed"), { otherwise: null, absent: "skip" });
  }

  convertSegment({ name, value, place }: Source, draft: Draft): void {
    onlyKnown(value, SEGMENT, place);
    const reading = this.reading(draft);
    const at = [...place, "conditions"];
    const conditions = list(own(value, "conditions"), at).map((one, i) => {
      const here = [...at, i];
      const condition = record(one, here);
      onlyKnown(condition, CONDITION, here);
      return matcherGroup(own(condition, "matcherGroup"), [...here, "matcherGroup"], reading);
    });
    const excluded = own(value, "excluded");
    const keys = list(own(excluded, "keys"), [...place, "excluded", "keys"]);
    const others = list(own(excluded, "segments"), [...place, "excluded", "segments"]).map((one, i): Condition => {
      const here = [...place, "excluded", "segments", i];
      const other = text(own(one, "name"), [...here, "name"]);
      const type = own(one, "type");
      if (type === "standard") return reading.segment(other, [...here, "name"]);
      if (type === "rule-based") return reading.ruleBased(other);
      return refuse("big-segment", here, "The members of a large segment are in Split's store alone.");
    });
    draft.segments.push({
      key: name,
      by: this.key,
      exclude: [...new Set(keys.filter((key) => typeof key === "string" && key !== ""))] as string[],
      when: all(not(any(...others)), any(...conditions)),
    });
  }
}

const NOT_CHANGES =
  "This isn't what Split's SDKs for servers get (GET /api/splitChanges?since=-1); the administration's answers have no seeds.";

function sources(from: unknown, place: Place): Source[] {
  return list(from, place).map((one, i) => {
    const at = [...place, i];
    const value = record(one, at);
    const name = text(own(value, "name"), [...at, "name"]);
    return { name, value, place: at, archived: own(value, "status") === "ARCHIVED" };
  });
}

function* gatherTreatments({ value }: Source): Generator<string> {
  const conditions = own(value, "conditions");
  for (const condition of Array.isArray(conditions) ? conditions : []) {
    const partitions = own(condition, "partitions");
    for (const partition of Array.isArray(partitions) ? partitions : []) {
      const treatment = own(partition, "treatment");
      if (typeof treatment === "string") yield treatment;
    }
  }
  const fallback = own(value, "defaultTreatment");
  if (typeof fallback === "string") yield fallback;
}

/** A flag that has nothing but `on` and `off` is a boolean one. */
function variantsOf(treatments: ReadonlySet<string>, place: Place): Pick<FlagInput, "type" | "variants"> {
  const all_ = [...treatments];
  const wrong = all_.find((one) => !isName(one));
  if (wrong !== undefined) refuse("name", place, "A treatment's name isn't a name here.");
  const plain = all_.every((one) => one === "on" || one === "off");
  const values = all_.map((one): [string, JsonValue] => [one, plain ? one === "on" : one]);
  return { type: plain ? "boolean" : "string", variants: Object.fromEntries(values) };
}
