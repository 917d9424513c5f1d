import type { Afterwards, Bindings } from "./bindings.ts";
import { jsonResponse, STATUS_HEADERS } from "./respond.ts";
import { asking, snapshots } from "./snapshots.ts";

/** No environment is named like this: asking for it finds out whether the map of environments can be had. */
const NOWHERE = "";

/**
 * How the isolate that answers is doing: which snapshots it holds, how long ago each was last known to be current, and
 * what went wrong with it last. An old age alone is no fault: an isolate that isn't asked doesn't ask either.
 *
 * `ok`, or `degraded` when something failed since it last went well: 200. `unavailable` when nothing can be served: 503.
 */
export async function health(env: Bindings, ctx: Afterwards): Promise<Response> {
  const store = snapshots(env);
  const lookup = await store.current(NOWHERE, asking(env, ctx));
  const { map, environments } = store.health(Date.now());
  const blind = "missing" in lookup && lookup.missing === "unavailable";
  const troubled = [map, ...environments].some((one) => one?.problem !== undefined);
  const status = blind ? "unavailable" : troubled ? "degraded" : "ok";
  const body = {
    status,
    map: map && { version: map.version, ...condition(map) },
    environments: environments.map((one) => ({
      environment: one.environment,
      version: one.version,
      ...condition(one),
    })),
  };
  const code = blind ? 503 : 200;
  return jsonResponse(body, code, { ...STATUS_HEADERS[code], "Cache-Control": "no-store" });
}

function condition({ ageMs, problem }: { ageMs: number; problem?: string }): { ageSeconds: number; problem?: string } {
  const ageSeconds = Math.max(0, Math.floor(ageMs / 1000));
  return problem === undefined ? { ageSeconds } : { ageSeconds, problem };
}
