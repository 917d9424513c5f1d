import type { Evaluated, FlagValue, NotEvaluated } from "../../contract/service.ts";
import { EventsHook } from "../hook.ts";
import type { Sluice, SluiceEvent } from "./sluice.ts";

/*
 * An OpenFeature provider for servers that evaluates in the process. Written against the shape that the SDK asks for,
 * and imports nothing of it.
 */

type Context = { [attribute: string]: unknown };
type Code = NotEvaluated["errorCode"] | "TYPE_MISMATCH" | "PROVIDER_NOT_READY" | "PROVIDER_FATAL";

/** Carries the code that the SDK looks for; it answers with the caller's default then. */
class ResolutionError extends Error {
  readonly code: Code;
  constructor(code: Code, message: string) {
    super(message);
    this.name = "ResolutionError";
    this.code = code;
  }
}

export type ServerResolution<T> = {
  value: T;
  variant?: string;
  reason: string;
  flagMetadata: Evaluated["metadata"];
};

type EventDetails = { flagsChanged?: string[]; message?: string; errorCode?: Code };
/** The SDK's handlers take details that it completes itself; whatever they take, they are handed through here. */
type Handler = (details?: never) => unknown;

/** As much of the SDK's event emitter as it asks of a provider. */
class Emitter {
  readonly #handlers = new Map<string, Set<Handler>>();

  addHandler(event: string, handler: Handler): void {
    const handlers = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, handlers.add(handler));
  }
  removeHandler(event: string, handler: Handler): void {
    this.#handlers.get(event)?.delete(handler);
  }
  removeAllHandlers(event?: string): void {
    if (event === undefined) this.#handlers.clear();
    else this.#handlers.delete(event);
  }
  /** Typed as what fits wherever the SDK's own type of handlers is wanted. */
  getHandlers(event: string): never[] {
    return [...(this.#handlers.get(event) ?? [])] as never[];
  }
  setLogger(): this {
    return this;
  }
  emit(event: string, details: EventDetails = {}): void {
    for (const handler of this.#handlers.get(event) ?? []) {
      try {
        void handler(details as never);
      } catch (error) {
        console.error("a handler of a provider event failed", error);
      }
    }
  }
}

export type ServerProviderOptions = {
  /** Whether exposures and `client.track` are reported, which releases and experiments rest on. Default: true. */
  report?: boolean;
};

/** `OpenFeature.setProvider(new SluiceServerProvider(createSluice({ url, key })))`. */
export class SluiceServerProvider {
  readonly metadata = { name: "sluice" } as const;
  readonly runsOn = "server";
  readonly events = new Emitter();
  readonly hooks: EventsHook[];
  readonly #sluice: Sluice;
  #unsubscribe: (() => void) | undefined;

  constructor(sluice: Sluice, { report = true }: ServerProviderOptions = {}) {
    this.#sluice = sluice;
    this.hooks = report ? [new EventsHook({ baseUrl: sluice.url, key: sluice.key })] : [];
  }

  /** @throws ResolutionError when there are no flags in time */
  async initialize(): Promise<void> {
    this.#unsubscribe ??= this.#sluice.subscribe((event) => this.#hear(event));
    try {
      await this.#sluice.ready();
    } catch (error) {
      throw new ResolutionError("PROVIDER_NOT_READY", error instanceof Error ? error.message : String(error));
    }
  }

  /** Sends what is still to be reported, and ends following. */
  async onClose(): Promise<void> {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    await Promise.all([...this.hooks.map((hook) => hook.flush()), this.#sluice.close()]);
  }

  async resolveBooleanEvaluation(key: string, fallback: boolean, context: Context): Promise<ServerResolution<boolean>> {
    return this.#resolve(key, fallback, context, (value) => typeof value === "boolean");
  }

  async resolveStringEvaluation(key: string, fallback: string, context: Context): Promise<ServerResolution<string>> {
    return this.#resolve(key, fallback, context, (value) => typeof value === "string");
  }

  async resolveNumberEvaluation(key: string, fallback: number, context: Context): Promise<ServerResolution<number>> {
    return this.#resolve(key, fallback, context, (value) => typeof value === "number");
  }

  async resolveObjectEvaluation<T extends FlagValue | null>(
    key: string,
    fallback: T,
    context: Context,
  ): Promise<ServerResolution<T>> {
    return this.#resolve(key, fallback, context, (value): value is T & object => typeof value === "object");
  }

  /** An outcome of the metric by this name. */
  track(metric: string, context: Context, details: { value?: number } = {}): void {
    for (const hook of this.hooks) hook.track(metric, context, details);
  }

  /** @throws ResolutionError */
  #resolve<T, V extends FlagValue>(
    key: string,
    fallback: T,
    context: Context,
    fits: (value: FlagValue) => value is V,
  ): ServerResolution<T | V> {
    const answer = this.#sluice.evaluate(key, plainly(context));
    if ("errorCode" in answer) throw new ResolutionError(answer.errorCode, answer.errorDetails);
    const { value, variant, reason, metadata: flagMetadata } = answer;
    if (value === undefined) return { value: fallback, reason, flagMetadata };
    if (!fits(value)) throw new ResolutionError("TYPE_MISMATCH", `The flag's values are of type ${typeof value}.`);
    return variant === undefined ? { value, reason, flagMetadata } : { value, variant, reason, flagMetadata };
  }

  #hear(event: SluiceEvent): void {
    switch (event.type) {
      case "ready":
        return this.events.emit("PROVIDER_READY");
      case "changed":
        return this.events.emit("PROVIDER_CONFIGURATION_CHANGED", { flagsChanged: event.flags });
      case "stale":
        return this.events.emit("PROVIDER_STALE", { message: event.message });
      case "error":
        return this.events.emit("PROVIDER_ERROR", {
          message: event.message,
          errorCode: event.fatal ? "PROVIDER_FATAL" : "GENERAL",
        });
    }
  }
}

/** A context of OpenFeature as JSON: times as text. Looked at only where there is something that isn't plain already. */
function plainly(context: Context): Context {
  for (const name in context)
    if (typeof context[name] === "object" && context[name] !== null)
      return JSON.parse(JSON.stringify(context)) as Context;
  return context;
}
