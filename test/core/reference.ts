import semver from "semver";
import type { Clause, Condition, Flag, HashedAs, Rollout, Serve, VersionScheme } from "../../src/contract/flag.ts";
import type { Segment } from "../../src/contract/segment.ts";

/*
 * The design's flags.md, read aloud: slow, obvious, and sharing no code with src/core. What the tests compare the
 * compiled evaluator with. Patterns (`matches`) are read as JavaScript's, which mean the same as RE2's in the simple
 * ones that the tests generate.
 */

type Attributes = { [name: string]: unknown };
export type Environment = { flags: readonly Flag[]; segments: readonly Segment[] };
export type Answer =
  | { reason: string; variant: string; value: unknown; ruleId?: string }
  | { reason: string; ruleId?: string }
  | { reason: "ERROR"; errorCode: "PARSE_ERROR" };

/** What a live flag of an environment answers. */
export function referenceEvaluate(environment: Environment, key: string, context: Attributes, now: number): Answer {
  if (!compiles(environment, { flag: key }, [])) return { reason: "ERROR", errorCode: "PARSE_ERROR" };
  const flag = environment.flags.find((one) => one.key === key)!;
  const answer = (reason: string, variant: string | null, ruleId?: string): Answer => ({
    reason,
    ...(variant === null ? {} : { variant, value: flag.variants[variant] as unknown }),
    ...(ruleId === undefined ? {} : { ruleId }),
  });
  if (!flag.enabled) return answer("DISABLED", flag.offVariant);
  for (const prerequisite of flag.prerequisites)
    if (!holds(environment, prerequisite, context, now)) return answer("DISABLED", flag.offVariant);

  for (const rule of flag.rules) {
    if (rule.window.from !== null && now < instant(rule.window.from)!) continue;
    if (rule.window.until !== null && now >= instant(rule.window.until)!) continue;
    if (!holds(environment, rule.when, context, now)) continue;
    const served = serve(rule.serve, context);
    if (served === PASSES_ON) continue;
    return answer("rollout" in rule.serve ? "SPLIT" : "TARGETING_MATCH", served, rule.id);
  }
  const served = serve(flag.default, context);
  if (served === PASSES_ON) return answer("DEFAULT", null);
  if ("rollout" in flag.default) return answer("SPLIT", served);
  return answer(flag.rules.length === 0 ? "STATIC" : "DEFAULT", served);
}

/** Whether nothing that a flag or segment needs is missing or leads back to it. */
function compiles(environment: Environment, one: { flag: string } | { segment: string }, above: string[]): boolean {
  const name = JSON.stringify(one);
  if (above.includes(name)) return false;
  const resource =
    "flag" in one
      ? environment.flags.find((flag) => flag.key === one.flag)
      : environment.segments.find((segment) => segment.key === one.segment);
  if (resource === undefined) return false;
  const conditions = "rules" in resource ? resource.rules.map((rule) => rule.when) : [resource.when];
  const needs = [
    ...("prerequisites" in resource ? resource.prerequisites.map(({ flag }) => ({ flag })) : []),
    ...conditions.flatMap(mentions),
  ];
  return needs.every((need) => compiles(environment, need, [...above, name]));
}

function mentions(condition: Condition): ({ flag: string } | { segment: string })[] {
  if ("all" in condition) return condition.all.flatMap(mentions);
  if ("any" in condition) return condition.any.flatMap(mentions);
  if ("not" in condition) return mentions(condition.not);
  if ("segment" in condition) return [{ segment: condition.segment }];
  if ("flag" in condition) return [{ flag: condition.flag }];
  return [];
}

function holds(environment: Environment, condition: Condition, context: Attributes, now: number): boolean {
  if ("all" in condition) return condition.all.every((one) => holds(environment, one, context, now));
  if ("any" in condition) return condition.any.some((one) => holds(environment, one, context, now));
  if ("not" in condition) return !holds(environment, condition.not, context, now);
  if ("segment" in condition) return inSegment(environment, condition.segment, context, now);
  if ("flag" in condition) {
    const flag = environment.flags.find((one) => one.key === condition.flag)!;
    const answer = referenceEvaluate(environment, flag.key, context, now);
    return flag.enabled && "variant" in answer && condition.variants.includes(answer.variant);
  }
  if ("bucket" in condition) {
    const { by, salt, as } = condition.bucket;
    const value = hashable(by, context, as);
    if (value === undefined) return false;
    const h = BigInt(murmur(salt, value));
    if ("ranges" in condition.bucket) return condition.bucket.ranges.some((one) => isWithin(one, h));
    const { from, to } = condition.bucket;
    return ceilDivide(BigInt(from) << 32n, 100_000n) <= h && h < ceilDivide(BigInt(to) << 32n, 100_000n);
  }
  if ("window" in condition) {
    const { from, until } = condition.window;
    return (from === null || instant(from)! <= now) && (until === null || now < instant(until)!);
  }
  return clauseHolds(condition, attribute(context, condition.attribute));
}

function inSegment(environment: Environment, key: string, context: Attributes, now: number): boolean {
  const segment = environment.segments.find((one) => one.key === key)!;
  const member = hashable(segment.by, context);
  if (member !== undefined && segment.exclude.includes(member)) return false;
  if (member !== undefined && segment.include.includes(member)) return true;
  return holds(environment, segment.when, context, now);
}

// Attributes

function attribute(context: Attributes, path: string): unknown {
  if (Object.keys(context).includes(path)) return context[path];
  let here: unknown = context;
  for (const step of path.split(".")) {
    if (typeof here !== "object" || here === null || Array.isArray(here)) return undefined;
    if (!Object.getOwnPropertyNames(here).includes(step)) return undefined;
    here = Object.getOwnPropertyDescriptor(here, step)!.value;
  }
  return here;
}

function hashable(by: string | readonly string[], context: Attributes, as: HashedAs = "id"): string | undefined {
  for (const path of [by].flat()) {
    const value = attribute(context, path);
    if (value === undefined || value === null) continue;
    if (as === "text" || (as === "truthy" && value)) return `${value as string}`;
    if (as === "truthy") continue;
    if (typeof value === "string") return value;
    if (as === "id" && Number.isSafeInteger(value)) return BigInt(value as number).toString();
  }
  return undefined;
}

// Clauses

function clauseHolds(clause: Clause, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (clause.operator === "exists") return true;
  if (clause.operator === "containsAll")
    return Array.isArray(value) && clause.values.every((wanted) => value.some((held) => held === wanted));
  const values: readonly (string | number | boolean)[] = clause.values;
  if (clause.operator === "type") return values.includes(Array.isArray(value) ? "array" : typeof value);
  const elements: readonly unknown[] = conversion(clause, value);
  return elements.some((element) => values.some((wanted) => satisfies(clause, element, wanted)));
}

/** What of an attribute is compared. */
function conversion(clause: Clause, value: unknown): readonly unknown[] {
  if (clause.operator === "version" && clause.scheme === "padded") return [value];
  switch (clause.as ?? "each") {
    case "each":
      return Array.isArray(value) ? value : [value];
    case "typed":
      return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "number");
    case "whole":
      return [value];
    case "text":
      return [`${value as string}`];
    case "number":
      return [Number(value)];
    case "truth":
      return [!!value];
  }
}

function satisfies(clause: Clause, held: unknown, wanted: string | number | boolean): boolean {
  const fold = "ignoreCase" in clause && clause.ignoreCase;
  const folded = (text: string): string => (fold ? Array.from(text, simplyFolded).join("") : text);
  switch (clause.operator) {
    case "in":
      if (typeof held === "string" && typeof wanted === "string") return folded(held) === folded(wanted);
      return held === wanted;
    case "contains":
      return typeof held === "string" && folded(held).includes(folded(String(wanted)));
    case "startsWith":
      return typeof held === "string" && folded(held).startsWith(folded(String(wanted)));
    case "endsWith":
      return typeof held === "string" && folded(held).endsWith(folded(String(wanted)));
    case "matches":
      if (typeof held !== "string" || new TextEncoder().encode(held).length > 4096) return false;
      return new RegExp(String(wanted), fold ? "iu" : "u").test(held);
    case "lessThan":
      if (clause.as === "text") return (held as string) < wanted;
      return order(held, wanted) < 0;
    case "atMost":
      if (clause.as === "text") return (held as string) <= wanted;
      return order(held, wanted) <= 0;
    case "greaterThan":
      if (clause.as === "text") return (held as string) > wanted;
      return order(held, wanted) > 0;
    case "atLeast":
      if (clause.as === "text") return (held as string) >= wanted;
      return order(held, wanted) >= 0;
    case "before":
      return time(held) < time(wanted);
    case "after":
      return time(held) > time(wanted);
    case "semver":
      return versionIn(held, String(wanted));
    case "version":
      return versionCompares(clause.scheme, held, String(wanted));
    case "cidr":
      return typeof held === "string" && addressIn(held, String(wanted));
    case "exists":
    case "type":
    case "containsAll":
      throw new Error("is about the whole attribute");
  }
}

/** The smallest character that a regular expression takes for this one when it ignores case. */
function simplyFolded(character: string): string {
  const forms = [character, character.toLowerCase(), character.toUpperCase(), character.toUpperCase().toLowerCase()];
  const same = new RegExp(`^[${character.replace(/[\\\]^-]/, "\\$&")}]$`, "iu");
  return forms.filter((form) => same.test(form)).sort()[0]!;
}

/** A number or a decimal text as a fraction with a power of ten below the line; undefined is neither. */
function decimal(value: unknown): { above: bigint; places: number } | undefined {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || (text === value && /e/i.test(text))) return undefined;
  const parts = /^([-+]?)(\d*)(?:\.(\d+))?(?:e([-+]\d+))?$/.exec(text);
  if (parts === null || (parts[2] === "" && parts[3] === undefined)) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = parts;
  const above = BigInt(`${whole}${fraction}`) * (sign === "-" ? -1n : 1n);
  return { above, places: fraction.length - Number(exponent) };
}

/** Below 0, 0 or above 0; NaN where one of them has no place in the order. */
function order(held: unknown, wanted: unknown): number {
  const [one, other] = [decimal(held), decimal(wanted)];
  if (one === undefined || other === undefined) return NaN;
  const most = Math.max(one.places, other.places);
  const difference = one.above * 10n ** BigInt(most - one.places) - other.above * 10n ** BigInt(most - other.places);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function time(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" ? (instant(value) ?? NaN) : NaN;
}

/** Epoch milliseconds of an RFC 3339 text; no leap seconds and no more than three decimals are generated. */
function instant(text: string): number | undefined {
  const upper = text.toUpperCase();
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[-+]\d\d:\d\d)$/.exec(upper);
  if (parts === null) return undefined;
  const local = Date.parse(`${parts[1]}Z`);
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 19) !== parts[1]) return undefined;
  const value = Date.parse(upper);
  return Number.isNaN(value) ? undefined : value;
}

function versionIn(held: unknown, range: string): boolean {
  if (typeof held !== "string" || held.length > 256) return false;
  const [, core, rest] = /^v?(\d+(?:\.\d+){0,2})((?:[-+].*)?)$/s.exec(held) ?? [];
  if (core === undefined) return false;
  const full = [...core.split("."), "0", "0"].slice(0, 3).join(".");
  return semver.valid(full + rest) !== null && !/\s/.test(held) && semver.satisfies(full + rest, range);
}

function versionCompares(scheme: VersionScheme, held: unknown, wanted: string): boolean {
  const [, operator, operand] = /^([<>]?=?)(.*)$/s.exec(wanted)!;
  const one = comparable(scheme, held);
  const other = comparable(scheme, operand);
  if (one === undefined || other === undefined) return false;
  const order = scheme === "padded" ? (one < other ? -1 : one > other ? 1 : 0) : semver.compare(one, other);
  return { "=": order === 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[operator!]!;
}

function comparable(scheme: VersionScheme, value: unknown): string | undefined {
  if (scheme === "padded") {
    const text = typeof value === "number" ? `${value}` : typeof value === "string" && value ? value : "0";
    const parts = text.replace(/^v/, "").replace(/[+].*$/, "").split(/[-.]/); // prettier-ignore
    if (parts.length === 3) parts.push("~");
    return parts.map((part) => (/^\d+$/.test(part) ? " ".repeat(Math.max(0, 5 - part.length)) + part : part)).join("-");
  }
  let text =
    typeof value === "string" ? value.trim() : typeof value === "number" && scheme === "loose" ? `${value}` : "";
  if (scheme === "loose") text = text.replace(/^[vV][vV]?/, "");
  else if (scheme !== "prefixed" && text.startsWith("v")) return undefined;
  if (scheme === "loose" && text.startsWith("v")) return undefined;
  const qualified = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?([-+].*)?$/.exec(text);
  if (qualified === null) return semver.valid(text) === null ? undefined : text.replace(/^v/, "");
  const [, major, minor, patch, rest = ""] = qualified;
  const short = patch === undefined;
  if (short && (scheme === "strict" || scheme === "prefixed" || (scheme === "loose" && rest !== ""))) return undefined;
  const full = `${major}.${minor ?? 0}.${patch ?? 0}${rest}`;
  return semver.valid(full) === null ? undefined : full;
}

type Address = { family: 4 | 6; bits: string };

function addressIn(held: string, range: string): boolean {
  const [network, length] = range.split("/");
  const written = parseAddress(network!);
  const inside = normal(parseAddress(held));
  if (written === undefined || inside === undefined) return false;
  let prefix = length === undefined ? written.bits.length : Number(length);
  let net = written;
  if (written.family === 6 && isMapped(written) && prefix >= 96) {
    net = normal(written)!;
    prefix -= 96;
  }
  return net.family === inside.family && net.bits.slice(0, prefix) === inside.bits.slice(0, prefix);
}

const MAPPED = "0".repeat(80) + "1".repeat(16);
const isMapped = (address: Address): boolean => address.family === 6 && address.bits.startsWith(MAPPED);
const normal = (address: Address | undefined): Address | undefined =>
  address && isMapped(address) ? { family: 4, bits: address.bits.slice(96) } : address;

function parseAddress(text: string): Address | undefined {
  const binary = (value: number, width: number): string => value.toString(2).padStart(width, "0");
  if (/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text)) {
    const parts = text.split(".").map(Number);
    return parts.every((part) => part <= 255)
      ? { family: 4, bits: parts.map((part) => binary(part, 8)).join("") }
      : undefined;
  }
  if (!text.includes(":")) return undefined;
  const last = text.slice(text.lastIndexOf(":") + 1);
  const tail = last.includes(".") ? parseAddress(last) : undefined;
  if (last.includes(".") && tail === undefined) return undefined;
  const groups = tail ? text.slice(0, -last.length) + `${tail.bits.length}:0` : text; // two groups in the tail's place
  const halves = groups.split("::");
  if (halves.length > 2) return undefined;
  const [before, after] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - before!.length - (after?.length ?? 0);
  if (after === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...before!, ...Array<string>(after === undefined ? 0 : missing).fill("0"), ...(after ?? [])];
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const bits = all.map((group) => binary(parseInt(group, 16), 16)).join("");
  return { family: 6, bits: tail ? bits.slice(0, 96) + tail.bits : bits };
}

// Serving

const PASSES_ON = Symbol("passes on");

/** The variant served, null for the code default. */
function serve(what: Serve, context: Attributes): string | null | typeof PASSES_ON {
  if ("variant" in what) return what.variant;
  if ("codeDefault" in what) return null;
  const { rollout } = what;
  const otherwise = rollout.otherwise ?? PASSES_ON;
  const value = hashable(rollout.by, context, rollout.as);
  if (value === undefined) {
    if (typeof rollout.absent === "object") return rollout.absent.variant;
    if (rollout.absent === "skip") return PASSES_ON;
    if (rollout.absent === "first") return "split" in rollout ? rollout.split[0]!.variant : rollout.ranges[0]!.variant;
    return otherwise;
  }
  const h = BigInt(murmur(rollout.salt!, value));
  return owner(rollout, h) ?? otherwise;
}

function owner(rollout: Rollout, h: bigint): string | undefined {
  if ("ranges" in rollout) return rollout.ranges.find((one) => isWithin(one, h))?.variant;
  const { split } = rollout;
  const p = BigInt(Math.round(rollout.percentage * 1000));
  const W = split.reduce((sum, share) => sum + BigInt(share.weight), 0n);
  for (const [i, { variant, weight }] of split.entries()) {
    const C = split.slice(0, i).reduce((sum, share) => sum + BigInt(share.weight), 0n);
    const from = ceilDivide(C << 32n, W);
    const to = ceilDivide((C * 100_000n + p * BigInt(weight)) << 32n, W * 100_000n);
    if (from <= h && h < to) return variant;
  }
  return undefined;
}

function isWithin({ from, to }: { from: number; to: number }, h: bigint): boolean {
  return Math.ceil(from * 2 ** 32) <= h && h < Math.ceil(to * 2 ** 32);
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return a % b === 0n ? a / b : a / b + 1n;
}

/** MurmurHash3 x86 32-bit, seed 0, of the UTF-8 bytes of two texts in a row. */
function murmur(salt: string, value: string): number {
  const bytes = [...new TextEncoder().encode(salt), ...new TextEncoder().encode(value)];
  const M = 0xffffffffn;
  const rotate = (x: bigint, by: bigint): bigint => ((x << by) | (x >> (32n - by))) & M;
  const scramble = (k: bigint): bigint => (rotate((k * 0xcc9e2d51n) & M, 15n) * 0x1b873593n) & M;
  let h = 0n;
  for (let i = 0; i < bytes.length; i += 4) {
    const block = bytes.slice(i, i + 4);
    const k = block.reduce((sum, byte, place) => sum + (BigInt(byte) << BigInt(8 * place)), 0n);
    h ^= scramble(k);
    if (block.length === 4) h = (rotate(h, 13n) * 5n + 0xe6546b64n) & M;
  }
  h ^= BigInt(bytes.length);
  h ^= h >> 16n;
  h = (h * 0x85ebca6bn) & M;
  h ^= h >> 13n;
  h = (h * 0xc2b2ae35n) & M;
  return Number(h ^ (h >> 16n));
}
