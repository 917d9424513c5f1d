import { type EnvironmentMap, keyOf, type Pointer } from "../contract/snapshot.ts";
import type { Stored } from "./load.ts";

/** The least that KV takes: it may answer from a cache of its own for as long. Seconds. */
const MOVING_TTL = 30;
/** Bodies never change under their key. Seconds. */
const IMMUTABLE_TTL = 86_400;

/** Snapshots as they are stored in KV. Reads may be a minute old, and a miss is remembered as long. */
export function kvSource(kv: KVNamespace): Stored {
  return {
    pointer: (environment, incarnation) =>
      kv.get<Pointer>(keyOf.pointer(environment, incarnation), { type: "json", cacheTtl: MOVING_TTL }),
    body: (environment, incarnation, version) =>
      kv.get(keyOf.body(environment, incarnation, version), { type: "text", cacheTtl: IMMUTABLE_TTL }),
    members: (environment, incarnation, hash) =>
      kv.get(keyOf.members(environment, incarnation, hash), { type: "arrayBuffer", cacheTtl: IMMUTABLE_TTL }),
    map: () => kv.get<EnvironmentMap>(keyOf.map, { type: "json", cacheTtl: MOVING_TTL }),
  };
}
