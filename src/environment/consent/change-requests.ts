import type { Actor } from "../../contract/change.ts";
import type { ChangeRequestDetail, ChangeRequestView, Decided, RequestState } from "../../contract/change-request.ts";
import type { Flag } from "../../contract/flag.ts";
import * as LIMITS from "../../contract/limits.ts";
import type { Refusal } from "../../contract/problem.ts";
import { hasEnded } from "../../contract/release.ts";
import { includes, type Role, stronger } from "../../contract/role.ts";
import { isSame } from "../../core/release/gates.ts";
import {
  baseOf,
  commandShown,
  type Item,
  needed,
  closingOf,
  noticeOf,
  type Proposal,
  proposalOf,
  refuse,
  roleOf,
  type Row,
  shown,
  versionOf,
  views,
  waits,
  withStanding,
} from "./consent.ts";
import type { Background } from "../../durable/background.ts";
import type { Webhooks } from "../notify/webhooks.ts";
import type { EnvironmentStore } from "../store/environment-store.ts";
import { difference } from "../read/difference.ts";
import { differencesOf } from "../read/environment-state.ts";
import { wellFormed } from "../release/apply-release-event.ts";
import type { ReleaseCommand } from "../release/releases.ts";
import { marksOf, movedSince } from "./proposals.ts";
import type { SettingsPatch, Write, Written } from "../rpc.ts";
import type { Scheduling } from "./scheduled.ts";
import type { ContentStore, TextRef } from "../store/content-store.ts";
import { getSegment, putSegment } from "../store/segment-text.ts";
import { type Step, targetsOf } from "../write/change-target.ts";
import { equal } from "../write/equal.ts";
import { plan } from "../write/plan-write.ts";
import { loosens, told } from "../write/settings.ts";
import { type EnvironmentState, type ResourceWrite, writtenAt } from "../store/state.ts";

/*
 * Changes that wait for consent. What is kept of one is what it would leave of each thing that it touches, and at which
 * version that thing was: as long as nobody else changes it, applying it is exactly what was looked at.
 */

export type RequestPage = { requests: ChangeRequestView[]; next?: string };
export type RequestQuery = { state?: RequestState; limit: number; after?: string };
/** `ended`: ids of the tokens, of those that have consented, that don't hold any more. */
export type Decision = { id: string; approve: boolean; role: Role; ended?: readonly string[] };
export type DecisionAnswer = Written & { changeRequest: ChangeRequestView };

/** How what was consented to is made, in the open transaction. */
export type Maker = {
  apply: (steps: Step[], write: Write) => Written | Refusal;
  release: (command: ReleaseCommand, write: Write) => Written | Refusal;
  configure: (patch: SettingsPatch, write: Write) => Written | Refusal;
  schedule: (what: Scheduling, write: Write) => Written | Refusal;
};

/** How long a request is kept after it is over. */
const KEPT_MS = 90 * 24 * 3_600_000;

export class ChangeRequests {
  readonly #store: EnvironmentStore;
  readonly #background: Pick<Background, "nudge">;
  readonly #webhooks: Pick<Webhooks, "announce">;
  readonly #texts: ContentStore;

  constructor(store: EnvironmentStore, background: Pick<Background, "nudge">, webhooks: Pick<Webhooks, "announce">) {
    this.#store = store;
    this.#background = background;
    this.#webhooks = webhooks;
    this.#texts = store.texts;
  }

  /**
   * Keeps a write for later, where it needs consent; undefined where it doesn't. Belongs into its transaction.
   *
   * @param writes what it would change
   */
  postpone(
    present: EnvironmentState,
    steps: readonly Step[],
    writes: readonly ResourceWrite[],
    write: Write,
  ): (Written & { postponed: ChangeRequestDetail }) | Refusal | undefined {
    if (!waits(present, steps, writes)) return undefined;
    const last = new Map(writes.map((one) => [JSON.stringify([one.kind, one.key]), one]));
    const items = [...last.values()].map((one): Item => ({
      kind: one.kind,
      key: one.key,
      version: versionOf(present, one),
      after: this.#keep(one),
    }));
    const [action = "", ...more] = new Set(write.action ? [write.action] : writes.map((one) => one.action));
    const targets = items.map(({ kind, key }) => ({ kind, key }));
    const what = { action: more.length > 0 ? "applyChanges" : action, targets };
    const proposal = { items: this.#texts.put(JSON.stringify(items)) };
    return this.#open(present, what, steps.map(roleOf).reduce(stronger), proposal, write);
  }

  /** The same of a release that is to begin, or a plan that a live one follows. */
  postponeRelease(
    present: EnvironmentState,
    command: ReleaseCommand,
    write: Write,
  ): (Written & { postponed: ChangeRequestDetail }) | Refusal | undefined {
    if (!needed(present)) return undefined;
    const follows = ({ name }: { name: string }) =>
      Array.from(present.releases.values()).some((one) => one.planName === name && !hasEnded(one.phase));
    const begins = command.op === "create";
    if (!begins && !(command.op === "putPlan" && follows(command))) return undefined;
    const named = begins && typeof command.plan === "string" ? command.plan : undefined;
    const proposal = {
      command: this.#texts.put(JSON.stringify(command)),
      base: baseOf(present, command),
      ...(named !== undefined && { plan: present.plans.get(named)?.version ?? null }),
    };
    const target = begins
      ? ({ kind: "flag", key: command.flag } as const)
      : ({ kind: "plan", key: command.name } as const);
    const what = { action: begins ? "createRelease" : "putPlan", targets: [target] };
    return this.#open(present, what, begins ? "operator" : "editor", proposal, write);
  }

  /** The same of settings that would let through what needs consent as they are. */
  postponeSettings(
    present: EnvironmentState,
    patch: SettingsPatch,
    write: Write,
  ): (Written & { postponed: ChangeRequestDetail }) | Refusal | undefined {
    if (!loosens(present.settings, patch)) return undefined;
    const target = { kind: "environment", key: present.head.name } as const;
    const proposal = { settings: patch, before: told(present.settings) };
    return this.#open(present, { action: "patchEnvironment", targets: [target] }, "admin", proposal, write);
  }

  /** The same of changes that are to be made at a time: consent is to both. */
  postponeScheduled(
    present: EnvironmentState,
    what: Scheduling,
    write: Write,
  ): (Written & { postponed: ChangeRequestDetail }) | Refusal {
    const targets = targetsOf(what.changes);
    const proposal = { scheduling: this.#texts.put(JSON.stringify(what)), marks: marksOf(present, targets) };
    const applyAt = new Date(what.applyAt).toISOString();
    return this.#open(present, { action: "applyChanges", targets, applyAt }, what.needs, proposal, write);
  }

  /** The tokens that have consented to a request. */
  consentingTokens(id: string): string[] {
    const row = this.#row(id);
    const approvals = row ? views.read(row.view).approvals : [];
    return approvals.flatMap(({ by }) => (by.via === "token" ? [by.id] : []));
  }

  /** Newest first. */
  list(present: EnvironmentState, { state, limit, after }: RequestQuery): RequestPage {
    const all = this.#rows().map((row) => this.#view(present, row));
    const some = all.filter((one) => (state === undefined || one.state === state) && (!after || one.id < after));
    const page = some.slice(0, limit).map(shown);
    return { requests: page, ...(some.length > limit && { next: page.at(-1)!.id }) };
  }

  /** In what state one is; undefined when there is none. */
  state(present: EnvironmentState, id: string): RequestState | undefined {
    const row = this.#row(id);
    return row && this.#view(present, row).state;
  }

  /** One with what it would do, as steps that can be tried. */
  find(present: EnvironmentState, id: string): { view: ChangeRequestDetail; steps: Step[] } | undefined {
    const row = this.#row(id);
    if (!row) return undefined;
    const view = shown(this.#view(present, row));
    const proposal = proposalOf(row);
    if (view.state !== "open") return { view, steps: [] };
    if ("items" in proposal || "scheduling" in proposal) {
      const steps = "items" in proposal ? this.#steps(this.#items(proposal)) : this.#scheduling(proposal).changes;
      const planned = plan(present.state, steps, { version: 0, at: 0, by: "" }, true);
      return { view: { ...view, diff: planned.ok ? differencesOf(planned.writes) : [] }, steps };
    }
    if ("settings" in proposal) {
      const { settings, before } = proposal;
      const after = { ...before, ...settings, sampling: { ...before.sampling, ...settings.sampling } };
      const target = { kind: "environment", key: present.head.name } as const;
      return { view: { ...view, diff: [difference(target, before, after)] }, steps: [] };
    }
    return { view: { ...view, ...commandShown(present, this.#command(proposal)) }, steps: [] };
  }

  /**
   * Takes a person's consent or refusal, in the open transaction of their write. The last consent applies it.
   *
   * @param make how what was consented to is made
   */
  decide(
    present: EnvironmentState,
    { id, approve, role, ended }: Decision,
    write: Write,
    make: Maker,
  ): DecisionAnswer | Refusal {
    const row = this.#row(id);
    if (!row) return refuse("not-found", "There is no such change request.");
    const view = withStanding(this.#view(present, row), present, ended);
    const { actor, comment } = write;
    if (view.state === "outdated" && row.state === "open") return this.#outdated(row, view, actor);
    if (view.state !== "open") return refuse("conflict", `The change request is ${view.state} already.`);
    if (!includes(role, row.role)) return refuse("forbidden", `This needs the role ${row.role}, as the change itself.`);
    const said: Decided = { by: wellFormed(actor), at: this.#time(), comment: comment.toWellFormed() };
    if (!approve) {
      this.#note("rejectChangeRequest", id, comment, actor);
      const rejected: ChangeRequestView = { ...view, state: "rejected", decided: said };
      return this.#decided(present, row, rejected);
    }
    if (isSame(actor, view.author))
      return refuse("forbidden", "Whoever asks for a change can't approve it, nor can a token of theirs.");
    if (present.settings.approvalBy === "access" && actor.via !== "access")
      return refuse("forbidden", "Here only people who are signed in by Access can approve a change.");
    if (view.approvals.some(({ by }) => isSame(by, actor)))
      return { ...writtenAt(present), changed: false, changeRequest: shown(view) };
    const approvals = [...view.approvals, said];
    this.#note("approveChangeRequest", id, comment, actor);
    if (approvals.length < view.required) return this.#decided(present, row, { ...view, approvals });
    const made = this.#apply(row, { ...view, approvals }, make);
    if (!made.ok) {
      const dropped: ChangeRequestView = { ...view, state: "outdated", approvals: [], decided: said };
      this.#save(row, dropped);
      const { detail, errors } = made.problem;
      return refuse("conflict", `It can't be made any more; approvals are dropped. ${detail}`, errors);
    }
    const applied: ChangeRequestView = {
      ...view,
      approvals,
      state: "applied",
      decided: said,
      appliedVersion: made.version,
    };
    this.#save(row, applied);
    const { version, revision } = made;
    return { ok: true, version, revision, changed: made.changed, changeRequest: shown(applied) };
  }

  #open(
    { head, settings }: EnvironmentState,
    what: Pick<ChangeRequestView, "action" | "targets" | "applyAt">,
    role: Role,
    proposal: Proposal,
    { actor, comment }: Write,
  ): (Written & { postponed: ChangeRequestDetail }) | Refusal {
    const rows = this.#rows();
    if (rows.filter(({ state }) => state === "open").length >= LIMITS.changeRequests)
      return refuse("conflict", `At most ${LIMITS.changeRequests} change requests can be open; decide about some.`);
    const now = this.#store.now();
    this.#store.sql.exec("DELETE FROM change_requests WHERE state <> 'open' AND at < ?", now - KEPT_MS);
    const newest = Number.parseInt(rows[0]?.id.slice(3) ?? "0", 36);
    const id = `cr-${Math.max(now, newest + 1).toString(36)}`;
    const view: ChangeRequestView = {
      id,
      state: "open",
      ...what,
      author: wellFormed(actor),
      comment: comment.toWellFormed(),
      createdAt: this.#time(),
      version: head.version,
      required: settings.requiresApproval,
      approvals: [],
    };
    this.#store.sql.exec(
      "INSERT INTO change_requests (id, state, at, role, view, proposal) VALUES (?, 'open', ?, ?, ?, ?)",
      id,
      now,
      role,
      views.write(view),
      JSON.stringify(proposal),
    );
    this.#note("openChangeRequest", id, comment, actor);
    this.#webhooks.announce([noticeOf(head.name, view)]);
    const { version } = head;
    return { ok: true, version, revision: `${head.incarnation}.${version}`, changed: false, postponed: shown(view) };
  }

  #note(action: string, id: string, comment: string, actor: Actor): void {
    this.#store.remark(action, { kind: "changeRequest", key: id }, actor, comment);
    this.#background.nudge();
  }

  #outdated(row: Row, view: ChangeRequestView, actor: Actor): Refusal {
    const why = "What it would change was changed meanwhile; approvals are dropped.";
    this.#note("dropChangeRequest", row.id, why, actor);
    this.#save(row, { ...view, approvals: [], decided: { by: wellFormed(actor), at: this.#time(), comment: why } });
    return refuse("conflict", `${why} Ask for the change anew.`);
  }

  #apply(row: Row, view: ChangeRequestView, make: Maker): Written | Refusal {
    const proposal = proposalOf(row);
    const names = view.approvals.map(({ by }) => by.name).join(", ");
    const note = `${row.id}, approved by ${names}`;
    const comment = view.comment === "" ? note : `${view.comment} (${note})`;
    const write: Write = { actor: view.author, comment };
    if ("items" in proposal)
      return make.apply(this.#steps(this.#items(proposal)), { ...write, batch: true, action: view.action });
    if ("settings" in proposal) return make.configure(proposal.settings, write);
    if ("scheduling" in proposal) return make.schedule(this.#scheduling(proposal), { ...write, comment: view.comment });
    return make.release(this.#command(proposal), write);
  }

  #decided(present: EnvironmentState, row: Row, view: ChangeRequestView): DecisionAnswer {
    this.#save(row, view);
    if (view.state !== "open") this.#webhooks.announce([closingOf(present.head.name, view)]);
    return { ...writtenAt(present), changed: true, changeRequest: shown(view) };
  }

  #save({ id }: Row, view: ChangeRequestView): void {
    this.#store.sql.exec(
      "UPDATE change_requests SET state = ?, view = ?, at = ? WHERE id = ?",
      view.state,
      views.write(view),
      this.#store.now(),
      id,
    );
  }

  /** As it is now: outdated as soon as somebody else changed what it would. */
  #view(present: EnvironmentState, row: Row): ChangeRequestView {
    const view = views.read(row.view);
    if (row.state !== "open") return view;
    const current = this.#isCurrent(present, proposalOf(row));
    const required = Math.max(1, present.settings.requiresApproval);
    return current ? { ...view, required } : { ...view, required, state: "outdated", approvals: [] };
  }

  #isCurrent(present: EnvironmentState, proposal: Proposal): boolean {
    if ("items" in proposal) return this.#items(proposal).every((item) => versionOf(present, item) === item.version);
    if ("settings" in proposal) return equal(told(present.settings), proposal.before);
    if ("scheduling" in proposal)
      return movedSince(present, proposal.marks) === "" && this.#scheduling(proposal).applyAt > this.#store.now();
    const command = this.#command(proposal);
    if (baseOf(present, command) !== proposal.base) return false;
    if (command.op !== "create" || typeof command.plan !== "string") return true;
    const kept = present.plans.get(command.plan);
    return kept !== undefined && kept.version === proposal.plan; // version 0.1 kept the plan's name alone
  }

  #items({ items }: { items: TextRef | Item[] }): Item[] {
    return typeof items === "string" ? JSON.parse(this.#texts.get(items)) : items;
  }

  /** Segments first: flags may need them. */
  #steps(items: readonly Item[]): Step[] {
    const steps = items.map(({ kind, key, after }): Step => {
      if (kind === "segment")
        return after === null
          ? { op: "deleteSegment", key }
          : { op: "replaceSegment", segment: getSegment(this.#texts, after) };
      if (after === null) return { op: "archiveFlag", key };
      const flag: Flag = JSON.parse(this.#texts.get(after));
      return { op: "replaceFlag", flag };
    });
    return steps.toSorted((a, b) => Number(b.op === "replaceSegment") - Number(a.op === "replaceSegment"));
  }

  #keep(one: ResourceWrite): TextRef | null {
    if (one.after === null) return null;
    return one.kind === "segment" ? putSegment(this.#texts, one.after) : this.#texts.put(JSON.stringify(one.after));
  }

  #scheduling({ scheduling }: { scheduling: TextRef }): Scheduling {
    return JSON.parse(this.#texts.get(scheduling));
  }

  #command({ command }: { command: TextRef }): ReleaseCommand {
    return JSON.parse(this.#texts.get(command));
  }

  #time(): string {
    return new Date(this.#store.now()).toISOString();
  }

  /** Newest first. */
  #rows(): Row[] {
    return this.#store.sql.exec<Row>("SELECT * FROM change_requests ORDER BY id DESC").toArray();
  }

  #row(id: string): Row | undefined {
    return this.#rows().find((row) => row.id === id);
  }
}
