import { fromBase64url } from "../core/base64url.ts";
import { deeperThan, isJsonObject } from "../contract/json.ts";
import * as LIMITS from "../contract/limits.ts";
import { addRequestFacts } from "../core/request.ts";
import { type Failure, FAILURES } from "./failure.ts";

/* From what a caller sent to the evaluation context: attributes by name. */

/** Fresh from the parser and this request's alone, so it may be changed in place. */
export type Attributes = Record<string, unknown>;

/** The context in the body of an evaluation request; `{ "context": { … } }`, or nothing at all for the anonymous one. */
export function contextOfBody(text: string): { attributes: Attributes } | Failure {
  if (text === "") return { attributes: {} };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return FAILURES.notJson;
  }
  if (!isJsonObject(body)) return FAILURES.notObject;
  let others = false;
  for (const name in body) {
    if (name === "context") continue;
    if (deeperThan(body[name], LIMITS.jsonDepth - 1)) return FAILURES.bodyTooDeep;
    others = true;
  }
  // Whoever says who they are beside the context, and not in it, would be taken for nobody.
  if (others && body.context === undefined) return FAILURES.contextMissing;
  return contextOfValue(body.context);
}

/** Names that the query of a bulk evaluation may have. */
const QUERY_NAMES = new Set(["context", "key", "flagConfigEtag", "flagConfigLastModified"]);

/**
 * The context in a query, which is under `context` alone. Any other name could only be meant as an attribute and is
 * refused; but those that begin with `_` keep answers out of caches.
 */
export function contextInQuery(query: URLSearchParams | undefined): { attributes: Attributes } | Failure {
  let contexts = 0;
  for (const name of query?.keys() ?? []) {
    if (!QUERY_NAMES.has(name) && !name.startsWith("_")) return FAILURES.contextMissing;
    if (name === "context" && ++contexts > 1) return FAILURES.contextTwice;
  }
  return contextOfQuery(query?.get("context") ?? null);
}

/** The context in a query: base64url of its JSON. At most 8 KiB of JSON. */
export function contextOfQuery(encoded: string | null): { attributes: Attributes } | Failure {
  if (encoded === null || encoded === "") return { attributes: {} };
  if (encoded.length > Math.ceil((LIMITS.queryContextBytes * 4) / 3) + 2) return FAILURES.contextTooLong;
  let context: unknown;
  try {
    const bytes = fromBase64url(encoded);
    if (bytes.length > LIMITS.queryContextBytes) return FAILURES.contextTooLong;
    context = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    return FAILURES.contextNotJson;
  }
  return contextOfValue(context);
}

/** A context that came as a value. It is taken over: what can't be a targeting key is removed from it. */
export function contextOfValue(context: unknown): { attributes: Attributes } | Failure {
  if (context === undefined || context === null) return { attributes: {} };
  if (!isJsonObject(context)) return FAILURES.notObject;
  if (deeperThan(context, LIMITS.contextDepth)) return FAILURES.contextTooDeep;
  const key = context.targetingKey;
  if (key !== undefined && typeof key !== "string" && !Number.isSafeInteger(key)) delete context.targetingKey;
  return { attributes: context };
}

/**
 * What the edge itself knows about a browser's or app's request, in place of whatever that caller claims about it.
 * Attributes that aren't known (no `request.cf` outside Cloudflare) are absent.
 */
export function addRequestAttributes(attributes: Attributes, request: Request): void {
  for (const name of Object.keys(attributes)) if (/^(?:geo|client)(?:\.|$)/.test(name)) delete attributes[name];
  addRequestFacts(attributes, request);
}
