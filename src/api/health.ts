import type { Afterwards, Bindings } from "./bindings.ts";
import { jsonResponse, STATUS_HEADERS } from "./respond.ts";
import { asking, snapshots } from "./snapshots.ts";

/** Nothing is named like this; asking for it finds out whether it can be found out what there is. */
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
  const troubled = blind || environments.some((one) => one.problem !== undefined);
  const status = blind && environments.length === 0 ? "unavailable" : troubled ? "degraded" : "ok";
  const body = {
    status,
    map: map && { version: map.version, ageSeconds: seconds(map.ageMs) },
    environments: environments.map(({ environment, version, ageMs, problem }) => ({
      environment,
      version,
      ageSeconds: seconds(ageMs),
      ...(problem !== undefined && { problem }),
    })),
  };
  const code = status === "unavailable" ? 503 : 200;
  return jsonResponse(body, code, { ...STATUS_HEADERS[code], "Cache-Control": "no-store" });
}

function seconds(milliseconds: number): number {
  return Math.max(0, Math.floor(milliseconds / 1000));
}
