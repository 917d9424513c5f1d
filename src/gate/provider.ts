import type { Evaluated, FlagService, FlagValue, NotEvaluated } from "../contract/service.ts";
import { within } from "../snapshot/deadline.ts";

/*
 * An OpenFeature provider for servers on Workers, over a service binding. It is written against the shape that the SDK
 * asks for and imports nothing of it, so that who uses only the gate needn't install it.
 */

/** OpenFeature's own words for why a default is served. */
type OpenFeatureCode = NotEvaluated["errorCode"] | "TYPE_MISMATCH" | "PROVIDER_NOT_READY";

/** Carries the code that the SDK looks for; it answers with the caller's default then. */
export class ResolutionError extends Error {
  readonly code: OpenFeatureCode;

  constructor(code: OpenFeatureCode, message: string) {
    super(message);
    this.name = "ResolutionError";
    this.code = code;
  }
}

export type Resolution<T> = {
  value: T;
  variant?: string;
  reason: string;
  flagMetadata: Evaluated["metadata"];
};
type Context = { [attribute: string]: unknown };

export type ProviderOptions = {
  /** Milliseconds that an evaluation may take. Default: 1 000. */
  deadlineMs?: number;
  /** What keeps the sending of `track` going when the request has been answered: `(work) => ctx.waitUntil(work)`. */
  waitUntil?: (work: Promise<unknown>) => void;
};

/**
 * `OpenFeature.setProvider(new SluiceProvider(env.FLAGS))`. Every evaluation asks FlagService, which answers from
 * memory. There are no events: in a Worker nothing runs between requests that could tell of a change.
 */
export class SluiceProvider {
  readonly metadata = { name: "sluice" } as const;
  readonly runsOn = "server";
  readonly #service: FlagService;
  readonly #deadlineMs: number;
  readonly #waitUntil: (work: Promise<unknown>) => void;

  constructor(service: FlagService, { deadlineMs = 1_000, waitUntil = () => undefined }: ProviderOptions = {}) {
    this.#service = service;
    this.#deadlineMs = deadlineMs;
    this.#waitUntil = waitUntil;
  }

  /** @throws ResolutionError when FlagService doesn't answer, or has no such environment */
  async initialize(): Promise<void> {
    const where = await within(this.#service.whereabouts(), this.#deadlineMs).catch((error: unknown) => {
      throw new ResolutionError("PROVIDER_NOT_READY", `FlagService doesn't answer: ${String(error)}`);
    });
    if (where === null)
      throw new ResolutionError(
        "PROVIDER_NOT_READY",
        "There is no such environment; the binding names it in its props.",
      );
  }

  resolveBooleanEvaluation(key: string, fallback: boolean, context: Context): Promise<Resolution<boolean>> {
    return this.#resolve(key, fallback, context, (value) => typeof value === "boolean");
  }

  resolveStringEvaluation(key: string, fallback: string, context: Context): Promise<Resolution<string>> {
    return this.#resolve(key, fallback, context, (value) => typeof value === "string");
  }

  resolveNumberEvaluation(key: string, fallback: number, context: Context): Promise<Resolution<number>> {
    return this.#resolve(key, fallback, context, (value) => typeof value === "number");
  }

  resolveObjectEvaluation<T extends FlagValue | null>(
    key: string,
    fallback: T,
    context: Context,
  ): Promise<Resolution<T>> {
    return this.#resolve(key, fallback, context, (value): value is T & object => typeof value === "object");
  }

  /** An outcome of the metric by this name. */
  track(metric: string, context: Context, details: { value?: number } = {}): void {
    const { targetingKey } = context;
    const known = typeof targetingKey === "string" && targetingKey !== "" ? { targetingKey } : {};
    const value = details.value === undefined ? {} : { value: details.value };
    const sent = this.#service.record([{ type: "outcome", metric, ...known, ...value }]);
    this.#waitUntil(
      sent.then(
        () => undefined,
        (error: unknown) => console.warn("an outcome wasn't recorded", { metric }, error),
      ),
    );
  }

  /** @throws ResolutionError */
  async #resolve<T, V extends FlagValue>(
    key: string,
    fallback: T,
    context: Context,
    fits: (value: FlagValue) => value is V,
  ): Promise<Resolution<T | V>> {
    const answer = await within(this.#service.evaluate(key, plainly(context)), this.#deadlineMs).catch(
      (error: unknown) => {
        throw new ResolutionError("GENERAL", `FlagService doesn't answer: ${String(error)}`);
      },
    );
    if ("errorCode" in answer) throw new ResolutionError(answer.errorCode, answer.errorDetails);
    const { value, variant, reason, metadata: flagMetadata } = answer;
    if (value === undefined) return { value: fallback, reason, flagMetadata };
    if (!fits(value)) throw new ResolutionError("TYPE_MISMATCH", `The flag's values are of type ${typeof value}.`);
    return { value, reason, flagMetadata, ...(variant !== undefined && { variant }) };
  }
}

/** A context of OpenFeature as JSON: times as text, and nothing that isn't there. */
function plainly(context: Context): Context {
  return JSON.parse(JSON.stringify(context)) as Context;
}
