import { Outbox } from "../snapshot/outbox.ts";
import type { Body } from "./body.ts";
import type { Ledger, Present } from "./ledger.ts";
import { Shelf } from "./shelf.ts";
import type { Usage } from "./usage.ts";

/** How soon what a deleted environment has in KV is gone on with, after progress and after failure. */
const CLEAR_AGAIN_MS = 1_000;
const CLEAR_RETRY_MS = 60_000;

export type UpkeepOptions = {
  kv: KVNamespace;
  ledger: Ledger;
  usage: Usage;
  /** null when there is no such environment, or no more. */
  present: () => Present | null;
  body: (present: Present) => Body;
};

/**
 * What an environment's object does in the background: it publishes what was committed, sweeps away what is old, and,
 * once the environment is deleted, everything. An alarm brings back whatever was cut short.
 */
export class Upkeep {
  readonly #ctx: DurableObjectState;
  readonly #options: UpkeepOptions;
  readonly #shelf: Shelf;
  readonly #outbox: Outbox;

  constructor(ctx: DurableObjectState, options: UpkeepOptions) {
    this.#ctx = ctx;
    this.#options = options;
    this.#shelf = new Shelf(ctx.storage.sql, options.kv, () => Date.now());
    this.#outbox = new Outbox({
      now: () => Date.now(),
      storage: ctx.storage.kv,
      current: () => options.present()?.head.version ?? 0,
      publish: () => this.#publish(),
      rest: { due: () => this.#sweepDue(), run: () => this.#sweep() },
    });
  }

  /** The newest version whose body KV has acknowledged; 0 when there is none. */
  stored(): number {
    return this.#shelf.stored();
  }

  /** To be called in the transaction that commits a version: publishing it begins when that is over. */
  committed(): void {
    void this.#ctx.storage.setAlarm(this.#outbox.mark());
    this.#ctx.waitUntil(this.#run());
  }

  /** To be called in the transaction that deletes the environment. */
  deleted(): void {
    this.#outbox.forget();
    void this.#ctx.storage.setAlarm(Date.now() + CLEAR_AGAIN_MS);
  }

  /** Sets the alarm to the next time that there is something to do. The platform holds every answer until it is stored. */
  arm(): void {
    const due = this.#outbox.due();
    if (this.#options.present() && due !== null) void this.#ctx.storage.setAlarm(due);
  }

  async alarm(): Promise<void> {
    if (!this.#options.ledger.exists()) return;
    await this.#outbox.run();
    if (this.#options.present()) this.arm();
    else await this.#clear();
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // the transaction that this was begun in is synchronous, and over after this
    await this.#outbox.run();
    this.arm();
  }

  async #publish(): Promise<number> {
    const present = this.#options.present();
    if (!present) return 0;
    const { name, incarnation, version } = present.head;
    await this.#shelf.put(name, incarnation, this.#options.body(present));
    return version;
  }

  #sweepDue(): number | null {
    if (!this.#options.present()) return null;
    const times = [this.#shelf.sweepDue(), this.#options.usage.sweepDue()].filter((due) => due !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  async #sweep(): Promise<void> {
    const present = this.#options.present();
    if (!present) return;
    this.#options.usage.sweep(Date.now());
    await this.#shelf.sweep(present.head.name, present.head.incarnation);
  }

  async #clear(): Promise<void> {
    const gone = this.#options.ledger.identity();
    let again = CLEAR_AGAIN_MS;
    try {
      if (!gone || (await this.#shelf.clear(gone.name, gone.incarnation))) {
        await this.#ctx.storage.deleteAll();
        return;
      }
    } catch {
      again = CLEAR_RETRY_MS;
    }
    await this.#ctx.storage.setAlarm(Date.now() + again);
  }
}
