import * as LIMITS from "../contract/limits.ts";
import { USUAL_METRICS } from "../contract/metric.ts";
import { keyOf } from "../contract/snapshot.ts";
import { within } from "../snapshot/deadline.ts";
import type { Where } from "./aggregate.ts";
import type { Source } from "./batch.ts";
import type { CounterObjects } from "./counter.ts";

/*
 * Outcomes need no definition: a name that nobody has defined is counted per event, as long as the environment has room
 * for it beside those that are defined. Which names have a place is decided by the first counter; an isolate asks about
 * each name once in a while. Defined names always have a place; the first counter is told of them, so that it is known
 * which were ever reported.
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
  const own: string[] = [];
  for (const name of new Set(names)) {
    const answer = known.get(place(name));
    if (answer === undefined || answer.until <= now) (defined.has(name) || isUsual(name) ? own : asked).push(name);
    else if (!answer.admitted) refused.add(name);
  }
  if (asked.length + own.length === 0) return refused;
  const first = counters.getByName(keyOf.counterObject(where.environment, where.incarnation, 0));
  const places = LIMITS.metrics - defined.size;
  const told = within(first.admit(asked, places, trusted, own), LIMITS.namingMs);
  let until = now + ADMITTED_MS.trusted;
  const answer = await told.catch((error: unknown) => {
    if (asked.length > 0) throw error;
    until = now + REFUSED_MS; // that a defined name was reported can be told another time
    return [];
  });
  const admitted = new Set(answer);
  if (known.size + asked.length + own.length > REMEMBERED) known.clear();
  for (const name of own) known.set(place(name), { admitted: true, until });
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
