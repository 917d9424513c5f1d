import type { EnvironmentObjects } from "../environment/environment.ts";
import type { CounterObjects } from "../metrics/counter.ts";
import type { RelayObjects } from "../relay/relay.ts";
import type { WorkspaceObjects } from "../workspace/workspace.ts";

/** What wrangler.toml binds, and the secrets and variables that an operator sets. */
export type Bindings = {
  SNAPSHOTS: KVNamespace;
  ENVIRONMENT: EnvironmentObjects;
  WORKSPACE: WorkspaceObjects;
  RELAY: RelayObjects;
  COUNTER: CounterObjects;
  /** Failed credentials per address; consulted only after one has failed. */
  AUTH_FAILURES: RateLimit;
  /** Requests per address that report events with a client key. */
  CLIENT_EVENTS: RateLimit;
  ASSETS: Fetcher;
  /** The root token. Unset: nobody administrates. */
  ADMIN_TOKEN?: string;
  /** What testers' overrides are signed with; the gates have the same. Unset: there are none. */
  OVERRIDE_SECRET?: string;
  /** Where it is set, webhooks may be on this machine itself, as `npm start` and the tests want it. */
  ALLOW_LOCAL_WEBHOOKS?: string;
  /** Cloudflare Access: the team's domain and the application's audience. Without both, Access is off. */
  ACCESS_TEAM_DOMAIN?: string;
  ACCESS_AUD?: string;
  /** JSON: e-mail address, `*@domain`, or value of the `groups` claim → role. */
  ACCESS_ROLES?: string;
  /** Seconds that an isolate may answer from memory before it asks what is current. */
  FRESHNESS_SECONDS: number;
  /** Of which environment FlagService speaks to a binding whose props name none. Unset: `production`. */
  SERVICE_ENVIRONMENT?: string;
  /** Seconds between two reports of what an isolate evaluated. */
  USAGE_SECONDS: number;
};

/** What a request may leave behind to be finished after its answer. */
export type Afterwards = Pick<ExecutionContext, "waitUntil">;
