import type { Actor } from "../../contract/change.ts";
import type { Propagated } from "../../contract/admin.ts";
import type { Confirmation, Current, CurrentBody } from "../../contract/relay.ts";
import { Broadcast } from "../../relay/broadcast.ts";
import { type CounterObjects, countersOf } from "../../metrics/counter.ts";
import type { RelayObjects } from "../../relay/relay.ts";
import { Alarm } from "../../durable/alarm.ts";
import type { Background, Task } from "../../durable/background.ts";
import { Outbox } from "../../durable/outbox.ts";
import { keyOf, SNAPSHOT_FORMAT } from "../../contract/snapshot.ts";
import { within } from "../../snapshot/deadline.ts";
import type { BodyMaker } from "./body.ts";
import type { EnvironmentStore } from "../store/environment-store.ts";
import { KvPublisher } from "./kv-publisher.ts";
import { takeTurns } from "../../durable/turn.ts";
import type { Usage } from "../store/usage.ts";

/** How soon what a deleted environment has in KV is gone on with, after progress and after failure. */
const CLEAR_AGAIN_MS = 1_000;
const CLEAR_RETRY_MS = 60_000;
/** When an alarm comes again after something that nobody expected. */
const AGAIN_MS = 60_000;
/** How long Workspace may take to answer. */
const CALL_MS = 10_000;
/** Under this the object keeps what Workspace was last told. */
const TOLD = "attention";

/** Workspace, as far as an environment needs it. */
export type WorkspaceOfEnvironment = {
  getByName(name: string): {
    holdingTokens(ids: readonly string[]): Promise<string[]>;
    attention(environment: { name: string; incarnation: string }, needed: boolean): Promise<void>;
    expire(environment: { name: string; incarnation: string }, actor: Actor): Promise<void>;
  };
};

/** What background work reaches outside of its object. */
export type BackgroundBindings = {
  SNAPSHOTS: KVNamespace;
  RELAY: RelayObjects;
  COUNTER: CounterObjects;
  WORKSPACE: WorkspaceOfEnvironment;
};

/** What has work of its own: changes that wait for their time, releases, messages that are to be sent, and its end. */
export type Tasks = { scheduled: Task; ending: Task; releases: Task & { live(): boolean }; webhooks: Task };
const NOTHING = { due: () => null, run: () => Promise.resolve(), live: () => false };
const NO_TASKS: Tasks = { scheduled: NOTHING, ending: NOTHING, releases: NOTHING, webhooks: NOTHING };

/**
 * What an environment's object does in the background: it tells the relays what was committed and publishes it to KV,
 * neither waiting for the other, sweeps away what is old, and, once the environment is deleted, everything. An alarm
 * brings back whatever was cut short.
 */
export class BackgroundWork implements Background {
  readonly #ctx: DurableObjectState;
  readonly #store: EnvironmentStore;
  readonly #bodies: BodyMaker;
  readonly #usage: Usage;
  readonly #env: BackgroundBindings;
  readonly #alarm: Alarm;
  readonly #kvPublisher: KvPublisher;
  readonly #outbox: Outbox;
  readonly #broadcast: Broadcast;
  #tasks: Tasks = NO_TASKS;
  #telling: Promise<void> | undefined;
  /** An alarm has just done what it could. */
  #waited = false;
  /** When Workspace may be told again, after it couldn't be. */
  #tellNotBefore = 0;

  constructor(
    ctx: DurableObjectState,
    store: EnvironmentStore,
    bodies: BodyMaker,
    usage: Usage,
    env: BackgroundBindings,
  ) {
    this.#ctx = ctx;
    this.#store = store;
    this.#bodies = bodies;
    this.#usage = usage;
    this.#env = env;
    this.#alarm = new Alarm(ctx, store.now);
    this.#kvPublisher = new KvPublisher(store.sql, env.SNAPSHOTS, store.now);
    this.#outbox = new Outbox({
      now: store.now,
      storage: ctx.storage.kv,
      current: () => store.state()?.head.version ?? 0,
      publish: () => this.#publish(),
      rest: { due: () => this.#sweepDue(), run: (waiting) => this.#sweep(waiting) },
    });
    this.#broadcast = new Broadcast({
      now: store.now,
      sql: store.sql,
      relays: env.RELAY,
      version: () => store.state()?.head.version ?? 0,
      current: (holds) => this.#current(holds),
    });
    store.onCommit(() => this.#committed());
    store.onRollback(() => this.#broadcast.forget());
  }

  /** Names what the alarm has to look after as well. */
  attend(tasks: Tasks): void {
    this.#tasks = tasks;
  }

  /** What is current, for a relay that holds some version, as what changed where it takes that. It is told from then on. Only where the environment exists. */
  inform(relay: string, holds: number, deltas: boolean): Confirmation {
    this.#broadcast.register(relay, holds);
    const version = this.#store.state()?.head.version ?? 0;
    if (holds >= version) return { version };
    this.#begin(); // a push, so that it is known to have arrived
    return { version, news: this.#current(deltas ? holds : 0) };
  }

  /** The newest version whose body KV has acknowledged; 0 when there is none. */
  stored(): number {
    return this.#kvPublisher.stored();
  }

  propagated(): Propagated {
    return this.#broadcast.propagated();
  }

  /** In the transaction that commits a version: publishing it begins when that is over. */
  #committed(): void {
    this.#alarm.set(Math.min(this.#outbox.mark(), ...this.#othersDue()));
    this.#begin();
  }

  /** To be called in the transaction of what happened without a version: who watches hears of it when that is over. */
  nudge(): void {
    this.after(() => this.#broadcast.nudge());
  }

  /** Runs work when the open transaction is over. It must not reject. */
  after(work: () => Promise<void>): void {
    this.#ctx.waitUntil(takeTurns().then(work));
  }

  /** To be called in the transaction that deletes the environment. */
  deleted(): void {
    this.#outbox.forget();
    this.#alarm.set(this.#store.now() + CLEAR_AGAIN_MS);
    this.#ctx.waitUntil(takeTurns().then(() => this.#broadcast.end()));
  }

  /** Sets the alarm to the next time that there is something to do, in the open transaction if one is. */
  arm(): void {
    if (!this.#store.state()) return;
    const own = [this.#outbox.due(), this.#broadcast.due(), this.#tell()].filter((time) => time !== null);
    const due = [...own, ...this.#othersDue()];
    if (due.length > 0) this.#alarm.set(Math.min(...due));
  }

  #othersDue(): number[] {
    return Object.values(this.#tasks)
      .map((task) => task.due())
      .filter((time) => time !== null);
  }

  /**
   * Does what is due. Whatever goes wrong, there is an alarm afterwards: the platform tries one that fails a few times, and
   * then never again.
   *
   * @param all releases are looked after whether or not they are due
   */
  async alarm(all = false): Promise<void> {
    try {
      if (!this.#store.identity()) return;
      if (this.#store.state()) {
        this.#ctx.waitUntil(this.#tasks.webhooks.run()); // a receiver may take its time
        // What is scheduled comes first: a release that it concerns is judged by what it left.
        const scheduled = this.#tasks.scheduled.run().then(() => this.#tasks.releases.run(all));
        await Promise.allSettled([this.#tasks.ending.run(), scheduled, this.#outbox.run(), this.#broadcast.run()]);
      } else await this.#clear();
    } catch (error) {
      console.error("an alarm failed", error);
    } finally {
      this.#waited = true;
      this.#rearm();
    }
  }

  /** Begins after what is being done now: the transaction is over then, and the answer on its way. */
  #begin(): void {
    const run = async (what: Outbox | Broadcast): Promise<void> => {
      await takeTurns();
      try {
        await what.run();
      } finally {
        this.#rearm();
      }
    };
    for (const what of [this.#broadcast, this.#outbox]) this.#ctx.waitUntil(run(what));
  }

  #rearm(): void {
    try {
      this.arm();
    } catch (error) {
      console.error("what is to be done next could not be found out", error);
      this.#alarm.set(this.#store.now() + AGAIN_MS);
    }
  }

  /**
   * Tells Workspace whether the sweep has to look in here, should the alarm be lost: where a release is live, and where
   * work was left over by an alarm. (What is done a moment after its commit isn't worth two messages.)
   *
   * @returns when that is to be tried again, epoch ms; null: Workspace knows
   */
  #tell(): number | null {
    const told = this.#ctx.storage.kv.get<boolean>(TOLD) ?? false;
    const unsent =
      (told || this.#waited) &&
      (this.#outbox.behind() || this.#broadcast.behind() || this.#tasks.webhooks.due() !== null);
    this.#waited = false;
    const needed =
      unsent ||
      this.#tasks.releases.live() ||
      this.#tasks.scheduled.due() !== null ||
      this.#tasks.ending.due() !== null;
    if (needed === told) return null;
    const now = this.#store.now();
    const due = Math.min(this.#tellNotBefore, now + AGAIN_MS);
    if (!this.#telling && due <= now)
      this.#telling = takeTurns() // until the transaction is over
        .then(() => this.#call(needed))
        .finally(() => {
          this.#telling = undefined;
          this.#rearm(); // it may have changed meanwhile
        });
    return this.#telling ? now + AGAIN_MS : due;
  }

  /** Never rejects. */
  async #call(needed: boolean): Promise<void> {
    try {
      const here = this.#store.identity();
      if (!here) return;
      const workspace = this.#env.WORKSPACE.getByName(keyOf.workspaceObject);
      await within(workspace.attention({ name: here.name, incarnation: here.incarnation }, needed), CALL_MS);
      if (this.#store.identity()) this.#ctx.storage.kv.put(TOLD, needed);
    } catch (error) {
      this.#tellNotBefore = this.#store.now() + AGAIN_MS;
      console.warn("Workspace could not be told", error);
    }
  }

  /** @param holds what it is told as a change of, where that can be; 0: the whole */
  #current(holds: number): Current {
    const present = this.#store.state();
    if (!present) throw new Error("there is no environment to tell of");
    const { version, text, members, since } = this.#bodies.of(present);
    const about = { version, members: members?.hash ?? null };
    const delta = holds > 0 ? since(holds) : undefined;
    return delta ? { ...about, delta } : ({ ...about, body: text(), format: SNAPSHOT_FORMAT } satisfies CurrentBody);
  }

  async #publish(): Promise<number> {
    const present = this.#store.state();
    if (!present) return 0;
    const { name, incarnation, version } = present.head;
    await this.#kvPublisher.put(name, incarnation, this.#bodies.of(present));
    return version;
  }

  #sweepDue(): number | null {
    if (!this.#store.state()) return null;
    const times = [this.#kvPublisher.sweepDue(), this.#usage.sweepDue()].filter((due) => due !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  async #sweep(waiting: () => boolean): Promise<void> {
    const present = this.#store.state();
    if (!present) return;
    this.#usage.sweep(this.#store.now());
    await this.#kvPublisher.sweep(present.head.name, present.head.incarnation, waiting);
  }

  async #clear(): Promise<void> {
    const gone = this.#store.identity();
    let again = CLEAR_AGAIN_MS;
    try {
      const told = await this.#broadcast.end();
      const cleared = !gone || (await this.#kvPublisher.clear(gone.name, gone.incarnation));
      const over = told && cleared;
      if (over && gone) await this.#clearCounters(gone.name, gone.incarnation);
      if (over === (this.#ctx.storage.kv.get<boolean>(TOLD) ?? false)) await this.#call(!over);
      if (over && !this.#ctx.storage.kv.get<boolean>(TOLD)) return await this.#ctx.storage.deleteAll();
      if (cleared) again = CLEAR_RETRY_MS;
    } catch (error) {
      console.warn("what a deleted environment has could not be deleted", error);
      again = CLEAR_RETRY_MS;
    }
    this.#alarm.set(this.#store.now() + again);
  }

  /** What isolates still send in the seconds after is swept away by the counters themselves. */
  async #clearCounters(name: string, incarnation: string): Promise<void> {
    await Promise.all(countersOf(this.#env.COUNTER, { name, incarnation }).map((counter) => counter.clear()));
  }
}
