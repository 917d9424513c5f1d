import { DurableObject } from "cloudflare:workers";
import type { Actor } from "../contract/change.ts";
import type { Flag } from "../contract/flag.ts";
import type { Refusal } from "../contract/problem.ts";
import type { Segment } from "../contract/segment.ts";
import { type EnvironmentMap, keyOf, SNAPSHOT_FORMAT } from "../contract/snapshot.ts";
import { within } from "../snapshot/deadline.ts";
import { Outbox } from "../snapshot/outbox.ts";
import { type Doomed, type EnvironmentEntry, Register } from "./register.ts";

export type { EnvironmentEntry } from "./register.ts";

/** What Workspace needs of the Environment objects; the coordinator's class satisfies it. */
export type EnvironmentObjects = {
  getByName(name: string): {
    seed(
      copy: { flags: Flag[]; segments: Segment[] },
      write: { actor: Actor; comment: string },
    ): Promise<{ ok: true } | Refusal>;
    exportAll(): Promise<{ flags: Flag[]; segments: Segment[] }>;
    destroy(): Promise<void>;
  };
};

export type NewEnvironment = {
  name: string;
  description: string;
  /** The environment whose flags and segments it begins with. */
  copyFrom?: string | undefined;
  comment?: string | undefined;
};
export type EnvironmentPatch = { description?: string | undefined; comment?: string | undefined };
type Found = { ok: true; environment: EnvironmentEntry };

const UNKNOWN: Refusal = { ok: false, problem: { type: "not-found", detail: "There is no such environment." } };
const TAKEN: Refusal = {
  ok: false,
  problem: { type: "conflict", detail: "There is an environment by that name already." },
};
const UNFINISHED: Refusal = {
  ok: false,
  problem: { type: "unavailable", detail: "The environment could not be set up. Nothing was created." },
};

/** How long an environment may take to be set up, and how soon after a failure one is tried to be ended again. */
const SETUP_MS = 60_000;
const END_AGAIN_MS = 60_000;
const CALL_MS = 10_000;

/**
 * Which environments there are: name to incarnation. One object, named `workspace`. The map is published to KV in the
 * same way as an environment's snapshots.
 *
 * An environment is set up under its incarnation before its name becomes visible, and loses its name before it is
 * ended. Whatever is set up or has no name any more is on a list of what is to be ended, so that a crash between the
 * steps leaves nothing behind.
 */
export class Workspace extends DurableObject<{ SNAPSHOTS: KVNamespace; ENVIRONMENT: EnvironmentObjects }> {
  readonly #register = new Register(this.ctx.storage.sql);
  readonly #outbox = new Outbox({
    now: () => Date.now(),
    storage: this.ctx.storage.kv,
    current: () => this.#register.version(),
    publish: () => this.#publish(),
    rest: { due: () => this.#register.doomedDue(), run: () => this.#end() },
  });

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

  async createEnvironment(spec: NewEnvironment, actor: Actor): Promise<Found | Refusal> {
    const { name, description, copyFrom, comment = "" } = spec;
    if (this.#register.find(name)) return TAKEN;
    const source = copyFrom === undefined ? undefined : this.#register.find(copyFrom);
    if (copyFrom !== undefined && !source)
      return {
        ok: false,
        problem: {
          type: "invalid",
          detail: "There is no environment to copy from.",
          errors: [{ path: "/copyFrom", message: "is not the name of an environment" }],
        },
      };
    const incarnation = newIncarnation();
    this.ctx.storage.transactionSync(() => {
      this.#register.doom({ name, incarnation }, Date.now() + SETUP_MS);
      this.#arm();
    });
    const refused = await this.#setUp({ name, incarnation }, source, { actor, comment });
    const result = this.ctx.storage.transactionSync((): Found | Refusal => {
      const refusal =
        refused ?? (this.#register.find(name) ? TAKEN : this.#register.spare(incarnation) ? undefined : UNFINISHED);
      if (refusal) {
        this.#register.doom({ name, incarnation }, Date.now());
        this.#arm();
        return refusal;
      }
      const environment = { name, incarnation, description, createdAt: new Date().toISOString() };
      this.#register.add(environment);
      this.#register.log("createEnvironment", name, { actor, comment, at: Date.now() });
      this.#mark();
      return { ok: true, environment };
    });
    this.#work();
    return result;
  }

  async patchEnvironment(name: string, patch: EnvironmentPatch, actor: Actor): Promise<Found | Refusal> {
    const present = this.#register.find(name);
    if (!present) return UNKNOWN;
    const { description = present.description, comment = "" } = patch;
    if (description === present.description) return { ok: true, environment: present };
    this.ctx.storage.transactionSync(() => {
      this.#register.describe(name, description);
      this.#register.log("patchEnvironment", name, { actor, comment, at: Date.now() });
    });
    return { ok: true, environment: { ...present, description } };
  }

  async deleteEnvironment(name: string, actor: Actor, comment = ""): Promise<{ ok: true } | Refusal> {
    const present = this.#register.find(name);
    if (!present) return UNKNOWN;
    this.ctx.storage.transactionSync(() => {
      this.#register.remove(name);
      this.#register.doom(present, Date.now());
      this.#register.log("deleteEnvironment", name, { actor, comment, at: Date.now() });
      this.#mark();
    });
    this.#work();
    return { ok: true };
  }

  override async alarm(): Promise<void> {
    await this.#outbox.run();
    this.#arm();
  }

  #object({ name, incarnation }: { name: string; incarnation: string }) {
    return this.env.ENVIRONMENT.getByName(keyOf.environmentObject(name, incarnation));
  }

  async #setUp(
    target: { name: string; incarnation: string },
    source: EnvironmentEntry | undefined,
    write: { actor: Actor; comment: string },
  ): Promise<Refusal | undefined> {
    try {
      const copy = source ? await within(this.#object(source).exportAll(), CALL_MS) : { flags: [], segments: [] };
      const seeded = await within(this.#object(target).seed(copy, write), CALL_MS);
      return seeded.ok ? undefined : seeded;
    } catch {
      return UNFINISHED;
    }
  }

  #map(): EnvironmentMap {
    const entries = this.#register.list().map(({ name, incarnation }) => [name, incarnation]);
    return { format: SNAPSHOT_FORMAT, version: this.#register.version(), environments: Object.fromEntries(entries) };
  }

  async #publish(): Promise<number> {
    const map = this.#map();
    await within(this.env.SNAPSHOTS.put(keyOf.map, JSON.stringify(map)), CALL_MS);
    return map.version;
  }

  /** Ends what is due to be ended. What can't be reached is tried again later. */
  async #end(): Promise<void> {
    for (const doomed of this.#register.take(Date.now(), Date.now() + END_AGAIN_MS)) await this.#endOne(doomed);
  }

  async #endOne(doomed: Doomed): Promise<void> {
    try {
      await within(this.#object(doomed).destroy(), CALL_MS);
      this.#register.ended(doomed.incarnation);
    } catch {
      // It stays on the list.
    }
  }

  #mark(): void {
    void this.ctx.storage.setAlarm(this.#outbox.mark());
  }

  #work(): void {
    this.ctx.waitUntil(this.#outbox.run().then(() => this.#arm()));
  }

  #arm(): void {
    const due = this.#outbox.due();
    if (due !== null) void this.ctx.storage.setAlarm(due);
  }
}

/** 12 random characters of a-z and 0-9. Bytes past the last multiple of 36 are left out, so that all are equally likely. */
function newIncarnation(): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  let text = "";
  while (text.length < 12)
    for (const byte of crypto.getRandomValues(new Uint8Array(16)))
      if (byte < 252 && text.length < 12) text += alphabet[byte % 36];
  return text;
}

/** The namespace as its callers see it. */
export type WorkspaceObjects = {
  getByName(
    name: string,
  ): Pick<
    Workspace,
    "map" | "environments" | "environment" | "createEnvironment" | "patchEnvironment" | "deleteEnvironment"
  >;
};
