import type { Caller } from "../contract/action.ts";
import type { FlagView } from "../contract/admin.ts";
import type { Metric } from "../contract/metric.ts";
import { LIMITS } from "../contract/limits.ts";
import type { Problem, Refusal } from "../contract/problem.ts";
import { keyOf } from "../contract/snapshot.ts";
import { within } from "../snapshot/deadline.ts";
import { callerOf } from "../contract/write.ts";
import { countersOf } from "../metrics/counter.ts";
import { type Preconditions } from "../durable/precondition.ts";
import { Alarm } from "../durable/alarm.ts";
import { Replays } from "../durable/replays.ts";
import { makeTables, openTables } from "../durable/schema.ts";
import { Transactions } from "../durable/transactions.ts";
import { Alerts } from "./release/alerts.ts";
import { AuditReader } from "./store/audit-reader.ts";
import { beginning } from "./write/beginning.ts";
import { type Body, BodyMaker } from "./publish/body.ts";
import { putsOf } from "./write/change.ts";
import { ChangeRequests } from "./consent/change-requests.ts";
import { flagView, withActions } from "./read/flag-view.ts";
import { GateWebhooks } from "./release/gate-webhooks.ts";
import { AuditLog } from "./store/audit-log.ts";
import { withMetric, withoutMetric } from "./write/metrics.ts";
import { packing } from "./write/packing.ts";
import { planPartly } from "./write/plan-partial.ts";
import { type Step, targetOf } from "./write/change-target.ts";
import { plan } from "./write/plan-write.ts";
import { differencesOf, shown, summaryOf, unmetBy, unmetByWhole, viewOf } from "./read/environment-state.ts";
import { changesTold, OF_CHANGES } from "./changes-told.ts";
import { noticesOf } from "./notify/notices.ts";
import type { Applied, SettingsPatch, Summary, Write, Written } from "./rpc.ts";
import { Past } from "./store/past.ts";
import { Proposals } from "./consent/proposals.ts";
import { Scheduled } from "./consent/scheduled.ts";
import { ReleaseStore } from "./store/release-store.ts";
import { ENVIRONMENT_MIGRATIONS, ENVIRONMENT_SIGN } from "./store/schema.ts";
import { Releases } from "./release/releases.ts";
import { reconfigured } from "./write/settings.ts";
import { ContentStore } from "./store/content-store.ts";
import { readTransfer } from "./write/transfer.ts";
import { takeTurns } from "../durable/turn.ts";
import type { Bound } from "./bound.ts";
import { BackgroundWork, type WorkspaceOfEnvironment } from "./publish/background-work.ts";
import { Usage } from "./store/usage.ts";
import { Verdicts } from "../judging/verdicts.ts";
import { Webhooks } from "./notify/webhooks.ts";
import { EMPTY, type Entry, type EnvironmentState, type Stamp, writtenAt } from "./store/state.ts";

/** How long Workspace may take to say whose consent counts. */
const WORKSPACE_MS = 10_000;

const FULL: Refusal = {
  ok: false,
  problem: {
    type: "conflict",
    detail:
      "The environment's storage is nearly full. What is left is kept for un-releasing, pausing and disabling; export it, and go on in a new environment.",
  },
};

export const NOWHERE: Refusal = { ok: false, problem: { type: "not-found", detail: "There is no such environment." } };

/**
 * What an environment's object is made of, and its one way of writing: a synchronous transaction of precondition, plan,
 * log, what is in force, version, alarm. Memory follows only after it. What was committed goes to relays and KV in the
 * background; the alarm heals what didn't get there.
 */
export class Writer {
  readonly #ctx: DurableObjectState;
  readonly #transactions: Transactions;
  readonly #workspace: WorkspaceOfEnvironment;
  readonly auditLog: AuditLog;
  readonly texts: ContentStore;
  readonly usage: Usage;
  readonly auditReader: AuditReader;
  readonly past: Past;
  readonly #replays: Replays;
  readonly #maker: BodyMaker;
  readonly background: BackgroundWork;
  readonly webhooks: Webhooks;
  readonly alerts: Alerts;
  readonly proposals: Proposals;
  readonly requests: ChangeRequests;
  readonly scheduled: Scheduled;
  readonly #verdicts: Verdicts;
  readonly releases: Releases;
  readonly #gateWebhooks: GateWebhooks;
  /** undefined: not read yet. null: there is none. */
  #loaded: EnvironmentState | null | undefined;
  #made: Body | undefined;

  constructor(ctx: DurableObjectState, env: Bound) {
    const sql = openTables(ctx.storage, ENVIRONMENT_MIGRATIONS, ENVIRONMENT_SIGN);
    this.#ctx = ctx;
    this.#transactions = new Transactions(ctx.storage);
    this.#workspace = env.WORKSPACE;
    this.auditLog = new AuditLog(sql);
    this.texts = new ContentStore(sql);
    this.usage = new Usage(sql);
    this.auditReader = new AuditReader(sql);
    this.past = new Past(sql);
    this.#replays = new Replays(sql, this.#transactions, packing(sql, this.texts));
    this.#maker = new BodyMaker(sql);
    this.background = new BackgroundWork(ctx, {
      sql,
      alarm: new Alarm(ctx),
      kv: env.SNAPSHOTS,
      workspace: env.WORKSPACE,
      relays: env.RELAY,
      counters: env.COUNTER,
      auditLog: this.auditLog,
      usage: this.usage,
      present: () => this.present(),
      body: (present) => this.body(present),
      releases: {
        due: () => this.scheduled.due(this.releases.due()),
        run: async (all) => {
          await this.scheduled.run();
          await this.releases.run(all);
        },
        live: () => this.releases.live() || this.scheduled.due(null) !== null,
      },
      webhooks: { due: () => this.webhooks.due(), run: () => this.webhooks.run() },
    });
    this.webhooks = new Webhooks({
      sql,
      allowLocal: Boolean(env.ALLOW_LOCAL_WEBHOOKS),
      present: () => this.present(),
      commit: (present, entry, stamp, write) => this.commit(present, [entry], stamp, write),
      unmet: (present, write) => this.unmet(present, write),
      arm: () => this.background.arm(),
      begin: () => this.background.told(),
    });
    this.alerts = new Alerts({
      sql,
      present: () => this.present(),
      note: (...about) => this.auditLog.gaveSecret(...about),
      announce: (notices) => this.webhooks.announce(notices),
      drive: (command, write) => this.releases.perform(this.present()!, command, write),
    });
    this.proposals = new Proposals(sql);
    this.requests = new ChangeRequests({
      sql,
      note: (...about) => {
        this.auditLog.became("changeRequest", ...about);
        this.background.nudge();
      },
      announce: (notices) => this.webhooks.announce(notices),
      apply: (steps, write) => this.#approved(steps, write),
      release: (command, write) => this.releases.perform(this.present()!, command, write),
      configure: (patch, write) => this.#configured(this.present()!, patch, write),
      schedule: (what, write) => this.scheduled.add(this.present()!, what, write, true),
    });
    this.scheduled = new Scheduled({
      sql,
      now: () => Date.now(),
      present: () => this.present(),
      transaction: (work) => this.transaction(work),
      note: (...about) => this.auditLog.became("scheduledChange", ...about),
      announce: (notices) => this.webhooks.announce(notices),
      arm: () => this.background.arm(),
      apply: (steps, write) => this.#approved(steps, write),
      endedTokens: (ids) => this.endedTokens(ids),
      settings: { root: env.ADMIN_TOKEN, roles: env.ACCESS_ROLES },
    });
    this.#verdicts = new Verdicts({
      now: () => Date.now(),
      counters: () => countersOf(env.COUNTER, this.present()!.head),
      names: () => countersOf(env.COUNTER, this.present()!.head)[0]!.names(),
      metrics: () => this.present()?.settings.metrics ?? [],
      releases: () => this.present()?.releases ?? new Map(),
      timeline: (id) => this.auditReader.timeline(id),
    });
    this.releases = new Releases({
      now: () => Date.now(),
      present: () => this.present(),
      transaction: (work) => this.transaction(work),
      commit: (next, entries, write) => void this.commit(next, entries, this.stamp(next, write), write),
      keep: (next, release) => {
        this.auditLog.keepRelease(release);
        this.#loaded = next;
        this.background.arm();
      },
      judge: (release) => this.#verdicts.of(release),
      outside: (release, effects) => {
        this.webhooks.announce(noticesOf(this.present()?.head.name ?? "", release, effects, Date.now()));
        this.#gateWebhooks.add(release, effects);
      },
      allowLocal: Boolean(env.ALLOW_LOCAL_WEBHOOKS),
      files: new ReleaseStore(sql),
      timeline: (id) => this.auditReader.timeline(id),
    });
    this.#gateWebhooks = new GateWebhooks({
      now: () => Date.now(),
      allowLocal: Boolean(env.ALLOW_LOCAL_WEBHOOKS),
      present: () => this.present(),
      begin: (work) => ctx.waitUntil(takeTurns().then(work)),
      answered: (flag, id, event) => this.releases.take(flag, id, event),
    });
    this.#transactions.follow(() => {
      this.#loaded = undefined; // what is in force is what the tables say
      this.#made = undefined;
      this.usage.reload();
      this.releases.forget();
      this.background.reload();
    });
  }

  readonly page = (ref: string): Uint8Array => this.texts.bytes(ref);

  present(): EnvironmentState | null {
    if (this.#loaded === undefined) this.#loaded = this.auditLog.load() ?? null;
    return this.#loaded;
  }

  body(present: EnvironmentState): Body {
    if (this.#made?.version !== present.head.version) this.#made = this.#maker.make(present);
    return this.#made;
  }

  /** Time doesn't go back from one version to the next, whatever the machine's clock does. */
  stamp({ head }: EnvironmentState, { actor }: Write): Stamp {
    return { version: head.version + 1, at: Math.max(Date.now(), head.at), by: actor.name.toWellFormed() };
  }

  /** Whether storage has come so near to its limit that the rest is kept for what must always be possible. */
  #isFull(): boolean {
    return this.#ctx.storage.sql.databaseSize > LIMITS.storageBytes;
  }

  /**
   * A write: what it came to where it was made before, else what `make` comes to, in one transaction.
   *
   * @param urgent it takes back, turns off or pauses: made also when storage is nearly full
   */
  write<T extends Written>(
    write: Write,
    make: (present: EnvironmentState, stamp: Stamp) => T | Refusal,
    urgent = false,
  ): T | Refusal {
    const present = this.present();
    if (!present) return NOWHERE;
    if (this.#isFull() && !urgent) return FULL;
    return this.#replays.once(write, Date.now(), () => {
      const refused = this.proposals.refuse(present, write);
      if (refused) return refused;
      const result = make(present, this.stamp(present, write));
      if (result.ok) this.proposals.committed(write);
      return result;
    });
  }

  /** Runs a transaction. Memory is as storage is, also when it fails. */
  transaction<T>(work: () => T): T {
    return this.#transactions.run(work);
  }

  /**
   * Belongs into a transaction. SQLite keeps no lone surrogates, and what the log's hash was made of must be what is
   * read back.
   */
  commit(candidate: EnvironmentState, made: Entry[], { version, at, by }: Stamp, write: Write): EnvironmentState {
    const { actor, comment, action } = write;
    const entries = action === undefined ? made : made.map((entry) => ({ ...entry, action }));
    const next: EnvironmentState = { ...candidate, head: { ...candidate.head, version, at } };
    const who = { id: actor.id.toWellFormed(), name: by, via: actor.via };
    this.auditLog.record(next, entries, { actor: who, comment: comment.toWellFormed() });
    this.background.committed();
    this.#loaded = next;
    if (entries.some(({ kind }) => kind === "flag" || kind === "segment") && this.webhooks.wanted(OF_CHANGES))
      for (const notice of changesTold(next, entries, who, comment.toWellFormed())) this.webhooks.announce([notice]);
    return next;
  }

  /** Which of these tokens don't hold any more, as Workspace knows. Nothing is asked where there are none. */
  async endedTokens(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const workspace = this.#workspace.getByName(keyOf.workspaceObject);
    const holding = await within(workspace.holdingTokens(ids), WORKSPACE_MS);
    return ids.filter((id) => !holding.includes(id));
  }

  unmet(present: EnvironmentState, write: Preconditions): Problem | undefined {
    return unmetByWhole(present, write, () => this.auditReader.newest());
  }

  summary(present: EnvironmentState): Summary {
    return { ...summaryOf(present, this.auditReader.newest()), propagated: this.background.propagated() };
  }

  /** @param caller who is to be told what they may do with it */
  view(stored: FlagView, present: EnvironmentState, caller?: Caller): FlagView {
    return withActions(flagView(stored, present, this.usage, Date.now()), present, caller);
  }

  /** Makes changes in the open transaction of their write. */
  apply(changes: Step[], write: Write, present: EnvironmentState, stamp: Stamp, approved = false): Applied | Refusal {
    const { batch = changes.length > 1 } = write;
    const [only] = batch ? [] : changes;
    const problem = only ? unmetBy(present, only, write) : this.unmet(present, write);
    if (problem) return { ok: false, problem };
    const planned = write.partial
      ? planPartly(present.state, changes, stamp)
      : plan(present.state, changes, stamp, batch);
    if (!planned.ok) return planned;
    const { state, writes } = planned;
    const changed = writes.length > 0 && !write.dryRun;
    const waits = changed && !approved ? this.requests.postpone(present, changes, writes, write) : undefined;
    if (waits) return waits.ok ? { ...waits, created: false } : waits;
    const made = changed ? this.commit({ ...present, state }, writes, stamp, write) : present;
    const next = changed ? this.releases.follow(made, writes, write.actor) : made;
    const written = {
      ...writtenAt(next),
      changed,
      ...(write.diff && { diff: differencesOf(writes) }),
      ...(planned.leftOut && { leftOut: planned.leftOut }),
    };
    if (!only) {
      const summary = this.summary(next);
      return { ...written, created: false, etag: `"${written.revision}"`, summary };
    }
    const target = targetOf(only);
    const left = write.dryRun ? { ...present, state } : next;
    const created = !viewOf(present.state, target) && viewOf(left.state, target) !== undefined;
    const { flag, ...rest } = shown(left, target);
    return { ...written, created, ...rest, ...(flag && { flag: this.view(flag, left, callerOf(write)) }) };
  }

  /** Makes changes that wait for nobody any more, in the open transaction. */
  #approved(steps: Step[], write: Write): Applied | Refusal {
    const present = this.present()!;
    return this.apply(steps, write, present, this.stamp(present, write), true);
  }

  /** Creates the environment, with what `transfer` of another one gave. Its version is 1 then. */
  async seed(text: ReadableStream<Uint8Array> | null, write: Write, description: string): Promise<Written | Refusal> {
    const copy = text ? await readTransfer(text, () => false, this.page) : { flags: [], segments: [] };
    if (this.present() || this.auditLog.exists())
      return { ok: false, problem: { type: "conflict", detail: "The environment exists already." } };
    const { nothing, begin } = beginning(this.#ctx.id.name, description, Date.now());
    const stamp = this.stamp(nothing, write);
    const planned = plan(EMPTY, putsOf(copy), stamp, true);
    if (!planned.ok) return planned;
    const first = { ...nothing, state: planned.state };
    makeTables(this.#ctx.storage, ENVIRONMENT_MIGRATIONS);
    return this.transaction(() => {
      const next = this.commit(first, [begin, ...planned.writes], stamp, write);
      return { ...writtenAt(next), changed: true };
    });
  }

  /** Ends the environment at once. What it has in KV and in storage is deleted in the background. */
  destroy(): void {
    const present = this.present();
    if (!present) return;
    this.transaction(() => {
      this.auditLog.delete(Date.now());
      this.background.deleted();
    });
    this.#loaded = null;
    this.#made = undefined;
  }

  /** Changes the description, and what may be kept of contexts; what was kept under another setting is forgotten. */
  configure(patch: SettingsPatch, write: Write): (Written & { summary: Summary }) | Refusal {
    return this.write(write, (present) => {
      const problem = this.unmet(present, write);
      if (problem) return { ok: false, problem };
      const waits = this.requests.postponeSettings(present, patch, write);
      if (waits) return waits.ok ? { ...waits, summary: this.summary(present) } : waits;
      return this.#configured(present, patch, write);
    });
  }

  #configured(present: EnvironmentState, patch: SettingsPatch, write: Write): Written & { summary: Summary } {
    const made = reconfigured(present.head.name, present.settings, patch);
    if (made?.resampled) this.usage.forget();
    const next = made
      ? this.commit({ ...present, settings: made.settings }, [made.entry], this.stamp(present, write), write)
      : present;
    return { ...writtenAt(next), changed: made !== undefined, summary: this.summary(next) };
  }

  /** Defines an outcome, or, given its name, ends its definition. */
  defineMetric(metric: Metric | string, write: Write): (Written & { created: boolean }) | Refusal {
    return this.write(write, (present, stamp) => {
      const problem = this.unmet(present, write);
      if (problem) return { ok: false, problem };
      const { settings } = present;
      const made =
        typeof metric === "string" ? withoutMetric(settings.metrics, metric) : withMetric(settings.metrics, metric);
      if (!made.ok) return made;
      const { metrics, entry, created } = made;
      const next = entry
        ? this.commit({ ...present, settings: { ...settings, metrics } }, [entry], stamp, write)
        : present;
      return { ...writtenAt(next), changed: entry !== undefined, created };
    });
  }
}
