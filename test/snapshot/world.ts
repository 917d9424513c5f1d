import { createHash } from "node:crypto";
import { type EnvironmentMap, type Pointer, SNAPSHOT_FORMAT, type SnapshotBody } from "../../src/contract/snapshot.ts";
import { type AskingFor, type Held, type Lookup, SnapshotStore, type Source } from "../../src/snapshot/store.ts";
import { Clock } from "../support/clock.ts";

/* Sources made of lambdas, on a clock that stands still: what they say, how long they take, and what was asked of them. */

export const ENV = "production";
type Call = "pointer" | "body" | "members" | "map";
/** How a source behaves: answers after so many ms, never, or with an error. */
type Mood = number | "hangs" | "fails";

export class TestSource {
  readonly calls: string[] = [];
  mood: Mood = 10;
  /** Behaviour of one kind of call, where it differs. */
  readonly moods: { [call in Call]?: Mood } = {};
  map: EnvironmentMap | null = null;
  readonly pointers = new Map<string, Pointer | null>();
  readonly bodies = new Map<string, string>();
  readonly membersBodies = new Map<string, ArrayBuffer>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  count(call: Call): number {
    return this.calls.filter((one) => one.startsWith(call)).length;
  }

  source(): Source {
    return {
      pointer: (environment, incarnation) =>
        this.#say("pointer", `${environment}/${incarnation}`, () => this.pointers.get(incarnation) ?? null),
      body: (_environment, incarnation, version) =>
        this.#say("body", `${incarnation}/${version}`, () => this.bodies.get(`${incarnation}/${version}`) ?? null),
      members: (_environment, _incarnation, hash) =>
        this.#say("members", hash.slice(0, 8), () => this.membersBodies.get(hash) ?? null),
      map: () => this.#say("map", "", () => this.map),
    };
  }

  /** The answer is what is true when it is given, not when it was asked for. */
  #say<T>(call: Call, what: string, answer: () => T): Promise<T> {
    this.calls.push(`${call} ${what}`.trim());
    const mood = this.moods[call] ?? this.mood;
    if (mood === "hangs") return new Promise(() => {});
    if (mood === "fails") return Promise.reject(new Error("is down"));
    return new Promise((resolve) => this.#clock.after(mood, () => resolve(answer())));
  }
}

export class World {
  readonly clock = new Clock();
  readonly authority = new TestSource(this.clock);
  readonly stored = new TestSource(this.clock);
  /** While true, timers that are set never go off: so it is in a request that was cancelled. */
  cancelled = false;
  readonly store = new SnapshotStore({
    freshnessMs: 2_000,
    after: (ms, run) => (this.cancelled ? () => {} : this.clock.after(ms, run)),
  });

  constructor() {
    this.environments({ [ENV]: "aaa" });
    this.publish("aaa", 1);
  }

  environments(names: Record<string, string>): void {
    const version = (this.authority.map?.version ?? 0) + 1;
    this.authority.map = { format: SNAPSHOT_FORMAT, version, environments: names };
    this.stored.map = this.authority.map;
  }

  /** A version is committed, and published everywhere unless `stored` says that KV is still at an earlier one. */
  publish(incarnation: string, version: number, more: Partial<SnapshotBody> = {}, stored = version): void {
    const text = this.body(incarnation, version, more);
    const pointer: Pointer = { format: SNAPSHOT_FORMAT, incarnation, version, stored };
    this.authority.pointers.set(incarnation, pointer);
    this.authority.bodies.set(`${incarnation}/${version}`, text);
    if (stored < version) return;
    this.stored.pointers.set(incarnation, pointer);
    this.stored.bodies.set(`${incarnation}/${version}`, text);
  }

  body(incarnation: string, version: number, more: Partial<SnapshotBody> = {}): string {
    const body: SnapshotBody = {
      format: SNAPSHOT_FORMAT,
      environment: ENV,
      incarnation,
      version,
      at: this.clock.now(),
      keys: [],
      flags: [],
      segments: [],
      members: null,
      ...more,
    };
    return JSON.stringify(body);
  }

  addMembers(bytes: Uint8Array<ArrayBuffer>): string {
    const hash = createHash("sha256").update(bytes).digest("hex");
    this.authority.membersBodies.set(hash, bytes.buffer);
    this.stored.membersBodies.set(hash, bytes.buffer);
    return hash;
  }

  asking(atLeast?: AskingFor["atLeast"]): AskingFor {
    return {
      sources: { authority: this.authority.source(), stored: this.stored.source() },
      now: this.clock.now,
      waitUntil: () => {},
      ...(atLeast && { atLeast }),
    };
  }

  current(environment = ENV, atLeast?: AskingFor["atLeast"]): Lookup | Promise<Lookup> {
    return this.store.current(environment, this.asking(atLeast));
  }

  /** Asks, and lets time pass until the answer is there. @returns the answer and how many ms it took */
  async get(environment = ENV, atLeast?: AskingFor["atLeast"]): Promise<{ lookup: Lookup; ms: number }> {
    return this.finish(this.current(environment, atLeast));
  }

  async finish(answer: Lookup | Promise<Lookup>): Promise<{ lookup: Lookup; ms: number }> {
    const began = this.clock.now();
    let lookup: Lookup | undefined;
    let ended = 0;
    const waiting = Promise.resolve(answer).then((found) => {
      lookup = found;
      ended = this.clock.now();
    });
    for (let i = 0; lookup === undefined && i < 2_000; i++) await this.clock.pass(5);
    if (lookup === undefined) throw new Error("no answer within 10 s");
    await waiting;
    return { lookup, ms: ended - began };
  }

  async version(environment = ENV, atLeast?: AskingFor["atLeast"]): Promise<number | string> {
    return versionOf((await this.get(environment, atLeast)).lookup);
  }

  forget(): void {
    this.authority.calls.length = 0;
    this.stored.calls.length = 0;
  }

  get calls(): string[] {
    return [
      ...this.authority.calls.map((call) => `authority ${call}`),
      ...this.stored.calls.map((call) => `stored ${call}`),
    ];
  }
}

export function versionOf(lookup: Lookup): number | string {
  return "held" in lookup ? lookup.held.snapshot.version : lookup.missing;
}

export function heldOf(lookup: Lookup | Promise<Lookup>): Held {
  if (lookup instanceof Promise) throw new Error("had to wait");
  if ("missing" in lookup) throw new Error(lookup.missing);
  return lookup.held;
}
