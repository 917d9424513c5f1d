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
 * What is reported: that a targeting key saw a variant, that something happened which a metric counts (`value` 1 unless
 * said), what a dark launch found. `at`: epoch milliseconds or RFC 3339; now unless said.
 */
export type ReportedEvent =
  | {
      type: "exposure";
      flag: string;
      variant: string;
      targetingKey: string | number;
      cohort?: string;
      at?: number | string;
    }
  | {
      type: "outcome";
      metric: string;
      value?: number;
      targetingKey?: string | number;
      flag?: string;
      variant?: string;
      cohort?: string;
      at?: number | string;
    }
  | {
      type: "comparison";
      flag: string;
      match: boolean;
      difference?: string;
      controlMs: number;
      candidateMs: number;
      candidateError?: string;
    };

/**
 * What became of events; `index` counts from 0. One that can't be counted doesn't keep the others from it. `uncounted`:
 * how many of the accepted reach no verdict of a release, by reason.
 */
export type RecordedEvents = {
  accepted: number;
  duplicate: boolean;
  rejected: { index: number; message: string }[];
  uncounted: { [reason: string]: number };
};

/** An environment, and which of those that ever had its name. */
export type EnvironmentRef = { environment: string; incarnation: string };
/** The same, with what visitors' ids are signed with there: for gates, never for visitors. */
export type GateEnvironment = EnvironmentRef & { visitors?: string };

/** Where the caller is, as `request.cf` says, so that the nearest relay is asked. */
export type CallerPlace = { continent?: string; longitude?: string };

/** What is current in an environment. `body`: the text of a SnapshotBody, where the asker didn't hold that version. */
export type CurrentSnapshot = EnvironmentRef & {
  version: number;
  /** Since it was known to be current. */ ageMs: number;
  body?: string;
};

/**
 * What a service binding to FlagService offers. The binding says of which environment it speaks:
 * `props = { environment = "production" }`.
 */
export type FlagService = {
  /** What a flag serves to a context. */
  evaluate(key: string, context?: ServiceContext): Promise<Evaluated | NotEvaluated>;
  /** What all flags serve to a context. */
  evaluateAll(context?: ServiceContext): Promise<EvaluatedAll | NothingEvaluated>;
  /**
   * Counts events. Under an `id` they count once within an hour, however often they are sent. Rejects when they can't be
   * counted now; sending the same again then counts the rest.
   */
  record(events: readonly ReportedEvent[], id?: string): Promise<RecordedEvents>;
  /** What each variant of a flag stands for; null when there is no such flag, or nothing can be said. */
  variants(key: string): Promise<{ [variant: string]: FlagValue | null } | null>;
  /** The share of requests (0 to 100) that a flag gives to a candidate in the dark; null when there is no such flag. */
  shadow(key: string): Promise<{ share: number; version: number } | null>;
  /** The environment that this binding speaks of; null when there is none by its name. */
  whereabouts(place?: CallerPlace): Promise<GateEnvironment | null>;
  /** For evaluating in the caller's own isolate. `held`: what it has. null: there is no such environment. */
  snapshot(held?: { incarnation: string; version: number }, place?: CallerPlace): Promise<CurrentSnapshot | null>;
  /** The listed members that a body goes with, by their hash. null: not to be had. */
  members(hash: string): Promise<ArrayBuffer | null>;
};
