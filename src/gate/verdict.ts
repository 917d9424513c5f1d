import { addRequestFacts } from "../core/request.ts";
import type { ServiceContext } from "../contract/service.ts";
import { type Evaluation, flagsOf } from "./bindings.ts";
import type { Exchange } from "./exchange.ts";
import type { Flags, Served } from "./flags.ts";
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
 * Takes overrides out of the request, and says what the flag serves to it. Never throws or rejects; nothing that goes
 * wrong here is the request's. At once where memory is fresh and the route gives no context of its own.
 */
export function verdictOn(exchange: Exchange, asked: Asked<never[]>): Verdict | Promise<Verdict> {
  const verdict: Verdict = { served: undefined, overridden: false, setCookie: undefined, targetingKey: undefined };
  const { headers } = exchange.request;
  const cookies = headers.get("Cookie");
  const presented = presentedIn(headers, cookies);
  if (presented) exchange.replace(withoutOverride(exchange.request));
  const flags = flagsOf(exchange.env, asked.evaluation ?? "local");
  if (!flags) return verdict;
  if (presented || asked.context) return slowly(exchange, asked, verdict, flags, cookies, presented);
  const served = serve(exchange, asked.flag, verdict, flags, cookies, undefined);
  if (served instanceof Promise) return settled(served, asked.flag, verdict);
  verdict.served = served;
  return verdict;
}

async function slowly(
  exchange: Exchange,
  { flag, context }: Asked<never[]>,
  verdict: Verdict,
  flags: Flags,
  cookies: string | null,
  presented: readonly string[] | undefined,
): Promise<Verdict> {
  try {
    if (presented) {
      verdict.served = await overridden(presented, flag, flags, exchange, Date.now());
      verdict.overridden = verdict.served !== undefined;
      if (verdict.overridden) return verdict;
    }
    const given = context && (await exchange.call<ServiceContext>(context));
    verdict.served = await serve(exchange, flag, verdict, flags, cookies, given);
  } catch (error) {
    fellBack(flag, error);
  }
  return verdict;
}

function serve(
  { request, ctx }: Exchange,
  flag: string,
  verdict: Verdict,
  flags: Flags,
  cookies: string | null,
  given: ServiceContext | undefined,
): ReturnType<Flags["serve"]> {
  const targetingKey = keyOf(given) ?? visit(cookies, verdict);
  verdict.targetingKey = targetingKey;
  try {
    return flags.serve(flag, (fromRequest) => contextOf(request, given, targetingKey, fromRequest), ctx);
  } catch (error) {
    fellBack(flag, error);
    return undefined;
  }
}

async function settled(served: Promise<Served | undefined>, flag: string, verdict: Verdict): Promise<Verdict> {
  try {
    verdict.served = await served;
  } catch (error) {
    fellBack(flag, error);
  }
  return verdict;
}

function fellBack(flag: string, error: unknown): void {
  console.warn("a gate fell back", { flag }, error);
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
