import { DurableObject } from "cloudflare:workers";
import type { Caller } from "../contract/action.ts";
import type { Actor, Change } from "../contract/change.ts";
import type { ChangeRequestDetail } from "../contract/change-request.ts";
import type { Effect } from "../contract/evaluation.ts";
import type { FlagLine } from "../contract/flag-line.ts";
import type { Promotion } from "../contract/interchange.ts";
import type { JsonObject } from "../contract/json.ts";
import * as LIMITS from "../contract/limits.ts";
import type { ProblemType, Refusal } from "../contract/problem.ts";
import type { Proposed } from "../contract/proposal.ts";
import { hasEnded, type ReleaseView } from "../contract/release.ts";
import { includes, type Role } from "../contract/role.ts";
import type { ScheduledView } from "../contract/scheduled.ts";
import type { Release } from "../core/release/state.ts";
import type { Watched, WatchedTo } from "../contract/watch.ts";
import { watched } from "./read/watched.ts";
import { flagLine } from "./read/flag-line.ts";
import { listFlags } from "./read/list.ts";
import { explained } from "./read/explained.ts";
import { differencesOf } from "./read/environment-state.ts";
import { preview } from "./read/preview.ts";
import { type Given, looked } from "./consent/looked.ts";
import { waits } from "./consent/consent.ts";
import { digestOf } from "./consent/proposals.ts";
import type { ScheduledAnswer, ScheduledPage, ScheduledQuery, Scheduling } from "./consent/scheduled.ts";
import { plan } from "./write/plan-write.ts";
import type { Applied, FlagQuery, ProposalAnswer, Write, Written } from "./rpc.ts";
import type { AllReleasesQuery } from "./store/release-store.ts";
import { type Planned, planned, type Wanted } from "./release/create-release.ts";
import { putsOf, restoringSteps } from "./write/change.ts";
import { type Step, targetOf } from "./write/change-target.ts";
import { withoutPastReleases, withoutStageRules } from "./write/expose.ts";
import { promoted } from "./write/promoted.ts";
import { readTransfer } from "./write/transfer.ts";
import { assemble, type Bound, type Parts } from "./parts.ts";
import { NOWHERE } from "./writer.ts";
import { Line } from "../durable/turn.ts";
import { type EnvironmentState, wholeOf, writtenAt } from "./store/state.ts";

const BUSY: Refusal = refuse("unavailable", "Too many long questions are being answered. Ask again.");
const NO_VERSION: Refusal = refuse("not-found", "There is no such version.");

/** What pages, the command and agents ask of an environment as a whole. */
export class Overview extends DurableObject<Bound> {
  protected readonly parts: Parts = assemble(this.ctx, this.env);
  protected readonly store = this.parts.store;
  protected readonly writer = this.parts.writer;
  readonly #line = new Line(LIMITS.questions, LIMITS.questionWaitMs);

  /** The flags that fit, each as a line of a list, by their keys. `more`: another page follows. */
  async flagLines(query: FlagQuery): Promise<{ lines: { key: string; line: FlagLine }[]; more: boolean }> {
    const present = this.store.state();
    if (!present) return { lines: [], more: false };
    const views = Array.from(present.state.flags.values(), (view) => this.writer.view(view, present));
    const { flags, next } = listFlags(views, query, (view) => ({
      key: view.flag.key,
      line: flagLine(present.head.name, view),
    }));
    return { lines: flags, more: next !== undefined };
  }

  /** The lines of these flags, in the same order; also of those that aren't there. */
  async linesOf(keys: string[]): Promise<FlagLine[]> {
    const present = this.store.state();
    const name = present?.head.name ?? "";
    return keys.map((key) => {
      const stored = present?.state.flags.get(key);
      return flagLine(name, present && stored ? this.writer.view(stored, present) : undefined);
    });
  }

  /** What came since, for whoever watches; null when there is no such environment, or no more. */
  async watch(after?: WatchedTo): Promise<Watched | null> {
    const present = this.store.state();
    if (!present) return null;
    return watched(this.store.auditReader, present.head.version, after, (id) => this.parts.requests.state(present, id));
  }

  /**
   * What all flags, or one, serve to a context and why; null when there is no such flag, or nothing was there yet.
   *
   * @param at a version, or an instant in epoch milliseconds, at which all is judged
   */
  async explain(context: JsonObject, key?: string, at?: { version: number } | { instant: number }) {
    const answer = await this.#line.answer(() => {
      const present = this.store.state();
      if (!present) return null;
      const { past } = this.store;
      if (!at) return explained(wholeOf(present.state), context, key, this.store.now());
      const version = "version" in at ? at.version : past.versionAt(at.instant);
      if (version === undefined || !past.has(version)) return null;
      return explained(past.whole(version, key), context, key, "version" in at ? this.store.now() : at.instant);
    });
    return answer === undefined ? BUSY : { ok: true as const, flags: answer };
  }

  /** What changes would change for whom; without contexts, for those of the sample. Nothing is written. */
  async preview(changes: Change[], contexts?: JsonObject[]): Promise<{ ok: true; flags: Effect[] } | Refusal> {
    const present = this.store.state();
    if (!present) return NOWHERE;
    return (await this.#line.answer(() => this.#tried(present, changes, contexts))) ?? BUSY;
  }

  /** A change request, with what it would change, and for whom of the sample. */
  async changeRequest(id: string): Promise<ChangeRequestDetail | null> {
    const present = this.store.state();
    const found = present && this.parts.requests.find(present, id);
    if (!found || found.steps.length === 0) return found?.view ?? null;
    const seen = await this.#line.answer(() => this.#tried(present, found.steps));
    return seen?.ok ? { ...found.view, preview: { flags: seen.flags } } : found.view;
  }

  /**
   * Puts the flags and segments of a transfer (transfer.ts) in the place of those here: a batch of puts, segments first.
   *
   * @param promotion what of here stays as it is; without one, nothing
   */
  async receive(text: ReadableStream<Uint8Array>, write: Write, promotion?: Promotion): Promise<Applied | Refusal> {
    const here = this.store.state();
    if (!here) return NOWHERE;
    const puts = await this.#read(text);
    const how = {
      ...write,
      batch: true,
      diff: true,
      ...(write.proposal && { proposal: { ...write.proposal, source: digestOf(puts) } }),
    };
    let steps = puts;
    const made = await this.withPreview(
      this.writer.write<Applied>(how, (present, stamp) => {
        const taken = promotion && promoted(puts, promotion, present.state, present.releases);
        if (taken && !taken.ok) return taken;
        steps = taken?.steps ?? puts;
        const applied = this.writer.apply(steps, how, present, stamp);
        return applied.ok && taken ? { ...applied, kept: taken.kept } : applied;
      }),
    );
    if (!made.ok || !write.dryRun) return made;
    const without = new Set(made.leftOut?.map(({ index }) => index));
    return this.#withEffects(
      made,
      here,
      steps.filter((_, index) => !without.has(index)),
    );
  }

  async #read(text: ReadableStream<Uint8Array>): Promise<Step[]> {
    return putsOf(
      await readTransfer(
        text,
        (ref) => this.store.texts.has(ref),
        (ref) => this.store.texts.bytes(ref),
      ),
    );
  }

  /**
   * Says what a write would do, and keeps it for its caller to make. No version is made, and nothing is logged.
   *
   * @param given the name that it gets; of a release the command, of a promotion what comes from the other environment
   */
  async propose(proposed: Proposed, write: Write, given: Given): Promise<ProposalAnswer | Refusal> {
    const puts = given.text && (await this.#read(given.text));
    const here = this.store.state();
    if (!here) return NOWHERE;
    const seen = looked(here, proposed, { puts, begun: () => this.parts.releases.decide(here, given.command!, write) });
    if (!seen.ok) return seen;
    const { steps, writes, touched, role, postponed } = seen;
    const effects = await this.#tried(here, steps);
    if (!effects.ok) return effects;
    const needs: ProposalAnswer["needs"] = !includes(write.role ?? role, role)
      ? role
      : postponed
        ? "approval"
        : "nothing";
    const source = puts && { source: digestOf(puts) };
    return this.writer.write(write, () => {
      const kept = this.parts.proposals.keep(here, proposed, touched, write.actor, { id: given.id, ...source });
      if (!kept.ok) return kept;
      const { expiresAt } = kept;
      const preview = { flags: effects.flags };
      const answer = { proposal: given.id, expiresAt, diff: differencesOf(writes), preview, needs };
      return { ...writtenAt(here), changed: false, ...answer };
    });
  }

  /** Keeps changes to be made at a time. Where others have to consent, to both, it waits for them. */
  async schedule(what: Scheduling, write: Write): Promise<ScheduledAnswer | Refusal> {
    const { changes } = what;
    const made = this.writer.write<ScheduledAnswer>(write, (present, stamp) => {
      const problem = this.store.unmet(present, write);
      const planned = problem ? { ok: false as const, problem } : plan(present.state, changes, stamp, true);
      if (!planned.ok) return planned;
      if (!waits(present, changes, planned.writes)) return this.parts.scheduled.add(present, what, write);
      return this.parts.requests.postponeScheduled(present, what, write);
    });
    return this.withPreview(made);
  }

  /** Changes that wait for their time, or did; newest first. */
  async scheduledChanges(query: ScheduledQuery): Promise<ScheduledPage> {
    return this.store.state() ? this.parts.scheduled.list(query) : { scheduled: [] };
  }

  /** One of them, with the role that its changes need; null when there is none. */
  async scheduledChange(id: string): Promise<{ view: ScheduledView; needs: Role } | null> {
    return this.store.state() && this.parts.scheduled.find(id);
  }

  async cancelScheduled(id: string, write: Write): Promise<ScheduledAnswer | Refusal> {
    return this.writer.write(write, (present) => this.parts.scheduled.cancel(present, id, write), true);
  }

  /** What a caller proposed; null when they proposed no such thing, or too long ago. */
  async proposed(id: string, actor: Actor): Promise<Proposed | null> {
    return this.store.state() && this.parts.proposals.find(id, actor);
  }

  /**
   * Brings back what was in force at a version, as a new one. Nothing happens where nothing differs.
   *
   * @param releases what becomes of flags that are being released: they stay as they are, or their releases are cancelled
   */
  async restoreVersion(
    version: number,
    write: Write,
    releases: "keep" | "cancel" = "keep",
  ): Promise<Applied | Refusal> {
    const here = this.store.state();
    if (!here) return NOWHERE;
    if (!this.store.past.has(version)) return NO_VERSION;
    const how = { ...write, batch: true, diff: true, action: "restoreVersion" };
    const seen = await this.#tried(here, this.#restoring(here, version, releases).steps);
    const preview = seen.ok ? { preview: { flags: seen.flags } } : {};
    return this.withPreview(
      this.writer.write<Applied>(how, (before) => {
        const problem = this.store.unmet(before, how);
        if (problem) return { ok: false, problem };
        const { live } = this.#restoring(before, version, releases);
        const ended = releases === "cancel" && !write.dryRun ? this.#cancel(before, live, how) : before;
        if ("problem" in ended) return ended;
        const { steps, kept } = this.#restoring(ended, version, releases);
        const { ifMatch: _held, ifNoneMatch: _none, ...rest } = how;
        const made = this.writer.apply(steps, rest, ended, this.store.stamp(ended, how));
        return made.ok ? { ...made, kept, ...preview } : made;
      }),
    );
  }

  /** Brings one flag back as it was in force at a version. */
  async restoreFlag(key: string, version: number, write: Write): Promise<Applied | Refusal> {
    const here = this.store.state();
    if (!here) return NOWHERE;
    if (!this.store.past.has(version)) return NO_VERSION;
    const flag = this.store.past.flag(key, version);
    if (!flag) return refuse("not-found", "There was no such flag at that version.");
    const how = { ...write, action: "restoreFlag", ...(write.dryRun && { diff: true }) };
    const step: Step = { op: "replaceFlag", flag: withoutStageRules(flag) };
    const made = await this.withPreview(
      this.writer.write<Applied>(how, (present, stamp) => {
        const release = liveRelease(present, key);
        return release
          ? refuse("conflict", `The flag is being released by ${release.id}. Cancel or un-release that first.`)
          : this.writer.apply([step], how, present, stamp);
      }),
    );
    return made.ok && write.dryRun ? this.#withEffects(made, here, [step]) : made;
  }

  /** What leads back to a version, the flags that are being released now and would change, and what stays of them. */
  #restoring(present: EnvironmentState, version: number, releases: "keep" | "cancel") {
    const all = restoringSteps(this.store.auditReader.wayBackTo(version));
    const live = all.flatMap((step) => liveRelease(present, targetOf(step).key) ?? []);
    const isLive = (step: Step): boolean =>
      targetOf(step).kind === "flag" && live.some(({ flag }) => flag === targetOf(step).key);
    const kept = releases === "keep" ? live.map(({ flag }) => ({ flag, paths: [""] })) : [];
    const steps = releases === "keep" ? all.filter((step) => !isLive(step)) : all;
    return { steps: withoutPastReleases(steps, new Map()), live, kept };
  }

  /** Ends releases, in the open transaction. Where others have to consent, restoring waits, and this wouldn't. */
  #cancel(present: EnvironmentState, live: readonly Release[], write: Write): EnvironmentState | Refusal {
    if (live.length > 0 && present.settings.requiresApproval > 0)
      return refuse(
        "conflict",
        "Restoring waits for consent here, and cancelling would not. Cancel the releases first.",
      );
    const { ifMatch: _held, ifNoneMatch: _none, idempotency: _once, action: _name, ...how } = write;
    for (const { flag, id } of live) {
      const command = { op: "control", flag, id, control: "cancel", role: "admin" } as const;
      const made = this.parts.releases.perform(this.store.state()!, command, how);
      if (!made.ok) return made;
    }
    return this.store.state()!;
  }

  /** What a write came to; of one that waits for consent also what it would do. */
  protected async withPreview<T extends Written>(result: T | Refusal): Promise<T | Refusal> {
    if (!result.ok || !result.postponed) return result;
    const postponed = (await this.changeRequest(result.postponed.id)) ?? result.postponed;
    return { ...result, postponed };
  }

  /** What a dry run came to, and for whom of the sample it would change something. */
  async #withEffects(made: Applied, before: EnvironmentState, steps: readonly Step[]): Promise<Applied> {
    const seen = await this.#line.answer(() => this.#tried(before, steps));
    return seen?.ok ? { ...made, preview: { flags: seen.flags } } : made;
  }

  #tried(present: EnvironmentState, steps: readonly Step[], contexts?: JsonObject[]) {
    const now = this.store.now();
    return preview(present.state, steps, contexts ?? this.parts.usage.contexts(now), now, () => this.store.now());
  }

  /** Releases of all flags: live ones first, then those made last. */
  async allReleases(query: AllReleasesQuery, caller: Caller): Promise<{ releases: ReleaseView[]; next?: string }> {
    return this.store.state() ? this.parts.releases.listAll(query, caller) : { releases: [] };
  }

  /** What a plan would be carried out on, for its preview. @param reported names of outcomes, where that is known */
  async planned(wanted: Wanted, reported: readonly string[] | undefined): Promise<Planned | Refusal> {
    const present = this.store.state();
    return present ? planned(present, wanted, reported) : NOWHERE;
  }
}

function liveRelease({ releases }: EnvironmentState, key: string): Release | undefined {
  const release = releases.get(key);
  return release && !hasEnded(release.phase) ? release : undefined;
}

function refuse(type: ProblemType, detail: string): Refusal {
  return { ok: false, problem: { type, detail } };
}
