import type { Change } from "../contract/change.ts";
import type { Effect, Served } from "../contract/evaluation.ts";
import type { Flag } from "../contract/flag.ts";
import type { JsonObject } from "../contract/json.ts";
import type { Refusal } from "../contract/problem.ts";
import type { Segment } from "../contract/segment.ts";
import { publishedFlag, SNAPSHOT_FORMAT, type SnapshotBody } from "../contract/snapshot.ts";
import { compile, type Snapshot } from "../core/compile.ts";
import { evaluate } from "../core/evaluate.ts";
import { packMembers } from "../core/members.ts";
import { byKeys, isFlag, neededBy, referencesOf, resolve, type Target } from "../core/references.ts";
import { byKey } from "./body.ts";
import { equal } from "./equal.ts";
import type { Whole } from "./judge.ts";
import { targetOf } from "./place.ts";
import { plan, type State, wholeOf } from "./plan.ts";
import { takeTurns } from "./turn.ts";

/* What a batch of changes would change for whom. */

const EXAMPLES = 5;
/** Examples are left out where all of them together would get longer than this, in characters of JSON. */
const EXAMPLES_CHARACTERS = 8 * 1024 * 1024;
/** How many contexts are tried before others get their turn. */
const TRIED_AT_ONCE = 25;

/**
 * What a batch would change, for which of these contexts; refused as the batch would be. Listed are the flags that it
 * names, and those for which something changes.
 *
 * @param now epoch milliseconds
 */
export async function preview(
  state: State,
  changes: readonly Change[],
  contexts: readonly JsonObject[],
  now: number,
): Promise<{ ok: true; flags: Effect[] } | Refusal> {
  const planned = plan(state, changes, { version: 0, at: now, by: "" }, true);
  if (!planned.ok) return planned;
  const named = changes.map(targetOf).filter(({ kind }) => kind === "flag");
  const comparison = new Comparison(
    wholeOf(state),
    wholeOf(planned.state),
    named.map(({ key }) => key),
  );
  for (const [index, context] of contexts.entries()) {
    if (index % TRIED_AT_ONCE === 0) await takeTurns();
    comparison.add(context, now);
  }
  return { ok: true, flags: comparison.effects() };
}

/** Holds two states of an environment against each other, context by context. */
class Comparison {
  readonly #before: Snapshot;
  readonly #after: Snapshot;
  readonly #named: ReadonlySet<string>;
  readonly #effects: Effect[];
  #room = EXAMPLES_CHARACTERS;

  constructor(before: Whole, after: Whole, named: Iterable<string>) {
    this.#named = new Set(named);
    const keys = new Set([...this.#named, ...affected(before, after)]);
    this.#before = snapshotOf(before, keys);
    this.#after = snapshotOf(after, keys);
    this.#effects = [...keys].sort().map((key) => ({ key, changed: 0, of: 0, examples: [] }));
  }

  add(context: JsonObject, now: number): void {
    for (const effect of this.#effects) {
      effect.of += 1;
      const before = served(this.#before, effect.key, context, now);
      const after = served(this.#after, effect.key, context, now);
      if (same(before, after)) continue;
      effect.changed += 1;
      if (effect.examples.length === EXAMPLES || this.#room < 0) continue;
      const example = { context, before, after };
      this.#room -= JSON.stringify(example).length;
      if (this.#room >= 0) effect.examples.push(example);
    }
  }

  effects(): Effect[] {
    return this.#effects.filter(({ key, changed }) => changed > 0 || this.#named.has(key));
  }
}

/** What somebody sees: not by which rule it was decided. */
function same(before: Served | null, after: Served | null): boolean {
  if (before === null || after === null) return before === after;
  return before.variant === after.variant && equal(before.value, after.value);
}

function served(snapshot: Snapshot, key: string, context: JsonObject, now: number): Served | null {
  const flag = snapshot.flag(key, "server");
  if (!flag) return null;
  const { value, variant, reason, ruleId } = evaluate(flag, context, now);
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
  const users = new Map<string, Set<Flag | Segment>>();
  for (const user of all) {
    for (const target of referencesOf(user)) {
      const found = users.get(nameOf(target)) ?? new Set();
      users.set(nameOf(target), found.add(user));
    }
  }
  const now = byKeys(after);
  const differs = (one: Flag | Segment): boolean => resolve(targetFrom(one), old) !== resolve(targetFrom(one), now);
  const reached = new Set(all.filter(differs));
  for (const one of reached) for (const user of users.get(nameOf(targetFrom(one))) ?? []) reached.add(user);
  return [...reached].filter((one) => isFlag(one)).map(({ key }) => key);
}

function targetFrom(one: Flag | Segment): Target {
  return { kind: isFlag(one) ? "flag" : "segment", key: one.key };
}

function nameOf({ kind, key }: Target): string {
  return `${kind} ${key}`;
}

/** Some flags of an environment, with what they need, as an isolate would hold them. */
function snapshotOf(whole: Whole, keys: ReadonlySet<string>): Snapshot {
  const { flags, segments } = neededBy(
    whole.flags.filter(({ key }) => keys.has(key)),
    byKeys(whole),
  );
  const { bytes, ranges } = packMembers(segments);
  const body: SnapshotBody = {
    format: SNAPSHOT_FORMAT,
    environment: "",
    incarnation: "",
    version: 0,
    at: 0,
    keys: [],
    flags: flags.toSorted(byKey).map((flag) => ({ version: 0, flag: publishedFlag(flag) })),
    segments: segments.map(({ key, by, when }) => ({ key, by, when, ...ranges.get(key)! })),
    members: null,
  };
  return compile(body, bytes);
}
