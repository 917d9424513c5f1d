import { vi } from "vitest";
import { keyOf, SNAPSHOT_FORMAT } from "../../src/contract/snapshot.ts";
import type { Environment } from "../../src/environment/environment.ts";
import type { Write } from "../../src/environment/rpc.ts";
import type { Region } from "../../src/snapshot/region.ts";
import { kvSource } from "../../src/snapshot/kv.ts";
import { relaySource } from "../../src/snapshot/relay.ts";
import { type Asking, type Lookup, SnapshotStore } from "../../src/snapshot/store.ts";
import type { Counted } from "../../src/metrics/counter.ts";
import type { BinQuery } from "../../src/metrics/store.ts";
import { Random } from "../support/random.ts";
import { Kv } from "./kv.ts";
import { Platform, SimObject } from "./platform.ts";
import { Time } from "./time.ts";

/*
 * All of Sluice that decides how fresh an answer is, under simulated time: the real Environment, Relay and SnapshotStore,
 * and around them places, the distances between them, and KV that lags.
 */

vi.mock("cloudflare:workers", () => ({
  DurableObject: class {
    readonly ctx: unknown;
    readonly env: unknown;
    constructor(ctx: unknown, env: unknown) {
      this.ctx = ctx;
      this.env = env;
    }
  },
}));
const objects = await import("../../src/environment/environment.ts");
const relays = await import("../../src/relay/relay.ts");

export const NAME = "production";
const INCARNATION = "simulated001";
export const ENVIRONMENT = keyOf.environmentObject(NAME, INCARNATION);
const WRITE: Write = { actor: { id: "token:1", name: "Ada", via: "token" }, comment: "" };

/** One-way ms between regions, about as light in fibre and detours have it. */
const FAR: Record<Region, Record<Region, number>> = {
  wnam: { wnam: 8, enam: 35, weur: 75, apac: 70, oc: 75 },
  enam: { wnam: 35, enam: 8, weur: 42, apac: 95, oc: 105 },
  weur: { wnam: 75, enam: 42, weur: 8, apac: 85, oc: 135 },
  apac: { wnam: 70, enam: 95, weur: 85, apac: 18, oc: 50 },
  oc: { wnam: 75, enam: 105, weur: 135, apac: 50, oc: 8 },
};
export const REGIONS: readonly Region[] = ["wnam", "enam", "weur", "apac", "oc"];

/** How far a location lies from the relay of its region, one-way ms: most are near, one is at the other end of Africa. */
export type Location = { readonly name: string; readonly region: Region; readonly away: number };

/** Five regions in turn, near and far. */
export function locations(count: number): Location[] {
  const away = [2, 12, 30, 6, 20, 80];
  return Array.from({ length: count }, (_, i) => {
    const region = REGIONS[i % REGIONS.length]!;
    return { name: `${region}:${i}`, region, away: away[Math.floor(i / REGIONS.length) % away.length]! };
  });
}

export type Answer = {
  /** Of the request; true ms. */
  asked: number;
  answered: number;
  /** undefined: nothing could be served. */
  version: number | undefined;
  ageMs: number;
};

/** One isolate: its memory is a snapshot store, which asks the relay of its region and the KV of its location. */
export class Isolate {
  readonly location: Location;
  readonly store: SnapshotStore;
  readonly #world: World;
  readonly #asking: Asking;

  constructor(world: World, location: Location, freshnessMs: number) {
    this.#world = world;
    this.location = location;
    this.store = new SnapshotStore({ freshnessMs });
    const relay = relaySource(world.relaysFor(location.name), location.region);
    const stored = kvSource(world.kv.reader(location.name) as unknown as KVNamespace);
    this.#asking = {
      now: () => Date.now(),
      waitUntil: (work) => void work.catch(() => {}),
      sources: { relay, stored },
    };
  }

  async ask(atLeast?: number): Promise<Answer> {
    const { time } = this.#world;
    const asked = time.trueNow;
    const lookup: Lookup | Promise<Lookup> =
      atLeast === undefined
        ? this.store.current(NAME, this.#asking)
        : this.store.atLeast(NAME, { incarnation: INCARNATION, version: atLeast }, this.#asking);
    const found = lookup instanceof Promise ? await lookup : lookup;
    const answered = time.trueNow;
    const seen = "held" in found ? found.held : undefined;
    const answer: Answer = {
      asked,
      answered,
      version: seen?.snapshot.version,
      ageMs: seen ? Math.max(0, time.now() - seen.confirmedAt) : NaN,
    };
    return answer;
  }
}

export type Acknowledged = { version: number; value: string; at: number };

export class World {
  readonly time = new Time();
  readonly random: Random;
  readonly platform: Platform;
  readonly kv: Kv;
  readonly environment: SimObject;
  /** What each of the counters answers. */
  counted: (query: BinQuery) => Promise<Counted> = () => Promise.reject(new Error("there are no counters"));
  readonly #regionOf = new Map<string, Location>();

  constructor(seed: number, home: Region = "enam") {
    this.random = new Random(seed);
    this.time.install();
    this.platform = new Platform(this.time, this.random, (from, to) => this.#latency(from, to));
    this.kv = new Kv(this.platform);
    this.environment = this.#environment(home);
  }

  /** A version 1, and nobody has asked for it yet. */
  async begin(): Promise<this> {
    const seeded = await this.time.until(this.#admin().seed(null, WRITE));
    if (!seeded.ok) throw new Error(JSON.stringify(seeded.problem));
    return this;
  }

  end(): void {
    this.platform.close();
    this.time.remove();
  }

  isolate(location: Location, freshnessMs = 2_000): Isolate {
    this.#regionOf.set(location.name, location);
    return new Isolate(this, location, freshnessMs);
  }

  /** A write as the API makes it. Rejects when it wasn't acknowledged. */
  async write(value: string): Promise<Acknowledged> {
    const flag = {
      key: "f",
      type: "string" as const,
      variants: { on: value },
      default: { variant: "on" },
    };
    const written = await this.#admin().apply([{ op: "putFlag", flag: { ...COMMON, ...flag } }], {
      ...WRITE,
      comment: value,
    });
    if (!written.ok) throw new Error(JSON.stringify(written.problem));
    return { version: written.version, value, at: this.time.trueNow };
  }

  /** What the environment's object says of its current version. */
  async current(): Promise<{ version: number; body: string }> {
    const pointer = await this.#admin().pointer();
    if (!pointer) throw new Error("there is no environment");
    return { version: pointer.version, body: (await this.#admin().body(pointer.version)) ?? "" };
  }

  /** What the log says was put, by version, in order; it must be whole. */
  async log(): Promise<{ version: number; value: string }[]> {
    const verdict = await this.#admin().verify();
    if (!verdict?.ok) throw new Error(JSON.stringify(verdict));
    const { entries } = await this.#admin().audit({ flag: "f", limit: 500 });
    return entries.map(({ version, comment }) => ({ version, value: comment })).toReversed();
  }

  async propagated(): Promise<{ relays: number; of: number }> {
    const summary = await this.#admin().summary();
    return summary!.propagated;
  }

  relay(region: Region): SimObject | undefined {
    return this.platform.objects.get(keyOf.relayObject(ENVIRONMENT, region, 0));
  }

  relaysFor(from: SimObject | string) {
    return {
      getByName: (name: string) =>
        this.platform.stub<InstanceType<typeof relays.Relay>>(this.#relay(name), from, "relay"),
    };
  }

  /** The environment's object, as the API asks it. */
  get object(): Pick<Environment, "release" | "findRelease" | "flag" | "apply" | "reconcile"> {
    return this.#admin();
  }

  #admin() {
    return this.platform.stub<Environment>(this.environment, "admin", "environment");
  }

  #relay(name: string): SimObject {
    return this.platform.object(name, name.split("/").at(-2)!, (ctx, self) => {
      const env = {
        ENVIRONMENT: { getByName: () => this.platform.stub(this.environment, self, "environment") },
        WORKSPACE: { getByName: () => MAP },
      };
      return Reflect.construct(relays.Relay, [ctx, env]);
    });
  }

  #environment(home: Region): SimObject {
    return this.platform.object(ENVIRONMENT, home, (ctx, self) => {
      const env = {
        // What an object puts is its own life's doing, so each life has its own writer.
        get SNAPSHOTS() {
          throw new Error("replaced below");
        },
        RELAY: undefined,
        WORKSPACE: { getByName: () => ({ attention: async () => {}, holdingTokens: async (ids: string[]) => ids }) },
        COUNTER: {
          getByName: () => ({
            clear: async () => {},
            names: async () => [],
            read: (query: BinQuery) => this.counted(query),
          }),
        },
      };
      Object.defineProperty(env, "SNAPSHOTS", { value: lazily(() => this.kv.writer(self)) });
      Object.defineProperty(env, "RELAY", {
        value: { getByName: (name: string) => this.relaysFor(self).getByName(name) },
      });
      return Reflect.construct(objects.Environment, [ctx, env]);
    });
  }

  #latency(from: string, to: string): number {
    const [a, b] = [this.#place(from), this.#place(to)];
    // A tail: one message in a hundred takes three times as long, or longer.
    const tail = Math.exp(0.35 * normal(this.random));
    return 1 + (FAR[a.region][b.region] + a.away + b.away) * tail;
  }

  #place(name: string): { region: Region; away: number } {
    const known = this.#regionOf.get(name);
    if (known) return known;
    const region = REGIONS.find((one) => one === name) ?? "enam";
    return { region, away: 0 };
  }
}

/** The writer of the life that is there when it is used. */
function lazily(writer: () => object): object {
  const get =
    (_: object, name: string) =>
    (...args: unknown[]) => {
      const method: unknown = Reflect.get(writer(), name);
      return typeof method === "function" ? Reflect.apply(method, undefined, args) : undefined;
    };
  return new Proxy({}, { get });
}

const COMMON = {
  enabled: true,
  offVariant: null,
  prerequisites: [],
  rules: [],
  shadow: 0,
  clientSide: false,
  kind: "release" as const,
  description: "",
  owner: "",
  tags: [],
  metadata: {},
};

/** The map doesn't change here. */
const map = JSON.stringify({ format: SNAPSHOT_FORMAT, version: 1, environments: { [NAME]: INCARNATION } });
const MAP = { inform: async () => ({ version: 1, news: { version: 1, body: map, members: null } }) };

/** Of mean 0 and variance 1, by Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
}
