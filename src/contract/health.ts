/**
 * What may be wrong, for `/healthz`. `nothing-to-serve`: no source answers and nothing is held. `sources-failing`:
 * something went wrong at the last check. `admin-token-missing`, `admin-token-short`: nobody administrates with a root
 * token. `access-incomplete`: one of the two variables that Access needs is there. `access-roles-unreadable`: nobody who
 * signs in has a role. `newer-schema`: what is stored was written by a later version of Sluice, and isn't touched.
 */
export const HEALTH_PROBLEMS = [
  "nothing-to-serve",
  "sources-failing",
  "admin-token-missing",
  "admin-token-short",
  "access-incomplete",
  "access-roles-unreadable",
  "newer-schema",
] as const;
export type HealthProblem = (typeof HEALTH_PROBLEMS)[number];
