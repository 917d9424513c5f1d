import { outcomeName } from "../contract/metric.ts";
import type { Guardrail } from "../contract/plan.ts";
import type { BinRow } from "../metrics/store.ts";
import { Tally } from "../metrics/tally.ts";

/*
 * What was heard of a release, whether or not a guardrail asks for it: so that one that asks for what nobody reports
 * isn't taken for a quiet one, and what no guardrail asks for is named. Rows as they come, in any order and pieces.
 */

const OUTCOMES: readonly BinRow["kind"][] = ["outcome", "unit", "session-unit"];
const HEARTBEAT = "heartbeat";

export class Heard {
  /** Whether a gate counted requests: then failed ones and how long they took are known. */
  #gated = false;
  #failed = false;
  readonly #outcomes = new Set<string>();

  add(rows: readonly BinRow[]): this {
    for (const { kind, metric, tally } of rows) {
      if (OUTCOMES.includes(kind)) this.#outcomes.add(outcomeName(metric));
      if (kind !== "request") continue;
      this.#gated = true;
      this.#failed ||= Tally.decode(tally).errors > 0;
    }
    return this;
  }

  /** The outcome that a guardrail lives by and that wasn't heard of in this release; undefined: there is none. */
  lacks({ metric, expect }: Guardrail): string | undefined {
    if (metric === "mismatch" || (this.#gated && (metric === "errors" || metric === "latency"))) return undefined;
    const outcome = outcomeName(metric === "missing" ? (expect ?? HEARTBEAT) : metric);
    return this.#outcomes.has(outcome) ? undefined : outcome;
  }

  /** What was seen and no guardrail looks at, as the metrics that one could have; sorted. */
  unwatched(guardrails: readonly Guardrail[]): string[] {
    const watched = new Set(guardrails.map(({ metric }) => outcomeName(metric)));
    const expected = guardrails.flatMap(({ metric, expect }) => (metric === "missing" ? [expect ?? HEARTBEAT] : []));
    const seen = Array.from(this.#outcomes, (name) => (name === HEARTBEAT ? "missing" : name));
    if (this.#failed) seen.push("errors");
    if (this.#gated) seen.push("latency");
    return [...new Set(seen)].filter((name) => !watched.has(name) && !expected.includes(name)).toSorted();
  }
}
