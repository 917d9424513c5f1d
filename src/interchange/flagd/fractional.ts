import type { Condition, Serve } from "../../contract/flag.ts";
import * as LIMITS from "../../contract/limits.ts";
import { Placer } from "../../core/places.ts";
import { type Arm, cutWhere, fractions, type Hashing, split } from "../cuts.ts";
import type { Options, RuleInput } from "../importer.ts";
import { all, exists, isIn, not } from "../logic.ts";
import { type Draft, type Place, refuse } from "../report.ts";
import { argumentPlace, isLiteral, type Operation, type Reading, read } from "./terms.ts";

/* flagd's `fractional`, in three generations of bucketing (design, interchange.md § 3.4 and 3.5). */

export type Fractions = Reading & {
  draft: Draft;
  options: Options;
  variants: ReadonlySet<string>;
  /** What serves where nothing else does: the flag's default. */
  fallback: Serve;
};

const LARGEST_SUM = 2 ** 31 - 1;
const WORD = 2 ** 32;

/** Rules for a fractional, all under a guard; somebody always decides. @throws Refusal */
export function fractional(term: Operation, guard: Condition, scope: Fractions): RuleInput[] {
  const { options, fallback } = scope;
  const byDefault: RuleInput = { when: guard, serve: fallback };
  const generation = options.bucketing;
  if (generation === undefined)
    refuse(
      "generation-unknown",
      term.place,
      "Say which bucketing decided (--bucketing): flagd before core 0.15 (2026-04) is v1, since then v2; v3 is accepted and not released.",
    );
  if (term.arguments.length < 2) {
    if (generation === "v1" || options.engine === "go") return [byDefault];
    if (options.engine !== "js")
      refuse(
        "jsonlogic",
        term.place,
        "With fewer than two arguments flagd's Go engine serves the default and its JavaScript engine the only arm: say which decided (--engine).",
      );
  }
  const [first, ...others] = term.arguments;
  const bare = Array.isArray(first);
  const shares = sharesOf(bare ? term.arguments : others, bare ? 0 : 1, term, scope);
  if (shares === null) return [byDefault];
  const subject = bare ? implicit(guard, scope) : subjectOf(first, argumentPlace(term, 0), guard, scope);
  if ("hashed" in subject) return [{ when: guard, serve: serveOf(shares, subject.hashed, generation, scope) }];
  if (options.engine === "js")
    scope.draft.refuseUnlessAccepted(
      "text-encoding",
      term.place,
      "flagd's JavaScript engine hashes texts outside ASCII differently from all others.",
      "Texts outside ASCII are hashed as UTF-8: half of those people get another variant than from the JavaScript engine.",
    );
  const { hashing, before } = subject;
  const decides = armsOf(shares, hashing, generation, scope);
  return [...before(shares), { when: guard, serve: decides }, byDefault];
}

// ---- arms

type Share = { variant: string | null; weight: number };

/** The arms' weights; null where flagd can't read them, or they come to nothing, and so serves the default. */
function sharesOf(arms: readonly unknown[], shift: number, term: Operation, scope: Fractions): Share[] | null {
  const shares: Share[] = [];
  for (const [index, arm] of arms.entries()) {
    const place = [...term.place, index + shift];
    if (!Array.isArray(arm)) {
      if (isLiteral(arm)) return null;
      return refuse("jsonlogic", place, "An arm must be a list of a variant and a weight.");
    }
    const [variant = null, weight = 1] = arm as unknown[];
    if (!isLiteral(variant) || !isLiteral(weight))
      return refuse("jsonlogic", place, "A variant or weight that is an expression has no counterpart here.");
    if (arm.length === 0 || arm.length > 2 || typeof weight !== "number" || !Number.isInteger(weight)) return null;
    shares.push({ variant: variant === null ? null : String(variant), weight: Math.max(0, weight) });
  }
  const whole = shares.reduce((sum, { weight }) => sum + weight, 0);
  if (whole === 0 || whole > LARGEST_SUM) return null;
  for (const [index, { variant, weight }] of shares.entries())
    if (weight > 0 && variant !== null && !scope.variants.has(variant))
      refuse(
        "unknown-variant",
        [...term.place, index + shift],
        `${JSON.stringify(variant)} is no variant of this flag.`,
      );
  return shares.filter(({ weight }) => weight > 0);
}

/** What the arms serve; who is in none of them passes on, to the default. */
function armsOf(shares: readonly Share[], hashing: Hashing, generation: string, scope: Fractions): Serve {
  const fallback = "variant" in scope.fallback ? scope.fallback.variant : null;
  const ends = {
    otherwise: null,
    absent: fallback === null ? ("skip" as const) : { variant: fallback },
  };
  const named = shares.map(({ variant, weight }) => ({ variant: variant ?? fallback, weight }));
  const names = named.map(({ variant }) => variant);
  const simple =
    generation !== "v1" &&
    !names.includes(null) &&
    new Set(names).size === names.length &&
    named.length <= LIMITS.variants &&
    named.every(({ weight }) => weight <= LIMITS.weight);
  if (simple) return split(named as { variant: string; weight: number }[], hashing, ends);
  const arms = edges(named, generation).filter((arm): arm is Arm => arm.variant !== null);
  const places = hashing.places;
  if (arms.length === 0) return { codeDefault: true };
  return fractions(
    arms.map(({ variant, from, to }) => ({ variant, from: from / places, to: to / places })),
    hashing,
    ends,
  );
}

type Stretch = { variant: string | null; from: number; to: number };

/** Where the arms begin and end, in places. */
function edges(shares: readonly Share[], generation: string): Stretch[] {
  const whole = shares.reduce((sum, { weight }) => sum + weight, 0);
  let before = 0;
  let sum = 0;
  let from = 0;
  return shares.map(({ variant, weight }) => {
    before += weight;
    sum += (weight * 100) / whole;
    const to =
      generation === "v1"
        ? cutWhere(LARGEST_SUM, (place) => (place / LARGEST_SUM) * 100 < sum)
        : Number((BigInt(before) * BigInt(WORD) + BigInt(whole) - 1n) / BigInt(whole));
    const stretch = { variant, from, to };
    from = to;
    return stretch;
  });
}

/** What one known text is served. */
function serveOf(shares: readonly Share[], text: string, generation: string, scope: Fractions): Serve {
  const { hash, salt } = hashes(generation, "");
  const place = new Placer({ by: "text", hash, salt, as: "text" }).place({ text });
  const arm = edges(shares, generation).find(({ from, to }) => from <= place && place < to);
  if (arm === undefined || arm.variant === null) return scope.fallback;
  return { variant: arm.variant };
}

// ---- what is hashed

type Subject = { hashed: string } | { hashing: Hashing; before: (shares: readonly Share[]) => RuleInput[] };

function hashes(generation: string, salt: string): Pick<Hashing, "hash" | "salt" | "places"> {
  if (generation === "v1") return { hash: "flagd-v1", salt, places: LARGEST_SUM };
  return { hash: generation === "v3" ? "flagd-v3" : "murmur3", salt, places: WORD };
}

const nothingBefore = (): RuleInput[] => [];

/** Without a first argument: the flag's key and the targeting key. */
function implicit(guard: Condition, { flagKey, options, fallback }: Fractions): Subject {
  const hashing: Hashing = { ...hashes(options.bucketing!, flagKey), by: "targetingKey", as: "truthy" };
  // Of v3's two texts neither is asked whether it is empty; flagd asks that of the targeting key before.
  const empty = { when: all(guard, isIn("targetingKey", [""], { as: "whole" })), serve: fallback };
  return { hashing, before: options.bucketing === "v3" ? () => [empty] : nothingBefore };
}

function subjectOf(node: unknown, place: Place, guard: Condition, scope: Fractions): Subject {
  const generation = scope.options.bucketing!;
  const term = read(node, place, scope);
  if (term.kind === "literal" && typeof term.value === "string") return { hashed: term.value };
  if (term.kind === "variable") {
    if (term.fallback !== null) refuse("jsonlogic", place, "A fallback for what is hashed has no counterpart here.");
    return { hashing: { ...hashes(generation, ""), by: term.path, as: "string" }, before: nothingBefore };
  }
  if (term.kind === "operation" && term.name === "cat") return joined(term, guard, scope);
  return refuse(
    "jsonlogic",
    place,
    "Only a text, a variable, or texts with a variable at their end can be hashed here.",
  );
}

/** Texts and a variable at their end. */
function joined(term: Operation, guard: Condition, scope: Fractions): Subject {
  const { options } = scope;
  const generation = options.bucketing!;
  const parts = term.arguments.map((one, i) => read(one, argumentPlace(term, i), scope));
  const texts = parts.map((part) => (part.kind === "literal" && typeof part.value === "string" ? part.value : null));
  const last = parts.at(-1);
  if (texts.every((text) => text !== null)) return { hashed: texts.join("") };
  if (last?.kind !== "variable" || last.fallback !== null || texts.slice(0, -1).includes(null))
    return refuse("jsonlogic", term.place, "Only texts with one variable at their end can be joined here.");
  if (generation === "v3")
    return refuse(
      "jsonlogic",
      term.place,
      "Joined texts are hashed with their length in v3, which has no counterpart here.",
    );
  const salt = texts.slice(0, -1).join("");
  const hashing: Hashing = { ...hashes(generation, salt), by: last.path, as: "text" };
  if (requires(guard, last.path)) return { hashing, before: nothingBefore };
  if (options.engine !== "js" && options.engine !== "go") {
    scope.draft.refuseUnlessAccepted(
      "absent",
      term.place,
      `Without ${last.path}, flagd's JavaScript engine hashes the text null and the Go engine nothing: say which decided (--engine), or accept that the default serves.`,
      `Without ${last.path} the default serves.`,
    );
    return { hashing, before: nothingBefore };
  }
  const text = options.engine === "js" ? `${salt}null` : salt.trim();
  const missing = not(exists(last.path));
  return {
    hashing,
    before: (shares) => [{ when: all(guard, missing), serve: serveOf(shares, text, generation, scope) }],
  };
}

/** Whether a condition holds only where the attribute is there: no more is looked at than what is and-ed. */
function requires(guard: Condition, attribute: string): boolean {
  if ("all" in guard) return guard.all.some((part) => requires(part, attribute));
  if ("any" in guard) return guard.any.length > 0 && guard.any.every((part) => requires(part, attribute));
  return "attribute" in guard && guard.attribute === attribute;
}
