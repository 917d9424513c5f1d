import { shownActor } from "../../contract/change.ts";
import { includes } from "../../contract/role.ts";
import { ADMIN_ROUTES, type Operation } from "../../contract/routes.ts";
import type { Principal } from "../admin-token.ts";

const OPERATIONS = Object.keys(ADMIN_ROUTES) as Operation[];

/** Who somebody is and what they may do: `operations` are those of the OpenAPI document. */
export function describe({ actor, role, environments, until }: Principal): object {
  const operations = OPERATIONS.filter((operation) => includes(role, ADMIN_ROUTES[operation][2]));
  return { ...shownActor(actor), role, environments, ...(until !== undefined && { expiresAt: until }), operations };
}
