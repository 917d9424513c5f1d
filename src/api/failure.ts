import type { ErrorCode } from "../contract/ofrep.ts";
import type { Unreadable } from "./body.ts";

/** Why an evaluation request is refused: one status, one OFREP code, one sentence. Nothing in it was sent by the caller. */
export type Failure = { status: number; errorCode: ErrorCode; errorDetails: string };

const general = (status: number, errorDetails: string): Failure => ({ status, errorCode: "GENERAL", errorDetails });

/** Everything that can go wrong on the evaluation routes. */
export const FAILURES = {
  brokenPath: general(400, "The path has a broken percent-encoding."),
  brokenBody: general(400, "The body could not be read to its end."),
  notJson: { status: 400, errorCode: "PARSE_ERROR", errorDetails: "The body is not JSON." },
  contextNotJson: { status: 400, errorCode: "PARSE_ERROR", errorDetails: "The context is not base64url of JSON." },
  notObject: { status: 400, errorCode: "INVALID_CONTEXT", errorDetails: "The body and its context must be objects." },
  contextMissing: {
    status: 400,
    errorCode: "INVALID_CONTEXT",
    errorDetails:
      'Attributes belong into the context: {"context":{"targetingKey":"…"}}, or context=<base64url of {"targetingKey":"…"}> in a query.',
  },
  contextTwice: { status: 400, errorCode: "INVALID_CONTEXT", errorDetails: "The address has more than one context." },
  contextTooDeep: { status: 400, errorCode: "INVALID_CONTEXT", errorDetails: "The context is nested too deeply." },
  bodyTooDeep: general(400, "The body is nested too deeply."),
  noKey: general(401, "A valid environment key is needed."),
  noBatch: general(400, "The body must be an object with an id and a list of events, at least one."),
  streamToken: general(401, "A valid stream token is needed."),
  serverKeyInQuery: general(403, "A server key must not be in an address."),
  adminToken: general(403, "Evaluating needs an environment key, not an admin token."),
  clientKey: general(403, "This is for servers: a server key is needed."),
  origin: general(403, "This key is tied to other origins."),
  nowhere: general(404, "There is nothing at this address."),
  flagNotFound: { status: 404, errorCode: "FLAG_NOT_FOUND", errorDetails: "There is no such flag." },
  method: general(405, "This method is not available here."),
  tooManyEvents: general(413, "A batch has at most 500 events."),
  bodyTooLarge: general(413, "The body is too large."),
  contextTooLong: general(414, "The context is too long for an address."),
  encoding: general(415, "The only content encoding taken is gzip."),
  tooManyFailures: general(429, "Too many failed attempts from this address."),
  tooManyRequests: general(429, "Too many requests from this address."),
  internal: general(500, "Something went wrong here."),
  unavailable: general(503, "Nothing can be served at the moment."),
  uncounted: general(503, "The events can't be counted at the moment. Send the same batch again."),
} as const satisfies Record<string, Failure>;

/** Whether a step ended in a failure rather than in what it was to make. */
export function failed(outcome: object): outcome is Failure {
  return "errorDetails" in outcome;
}

/** Why a body could not be had as text. */
export const UNREADABLE: Record<Unreadable, Failure> = {
  "too-large": FAILURES.bodyTooLarge,
  "unsupported-encoding": FAILURES.encoding,
  broken: FAILURES.brokenBody,
  "not-utf8": FAILURES.notJson,
};
