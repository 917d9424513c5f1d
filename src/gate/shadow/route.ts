import type { Skipped } from "../../core/shadow-tally.ts";
import type { Limits } from "./budget.ts";
import type { Rules } from "./compare.ts";
import { withoutOverride } from "../override.ts";
import { Dark, type Surroundings, Unfit } from "./dark.ts";

/* A dark launch of a route: the response is control's own object, and a copy of the request goes to the candidate. */

/** Sends a request to the candidate. */
export type Candidate = (request: Request, signal: AbortSignal) => Promise<Response>;

export type DarkRouteOptions = Partial<Limits> & {
  flag: string;
  /** Also methods other than GET and HEAD may be sent twice without harm. */
  idempotent?: boolean;
  /** What is sampled by. Default: method, address, and what tells clients apart. */
  unit?: (request: Request) => string;
  /** Response headers that are compared. Always compared: the class of the status, and the body. */
  headers?: readonly string[];
  /** What the candidate gets of `Authorization` and `Cookie`: the same, nothing, or these headers. Default: nothing. */
  credentials?: "forward" | "drop" | Readonly<Record<string, string>>;
  /** Paths of these rules begin with `/status`, `/headers/<name>` or `/body`. */
  compare?: Rules;
  noise?: number;
  timeout?: number;
};

/** Marks what a candidate gets; a request that has it is never shadowed again. */
const MARK = "x-shadow";
const MOST_BYTES = 64 * 1024;
/** Names of headers that say who somebody is, or let somebody do something, whatever a site calls them. */
const CREDENTIAL =
  /auth|cookie|credential|token|jwt|secret|session|passw|api-?key|access-key|signature|csrf|xsrf|^cf-access-|^x-amz-|^x-goog-/i;

type Ask = (request: Request) => Promise<Response>;
/** One request, who answers it, and who is asked in the dark. `again`: asks control once more, where that can be done. */
export type RouteExchange = { request: Request; control: Ask; candidate: Candidate; again?: Ask | undefined };

/**
 * A function that lets control answer a request, and now and then asks the candidate in the dark.
 *
 * @returns what control returned, the very object; it rejects exactly when control does
 * @throws RangeError or TypeError for options that can't be meant
 */
export function darkRoute(
  options: DarkRouteOptions,
): (surroundings: Surroundings, exchange: RouteExchange) => Promise<Response> {
  const { flag, unit = unitOf, headers = [], idempotent = false } = options;
  const dark = new Dark(flag, options.compare, options);
  const subject = (response: Response) => subjectOf(response, headers);

  return async function shadowedRoute(surroundings, { request, control, candidate, again }) {
    if (!dark.sampled(surroundings, () => unit(request))) return control(request);
    const unfit = requestUnfit(request, idempotent);
    if (unfit) {
      dark.skip(unfit, surroundings);
      return control(request);
    }
    const { now = Date.now } = surroundings;
    const forCandidate = request.clone();
    const forAgain = again && request.clone();
    const begun = now();
    const response = await control(request).catch((error: unknown) => {
      dark.skip("control", surroundings);
      throw error;
    });
    const controlMs = now() - begun;
    const late = responseUnfit(response);
    if (late) {
      dark.skip(late, surroundings);
      return response;
    }
    const copy = response.clone();
    let status: number | undefined;
    dark.run(surroundings, {
      control: async () => {
        const prepared = dark.prepare(await subject(copy), surroundings);
        if (!prepared) throw new Unfit("incomparable");
        return prepared;
      },
      controlMs,
      candidate: async (signal) => {
        const answer = await candidate(marked(forCandidate, flag, options.credentials), signal);
        status = answer.status;
        return subject(answer);
      },
      ...(again && forAgain && { again: async () => subject(await again(forAgain)) }),
      statuses: () => (status === undefined ? undefined : [response.status, status]),
    });
    return response;
  };
}

function requestUnfit(request: Request, idempotent: boolean): Skipped | undefined {
  const { headers, method, body } = request;
  if (headers.has(MARK)) return "shadow";
  if (method !== "GET" && method !== "HEAD" && !idempotent) return "method";
  if (headers.has("Upgrade")) return "upgrade";
  if (headers.has("Range")) return "range";
  if (headers.get("Accept")?.includes("text/event-stream")) return "stream";
  const length = Number(headers.get("Content-Length") ?? Number.NaN);
  return body !== null && !(length <= MOST_BYTES) ? "large" : undefined;
}

function responseUnfit({ status, headers, webSocket }: Response): Skipped | undefined {
  if (status === 101 || webSocket) return "upgrade";
  if (status === 206) return "range";
  if (headers.get("Content-Type")?.startsWith("text/event-stream")) return "stream";
  return Number(headers.get("Content-Length") ?? 0) > MOST_BYTES ? "large" : undefined;
}

function marked(request: Request, flag: string, credentials: DarkRouteOptions["credentials"] = "drop"): Request {
  const { headers } = withoutOverride(new Request(request.url, { headers: request.headers })); // testers' are the gate's
  headers.set(MARK, encodeURIComponent(flag));
  headers.set("Cache-Control", "no-store");
  if (credentials !== "forward") for (const [name] of request.headers) if (CREDENTIAL.test(name)) headers.delete(name);
  if (typeof credentials === "object")
    for (const [name, value] of Object.entries(credentials)) headers.set(name, value);
  return new Request(request, { headers, redirect: "manual" });
}

/** The same request of the same client is in or out at the same share. */
function unitOf({ method, url, headers }: Request): string {
  const client = ["CF-Connecting-IP", "User-Agent", "Cookie", "Authorization"].map((name) => headers.get(name));
  return JSON.stringify([method, url, client]);
}

/** What of a response is compared, as one JSON value. @throws Unfit when the body is too large */
async function subjectOf(response: Response, names: readonly string[]): Promise<unknown> {
  const text = await textOf(response);
  const headers = Object.fromEntries(names.map((name) => [name.toLowerCase(), response.headers.get(name)]));
  return { status: `${Math.floor(response.status / 100)}xx`, headers, body: bodyOf(text, response.headers) };
}

function bodyOf(text: string, headers: Headers): unknown {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(headers.get("Content-Type") ?? "")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Reads no more than it may; what is longer is given up. Bytes that aren't UTF-8 are compared as they decode. */
async function textOf({ body }: Response): Promise<string> {
  if (body === null) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MOST_BYTES) {
      reader.cancel().catch(() => undefined);
      throw new Unfit("large");
    }
    text += decoder.decode(value, { stream: true });
  }
}
