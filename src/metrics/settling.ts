import * as COUNTER_LIMITS from "../contract/counter-limits.ts";
import * as LIMITS from "../contract/limits.ts";
import type { Transactions } from "../durable/transactions.ts";
import type { Attribution, Due } from "./attribution.ts";
import type { Series } from "./batch.ts";
import type { Bins } from "./store.ts";
import { manyOf } from "./tally.ts";

/** What is the counter's own: to make durable what is written, and which of its lives it is in. */
type Owner = { sync(): Promise<void>; life(): number };

/**
 * Attributes what has closed, slice by slice. Each slice is a transaction, so that what was done stays done; a minute that
 * can't be attributed, or that ends the object each time, is given up, so that it keeps no other from being judged.
 */
export class Settling {
  readonly #attribution: Attribution;
  readonly #bins: Bins;
  readonly #transactions: Transactions;
  readonly #object: Owner;
  #running: Promise<void> | undefined;

  constructor(attribution: Attribution, bins: Bins, transactions: Transactions, object: Owner) {
    this.#attribution = attribution;
    this.#bins = bins;
    this.#transactions = transactions;
    this.#object = object;
  }

  /** Goes on as far as one question may wait for it. Who asks meanwhile waits for the same. */
  async run(): Promise<void> {
    this.#running ??= this.#slices().finally(() => (this.#running = undefined));
    await this.#running;
  }

  async #slices(): Promise<void> {
    const life = this.#object.life();
    const began = performance.now();
    this.#transactions.run(() => this.#attribution.close(Date.now()));
    for (let n = 0, begun = false; n < COUNTER_LIMITS.slices; n++) {
      const due = this.#transactions.run(() => this.#attribution.due());
      if (!due) return;
      if (due.attempts >= COUNTER_LIMITS.attempts) {
        this.#giveUp(due);
        continue;
      }
      if (!begun) {
        // Durable before the work is begun: should it be the end of the object, the next one knows.
        this.#transactions.run(() => this.#attribution.attempt(due));
        await this.#object.sync();
        if (life !== this.#object.life()) return;
        begun = true;
      }
      if (!this.#work(due)) return;
      // In between others are answered: what somebody sent of one key is no reason for them to wait. Time goes on only then.
      if (n % 4 === 3) await new Promise((resolve) => setTimeout(resolve, 0));
      if (performance.now() - began > LIMITS.settlingMs) return;
      if (life !== this.#object.life()) return;
    }
  }

  #work(due: Due): boolean {
    try {
      this.#transactions.run(() =>
        this.#attribution.work(due, (series, minute, tally) => this.#bins.add(series, minute, false, tally.encode())),
      );
      return true;
    } catch (error) {
      console.error("a minute couldn't be attributed", { ...due }, error);
      return false;
    }
  }

  #giveUp(due: Due): void {
    const lost = this.#transactions.run(() => {
      const rows = this.#attribution.giveUp(due);
      if (rows === 0) return 0;
      const none = { flag: "", variant: "", cohort: "", version: 0 };
      const series: Series = { kind: "uncounted", metric: "full", ...none, source: "server" };
      this.#bins.add(series, due.minute, false, manyOf(rows));
      return rows;
    });
    console.error("a minute was given up: it couldn't be attributed", { ...due, lost });
  }
}
