import { keyOf } from "../contract/snapshot.ts";
import { kvSources } from "../snapshot/kv.ts";
import { type Asking, type Source, SnapshotStore, type Sources } from "../snapshot/store.ts";
import type { Afterwards, Bindings } from "./bindings.ts";

/*
 * The isolate's one snapshot store, and where it may ask. What is kept here between requests is plain data and
 * bindings; every call that a source makes is I/O of the request that asked.
 */

let store: SnapshotStore | undefined;
let sources: { of: Bindings; all: Sources } | undefined;

/** The snapshot store of this isolate. */
export function snapshots(env: Bindings): SnapshotStore {
  store ??= new SnapshotStore({ freshnessMs: Number(env.FRESHNESS_SECONDS) * 1000 });
  return store;
}

/** What the store needs of the request that asks. */
export function asking(env: Bindings, ctx: Afterwards): Asking {
  if (sources?.of !== env) sources = { of: env, all: { authority: authority(env), stored: kvSources(env.SNAPSHOTS) } };
  return { sources: sources.all, waitUntil: (work) => ctx.waitUntil(work), now: Date.now };
}

/** The objects that decide: Workspace says which environments there are, each Environment what is current in it. */
function authority(env: Bindings): Source {
  const environment = (name: string, incarnation: string) =>
    env.ENVIRONMENT.getByName(keyOf.environmentObject(name, incarnation));
  return {
    pointer: async (name, incarnation) => environment(name, incarnation).pointer(),
    body: async (name, incarnation, version) => environment(name, incarnation).body(version),
    members: async (name, incarnation, hash) => environment(name, incarnation).members(hash),
    map: async () => env.WORKSPACE.getByName(keyOf.workspaceObject).map(),
  };
}
