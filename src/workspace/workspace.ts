import { DurableObject } from "cloudflare:workers";
import type { TokenView } from "../contract/admin.ts";
import type { Verdict } from "../contract/audit.ts";
import { type Actor, familyOf } from "../contract/change.ts";
import type { Problem, Refusal } from "../contract/problem.ts";
import * as LIMITS from "../contract/limits.ts";
import { type Scope, within as reachesWithin } from "../contract/role.ts";
import type { Confirmation, CurrentBody } from "../contract/relay.ts";
import { type EnvironmentMap, formatRevision, keyOf } from "../contract/snapshot.ts";
import type { WriteContext, Replayed } from "../contract/write.ts";
import { REFUSED } from "../durable/audit-chain.ts";
import { withNews } from "../durable/conflict.ts";
import { unmet } from "../durable/precondition.ts";
import { Broadcast } from "../relay/broadcast.ts";
import { within } from "../snapshot/deadline.ts";
import { Outbox } from "../durable/outbox.ts";
import { Alarm } from "../durable/alarm.ts";
import { Replays } from "../durable/replays.ts";
import { makeTables } from "../durable/schema.ts";
import { Transactions } from "../durable/transactions.ts";
import { type Happening, Journal, type JournalEntry, type JournalQuery } from "./journal.ts";
import { type Doomed, type EnvironmentEntry, newIncarnation, Register } from "./register.ts";
import {
  BEYOND,
  NO_SOURCE,
  NO_TOKEN,
  TAKEN,
  TOO_MANY_ENDING,
  TOO_MANY_TOKENS,
  UNFINISHED,
  UNKNOWN,
} from "./refusals.ts";
import { type Bound, type Found, type NewEnvironment, type Standing, type TokenWritten, writtenAt } from "./rpc.ts";
import { Running } from "./running.ts";
import { WORKSPACE_MIGRATIONS } from "./schema.ts";
import { setUpEnvironment } from "./set-up.ts";
import { type NewSession, type OpenSession, Sessions } from "./sessions.ts";
import { type HeldToken, type NewToken, shownToken, Tokens, tokenTarget } from "./tokens.ts";

export type { EnvironmentEntry } from "./register.ts";
export type { Standing } from "./rpc.ts";

/** How long a set-up may take, how soon an end is tried again, and how long another object may take to answer. */
const [SETUP_MS, END_AGAIN_MS, CALL_MS] = [60_000, 60_000, 10_000];

/**
 * Which environments there are: name to incarnation. One object, `workspace`. The map goes out as snapshots do.
 *
 * An environment is set up under its incarnation before its name becomes visible, and loses its name before it is
 * ended. Whatever is set up or has no name any more is on a list of what is to be ended, so that a crash between the
 * steps leaves nothing behind.
 */
export class Workspace extends DurableObject<Bound> {
  readonly #sql = makeTables(this.ctx.storage, WORKSPACE_MIGRATIONS);
  readonly #alarm = new Alarm(this.ctx);
  readonly #transactions = new Transactions(this.ctx.storage);
  readonly #register = new Register(this.#sql);
  readonly #tokens = new Tokens(this.#sql);
  readonly #sessions = new Sessions(this.#sql, this.#tokens);
  readonly #journal = new Journal(this.#sql);
  readonly #replays = new Replays(this.#sql, this.#transactions);
  readonly #running = new Running();
  readonly #outbox = new Outbox({
    now: () => Date.now(),
    storage: this.ctx.storage.kv,
    current: () => this.#register.version(),
    publish: () => this.#publish(),
  });
  readonly #broadcast = new Broadcast({
    now: () => Date.now(),
    sql: this.#sql,
    relays: this.env.RELAY,
    version: () => this.#register.version(),
    current: () => this.#current(),
  });
  #ending: Promise<void> | undefined;

  constructor(ctx: DurableObjectState, env: Bound) {
    super(ctx, env);
    this.#transactions.follow(() => this.#broadcast.forget());
  }

  /** The map of environments, for a relay that holds some version of it. */
  async inform(relay: string, holds: number): Promise<Confirmation> {
    this.#broadcast.register(relay, holds);
    const version = this.#register.version();
    if (holds >= version) return { version };
    this.#work(); // a push, so that it is known to have arrived
    return { version, news: this.#current() };
  }

  async map(): Promise<EnvironmentMap> {
    return this.#map();
  }

  /** Sorted by name. */
  async environments(): Promise<EnvironmentEntry[]> {
    return this.#register.list();
  }

  async environment(name: string): Promise<EnvironmentEntry | null> {
    return this.#register.find(name) ?? null;
  }

  async createEnvironment(spec: NewEnvironment, write: WriteContext): Promise<Found | Refusal> {
    const earlier = this.#replays.earlier<Found>(write, Date.now());
    if (earlier) return earlier;
    return this.#running.alone(write, async () => this.#create(spec, write));
  }

  async #create(
    { name, copyFrom, keys = [], ...settings }: NewEnvironment,
    write: WriteContext,
  ): Promise<Found | Refusal> {
    const problem = this.#unmet(write);
    if (problem) return { ok: false, problem };
    if (this.#register.find(name)) return TAKEN;
    const ending = settings.expiresAt !== undefined;
    if (ending && this.#register.ending() >= LIMITS.endingEnvironments) return TOO_MANY_ENDING;
    const source = copyFrom === undefined ? undefined : this.#register.find(copyFrom);
    if (copyFrom !== undefined && !source) return NO_SOURCE;
    const incarnation = newIncarnation();
    this.#transactions.run(() => {
      this.#register.doom({ name, incarnation }, Date.now() + SETUP_MS);
      this.#arm();
    });
    const setUp = await setUpEnvironment(
      this.env.ENVIRONMENT,
      { name, incarnation },
      { ...settings, keys },
      source,
      write,
    );
    const result = this.#replays.once(write, Date.now(), (): Found | Refusal => {
      const refusal = !setUp.ok
        ? setUp
        : this.#register.find(name)
          ? TAKEN
          : ending && this.#register.ending() >= LIMITS.endingEnvironments
            ? TOO_MANY_ENDING
            : this.#register.spare(incarnation)
              ? undefined
              : UNFINISHED;
      if (refusal || !setUp.ok) {
        this.#register.doom({ name, incarnation }, Date.now());
        this.#arm();
        return refusal ?? UNFINISHED;
      }
      const environment = { name, incarnation, createdAt: new Date().toISOString() };
      this.#register.add(environment, ending);
      this.#record("createEnvironment", name, null, { ...environment, ...settings }, write);
      this.#mark();
      return { ok: true, environment, standing: setUp.standing };
    });
    this.#work();
    return result;
  }

  async deleteEnvironment(name: string, write: WriteContext): Promise<(Replayed & { ok: true }) | Refusal> {
    const earlier = this.#replays.earlier<{ ok: true }>(write, Date.now());
    if (earlier) return earlier;
    return this.#running.alone(write, async () => {
      if (write.ifMatch !== undefined || write.ifNoneMatch !== undefined) {
        const standing = await this.#standing(name, write);
        if (!standing.ok) return standing;
      }
      const result = this.#replays.once(write, Date.now(), (): { ok: true } | Refusal => {
        const before = this.#register.find(name);
        if (!before) return UNKNOWN;
        this.#remove(before, write);
        return { ok: true };
      });
      this.#work();
      return result;
    });
  }

  /** Ends an environment whose time is over, if it is still this one. The log has it as done by whoever set its end. */
  async expire({ name, incarnation }: Doomed, actor: Actor): Promise<void> {
    this.#publishing(() =>
      this.#transactions.run(() => {
        const present = this.#register.find(name);
        if (present?.incarnation === incarnation) this.#remove(present, { actor, comment: "Its time was over." });
      }),
    );
  }

  #remove(entry: EnvironmentEntry, write: WriteContext): void {
    this.#register.remove(entry.name);
    this.#register.doom(entry, Date.now());
    this.#record("deleteEnvironment", entry.name, entry, null, write);
    this.#mark();
  }

  /** Whose token has this SHA-256, in lower-case hex; null for one that is unknown, revoked, or expired. */
  async authenticate(hash: string): Promise<HeldToken | null> {
    return this.#tokens.valid(hash, Date.now()) ?? null;
  }

  /** Which of these ids are of tokens that hold: what others consented to with them counts. */
  async holdingTokens(ids: readonly string[]): Promise<string[]> {
    return this.#tokens.holding(ids, Date.now());
  }

  /** In the order in which they were made. */
  async tokens(): Promise<TokenView[]> {
    return this.#tokens.list();
  }

  async createToken(
    { hash, ...spec }: NewToken,
    write: WriteContext,
  ): Promise<(TokenWritten & { token: TokenView }) | Refusal> {
    const now = Date.now();
    return this.#publishing(() =>
      this.#replays.once(write, now, () => {
        const problem = this.#unmet(write);
        if (problem) return { ok: false, problem };
        if (this.#tokens.count(now) >= LIMITS.tokens) return TOO_MANY_TOKENS;
        this.#tokens.sweep(now);
        const token = { ...spec, createdAt: new Date(now).toISOString(), createdBy: write.actor.name };
        const happening = { action: "createToken", target: tokenTarget(spec.id), before: null, after: token };
        const version = this.#journal.append(happening, write, now);
        const { actor } = write;
        const family = actor.via === "root" ? `token:${spec.id}` : familyOf(actor);
        this.#tokens.add({ view: { ...token, family }, version }, hash);
        this.#register.changed();
        this.#mark();
        return { ...writtenAt(version), token };
      }),
    );
  }

  /** @param scope of the caller: what isn't wholly within it may not be revoked, nor be known not to exist */
  async deleteToken(id: string, scope: Scope, write: WriteContext): Promise<TokenWritten | Refusal> {
    return this.#replays.once(write, Date.now(), () => {
      const stored = this.#tokens.find(id);
      if (!reachesWithin(stored?.view.environments ?? ["*"], scope)) return BEYOND;
      if (!stored) return NO_TOKEN;
      const problem = unmet(write, formatRevision(keyOf.workspaceObject, stored.version));
      if (problem) return { ok: false, problem };
      const happening = {
        action: "deleteToken",
        target: tokenTarget(id),
        before: shownToken(stored.view),
        after: null,
      };
      const version = this.#journal.append(happening, write, Date.now());
      this.#tokens.remove(id);
      this.#sessions.endOf(id);
      return writtenAt(version);
    });
  }

  /** Opens a session of the dashboard; null when its token is none any more. */
  async openSession(session: NewSession, actor: Actor): Promise<OpenSession | null> {
    return this.#publishing(() =>
      this.#transactions.run(() => {
        const now = Date.now();
        const opened = this.#sessions.open(session, now);
        if (!opened) return null;
        this.#journal.noted("createSession", tokenTarget(session.token), actor, "", now);
        this.#register.changed();
        this.#mark();
        return opened;
      }),
    );
  }

  /** Whose session has this hash, while it holds. `rootHash` is what one of the root has to have beside it. */
  async session(hash: string, rootHash: string | undefined): Promise<OpenSession | null> {
    return this.#sessions.find(hash, rootHash, Date.now()) ?? null;
  }

  /** Ends a session, if it is one. */
  async endSession(hash: string): Promise<void> {
    this.#sessions.end(hash);
  }

  /** An environment says whether it has work that must not wait for ever. */
  async attention({ name, incarnation }: Doomed, needed: boolean): Promise<void> {
    this.#register.attention({ name, incarnation }, needed);
  }

  /** The environments, and those deleted ones, that the sweep has to look after. */
  async needingAttention(): Promise<Doomed[]> {
    return this.#register.needingAttention();
  }

  /** Does all that is to be done here, should the alarm have been lost. */
  async reconcile(): Promise<void> {
    await this.alarm();
  }

  /** The log of environments and tokens, newest first. */
  async journal(query: JournalQuery): Promise<{ entries: JournalEntry[]; next?: number }> {
    return this.#journal.page(query);
  }

  /** Whether the log is whole. */
  async verify(): Promise<Verdict> {
    return this.#journal.verify();
  }

  /** Puts an attempt that was refused for its role into the log; a few of each actor. */
  async refused(target: Happening["target"], attempt: string, actor: Actor): Promise<void> {
    this.#transactions.run(() => this.#journal.noted(REFUSED, target, actor, attempt, Date.now()));
  }

  override async alarm(): Promise<void> {
    try {
      await Promise.allSettled([this.#outbox.run(), this.#broadcast.run(), this.#end()]);
    } finally {
      this.#arm();
    }
  }

  #object({ name, incarnation }: { name: string; incarnation: string }) {
    return this.env.ENVIRONMENT.getByName(keyOf.environmentObject(name, incarnation));
  }

  /** Where an environment stands, if that is where the preconditions of a write want it. @throws when it can't be asked */
  async #standing(name: string, write: WriteContext): Promise<{ ok: true; standing: Standing } | Refusal> {
    const present = this.#register.find(name);
    const standing = present && (await within(this.#object(present).summary(), CALL_MS));
    if (!standing) return UNKNOWN;
    const problem = unmet(write, standing.revision);
    return problem ? { ok: false, problem: withNews(problem, standing) } : { ok: true, standing };
  }

  /** What is made is held against that in which it is made, here Workspace as a whole: of its own there is nothing yet. */
  #unmet({ ifMatch }: WriteContext): Problem | undefined {
    return unmet({ ifMatch }, formatRevision(keyOf.workspaceObject, this.#journal.version()));
  }

  #record(
    action: string,
    name: string,
    before: EnvironmentEntry | null,
    after: (EnvironmentEntry & { description: string }) | null,
    write: WriteContext,
  ): void {
    this.#journal.append({ action, target: { kind: "environment", key: name }, before, after }, write, Date.now());
  }

  #map(): EnvironmentMap {
    return this.#register.map([...this.#tokens.hashes(), ...this.#sessions.hashes(Date.now())]);
  }

  #current(): CurrentBody {
    const map = this.#map();
    return { version: map.version, body: JSON.stringify(map), members: null };
  }

  async #publish(): Promise<number> {
    const { version, body } = this.#current();
    await within(this.env.SNAPSHOTS.put(keyOf.map, body), CALL_MS);
    return version;
  }

  /** Ends what is due to be ended. What can't be reached is tried again later. */
  #end(): Promise<void> {
    this.#ending ??= this.#endAll().finally(() => (this.#ending = undefined));
    return this.#ending;
  }

  async #endAll(): Promise<void> {
    for (const doomed of this.#register.take(Date.now(), Date.now() + END_AGAIN_MS)) await this.#endOne(doomed);
  }

  /** One that can't be ended stays on the list. */
  async #endOne(doomed: Doomed): Promise<void> {
    const ended = within(this.#object(doomed).destroy(), CALL_MS);
    await ended.then(() => this.#register.ended(doomed.incarnation)).catch(() => {});
  }

  /** Makes a write, and publishes what it has changed. */
  #publishing<T>(write: () => T): T {
    const made = write();
    this.#work();
    return made;
  }

  #mark(): void {
    this.#alarm.set(this.#outbox.mark());
  }

  #work(): void {
    for (const work of [this.#outbox.run(), this.#broadcast.run(), this.#end()])
      this.ctx.waitUntil(work.finally(() => this.#arm()));
  }

  #arm(): void {
    const due = [this.#outbox.due(), this.#broadcast.due(), this.#register.doomedDue()].filter((time) => time !== null);
    if (due.length > 0) this.#alarm.set(Math.min(...due));
  }
}

/** The namespace as its callers see it. */
export type WorkspaceObjects = { getByName(name: string): Omit<Workspace, keyof DurableObject> };
