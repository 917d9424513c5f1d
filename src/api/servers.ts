import { parseRevision, type PublishedKey } from "../contract/snapshot.ts";
import type { Held } from "../snapshot/store.ts";
import type { Afterwards, Bindings } from "./bindings.ts";
import { identify } from "./caller.ts";
import { failed, type Failure, FAILURES } from "./failure.ts";
import { flagdFeed } from "./flagd.ts";
import { EVERY_ANSWER, preflight, refused } from "./open.ts";
import { requestId } from "./request-id.ts";
import { deltaText, wholeText } from "./server-snapshot.ts";
import { eventStreams } from "./stream-token.ts";
import { matches } from "./validators.ts";

/*
 * What servers fetch that evaluate by themselves: `GET /v1/snapshot` and `GET /v1/members/{hash}`, and flagds and flagd's
 * providers `GET /flagd/v1/flags.json` and `GET /flagd/v1/omitted`, for server keys. All of it is answered from this
 * isolate's memory.
 */

const SNAPSHOT = "/v1/snapshot";
const MEMBERS = "/v1/members/";
const FLAGD = "/flagd/v1/";
const FLAGS = `${FLAGD}flags.json`;
const OMITTED = `${FLAGD}omitted`;
const ALLOW = "GET, OPTIONS";

/** Whether this module answers what begins here in an address. */
export function isForServers(url: string, start: number): boolean {
  return url.startsWith(SNAPSHOT, start) || url.startsWith(MEMBERS, start) || url.startsWith(FLAGD, start);
}

/**
 * Answers any request that `isForServers` says.
 *
 * @param start where the path begins in the request's URL
 */
export async function servers(request: Request, env: Bindings, ctx: Afterwards, start: number): Promise<Response> {
  const id = requestId();
  const [path = "", query = ""] = request.url.slice(start).split("?", 2);
  const here = [SNAPSHOT, FLAGS, OMITTED].includes(path) || (path.startsWith(MEMBERS) && path.length > MEMBERS.length);
  const fail = (failure: Failure): Response => refused(request, failure, id, { allow: here ? ALLOW : "OPTIONS" });
  try {
    if (request.method === "OPTIONS") return preflight(request, id, here ? ALLOW : "OPTIONS");
    if (!here) return fail(FAILURES.nowhere);
    if (request.method !== "GET" && request.method !== "HEAD") return fail(FAILURES.method);
    const caller = await identify(request, null, env, ctx);
    if (failed(caller)) return fail(caller);
    if (caller.key.kind !== "server") return fail(FAILURES.clientKey);
    if (path === SNAPSHOT) return snapshotAnswer(request, caller.held, caller.key, query, id);
    if (path.startsWith(FLAGD)) return flagdAnswer(request, caller.held, path, id);
    return membersAnswer(request, caller.held, path.slice(MEMBERS.length), id) ?? fail(FAILURES.nowhere);
  } catch (error) {
    console.error("a server's question failed", { requestId: id, method: request.method, path }, error);
    return fail(FAILURES.internal);
  }
}

function snapshotAnswer(request: Request, held: Held, key: PublishedKey, query: string, id: string): Response {
  const { snapshot } = held;
  const { member, tag } = eventStreams(snapshot, key, request.url, Date.now());
  const since = parseRevision(new URLSearchParams(query).get("since") ?? "");
  const text = (): string => `${(since && deltaText(snapshot, since)) ?? wholeText(snapshot)},${member}}`;
  return conditional(request, held, { tag, text, gzip: true, headers: { "Request-Id": id } });
}

/** What is made of a version is the same for every key. */
function flagdAnswer(request: Request, held: Held, path: string, id: string): Response {
  const { text, omitted } = flagdFeed(held.snapshot);
  const [tag, answer] = path === FLAGS ? ["flagd", text] : ["omitted", JSON.stringify({ omitted })];
  const headers = { "Sluice-Omitted": String(omitted.length), "Request-Id": id };
  return conditional(request, held, { tag, text: () => answer, gzip: false, headers });
}

/** `tag`: what the text depends on besides the revision. `gzip`: whether it is compressed here where that is asked for. */
type Text = { tag: string; text: () => string; gzip: boolean; headers: Record<string, string> };

/** A text that is the same while the revision is, or 304 to who holds it. */
function conditional(request: Request, { snapshot, confirmedAt }: Held, answer: Text): Response {
  const { tag, text, gzip, headers: more } = answer;
  const etag = `W/"${snapshot.incarnation}.${snapshot.version}.${tag}"`;
  const headers: Record<string, string> = {
    ...EVERY_ANSWER,
    ETag: etag,
    "Sluice-Version": String(snapshot.version),
    "Sluice-Age": String(Math.max(0, Math.floor((Date.now() - confirmedAt) / 1000))),
    Vary: "Accept-Encoding",
    ...more,
  };
  const ifNoneMatch = request.headers.get("If-None-Match");
  if (ifNoneMatch !== null && matches(ifNoneMatch, etag)) return new Response(null, { status: 304, headers });
  const body = text();
  if (gzip && /\bgzip\b/.test(request.headers.get("Accept-Encoding") ?? "")) headers["Content-Encoding"] = "gzip";
  return new Response(request.method === "HEAD" ? null : body, { headers });
}

/** undefined: these aren't the members that the current snapshot names. */
function membersAnswer(request: Request, { snapshot }: Held, hash: string, id: string): Response | undefined {
  const { members, published } = snapshot;
  if (members === null || hash !== published.members) return undefined;
  const headers = {
    ...EVERY_ANSWER,
    "Content-Type": "application/octet-stream",
    "Cache-Control": "private, max-age=31536000, immutable",
    "Request-Id": id,
  };
  return new Response(request.method === "HEAD" ? null : members, { headers });
}
