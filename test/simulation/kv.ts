import type { Platform, SimObject } from "./platform.ts";

/*
 * KV as it may be at its worst: one store, read in each place through a cache that remembers for up to a minute what was
 * there, or that nothing was; a put takes its time, and may land after one that was made later.
 */

type Cached = { value: string | undefined; until: number };
export type Reader = { get(key: string, options: { type: string }): Promise<unknown> };
export type Writer = { put(key: string, value: string): Promise<void>; delete(key: string): Promise<void> };

export class Kv {
  readonly #platform: Platform;
  readonly #values = new Map<string, string>();
  readonly #caches = new Map<string, Map<string, Cached>>();
  readonly counts = { get: 0, put: 0, delete: 0 };
  /** Up to so many ms a place may answer from what it knows. */
  lagMs = 60_000;
  /** Undefined: as usual. */
  fault: (what: "get" | "put" | "delete", place: string) => "fails" | "lost" | number | undefined = () => undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  reader(place: string): Reader {
    return {
      get: async (key, { type }) => {
        this.counts.get += 1;
        await this.#travel("get", place, 10, 60);
        const value = this.#seen(place, key);
        if (value === undefined) return null;
        return type === "json" ? JSON.parse(value) : value;
      },
    };
  }

  /** For an object: what it puts leaves only when what it wrote is on disk. */
  writer(object: SimObject): Writer {
    const { life } = object;
    const change = async (what: "put" | "delete", apply: () => void): Promise<void> => {
      await object.gate(life);
      object.step(life, `KV ${what}`);
      this.counts[what] += 1;
      await this.#travel(what, object.place, 20, 200);
      apply();
      await this.#platform.time.sleep(20);
      object.step(life, `KV ${what} answered`);
    };
    return {
      put: (key, value) => change("put", () => void this.#values.set(key, value)),
      delete: (key) => change("delete", () => void this.#values.delete(key)),
    };
  }

  /** What is really there. */
  peek(key: string): string | undefined {
    return this.#values.get(key);
  }

  #seen(place: string, key: string): string | undefined {
    const { time, random } = this.#platform;
    const cache = this.#caches.get(place) ?? new Map<string, Cached>();
    this.#caches.set(place, cache);
    const cached = cache.get(key);
    if (cached && time.trueNow < cached.until) return cached.value;
    const value = this.#values.get(key);
    cache.set(key, { value, until: time.trueNow + random.fraction() * this.lagMs });
    return value;
  }

  async #travel(what: "get" | "put" | "delete", place: string, least: number, more: number): Promise<void> {
    const { time, random } = this.#platform;
    const fate = this.fault(what, place);
    if (fate === "lost") return new Promise(() => {});
    await time.sleep(least + random.fraction() * more + (typeof fate === "number" ? fate : 0));
    if (fate === "fails") throw new Error("KV is down");
  }
}
