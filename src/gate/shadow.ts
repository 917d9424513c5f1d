import { flagsOf } from "./bindings.ts";
import {
  type Afterwards,
  type Arguments,
  type Exchange,
  exchangeOf,
  type HonoContext,
  type Middleware,
  type Next,
} from "./exchange.ts";
import { observeShadow } from "./measure.ts";
import { fetcherOf, type Origin } from "./origin.ts";
import { darkFunction, type ShadowOptions, type Surroundings } from "./shadow/dark.ts";
import { darkRoute, type DarkRouteOptions } from "./shadow/route.ts";
import type { Evaluation } from "./bindings.ts";

/* Dark launches, for Workers that are bound to FlagService: how often is the flag's `shadow`, and the counters get what was seen. */

/** Where a function runs: what the Worker's own `fetch` was called with. */
export type Place = { env: object; ctx: Afterwards };

/**
 * A function that answers as `control` does, and now and then asks `candidate` in the dark: behind the answer, under
 * limits of its own, and its own answer is compared and thrown away.
 *
 * @param flag the flag whose `shadow` says on which share of calls
 * @returns resolves and rejects exactly as control does, with the very value, and never waits for the candidate
 * @throws RangeError or TypeError for options that can't be meant
 */
export function shadow<Input extends readonly unknown[], Output>(
  flag: string,
  options: ShadowOptions<Input, Output> & { evaluation?: Evaluation },
): (place: Place, ...input: Input) => Promise<Output> {
  const run = darkFunction(flag, options);
  const { evaluation = "local" } = options;

  return function shadowed({ env, ctx }, ...input) {
    return run(surroundingsOf(env, ctx, evaluation), ...input);
  };
}

export type ShadowRouteOptions = DarkRouteOptions & {
  /** Asked in the dark: an origin, as in `canary`. */
  candidate: Origin;
  /**
   * Answers. Default: what is behind the middleware. Only an origin named here can be asked twice, so that what differs
   * by itself is known; in the plain form also the route's own.
   */
  control?: Origin;
  /** Default: `local`. */
  evaluation?: Evaluation;
};

/**
 * Asks another origin in the dark for some of the requests that pass. The response is control's own, and never waits.
 * Not asked: for methods other than GET and HEAD, unless the route is `idempotent`; upgrades, event streams, ranges,
 * bodies above 64 KiB, and what is in the dark already.
 *
 * @throws RangeError or TypeError for options that can't be meant
 */
export function shadowRoute(options: ShadowRouteOptions): Middleware {
  const run = darkRoute(options);
  const { control, evaluation = "local" } = options;

  return async function shadowedRoute(...args: Arguments) {
    const exchange = exchangeOf(args);
    const { request, env, ctx } = exchange;
    const ask = control === undefined ? undefined : fetcherOf(control, env);
    const again = ask ?? (isPlain(args) ? (copy: Request) => fetch(copy, { redirect: "manual" }) : undefined);
    const response = await run(surroundingsOf(env, ctx, evaluation), {
      request,
      control: ask ?? (() => exchange.proceed()),
      candidate: async (copy, signal) => candidateOf(options, exchange)(new Request(copy, { signal })),
      again,
    });
    return exchange.answer(response);
  };
}

function candidateOf({ candidate }: ShadowRouteOptions, { env }: Exchange): (request: Request) => Promise<Response> {
  return fetcherOf(candidate, env);
}

function isPlain(args: Arguments): args is Exclude<Arguments, [context: HonoContext, next: Next]> {
  return args[0] instanceof Request;
}

function surroundingsOf(env: object, ctx: Afterwards, evaluation: Evaluation): Surroundings {
  const flags = flagsOf(env, evaluation);
  return {
    share: (flag) => flags?.dark(flag, ctx)?.share ?? 0,
    observe: (flag, seen) => {
      const dark = flags?.dark(flag, ctx);
      if (dark) observeShadow(env, ctx, flag, dark, seen);
    },
    waitUntil: (work) => ctx.waitUntil(work),
  };
}
