import type { Effect, Served } from "../../contract/evaluation.ts";
import type { Flag } from "../../contract/flag.ts";
import type { JsonObject } from "../../contract/json.ts";
import type { Refusal } from "../../contract/problem.ts";
import { publishedFlag, SNAPSHOT_FORMAT, type SnapshotBody } from "../../contract/snapshot.ts";
import { compile, type CompiledFlag } from "../../core/compile.ts";
import { evaluateEach, type Evaluation } from "../../core/evaluate.ts";
import { packMembers } from "../../core/members.ts";
import { byKeys, isFlag, neededBy, referencesOf, resolve, type Target } from "../../core/references.ts";
import { equal } from "../write/equal.ts";
import { type Step, targetOf } from "../write/change-target.ts";
import { plan } from "../write/plan-write.ts";
import type { HeldSegment } from "../store/member-list.ts";
import { takeTurns } from "../../durable/turn.ts";
import { byKey, type State, type Whole, wholeOf } from "../store/state.ts";

/* What a batch of changes would change for whom. */

const EXAMPLES = 5;
/** Examples are left out where all of them together would get longer than this, in characters of JSON. */
const EXAMPLES_CHARACTERS = 8 * 1024 * 1024;
/** How many evaluations are made before others get their turn. */
const MADE_AT_ONCE = 50_000;
/**
 * How long contexts are tried, in milliseconds of waiting for turns and trying. The platform ends an object that
 * computes for 30 s, and with it everything else that it was about to answer.
 */
const LONGEST_MS = 15_000;

/**
 * What a batch would change, for which of these contexts; refused as the batch would be. Listed are the flags that it
 * names, and those for which something changes. What takes too long ends early: `of` says how many contexts were tried.
 *
 * @param now epoch milliseconds
 * @param clock milliseconds, from wherever
 */
export async function preview(
  state: State,
  changes: readonly Step[],
  contexts: readonly JsonObject[],
  now: number,
  clock: () => number,
): Promise<{ ok: true; flags: Effect[] } | Refusal> {
  const begun = clock();
  const planned = plan(state, changes, { version: 0, at: now, by: "" }, true);
  if (!planned.ok) return planned;
  const named = changes.map(targetOf).filter(({ kind }) => kind === "flag");
  const comparison = new Comparison(
    wholeOf(state),
    wholeOf(planned.state),
    named.map(({ key }) => key),
  );
  const triedAtOnce = Math.max(1, Math.floor(MADE_AT_ONCE / comparison.evaluations));
  for (const [index, context] of contexts.entries()) {
    if (index > 0 && index % triedAtOnce === 0) {
      await takeTurns();
      if (clock() - begun > LONGEST_MS) break;
    }
    comparison.add(context, now);
  }
  return { ok: true, flags: comparison.effects() };
}

/** Holds two states of an environment against each other, context by context. */
class Comparison {
  readonly #before: Side;
  readonly #after: Side;
  readonly #named: ReadonlySet<string>;
  readonly #effects: Effect[];
  #room = EXAMPLES_CHARACTERS;

  constructor(before: Whole, after: Whole, named: Iterable<string>) {
    this.#named = new Set(named);
    const keys = [...new Set([...this.#named, ...affected(before, after)])].sort();
    const pack = packer();
    this.#before = new Side(before, keys, pack);
    this.#after = new Side(after, keys, pack);
    this.#effects = keys.map((key) => ({ key, changed: 0, of: 0, examples: [] }));
  }

  /** How many there are for each context; at least 1. */
  get evaluations(): number {
    return Math.max(1, 2 * this.#effects.length);
  }

  add(context: JsonObject, now: number): void {
    const before = this.#before.evaluate(context, now);
    const after = this.#after.evaluate(context, now);
    for (const [index, effect] of this.#effects.entries()) {
      effect.of += 1;
      const [was, is] = [before[index], after[index]];
      if (same(was, is)) continue;
      effect.changed += 1;
      if (effect.examples.length === EXAMPLES || this.#room < 0) continue;
      const example = { context, before: served(was), after: served(is) };
      this.#room -= JSON.stringify(example).length;
      if (this.#room >= 0) effect.examples.push(example);
    }
  }

  effects(): Effect[] {
    return this.#effects.filter(({ key, changed }) => changed > 0 || this.#named.has(key));
  }
}

/** What somebody sees: not by which rule it was decided. undefined: there is no such flag. */
function same(before: Evaluation | undefined, after: Evaluation | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  return before.variant === after.variant && equal(before.value, after.value);
}

function served(evaluation: Evaluation | undefined): Served | null {
  if (!evaluation) return null;
  const { value, variant, reason, ruleId } = evaluation;
  return {
    ...(value !== undefined && { value }),
    ...(variant !== undefined && { variant }),
    reason,
    ...(ruleId !== undefined && { ruleId }),
  };
}

/** Keys of the flags that differ, or that depend on something that differs. */
function affected(before: Whole, after: Whole): string[] {
  const old = byKeys(before);
  const all = [...before.flags, ...before.segments, ...after.flags, ...after.segments];
  const users = new Map<string, Set<Flag | HeldSegment>>();
  for (const user of all) {
    for (const target of referencesOf(user)) {
      const found = users.get(nameOf(target)) ?? new Set();
      users.set(nameOf(target), found.add(user));
    }
  }
  const now = byKeys(after);
  const differs = (one: Flag | HeldSegment): boolean => resolve(targetFrom(one), old) !== resolve(targetFrom(one), now);
  const reached = new Set(all.filter(differs));
  for (const one of reached) for (const user of users.get(nameOf(targetFrom(one))) ?? []) reached.add(user);
  return [...reached].filter((one) => isFlag(one)).map(({ key }) => key);
}

function targetFrom(one: Flag | HeldSegment): Target {
  return { kind: isFlag(one) ? "flag" : "segment", key: one.key };
}

function nameOf({ kind, key }: Target): string {
  return `${kind} ${key}`;
}

type Packed = ReturnType<typeof packMembers>;

/** Packs listed members, and again only when they are others: both sides mostly have the same. */
function packer(): (segments: HeldSegment[]) => Packed {
  let last: { segments: HeldSegment[]; packed: Packed } | undefined;
  return (segments) => {
    const known = last?.segments;
    if (!last || known?.length !== segments.length || segments.some((one, index) => one !== known[index]))
      last = { segments, packed: packMembers(segments) };
    return last.packed;
  };
}

/** Some flags of an environment, with what they need, as an isolate would hold them. */
class Side {
  readonly #flags: readonly CompiledFlag[];
  /** For each key its place among the flags; -1 where there is no such flag. */
  readonly #places: readonly number[];

  constructor(whole: Whole, keys: readonly string[], pack: (segments: HeldSegment[]) => Packed) {
    const all = byKeys(whole);
    const some = keys.flatMap((key) => all.flags.get(key) ?? []);
    const needed = neededBy(some, all);
    const segments = needed.segments.toSorted(byKey);
    const { bytes, ranges } = pack(segments);
    const body: SnapshotBody = {
      format: SNAPSHOT_FORMAT,
      environment: "",
      incarnation: "",
      version: 0,
      at: 0,
      keys: [],
      flags: needed.flags.map((flag) => ({ version: 0, flag: publishedFlag(flag) })),
      segments: segments.map(({ key, by, when }) => ({ key, by, when, ...ranges.get(key)! })),
      members: null,
    };
    const snapshot = compile(body, bytes);
    this.#flags = some.flatMap(({ key }) => snapshot.flag(key, "server") ?? []);
    const places = new Map(this.#flags.map(({ key }, index) => [key, index]));
    this.#places = keys.map((key) => places.get(key) ?? -1);
  }

  /** What each key serves. */
  evaluate(context: JsonObject, now: number): (Evaluation | undefined)[] {
    const evaluations = evaluateEach(this.#flags, context, now);
    return this.#places.map((place) => evaluations[place]);
  }
}
