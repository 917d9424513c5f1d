import { hurryTimers } from "./hurry.ts";
import { canary, type FlagService } from "../../../src/gate-package.ts";

/* What stands before the shop: a share of the visitors is sent to its next version. */

hurryTimers();

type Env = { FLAGS: FlagService; STABLE: Fetcher; CANARY: Fetcher };

export default {
  fetch: canary({
    flag: "shop-canary",
    origins: { stable: (env: Env) => env.STABLE, canary: (env: Env) => env.CANARY },
  }),
} satisfies ExportedHandler<Env>;
