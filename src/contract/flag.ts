import * as z from "zod/mini";
import {
  by,
  condition,
  conditionIssues,
  fraction,
  hash,
  hashedAs,
  list,
  names,
  path,
  type PathIssue,
  places,
  placesIfNeeded,
  salt,
  scalar,
  window,
} from "./condition.ts";
import { BEYOND_SAFE, beyondSafe, isJsonObject, type Issue, type JsonValue, utf8Length } from "./json.ts";
import * as LIMITS from "./limits.ts";
import { NAME, name } from "./names.ts";

export {
  type BucketRange,
  children,
  type Clause,
  type Condition,
  condition,
  conditionIssues,
  dateTime,
  DECIMAL,
  depth,
  HASHES,
  type HashName,
  type HashedAs,
  leaves,
  type ReadAs,
  type VersionScheme,
  type Window,
} from "./condition.ts";

/*
 * The flag model: one schema is the source of the types, of validation and of the JSON Schema.
 * What needs more than the flag itself (references, cycles, patterns that must compile) is checked by core/compile.
 */

const text = z.string().check(z.maxLength(LIMITS.textLength));
/** 0 to 100 in thousandths: exactly the doubles that such a decimal is read as, and none that lies beside one. */
const perThousandth = z.number().check(
  z.minimum(0),
  z.maximum(100),
  z.refine((share) => Math.round(share * 1000) / 1000 === share, "must be in steps of 0.001"),
  z.meta({ multipleOf: 0.001 }),
);

// ---- serve

const share = z.strictObject({ variant: name, weight: z.int().check(z.minimum(0), z.maximum(LIMITS.weight)) });
const range = z.strictObject({ variant: name, from: fraction, to: fraction });
const rolloutCommon = {
  otherwise: z._default(z.nullable(name), null),
  by: z._default(by, "targetingKey"),
  salt: z.optional(salt),
  hash: z._default(hash, "murmur3"),
  as: z.exactOptional(hashedAs),
  places: z.exactOptional(places),
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
  z.strictObject({ percentage, split, ...rolloutCommon }).check(placesIfNeeded),
  z
    .strictObject({ ranges: z.array(range).check(z.minLength(1), z.maxLength(LIMITS.ranges)), ...rolloutCommon })
    .check(placesIfNeeded),
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

/** A rule as it is sent, checked for itself: `id` may be left out. */
export type RuleInput = Fields["rules"][number];
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

/**
 * A flag as it was sent, with what of a boolean one goes without saying: the variants `on` and `off`, and `off` for
 * everybody. Anything else is left as it is.
 */
export function withBooleanDefaults(sent: unknown): unknown {
  if (!isJsonObject(sent) || sent["type"] !== "boolean") return sent;
  const plain = sent["variants"] === undefined ? { variants: { on: true, off: false }, offVariant: "off" } : {};
  const variants = plain.variants ?? sent["variants"];
  const off = isJsonObject(variants) && Object.hasOwn(variants, "off") ? { default: { variant: "off" } } : {};
  return { ...plain, ...off, ...sent };
}

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

/** How the ids of rules begin that a release puts into its flag and takes out again. */
export const RELEASES_OWN = "release:";

/**
 * Rules of releases' names that nobody but a release may make, by JSON Pointer: they would be gone with the next release,
 * copy or restore.
 *
 * @param present the flag as it is: what it has already may stay
 */
export function reservedRules(flag: Pick<Flag, "rules">, present?: Pick<Flag, "rules">): Issue[] {
  const had = new Set(present?.rules.map(({ id }) => id));
  return flag.rules.flatMap(({ id }, i): Issue[] =>
    id.startsWith(RELEASES_OWN) && !had.has(id)
      ? [{ path: `/rules/${i}/id`, message: `must not begin with ${RELEASES_OWN}, which names rules of releases` }]
      : [],
  );
}

/** What a flag can contradict within itself. */
function* flagIssues(value: Fields): Generator<PathIssue> {
  const variants = Object.keys(value.variants);
  if (variants.length < 1 || variants.length > LIMITS.variants)
    yield { path: ["variants"], message: `must have 1 to ${LIMITS.variants} entries` };
  for (const [key, variant] of Object.entries(value.variants)) {
    for (const path of beyondSafe(variant)) yield { path: ["variants", key, ...path], message: BEYOND_SAFE };
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
