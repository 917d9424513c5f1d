import { LIMITS } from "../contract/limits.ts";
import { USUAL_METRICS } from "../contract/metric.ts";
import { keyOf } from "../contract/snapshot.ts";
import { within } from "../snapshot/deadline.ts";
import type { Where } from "./aggregate.ts";
import type { Source } from "./batch.ts";
import type { CounterObjects } from "./counter.ts";

/*
 * Outcomes need no definition: a name that nobody has defined is counted per event, as long as the environment has room
 * for it beside those that are defined. Which names have a place is decided by the first counter; an isolate asks about
 * each name once in a while.
 */

/** How long an isolate goes by an answer, in milliseconds. */
const ADMITTED_MS = { trusted: 12 * 3_600_000, client: 300_000 }; // clients' names can lose their place
const REFUSED_MS = 10_000;
/** Answers that an isolate remembers. */
const REMEMBERED = 1_000;

type Known = { until: number; admitted: boolean };
const known = new Map<string, Known>();

/**
 * Which of some names of outcomes are not to be counted.
 *
 * @param defined those with a definition; they always have a place
 * @param source who uses them: clients have places of their own
 * @param now epoch milliseconds
 * @throws what the first counter throws, or that it doesn't answer
 */
export async function unplaced(
  names: Iterable<string>,
  defined: ReadonlyMap<string, unknown>,
  { where, source, counters }: { where: Where; source: Source; counters: CounterObjects },
  now: number,
): Promise<Set<string>> {
  const trusted = source !== "client";
  const place = (name: string): string => `${where.environment}/${where.incarnation}/${trusted}/${name}`;
  const refused = new Set<string>();
  const asked: string[] = [];
  for (const name of new Set(names)) {
    if (defined.has(name) || isUsual(name)) continue;
    const answer = known.get(place(name));
    if (answer === undefined || answer.until <= now) asked.push(name);
    else if (!answer.admitted) refused.add(name);
  }
  if (asked.length === 0) return refused;
  const first = counters.getByName(keyOf.counterObject(where.environment, where.incarnation, 0));
  const places = LIMITS.metrics - defined.size;
  const admitted = new Set(await within(first.admit(asked, places, trusted), LIMITS.namingMs));
  if (known.size + asked.length > REMEMBERED) known.clear();
  for (const name of asked) {
    const yes = admitted.has(name);
    known.set(place(name), {
      admitted: yes,
      until: now + (yes ? ADMITTED_MS[trusted ? "trusted" : "client"] : REFUSED_MS),
    });
    if (!yes) refused.add(name);
  }
  return refused;
}

function isUsual(name: string): boolean {
  return USUAL_METRICS.some((one) => one.name === name);
}
