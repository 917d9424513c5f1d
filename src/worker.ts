import type { Bindings } from "./api/bindings.ts";
import { createApp } from "./api/mount.ts";
import { sweepReleases } from "./api/sweep.ts";

export { FlagService } from "./api/flag-service.ts";
export { Environment } from "./environment/environment.ts";
export { Counter } from "./metrics/counter.ts";
export { Relay } from "./relay/relay.ts";
export { Workspace } from "./workspace/workspace.ts";

/**
 * What wrangler.toml binds, from the generated `Env`. The objects are compared by name only: comparing their remote
 * interfaces is too deep for the compiler, and what callers see of them is checked where they are defined.
 */
type Objects = "COUNTER" | "ENVIRONMENT" | "RELAY" | "WORKSPACE";
type Bound = Omit<Env, Objects> & Pick<Bindings, keyof Env & Objects>;

// The app may ask for no binding that wrangler.toml doesn't have.
export default {
  ...createApp(),
  scheduled: (_, env) => sweepReleases(env),
} satisfies ExportedHandler<Bound>;
