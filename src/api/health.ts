import type { HealthProblem } from "../contract/health.ts";
import { holderOf } from "./admin-token.ts";
import { credential } from "./auth.ts";
import type { Afterwards, Bindings } from "./bindings.ts";
import { jsonResponse, STATUS_HEADERS } from "./respond.ts";
import { problemsOfSetUp } from "./set-up.ts";
import { asking, snapshots } from "./snapshots.ts";

/** No environment is named like this: asking for it finds out whether the map of environments can be had. */
const NOWHERE = "";

/**
 * How the isolate that answers is doing: `ok`, or `degraded` when something failed since it last went well, or isn't set
 * up: 200. `unavailable` when nothing can be served: 503. Whoever has an admin token is told which snapshots it holds, how
 * long ago each was last known to be current, and what went wrong with it last. (An old age alone is no fault: an isolate
 * that isn't asked doesn't ask either.) Anybody else is told codes.
 */
export async function health(request: Request, env: Bindings, ctx: Afterwards): Promise<Response> {
  const store = snapshots(env);
  const lookup = await store.current(NOWHERE, asking(env, ctx));
  const { map, environments } = store.health(Date.now());
  const blind = "missing" in lookup && lookup.missing === "unavailable";
  const troubled = [map, ...environments].some((one) => one?.problem !== undefined);
  const problems: HealthProblem[] = [
    ...(blind ? (["nothing-to-serve"] as const) : troubled ? (["sources-failing"] as const) : []),
    ...problemsOfSetUp(env),
  ];
  const status = blind ? "unavailable" : problems.length > 0 ? "degraded" : "ok";
  const details = (await isKnown(request, env)) && {
    map: map && { version: map.version, ...condition(map) },
    environments: environments.map((one) => ({
      environment: one.environment,
      version: one.version,
      ...condition(one),
    })),
  };
  const code = blind ? 503 : 200;
  const headers = { ...STATUS_HEADERS[code], "Cache-Control": "no-store" };
  return jsonResponse({ status, problems, ...details }, code, headers);
}

async function isKnown({ headers }: Request, env: Bindings): Promise<boolean> {
  const presented = credential(headers);
  try {
    return presented !== undefined && (await holderOf(presented, env)) !== undefined;
  } catch {
    return false; // who it is can't be asked at the moment
  }
}

function condition({ ageMs, problem }: { ageMs: number; problem?: string }): { ageSeconds: number; problem?: string } {
  const ageSeconds = Math.max(0, Math.floor(ageMs / 1000));
  return problem === undefined ? { ageSeconds } : { ageSeconds, problem };
}
