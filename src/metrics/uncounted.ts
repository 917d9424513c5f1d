import { parseCohort } from "../contract/event.ts";
import type { Uncounted } from "../contract/uncounted.ts";
import type { BinRow } from "./store.ts";
import { Tally } from "./tally.ts";

/* What was reported and reaches no verdict, by reason. Rows as they come, in any order and number of pieces. */

export class UncountedSums {
  readonly #trustClients: boolean;
  readonly #sums: { [reason in Uncounted]?: number } = {};

  /** @param trustClients whether what client keys report is evidence */
  constructor(trustClients: boolean) {
    this.#trustClients = trustClients;
  }

  add(rows: readonly BinRow[]): this {
    for (const row of rows) {
      const reason = this.#reason(row);
      if (reason !== undefined) this.#sums[reason] = (this.#sums[reason] ?? 0) + Tally.decode(row.tally).count;
    }
    return this;
  }

  /** How many there are of each reason; reasons of which there are none are left out. */
  get sums(): { [reason in Uncounted]?: number } {
    return { ...this.#sums };
  }

  #reason({ kind, metric, late, source, cohort }: BinRow): Uncounted | undefined {
    if (kind === "uncounted") return metric as Uncounted;
    // What came late has a row of its own, of a minute that was open then.
    if (late === 1 || (kind !== "request" && kind !== "exposure" && kind !== "outcome")) return undefined;
    return source === "client" && !this.#trustClients && parseCohort(cohort) ? "client" : undefined;
  }
}
