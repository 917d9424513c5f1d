import type { SQLInputValue } from "node:sqlite";
import type { Random } from "../support/random.ts";
import { Disk } from "./storage.ts";
import type { Time } from "./time.ts";

/*
 * Durable Objects under simulated time, as far as Sluice needs them: one instance of each name, storage that is on disk
 * a moment after it was written and before any message leaves, alarms that come again until they have succeeded,
 * messages that take time, and crashes at any step. The classes that run here are the real ones.
 */

type Method = (...args: unknown[]) => unknown;
export type Instance = { alarm?(): Promise<void> };
export type Maker = (ctx: DurableObjectState, self: SimObject) => Instance;

/** What becomes of a message: it arrives after so many ms, it fails after as many, or nothing is ever heard of it. */
export type Fate = number | { failsAfter: number } | "lost";
/** `from` and `to`: places. `what`: the method, or its answer. */
export type Link = (from: string, to: string, what: string) => Fate;

export class Down extends Error {}

/** One life of an object, from when it is loaded to when it crashes or is evicted. */
type Life = {
  dead: boolean;
  readonly instance: Instance;
  readonly died: Promise<never>;
  readonly die: (why: Error) => void;
};

export class SimObject {
  readonly name: string;
  readonly place: string;
  readonly disk = new Disk();
  /** Version numbers told to whoever listens, as messages over its WebSockets. */
  listener: ((version: number) => void) | undefined;
  lives = 0;
  readonly #platform: Platform;
  readonly #make: Maker;
  #life: Life | undefined;
  #flushed: Promise<void> | undefined;

  constructor(platform: Platform, name: string, place: string, make: Maker) {
    this.#platform = platform;
    this.name = name;
    this.place = place;
    this.#make = make;
  }

  /** The object's memory and all that it was about to do are gone, and what wasn't on disk. */
  crash(): void {
    const life = this.#life;
    if (!life) return;
    life.dead = true;
    this.#life = undefined;
    this.#flushed = undefined;
    this.disk.crash();
    life.die(new Down(`${this.name} was reset`));
    this.#setTimer();
  }

  /** Out of memory at a moment when all is on disk. */
  evict(): void {
    if (!this.disk.dirty) this.crash();
  }

  get life(): Life {
    return (this.#life ??= this.#load());
  }

  /** Resolves when what is written is on disk: then messages may leave. Never, when the object has died. */
  gate(life: Life): Promise<void> {
    if (life.dead) return new Promise(() => {});
    return this.#flushed ?? Promise.resolve();
  }

  step(life: Life, what: string): void {
    if (life.dead) throw new Down(`${this.name} is dead`);
    this.#platform.onStep(this, what);
    if (life.dead) throw new Down(`${this.name} was reset`);
  }

  #load(): Life {
    this.lives += 1;
    const { promise: died, reject: die } = Promise.withResolvers<never>();
    died.catch(() => {});
    const life: { dead: boolean; instance?: Instance; died: Promise<never>; die: (why: Error) => void } = {
      dead: false,
      died,
      die,
    };
    const instance = this.#make(this.#context(life as Life), this);
    return Object.assign(life, { instance });
  }

  #written(life: Life, what: string): void {
    this.step(life, what);
    this.#flushed ??= new Promise((resolve) => {
      this.#platform.time.after(this.#platform.flushMs(), () => {
        if (life.dead) return;
        try {
          this.step(life, "before disk");
        } catch {
          return;
        }
        this.disk.flush();
        this.#flushed = undefined;
        this.#setTimer();
        resolve();
      });
    });
  }

  #context(life: Life): DurableObjectState {
    const { disk } = this;
    const exec = (query: string, ...values: SQLInputValue[]): unknown => {
      if (life.dead) throw new Down(`${this.name} is dead`);
      const wrote = disk.dirty;
      const rows = disk.read(query, values);
      if (disk.dirty && (!wrote || !/^\s*(?:SELECT|WITH)/i.test(query))) this.#written(life, "sql");
      return {
        toArray: () => rows,
        one: () => {
          if (rows.length !== 1) throw new Error(`${rows.length} rows: ${query}`);
          return rows[0];
        },
        raw: () => rows.map((row) => Object.values(row))[Symbol.iterator](),
        [Symbol.iterator]: () => rows[Symbol.iterator](),
      };
    };
    const kv = {
      get: (key: string) => {
        if (life.dead) throw new Down(`${this.name} is dead`);
        return disk.get(key);
      },
      put: (key: string, value: unknown) => {
        if (life.dead) throw new Down(`${this.name} is dead`);
        disk.put(key, value);
        this.#written(life, "kv");
      },
      delete: (key: string) => {
        if (life.dead) throw new Down(`${this.name} is dead`);
        disk.delete(key);
        this.#written(life, "kv");
      },
    };
    const socket = {
      send: (text: string) => {
        const listener = this.listener;
        if (!listener) return;
        const ms = this.#platform.latency(this.place, this.place);
        void this.gate(life).then(() => this.#platform.time.after(ms, () => listener(Number(text))));
      },
      close: () => {},
    };
    const state = {
      id: { name: this.name },
      storage: {
        sql: { exec },
        kv,
        transactionSync: <T>(work: () => T): T => {
          this.#written(life, "begin");
          const made = disk.savepoint(work, () => life.dead);
          this.step(life, "commit");
          return made;
        },
        // Nobody waits for it; whoever died meanwhile hears nothing.
        setAlarm: (at: number): Promise<void> => {
          try {
            if (life.dead) return new Promise(() => {});
            if (!(at > 0)) return Promise.reject(new TypeError("setAlarm() cannot be called with an alarm time <= 0"));
            disk.alarm = at;
            this.#written(life, "alarm");
            return Promise.resolve();
          } catch {
            return new Promise(() => {});
          }
        },
        getAlarm: async () => disk.alarm,
        deleteAll: async (): Promise<void> => {
          if (life.dead) throw new Down(`${this.name} is dead`);
          disk.deleteAll();
          this.#written(life, "delete all");
        },
      },
      abort: () => {
        if (!life.dead) this.crash();
      },
      waitUntil: (work: Promise<unknown>) => void work.catch(() => {}),
      getWebSockets: () => (this.listener ? [socket] : []),
    };
    return state as unknown as DurableObjectState;
  }

  #setTimer(pause = 0): void {
    const at = this.disk.alarm;
    if (at === null) return;
    const { time } = this.#platform;
    time.after(Math.max(pause, at - time.now()), () => {
      if (this.disk.alarm === at) void this.#ring();
    });
  }

  async #ring(failures = 0): Promise<void> {
    const { life } = this;
    const { time } = this.#platform;
    this.disk.alarmBegins();
    try {
      this.step(life, "alarm rings");
      await Promise.race([life.instance.alarm?.(), life.died]);
      await Promise.race([this.gate(life), life.died]);
      this.disk.alarmEnds();
    } catch {
      if (!life.dead && failures < 6) time.after(2_000 * 2 ** failures, () => void this.#ring(failures + 1));
      else if (life.dead) this.#setTimer(1_000);
    }
  }
}

export class Platform {
  readonly time: Time;
  readonly random: Random;
  readonly objects = new Map<string, SimObject>();
  /** Extra fates of messages; undefined: as usual. */
  fault: (from: string, to: string, what: string) => Fate | undefined = () => undefined;
  /** Called at every step that an object makes; may crash it. */
  onStep: (object: SimObject, what: string) => void = () => {};
  /** How many messages went to objects, by the kind of object and method. */
  readonly messages = new Map<string, number>();
  readonly latency: (from: string, to: string) => number;

  constructor(time: Time, random: Random, latency: (from: string, to: string) => number) {
    this.time = time;
    this.random = random;
    this.latency = latency;
  }

  flushMs(): number {
    return 1 + this.random.fraction() * 14;
  }

  object(name: string, place: string, make: Maker): SimObject {
    const known = this.objects.get(name);
    if (known) return known;
    const object = new SimObject(this, name, place, make);
    this.objects.set(name, object);
    return object;
  }

  /** A stub: every method a message there and one back. @param from who calls: an object, or a place */
  stub<T extends object>(object: SimObject, from: SimObject | string, kind: string): T {
    const caller = typeof from === "string" ? undefined : { object: from, life: from.life };
    const place = typeof from === "string" ? from : from.place;
    const call = async (what: string, args: unknown[]): Promise<unknown> => {
      if (caller) {
        await caller.object.gate(caller.life);
        caller.object.step(caller.life, `calls ${what}`);
      }
      this.messages.set(`${kind} ${what}`, (this.messages.get(`${kind} ${what}`) ?? 0) + 1);
      await this.#travel(place, object.place, what);
      const { life } = object;
      const answer = await this.#answer(object, life, what, structuredClone(args)).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      await this.#travel(object.place, place, `${what} answer`);
      if (caller?.life.dead) return new Promise(() => {});
      if ("error" in answer) throw answer.error;
      return structuredClone(answer.value);
    };
    // Not thenable: a promise may resolve to a stub.
    const get = (_: object, name: string | symbol): Method | undefined =>
      typeof name === "symbol" || name === "then" ? undefined : (...args) => call(name, args);
    return new Proxy({}, { get }) as T;
  }

  async #answer(object: SimObject, life: Life, what: string, args: unknown[]): Promise<unknown> {
    object.step(life, `is asked ${what}`);
    const method: unknown = Reflect.get(life.instance, what);
    if (typeof method !== "function") throw new Error(`no method ${what}`);
    const made = await Promise.race([Reflect.apply(method, life.instance, args), life.died]);
    await Promise.race([object.gate(life), life.died]);
    return made;
  }

  async #travel(from: string, to: string, what: string): Promise<void> {
    const fate = this.fault(from, to, what) ?? this.latency(from, to);
    if (fate === "lost") return new Promise(() => {});
    if (typeof fate === "number") return this.time.sleep(fate);
    await this.time.sleep(fate.failsAfter);
    throw new Down(`${from} can't reach ${to}`);
  }

  close(): void {
    for (const object of this.objects.values()) {
      object.crash();
      object.disk.close();
    }
  }
}
