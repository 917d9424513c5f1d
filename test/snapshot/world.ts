import { createHash } from "node:crypto";
import type { RelayAnswer, RelayQuestion } from "../../src/contract/relay.ts";
import { type EnvironmentMap, type Pointer, SNAPSHOT_FORMAT, type SnapshotBody } from "../../src/contract/snapshot.ts";
import {
  type Asking,
  type Held,
  type Lookup,
  type Relay,
  type Revision,
  SnapshotStore,
  type Stored,
} from "../../src/snapshot/store.ts";
import { Clock } from "../support/clock.ts";

/* Sources made of lambdas, on a clock that stands still: what they say, how long they take, and what was asked of them. */

export const ENV = "production";
/** How a source behaves: answers after so many ms, never, or with an error. */
type Mood = number | "hangs" | "fails";

class TestSource<Call extends string> {
  readonly calls: string[] = [];
  mood: Mood = 10;
  /** Behaviour of one kind of call, where it differs. */
  readonly moods: { [call in Call]?: Mood } = {};
  readonly membersBodies = new Map<string, ArrayBuffer>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  count(call: Call): number {
    return this.calls.filter((one) => one.startsWith(call)).length;
  }

  /** The answer is what is true when it is given, not when it was asked for. */
  protected say<T>(call: Call, what: string, answer: () => T): Promise<T> {
    this.calls.push(`${call} ${what}`.trim());
    const mood = this.moods[call] ?? this.mood;
    if (mood === "hangs") return new Promise(() => {});
    if (mood === "fails") return Promise.reject(new Error("is down"));
    return new Promise((resolve) => this.#clock.after(mood, () => resolve(answer())));
  }
}

type Known = { version: number; body: string };

/** A relay that has just been told what is current, unless `ageMs` says that it was longer ago. */
export class TestRelay extends TestSource<"map" | "environment" | "members"> {
  map: EnvironmentMap | null = null;
  /** By incarnation; null: deleted. */
  readonly versions = new Map<string, Known | null>();
  readonly questions: RelayQuestion[] = [];
  ageMs = 0;

  source(): Relay {
    return {
      map: (question) => {
        this.questions.push(question);
        return this.say("map", "", () =>
          this.map ? this.#answer({ version: this.map.version, body: JSON.stringify(this.map) }, question) : null,
        );
      },
      environment: (environment, incarnation, question) => {
        this.questions.push(question);
        return this.say("environment", `${environment}/${incarnation}`, () => {
          const known = this.versions.get(incarnation);
          return known ? this.#answer(known, question) : known === null ? { deleted: true as const } : null;
        });
      },
      members: (_environment, _incarnation, hash) =>
        this.say("members", hash.slice(0, 8), () => this.membersBodies.get(hash) ?? null),
    };
  }

  #answer({ version, body }: Known, { holds }: RelayQuestion): RelayAnswer {
    const answer = { version, ageMs: this.ageMs, sure: this.ageMs === 0 };
    return version > holds ? { ...answer, body } : answer;
  }
}

export class TestStored extends TestSource<"pointer" | "body" | "members" | "map"> {
  map: EnvironmentMap | null = null;
  readonly pointers = new Map<string, Pointer | null>();
  readonly bodies = new Map<string, string>();

  source(): Stored {
    return {
      pointer: (environment, incarnation) =>
        this.say("pointer", `${environment}/${incarnation}`, () => this.pointers.get(incarnation) ?? null),
      body: (_environment, incarnation, version) =>
        this.say("body", `${incarnation}/${version}`, () => this.bodies.get(`${incarnation}/${version}`) ?? null),
      members: (_environment, _incarnation, hash) =>
        this.say("members", hash.slice(0, 8), () => this.membersBodies.get(hash) ?? null),
      map: () => this.say("map", "", () => this.map),
    };
  }
}

export class World {
  readonly clock = new Clock();
  readonly relay = new TestRelay(this.clock);
  readonly stored = new TestStored(this.clock);
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
    const version = (this.relay.map?.version ?? 0) + 1;
    this.relay.map = { format: SNAPSHOT_FORMAT, version, environments: names };
    this.stored.map = this.relay.map;
  }

  /** A version is committed, and published everywhere unless `stored` says that KV is still at an earlier one. */
  publish(incarnation: string, version: number, more: Partial<SnapshotBody> = {}, stored = version): void {
    const text = this.body(incarnation, version, more);
    const pointer: Pointer = { format: SNAPSHOT_FORMAT, incarnation, version, stored };
    this.relay.versions.set(incarnation, { version, body: text });
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
    this.relay.membersBodies.set(hash, bytes.buffer);
    this.stored.membersBodies.set(hash, bytes.buffer);
    return hash;
  }

  asking(): Asking {
    return {
      sources: { relay: this.relay.source(), stored: this.stored.source() },
      now: this.clock.now,
      waitUntil: () => {},
    };
  }

  current(environment = ENV, atLeast?: Revision): Lookup | Promise<Lookup> {
    return atLeast
      ? this.store.atLeast(environment, atLeast, this.asking())
      : this.store.current(environment, this.asking());
  }

  /** Asks, and lets time pass until the answer is there. @returns the answer and how many ms it took */
  async get(environment = ENV, atLeast?: Revision): Promise<{ lookup: Lookup; ms: number }> {
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

  async version(environment = ENV, atLeast?: Revision): Promise<number | string> {
    return versionOf((await this.get(environment, atLeast)).lookup);
  }

  forget(): void {
    this.relay.calls.length = 0;
    this.stored.calls.length = 0;
  }

  get calls(): string[] {
    return [...this.relay.calls.map((call) => `relay ${call}`), ...this.stored.calls.map((call) => `stored ${call}`)];
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
