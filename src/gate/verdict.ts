import type { CallerPlace, ServiceContext } from "../contract/service.ts";
import { addRequestFacts } from "../core/request.ts";
import { type Evaluation, flagsOf } from "./bindings.ts";
import type { Exchange } from "./exchange.ts";
import type { Asking, Flags, Served } from "./flags.ts";
import { overridden, presentedIn, withoutOverride } from "./override.ts";
import { type Visitor, visitorOf } from "./visitor.ts";
import { warnOnce } from "./warn.ts";

/* What a flag says to one request, whatever happens. */

/** What all gates are told. */
export type Asked<Args extends readonly unknown[]> = {
  flag: string;
  /** Attributes beside those of the request. A visitor without a `targetingKey` gets a random id in a cookie. */
  context?: (...args: Args) => ServiceContext | Promise<ServiceContext>;
  /** Default: `local`. */
  evaluation?: Evaluation;
  /** How long what is known of flags may be out of date, in seconds, before the fallback counts. Default: without end. */
  maxAge?: number;
  /**
   * Whether a visitor has agreed to a cookie. Where it says no, none is set or read, and the visitor has nothing that a
   * rollout could go by. Default: everybody has.
   */
  consent?: (request: Request) => boolean;
  /**
   * Whether what is answered to this request may be kept in shared caches although it passes a gate: because it is the
   * same for everybody, or its address changes with its content.
   */
  shared?: (request: Request) => boolean;
};

export type Verdict = {
  /** undefined: nothing could be said, so the fallback applies. */
  served: Served | undefined;
  /** A tester asked for it: it isn't counted, and nobody may keep the answer. */
  overridden: boolean;
  /** Who is asked for, where that is a visitor with a cookie. */
  visitor: Visitor | undefined;
  targetingKey: string | undefined;
};

/** What a request brought along that later gates on its way ask for again: what testers show, and who a new visitor is. */
type Brought = { presented?: readonly string[]; visitor?: Visitor };
const brought = new WeakMap<Request, Brought>();

/**
 * Takes overrides out of the request, and says what the flag serves to it. Never throws or rejects; nothing that goes
 * wrong here is the request's. At once where memory is fresh and the route gives no context of its own.
 */
export function verdictOn(exchange: Exchange, asked: Asked<never[]>): Verdict | Promise<Verdict> {
  const verdict: Verdict = { served: undefined, overridden: false, visitor: undefined, targetingKey: undefined };
  const presented = presentedTo(exchange);
  const flags = flagsOf(exchange.env, asked.evaluation ?? "local");
  if (!flags) {
    warnOnce("A gate has no flags: nothing is bound as FLAGS. Bind Sluice's FlagService by that name.", {});
    return verdict;
  }
  if (presented || asked.context) return slowly(exchange, asked, verdict, flags, presented);
  const served = serve(exchange, asked, verdict, flags, undefined);
  if (served instanceof Promise) return settled(served, asked.flag, verdict);
  verdict.served = served;
  return verdict;
}

/** What the request shows, or showed to a gate before this one. Nobody behind the gate sees it. */
function presentedTo(exchange: Exchange): readonly string[] | undefined {
  const { request } = exchange;
  const { headers } = request;
  const presented = presentedIn(headers, headers.get("Cookie"));
  if (!presented) return brought.get(request)?.presented;
  const bare = withoutOverride(request);
  brought.set(bare, { ...brought.get(request), presented });
  exchange.replace(bare);
  return presented;
}

async function slowly(
  exchange: Exchange,
  asked: Asked<never[]>,
  verdict: Verdict,
  flags: Flags,
  presented: readonly string[] | undefined,
): Promise<Verdict> {
  const { flag, context } = asked;
  try {
    if (presented) {
      verdict.served = await overridden(presented, flag, flags, exchange, Date.now());
      verdict.overridden = verdict.served !== undefined;
      if (verdict.overridden) return verdict;
    }
    const given = context && (await exchange.call<ServiceContext>(context));
    verdict.served = await serve(exchange, asked, verdict, flags, given);
  } catch (error) {
    fellBack(flag, error);
  }
  return verdict;
}

function serve(
  { request, ctx }: Exchange,
  { flag, maxAge, consent }: Asked<never[]>,
  verdict: Verdict,
  flags: Flags,
  given: ServiceContext | undefined,
): ReturnType<Flags["serve"]> {
  const key = keyOf(given);
  const asking: Asking = {
    waitUntil: (work) => ctx.waitUntil(work),
    ...(maxAge !== undefined && { maxAge }),
    place: placeOf(request),
  };
  try {
    const agreed = key === undefined && (consent === undefined || consent(request));
    return flags.serve(
      flag,
      (fromRequest, secret) => {
        if (agreed) verdict.visitor = visitOf(request, secret);
        verdict.targetingKey = key ?? verdict.visitor?.id;
        return contextOf(request, given, verdict.targetingKey, fromRequest);
      },
      asking,
    );
  } catch (error) {
    fellBack(flag, error);
    return undefined;
  }
}

/** The same visitor for all gates that one request passes. */
function visitOf(request: Request, secret: string | undefined): Visitor {
  const known = brought.get(request)?.visitor;
  if (known !== undefined) return known;
  const visitor = visitorOf(request.headers.get("Cookie"), secret);
  if (!visitor.known) brought.set(request, { ...brought.get(request), visitor });
  return visitor;
}

function placeOf({ cf }: Request): CallerPlace {
  const { continent, longitude } = (cf ?? {}) as CallerPlace;
  return { ...(continent !== undefined && { continent }), ...(longitude !== undefined && { longitude }) };
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

function contextOf(
  request: Request,
  given: ServiceContext | undefined,
  targetingKey: string | undefined,
  fromRequest: boolean,
): Record<string, unknown> {
  const own = targetingKey === undefined ? {} : { targetingKey };
  if (!fromRequest) return { ...given, ...own };
  const attributes: Record<string, unknown> = {};
  addRequestFacts(attributes, request);
  return Object.assign(attributes, given, own);
}
