/* Rounds, medians and ratios. Every contestant of a group is measured within the same minutes, in turns. */

export type Contestant = {
  name: string;
  /** One measurement, in µs per operation. */
  sample(): Promise<number>;
};

/** For each contestant its figure of each round. */
export type Measured = ReadonlyMap<string, readonly number[]>;

/**
 * A round asks all contestants forth and back (A B B A), `passes` times, so that a machine that grows slower or faster
 * meanwhile favours nobody. A contestant's figure of the round is the lower quartile of its samples: whatever else runs
 * on the machine can only add to a sample (preempted, with cold caches, beside a busy hyper-thread), by up to three times.
 */
export async function measure(
  group: string,
  contestants: readonly Contestant[],
  rounds: number,
  passes = 6,
): Promise<Measured> {
  const figures = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = 1; round <= rounds; round++) {
    progress(`${group}: round ${round} of ${rounds}`);
    const samples = new Map(contestants.map(({ name }) => [name, [] as number[]]));
    for (let pass = 0; pass < passes; pass++)
      for (const one of [...contestants, ...contestants.toReversed()]) samples.get(one.name)!.push(await one.sample());
    for (const [name, values] of samples) figures.get(name)!.push(quantile(values, 0.25));
  }
  return figures;
}

/** Of the same rounds: how many times `a` costs what `b` does. */
export function ratios(measured: Measured, a: string, b: string): number[] {
  const [over, under] = [measured.get(a)!, measured.get(b)!];
  return over.map((value, round) => value / under[round]!);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Between two values, their weighted mean. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(position)]!, sorted[Math.ceil(position)]!];
  return low + (high - low) * (position % 1);
}

/** One line on the terminal that says what is going on; plain lines where nobody watches. */
export function progress(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
}
