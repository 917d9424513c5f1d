/* Words of the OpenFeature Remote Evaluation Protocol 0.3 and of the OpenFeature glossary. */

export type Reason = "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED" | "ERROR";
export type ErrorCode = "PARSE_ERROR" | "INVALID_CONTEXT" | "FLAG_NOT_FOUND" | "GENERAL";
export type OfrepError = { key?: string; errorCode: ErrorCode; errorDetails: string };
/** Where changes are announced, as a bulk answer names it. `inactivityDelaySec`: how long a page may be hidden before it closes. */
export type EventStream = { type: "sse"; url: string; inactivityDelaySec: number };
