import { hurryTimers } from "./hurry.ts";
import { canary, type FlagService } from "../../../src/gate-package.ts";

/* What stands before the shop: a share of the visitors is sent to its next version. */

hurryTimers();

type Env = { FLAGS: FlagService; STABLE: Fetcher; CANARY: Fetcher };
const origins = { stable: (env: Env) => env.STABLE, canary: (env: Env) => env.CANARY };

const shop = canary({ flag: "shop-canary", origins });
/** The same by a flag that is on or off. */
const club = canary({ flag: "new-club", origins });

export default {
  fetch: (request, env, ctx) =>
    new URL(request.url).hostname === "club.test" ? club(request, env, ctx) : shop(request, env, ctx),
} satisfies ExportedHandler<Env>;
