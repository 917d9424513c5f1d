import { accessRole, parseAccessRoles } from "../../contract/access-roles.ts";
import { type Actor, type Change, shownActor } from "../../contract/change.ts";
import * as LIMITS from "../../contract/limits.ts";
import type { Refusal } from "../../contract/problem.ts";
import { includes, type Role } from "../../contract/role.ts";
import type { ScheduledState, ScheduledView } from "../../contract/scheduled.ts";
import type { Background } from "../../durable/background.ts";
import type { Webhooks } from "../notify/webhooks.ts";
import type { EnvironmentStore } from "../store/environment-store.ts";
import { sha256Hex } from "../../core/hash.ts";
import { needed, refuse, waits } from "./consent.ts";
import { type Mark, marksOf, movedSince } from "./proposals.ts";
import { type EnvironmentState, type Head, writtenAt } from "../store/state.ts";
import { wellFormed } from "../release/apply-release-event.ts";
import type { Write, Written } from "../rpc.ts";
import type { ContentStore, TextRef } from "../store/content-store.ts";
import { type Step, targetsOf } from "../write/change-target.ts";
import { plan } from "../write/plan-write.ts";

/*
 * Changes that are made at a time. What is kept is what was sent, and at which version each thing was that it touches:
 * at its time it is made as one write of whoever scheduled it, if all of that still stands and they still may; else it is
 * not made, and people are told. What it comes to is written in the transaction of the write, so it is made once.
 */

export type ScheduledPage = { scheduled: ScheduledView[]; next?: string };
export type ScheduledQuery = { state?: ScheduledState; limit: number; after?: string };
/** Without `scheduled` where it waits for consent. */
export type ScheduledAnswer = Written & { scheduled?: ScheduledView };
/** What is to be made when. `role`: of whoever schedules it; `needs`: of the changes. `groups`: of a person of Access. */
export type Scheduling = { changes: Change[]; applyAt: number; role: Role; needs: Role; groups?: readonly string[] };

export type ScheduledOptions = {
  background: Pick<Background, "arm">;
  webhooks: Pick<Webhooks, "announce">;
  /** Which of these tokens hold no more. Rejects when that can't be known now. */
  endedTokens: (ids: readonly string[]) => Promise<string[]>;
  /** ADMIN_TOKEN and ACCESS_ROLES, as they are. */
  settings: { root: string | undefined; roles: string | undefined };
};
/** Makes the write, in the open transaction. */
type Apply = (steps: Step[], write: Write) => Written | Refusal;

type Row = { id: string; state: ScheduledState; at: number; view: string; kept: string };
type Shown = Omit<ScheduledView, "changes">;
/** `approved`: others consented to it and its time. `root`: the beginning of the hash of the root token of then. */
type Kept = {
  changes: TextRef;
  marks: Mark[];
  role: Role;
  needs: Role;
  approved: boolean;
  groups?: string[];
  root?: string;
};

const KEPT_MS = 90 * 24 * 3_600_000;
/** How soon one is tried again whose author can't be asked about, and how long a page of changes may be. */
const AGAIN_MS = 15_000;
const PAGE_CHARACTERS = 4_000_000;
const PASSED = refuse("invalid", "The time has passed.", [{ path: "/applyAt", message: "must be in the future" }]);

export class Scheduled {
  readonly #store: EnvironmentStore;
  readonly #options: ScheduledOptions;
  readonly #texts: ContentStore;
  #notBefore = 0;

  constructor(store: EnvironmentStore, options: ScheduledOptions) {
    this.#store = store;
    this.#options = options;
    this.#texts = store.texts;
  }

  /** Keeps changes for their time, in the open transaction of the write that asks for it. */
  add(present: EnvironmentState, what: Scheduling, write: Write, approved = false): ScheduledAnswer | Refusal {
    const { changes, applyAt, role, needs, groups } = what;
    const now = this.#store.now();
    if (applyAt <= now) return PASSED;
    const rows = this.#rows();
    if (rows.filter(({ state }) => state === "waiting").length >= LIMITS.scheduled)
      return refuse("conflict", `At most ${LIMITS.scheduled} changes can be scheduled; cancel some.`);
    this.#store.sql.exec("DELETE FROM scheduled WHERE state <> 'waiting' AND at < ?", now - KEPT_MS);
    const id = `sc-${Math.max(now, Number.parseInt(rows[0]?.id.slice(3) ?? "0", 36) + 1).toString(36)}`;
    const { actor, comment } = write;
    const view: Shown = {
      id,
      applyAt: new Date(applyAt).toISOString(),
      by: wellFormed(actor),
      comment: comment.toWellFormed(),
      state: "waiting",
    };
    const kept: Kept = {
      changes: this.#texts.put(JSON.stringify(changes)),
      marks: marksOf(present, targetsOf(changes)),
      role,
      needs,
      approved,
      ...(groups && { groups: [...groups] }),
      ...(actor.via === "root" && { root: this.#root() }),
    };
    this.#store.sql.exec(
      "INSERT INTO scheduled (id, state, at, view, kept) VALUES (?, 'waiting', ?, ?, ?)",
      id,
      applyAt,
      JSON.stringify(view),
      JSON.stringify(kept),
    );
    this.#note("scheduleChange", id, comment, actor);
    this.#options.background.arm();
    return { ...writtenAt(present), changed: false, scheduled: this.#shown(view, kept) };
  }

  /** Newest first; a page may end before its limit when what it shows gets long. */
  list({ state, limit, after }: ScheduledQuery): ScheduledPage {
    const rows = this.#rows().filter((row) => (state ?? row.state) === row.state && (!after || row.id < after));
    const scheduled: ScheduledView[] = [];
    let characters = 0;
    for (const row of rows) {
      if (scheduled.length === limit || characters > PAGE_CHARACTERS) return { scheduled, next: scheduled.at(-1)!.id };
      const kept: Kept = JSON.parse(row.kept);
      characters += this.#texts.get(kept.changes).length;
      scheduled.push(this.#shown(JSON.parse(row.view), kept));
    }
    return { scheduled };
  }

  find(id: string): { view: ScheduledView; needs: Role } | null {
    const row = this.#row(id);
    if (!row) return null;
    const kept: Kept = JSON.parse(row.kept);
    return { view: this.#shown(JSON.parse(row.view), kept), needs: kept.needs };
  }

  cancel(present: EnvironmentState, id: string, { actor, comment }: Write): ScheduledAnswer | Refusal {
    const row = this.#row(id);
    if (!row) return refuse("not-found", "There is no such scheduled change.");
    if (row.state !== "waiting") return refuse("conflict", `The scheduled change is ${row.state} already.`);
    const view = this.#save(row, { state: "cancelled" });
    this.#note("cancelScheduled", id, comment, actor);
    this.#options.background.arm();
    return { ...writtenAt(present), changed: false, scheduled: view };
  }

  /** When the next is due, epoch milliseconds; null: none waits. */
  due(): number | null {
    if (!this.#store.state()) return null;
    const { at } = this.#store.sql
      .exec<{ at: number | null }>("SELECT min(at) AS at FROM scheduled WHERE state = 'waiting'")
      .one();
    return at === null ? null : Math.max(at, this.#notBefore);
  }

  /** Makes those whose time has come, the earliest first, each in a transaction of its own. */
  async run(apply: Apply): Promise<void> {
    const due = this.#store.sql
      .exec<Row>("SELECT * FROM scheduled WHERE state = 'waiting' AND at <= ? ORDER BY at, id", this.#store.now())
      .toArray();
    try {
      for (const { id, view } of due) {
        const { by }: Shown = JSON.parse(view);
        const ended = await this.#options.endedTokens(by.via === "token" ? [by.id] : []);
        this.#once(id, ended.length > 0, apply);
      }
    } catch (error) {
      console.error("a scheduled change could not be made yet", error);
      this.#notBefore = this.#store.now() + AGAIN_MS;
    }
  }

  /** What goes wrong in a way that nobody expected would go wrong again, and keep those after it from being made. */
  #once(id: string, ended: boolean, apply: Apply): void {
    try {
      this.#store.transaction(() => this.#make(id, ended, apply));
    } catch (error) {
      console.error("a scheduled change could not be made", error);
      this.#store.transaction(() => this.#make(id, ended, apply, "Something went wrong here when it was to be made."));
    }
  }

  /**
   * @param ended whether the token that scheduled it holds no more
   * @param broken why it can't be made, where that is known
   */
  #make(id: string, ended: boolean, apply: Apply, broken?: string): void {
    const row = this.#row(id);
    const present = this.#store.state();
    if (!present || row?.state !== "waiting") return; // cancelled meanwhile
    const [view, kept]: [Shown, Kept] = [JSON.parse(row.view), JSON.parse(row.kept)];
    const steps: Change[] = JSON.parse(this.#texts.get(kept.changes));
    const comment = view.comment === "" ? id : `${view.comment} (${id})`;
    const write: Write = { actor: view.by, comment, batch: true };
    const why = broken ?? this.#hindrance(present, view.by, kept, steps, ended);
    const made = why === undefined ? apply(steps, write) : refuse("conflict", why);
    if (made.ok) {
      this.#save(row, { state: "applied", version: made.version });
      this.#follow(present, kept.marks, id);
    } else this.#fail(present.head, row, view, made.problem.detail);
  }

  #hindrance(present: EnvironmentState, by: Actor, kept: Kept, steps: Change[], ended: boolean): string | undefined {
    const role = ended ? undefined : this.#roleNow(by, kept);
    if (!role || !includes(role, kept.needs)) return "Whoever scheduled it may not make it any more.";
    const moved = movedSince(present, kept.marks);
    if (moved !== "") return `Changed since it was scheduled: ${moved}.`;
    if (kept.approved || !needed(present)) return undefined;
    const planned = plan(present.state, steps, { version: 0, at: 0, by: "" }, true);
    return planned.ok && waits(present, steps, planned.writes)
      ? "It needs the consent of others by now, and nobody was asked."
      : undefined;
  }

  /** What whoever scheduled it may do now. A token never changes its role; what Access says of groups is as it was. */
  #roleNow({ via, id }: Actor, { role, groups = [], root }: Kept): Role | undefined {
    if (via === "root") return root === this.#root() ? "admin" : undefined;
    if (via !== "access") return role;
    return accessRole(id, groups, parseAccessRoles(this.#options.settings.roles ?? "{}") ?? new Map());
  }

  /** Enough of its hash to see that it is another one, and too little to find it by. */
  #root(): string {
    return sha256Hex(this.#options.settings.root ?? "").slice(0, 8);
  }

  /**
   * Those that were scheduled after one, knowing of it, go on from what it left: on Monday and off on Friday are two
   * changes of one flag.
   */
  #follow(before: EnvironmentState, marks: readonly Mark[], id: string): void {
    const present = this.#store.state()!;
    const touched = marks.map(([kind, key]) => ({ kind, key }));
    const [was, is] = [marksOf(before, touched), marksOf(present, touched)];
    const moves = new Map(was.map((mark, index) => [JSON.stringify(mark), is[index]!]));
    for (const row of this.#rows()) {
      if (row.state !== "waiting" || row.id < id) continue;
      const kept: Kept = JSON.parse(row.kept);
      const next = kept.marks.map((mark) => moves.get(JSON.stringify(mark)) ?? mark);
      this.#store.sql.exec(
        "UPDATE scheduled SET kept = ? WHERE id = ?",
        JSON.stringify({ ...kept, marks: next }),
        row.id,
      );
    }
  }

  #fail(head: Head, row: Row, view: Shown, why: string): void {
    this.#save(row, { state: "failed", why });
    this.#note("failScheduled", row.id, why, view.by);
    const text = `A change that ${view.by.name} scheduled in ${head.name} was not made. ${why}`;
    const timestamp = new Date(this.#store.now()).toISOString();
    const data = { environment: head.name, text, scheduled: row.id, cause: why };
    this.#options.webhooks.announce([{ type: "change.conflict", timestamp, data }]);
  }

  #note(action: string, id: string, comment: string, actor: Actor): void {
    this.#store.remark(action, { kind: "scheduledChange", key: id }, actor, comment);
  }

  #save(row: Row, change: Partial<Shown>): ScheduledView {
    const view: Shown = { ...JSON.parse(row.view), ...change };
    this.#store.sql.exec(
      "UPDATE scheduled SET state = ?, view = ? WHERE id = ?",
      view.state,
      JSON.stringify(view),
      row.id,
    );
    return this.#shown(view, JSON.parse(row.kept));
  }

  #shown({ id, applyAt, by, ...rest }: Shown, { changes }: Kept): ScheduledView {
    return { id, applyAt, changes: JSON.parse(this.#texts.get(changes)), by: shownActor(by), ...rest };
  }

  /** Newest first. */
  #rows(): Row[] {
    return this.#store.sql.exec<Row>("SELECT * FROM scheduled ORDER BY id DESC").toArray();
  }

  #row(id: string): Row | undefined {
    return this.#store.sql.exec<Row>("SELECT * FROM scheduled WHERE id = ?", id.toWellFormed()).toArray()[0];
  }
}
