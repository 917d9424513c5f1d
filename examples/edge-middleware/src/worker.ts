import { canary, type FlagService, gate } from "sluice/gate";

type Env = {
  FLAGS: FlagService;
  /** The same as Sluice's own. Without it there are no overrides for testers. */
  OVERRIDE_SECRET?: string;
  STABLE: Fetcher;
  CANARY: Fetcher;
};

/** The route is there for those for whom the flag is on. */
const checkout = gate({
  flag: "one-page-checkout",
  on: (request: Request, env: Env) => env.CANARY.fetch(request),
  off: { redirect: "/cart" },
});

/** A share of the visitors is served by the next version of the shop, and stays there as it grows. */
const shop = canary({
  flag: "shop-canary",
  origins: { stable: (env: Env) => env.STABLE, canary: (env: Env) => env.CANARY },
});

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/flags/one-page-checkout") return Response.json(await env.FLAGS.evaluate("one-page-checkout"));
    return pathname === "/checkout" ? checkout(request, env, ctx) : shop(request, env, ctx);
  },
} satisfies ExportedHandler<Env>;
