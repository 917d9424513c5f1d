import type { Caller } from "../../contract/action.ts";
import type { Actor } from "../../contract/change.ts";
import type { Plan } from "../../contract/plan.ts";
import type { Refusal } from "../../contract/problem.ts";
import { type Control, hasEnded, type PlanView, type ReleaseView } from "../../contract/release.ts";
import type { Role } from "../../contract/role.ts";
import { callerOf } from "../../contract/write.ts";
import type { Background, Task } from "../../durable/background.ts";
import { unmet } from "../../durable/precondition.ts";
import { actorOf, type EventOf, type Judgement, type Release, type ReleaseEvent } from "../../core/release/state.ts";
import { dueAt } from "../../core/release/timers.ts";
import {
  type Commanded,
  conduct,
  meaningOf,
  nextStamp,
  type Outside,
  refuse,
  wellFormed,
} from "./apply-release-event.ts";
import { create, type NewRelease } from "./create-release.ts";
import { approvingTokens, conductConsented, tokensBehind, withStandingConsent } from "./standing.ts";
import { deletePlan, planView, putPlan, tagOfPlan } from "./plans.ts";
import { releaseActions } from "./actions.ts";
import type { AllReleasesQuery } from "../store/release-store.ts";
import type { EnvironmentStore } from "../store/environment-store.ts";
import { noticesOf } from "../notify/notices.ts";
import type { Webhooks } from "../notify/webhooks.ts";
import type { GateWebhooks } from "./gate-webhooks.ts";
import { releaseView } from "./release-view.ts";
import type { Write, Written } from "../rpc.ts";
import { type Entry, type EnvironmentState, inForce, type ResourceWrite, writtenAt } from "../store/state.ts";

/** What a person may ask for. `startAt` in epoch milliseconds; `plan`: a plan, or the name of one. */
export type ReleaseCommand =
  | NewRelease
  | { op: "control"; flag: string; id: string; control: Control; role: Role; stage?: string; force?: boolean }
  | { op: "putPlan"; name: string; plan: Plan }
  | { op: "deletePlan"; name: string };

/** What a command leads to, and when that was decided, epoch milliseconds. */
export type DecidedCommand = Commanded & { now: number };

/** The answer to it. */
export type Released = Written & { created: boolean; release?: ReleaseView; plan?: PlanView; etag?: string };

/** `after`: the id that the page before ended with. */
export type Page = { after?: string; limit: number };

export type ReleasesOptions = {
  background: Background;
  /** Persons who want to know, by their webhooks. */
  webhooks: Pick<Webhooks, "announce">;
  /** Webhooks that stages wait at. */
  gates: GateWebhooks;
  /** What the statistics say of a live release; null: there is nothing to be said. May reject. */
  judge: (release: Release) => Promise<Omit<Judgement, "at"> | null>;
  /** Which of these tokens don't hold any more. Rejects where it can't be known. */
  endedTokens: (ids: readonly string[]) => Promise<string[]>;
  /** Whether webhooks may be on this machine. */
  allowLocal: boolean;
};

/** How soon a release is looked at again after something went wrong. */
const RETRY_MS = 30_000;

/** The releases of an environment: commands of persons, consequences of other writes, and what time brings. */
export class Releases implements Task {
  readonly #store: EnvironmentStore;
  readonly #options: ReleasesOptions;
  /** When each live release has something to do by itself. One that isn't here hasn't been looked at since the object began. */
  readonly #due = new Map<string, number | null>();

  constructor(store: EnvironmentStore, options: ReleasesOptions) {
    this.#store = store;
    this.#options = options;
    store.onRollback(() => this.#due.clear()); // all are looked at again
  }

  /** When an alarm has to look, epoch milliseconds; null: no release waits for time. */
  due(): number | null {
    const now = this.#store.now();
    const times = this.#live().map(({ id }) => (this.#due.has(id) ? this.#due.get(id)! : now));
    const ahead = times.filter((time) => time !== null);
    return ahead.length === 0 ? null : Math.min(...ahead);
  }

  /** Whether there is a release that hasn't ended. */
  live(): boolean {
    return this.#live().length > 0;
  }

  /**
   * The alarm that is set in the same transaction has to know.
   *
   * @param now the time of the step: by a later one a timer that has run out meanwhile would be taken for done
   */
  #noted(release: Release, now: number): void {
    this.#due.set(release.id, hasEnded(release.phase) ? null : dueAt(release, now));
  }

  /** Looks after live releases: those whose time has come, or all. Never rejects. */
  async run(all = false): Promise<void> {
    const now = this.#store.now();
    const due = this.#live().filter(({ id }) => all || !this.#due.has(id) || (this.#due.get(id) ?? Infinity) <= now);
    // At once: what hinders one of them, a counter that doesn't answer, is no delay for the others.
    const looks = due.map(({ flag, id }) =>
      this.#look(flag, id).catch(() => void this.#due.set(id, this.#store.now() + RETRY_MS)),
    );
    await Promise.all(looks);
  }

  /** Gives a live release what came from elsewhere: a judgement, a webhook's answer. */
  async take(flag: string, id: string, event: EventOf<"judged"> | EventOf<"answered">): Promise<void> {
    this.#step(flag, id, [event], await this.#ended(flag, id));
  }

  /** The tokens that its start or its next stage rests on and that hold no more; null: that can't be known at present. */
  async #ended(flag: string, id: string): Promise<readonly string[] | null> {
    const release = this.#find(flag, id);
    return release ? this.#options.endedTokens(tokensBehind(release)).catch(() => null) : [];
  }

  /** The same for a person's command; nothing is asked for one that needs nobody's consent. */
  async endedFor(command: ReleaseCommand): Promise<readonly string[]> {
    if (command.op !== "control" || ["unrelease", "pause", "cancel"].includes(command.control)) return [];
    const release = this.#find(command.flag, command.id);
    return release ? this.#options.endedTokens(approvingTokens(release)) : [];
  }

  async #look(flag: string, id: string): Promise<void> {
    const release = this.#find(flag, id);
    const judgement = release ? await this.#options.judge(release).catch(() => null) : null;
    const events: ReleaseEvent[] = [...(judgement ? [{ type: "judged", judgement } as const] : []), { type: "tick" }];
    this.#step(flag, id, events, await this.#ended(flag, id));
  }

  /**
   * Each event in a transaction of its own: what one led to is committed before the next.
   *
   * @param ended tokens whose consent counts no more; where that isn't known it may be taken back, and goes no further
   */
  #step(flag: string, id: string, events: readonly ReleaseEvent[], ended: readonly string[] | null): void {
    for (const event of events)
      this.#store.transaction(() => {
        const present = this.#store.state();
        const release = this.#find(flag, id);
        if (!present || !release) return;
        const now = this.#store.now();
        const made = conductConsented(present, release, event, now, ended);
        if (made === null) throw new Error("whose consent counts can't be known at present");
        if (!made.ok) throw new Error(made.problem.detail);
        this.#noted(made.release, now);
        if (made.entries.length > 0) this.#commit(made.present, made.entries, byRelease(release));
        else if (made.release !== release) this.#keep(made.present, made.release);
        this.#outside(made.release, made.outside);
      });
  }

  /** Does what a person asks for, in the open transaction of their write. */
  perform(present: EnvironmentState, command: ReleaseCommand, write: Write): Released | Refusal {
    const decided = this.decide(present, command, write);
    return decided.ok ? this.carryOut(present, decided, write) : decided;
  }

  /** Carries out what was decided about a command, in the open transaction of its write. */
  carryOut(present: EnvironmentState, made: DecidedCommand, write: Write): Released {
    const { release, plan, entries, created = false, now } = made;
    for (const one of made.present.releases.values()) if (one !== present.releases.get(one.flag)) this.#noted(one, now);
    if (entries.length > 0) this.#commit(made.present, entries, write);
    else if (release && release !== present.releases.get(release.flag)) this.#keep(made.present, release);
    if (release) this.#outside(release, made.outside);
    const next = this.#store.state() ?? present;
    return {
      ...writtenAt(next),
      changed: entries.length > 0,
      created,
      ...(release && { release: this.#view(release, callerOf(write)), etag: `"${releaseTag(release)}"` }),
      ...(plan && { plan: planView(plan), etag: `"${tagOfPlan(next, plan)}"` }),
    };
  }

  /** A flag's releases, latest first. */
  list(flag: string, { after, limit }: Page, caller?: Caller): { releases: ReleaseView[]; next?: string } {
    const found = this.#store.releases.list(flag, limit + 1, after);
    const page = found.slice(0, limit).map((release) => this.#view(release, caller));
    return { releases: page, ...(found.length > limit && { next: page.at(-1)!.id }) };
  }

  /** Releases of all flags: live ones first, then those made last. */
  listAll(query: AllReleasesQuery, caller?: Caller): { releases: ReleaseView[]; next?: string } {
    const { releases, next } = this.#store.releases.listAll(query);
    return {
      releases: releases.map((release) => this.#view(release, caller)),
      ...(next !== undefined && { next }),
    };
  }

  find(flag: string, id: string, caller?: Caller): { view: ReleaseView; etag: string } | null {
    const release = this.#store.releases.find(flag, id);
    return release ? { view: this.#view(release, caller), etag: `"${releaseTag(release)}"` } : null;
  }

  plans(present: EnvironmentState): PlanView[] {
    return Array.from(present.plans.values(), planView).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  plan(present: EnvironmentState, name: string): { view: PlanView; etag: string } | null {
    const stored = present.plans.get(name);
    return stored ? { view: planView(stored), etag: `"${tagOfPlan(present, stored)}"` } : null;
  }

  #view(release: Release, caller?: Caller): ReleaseView {
    const now = this.#store.now();
    const view = releaseView(release, this.#store.auditReader.timeline(release.id), now);
    if (!caller) return view;
    const latest = this.#store.state()?.releases.get(release.flag);
    return { ...view, actions: releaseActions(release, latest?.id !== release.id, caller, now) };
  }

  /** What a command leads to. Nothing is touched until it is carried out. `ended`: tokens whose consent counts no more. */
  decide(
    present: EnvironmentState,
    command: ReleaseCommand,
    write: Write,
    ended: readonly string[] = [],
  ): DecidedCommand | Refusal {
    const now = this.#store.now();
    const made = this.#decided(present, command, write, now, ended);
    return made.ok ? { ...made, now } : made;
  }

  #decided(
    present: EnvironmentState,
    command: ReleaseCommand,
    write: Write,
    now: number,
    ended: readonly string[],
  ): Commanded | Refusal {
    if (command.op === "control" && this.#isPast(present, command))
      return refuse("conflict", "The release has ended, and another one has followed it.");
    switch (command.op) {
      case "create":
        return create(present, command, write, now, this.#options.allowLocal);
      case "control":
        return control(present, command, write, now, ended);
      case "putPlan":
        return putPlan(present, command, write, now, this.#options.allowLocal);
      case "deletePlan":
        return deletePlan(present, command.name, write);
    }
  }

  /**
   * What a person's write to flags means to their releases. Each one that it concerns makes a version after it, in the
   * same transaction.
   *
   * @param present as the write left it
   * @returns as all of it leaves it
   */
  follow(present: EnvironmentState, writes: readonly ResourceWrite[], actor: Actor): EnvironmentState {
    const now = this.#store.now();
    let here = present;
    for (const [key, before] of firstBefore(writes)) {
      const release = here.releases.get(key);
      const meaning = release && meaningOf(release, before, inForce(here.state.flags.get(key)), wellFormed(actor));
      const made = meaning && conduct(here, release, meaning, now, nextStamp(here, now));
      if (!made) continue;
      if (!made.ok) throw new Error(made.problem.detail);
      this.#noted(made.release, now);
      if (made.entries.length > 0) this.#commit(made.present, made.entries, byRelease(release));
      else if (made.release !== release) this.#keep(made.present, made.release);
      this.#outside(made.release, made.outside);
      here = this.#store.state() ?? here;
    }
    return here;
  }

  #commit(next: EnvironmentState, entries: Entry[], write: Write): void {
    this.#store.commit(next, entries, this.#store.stamp(next, write), write);
  }

  #keep(next: EnvironmentState, release: Release): void {
    this.#store.keepRelease(next, release);
    this.#options.background.arm();
  }

  /** Webhook gates are asked and persons told, when the open transaction is over. */
  #outside(release: Release, effects: readonly Outside[]): void {
    const environment = this.#store.state()?.head.name ?? "";
    this.#options.webhooks.announce(noticesOf(environment, release, effects, this.#store.now()));
    this.#options.gates.ask(release, effects, (event) => this.take(release.flag, release.id, event));
  }

  #isPast({ releases }: EnvironmentState, { flag, id }: { flag: string; id: string }): boolean {
    return releases.get(flag)?.id !== id && this.#store.releases.find(flag, id) !== undefined;
  }

  #live(): Release[] {
    const all = this.#store.state()?.releases.values() ?? [];
    return Array.from(all).filter(({ phase }) => !hasEnded(phase));
  }

  #find(flag: string, id: string): Release | undefined {
    const release = this.#store.state()?.releases.get(flag);
    return release?.id === id ? release : undefined;
  }
}

function byRelease(release: Release): Write {
  return { actor: actorOf(release), comment: "" };
}

/** The opaque part of a release's entity tag: it stands while there is nothing new to decide about. */
export function releaseTag({ id, transitions }: Release): string {
  return `${id}.${transitions}`;
}

/** The flags that were written, each as it was in force before the first write of it. */
function firstBefore(writes: readonly ResourceWrite[]) {
  const flags = writes.filter((one) => one.kind === "flag");
  return new Map(flags.toReversed().map(({ key, before }) => [key, before]));
}

function control(
  present: EnvironmentState,
  { flag, id, control: type, role, stage, force = false }: Extract<ReleaseCommand, { op: "control" }>,
  write: Write,
  now: number,
  ended: readonly string[],
): Commanded | Refusal {
  const found = present.releases.get(flag);
  if (found?.id !== id) return refuse("not-found", "There is no such release.");
  const release = withStandingConsent(found, ended);
  const problem = unmet(write, releaseTag(release));
  if (problem) return { ok: false, problem };
  if (force && role !== "admin")
    return refuse("forbidden", "Only an admin can force a release past gates and missing data.");
  if (force && write.comment.trim() === "")
    return refuse("invalid", "What is forced needs a reason.", [{ path: "/comment", message: "is needed with force" }]);
  const by = { actor: wellFormed(write.actor), comment: write.comment };
  const event = eventOf(type, by, { role, force, ...(stage !== undefined && { stage }) });
  return conduct(present, release, event, now, nextStamp(present, now));
}

type Driven = { role: Role; force: boolean; stage?: string };
function eventOf(
  type: Control,
  by: { actor: Actor; comment: string },
  { role, force, ...where }: Driven,
): ReleaseEvent {
  if (type === "unrelease" || type === "cancel") return { type, ...by };
  if (type === "approve") return { type, role, ...by, ...where };
  return type === "advance" || type === "promote" ? { type, force, ...by, ...where } : { type, ...by, ...where };
}
