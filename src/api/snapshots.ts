import { kvSource } from "../snapshot/kv.ts";
import { type Region, regionOf } from "../snapshot/region.ts";
import { relaySource } from "../snapshot/relay.ts";
import { type Asking, SnapshotStore, type Sources } from "../snapshot/store.ts";
import type { Afterwards, Bindings } from "./bindings.ts";

/*
 * The isolate's one snapshot store, and where it may ask. What is kept here between requests is plain data and
 * bindings; every call that a source makes is I/O of the request that asked.
 */

let store: SnapshotStore | undefined;
let sources: { of: Bindings; region: Region; all: Sources } | undefined;
let region: Region | undefined;

/** The snapshot store of this isolate. */
export function snapshots(env: Bindings): SnapshotStore {
  store ??= new SnapshotStore({ freshnessMs: Number(env.FRESHNESS_SECONDS) * 1000 });
  return store;
}

/** What the store needs of the request that asks. @param request tells where this isolate is, where there is one */
export function asking(env: Bindings, ctx: Afterwards, request?: Request): Asking {
  return new Asker(env, ctx, request);
}

/** The region of this isolate: that of the first request from anywhere that it had to be known for. */
export function regionHere(request?: Request): Region {
  if (region === undefined && request?.cf) region = regionOf(request.cf);
  return region ?? regionOf(undefined);
}

/** A caller by service binding says where it is, which is where this isolate is as well; its requests don't. */
export function learnRegion(place: { continent?: string; longitude?: string } | undefined): void {
  if (region === undefined && typeof place?.continent === "string") region = regionOf(place);
}

/** Looks at where it may ask only when there is something to ask, which on the warm path there isn't. */
class Asker implements Asking {
  readonly now = Date.now;
  readonly #env: Bindings;
  readonly #ctx: Afterwards;
  readonly #request: Request | undefined;

  constructor(env: Bindings, ctx: Afterwards, request: Request | undefined) {
    this.#env = env;
    this.#ctx = ctx;
    this.#request = request;
  }

  waitUntil(work: Promise<unknown>): void {
    this.#ctx.waitUntil(work);
  }

  get sources(): Sources {
    const env = this.#env;
    const here = regionHere(this.#request);
    if (sources?.of !== env || sources.region !== here) {
      const all = { relay: relaySource(env.RELAY, here), stored: kvSource(env.SNAPSHOTS) };
      sources = { of: env, region: here, all };
    }
    return sources.all;
  }
}
