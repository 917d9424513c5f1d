import type { Replayed } from "../../contract/write.ts";
import { unmet } from "../../durable/precondition.ts";
import { jsonResponse } from "../respond.ts";
import { writeCursor } from "./cursor.ts";

/** What every successful write says of itself. `etag` is the resource's, absent where none is left. */
type Written = Replayed & { version: number; revision: string; etag?: string };

/** The answer to a write: the new representation, or nothing where there is none left. */
export function written(
  view: unknown,
  { version, revision, etag, replayed }: Written,
  status = 200,
  location?: string,
): Response {
  const headers: Record<string, string> = { "Sluice-Version": String(version), "Sluice-Revision": revision };
  if (etag !== undefined) headers["ETag"] = etag;
  if (location !== undefined) headers["Location"] = location;
  const response = view === undefined ? gone({}, headers) : jsonResponse(view, status, headers);
  if (replayed) response.headers.set("Idempotent-Replay", "true");
  return response;
}

/** The answer to a write that left nothing, not even what has a version. */
export function gone({ replayed }: Replayed, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 204, headers: replayed ? { ...headers, "Idempotent-Replay": "true" } : headers });
}

/** The answer to a read of one resource: 304 when the caller holds it already. */
export function resource({ headers }: { headers: Headers }, view: unknown, etag: string): Response {
  const ifNoneMatch = headers.get("If-None-Match") ?? undefined;
  if (unmet({ ifNoneMatch }, etag.slice(1, -1))) return new Response(null, { status: 304, headers: { ETag: etag } });
  return jsonResponse(view, 200, { ETag: etag });
}

/** One page of a list. `next` is the key of its last item when there is more. */
export function list(name: string, items: unknown[], next: string | number | undefined): Response {
  return jsonResponse(next === undefined ? { [name]: items } : { [name]: items, cursor: writeCursor(next) });
}
