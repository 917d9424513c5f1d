import * as z from "zod/mini";
import { parseInstant } from "./instant.ts";
import { type JsonValue, utf8Length } from "./json.ts";
import { LIMITS } from "./limits.ts";
import { NAME, name } from "./names.ts";

/*
 * The flag model: one schema is the source of the types, of validation and of the JSON Schema.
 * What needs more than the flag itself (references, cycles, patterns that must compile) is checked by core/compile.
 */

const text = z.string().check(z.maxLength(LIMITS.textLength));
const path = z.string().check(z.minLength(1), z.maxLength(LIMITS.nameLength));
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const perThousandth = z.number().check(z.minimum(0), z.maximum(100), z.multipleOf(0.001));

/** How a context becomes a number. Vendors' hashes join this list with their importers. */
export const HASHES = ["murmur3"] as const;
const hash = z.enum(HASHES);
const salt = z.string().check(z.maxLength(LIMITS.nameLength));

/** The attribute that is hashed, or several of which the first present one is. */
const by = z.union([path, z.array(path).check(z.minLength(1), z.maxLength(10))]);

// ---- conditions

const ignoreCase = z._default(z.boolean(), false);
/** A text that is wholly a decimal number. */
export const DECIMAL = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)$/;
const decimal = z.union([z.number(), z.string().check(z.regex(DECIMAL, "must be a decimal number"))]);
export const dateTime = z.string().check(
  z.refine((value) => parseInstant(value) !== undefined, "must be an RFC 3339 date-time"),
  z.meta({ format: "date-time" }),
);
const instant = z.union([z.number(), dateTime]);
const list = <S extends z.ZodMiniType>(value: S, most: number) => z.array(value).check(z.maxLength(most));

const clause = z.discriminatedUnion("operator", [
  z.strictObject({ attribute: path, operator: z.literal("in"), values: list(scalar, LIMITS.listedValues), ignoreCase }),
  z.strictObject({
    attribute: path,
    operator: z.enum(["contains", "startsWith", "endsWith", "matches"]),
    values: list(z.string(), LIMITS.scannedValues),
    ignoreCase,
  }),
  z.strictObject({
    attribute: path,
    operator: z.enum(["lessThan", "atMost", "greaterThan", "atLeast"]),
    values: list(decimal, LIMITS.scannedValues),
  }),
  z.strictObject({
    attribute: path,
    operator: z.enum(["before", "after"]),
    values: list(instant, LIMITS.scannedValues),
  }),
  z.strictObject({
    attribute: path,
    operator: z.literal("semver"),
    values: list(z.string().check(z.maxLength(LIMITS.semverLength)), LIMITS.scannedValues),
  }),
  z.strictObject({
    attribute: path,
    operator: z.literal("cidr"),
    values: list(z.string().check(z.maxLength(64)), LIMITS.listedValues),
  }),
  z.strictObject({
    attribute: path,
    operator: z.literal("containsAll"),
    values: list(scalar, LIMITS.listedValues),
  }),
  z.strictObject({
    attribute: path,
    operator: z.literal("exists"),
    values: z._default(z.array(z.never()).check(z.maxLength(0)), []),
  }),
]);

const bucketEdge = z.int().check(z.minimum(0), z.maximum(100_000));
const bucket = z
  .strictObject({
    by: z._default(by, "targetingKey"),
    hash: z._default(hash, "murmur3"),
    salt,
    from: bucketEdge,
    to: bucketEdge,
  })
  .check(z.refine((range) => range.from <= range.to, { path: ["to"], message: "must not be below from" }));

const names = z.array(name).check(z.minLength(1), z.maxLength(LIMITS.variants));

export type Clause = z.output<typeof clause>;
export type BucketRange = z.output<typeof bucket>;
export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | { segment: string }
  | { flag: string; variants: string[] }
  | { bucket: BucketRange }
  | Clause;

export const condition: z.ZodMiniType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(condition) }),
    z.strictObject({ any: z.array(condition) }),
    z.strictObject({ not: condition }),
    z.strictObject({ segment: name }),
    z.strictObject({ flag: name, variants: names }),
    z.strictObject({ bucket }),
    clause,
  ]),
);

/** The children of an inner node of a condition tree, each with its path below that node; none for a leaf. */
export function children(node: Condition): { path: (string | number)[]; node: Condition }[] {
  if ("all" in node) return node.all.map((child, i) => ({ path: ["all", i], node: child }));
  if ("any" in node) return node.any.map((child, i) => ({ path: ["any", i], node: child }));
  if ("not" in node) return [{ path: ["not"], node: node.not }];
  return [];
}

/** How many leaves a condition tree has. */
export function leaves(node: Condition): number {
  if ("all" in node || "any" in node || "not" in node)
    return children(node).reduce((sum, child) => sum + leaves(child.node), 0);
  return 1;
}

/** How deep a condition tree is: a leaf, or an empty `all` or `any`, is 1. */
export function depth(node: Condition): number {
  return 1 + children(node).reduce((deepest, child) => Math.max(deepest, depth(child.node)), 0);
}

// ---- serve

const share = z.strictObject({ variant: name, weight: z.int().check(z.minimum(0), z.maximum(LIMITS.weight)) });
const fraction = z.number().check(z.minimum(0), z.maximum(1));
const range = z.strictObject({ variant: name, from: fraction, to: fraction });
const rolloutCommon = {
  otherwise: z._default(z.nullable(name), null),
  by: z._default(by, "targetingKey"),
  salt: z.optional(salt),
  hash: z._default(hash, "murmur3"),
  absent: z._default(z.union([z.enum(["otherwise", "skip", "first"]), z.strictObject({ variant: name })]), "otherwise"),
};
export const split = z.array(share).check(
  z.minLength(1),
  z.maxLength(LIMITS.variants),
  z.refine((shares) => shares.some((one) => one.weight > 0), "needs a weight above 0"),
  z.refine((shares) => new Set(shares.map((one) => one.variant)).size === shares.length, "must name each variant once"),
);
export const percentage = perThousandth;
const rollout = z.union([
  z.strictObject({ percentage, split, ...rolloutCommon }),
  z.strictObject({
    ranges: z.array(range).check(z.minLength(1), z.maxLength(LIMITS.variants * 10)),
    ...rolloutCommon,
  }),
]);
const serve = z.union([
  z.strictObject({ variant: name }),
  z.strictObject({ rollout }),
  z.strictObject({ codeDefault: z.literal(true) }),
]);

export type Split = z.output<typeof split>;
export type Rollout = z.output<typeof rollout>;
export type Serve = z.output<typeof serve>;

// ---- flag

const edge = z._default(z.nullable(dateTime), null);
const window = z.strictObject({ from: edge, until: edge }).check(
  z.refine((w) => w.from === null || w.until === null || !(parseInstant(w.from)! >= parseInstant(w.until)!), {
    path: ["until"],
    message: "must be after from",
  }),
);
export const rule = z.strictObject({
  id: z.optional(name),
  name: z._default(text, ""),
  when: z._default(condition, { all: [] }),
  window: z._default(window, { from: null, until: null }),
  serve,
});

export const FLAG_TYPES = ["boolean", "string", "number", "object"] as const;
export type FlagType = (typeof FLAG_TYPES)[number];

/** Names in metadata that every evaluation sets itself. */
const RESERVED_METADATA = ["version", "cohort", "ruleId"];

/** The properties of a flag, before it is checked against itself. */
export const flagFields = z.strictObject({
  key: name,
  type: z.enum(FLAG_TYPES),
  variants: z.record(name, z.unknown()),
  enabled: z._default(z.boolean(), true),
  offVariant: z._default(z.nullable(name), null),
  prerequisites: z._default(list(z.strictObject({ flag: name, variants: names }), LIMITS.prerequisites), []),
  rules: z._default(list(rule, LIMITS.rules), []),
  default: serve,
  shadow: z._default(perThousandth, 0),
  clientSide: z._default(z.boolean(), false),
  kind: z._default(z.enum(["release", "experiment", "operational", "permission"]), "release"),
  description: z._default(text, ""),
  owner: z._default(text, ""),
  tags: z._default(list(path, LIMITS.tags), []),
  metadata: z._default(z.record(name, scalar), {}),
});
type Fields = z.output<typeof flagFields>;

export type Rule = Omit<Fields["rules"][number], "id"> & { id: string };
export type Flag = Omit<Fields, "rules" | "variants"> & { rules: Rule[]; variants: Record<string, JsonValue> };

/** A whole flag as a client may send it; parsing fills every property that was left out. */
export const flag = z.pipe(
  flagFields.check(
    z.superRefine((value, context) => {
      for (const { path: at, message } of flagIssues(value)) context.addIssue({ code: "custom", path: at, message });
    }),
  ),
  z.transform(complete),
);

/** Gives every rule an id and every rollout its salt, so that an answer shows what is in force. */
function complete(value: Fields): Flag {
  const taken = new Set(value.rules.map((one) => one.id));
  const rules = value.rules.map((one, index): Rule => {
    let id = one.id;
    for (let n = index + 1; id === undefined; n++) {
      if (!taken.has(`rule-${n}`)) id = `rule-${n}`;
    }
    taken.add(id);
    return { ...one, id, serve: salted(one.serve, value.key) };
  });
  return {
    ...(value as Omit<Fields, "variants"> & Pick<Flag, "variants">),
    rules,
    default: salted(value.default, value.key),
  };
}

function salted(value: Serve, key: string): Serve {
  return "rollout" in value ? { rollout: { ...value.rollout, salt: value.rollout.salt ?? key } } : value;
}

type PathIssue = { path: (string | number)[]; message: string };

/** What a flag can contradict within itself. */
function* flagIssues(value: Fields): Generator<PathIssue> {
  const variants = Object.keys(value.variants);
  if (variants.length < 1 || variants.length > LIMITS.variants)
    yield { path: ["variants"], message: `must have 1 to ${LIMITS.variants} entries` };
  for (const [key, variant] of Object.entries(value.variants)) {
    if (!hasType(variant, value.type)) yield { path: ["variants", key], message: `must be of type ${value.type}` };
    else if (utf8Length(JSON.stringify(variant)) > LIMITS.variantValueBytes)
      yield { path: ["variants", key], message: `must be at most ${LIMITS.variantValueBytes} bytes of JSON` };
  }
  const unknown = (variant: string): boolean => !Object.hasOwn(value.variants, variant);
  const missing = "is not a variant of this flag";
  if (value.offVariant !== null && unknown(value.offVariant)) yield { path: ["offVariant"], message: missing };

  const ids = new Set<string>();
  for (const [index, one] of value.rules.entries()) {
    if (one.id !== undefined && ids.has(one.id))
      yield { path: ["rules", index, "id"], message: "must be unique in the flag" };
    if (one.id !== undefined) ids.add(one.id);
    for (const issue of conditionIssues(one.when)) yield { ...issue, path: ["rules", index, "when", ...issue.path] };
  }
  const serves: [(string | number)[], Serve][] = value.rules.map((one, index) => [
    ["rules", index, "serve"],
    one.serve,
  ]);
  for (const [at, served] of [...serves, [["default"], value.default] as [(string | number)[], Serve]])
    for (const [inner, variant] of variantsOf(served))
      if (unknown(variant)) yield { path: [...at, ...inner], message: missing };
  for (const [at, served] of [...serves, [["default"], value.default] as [(string | number)[], Serve]])
    if ("rollout" in served && "ranges" in served.rollout)
      for (const issue of rangeIssues(served.rollout.ranges))
        yield { ...issue, path: [...at, "rollout", "ranges", ...issue.path] };

  if (Object.keys(value.metadata).length > LIMITS.metadataEntries)
    yield { path: ["metadata"], message: `must have at most ${LIMITS.metadataEntries} entries` };
  for (const reserved of RESERVED_METADATA)
    if (Object.hasOwn(value.metadata, reserved))
      yield { path: ["metadata", reserved], message: "is set by every evaluation itself" };
  if (utf8Length(JSON.stringify(value)) > LIMITS.flagBytes)
    yield { path: [], message: `must be at most ${LIMITS.flagBytes} bytes of JSON` };
}

/** The two limits of a condition tree; also those of a segment's `when`. */
export function* conditionIssues(root: Condition): Generator<PathIssue> {
  if (depth(root) > LIMITS.conditionDepth)
    yield { path: [], message: `must be at most ${LIMITS.conditionDepth} levels deep` };
  if (leaves(root) > LIMITS.clausesPerRule)
    yield { path: [], message: `must have at most ${LIMITS.clausesPerRule} clauses` };
}

function* rangeIssues(ranges: { variant: string; from: number; to: number }[]): Generator<PathIssue> {
  for (const [index, one] of ranges.entries()) {
    if (one.from > one.to) yield { path: [index, "to"], message: "must not be below from" };
    const clash = ranges.slice(0, index).some((other) => one.from < other.to && other.from < one.to);
    if (clash) yield { path: [index], message: "overlaps an earlier range" };
  }
}

/** Every variant that a serve names, with the path to the name. */
export function* variantsOf(served: Serve): Generator<[(string | number)[], string]> {
  if ("variant" in served) yield [["variant"], served.variant];
  if (!("rollout" in served)) return;
  const { rollout } = served;
  if ("split" in rollout)
    for (const [i, one] of rollout.split.entries()) yield [["rollout", "split", i, "variant"], one.variant];
  else for (const [i, one] of rollout.ranges.entries()) yield [["rollout", "ranges", i, "variant"], one.variant];
  if (rollout.otherwise !== null) yield [["rollout", "otherwise"], rollout.otherwise];
  if (typeof rollout.absent === "object") yield [["rollout", "absent", "variant"], rollout.absent.variant];
}

function hasType(value: unknown, type: FlagType): boolean {
  if (type === "object") return typeof value === "object" && value !== null;
  return typeof value === type;
}

/** Whether a text may be a key in this model. */
export function isName(value: string): boolean {
  return NAME.test(value);
}
