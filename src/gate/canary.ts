import { type Arguments, type Exchange, exchangeOf, type HonoContext, type Middleware, type Next } from "./exchange.ts";
import { finish } from "./finish.ts";
import { measure } from "./measure.ts";
import { fetcherOf, type Origin } from "./origin.ts";
import { type Asked, type Verdict, verdictOn } from "./verdict.ts";

export type CanaryOptions<Args extends readonly unknown[]> = Asked<Args> & {
  /** By variant. `stable` stands in for every other. */
  origins: { stable: Origin } & { [variant: string]: Origin };
};

/**
 * Sends each request to the origin that is named like the variant which a flag serves, and to `stable` where there is
 * none, or the flag can't be asked. The same visitor always gets to the same side, and growing a rollout only moves
 * people forward. Redirects are the visitor's to follow, and what origins set as cookies stays.
 *
 * An origin other than `stable` that can't be reached at all is counted as failed; where the request can be sent again
 * (GET, HEAD), `stable` answers it.
 */
export function canary(options: CanaryOptions<[]>): Middleware;
export function canary<Context extends HonoContext>(
  options: CanaryOptions<[context: Context, next: Next]>,
): (context: Context, next: Next) => Promise<Response>;
export function canary<Env extends object, Ctx>(
  options: CanaryOptions<[request: Request, env: Env, ctx: Ctx]>,
): (request: Request, env: Env, ctx: Ctx) => Promise<Response>;
export function canary(options: CanaryOptions<never[]>): Middleware {
  const { flag, origins } = options;

  return async function canaried(...args: Arguments) {
    const exchange = exchangeOf(args);
    const begun = Date.now();
    const said = verdictOn(exchange, options);
    const verdict = said instanceof Promise ? await said : said;
    const side = sideOf(verdict, origins);
    try {
      return finish(exchange, flag, verdict, await ask(origins[side]!, exchange), begun);
    } catch (error) {
      measure(exchange, flag, verdict, 500, begun);
      const { method } = exchange.request;
      if (side === "stable" || (method !== "GET" && method !== "HEAD")) throw error;
      console.warn("an origin can't be reached; stable answers", { flag, origin: side }, error);
      const uncounted = { ...verdict, served: undefined };
      return finish(exchange, flag, uncounted, await ask(origins.stable, exchange), begun);
    }
  };
}

function sideOf({ served }: Verdict, origins: CanaryOptions<never[]>["origins"]): string {
  const { variant } = served ?? {};
  return variant !== undefined && Object.hasOwn(origins, variant) ? variant : "stable";
}

async function ask(origin: Origin, { request, env }: Exchange): Promise<Response> {
  return fetcherOf(origin, env)(request);
}
