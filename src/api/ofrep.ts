import * as LIMITS from "../contract/limits.ts";
import type { Audience } from "../core/compile.ts";
import { evaluate, evaluateAll, json } from "../core/evaluate.ts";
import type { Held } from "../snapshot/store.ts";
import { type Target, targetOf } from "./address.ts";
import type { Afterwards, Bindings } from "./bindings.ts";
import { readText, type Text } from "./body.ts";
import { atLeast, type Caller, identify } from "./caller.ts";
import { addRequestAttributes, type Attributes, contextInQuery, contextOfBody } from "./context.ts";
import { failed, type Failure, FAILURES, UNREADABLE } from "./failure.ts";
import { EVERY_ANSWER, preflight, refused } from "./open.ts";
import { requestId } from "./request-id.ts";
import { openStream } from "./stream.ts";
import { eventStreams } from "./stream-token.ts";
import { usage } from "./usage.ts";
import { matches } from "./validators.ts";

/*
 * OFREP 0.3: one flag, or all of them, for one context, and the stream that tells of changes. The warm path makes no
 * I/O, no Headers and no URL objects, and one Response.
 */

const ALLOW = {
  single: "POST, OPTIONS",
  broken: "POST, OPTIONS",
  bulk: "GET, POST, OPTIONS",
  stream: "GET, OPTIONS",
  none: "OPTIONS",
};

/** Age in milliseconds past which an answer says that it may be stale. */
const STALE_AFTER = 10_000;

/** One request on its way to its answer. */
type Exchange = { request: Request; env: Bindings; ctx: Afterwards; id: string; target: Target };

/**
 * Answers any request below `/ofrep`.
 *
 * @param start where the path begins in the request's URL
 */
export async function ofrep(request: Request, env: Bindings, ctx: Afterwards, start: number): Promise<Response> {
  const target = targetOf(request.url, start);
  const exchange: Exchange = { request, env, ctx, id: requestId(), target };
  const { method } = request;
  try {
    if (method === "OPTIONS") return preflight(request, exchange.id, ALLOW[target.route]);
    const { route } = target;
    if (route === "none") return fail(exchange, FAILURES.nowhere);
    if (route === "stream") return method === "GET" ? await stream(exchange) : fail(exchange, FAILURES.method);
    if (method !== "POST" && (method !== "GET" || route !== "bulk")) return fail(exchange, FAILURES.method);
    if (route === "broken") return fail(exchange, FAILURES.brokenPath);

    const query = target.query === "" ? undefined : new URLSearchParams(target.query);
    const inQuery = method === "GET";
    const identified = identify(request, (inQuery && query?.get("key")) || null, env, ctx);
    let caller = identified instanceof Promise ? await identified : identified;
    if (failed(caller)) return fail(exchange, caller);

    const context = inQuery ? contextInQuery(query) : contextOfText(await readText(request, LIMITS.contextBytes));
    if (failed(context)) return fail(exchange, context);

    let conditional = true;
    const named = query?.get("flagConfigEtag");
    if (named) {
      const informed = await atLeast(named, caller, request, env, ctx);
      if (failed(informed)) return fail(exchange, informed);
      ({ conditional } = informed);
      caller = informed;
    }
    if (route === "single") return single(exchange, target.key, caller, context.attributes);
    return bulk(exchange, caller, context.attributes, conditional);
  } catch (error) {
    console.error("ofrep failed", { requestId: exchange.id, method, route: target.route }, error);
    return fail(exchange, FAILURES.internal);
  }
}

function contextOfText(body: Text): { attributes: Attributes } | Failure {
  return body.ok ? contextOfBody(body.text) : UNREADABLE[body.why];
}

function single(exchange: Exchange, flagKey: string, { held, key }: Caller, attributes: Attributes): Response {
  const audience: Audience = key.kind;
  const flag = held.snapshot.flag(flagKey, audience);
  if (flag === undefined) return fail(exchange, FAILURES.flagNotFound, held);
  if (audience === "client" && flag.readsRequest) addRequestAttributes(attributes, exchange.request);
  const now = Date.now();
  const evaluation = evaluate(flag, attributes, now);
  usage(exchange.env).single(held.snapshot, flag, attributes, now, exchange.ctx);
  const text = json(evaluation, audience);
  const headers = singleHeaders.of(held, now, exchange.id);
  if (evaluation.errorCode !== undefined) return new Response(text, { status: 400, headers });
  // The item ends with its metadata, which is never empty, and its own closing brace.
  return new Response(isStale(held, now) ? `${text.slice(0, -2)},"stale":true}}` : text, { headers });
}

function bulk(exchange: Exchange, { held, key }: Caller, attributes: Attributes, conditional: boolean): Response {
  const { snapshot } = held;
  const audience: Audience = key.kind;
  if (audience === "client" && snapshot.readsRequest(audience)) addRequestAttributes(attributes, exchange.request);
  const now = Date.now();
  const { flags, hash } = evaluateAll(snapshot, audience, attributes, now);
  usage(exchange.env).bulk(snapshot, audience, attributes, now, exchange.ctx);
  const { member, tag } = eventStreams(snapshot, key, exchange.request.url, now);
  const etag = `W/"${hash}${tag}"`;
  const headers = bulkHeaders.of(held, now, exchange.id);
  headers.set("ETag", etag);
  const ifNoneMatch = exchange.request.headers.get("If-None-Match");
  if (conditional && ifNoneMatch !== null && matches(ifNoneMatch, etag))
    return new Response(null, { status: 304, headers });
  const stale = isStale(held, now) ? ',"stale":true' : "";
  const metadata = `{"flagSetId":"${snapshot.environment}","version":"${snapshot.version}"${stale}}`;
  return new Response(`{"flags":${flags},"metadata":${metadata},${member}}`, { headers });
}

/** The change stream. What is wrong with the token is told as everywhere else; what goes wrong later ends the stream. */
async function stream(exchange: Exchange): Promise<Response> {
  const { request, target, env, ctx, id } = exchange;
  const opened = await openStream(request, new URLSearchParams(target.query).get("token"), env, ctx);
  if (failed(opened)) return fail(exchange, opened);
  const headers = { ...EVERY_ANSWER, "Content-Type": "text/event-stream", "Request-Id": id };
  return new Response(opened.body, { headers });
}

/**
 * The headers of answers from what is held. They change once a second, and a Response copies what it is given: so they
 * are made once, and each answer writes its own few into the same object. That takes two thirds of the time of making
 * them anew, which is a good part of all that an evaluation costs.
 */
class AnswerHeaders {
  readonly #made = new WeakMap<Held, { age: string; headers: Headers }>();

  /** To be given to a Response before anybody waits for anything. */
  of(held: Held, now: number, id: string): Headers {
    const age = ageOf(held, now);
    let made = this.#made.get(held);
    if (made?.age !== age) {
      const own = { "Sluice-Version": String(held.snapshot.version), "Sluice-Age": age };
      made = { age, headers: new Headers({ ...EVERY_ANSWER, ...own }) };
      this.#made.set(held, made);
    }
    made.headers.set("Request-Id", id);
    return made.headers;
  }
}

const singleHeaders = new AnswerHeaders();
const bulkHeaders = new AnswerHeaders();

/** Whole seconds since what is held was last known to be current. */
function ageOf(held: Held, now: number): string {
  return String(Math.max(0, Math.floor((now - held.confirmedAt) / 1000)));
}

/** Whether an answer from this has to say that it may be stale. */
export function isStale(held: Held, now: number): boolean {
  return now - held.confirmedAt > STALE_AFTER;
}

/** An OFREP error; on the single route it names the flag. */
function fail(exchange: Exchange, failure: Failure, held?: Held): Response {
  const { request, target, id } = exchange;
  const allow = ALLOW[target.route];
  const headers = held && { "Sluice-Version": String(held.snapshot.version), "Sluice-Age": ageOf(held, Date.now()) };
  const key = target.route === "single" ? target.key : undefined;
  return refused(request, failure, id, { allow, ...(key !== undefined && { key }), ...(headers && { headers }) });
}
