import * as z from "zod/mini";
import { parseInstant } from "./instant.ts";
import * as LIMITS from "./limits.ts";
import { name } from "./names.ts";

/* Conditions: what can be asked of a context. A tree of clauses, with what is hashed of a context and when it is asked. */

export const path = z.string().check(z.minLength(1), z.maxLength(LIMITS.nameLength));
/** Beyond it, numbers are kept as their neighbours. */
const safeNumber = z.number().check(z.minimum(-Number.MAX_SAFE_INTEGER), z.maximum(Number.MAX_SAFE_INTEGER));
export const scalar = z.union([z.string(), safeNumber, z.boolean()]);

// ---- what is hashed

/** How a context becomes a place: ours first, then those of the products that flags are imported from (core/hashes.ts). */
export const HASHES = [
  "murmur3",
  "flagd-v1",
  "flagd-v3",
  "unleash",
  "unleash-variant",
  "unleash-js",
  "unleash-variant-js",
  "growthbook-v1",
  "growthbook-v2",
  "launchdarkly",
  "posthog-variant",
  "configcat",
  "split",
  "split-legacy",
  "flagsmith",
] as const;
export type HashName = (typeof HASHES)[number];
/** Those whose number of places isn't theirs but the rollout's. */
const PLACED: readonly string[] = ["unleash-variant", "unleash-variant-js"];

export const hash = z.enum(HASHES);
export const salt = z.string().check(z.maxLength(LIMITS.nameLength));
/** The attribute that is hashed, or several of which the first present one is. */
export const by = z.union([path, z.array(path).check(z.minLength(1), z.maxLength(10))]);
/** What can be hashed of an attribute: text and safe integers; text only; anything as JavaScript's text; that, if truthy. */
export const hashedAs = z.enum(["id", "string", "text", "truthy"]);
export const places = z.int().check(z.minimum(1), z.maximum(LIMITS.places));
export type HashedAs = z.output<typeof hashedAs>;

/** Whether `places` is there exactly for the hashes that need it. */
export const placesIfNeeded = z.refine<{ hash: string; places?: number }>(
  (one) => (one.places !== undefined) === PLACED.includes(one.hash),
  { path: ["places"], message: `is needed for ${PLACED.join(" and ")}, and for no other hash` },
);

export const fraction = z.number().check(z.minimum(0), z.maximum(1));

// ---- clauses

const ignoreCase = z._default(z.boolean(), false);
/** A text that is wholly a decimal number. */
export const DECIMAL = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)$/;
export const dateTime = z.string().check(
  z.refine((value) => parseInstant(value) !== undefined, "must be an RFC 3339 date-time"),
  z.meta({ format: "date-time" }),
);
const instant = z.union([safeNumber, dateTime]);
export const list = <S extends z.ZodMiniType>(value: S, most: number) => z.array(value).check(z.maxLength(most));

/**
 * How an attribute is read before it is compared: each element of a list; only numbers as numbers; never taken apart; or
 * as JavaScript's `String`, `Number` or `Boolean` of it.
 */
export type ReadAs = "each" | "typed" | "whole" | "text" | "number" | "truth";
const readAs = <const A extends readonly ReadAs[]>(...also: A) => z.exactOptional(z.enum(["each", ...also] as const));

/** Of which type the values must be that an attribute is compared with when it is read like this. */
const READ_TYPES: { [as in ReadAs]?: string } = { text: "string", number: "number", truth: "boolean" };
const valuesFit = z.superRefine<{ operator: string; as?: ReadAs; values: (string | number | boolean)[] }>(
  ({ operator, as = "each", values }, context) => {
    const type = READ_TYPES[as];
    for (const [index, value] of values.entries()) {
      const fits = type === undefined ? operator === "in" || isDecimal(value) : typeof value === type;
      if (!fits)
        context.addIssue({ code: "custom", path: ["values", index], message: `must be a ${type ?? "decimal number"}` });
    }
  },
);

function isDecimal(value: unknown): boolean {
  return typeof value !== "string" || DECIMAL.test(value);
}

/** What an attribute can be. */
export const VALUE_TYPES = ["string", "number", "boolean", "array", "object"] as const;
/** What counts as a version (core/precedence.ts). */
export const VERSION_SCHEMES = ["strict", "prefixed", "partial", "loose", "padded"] as const;
export type VersionScheme = (typeof VERSION_SCHEMES)[number];
const versionComparison = z
  .string()
  .check(
    z.maxLength(LIMITS.semverLength),
    z.regex(/^(?:=|[<>]=?)/, "must be =, <, <=, > or >= and a version right after it"),
  );

const clause = z.discriminatedUnion("operator", [
  z
    .strictObject({
      attribute: path,
      operator: z.literal("in"),
      values: list(scalar, LIMITS.listedValues),
      as: readAs("whole", "text", "number", "truth"),
      ignoreCase,
    })
    .check(valuesFit),
  z.strictObject({
    attribute: path,
    operator: z.enum(["contains", "startsWith", "endsWith", "matches"]),
    values: list(z.string(), LIMITS.scannedValues),
    as: readAs("whole", "text"),
    ignoreCase,
  }),
  z
    .strictObject({
      attribute: path,
      operator: z.enum(["lessThan", "atMost", "greaterThan", "atLeast"]),
      values: list(z.union([safeNumber, z.string()]), LIMITS.scannedValues),
      as: readAs("typed", "whole", "text", "number"),
    })
    .check(valuesFit),
  z.strictObject({
    attribute: path,
    operator: z.enum(["before", "after"]),
    values: list(instant, LIMITS.scannedValues),
    as: readAs(),
  }),
  z.strictObject({
    attribute: path,
    operator: z.literal("semver"),
    values: list(z.string().check(z.maxLength(LIMITS.semverLength)), LIMITS.scannedValues),
    as: readAs(),
  }),
  z.strictObject({
    attribute: path,
    operator: z.literal("version"),
    scheme: z.enum(VERSION_SCHEMES),
    values: list(versionComparison, LIMITS.scannedValues),
    as: readAs(),
  }),
  z.strictObject({
    attribute: path,
    operator: z.literal("cidr"),
    values: list(z.string().check(z.maxLength(64)), LIMITS.listedValues),
    as: readAs("text"),
  }),
  z.strictObject({
    attribute: path,
    operator: z.literal("type"),
    values: list(z.enum(VALUE_TYPES), LIMITS.scannedValues),
    as: readAs(),
  }),
  z.strictObject({
    attribute: path,
    operator: z.literal("containsAll"),
    values: list(scalar, LIMITS.listedValues),
    as: readAs(),
  }),
  z.strictObject({
    attribute: path,
    operator: z.literal("exists"),
    values: z._default(z.array(z.never()).check(z.maxLength(0)), []),
    as: readAs(),
  }),
]);

// ---- buckets and windows

const bucketEdge = z.int().check(z.minimum(0), z.maximum(100_000));
const inOrder = z.refine<{ from: number; to: number }>((range) => range.from <= range.to, {
  path: ["to"],
  message: "must not be below from",
});
const bucketCommon = {
  by: z._default(by, "targetingKey"),
  hash: z._default(hash, "murmur3"),
  salt,
  as: z.exactOptional(hashedAs),
  places: z.exactOptional(places),
};
const bucket = z.union([
  z.strictObject({ ...bucketCommon, from: bucketEdge, to: bucketEdge }).check(inOrder, placesIfNeeded),
  z
    .strictObject({
      ...bucketCommon,
      ranges: z
        .array(z.strictObject({ from: fraction, to: fraction }).check(inOrder))
        .check(z.minLength(1), z.maxLength(LIMITS.ranges)),
    })
    .check(placesIfNeeded),
]);

const edge = z._default(z.nullable(dateTime), null);
/** When something applies: from the first instant on, and no longer at the second; null is open. */
export const window = z.strictObject({ from: edge, until: edge }).check(
  z.refine((w) => w.from === null || w.until === null || !(parseInstant(w.from)! >= parseInstant(w.until)!), {
    path: ["until"],
    message: "must be after from",
  }),
);
export type Window = z.output<typeof window>;

// ---- the tree

/** Variants of a flag that is asked about. */
export const names = z.array(name).check(z.minLength(1), z.maxLength(LIMITS.variants));

export type Clause = z.output<typeof clause>;
export type BucketRange = z.output<typeof bucket>;
export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | { segment: string }
  | { flag: string; variants: string[] }
  | { bucket: BucketRange }
  | { window: Window }
  | Clause;

export const condition: z.ZodMiniType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(condition) }),
    z.strictObject({ any: z.array(condition) }),
    z.strictObject({ not: condition }),
    z.strictObject({ segment: name }),
    z.strictObject({ flag: name, variants: names }),
    z.strictObject({ bucket }),
    z.strictObject({ window }),
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

export type PathIssue = { path: (string | number)[]; message: string };

/** The two limits of a condition tree; also those of a segment's `when`. */
export function* conditionIssues(root: Condition): Generator<PathIssue> {
  if (depth(root) > LIMITS.conditionDepth)
    yield { path: [], message: `must be at most ${LIMITS.conditionDepth} levels deep` };
  if (leaves(root) > LIMITS.clausesPerRule)
    yield { path: [], message: `must have at most ${LIMITS.clausesPerRule} clauses` };
}
