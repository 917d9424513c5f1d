import type { Failure } from "./failure.ts";
import { STATUS_HEADERS } from "./respond.ts";

/* What the routes have in common that pages of any site may call: evaluation and events. */

/** On every answer, whatever its status, so that a page can tell a refusal from a network failure. */
export const EVERY_ANSWER = {
  "Content-Type": "application/json",
  "Cache-Control": "private, no-store",
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "ETag, Retry-After, Request-Id, Sluice-Version, Sluice-Age",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** An OFREP error. `allow`: what the route takes; `key`: the flag, on the route of one. */
export function refused(
  request: Request,
  { status, errorCode, errorDetails }: Failure,
  id: string,
  { allow, key, headers }: { allow: string; key?: string; headers?: Record<string, string> },
): Response {
  const all: Record<string, string> = { ...EVERY_ANSWER, ...STATUS_HEADERS[status], ...headers, "Request-Id": id };
  if (status === 405) all.Allow = allow;
  const body = key === undefined ? { errorCode, errorDetails } : { key, errorCode, errorDetails };
  return new Response(request.method === "HEAD" ? null : JSON.stringify(body), { status, headers: all });
}

/** A browser asks whether it may ask. Answered from the request alone. */
export function preflight(request: Request, id: string, allow: string): Response {
  const headers: Record<string, string> = {
    ...EVERY_ANSWER,
    Allow: allow,
    "Access-Control-Allow-Methods": allow,
    "Access-Control-Max-Age": "7200",
    Vary: "Access-Control-Request-Headers",
    "Request-Id": id,
  };
  const requested = request.headers.get("Access-Control-Request-Headers");
  if (requested !== null) headers["Access-Control-Allow-Headers"] = requested;
  return new Response(null, { status: 204, headers });
}
