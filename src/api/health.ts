import type { Bindings } from "./bindings.ts";
import { jsonResponse } from "./respond.ts";
import { snapshots } from "./snapshots.ts";

/** How this isolate is doing. */
export function health(env: Bindings): Response {
  return jsonResponse(snapshots(env).health(Date.now()));
}
