import type { DurableObject } from "cloudflare:workers";
import type { Caller } from "../contract/action.ts";
import type { CountedSegment, FlagView, KeyView } from "../contract/admin.ts";
import type { Alert, AlertView } from "../contract/alert.ts";
import type { AuditEntry, Verdict, VersionEntry } from "../contract/audit.ts";
import type { Actor, Change } from "../contract/change.ts";
import type { Metric } from "../contract/metric.ts";
import type { Refusal } from "../contract/problem.ts";
import type { Confirmation } from "../contract/relay.ts";
import type { PlanView, ReleaseView } from "../contract/release.ts";
import { type Pointer, SNAPSHOT_FORMAT } from "../contract/snapshot.ts";
import type { WebhookView } from "../contract/webhook.ts";
import { endedTokens } from "./consent/ended-tokens.ts";
import { unmet } from "../durable/precondition.ts";
import type { EventOf } from "../core/release/state.ts";
import { type About, type AlertSecret, type Message } from "./release/alerts.ts";
import { type Decision, type DecisionAnswer, type RequestPage, type RequestQuery } from "./consent/change-requests.ts";
import { onlyLowers } from "./consent/consent.ts";
import type { Beginning } from "./write/beginning.ts";
import { counted } from "./write/counted.ts";
import { keyView, withKey, withoutKey } from "./write/keys.ts";
import { withActions } from "./read/flag-view.ts";
import { listFlags, listMembers, listSegments } from "./read/list.ts";
import { noteOverride } from "./write/override.ts";
import { documentOf, transferOf } from "./read/environment-state.ts";
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
import { type Page, type ReleaseCommand, type Released } from "./release/releases.ts";
import { type DeliveryPage, type DeliveryQuery, type WebhookAnswer, type WebhookCommand } from "./notify/webhooks.ts";
import { Overview } from "./overview.ts";
import { NOWHERE } from "./writer.ts";
import { EMPTY, tagOf, writtenAt } from "./store/state.ts";

/**
 * The one writer of an environment. Its name is `<environment>/<incarnation>`; it exists from `seed` to `destroy`.
 *
 * Here is what may be asked of it, parsed and encoded; what it is made of is put together in parts.ts.
 */
export class Environment extends Overview {
  /**
   * What is current, for a relay that holds some version; null when there is no such environment, or no more.
   *
   * @param deltas whether it may be told as what changed
   */
  async inform(relay: string, holds: number, deltas = false): Promise<Confirmation | null> {
    return this.store.state() && this.parts.background.inform(relay, holds, deltas);
  }

  /** What is current; null when there is no such environment, or no more. */
  async pointer(): Promise<Pointer | null> {
    const present = this.store.state();
    if (!present) return null;
    const { incarnation, version } = present.head;
    return { format: SNAPSHOT_FORMAT, incarnation, version, stored: this.parts.background.stored() };
  }

  /** The text of the current body, when that is of this version or a newer one. */
  async body(version: number): Promise<string | null> {
    const present = this.store.state();
    return present && version <= present.head.version ? this.parts.bodies.of(present).text() : null;
  }

  /** The listed members that the current body goes with, when they have this hash. */
  async members(hash: string): Promise<ArrayBuffer | null> {
    const present = this.store.state();
    const members = present && this.parts.bodies.of(present).members;
    return members?.hash === hash ? new Uint8Array(members.bytes()).buffer : null;
  }

  /** Makes changes, all or none, and at most one version. Durable when it is answered. */
  async apply(changes: Change[], write: Write): Promise<Applied | Refusal> {
    return this.withPreview(
      this.writer.write(
        write,
        (present, stamp) => this.writer.apply(changes, write, present, stamp),
        changes.every(onlyLowers),
      ),
    );
  }

  /** Creates or drives a release, or writes a plan. */
  async release(command: ReleaseCommand, write: Write): Promise<Released | Refusal> {
    const ended = this.store.state() ? await this.parts.releases.endedFor(command) : [];
    return this.withPreview(this.writer.release(command, write, ended));
  }

  /** Gives a flag's latest release the secret that alerts about it are signed with. No version is made. */
  async giveAlertSecret(about: About, secret: string, write: Write): Promise<Written | Refusal> {
    return this.writer.write(write, (present) => this.parts.alerts.give(present, about, secret, write));
  }

  /** What alerts are signed with, for isolates, which refuse those that aren't. */
  async alertSecrets(): Promise<AlertSecret[]> {
    return this.store.state() ? this.parts.alerts.secrets() : [];
  }

  /** Does what an alert wants, once. One that isn't signed is refused as unauthenticated. */
  async takeAlert(message: Message, alert: Alert | null): Promise<{ ok: true; view: AlertView } | Refusal> {
    return this.store.transaction(() => this.parts.alerts.take(message, alert));
  }

  /** A flag's releases, latest first; null when there is no such flag. */
  async releases(
    flag: string,
    page: Page,
    caller?: Caller,
  ): Promise<{ releases: ReleaseView[]; next?: string } | null> {
    return this.store.state()?.state.flags.has(flag) ? this.parts.releases.list(flag, page, caller) : null;
  }

  async findRelease(flag: string, id: string, caller?: Caller): Promise<{ view: ReleaseView; etag: string } | null> {
    return this.store.state() && this.parts.releases.find(flag, id, caller);
  }

  async plans(): Promise<PlanView[]> {
    const present = this.store.state();
    return present ? this.parts.releases.plans(present) : [];
  }

  async plan(name: string): Promise<{ view: PlanView; etag: string } | null> {
    const present = this.store.state();
    return present && this.parts.releases.plan(present, name);
  }

  /** What the statistics say of a live release, or a webhook of one of its gates. */
  async releaseEvent(flag: string, id: string, event: EventOf<"judged"> | EventOf<"answered">): Promise<void> {
    if (this.store.state()) await this.parts.releases.take(flag, id, event);
  }

  /** Does all that is to be done, whenever it was due: should the alarm have been lost. */
  async reconcile(): Promise<void> {
    await this.parts.background.alarm(true);
  }

  async flag(key: string, caller?: Caller): Promise<{ view: FlagView; etag: string } | null> {
    const present = this.store.state();
    const view = present?.state.flags.get(key);
    return present && view
      ? { view: this.writer.view(view, present, caller), etag: `"${tagOf(present, view)}"` }
      : null;
  }

  async flags(query: FlagQuery, caller?: Caller): Promise<{ flags: FlagView[]; next?: string }> {
    const present = this.store.state();
    if (!present) return { flags: [] };
    const views = Array.from(present.state.flags.values(), (view) => this.writer.view(view, present));
    return listFlags(views, query, (view) => withActions(view, present, caller));
  }

  async segment(key: string): Promise<{ view: CountedSegment; etag: string } | null> {
    const present = this.store.state();
    const view = present?.state.segments.get(key);
    return present && view ? { view: counted(view), etag: `"${tagOf(present, view)}"` } : null;
  }

  /** Some members of a list as it is, or was at the version that the page before was of; null without such a segment. */
  async segmentMembers(key: string, query: MembersQuery): Promise<MembersPage | null> {
    const stored = this.store.state()?.state.segments.get(key);
    return stored ? listMembers(stored, query, (version) => this.store.auditReader.segment(key, version)) : null;
  }

  async segments(query: SegmentQuery): Promise<{ segments: CountedSegment[]; next?: string }> {
    return listSegments(this.store.state()?.state ?? EMPTY, query);
  }

  async keys(): Promise<KeyView[]> {
    return (this.store.state()?.keys ?? []).map(keyView);
  }

  async createKey(key: NewKey, write: Write): Promise<(Written & { key: KeyView }) | Refusal> {
    return this.writer.write(write, (present, stamp) => {
      const { ifMatch } = write; // held against that in which it is made: of its own there is nothing yet
      const problem = this.store.unmet(present, { ifMatch });
      const made = problem ? { ok: false as const, problem } : withKey(present.keys, key, stamp);
      if (!made.ok) return made;
      const next = this.store.commit({ ...present, keys: made.keys }, [made.entry], stamp, write);
      return { ...writtenAt(next), changed: true, key: made.view };
    });
  }

  async deleteKey(id: string, write: Write): Promise<Written | Refusal> {
    return this.writer.write(write, (present, stamp) => {
      const made = withoutKey(present.keys, id);
      if (!made.ok) return made;
      const problem = unmet(write, tagOf(present, { version: this.store.auditReader.keyMadeAt(id) }));
      if (problem) return { ok: false, problem };
      const next = this.store.commit({ ...present, keys: made.keys }, [made.entry], stamp, write);
      return { ...writtenAt(next), changed: true };
    });
  }

  /** Changes the description, and what may be kept of contexts; what was kept under another setting is forgotten. */
  async configure(patch: SettingsPatch, write: Write): Promise<(Written & { summary: Summary }) | Refusal> {
    return this.withPreview(this.writer.configure(patch, write));
  }

  /** Changes that wait, or waited, for consent; newest first. */
  async changeRequests(query: RequestQuery): Promise<RequestPage> {
    const present = this.store.state();
    return present ? this.parts.requests.list(present, query) : { requests: [] };
  }

  async decideChangeRequest(decision: Decision, write: Write): Promise<DecisionAnswer | Refusal> {
    const tokens = this.store.state() ? this.parts.requests.consentingTokens(decision.id) : [];
    const ended = await endedTokens(this.env.WORKSPACE, tokens);
    return this.writer.decide({ ...decision, ended }, write);
  }

  /** Sorted by id, which is the order in which they were made. */
  async webhooks(): Promise<{ view: WebhookView; etag: string }[]> {
    const present = this.store.state();
    return present ? this.parts.webhooks.list(present) : [];
  }

  /** Messages to a webhook, newest first, or the one with an id; null when there is no such webhook. */
  async deliveries(webhook: string, query: DeliveryQuery): Promise<DeliveryPage | null> {
    return this.store.state() && this.parts.webhooks.deliveries(webhook, query);
  }

  async changeWebhook(command: WebhookCommand, write: Write): Promise<WebhookAnswer | Refusal> {
    return this.writer.write(write, (present, stamp) => this.parts.webhooks.perform(present, command, write, stamp));
  }

  /** The outcomes that have been defined, sorted by name. */
  async metrics(): Promise<Metric[]> {
    return [...(this.store.state()?.settings.metrics ?? [])];
  }

  /** Defines an outcome, or, given its name, ends its definition. */
  async defineMetric(metric: Metric | string, write: Write): Promise<(Written & { created: boolean }) | Refusal> {
    return this.writer.defineMetric(metric, write);
  }

  /** Takes what an isolate saw. */
  async recordUsage(report: UsageReport): Promise<void> {
    const present = this.store.state();
    if (!present) return;
    const now = this.store.now();
    const { sampling, salt } = present.settings;
    this.store.transaction(() => {
      this.parts.usage.take(report, (key) => present.state.flags.has(key), now);
      if (!sampling.enabled || report.salt !== salt || report.contexts.length === 0) return;
      this.parts.usage.keep(report.contexts, now);
      this.parts.background.arm();
    });
  }

  /** Puts an attempt that was refused for its role into the log; a few of each actor. It makes no version. */
  async refused(attempt: string, actor: Actor): Promise<void> {
    if (this.store.state()) this.store.transaction(() => this.store.remarkRefusal(attempt, actor));
  }

  /** Puts into the log that an override is made. No version is made. */
  async overridden(override: NewOverride, write: Write): Promise<Written | Refusal> {
    return this.writer.write(write, (present) => noteOverride(override, write, present, this.store));
  }

  /** Entries of the log, newest first. A page may end before its limit, when what it shows gets long. */
  async audit(query: AuditQuery): Promise<{ entries: AuditEntry[]; next?: number }> {
    return this.store.state() ? this.store.auditReader.entries(query) : { entries: [] };
  }

  /** Whether the log is whole; null when there is no such environment. */
  async verify(): Promise<Verdict | null> {
    const present = this.store.state();
    return present && this.store.auditReader.verify(present.head.version);
  }

  async versions(query: LogQuery): Promise<{ versions: VersionEntry[]; next?: number }> {
    return this.store.state() ? this.store.auditReader.versions(query) : { versions: [] };
  }

  /** One version with all that was in force then, as JSON text in UTF-8; null when there is none. */
  async version(version: number): Promise<ReadableStream<Uint8Array> | null> {
    return this.store.state() && this.store.auditReader.version(version);
  }

  /** All live flags and segments as a document. */
  async document(): Promise<Exported | Refusal> {
    const present = this.store.state();
    return present ? documentOf(present) : NOWHERE;
  }

  /** The same for `receive` and `seed` of another environment; with `flags` only those (null: all), and what they need. */
  async transfer(flags?: string[] | null): Promise<Exported | Refusal> {
    const present = this.store.state();
    return present ? transferOf(present, flags) : NOWHERE;
  }

  async summary(): Promise<Summary | null> {
    const present = this.store.state();
    return present && this.writer.summary(present);
  }

  /** Creates the environment, with what `transfer` of another one gave. Its version is 1 then. */
  async seed(
    text: ReadableStream<Uint8Array> | null,
    write: Write,
    settings: Beginning = {},
  ): Promise<Written | Refusal> {
    return this.writer.seed(this.ctx.id.name, text, write, settings);
  }

  /** Ends the environment at once. What it has in KV and in storage is deleted in the background. */
  async destroy(): Promise<void> {
    this.writer.destroy();
  }

  override async alarm(): Promise<void> {
    await this.parts.background.alarm();
  }
}

/**
 * The namespace as its callers see it. (The platform's own stub type maps every answer through a recursive type that
 * is too deep for condition trees; a stub is used through this one.)
 */
export type EnvironmentObjects = { getByName(name: string): Omit<Environment, keyof DurableObject> };
