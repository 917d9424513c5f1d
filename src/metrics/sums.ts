import { minuteOf, type Series, seriesName } from "./batch.ts";
import { type Measured, Tally } from "./tally.ts";

/* Tallies that come together while something is attributed. */

/** Takes what was found out about one minute of one series. */
export type Found = (series: Series, minute: number, tally: Tally) => void;

/** Adds up what is found, by minute and series, before it is told. */
export class Sums {
  readonly #sums = new Map<string, { series: Series; minute: number; tally: Tally }>();

  add(series: Series, at: number, what: Measured): void {
    const minute = minuteOf(at);
    const name = `${minute}\n${seriesName(series)}`;
    let sum = this.#sums.get(name);
    if (!sum) this.#sums.set(name, (sum = { series, minute, tally: new Tally() }));
    sum.tally.add(what);
  }

  tell(found: Found): void {
    for (const { series, minute, tally } of this.#sums.values()) found(series, minute, tally);
  }
}

export function seriesOf(kind: Series["kind"], metric: string, one: Omit<Series, "kind" | "metric">): Series {
  const { flag, variant, cohort, source, version } = one;
  return { kind, metric, flag, variant, cohort, source, version };
}

/** What an outcome adds. `latency` is a size; every other one is a value alone. */
export function measured(metric: string, slice: number, value: number): Measured {
  return metric === "latency" && value >= 0 ? { slice, value, size: value } : { slice, value };
}
