import type { Condition, HashedAs, Serve } from "../../contract/flag.ts";
import * as LIMITS from "../../contract/limits.ts";
import { fractions, type Hashing, split } from "../cuts.ts";
import { type JsonRecord, list, number, onlyKnown, own, record } from "../documents.ts";
import { ALWAYS, any, NEVER, not } from "../logic.ts";
import { type Place, refuse } from "../report.ts";
import { attributeOf, identityOf, kindOf, type Reading } from "./clauses.ts";

/* LaunchDarkly's percentage rollouts and experiments (design, interchange.md § 6.3). */

const ROLLOUT = new Set(["kind", "variations", "bucketBy", "seed", "contextKind", "experimentAllocation"]);
const WEIGHTED = new Set(["variation", "weight", "untracked", "_untracked"]);
/** A weight of everything. */
const WHOLE = 100_000;
const PLACES = 2 ** 60;

export type Bucketing = Reading & {
  /** The flag's key and its salt: `key.salt.`. */
  salt: string;
  rest: boolean;
  /** The variant of a variation; null where its value is null. @throws Refusal when there is no such variation */
  variant: (index: unknown, place: Place) => string | null;
};

/** What serves. `passes`: some of it has no value, and must fall through to the code's default. */
export type Served = { serve: Serve; passes: boolean; experiment: boolean };

type Arm = { variant: string | null; weight: number };

export function rolloutServe(value: unknown, place: Place, bucketing: Bucketing): Served {
  const one = record(value, place);
  onlyKnown(one, ROLLOUT, place);
  const arms = list(own(one, "variations"), [...place, "variations"]).map((each, i): Arm => {
    const at = [...place, "variations", i];
    const weighted = record(each, at);
    onlyKnown(weighted, WEIGHTED, at);
    const weight = number(own(weighted, "weight"), [...at, "weight"]);
    if (!(weight >= 0)) refuse("weights", [...at, "weight"], "A weight must not be below 0.");
    return { variant: bucketing.variant(own(weighted, "variation"), [...at, "variation"]), weight };
  });
  if (arms.length === 0) refuse("malformed", [...place, "variations"], "A rollout of nothing makes LaunchDarkly fail.");
  const experiment = isExperiment(one, place, bucketing);
  const hashing = hashingOf(one, experiment, place, bucketing);
  const first = arms.find(({ weight }) => weight > 0) ?? arms.at(-1)!;
  const absent = first.variant === null ? ("skip" as const) : { variant: first.variant };
  const serve = arms.every(({ variant }) => variant === null)
    ? { codeDefault: true as const }
    : spread(arms, hashing, { otherwise: null, absent });
  return { serve, passes: arms.some(({ variant }) => variant === null), experiment };
}

/** Weights where the sums that LaunchDarkly adds up are what they are as fractions, else the sums themselves. */
function spread(arms: readonly Arm[], hashing: Hashing, ends: Parameters<typeof split>[2]): Serve {
  const sums: number[] = [];
  let sum = 0;
  let whole = 0;
  let plain = arms.every(
    ({ weight, variant }) => Number.isInteger(weight) && weight <= LIMITS.weight && variant !== null,
  );
  for (const { weight } of arms) {
    sum += weight / WHOLE;
    whole += weight;
    plain &&= sum === whole / WHOLE;
    sums.push(sum);
  }
  const distinct = new Set(arms.map(({ variant }) => variant)).size === arms.length;
  if (plain && whole === WHOLE && distinct && arms.length <= LIMITS.variants)
    return split(
      arms.map(({ variant, weight }) => ({ variant: variant!, weight })),
      hashing,
      ends,
    );
  const ranges = arms.flatMap(({ variant }, i) => {
    const from = i === 0 ? 0 : Math.min(1, sums[i - 1]!);
    const to = i === arms.length - 1 ? 1 : Math.min(1, sums[i]!); // the last one takes the rest
    return variant === null ? [] : [{ variant, from, to }];
  });
  return ranges.some(({ from, to }) => from < to) ? fractions(ranges, hashing, ends) : { codeDefault: true };
}

function isExperiment(rollout: JsonRecord, place: Place, { rest, draft }: Bucketing): boolean {
  const allocation = own(rollout, "experimentAllocation");
  const kind = own(rollout, "kind");
  if (kind !== undefined && kind !== null && kind !== "rollout" && kind !== "experiment")
    refuse("unknown-field", [...place, "kind"], "It isn't known what this kind of rollout does.");
  const type = own(allocation, "type");
  if (type === "progressiveRollout" || type === "measuredRollout")
    draft.note("release-plan", place, "A rollout that LaunchDarkly moves by itself: its present weights are imported.");
  if (allocation !== undefined && allocation !== null && kind === undefined) {
    const by = own(rollout, "bucketBy");
    if (rest && typeof own(rollout, "seed") !== "number")
      refuse("seed-missing", place, "The seed of this rollout isn't in the document: import what an SDK gets instead.");
    if (by !== undefined && by !== null && by !== "" && by !== "key")
      refuse(
        "experiment",
        [...place, "bucketBy"],
        "Whether this counts isn't said here: import what an SDK gets instead.",
      );
    return true;
  }
  return kind === "experiment";
}

function hashingOf(rollout: JsonRecord, experiment: boolean, place: Place, bucketing: Bucketing): Hashing {
  const { options } = bucketing;
  const seed = own(rollout, "seed") ?? null;
  if (seed !== null && !Number.isSafeInteger(seed))
    refuse("malformed", [...place, "seed"], "A seed must be a whole number.");
  const seeded = seed !== null && (options.engine === "go" || seed !== 0);
  const kind = kindOf(own(rollout, "contextKind"), [...place, "contextKind"]);
  return {
    by: by(experiment ? undefined : own(rollout, "bucketBy"), kind, [...place, "bucketBy"], bucketing),
    hash: "launchdarkly",
    salt: seeded ? `${Number(seed)}.` : bucketing.salt,
    places: PLACES,
  };
}

/** The path of what is hashed. */
function by(value: unknown, kind: string | undefined, place: Place, reading: Reading): string {
  if (value === undefined || value === null || value === "") return identityOf(kind, reading);
  if (value === "secondary") refuse("secondary", place, "Buckets that depend on secondary keys can't be said here.");
  return attributeOf(value, kind, place, reading).path;
}

type SegmentRule = { value: JsonRecord; place: Place; salt: string };

/** Who is in the share of a segment's rule. What can't be hashed is at the very beginning. */
export function share({ value, place, salt }: SegmentRule, reading: Reading): Condition {
  const weight = own(value, "weight");
  if (weight === undefined || weight === null) return ALWAYS;
  if (typeof weight !== "number") return refuse("malformed", [...place, "weight"], "A weight must be a number.");
  if (weight <= 0) return NEVER;
  if (weight >= WHOLE) return ALWAYS;
  const kind = kindOf(own(value, "rolloutContextKind"), [...place, "rolloutContextKind"]);
  const hashed: { by: string; hash: "launchdarkly"; salt: string; as?: HashedAs } = {
    by: by(own(value, "bucketBy"), kind, [...place, "bucketBy"], reading),
    hash: "launchdarkly",
    salt,
  };
  const inside = Number.isInteger(weight) ? { from: 0, to: weight } : { ranges: [{ from: 0, to: weight / WHOLE }] };
  return any({ bucket: { ...hashed, ...inside } }, not({ bucket: { ...hashed, from: 0, to: WHOLE } }));
}
