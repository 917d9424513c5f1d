import { DurableObject } from "cloudflare:workers";
import type { CountedSegment, FlagView, KeyView } from "../contract/admin.ts";
import type { Alert, AlertView } from "../contract/alert.ts";
import type { AuditEntry, Verdict, VersionEntry } from "../contract/audit.ts";
import type { Actor, Change } from "../contract/change.ts";
import type { ChangeRequestDetail } from "../contract/change-request.ts";
import type { Effect } from "../contract/evaluation.ts";
import type { JsonObject } from "../contract/json.ts";
import type { Metric } from "../contract/metric.ts";
import type { Problem, Refusal } from "../contract/problem.ts";
import type { Confirmation } from "../contract/relay.ts";
import type { PlanView, ReleaseView } from "../contract/release.ts";
import { type Pointer, SNAPSHOT_FORMAT } from "../contract/snapshot.ts";
import type { WebhookView } from "../contract/webhook.ts";
import type { Explanation } from "../core/explain.ts";
import { type CounterObjects, countersOf } from "../metrics/counter.ts";
import type { RelayObjects } from "../relay/relay.ts";
import { type Preconditions, unmet } from "../core/precondition.ts";
import type { EventOf } from "../core/release/state.ts";
import { Replays } from "../snapshot/replays.ts";
import { type About, Alerts, type Message, type Standing } from "./alerts.ts";
import { Archive } from "./archive.ts";
import { beginning } from "./beginning.ts";
import { type Body, BodyMaker } from "./body.ts";
import { putsOf } from "./change.ts";
import {
  ChangeRequests,
  type Decision,
  type DecisionAnswer,
  type RequestPage,
  type RequestQuery,
} from "./change-requests.ts";
import { counted } from "./counted.ts";
import { explained } from "./explained.ts";
import { withoutPastReleases } from "./expose.ts";
import { flagView } from "./flag-view.ts";
import { Inquiries } from "./inquiries.ts";
import { keyView, withKey, withoutKey } from "./keys.ts";
import { type Entry, Ledger, type Present } from "./ledger.ts";
import { listFlags, listMembers, listSegments } from "./list.ts";
import { withMetric, withoutMetric } from "./metrics.ts";
import { noteOverride } from "./override.ts";
import { packing } from "./packing.ts";
import { planPartly } from "./partly.ts";
import { type Step, targetOf } from "./place.ts";
import { EMPTY, plan, type Stamp } from "./plan.ts";
import {
  differencesOf,
  documentOf,
  shown,
  summaryOf,
  tagOf,
  transferOf,
  unmetBy,
  unmetByWhole,
  viewOf,
  writtenAt,
} from "./present.ts";
import { noticesOf } from "./notices.ts";
import { preview } from "./preview.ts";
import type {
  Applied,
  AuditQuery,
  Exported,
  FlagQuery,
  LogQuery,
  MembersPage,
  MembersQuery,
  NewKey,
  NewOverride,
  SegmentQuery,
  SettingsPatch,
  Summary,
  UsageReport,
  Write,
  Written,
} from "./rpc.ts";
import { ReleaseFiles } from "./release-files.ts";
import { type Page, type ReleaseCommand, type Released, Releases } from "./releases.ts";
import { reconfigured } from "./settings.ts";
import { Texts } from "./texts.ts";
import { readTransfer } from "./transfer.ts";
import { takeTurns } from "./turn.ts";
import { Upkeep } from "./upkeep.ts";
import { Usage } from "./usage.ts";
import { Verdicts } from "./verdicts.ts";
import {
  type DeliveryPage,
  type DeliveryQuery,
  type WebhookAnswer,
  type WebhookCommand,
  Webhooks,
} from "./webhooks.ts";

const NO_VERSION: Refusal = { ok: false, problem: { type: "not-found", detail: "There is no such version." } };
const NOWHERE: Refusal = { ok: false, problem: { type: "not-found", detail: "There is no such environment." } };

/**
 * The one writer of an environment. Its name is `<environment>/<incarnation>`; it exists from `seed` to `destroy`.
 *
 * A write is one synchronous transaction: precondition, plan, log, what is in force, version, alarm. Memory follows
 * only after it. What was committed goes to relays and KV in the background; the alarm heals what didn't get there.
 */
export class Environment extends DurableObject<{
  SNAPSHOTS: KVNamespace;
  RELAY: RelayObjects;
  COUNTER: CounterObjects;
  ALLOW_LOCAL_WEBHOOKS?: string;
}> {
  readonly #ledger = new Ledger(this.ctx.storage.sql);
  readonly #texts = new Texts(this.ctx.storage.sql);
  readonly #usage = new Usage(this.ctx.storage.sql);
  readonly #archive = new Archive(this.ctx.storage.sql);
  readonly #replays = new Replays(this.ctx.storage, packing(this.ctx.storage.sql));
  readonly #maker = new BodyMaker(this.ctx.storage.sql);
  readonly #upkeep = new Upkeep(this.ctx, {
    kv: this.env.SNAPSHOTS,
    relays: this.env.RELAY,
    counters: this.env.COUNTER,
    ledger: this.#ledger,
    usage: this.#usage,
    present: () => this.#present(),
    body: (present) => this.#body(present),
    releases: { due: () => this.#releases.due(), run: () => this.#releases.run() },
    webhooks: { due: () => this.#webhooks.due(), run: () => this.#webhooks.run() },
  });
  readonly #webhooks = new Webhooks({
    sql: this.ctx.storage.sql,
    allowLocal: Boolean(this.env.ALLOW_LOCAL_WEBHOOKS),
    present: () => this.#present(),
    commit: (present, entry, stamp, write) => this.#commit(present, [entry], stamp, write),
    unmet: (present, write) => this.#unmet(present, write),
    arm: () => this.#upkeep.arm(),
    begin: () => this.#upkeep.told(),
  });
  readonly #alerts = new Alerts({
    sql: this.ctx.storage.sql,
    present: () => this.#present(),
    note: (...about) => this.#ledger.gaveSecret(...about),
    announce: (notices) => this.#webhooks.announce(notices),
    drive: (command, write) => this.#releases.perform(this.#present()!, command, write),
  });
  readonly #requests = new ChangeRequests({
    sql: this.ctx.storage.sql,
    note: (...about) => this.#ledger.requested(...about),
    announce: (notices) => this.#webhooks.announce(notices),
    apply: (steps, write) => {
      const present = this.#present()!;
      return this.#apply(steps, write, present, this.#stamp(present, write), true);
    },
    release: (command, write) => this.#releases.perform(this.#present()!, command, write),
  });
  readonly #verdicts = new Verdicts({
    now: () => Date.now(),
    counters: () => countersOf(this.env.COUNTER, this.#present()!.head),
    metrics: () => this.#present()?.settings.metrics ?? [],
    releases: () => this.#present()?.releases ?? new Map(),
    timeline: (id) => this.#archive.timeline(id),
  });
  readonly #releases = new Releases({
    now: () => Date.now(),
    present: () => this.#present(),
    transaction: (work) => this.#whole(() => this.ctx.storage.transactionSync(work)),
    commit: (next, entries, write) => void this.#commit(next, entries, this.#stamp(next, write), write),
    keep: (next, release) => {
      this.#ledger.keepRelease(release);
      this.#loaded = next;
      this.#upkeep.arm();
    },
    judge: (release) => this.#verdicts.of(release),
    outside: (release, effects) => {
      this.#webhooks.announce(noticesOf(this.#present()?.head.name ?? "", release, effects, Date.now()));
      this.#inquiries.add(release, effects);
    },
    allowLocal: Boolean(this.env.ALLOW_LOCAL_WEBHOOKS),
    files: new ReleaseFiles(this.ctx.storage.sql),
    timeline: (id) => this.#archive.timeline(id),
  });
  readonly #inquiries = new Inquiries({
    now: () => Date.now(),
    allowLocal: Boolean(this.env.ALLOW_LOCAL_WEBHOOKS),
    present: () => this.#present(),
    begin: (work) => this.ctx.waitUntil(takeTurns().then(work)),
    answered: (flag, id, event) => this.#releases.take(flag, id, event),
  });
  /** undefined: not read yet. null: there is none. */
  #loaded: Present | null | undefined;
  #made: Body | undefined;

  /** What is current, for a relay that holds some version; null when there is no such environment, or no more. */
  async inform(relay: string, holds: number): Promise<Confirmation | null> {
    return this.#present() && this.#upkeep.inform(relay, holds);
  }

  /** What is current; null when there is no such environment, or no more. */
  async pointer(): Promise<Pointer | null> {
    const present = this.#present();
    if (!present) return null;
    const { incarnation, version } = present.head;
    return { format: SNAPSHOT_FORMAT, incarnation, version, stored: this.#upkeep.stored() };
  }

  /** The text of the current body, when that is of this version or a newer one. */
  async body(version: number): Promise<string | null> {
    const present = this.#present();
    return present && version <= present.head.version ? this.#body(present).text : null;
  }

  /** The listed members that the current body goes with, when they have this hash. */
  async members(hash: string): Promise<ArrayBuffer | null> {
    const present = this.#present();
    const members = present && this.#body(present).members;
    return members?.hash === hash ? new Uint8Array(members.bytes()).buffer : null;
  }

  /** Makes changes, all or none, and at most one version. Durable when it is answered. */
  async apply(changes: Change[], write: Write): Promise<Applied | Refusal> {
    return this.#withPreview(this.#write(write, (present, stamp) => this.#apply(changes, write, present, stamp)));
  }

  #apply(changes: Step[], write: Write, present: Present, stamp: Stamp, approved = false): Applied | Refusal {
    const { batch = changes.length > 1 } = write;
    const [only] = batch ? [] : changes;
    const problem = only ? unmetBy(present, only, write) : this.#unmet(present, write);
    if (problem) return { ok: false, problem };
    const planned = write.partial
      ? planPartly(present.state, changes, stamp)
      : plan(present.state, changes, stamp, batch);
    if (!planned.ok) return planned;
    const { state, writes } = planned;
    const changed = writes.length > 0 && !write.dryRun;
    const waits = changed && !approved ? this.#requests.postpone(present, changes, writes, write) : undefined;
    if (waits) return waits.ok ? { ...waits, created: false } : waits;
    const made = changed ? this.#commit({ ...present, state }, writes, stamp, write) : present;
    const next = changed ? this.#releases.follow(made, writes, write.actor) : made;
    const written = {
      ...writtenAt(next),
      changed,
      ...(write.diff && { diff: differencesOf(writes) }),
      ...(planned.leftOut && { leftOut: planned.leftOut }),
    };
    if (!only) {
      const summary = this.#summary(next);
      return { ...written, created: false, etag: `"${written.revision}"`, summary };
    }
    const target = targetOf(only);
    const created = !viewOf(present.state, target) && viewOf(next.state, target) !== undefined;
    const { flag, ...rest } = shown(next, target);
    return { ...written, created, ...rest, ...(flag && { flag: this.#view(flag, next) }) };
  }

  /** Creates or drives a release, or writes a plan. */
  async release(command: ReleaseCommand, write: Write): Promise<Released | Refusal> {
    const made = this.#write<Released>(write, (present) => {
      const tried = this.#releases.tried(present, command, write);
      if (!tried.ok) return tried;
      const waits = this.#requests.postponeRelease(present, command, write);
      if (waits) return waits.ok ? { ...waits, created: false } : waits;
      return this.#releases.perform(present, command, write);
    });
    return this.#withPreview(made);
  }

  /** Gives a flag's latest release the secret that alerts about it are signed with. No version is made. */
  async giveAlertSecret(about: About, secret: string, write: Write): Promise<Written | Refusal> {
    return this.#write(write, (present, { at }) => this.#alerts.give(present, about, secret, write, at));
  }

  /** Whether an alert is signed with the release's secret, now, and hasn't been taken before. */
  async judgeAlert(message: Message): Promise<Standing> {
    return this.#alerts.judge(message);
  }

  /** Does what an alert wants, once. */
  async takeAlert(message: Message, alert: Alert): Promise<{ ok: true; view: AlertView } | Refusal> {
    return this.#whole(() => this.ctx.storage.transactionSync(() => this.#alerts.take(message, alert)));
  }

  /** A flag's releases, latest first; null when there is no such flag. */
  async releases(flag: string, page: Page): Promise<{ releases: ReleaseView[]; next?: string } | null> {
    return this.#present()?.state.flags.has(flag) ? this.#releases.list(flag, page) : null;
  }

  async findRelease(flag: string, id: string): Promise<{ view: ReleaseView; etag: string } | null> {
    return this.#present() && this.#releases.find(flag, id);
  }

  async plans(): Promise<PlanView[]> {
    const present = this.#present();
    return present ? this.#releases.plans(present) : [];
  }

  async plan(name: string): Promise<{ view: PlanView; etag: string } | null> {
    const present = this.#present();
    return present && this.#releases.plan(present, name);
  }

  /** What the statistics say of a live release, or a webhook of one of its gates. */
  async releaseEvent(flag: string, id: string, event: EventOf<"judged"> | EventOf<"answered">): Promise<void> {
    if (this.#present()) this.#releases.take(flag, id, event);
  }

  /** Looks after all live releases, should their alarm have been lost. */
  async poke(): Promise<void> {
    if (!this.#present()) return;
    await this.#releases.run(true);
    this.#upkeep.arm();
  }

  async flag(key: string): Promise<{ view: FlagView; etag: string } | null> {
    const present = this.#present();
    const view = present?.state.flags.get(key);
    return present && view ? { view: this.#view(view, present), etag: `"${tagOf(present, view)}"` } : null;
  }

  async flags(query: FlagQuery): Promise<{ flags: FlagView[]; next?: string }> {
    const present = this.#present();
    const views = present ? Array.from(present.state.flags.values(), (view) => this.#view(view, present)) : [];
    return listFlags(views, query);
  }

  async segment(key: string): Promise<{ view: CountedSegment; etag: string } | null> {
    const present = this.#present();
    const view = present?.state.segments.get(key);
    return present && view ? { view: counted(view), etag: `"${tagOf(present, view)}"` } : null;
  }

  /** Some members of a list as it is, or was at the version that the page before was of; null without such a segment. */
  async segmentMembers(key: string, query: MembersQuery): Promise<MembersPage | null> {
    const stored = this.#present()?.state.segments.get(key);
    return stored ? listMembers(stored, query, (version) => this.#archive.segment(key, version)) : null;
  }

  async segments(query: SegmentQuery): Promise<{ segments: CountedSegment[]; next?: string }> {
    return listSegments(this.#present()?.state ?? EMPTY, query);
  }

  async keys(): Promise<KeyView[]> {
    return (this.#present()?.keys ?? []).map(keyView);
  }

  async createKey(key: NewKey, write: Write): Promise<(Written & { key: KeyView }) | Refusal> {
    return this.#write(write, (present, stamp) => {
      const { ifMatch } = write; // held against that in which it is made: of its own there is nothing yet
      const problem = this.#unmet(present, { ifMatch });
      const made = problem ? { ok: false as const, problem } : withKey(present.keys, key, stamp);
      if (!made.ok) return made;
      const next = this.#commit({ ...present, keys: made.keys }, [made.entry], stamp, write);
      return { ...writtenAt(next), changed: true, key: made.view };
    });
  }

  async deleteKey(id: string, write: Write): Promise<Written | Refusal> {
    return this.#write(write, (present, stamp) => {
      const made = withoutKey(present.keys, id);
      if (!made.ok) return made;
      const problem = unmet(write, tagOf(present, { version: this.#archive.keyMadeAt(id) }));
      if (problem) return { ok: false, problem };
      const next = this.#commit({ ...present, keys: made.keys }, [made.entry], stamp, write);
      return { ...writtenAt(next), changed: true };
    });
  }

  /** Changes the description, and what may be kept of contexts; what was kept under another setting is forgotten. */
  async configure(patch: SettingsPatch, write: Write): Promise<(Written & { summary: Summary }) | Refusal> {
    return this.#write(write, (present, stamp) => {
      const problem = this.#unmet(present, write);
      if (problem) return { ok: false, problem };
      const made = reconfigured(present.head.name, present.settings, patch);
      if (made?.resampled) this.#usage.forget();
      const next = made ? this.#commit({ ...present, settings: made.settings }, [made.entry], stamp, write) : present;
      const summary = this.#summary(next);
      return { ...writtenAt(next), changed: made !== undefined, summary };
    });
  }

  /** Changes that wait, or waited, for consent; newest first. */
  async changeRequests(query: RequestQuery): Promise<RequestPage> {
    const present = this.#present();
    return present ? this.#requests.list(present, query) : { requests: [] };
  }

  /** One of them, with what it would change, and for whom of the sample. */
  async changeRequest(id: string): Promise<ChangeRequestDetail | null> {
    const present = this.#present();
    const found = present && this.#requests.find(present, id);
    if (!found || found.steps.length === 0) return found?.view ?? null;
    const now = Date.now();
    const seen = await preview(present.state, found.steps, this.#usage.contexts(now), now, () => Date.now());
    return seen.ok ? { ...found.view, preview: { flags: seen.flags } } : found.view;
  }

  async decideChangeRequest(decision: Decision, write: Write): Promise<DecisionAnswer | Refusal> {
    return this.#write(write, (present) => {
      const problem = this.#unmet(present, write);
      return problem ? { ok: false, problem } : this.#requests.decide(present, decision, write);
    });
  }

  /** What a write came to; of one that waits for consent also what it would do. */
  async #withPreview<T extends Written>(result: T | Refusal): Promise<T | Refusal> {
    if (!result.ok || !result.postponed) return result;
    const postponed = (await this.changeRequest(result.postponed.id)) ?? result.postponed;
    return { ...result, postponed };
  }

  /** Sorted by id, which is the order in which they were made. */
  async webhooks(): Promise<{ view: WebhookView; etag: string }[]> {
    const present = this.#present();
    return present ? this.#webhooks.list(present) : [];
  }

  /** Messages to a webhook, newest first, or the one with an id; null when there is no such webhook. */
  async deliveries(webhook: string, query: DeliveryQuery): Promise<DeliveryPage | null> {
    return this.#present() && this.#webhooks.deliveries(webhook, query);
  }

  async changeWebhook(command: WebhookCommand, write: Write): Promise<WebhookAnswer | Refusal> {
    return this.#write(write, (present, stamp) => this.#webhooks.perform(present, command, write, stamp));
  }

  /** The outcomes that have been defined, sorted by name. */
  async metrics(): Promise<Metric[]> {
    return [...(this.#present()?.settings.metrics ?? [])];
  }

  /** Defines an outcome, or, given its name, ends its definition. */
  async defineMetric(metric: Metric | string, write: Write): Promise<(Written & { created: boolean }) | Refusal> {
    return this.#write(write, (present, stamp) => {
      const problem = this.#unmet(present, write);
      if (problem) return { ok: false, problem };
      const { settings } = present;
      const made =
        typeof metric === "string" ? withoutMetric(settings.metrics, metric) : withMetric(settings.metrics, metric);
      if (!made.ok) return made;
      const { metrics, entry, created } = made;
      const next = entry
        ? this.#commit({ ...present, settings: { ...settings, metrics } }, [entry], stamp, write)
        : present;
      return { ...writtenAt(next), changed: entry !== undefined, created };
    });
  }

  /** Takes what an isolate saw. */
  async observe(report: UsageReport): Promise<void> {
    const present = this.#present();
    if (!present) return;
    const now = Date.now();
    this.#usage.take(report, (key) => present.state.flags.has(key), now);
    const { sampling, salt } = present.settings;
    if (!sampling.enabled || report.salt !== salt || report.contexts.length === 0) return;
    this.#usage.keep(report.contexts, now);
    this.#upkeep.arm();
  }

  /** Puts an attempt that was refused for its role into the log; a few of each actor. It makes no version. */
  async refused(attempt: string, actor: Actor): Promise<void> {
    const head = this.#present()?.head;
    if (!head) return;
    const at = Math.max(Date.now(), head.at);
    this.ctx.storage.transactionSync(() => this.#ledger.refused({ ...head, at }, attempt, actor));
  }

  /** Puts into the log that an override is made. No version is made. */
  async overridden(override: NewOverride, write: Write): Promise<Written | Refusal> {
    return this.#write(write, (present, { at }) =>
      noteOverride(override, write, present, at, this.#unmet(present, write), this.#ledger),
    );
  }

  /** Entries of the log, newest first. A page may end before its limit, when what it shows gets long. */
  async audit(query: AuditQuery): Promise<{ entries: AuditEntry[]; next?: number }> {
    return this.#present() ? this.#archive.entries(query) : { entries: [] };
  }

  /** Whether the log is whole; null when there is no such environment. */
  async verify(): Promise<Verdict | null> {
    const present = this.#present();
    return present && this.#archive.verify(present.head.version);
  }

  async versions(query: LogQuery): Promise<{ versions: VersionEntry[]; next?: number }> {
    return this.#present() ? this.#archive.versions(query) : { versions: [] };
  }

  /** One version with all that was in force then, as JSON text in UTF-8; null when there is none. */
  async version(version: number): Promise<ReadableStream<Uint8Array> | null> {
    return this.#present() && this.#archive.version(version);
  }

  /** Brings back what was in force at a version, as a new one. Nothing happens where nothing differs. */
  async restoreVersion(version: number, write: Write): Promise<Applied | Refusal> {
    const changes = this.#present() && this.#archive.changesTo(version);
    if (!changes) return NO_VERSION;
    const how = { ...write, batch: true, action: "restoreVersion" };
    const restored = (present: Present, stamp: Stamp) =>
      this.#apply(withoutPastReleases(changes, present.releases), how, present, stamp);
    return this.#withPreview(this.#write(how, restored));
  }

  /** What all flags, or one, serve to a context and why; null when there is no such flag. */
  async explain(context: JsonObject, key?: string): Promise<Explanation[] | null> {
    return explained(this.#present()?.state ?? EMPTY, context, key, Date.now());
  }

  /** What changes would change for whom; without contexts, for those of the sample. Nothing is written. */
  async preview(changes: Change[], contexts?: JsonObject[]): Promise<{ ok: true; flags: Effect[] } | Refusal> {
    const present = this.#present();
    if (!present) return NOWHERE;
    const now = Date.now();
    return preview(present.state, changes, contexts ?? this.#usage.contexts(now), now, () => Date.now());
  }

  /** All live flags and segments as a document. */
  async document(): Promise<Exported | Refusal> {
    const present = this.#present();
    return present ? documentOf(present) : NOWHERE;
  }

  /** The same for `receive` and `seed` of another environment; with `flags` only those (null: all), and what they need. */
  async transfer(flags?: string[] | null): Promise<Exported | Refusal> {
    const present = this.#present();
    return present ? transferOf(present, flags) : NOWHERE;
  }

  /** Puts the flags and segments of a transfer (transfer.ts) in the place of those here: a batch of puts, segments first. */
  async receive(text: ReadableStream<Uint8Array>, write: Write): Promise<Applied | Refusal> {
    if (!this.#present()) return NOWHERE;
    const changes = putsOf(await readTransfer(text, (ref) => this.#texts.has(ref), this.#page));
    const how = { ...write, batch: true, diff: true };
    return this.#withPreview(this.#write(how, (present, stamp) => this.#apply(changes, how, present, stamp)));
  }

  async summary(): Promise<Summary | null> {
    const present = this.#present();
    return present && this.#summary(present);
  }

  /** Creates the environment, with what `transfer` of another one gave. Its version is 1 then. */
  async seed(text: ReadableStream<Uint8Array> | null, write: Write, description = ""): Promise<Written | Refusal> {
    const copy = text ? await readTransfer(text, () => false, this.#page) : { flags: [], segments: [] };
    if (this.#present() || this.#ledger.exists())
      return { ok: false, problem: { type: "conflict", detail: "The environment exists already." } };
    const { nothing, begin } = beginning(this.ctx.id.name, description, Date.now());
    const stamp = this.#stamp(nothing, write);
    const planned = plan(EMPTY, putsOf(copy), stamp, true);
    if (!planned.ok) return planned;
    const first = { ...nothing, state: planned.state };
    return this.ctx.storage.transactionSync(() => {
      const next = this.#commit(first, [begin, ...planned.writes], stamp, write);
      return { ...writtenAt(next), changed: true };
    });
  }

  /** Ends the environment at once. What it has in KV and in storage is deleted in the background. */
  async destroy(): Promise<void> {
    const present = this.#present();
    if (!present) return;
    this.ctx.storage.transactionSync(() => {
      this.#ledger.delete(Date.now());
      this.#upkeep.deleted();
    });
    this.#loaded = null;
    this.#made = undefined;
  }

  override async alarm(): Promise<void> {
    await this.#upkeep.alarm();
  }

  readonly #page = (ref: string): Uint8Array => this.#texts.bytes(ref);

  #present(): Present | null {
    if (this.#loaded === undefined) this.#loaded = this.#ledger.load() ?? null;
    return this.#loaded;
  }

  #body(present: Present): Body {
    if (this.#made?.version !== present.head.version) this.#made = this.#maker.make(present);
    return this.#made;
  }

  /** Time doesn't go back from one version to the next, whatever the machine's clock does. */
  #stamp({ head }: Present, { actor }: Write): Stamp {
    return { version: head.version + 1, at: Math.max(Date.now(), head.at), by: actor.name.toWellFormed() };
  }

  /** A write: what it came to where it was made before, else what `make` comes to, in one transaction. */
  #write<T extends Written>(write: Write, make: (present: Present, stamp: Stamp) => T | Refusal): T | Refusal {
    const present = this.#present();
    if (!present) return NOWHERE;
    return this.#whole(() => this.#replays.once(write, Date.now(), () => make(present, this.#stamp(present, write))));
  }

  /** Runs a transaction. Memory is as storage is, also when it fails. */
  #whole<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      this.#loaded = undefined; // nothing was written: what is in force is what the tables say
      this.#made = undefined;
      throw error;
    }
  }

  /**
   * Belongs into a transaction. SQLite keeps no lone surrogates, and what the log's hash was made of must be what is
   * read back.
   */
  #commit(candidate: Present, made: Entry[], { version, at, by }: Stamp, write: Write): Present {
    const { actor, comment, action } = write;
    const entries = action === undefined ? made : made.map((entry) => ({ ...entry, action }));
    const next: Present = { ...candidate, head: { ...candidate.head, version, at } };
    const who = { id: actor.id.toWellFormed(), name: by, via: actor.via };
    this.#ledger.record(next, entries, { actor: who, comment: comment.toWellFormed() });
    this.#upkeep.committed();
    this.#loaded = next;
    return next;
  }

  #unmet(present: Present, write: Preconditions): Problem | undefined {
    return unmetByWhole(present, write, () => this.#archive.newest());
  }

  #summary(present: Present): Summary {
    return { ...summaryOf(present, this.#archive.newest()), propagated: this.#upkeep.propagated() };
  }

  #view(stored: FlagView, present: Present): FlagView {
    return flagView(stored, present, this.#usage, Date.now());
  }
}

/**
 * The namespace as its callers see it. (The platform's own stub type maps every answer through a recursive type that
 * is too deep for condition trees; a stub is used through this one.)
 */
export type EnvironmentObjects = { getByName(name: string): Omit<Environment, keyof DurableObject> };
