/* `sluice/server`: evaluation in a server's own process. */

export type { Evaluated, EvaluatedAll, NotEvaluated, NothingEvaluated, ServiceContext } from "./contract/service.ts";
export { createSluice, Sluice, type SluiceEvent, type SluiceOptions } from "./clients/server/sluice.ts";
export { type ServerProviderOptions, type ServerResolution, SluiceServerProvider } from "./clients/server/provider.ts";
