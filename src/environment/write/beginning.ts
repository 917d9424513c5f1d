import { type Entry, NO_SETTINGS, type EnvironmentState } from "../store/audit-log.ts";
import { EMPTY } from "./plan-write.ts";

/**
 * What there is of an environment before its first version, and the first entry of its log.
 *
 * @param object the name of its object
 * @param now epoch milliseconds
 */
export function beginning(
  object: string | undefined,
  description: string,
  now: number,
): { nothing: EnvironmentState; begin: Entry } {
  const [name, incarnation] = object?.split("/") ?? [];
  if (!name || !incarnation) throw new Error("an environment's object has a name");
  return {
    nothing: {
      head: { name, incarnation, version: 0, at: now, createdAt: now },
      state: EMPTY,
      keys: [],
      settings: { ...NO_SETTINGS, description: description.toWellFormed() },
      releases: new Map(),
      plans: new Map(),
    },
    begin: { action: "createEnvironment", kind: "environment", key: name, before: null, after: null },
  };
}
