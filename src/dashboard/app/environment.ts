import { useParams } from "@tanstack/react-router";
import { useAsk } from "./ask.ts";
import type { Answer } from "./client.ts";

/* The environments that the caller may enter, and the one that the address names. */

export type Environment = Answer<"listEnvironments">["environments"][number];

const LAST = "sluice.environment";

/** Sorted as the API has them; empty while they aren't known. */
export function useEnvironments(): Environment[] {
  const { data } = useAsk("listEnvironments", { query: { limit: 500 } });
  return data?.body.environments ?? [];
}

/** The name of the environment in the address. */
export function useEnv(): string {
  const { env } = useParams({ strict: false });
  if (env === undefined) throw new Error("this page is of no environment");
  return env;
}

/** Whether an environment is marked as production: pages look different there, and ask for a comment. */
export function isProduction(environment: Pick<Environment, "production">): boolean {
  return environment.production;
}

/** Its name, and whether it is production where the name doesn't say so. */
export function labelOf(environment: Environment): string {
  const { name } = environment;
  return isProduction(environment) && name !== "production" ? `${name} (production)` : name;
}

export function useProduction(): boolean {
  const { env } = useParams({ strict: false });
  const all = useEnvironments();
  const here = all.find(({ name }) => name === env);
  return here !== undefined && isProduction(here);
}

/** The environment that was looked at last; undefined when there was none, or this browser keeps nothing. */
export function lastEnvironment(): string | undefined {
  try {
    return localStorage.getItem(LAST) ?? undefined;
  } catch {
    return undefined;
  }
}

export function rememberEnvironment(name: string): void {
  try {
    localStorage.setItem(LAST, name);
  } catch {
    // A browser that keeps nothing forgets it, and no more.
  }
}
