import { type Arguments, type Exchange, exchangeOf, type HonoContext, type Middleware, type Next } from "./exchange.ts";
import { finish } from "./finish.ts";
import { measure } from "./measure.ts";
import { fetcherOf, type Origin } from "./origin.ts";
import { type Asked, type Verdict, verdictOn } from "./verdict.ts";
import { warnOnce } from "./warn.ts";

export type CanaryOptions<Args extends readonly unknown[]> = Asked<Args> & {
  /** By variant; of a boolean flag `true` is the only other one. `stable` stands in for whatever isn't here. */
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
    const side = sideOf(verdict, options);
    if (!side.meant) verdict.served = undefined; // what it measures isn't what the flag says
    try {
      const answer = await ask(origins[side.name]!, exchange);
      return finish(exchange, options, verdict, answer, begun, side.name !== "stable");
    } catch (error) {
      measure(exchange, flag, verdict, 500, begun);
      const { method } = exchange.request;
      if (side.name === "stable" || (method !== "GET" && method !== "HEAD")) throw error;
      console.warn("an origin can't be reached; stable answers", { flag, origin: side.name }, error);
      const uncounted = { ...verdict, served: undefined };
      return finish(exchange, options, uncounted, await ask(origins.stable, exchange), begun, false);
    }
  };
}

/** The origin that answers; `meant`: it is the one that stands for what the flag says. */
type Side = { name: string; meant: boolean };

function sideOf({ served }: Verdict, { flag, origins }: CanaryOptions<never[]>): Side {
  const { variant, value } = served ?? {};
  if (variant === undefined) return { name: "stable", meant: true };
  if (Object.hasOwn(origins, variant)) return { name: variant, meant: true };
  if (value === false) return { name: "stable", meant: true };
  const others = Object.keys(origins).filter((name) => name !== "stable");
  if (value === true && others.length === 1) return { name: others[0]!, meant: true };
  warnOnce("A canary's flag serves a variant that no origin is named like: stable answers, and nothing is counted.", {
    flag,
    variant,
    origins: Object.keys(origins),
  });
  return { name: "stable", meant: false };
}

async function ask(origin: Origin, { request, env }: Exchange): Promise<Response> {
  return fetcherOf(origin, env)(request);
}
