import { type Condition, isName } from "../../contract/flag.ts";
import * as LIMITS from "../../contract/limits.ts";
import { inCircles } from "../circles.ts";
import { type Hashing, joined, rollout } from "../cuts.ts";
import { isRecord, type JsonRecord, list, number, onlyKnown, own, record, text } from "../documents.ts";
import type { Converted, Documents, Options, RuleInput } from "../importer.ts";
import { all, any, inSegment, NEVER, not, serves } from "../logic.ts";
import { Collector, type Draft, mapAll, type Place, refuse, Refusal } from "../report.ts";
import { type MadeRules, numbered } from "../rules.ts";
import { type NamedValues, Values } from "../values.ts";
import { userCondition } from "./conditions.ts";

/* ConfigCat's settings, as its SDKs get them in config_v6.json (design, interchange.md § 7.1). */

const SETTING = new Set(["t", "v", "i", "a", "r", "p"]);
const RULE = new Set(["c", "s", "p"]);
const OPTION = new Set(["p", "v", "i"]);
const SERVED = new Set(["v", "i"]);
const SEGMENT = new Set(["n", "r"]);
/** Where a value of a setting's type stands, and what it must be. */
const TYPES = [
  ["b", "boolean"],
  ["s", "string"],
  ["i", "number"],
  ["d", "number"],
] as const;

/** @throws Refusal of the whole document */
export function importConfigCat({ main }: Documents, options: Options): Converted {
  const document = record(main, []);
  const settings = own(document, "f");
  if (!isRecord(settings))
    return refuse("format", [], "This isn't ConfigCat's config_v6.json, which has settings in f.");
  for (const [key, setting] of Object.entries(settings)) {
    const value = own(setting, "v");
    if (value !== undefined && value !== null && typeof value !== "object")
      refuse("format", ["f", key, "v"], "This is an earlier format than config_v6.json: download that instead.");
  }
  const segments = list(own(document, "s"), ["s"]);
  const collector = new Collector(options);
  const config = new Config(settings, segments, options);
  for (const key of Object.keys(settings)) collector.flag(key, ["f", key], (draft) => config.convert(key, draft));
  for (const [index, key] of config.keys.entries())
    if (config.used.has(index)) collector.segment(key, ["s", index], (draft) => config.convertSegment(index, draft));
    else collector.skip("segment", key, ["s", index]);
  return collector.finish("config_v6");
}

class Config {
  /** The keys of the segments here, and which of them are used. */
  readonly keys: readonly string[];
  readonly used = new Set<number>();
  private readonly settings: JsonRecord;
  private readonly segments: readonly unknown[];
  private readonly options: Options;
  private readonly circular: ReadonlySet<string>;
  private readonly values = new Map<string, NamedValues | Refusal>();

  constructor(settings: JsonRecord, segments: readonly unknown[], options: Options) {
    this.settings = settings;
    this.segments = segments;
    this.options = options;
    this.keys = keysOf(segments);
    this.circular = inCircles(new Map(Object.entries(settings).map(([key, setting]) => [key, neededBy(setting)])));
  }

  convert(key: string, draft: Draft): void {
    const place = ["f", key];
    const setting = record(own(this.settings, key), place);
    onlyKnown(setting, SETTING, place);
    if (this.circular.has(key))
      refuse("cycle", place, "Its prerequisites go in a circle, or need such as do, and ConfigCat fails.");
    const values = this.valuesOf(key);
    const read: Setting = { key, setting, place, values };
    const at = [...place, "r"];
    const rules = mapAll(list(own(setting, "r"), at), (rule, i) => this.rule(rule, [...at, i], read));
    const otherwise = values.variant(valueOf(setting, place, typeOf(setting, place)))!;
    const options = list(own(setting, "p"), [...place, "p"]);
    draft.flags.push({
      key,
      type: values.type,
      variants: values.variants,
      rules: numbered(rules, "rule"),
      default:
        options.length === 0
          ? { variant: otherwise }
          : this.shared(options, [...place, "p"], read, { variant: otherwise }),
    });
  }

  convertSegment(index: number, draft: Draft): void {
    const place = ["s", index];
    const parts = this.segmentParts(index, place);
    draft.segments.push({ key: this.keys[index]!, when: all(...parts.flatMap((part) => [part.decided, part.test])) });
  }

  private rule(value: unknown, place: Place, setting: Setting): MadeRules {
    const rule = record(value, place);
    onlyKnown(rule, RULE, place);
    const conditions = list(own(rule, "c"), [...place, "c"]);
    const when = all(...conditions.map((one, i) => this.condition(one, [...place, "c", i])));
    const [served, options] = [own(rule, "s") ?? undefined, own(rule, "p") ?? undefined];
    const serve = ((): RuleInput["serve"] => {
      if (served !== undefined && options === undefined) {
        const at = [...place, "s"];
        onlyKnown(record(served, at), SERVED, at);
        return { variant: setting.values.variant(valueOf(record(served, at), at, typeOf(setting.setting, place)))! };
      }
      const listed = list(options, [...place, "p"]);
      if (served !== undefined || listed.length === 0)
        return refuse("malformed", place, "A rule must have either a value or percentages.");
      return this.shared(listed, [...place, "p"], setting, "skip");
    })();
    return { id: undefined, name: "", rules: [{ when, serve }] };
  }

  /** Percentages of a hundred places; a place belongs to the first running sum that is above it. */
  private shared(
    options: readonly unknown[],
    place: Place,
    { key, setting, values, place: settingPlace }: Setting,
    absent: "skip" | { variant: string },
  ): RuleInput["serve"] {
    let sum = 0;
    const arms = options.map((value, i) => {
      const at = [...place, i];
      const option = record(value, at);
      onlyKnown(option, OPTION, at);
      const percentage = number(own(option, "p"), [...at, "p"]);
      if (!Number.isInteger(percentage) || percentage < 0)
        refuse("malformed", [...at, "p"], "A percentage must be a whole number that isn't below 0.");
      const from = sum;
      sum += percentage;
      const variant = values.variant(valueOf(option, at, typeOf(setting, settingPlace)))!;
      return { variant, from: Math.min(from, 100), to: Math.min(sum, 100) };
    });
    if (sum !== 100) refuse("weights", place, `The percentages add up to ${sum}, and not to 100.`);
    const named = own(setting, "a") ?? "Identifier";
    const hashing: Hashing = {
      by: this.attributeOf(text(named, [...settingPlace, "a"])),
      hash: "configcat",
      salt: key,
      as: "text",
      places: 100,
    };
    const serving = joined(arms.filter(({ from, to }) => from < to));
    return rollout(serving, hashing, { otherwise: null, absent });
  }

  private attributeOf(name: string): string {
    return name === "Identifier" && this.options.id !== "keep" ? "targetingKey" : name;
  }

  private condition(value: unknown, place: Place): Condition {
    const container = record(value, place);
    const kinds = Object.keys(container).filter((name) => own(container, name) !== null);
    const [kind, ...more] = kinds;
    if (kind === undefined || more.length > 0)
      return refuse("malformed", place, "A condition must have exactly one of u, p and s.");
    const at = [...place, kind];
    const inner = record(own(container, kind), at);
    if (kind === "u") {
      const { decided: given, test } = userCondition(inner, at, (name) => this.attributeOf(name));
      return all(given, test);
    }
    if (kind === "p") return this.prerequisite(inner, at);
    if (kind === "s") return this.segment(inner, at);
    return refuse("unknown-field", at, `It isn't known what ${JSON.stringify(kind.slice(0, 100))} means.`);
  }

  private prerequisite(condition: JsonRecord, place: Place): Condition {
    onlyKnown(condition, new Set(["f", "c", "v"]), place);
    const key = text(own(condition, "f"), [...place, "f"]);
    const comparator = number(own(condition, "c"), [...place, "c"]);
    if (comparator !== 0 && comparator !== 1)
      refuse("unknown-field", [...place, "c"], `It isn't known what comparator ${comparator} means.`);
    if (!Object.hasOwn(this.settings, key))
      return refuse("missing-flag", [...place, "f"], "The prerequisite isn't in the document, and ConfigCat fails.");
    const parent = record(own(this.settings, key), ["f", key]);
    const wanted = valueOf(condition, place, typeOf(parent, ["f", key]));
    const { variants } = this.valuesOf(key);
    const those = Object.keys(variants).filter((name) => variants[name] === wanted);
    const holds = those.length === 0 ? NEVER : serves(key, those);
    return comparator === 0 ? holds : not(holds);
  }

  /** In a segment, or surely not in it: where one of its conditions is decided and false, and those before it hold. */
  private segment(condition: JsonRecord, place: Place): Condition {
    onlyKnown(condition, new Set(["s", "c"]), place);
    const index = number(own(condition, "s"), [...place, "s"]);
    const comparator = number(own(condition, "c"), [...place, "c"]);
    if (this.keys[index] === undefined)
      refuse("missing-reference", [...place, "s"], "The segment isn't in the document, and ConfigCat fails.");
    if (comparator === 0) {
      this.used.add(index);
      return inSegment(this.keys[index]);
    }
    if (comparator !== 1)
      refuse("unknown-field", [...place, "c"], `It isn't known what comparator ${comparator} means.`);
    const parts = this.segmentParts(index, place);
    if (parts.length > LIMITS.clausesPerRule)
      refuse("limit", place, `A segment that is negated may have ${LIMITS.clausesPerRule} conditions.`);
    return any(
      ...parts.map((part, i) => {
        const before = parts.slice(0, i).flatMap((one) => [one.decided, one.test]);
        return all(...before, part.decided, not(part.test));
      }),
    );
  }

  private segmentParts(index: number, place: Place) {
    const at = ["s", index];
    const segment = record(this.segments[index], at);
    onlyKnown(segment, SEGMENT, at);
    if (text(own(segment, "n"), [...at, "n"]) === "") refuse("malformed", place, "The segment has no name.");
    return list(own(segment, "r"), [...at, "r"]).map((one, i) =>
      userCondition(one, [...at, "r", i], (name) => this.attributeOf(name)),
    );
  }

  private valuesOf(key: string): NamedValues {
    let known = this.values.get(key);
    if (known === undefined) this.values.set(key, (known = gathered(own(this.settings, key), ["f", key])));
    if (known instanceof Refusal) throw known;
    return known;
  }
}

type Setting = { key: string; setting: JsonRecord; place: Place; values: NamedValues };

/** A segment's key is its name, where it is one and no other's. */
function keysOf(segments: readonly unknown[]): string[] {
  const names = segments.map((segment) => own(segment, "n"));
  const uses = new Map<unknown, number>();
  for (const name of names) uses.set(name, (uses.get(name) ?? 0) + 1);
  return names.map((name, index) =>
    typeof name === "string" && isName(name) && uses.get(name) === 1 ? name : `segment-${index + 1}`,
  );
}

function typeOf(setting: unknown, place: Place): number {
  const type = own(setting, "t");
  return typeof type === "number" && TYPES[type] !== undefined
    ? type
    : refuse("malformed", [...place, "t"], "It isn't known of which type this setting is.");
}

/** @throws Refusal of a value that isn't of the setting's type */
function valueOf(served: unknown, place: Place, type: number): string | number | boolean {
  const [name, kind] = TYPES[type]!;
  const value = own(own(served, "v"), name);
  const fits = typeof value === kind && (name !== "i" || Number.isSafeInteger(value));
  return fits
    ? (value as string | number | boolean)
    : refuse("malformed", [...place, "v"], `There must be a value of the setting's type, in ${name}.`);
}

/** All values that a setting serves, in the order in which they are met. */
function gathered(setting: unknown, place: Place): NamedValues | Refusal {
  const values = new Values();
  const add = (served: unknown, at: Place): void => values.add(valueOf(served, at, typeOf(setting, place)), at);
  const addOptions = (options: unknown, at: Place): void =>
    list(options, at).forEach((option, i) => add(option, [...at, i]));
  try {
    add(setting, place);
    for (const [i, rule] of list(own(setting, "r"), [...place, "r"]).entries()) {
      const at = [...place, "r", i];
      if (own(rule, "s")) add(own(rule, "s"), [...at, "s"]);
      addOptions(own(rule, "p"), [...at, "p"]);
    }
    addOptions(own(setting, "p"), [...place, "p"]);
    return values.named();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** The settings that a setting's conditions ask for. */
function neededBy(setting: unknown): ReadonlySet<string> {
  const rules = own(setting, "r");
  const keys = new Set<string>();
  for (const rule of Array.isArray(rules) ? (rules as unknown[]) : []) {
    const conditions = own(rule, "c");
    for (const condition of Array.isArray(conditions) ? (conditions as unknown[]) : []) {
      const key = own(own(condition, "p"), "f");
      if (typeof key === "string") keys.add(key);
    }
  }
  return keys;
}
