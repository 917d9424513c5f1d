import type { Acknowledged, Answer, Isolate, World } from "./world.ts";

/** Requests to one isolate, a random time apart, and what became of them. */
export class Traffic {
  readonly isolate: Isolate;
  readonly answers: Answer[] = [];
  readonly #world: World;
  readonly #meanMs: number;
  #over = false;

  constructor(world: World, isolate: Isolate, meanMs: number) {
    this.#world = world;
    this.isolate = isolate;
    this.#meanMs = meanMs;
    this.#next();
  }

  stop(): void {
    this.#over = true;
  }

  #next(): void {
    const { random, time } = this.#world;
    time.after(-Math.log(1 - random.fraction()) * this.#meanMs, () => {
      if (this.#over) return;
      void this.isolate.ask().then((answer) => this.answers.push(answer));
      this.#next();
    });
  }
}

/** How long after a write was acknowledged an answer from before it was still given, ms; 0 when none was. */
export function lastStale(answers: readonly Answer[], { version, at }: Acknowledged): number {
  let last = 0;
  for (const answer of answers)
    if (answer.answered > at && (answer.version ?? Infinity) < version) last = Math.max(last, answer.answered - at);
  return last;
}

/**
 * What is wrong with the answers of one isolate, whatever has happened: versions that went back, ages that lied.
 *
 * @param doubt by how many ms clocks were set back: by as many an age may be wrong
 */
export function wrong(answers: readonly Answer[], writes: readonly Acknowledged[], doubt = 0): string[] {
  const found: string[] = [];
  const order = answers.toSorted((a, b) => a.answered - b.answered);
  for (const [i, { answered, version, ageMs }] of order.entries()) {
    if (version === undefined) continue;
    const before = order[i - 1]?.version ?? 0;
    if (before > version) found.push(`went back from ${before} to ${version}`);
    // What was acknowledged before the time at which it was known to be current has to be in it. Clocks count whole ms.
    const known = answered - ageMs - 2 - doubt;
    for (const write of writes)
      if (write.at < known && write.version > version)
        found.push(
          `says ${version} is ${Math.round(ageMs)} ms old, ${Math.round(answered - write.at)} ms after ${write.version}`,
        );
  }
  return found;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
