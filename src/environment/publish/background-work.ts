import type { Propagated } from "../../contract/admin.ts";
import type { Confirmation, Current } from "../../contract/relay.ts";
import { Broadcast } from "../../relay/broadcast.ts";
import { type CounterObjects, countersOf } from "../../metrics/counter.ts";
import type { RelayObjects } from "../../relay/relay.ts";
import { Outbox } from "../../durable/outbox.ts";
import type { Body } from "./body.ts";
import type { AuditLog, EnvironmentState } from "../store/audit-log.ts";
import { KvPublisher } from "./kv-publisher.ts";
import { takeTurns } from "../read/turn.ts";
import type { Usage } from "../read/usage.ts";

/** How soon what a deleted environment has in KV is gone on with, after progress and after failure. */
const CLEAR_AGAIN_MS = 1_000;
const CLEAR_RETRY_MS = 60_000;

export type UpkeepOptions = {
  kv: KVNamespace;
  relays: RelayObjects;
  counters: CounterObjects;
  auditLog: AuditLog;
  usage: Usage;
  /** null when there is no such environment, or no more. */
  present: () => EnvironmentState | null;
  body: (present: EnvironmentState) => Body;
  /** Releases that wait for time: when an alarm has to look after them, and looking. It never rejects. */
  releases: { due: () => number | null; run: () => Promise<void> };
  /** The same for messages that are to be sent. */
  webhooks: { due: () => number | null; run: () => Promise<void> };
};

/**
 * What an environment's object does in the background: it tells the relays what was committed and publishes it to KV,
 * neither waiting for the other, sweeps away what is old, and, once the environment is deleted, everything. An alarm
 * brings back whatever was cut short.
 */
export class BackgroundWork {
  readonly #ctx: DurableObjectState;
  readonly #options: UpkeepOptions;
  readonly #kvPublisher: KvPublisher;
  readonly #outbox: Outbox;
  readonly #broadcast: Broadcast;

  constructor(ctx: DurableObjectState, options: UpkeepOptions) {
    this.#ctx = ctx;
    this.#options = options;
    this.#kvPublisher = new KvPublisher(ctx.storage.sql, options.kv, () => Date.now());
    this.#outbox = new Outbox({
      now: () => Date.now(),
      storage: ctx.storage.kv,
      current: () => options.present()?.head.version ?? 0,
      publish: () => this.#publish(),
      rest: { due: () => this.#sweepDue(), run: () => this.#sweep() },
    });
    this.#broadcast = new Broadcast({
      now: () => Date.now(),
      sql: ctx.storage.sql,
      relays: options.relays,
      version: () => options.present()?.head.version ?? 0,
      current: () => this.#current(),
    });
  }

  /** What is current, for a relay that holds some version. It is told from then on. Only where the environment exists. */
  inform(relay: string, holds: number): Confirmation {
    this.#broadcast.register(relay, holds);
    const version = this.#options.present()?.head.version ?? 0;
    if (holds >= version) return { version };
    this.#begin(); // a push, so that it is known to have arrived
    return { version, news: this.#current() };
  }

  /** The newest version whose body KV has acknowledged; 0 when there is none. */
  stored(): number {
    return this.#kvPublisher.stored();
  }

  propagated(): Propagated {
    return this.#broadcast.propagated();
  }

  /** To be called in the transaction that commits a version: publishing it begins when that is over. */
  committed(): void {
    void this.#ctx.storage.setAlarm(Math.min(this.#outbox.mark(), ...this.#othersDue()));
    this.#begin();
  }

  /** To be called in the transaction that deletes the environment. */
  deleted(): void {
    this.#outbox.forget();
    void this.#ctx.storage.setAlarm(Date.now() + CLEAR_AGAIN_MS);
    this.#ctx.waitUntil(takeTurns().then(() => this.#broadcast.end()));
  }

  /** Sets the alarm to the next time that there is something to do. The platform holds every answer until it is stored. */
  arm(): void {
    if (!this.#options.present()) return;
    const own = [this.#outbox.due(), this.#broadcast.due()].filter((time) => time !== null);
    const due = [...own, ...this.#othersDue()];
    if (due.length > 0) void this.#ctx.storage.setAlarm(Math.min(...due));
  }

  /** To be called in the transaction that has something to tell: sending begins when that is over. */
  told(): void {
    this.arm();
    this.#ctx.waitUntil(takeTurns().then(() => this.#options.webhooks.run()));
  }

  #othersDue(): number[] {
    const { releases, webhooks } = this.#options;
    return [releases.due(), webhooks.due()].filter((time) => time !== null);
  }

  async alarm(): Promise<void> {
    if (!this.#options.auditLog.exists()) return;
    if (this.#options.present()) {
      this.#ctx.waitUntil(this.#options.webhooks.run()); // a receiver may take its time
      await this.#options.releases.run();
    }
    await Promise.all([this.#outbox.run(), this.#broadcast.run()]);
    if (this.#options.present()) this.arm();
    else await this.#clear();
  }

  /** Begins after what is being done now: the transaction is over then, and the answer on its way. */
  #begin(): void {
    const run = async (what: Outbox | Broadcast): Promise<void> => {
      await takeTurns();
      await what.run();
      this.arm();
    };
    for (const what of [this.#broadcast, this.#outbox]) this.#ctx.waitUntil(run(what));
  }

  #current(): Current {
    const present = this.#options.present();
    if (!present) throw new Error("there is no environment to tell of");
    const { version, text, members } = this.#options.body(present);
    return { version, body: text, members: members?.hash ?? null };
  }

  async #publish(): Promise<number> {
    const present = this.#options.present();
    if (!present) return 0;
    const { name, incarnation, version } = present.head;
    await this.#kvPublisher.put(name, incarnation, this.#options.body(present));
    return version;
  }

  #sweepDue(): number | null {
    if (!this.#options.present()) return null;
    const times = [this.#kvPublisher.sweepDue(), this.#options.usage.sweepDue()].filter((due) => due !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  async #sweep(): Promise<void> {
    const present = this.#options.present();
    if (!present) return;
    this.#options.usage.sweep(Date.now());
    await this.#kvPublisher.sweep(present.head.name, present.head.incarnation);
  }

  async #clear(): Promise<void> {
    const gone = this.#options.auditLog.identity();
    let again = CLEAR_AGAIN_MS;
    try {
      const told = await this.#broadcast.end();
      const cleared = !gone || (await this.#kvPublisher.clear(gone.name, gone.incarnation));
      if (told && cleared) {
        if (gone) await this.#clearCounters(gone.name, gone.incarnation);
        await this.#ctx.storage.deleteAll();
        return;
      }
      if (cleared) again = CLEAR_RETRY_MS;
    } catch {
      again = CLEAR_RETRY_MS;
    }
    await this.#ctx.storage.setAlarm(Date.now() + again);
  }
  /** What isolates still send in the seconds after is swept away by the counters themselves. */
  async #clearCounters(name: string, incarnation: string): Promise<void> {
    await Promise.all(countersOf(this.#options.counters, { name, incarnation }).map((counter) => counter.clear()));
  }
}
