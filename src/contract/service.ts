import type { ErrorCode, Reason } from "./ofrep.ts";

/*
 * The words of FlagService, which other Workers call over a service binding. Plain data in, plain data out, the shapes
 * of OFREP; nothing is thrown for what a caller sends.
 */

/** What the flag says of itself, and `version`; `cohort` during a release, `ruleId` where a rule decided, `stale`. */
export type EvaluationMetadata = { [name: string]: string | number | boolean };

/** Any JSON but null. (Its own type is recursive, which the platform's types for RPC can't follow.) */
export type FlagValue = boolean | string | number | object;

/** Without `value` and `variant` the default in the caller's code applies. */
export type Evaluated = {
  key: string;
  value?: FlagValue;
  variant?: string;
  reason: Reason;
  metadata: EvaluationMetadata;
};
export type NotEvaluated = { key: string; errorCode: ErrorCode; errorDetails: string };

/** All flags, sorted by key. `metadata`: `flagSetId` (the environment), `version`, and `stale` when it may be. */
export type EvaluatedAll = { flags: (Evaluated | NotEvaluated)[]; metadata: EvaluationMetadata };
export type NothingEvaluated = { errorCode: ErrorCode; errorDetails: string };

/** Attributes by name. Any JSON, at most 10 levels deep. */
export type ServiceContext = { readonly [attribute: string]: unknown };

/**
 * What a service binding to FlagService offers. The binding says of which environment it speaks:
 * `props = { environment = "production" }`.
 */
export type FlagService = {
  /** What a flag serves to a context. */
  evaluate(key: string, context?: ServiceContext): Promise<Evaluated | NotEvaluated>;
  /** What all flags serve to a context. */
  evaluateAll(context?: ServiceContext): Promise<EvaluatedAll | NothingEvaluated>;
  /** The name of the environment that this binding speaks of. */
  environment(): Promise<string>;
};
