import { Replays } from "../durable/replays.ts";
import { countersOf } from "../metrics/counter.ts";
import { Verdicts } from "../judging/verdicts.ts";
import { changesTold, OF_CHANGES } from "./read/changes-told.ts";
import { ChangeRequests } from "./consent/change-requests.ts";
import { endedTokens } from "./consent/ended-tokens.ts";
import { Scheduled } from "./consent/scheduled.ts";
import { keyOf } from "../contract/snapshot.ts";
import { Proposals } from "./consent/proposals.ts";
import { Ending } from "./notify/ending.ts";
import { Webhooks } from "./notify/webhooks.ts";
import { type BackgroundBindings, BackgroundWork } from "./publish/background-work.ts";
import { BodyMaker } from "./publish/body.ts";
import { Alerts } from "./release/alerts.ts";
import { GateWebhooks } from "./release/gate-webhooks.ts";
import { Releases } from "./release/releases.ts";
import { EnvironmentStore } from "./store/environment-store.ts";
import { Usage } from "./store/usage.ts";
import { packing } from "./write/packing.ts";
import { Writer } from "./writer.ts";

/** What an environment's object is bound to. */
export type Bound = BackgroundBindings & {
  ALLOW_LOCAL_WEBHOOKS?: string;
  ADMIN_TOKEN?: string;
  ACCESS_ROLES?: string;
};

/** What an environment's object is made of. Each part knows the store, and those below it that it is given here. */
export type Parts = {
  store: EnvironmentStore;
  bodies: BodyMaker;
  usage: Usage;
  background: BackgroundWork;
  webhooks: Webhooks;
  releases: Releases;
  alerts: Alerts;
  proposals: Proposals;
  requests: ChangeRequests;
  scheduled: Scheduled;
  writer: Writer;
};

export function assemble(ctx: DurableObjectState, env: Bound): Parts {
  const allowLocal = Boolean(env.ALLOW_LOCAL_WEBHOOKS);
  const store = new EnvironmentStore(ctx.storage, () => Date.now());
  const bodies = new BodyMaker(store.sql);
  const usage = new Usage(store.sql);
  store.onRead((state) => bodies.begin(state));
  store.onRollback(() => bodies.forget());
  store.onRollback(() => usage.reload());
  const background = new BackgroundWork(ctx, store, bodies, usage, env);
  const webhooks = new Webhooks(store, { background, allowLocal });
  store.onCommit(({ state, entries, actor, comment }) => {
    const changed = entries.some(({ kind }) => kind === "flag" || kind === "segment");
    if (!changed || !webhooks.wanted(OF_CHANGES)) return;
    for (const notice of changesTold(state, entries, actor, comment)) webhooks.announce([notice]);
  });
  const verdicts = new Verdicts({
    now: store.now,
    counters: () => countersOf(env.COUNTER, store.state()!.head),
    names: async () => countersOf(env.COUNTER, store.state()!.head)[0]!.names(),
    metrics: () => store.state()?.settings.metrics ?? [],
    releases: () => store.state()?.releases ?? new Map(),
    timeline: (id) => store.auditReader.timeline(id),
  });
  const releases = new Releases(store, {
    background,
    webhooks,
    gates: new GateWebhooks(store, { background, allowLocal }),
    judge: (release) => verdicts.of(release),
    endedTokens: (ids) => endedTokens(env.WORKSPACE, ids),
    allowLocal,
  });
  const proposals = new Proposals(store);
  const requests = new ChangeRequests(store, background, webhooks);
  const scheduled = new Scheduled(store, {
    background,
    webhooks,
    endedTokens: (ids) => endedTokens(env.WORKSPACE, ids),
    settings: { root: env.ADMIN_TOKEN, roles: env.ACCESS_ROLES },
  });
  const replays = new Replays(store.sql, { run: (work) => store.transaction(work) }, packing(store.sql, store.texts));
  const writer = new Writer({ store, replays, proposals, requests, scheduled, releases, usage, background });
  background.attend({
    releases,
    webhooks,
    ending: new Ending(store, {
      webhooks,
      background,
      expire: (environment, actor) => env.WORKSPACE.getByName(keyOf.workspaceObject).expire(environment, actor),
    }),
    scheduled: {
      due: () => scheduled.due(),
      run: () => scheduled.run((steps, write) => writer.approved(steps, write)),
    },
  });
  return {
    store,
    bodies,
    usage,
    background,
    webhooks,
    releases,
    alerts: new Alerts(store, releases, webhooks),
    proposals,
    requests,
    scheduled,
    writer,
  };
}
