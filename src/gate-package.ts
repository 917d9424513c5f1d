/* `sluice/gate`: request middleware and an OpenFeature provider for Workers that are bound to FlagService. */

export type {
  Evaluated,
  EvaluatedAll,
  EvaluationMetadata,
  FlagService,
  FlagValue,
  NotEvaluated,
  NothingEvaluated,
  RecordedEvents,
  ReportedEvent,
  ServiceContext,
} from "./contract/service.ts";
export type { Evaluation, GateBindings } from "./gate/bindings.ts";
export { canary, type CanaryOptions } from "./gate/canary.ts";
export type { Middleware } from "./gate/exchange.ts";
export { gate, type GateOptions, type Redirect } from "./gate/gate.ts";
export { EventsHook, type EventsHookOptions } from "./clients/hook.ts";
export type { Origin } from "./gate/origin.ts";
export { ResolutionError, SluiceProvider } from "./gate/provider.ts";
export { type Place, shadow, shadowRoute, type ShadowRouteOptions } from "./gate/shadow.ts";
export type { Rules } from "./gate/shadow/compare.ts";
export type { ShadowOptions } from "./gate/shadow/dark.ts";
