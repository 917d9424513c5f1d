import * as z from "zod/mini";
import { environmentName } from "./names.ts";

/** What a person or a token may do, weakest first; each role includes those before it. */
export const ROLES = ["viewer", "operator", "editor", "admin"] as const;
export type Role = (typeof ROLES)[number];
export const role = z.enum(ROLES);

/** Whether a role includes what another may do. */
export function includes(have: Role, needed: Role): boolean {
  return ROLES.indexOf(have) >= ROLES.indexOf(needed);
}

/** The stronger of two roles. */
export function stronger(a: Role, b: Role): Role {
  return includes(a, b) ? a : b;
}

/** All environments: a list of one, without zod's tuples, which are half a kilobyte of the Worker. */
export const everywhere = z.array(z.literal("*")).check(z.minLength(1), z.maxLength(1));

/** Where a role holds: in every environment, or in those named. */
export const scope = z.union([everywhere, z.array(environmentName).check(z.minLength(1), z.maxLength(100))]);
export type Scope = z.output<typeof scope>;

/** Whether a scope covers an environment's name, whether or not that environment exists. */
export function covers(where: Scope, environment: string): boolean {
  return where.some((one) => one === "*" || one === environment);
}

/** Whether a scope reaches no further than another. */
export function within(scope: Scope, limits: Scope): boolean {
  return scope.every((one) => covers(limits, one));
}
