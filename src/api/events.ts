import { deeperThan, isJsonObject } from "../contract/json.ts";
import * as LIMITS from "../contract/limits.ts";
import { record } from "../metrics/record.ts";
import { Newcomers } from "../metrics/newcomers.ts";
import { network } from "../snapshot/network.ts";
import type { Afterwards, Bindings } from "./bindings.ts";
import { readText } from "./body.ts";
import { identify } from "./caller.ts";
import { failed, type Failure, FAILURES, UNREADABLE } from "./failure.ts";
import { EVERY_ANSWER, preflight, refused } from "./open.ts";
import { requestId } from "./request-id.ts";

/* Exposures and outcomes as clients and servers report them: `POST /v1/events`, and everything else below `/v1`. */

const PATH = "/v1/events";
const ALLOW = "POST, OPTIONS";
/** Keys that clients reported to this isolate: one address is to leave places for others. */
const newcomers = new Newcomers();

/**
 * Answers any request below `/v1`. What is answered 202 is counted for good.
 *
 * @param start where the path begins in the request's URL
 */
export async function events(request: Request, env: Bindings, ctx: Afterwards, start: number): Promise<Response> {
  const id = requestId();
  const [path, query = ""] = split(request.url, start);
  const here = path === PATH;
  const fail = (failure: Failure): Response => refused(request, failure, id, { allow: ALLOW });
  try {
    if (request.method === "OPTIONS") return preflight(request, id, here ? ALLOW : "OPTIONS");
    if (!here) return fail(FAILURES.nowhere);
    if (request.method !== "POST") return fail(FAILURES.method);
    const caller = await identify(request, new URLSearchParams(query).get("key"), env, ctx);
    if (failed(caller)) return fail(caller);
    const { held, key } = caller;
    if (key.kind === "client" && (await tooMany(request.headers, env))) return fail(FAILURES.tooManyRequests);
    const batch = batchIn(await readText(request, LIMITS.eventsBytes));
    if (failed(batch)) return fail(batch);
    const address = key.kind === "client" ? request.headers.get("CF-Connecting-IP") : null;
    const now = Date.now();
    const admits = (one: string): boolean => newcomers.admits(one, address, now);
    const reporter = { snapshot: held.snapshot, source: key.kind, counters: env.COUNTER, admits };
    const recorded = await record(reporter, batch, now).catch((error: unknown) => {
      console.error("events could not be counted", { requestId: id }, error);
      return FAILURES.uncounted;
    });
    if (failed(recorded)) return fail(recorded);
    return new Response(JSON.stringify(recorded), { status: 202, headers: { ...EVERY_ANSWER, "Request-Id": id } });
  } catch (error) {
    console.error("events failed", { requestId: id, method: request.method }, error);
    return fail(FAILURES.internal);
  }
}

function split(url: string, start: number): string[] {
  const mark = url.indexOf("?", start);
  return mark === -1 ? [url.slice(start)] : [url.slice(start, mark), url.slice(mark + 1)];
}

/** What the body says, before its events are looked at: an id, and 1 to 500 of them. */
function batchIn(body: Awaited<ReturnType<typeof readText>>): { id: string; events: unknown[] } | Failure {
  if (!body.ok) return UNREADABLE[body.why];
  let value: unknown;
  try {
    value = JSON.parse(body.text);
  } catch {
    return FAILURES.notJson;
  }
  if (deeperThan(value, LIMITS.jsonDepth)) return FAILURES.bodyTooDeep;
  if (!isJsonObject(value)) return FAILURES.noBatch;
  const { id, events: list } = value;
  if (typeof id !== "string" || id === "" || id.length > LIMITS.nameLength || !Array.isArray(list) || list.length === 0)
    return FAILURES.noBatch;
  return list.length > LIMITS.events ? FAILURES.tooManyEvents : { id: id.toWellFormed(), events: list };
}

/** Counts a request of the caller's address. A limiter that is down lets everybody pass. */
async function tooMany(headers: Headers, env: Bindings): Promise<boolean> {
  try {
    return !(await env.CLIENT_EVENTS.limit({ key: network(headers.get("CF-Connecting-IP") ?? "") })).success;
  } catch {
    return false;
  }
}
