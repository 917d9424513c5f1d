import { DurableObject } from "cloudflare:workers";
import { type Confirmation, type Current, type Push, type Receipt, RELAY_FRESH_MS } from "../contract/relay.ts";
import type { RelayAnswer, RelayQuestion } from "../contract/relay.ts";
import { authorityOfRelay, keyOf } from "../contract/snapshot.ts";
import { within } from "../snapshot/deadline.ts";
import { type Kept, keptAfter, keptWhole, leading, merged, RelayStorage } from "./kept.ts";
import { Listeners, NOT_TAKEN } from "./listeners.ts";

/** What a relay asks of the object that decides: an Environment, or Workspace for the map of environments. */
export type Authority = {
  /**
   * What is current, and, when that isn't what the relay holds, the body, or with `deltas` what changed. null: deleted. The
   * relay is told from then on.
   */
  inform(relay: string, holds: number, deltas: boolean): Promise<Confirmation | null>;
};
export type Authorities = {
  ENVIRONMENT: { getByName(name: string): Authority & { members(hash: string): Promise<ArrayBuffer | null> } };
  WORKSPACE: { getByName(name: string): Authority };
};

/** How long an answer waits for the authority: for the sake of its age, and for a version known to exist. */
const CONFIRM_MS = 500;
const CATCH_UP_MS = 900;
/** When a question to the authority counts as failed, and how soon after a failure the next may follow. */
const QUESTION_MS = 3_000;
const QUESTION_AGAIN_MS = 1_000;
/** What is held when the clock has been set back was last confirmed this long ago, at the least. */
const UNKNOWN_AGE_MS = 60_000;
/** A relay that nobody has asked for so long may be given up. */
const NEEDED_MS = 24 * 3_600_000;

/**
 * What is current in one environment (or in the map of environments), near the isolates of a region. Its name is
 * `<authority>/<region>/<shard>`. It registers by asking the authority, which then tells it what is new; it keeps the
 * newest version, never goes back, and answers with the age of what it knows. It does nothing by itself.
 */
export class Relay extends DurableObject<Authorities> {
  readonly #storage = new RelayStorage(this.ctx.storage);
  readonly #listeners = new Listeners(this.ctx);
  #kept: Kept | undefined = this.#storage.load();
  #deleted = false;
  /** The question to the authority that is under way. */
  #question: Promise<void> | undefined;
  #failedAt = -Infinity;
  /** When anybody asked last, epoch ms; 0: not since this object was woken. */
  #askedAt = 0;
  #members: { hash: string; bytes: Promise<ArrayBuffer | null> } | undefined;

  /** What is current, for an isolate. Confirmed with the authority first, for a short while, when that is due. */
  async ask({ holds, atLeast = 0, deltas }: RelayQuestion): Promise<RelayAnswer> {
    const asked = Date.now();
    this.#askedAt = asked;
    await this.#refresh(atLeast);
    if (this.#deleted) return { deleted: true };
    const kept = this.#kept;
    if (!kept) return null;
    const answer = { version: kept.version, ageMs: this.#age(Date.now()), sure: kept.toldAt >= asked };
    if (kept.version <= holds) return answer;
    return deltas ? { ...answer, ...leading(kept, holds) } : { ...answer, body: this.#whole(kept) };
  }

  /** A Worker that holds a change stream comes to listen: the authority has to know of this relay, so it is asked. */
  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get("Upgrade") !== "websocket") return new Response(null, { status: 426 });
    await this.#refresh(0);
    if (this.#deleted) return new Response(null, { status: NOT_TAKEN.deleted });
    return this.#kept
      ? this.#listeners.accept(this.#kept.version)
      : new Response(null, { status: NOT_TAKEN.unavailable });
  }

  /** The authority tells what is current. */
  async push({ sentAt, ...news }: Push): Promise<Receipt> {
    this.#adopt(news, Math.min(sentAt, Date.now()));
    return this.#receipt();
  }

  /** Something happened that made no version: whoever listens may want to ask what. */
  async nudge(): Promise<void> {
    this.#listeners.nudge();
  }

  /** The environment is deleted: what is kept of it goes. */
  async end(): Promise<void> {
    await this.#end();
  }

  /** Asked by the authority after a long time: gives up what it keeps, unless it was asked lately or is listened to. */
  async release(): Promise<Receipt> {
    const receipt = this.#receipt();
    if (Date.now() - receipt.askedAt < NEEDED_MS) return receipt;
    this.#kept = undefined;
    this.#members = undefined;
    await this.ctx.storage.deleteAll();
    return receipt;
  }

  /** The listed members with this hash, as the authority has them now; null when it has others. */
  async members(hash: string): Promise<ArrayBuffer | null> {
    return this.#membersOf(hash);
  }

  #receipt(): Receipt {
    return {
      version: this.#deleted ? Number.MAX_SAFE_INTEGER : (this.#kept?.version ?? 0),
      askedAt: this.#listeners.any ? Date.now() : this.#askedAt,
    };
  }

  #age(now: number): number {
    if (!this.#kept) return Infinity;
    return this.#kept.toldAt > now ? UNKNOWN_AGE_MS : now - this.#kept.toldAt;
  }

  /** Asks the authority when what is held is too old, or older than `atLeast`, and waits for it as long as is allowed. */
  async #refresh(atLeast: number): Promise<void> {
    const now = Date.now();
    const behind = (): boolean => !this.#deleted && (this.#kept?.version ?? 0) < atLeast;
    const until = now + (behind() ? CATCH_UP_MS : CONFIRM_MS);
    const wait = (work: Promise<void>): Promise<void> => within(work, Math.max(0, until - Date.now())).catch(() => {});
    // One that is under way may have been answered before that version was written.
    if (behind() && this.#question) await wait(this.#question);
    const failedLately = this.#failedAt <= now && now - this.#failedAt < QUESTION_AGAIN_MS;
    const old = !this.#deleted && this.#age(now) > RELAY_FRESH_MS;
    if (behind() || (old && !failedLately)) await wait(this.#ask());
  }

  /** One question at a time, for all that wait. Never rejects. */
  #ask(): Promise<void> {
    this.#question ??= this.#confirm().finally(() => (this.#question = undefined));
    return this.#question;
  }

  async #confirm(): Promise<void> {
    const began = Date.now();
    const held = this.#kept?.version ?? 0;
    try {
      const said = await within(
        this.#authority().inform(this.#name, held, this.#kept?.format !== undefined),
        QUESTION_MS,
      );
      if (said === null) return await this.#end();
      if (said.news) this.#adopt(said.news, began);
      else if (this.#kept?.version === said.version) this.#told(began);
    } catch (error) {
      this.#failedAt = Date.now();
      console.warn("authority not answered", error);
    }
  }

  /** A delta that leads on from something else is left: the receipt says so, and the whole is told. */
  #adopt(news: Current, toldAt: number): void {
    if (this.#deleted) return;
    const { version, members } = news;
    const held = this.#kept;
    if (version === held?.version) this.#told(toldAt);
    if (version <= (held?.version ?? 0)) return;
    const kept = "delta" in news ? held && keptAfter(held, news.delta, toldAt) : keptWhole(news, toldAt);
    if (!kept) return;
    this.#keep(kept, held);
    if (members !== null && members !== this.#members?.hash)
      this.ctx.waitUntil(this.#membersOf(members).catch(() => null));
    this.#listeners.newer(version);
  }

  #keep(kept: Kept, before: Kept | undefined): void {
    this.#storage.keep(kept, before);
    this.#kept = kept;
  }

  /** The body of what is held, for who takes no deltas. */
  #whole(kept: Kept): string {
    const whole = merged(kept);
    if (whole !== kept) this.#keep(whole, kept);
    return whole.body;
  }

  #told(at: number): void {
    const now = Date.now();
    if (this.#kept && (at > this.#kept.toldAt || this.#kept.toldAt > now)) this.#kept = { ...this.#kept, toldAt: at };
  }

  async #end(): Promise<void> {
    this.#deleted = true;
    this.#kept = undefined;
    this.#members = undefined;
    this.#listeners.deleted();
    await this.ctx.storage.deleteAll();
  }

  /** Loaded once for all that ask. */
  #membersOf(hash: string): Promise<ArrayBuffer | null> {
    if (this.#members?.hash === hash) return this.#members.bytes;
    const object = this.env.ENVIRONMENT.getByName(authorityOfRelay(this.#name));
    const bytes = within(object.members(hash), QUESTION_MS);
    const loading = { hash, bytes };
    this.#members = loading;
    const forget = (): void => {
      if (this.#members === loading) this.#members = undefined;
    };
    bytes.then((found) => found ?? forget(), forget);
    return bytes;
  }

  get #name(): string {
    const { name } = this.ctx.id;
    if (name === undefined) throw new Error("a relay has a name");
    return name;
  }

  #authority(): Authority {
    const name = authorityOfRelay(this.#name);
    return name === keyOf.workspaceObject ? this.env.WORKSPACE.getByName(name) : this.env.ENVIRONMENT.getByName(name);
  }
}

type Rpc = "ask" | "push" | "nudge" | "end" | "release" | "members" | "fetch";

/** The namespace as its callers see it. */
export type RelayObjects = {
  getByName(name: string, options?: { locationHint?: DurableObjectLocationHint }): Pick<Relay, Rpc>;
};
