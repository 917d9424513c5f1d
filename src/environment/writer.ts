import type { Caller } from "../contract/action.ts";
import type { FlagView } from "../contract/admin.ts";
import type { Metric } from "../contract/metric.ts";
import type { Refusal } from "../contract/problem.ts";
import { callerOf } from "../contract/write.ts";
import type { Replays } from "../durable/replays.ts";
import type { ChangeRequests, Decision, DecisionAnswer } from "./consent/change-requests.ts";
import { isUrgent } from "./consent/consent.ts";
import type { Scheduled, Scheduling } from "./consent/scheduled.ts";
import type { Proposals } from "./consent/proposals.ts";
import type { BackgroundWork } from "./publish/background-work.ts";
import { differencesOf, shown, summaryOf, unmetBy, viewOf } from "./read/environment-state.ts";
import { flagView, withActions } from "./read/flag-view.ts";
import type { ReleaseCommand, Released, Releases } from "./release/releases.ts";
import type { Applied, SettingsPatch, Summary, Write, Written } from "./rpc.ts";
import type { EnvironmentStore } from "./store/environment-store.ts";
import { EMPTY, type Entry, type EnvironmentState, type Stamp, writtenAt } from "./store/state.ts";
import type { Usage } from "./store/usage.ts";
import { beginning, type Beginning } from "./write/beginning.ts";
import { putsOf } from "./write/change.ts";
import { type Step, targetOf } from "./write/change-target.ts";
import { withKey } from "./write/keys.ts";
import { withMetric, withoutMetric } from "./write/metrics.ts";
import { planPartly } from "./write/plan-partial.ts";
import { plan } from "./write/plan-write.ts";
import { reconfigured, refusedEnd } from "./write/settings.ts";
import { readTransfer } from "./write/transfer.ts";

const FULL: Refusal = {
  ok: false,
  problem: {
    type: "conflict",
    detail:
      "The environment's storage is nearly full. What is left is kept for un-releasing, pausing and disabling; export it, and go on in a new environment.",
  },
};

export const NOWHERE: Refusal = { ok: false, problem: { type: "not-found", detail: "There is no such environment." } };

type Parts = {
  store: EnvironmentStore;
  replays: Replays;
  proposals: Proposals;
  requests: ChangeRequests;
  scheduled: Scheduled;
  releases: Releases;
  usage: Usage;
  background: Pick<BackgroundWork, "deleted" | "propagated">;
};

/**
 * Makes the writes of an environment: each is one synchronous transaction of precondition, plan, log, what is in force,
 * version and alarm. What was committed goes to relays and KV in the background; the alarm heals what didn't get there.
 */
export class Writer {
  readonly #parts: Parts;
  readonly #store: EnvironmentStore;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#store = parts.store;
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
    const { replays, proposals } = this.#parts;
    const present = this.#store.state();
    if (!present) return NOWHERE;
    if (this.#store.isFull() && !urgent) return FULL;
    return replays.once(write, this.#store.now(), () => {
      const refused = proposals.refuse(present, write);
      if (refused) return refused;
      const result = make(present, this.#store.stamp(present, write));
      if (result.ok) proposals.committed(write);
      return result;
    });
  }

  summary(present: EnvironmentState): Summary {
    return { ...summaryOf(present, this.#store.auditReader.newest()), propagated: this.#parts.background.propagated() };
  }

  /** @param caller who is to be told what they may do with it */
  view(stored: FlagView, present: EnvironmentState, caller?: Caller): FlagView {
    return withActions(flagView(stored, present, this.#parts.usage, this.#store.now()), present, caller);
  }

  /** Makes changes in the open transaction of their write. */
  apply(changes: Step[], write: Write, present: EnvironmentState, stamp: Stamp, approved = false): Applied | Refusal {
    const { batch = changes.length > 1 } = write;
    const [only] = batch ? [] : changes;
    const problem = only ? unmetBy(present, only, write) : this.#store.unmet(present, write);
    if (problem) return { ok: false, problem };
    const planned = write.partial
      ? planPartly(present.state, changes, stamp)
      : plan(present.state, changes, stamp, batch);
    if (!planned.ok) return planned;
    const { state, writes } = planned;
    const changed = writes.length > 0 && !write.dryRun;
    const waits = changed && !approved ? this.#parts.requests.postpone(present, changes, writes, write) : undefined;
    if (waits) return waits.ok ? { ...waits, created: false } : waits;
    const made = changed ? this.#store.commit({ ...present, state }, writes, stamp, write) : present;
    const next = changed ? this.#parts.releases.follow(made, writes, write.actor) : made;
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
  approved(steps: Step[], write: Write): Applied | Refusal {
    const present = this.#store.state()!;
    return this.apply(steps, write, present, this.#store.stamp(present, write), true);
  }

  /** Creates or drives a release, or writes a plan, in one transaction: decided, and then carried out or kept for consent. */
  release(command: ReleaseCommand, write: Write, ended: readonly string[] = []): Released | Refusal {
    const { releases, requests } = this.#parts;
    return this.write<Released>(
      write,
      (present) => {
        const decided = releases.decide(present, command, write, ended);
        if (!decided.ok) return decided;
        const waits = requests.postponeRelease(present, command, write);
        if (waits) return waits.ok ? { ...waits, created: false } : waits;
        return releases.carryOut(present, decided, write);
      },
      isUrgent(command),
    );
  }

  /** Takes a person's consent to a change request, or refusal. The last consent makes the change, in the same transaction. */
  decide(decision: Decision, write: Write): DecisionAnswer | Refusal {
    const { releases, requests, scheduled } = this.#parts;
    // A request is applied to what is in force then: the consent itself may have been noted meanwhile.
    const now = (): EnvironmentState => this.#store.state()!;
    const make = {
      apply: (steps: Step[], as: Write) => this.approved(steps, as),
      schedule: (what: Scheduling, as: Write) => scheduled.add(now(), what, as, true),
      release: (command: ReleaseCommand, as: Write) => releases.perform(now(), command, as),
      configure: (patch: SettingsPatch, as: Write) => this.#configured(now(), patch, as),
    };
    return this.write(write, (present) => {
      const problem = this.#store.unmet(present, write);
      return problem ? { ok: false, problem } : requests.decide(present, decision, write, make);
    });
  }

  /**
   * Creates the environment, with what `transfer` of another one gave. Its version is 1 then.
   *
   * @param object the name of the object: `<environment>/<incarnation>`
   */
  async seed(
    object: string | undefined,
    text: ReadableStream<Uint8Array> | null,
    write: Write,
    settings: Beginning,
  ): Promise<Written | Refusal> {
    const { texts } = this.#store;
    const none = { flags: [], segments: [] };
    const copy = text
      ? await readTransfer(
          text,
          () => false,
          (ref) => texts.bytes(ref),
        )
      : none;
    if (this.#store.identity())
      return { ok: false, problem: { type: "conflict", detail: "The environment exists already." } };
    const { nothing, begin } = beginning(object, settings, write.actor, this.#store.now());
    const stamp = this.#store.stamp(nothing, write);
    const planned = plan(EMPTY, putsOf(copy), stamp, true);
    if (!planned.ok) return planned;
    let keys = nothing.keys;
    const keyEntries: Entry[] = [];
    for (const key of settings.keys ?? []) {
      const made = withKey(keys, key, stamp);
      if (!made.ok) return made;
      keys = made.keys;
      keyEntries.push(made.entry);
    }
    const first = { ...nothing, state: planned.state, keys };
    this.#store.create();
    return this.#store.transaction(() => {
      const next = this.#store.commit(first, [begin, ...planned.writes, ...keyEntries], stamp, write);
      return { ...writtenAt(next), changed: true };
    });
  }

  /** Ends the environment at once. What it has in KV and in storage is deleted in the background. */
  destroy(): void {
    if (!this.#store.state()) return;
    this.#store.transaction(() => {
      this.#store.delete();
      this.#parts.background.deleted();
    });
  }

  /** Changes the description, and what may be kept of contexts; what was kept under another setting is forgotten. */
  configure(patch: SettingsPatch, write: Write): (Written & { summary: Summary }) | Refusal {
    return this.write(write, (present) => {
      const problem = this.#store.unmet(present, write);
      if (problem) return { ok: false, problem };
      const refused = refusedEnd(present.settings, patch);
      if (refused) return refused;
      if (present.settings.ends && present.settings.ends.at <= this.#store.now()) return NOWHERE;
      const waits = this.#parts.requests.postponeSettings(present, patch, write);
      if (waits) return waits.ok ? { ...waits, summary: this.summary(present) } : waits;
      return this.#configured(present, patch, write);
    });
  }

  #configured(
    present: EnvironmentState,
    { expiresAt, ...rest }: SettingsPatch,
    write: Write,
  ): Written & { summary: Summary } {
    // An end that waited for consent may have passed meanwhile.
    const patch = { ...rest, ...(expiresAt !== undefined && expiresAt > this.#store.now() && { expiresAt }) };
    const made = reconfigured(present.head.name, present.settings, patch, write.actor);
    if (made?.resampled) this.#parts.usage.forget();
    const next = made
      ? this.#store.commit(
          { ...present, settings: made.settings },
          [made.entry],
          this.#store.stamp(present, write),
          write,
        )
      : present;
    return { ...writtenAt(next), changed: made !== undefined, summary: this.summary(next) };
  }

  /** Defines an outcome, or, given its name, ends its definition. */
  defineMetric(metric: Metric | string, write: Write): (Written & { created: boolean }) | Refusal {
    return this.write(write, (present, stamp) => {
      const problem = this.#store.unmet(present, write);
      if (problem) return { ok: false, problem };
      const { settings } = present;
      const made =
        typeof metric === "string" ? withoutMetric(settings.metrics, metric) : withMetric(settings.metrics, metric);
      if (!made.ok) return made;
      const { metrics, entry, created } = made;
      const next = entry
        ? this.#store.commit({ ...present, settings: { ...settings, metrics } }, [entry], stamp, write)
        : present;
      return { ...writtenAt(next), changed: entry !== undefined, created };
    });
  }
}
