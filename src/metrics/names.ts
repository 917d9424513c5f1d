import { LIMITS } from "../contract/limits.ts";
import { USUAL_METRICS } from "../contract/metric.ts";
import { keyOf } from "../contract/snapshot.ts";
import type { Where } from "./aggregate.ts";
import type { CounterObjects } from "./counter.ts";

/*
 * Outcomes need no definition: a name that nobody has defined is counted per event, as long as the environment has room
 * for it beside those that are defined. Which names have a place is decided by the first counter; an isolate asks about
 * each name once in a while.
 */

/** How long an isolate goes by an answer, in milliseconds. */
const ADMITTED_MS = 12 * 3_600_000;
const REFUSED_MS = 10_000;
/** Names that an isolate remembers as refused: they are anybody's. */
const REMEMBERED = 1_000;

const known = new Map<string, { until: number; admitted: boolean }>();

/**
 * Which of some names of outcomes are not to be counted.
 *
 * @param defined those with a definition; they always have a place
 * @param now epoch milliseconds
 */
export async function unplaced(
  names: Iterable<string>,
  defined: ReadonlyMap<string, unknown>,
  where: Where,
  counters: CounterObjects,
  now: number,
): Promise<Set<string>> {
  const place = (name: string): string => `${where.environment}/${where.incarnation}/${name}`;
  const undefinedNames = [...new Set(names)].filter((name) => !defined.has(name) && !isUsual(name));
  const asked = undefinedNames.filter((name) => !((known.get(place(name))?.until ?? 0) > now));
  if (asked.length > 0) {
    const first = counters.getByName(keyOf.counterObject(where.environment, where.incarnation, 0));
    const admitted = new Set(await first.admit(asked, LIMITS.metrics - defined.size));
    if (known.size > REMEMBERED) known.clear();
    for (const name of asked) {
      const yes = admitted.has(name);
      known.set(place(name), { admitted: yes, until: now + (yes ? ADMITTED_MS : REFUSED_MS) });
    }
  }
  return new Set(undefinedNames.filter((name) => known.get(place(name))?.admitted !== true));
}

function isUsual(name: string): boolean {
  return USUAL_METRICS.some((one) => one.name === name);
}
