import type { CounterObjects } from "../metrics/counter.ts";
import type { RelayObjects } from "../relay/relay.ts";
import type { WorkspaceOfEnvironment } from "./publish/background-work.ts";

/** What an environment's object is bound to. */
export type Bound = {
  SNAPSHOTS: KVNamespace;
  RELAY: RelayObjects;
  COUNTER: CounterObjects;
  WORKSPACE: WorkspaceOfEnvironment;
  ALLOW_LOCAL_WEBHOOKS?: string;
  ADMIN_TOKEN?: string;
  ACCESS_ROLES?: string;
};
