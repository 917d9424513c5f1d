import type { RelayAnswer, RelayQuestion } from "../contract/relay.ts";
import { keyOf } from "../contract/snapshot.ts";
import type { Relay } from "./load.ts";
import type { Region } from "./region.ts";

/** What a reader needs of the relays; the Durable Object `Relay` satisfies it. */
export type Relays = {
  getByName(
    name: string,
    options?: { locationHint?: Region },
  ): { ask(question: RelayQuestion): Promise<RelayAnswer>; members(hash: string): Promise<ArrayBuffer | null> };
};

/** The relays of a region, placed there by the first call to each. */
export function relaySource(relays: Relays, region: Region, shard = 0): Relay {
  const of = (authority: string) =>
    relays.getByName(keyOf.relayObject(authority, region, shard), { locationHint: region });
  return {
    map: async (question) => of(keyOf.workspaceObject).ask(question),
    environment: async (name, incarnation, question) => of(keyOf.environmentObject(name, incarnation)).ask(question),
    members: async (name, incarnation, hash) => of(keyOf.environmentObject(name, incarnation)).members(hash),
  };
}
