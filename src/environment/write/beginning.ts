import type { Actor } from "../../contract/change.ts";
import type { NewKey, SettingsPatch } from "../rpc.ts";
import { EMPTY, type Entry, type EnvironmentState, NO_SETTINGS, PRODUCTION } from "../store/state.ts";

/** What of its settings, and which keys, an environment can begin with. */
export type Beginning = Pick<SettingsPatch, "description" | "production" | "sites" | "expiresAt"> & { keys?: NewKey[] };

/**
 * What there is of an environment before its first version, and the first entry of its log.
 *
 * @param object the name of its object
 * @param now epoch milliseconds
 */
export function beginning(
  object: string | undefined,
  { description = "", production, sites = [], expiresAt }: Beginning,
  actor: Actor,
  now: number,
): { nothing: EnvironmentState; begin: Entry } {
  const [name, incarnation] = object?.split("/") ?? [];
  if (!name || !incarnation) throw new Error("an environment's object has a name");
  return {
    nothing: {
      head: { name, incarnation, version: 0, at: now, createdAt: now },
      state: EMPTY,
      keys: [],
      settings: {
        ...NO_SETTINGS,
        description: description.toWellFormed(),
        production: production ?? name === PRODUCTION,
        sites,
        ends: expiresAt === undefined ? null : { at: expiresAt, by: actor },
      },
      releases: new Map(),
      plans: new Map(),
    },
    begin: { action: "createEnvironment", kind: "environment", key: name, before: null, after: null },
  };
}
