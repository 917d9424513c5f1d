import {
  type Answer,
  type Arguments,
  type Exchange,
  exchangeOf,
  type HonoContext,
  type Middleware,
  type Next,
  type Own,
} from "./exchange.ts";
import { finish } from "./finish.ts";
import { measure } from "./measure.ts";
import { type Asked, type Verdict, verdictOn } from "./verdict.ts";
import { warnOnce } from "./warn.ts";

/** Where somebody goes for whom the flag is off. Default status: 302. */
export type Redirect = { redirect: string | URL; status?: 301 | 302 | 303 | 307 | 308 };

export type GateOptions<Args extends readonly unknown[]> = Asked<Args> & {
  /** Answers where the flag is on. Default: what is behind the gate. */
  on?: (...args: Args) => Answer;
  /** Answers where it is off. Default: `not-found`. */
  off?: "not-found" | Response | Redirect | ((...args: Args) => Answer);
  /** What counts where nothing can be said: no snapshot can be had, there is no such flag, it isn't boolean. Default: `off`. */
  fallback?: "on" | "off";
};

/**
 * Puts what is behind it behind a boolean flag. Middleware of Hono, or a function of request, environment and context;
 * the functions among the options are called with what it was called with. The request never fails by the gate: where
 * the flag can't be asked, `fallback` counts.
 */
export function gate(options: GateOptions<[]>): Middleware;
export function gate<Context extends HonoContext>(
  options: GateOptions<[context: Context, next: Next]>,
): (context: Context, next: Next) => Promise<Response>;
export function gate<Env extends object, Ctx>(
  options: GateOptions<[request: Request, env: Env, ctx: Ctx]>,
): (request: Request, env: Env, ctx: Ctx) => Promise<Response>;
export function gate(options: GateOptions<never[]>): Middleware {
  const { on, off = "not-found", fallback = "off" } = options;

  return async function gated(...args: Arguments) {
    const exchange = exchangeOf(args);
    const begun = Date.now();
    const said = verdictOn(exchange, options);
    const verdict = said instanceof Promise ? await said : said;
    const open = isOn(verdict, options.flag) ?? fallback === "on";
    try {
      const response = await (open ? through(exchange, on) : instead(exchange, off));
      return finish(exchange, options, verdict, response, begun, open);
    } catch (error) {
      measure(exchange, options.flag, verdict, 500, begun); // what is behind the gate failed by itself
      throw error;
    }
  };
}

/** undefined: the flag doesn't say. */
function isOn({ served }: Verdict, flag: string): boolean | undefined {
  if (typeof served?.value === "boolean") return served.value;
  if (served?.value !== undefined)
    warnOnce("A gate's flag isn't boolean, so its fallback counts. Name another flag, or use a canary.", { flag });
  return undefined;
}

function through(exchange: Exchange, on: Own<Response> | undefined): Answer {
  return on ? exchange.call(on) : exchange.proceed();
}

function instead(exchange: Exchange, off: NonNullable<GateOptions<never[]>["off"]>): Answer {
  if (typeof off === "function") return exchange.call<Response>(off);
  if (off instanceof Response) return off.clone();
  if (off === "not-found") return new Response("Not Found", { status: 404 });
  const { redirect, status = 302 } = off;
  return new Response(null, { status, headers: { Location: String(redirect) } });
}
