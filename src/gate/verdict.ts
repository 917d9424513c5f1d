import { addRequestFacts } from "../core/request.ts";
import type { ServiceContext } from "../contract/service.ts";
import { type Evaluation, flagsOf } from "./bindings.ts";
import type { Exchange } from "./exchange.ts";
import type { Served } from "./flags.ts";
import { overridden, presentedIn, withoutOverride } from "./override.ts";
import { visitorOf } from "./visitor.ts";

/* What a flag says to one request, whatever happens. */

/** What all gates are told. */
export type Asked<Args extends readonly unknown[]> = {
  flag: string;
  /** Attributes beside those of the request. A visitor without a `targetingKey` gets a random id in a cookie. */
  context?: (...args: Args) => ServiceContext | Promise<ServiceContext>;
  /** Default: `local`. */
  evaluation?: Evaluation;
};

export type Verdict = {
  /** undefined: nothing could be said, so the fallback applies. */
  served: Served | undefined;
  /** A tester asked for it: it isn't counted, and nobody may keep the answer. */
  overridden: boolean;
  /** A cookie to be set: the visitor is new. */
  setCookie: string | undefined;
  targetingKey: string | undefined;
};

/**
 * Takes overrides out of the request, and says what the flag serves to it. Never rejects; nothing that goes wrong here
 * is the request's.
 */
export async function verdictOn(exchange: Exchange, asked: Asked<never[]>): Promise<Verdict> {
  const verdict: Verdict = { served: undefined, overridden: false, setCookie: undefined, targetingKey: undefined };
  const { headers } = exchange.request;
  const cookies = headers.get("Cookie");
  const presented = presentedIn(headers, cookies);
  if (presented) exchange.replace(withoutOverride(exchange.request));
  const flags = flagsOf(exchange.env, asked.evaluation ?? "local");
  if (!flags) return verdict;
  try {
    if (presented) {
      verdict.served = await overridden(presented, asked.flag, flags, exchange, Date.now());
      verdict.overridden = verdict.served !== undefined;
      if (verdict.overridden) return verdict;
    }
    const given = asked.context && (await exchange.call<ServiceContext>(asked.context));
    const targetingKey = keyOf(given) ?? visit(cookies, verdict);
    verdict.targetingKey = targetingKey;
    const served = flags.serve(
      asked.flag,
      (fromRequest) => contextOf(exchange.request, given, targetingKey, fromRequest),
      exchange.ctx,
    );
    verdict.served = served instanceof Promise ? await served : served;
  } catch (error) {
    console.warn("a gate fell back", { flag: asked.flag }, error);
  }
  return verdict;
}

function keyOf(given: ServiceContext | undefined): string | undefined {
  const key = given?.["targetingKey"];
  if (typeof key === "string" && key !== "") return key;
  return Number.isSafeInteger(key) ? String(key) : undefined;
}

function visit(cookies: string | null, verdict: Verdict): string {
  const { id, setCookie } = visitorOf(cookies);
  verdict.setCookie = setCookie;
  return id;
}

function contextOf(
  request: Request,
  given: ServiceContext | undefined,
  targetingKey: string,
  fromRequest: boolean,
): Record<string, unknown> {
  if (!fromRequest) return { ...given, targetingKey };
  const attributes: Record<string, unknown> = {};
  addRequestFacts(attributes, request);
  return Object.assign(attributes, given, { targetingKey });
}
