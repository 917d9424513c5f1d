/* Words of the OpenFeature Remote Evaluation Protocol 0.3 and of the OpenFeature glossary. */

export type Reason = "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "DISABLED" | "ERROR";
export type ErrorCode = "PARSE_ERROR" | "INVALID_CONTEXT" | "FLAG_NOT_FOUND" | "GENERAL";
export type OfrepError = { key?: string; errorCode: ErrorCode; errorDetails: string };
