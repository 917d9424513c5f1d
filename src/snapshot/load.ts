import { type EnvironmentMap, type Pointer, SNAPSHOT_FORMAT, type SnapshotBody } from "../contract/snapshot.ts";
import { compile, type Snapshot } from "../core/compile.ts";
import { type After, within } from "./deadline.ts";

/* Asking the sources, in order, each under a deadline, and refusing what isn't whole. */

/** One place that snapshots can be had from. Every call is a fresh I/O of the calling request; each may reject or hang. */
export type Source = {
  /** null: the environment is deleted (the authority), or nothing is known of it (what is stored). */
  pointer(environment: string, incarnation: string): Promise<Pointer | null>;
  /** The authority may answer with a newer version than it was asked for. */
  body(environment: string, incarnation: string, version: number): Promise<string | null>;
  members(environment: string, incarnation: string, hash: string): Promise<ArrayBuffer | null>;
  map(): Promise<EnvironmentMap | null>;
};
export type Sources = { authority: Source; stored: Source };

/** A snapshot with the listed members it was made with, which the next version probably shares. */
export type Loaded = { snapshot: Snapshot; membersHash: string | null; members: Uint8Array | null };

/** What a check found. `confirmedAt`: epoch ms at which it was known to be current. `behind`: what is held is newer. */
export type Found<T> =
  | { state: "confirmed"; confirmedAt: number }
  | { state: "new"; value: T; confirmedAt: number }
  | { state: "behind" | "deleted" };

/** How long one source may take for one answer. */
const CALL_MS = 1_000;
/** What KV says may be this old, and it remembers for as long what it didn't have. */
const KV_MS = 60_000;
/** How long a version that was not whole isn't asked for again. */
const REJECTED_MS = 10_000;

/** One check: asks with deadlines, and remembers what went wrong on the way. */
export class Inquiry {
  readonly #problems: string[] = [];
  readonly began: number;
  /** Whether something came that can't be used, which asking again soon won't change. */
  unusable = false;
  readonly #now: () => number;
  readonly #after: After;
  readonly #until: number;

  constructor(now: () => number, after: After, until: number) {
    this.#now = now;
    this.#after = after;
    this.#until = until;
    this.began = now();
  }

  /** What went wrong so far; undefined when nothing did. */
  get problem(): string | undefined {
    return this.#problems.length === 0 ? undefined : this.#problems.join("; ");
  }

  get now(): number {
    return this.#now();
  }

  /** The answer as `read` gives it; undefined, and a problem noted, when none came in time or `read` refuses it. */
  async ask<A, T>(what: string, call: () => Promise<A>, read: (answer: A) => T | Promise<T>): Promise<T | undefined> {
    let answer: A;
    try {
      answer = await within(call(), Math.max(0, Math.min(CALL_MS, this.#until - this.now)), this.#after);
    } catch (error) {
      return this.#problem(`${what} not answered`, error);
    }
    try {
      return await read(answer);
    } catch (error) {
      this.unusable = true;
      return this.#problem(`${what} not usable`, error);
    }
  }

  /** The error itself goes to the log only: anybody may read a problem, and a message may quote what it is about. */
  #problem(what: string, error: unknown): undefined {
    console.warn(what, error);
    this.#problems.push(what);
  }
}

/** Looks up the set of environments. Rejects when no source has it. */
export async function loadMap(
  held: EnvironmentMap | undefined,
  sources: Sources,
  inquiry: Inquiry,
): Promise<Found<EnvironmentMap>> {
  const decided = await inquiry.ask("authority map", () => sources.authority.map(), known);
  const map = decided ?? (await inquiry.ask("stored map", () => sources.stored.map(), known));
  if (!map) throw new Error("no source has the map");
  const confirmedAt = decided ? inquiry.began : inquiry.began - KV_MS;
  if (!held || map.version > held.version) return { state: "new", value: map, confirmedAt };
  return map.version === held.version ? { state: "confirmed", confirmedAt } : { state: "behind" };
}

/** Versions that it makes no sense to ask for until an epoch ms; remembered between the checks of one environment. */
export type Avoid = {
  /** KV had nothing, and would say so again. */
  missing?: { version: number; until: number };
  /** What came was not whole, or of a newer format. */
  rejected?: { version: number; until: number };
};

/** Looks whether there is a newer version of an environment, and loads it. Rejects when that can't be told or had. */
export async function loadSnapshot(
  environment: string,
  incarnation: string,
  held: Loaded | undefined,
  sources: Sources,
  inquiry: Inquiry,
  avoid: Avoid,
): Promise<Found<Loaded>> {
  const pointerOf = (what: string, source: Source) =>
    inquiry.ask(what, () => source.pointer(environment, incarnation), known);
  const decided = await pointerOf("authority pointer", sources.authority);
  if (decided === null) return { state: "deleted" };
  const pointer = decided ?? (await pointerOf("stored pointer", sources.stored));
  if (!pointer) throw new Error("no source has the pointer");

  const { version } = pointer;
  const confirmedAt = decided ? inquiry.began : inquiry.began - KV_MS;
  if (held && version === held.snapshot.version) return { state: "confirmed", confirmedAt };
  if (held && version < held.snapshot.version) return { state: "behind" };
  const avoided = (one: Avoid["missing"]): boolean => one?.version === version && inquiry.now < one.until;
  if (avoided(avoid.rejected)) throw new Error(`version ${version} was not whole`);

  const fromStored = async (): Promise<SnapshotBody | undefined> => {
    if (pointer.stored < version || avoided(avoid.missing)) return undefined;
    const body = await inquiry.ask(
      "stored body",
      () => sources.stored.body(environment, incarnation, version),
      (text) => text && readBody(text, environment, incarnation, (found) => found === version),
    );
    if (body === null) avoid.missing = { version, until: inquiry.now + KV_MS };
    return body || undefined;
  };
  const fromAuthority = async (): Promise<SnapshotBody | undefined> => {
    const body = await inquiry.ask(
      "authority body",
      () => sources.authority.body(environment, incarnation, version),
      (text) => text && readBody(text, environment, incarnation, (found) => found >= version),
    );
    return body || undefined;
  };
  for (const bodyFrom of [fromStored, fromAuthority]) {
    const body = await bodyFrom();
    const value = body && (await complete(body, held, sources, inquiry));
    if (value) return { state: "new", value, confirmedAt };
  }
  if (inquiry.unusable) avoid.rejected = { version, until: inquiry.now + REJECTED_MS };
  throw new Error(`no source has version ${version}`);
}

/** Gets the listed members that a body goes with, and compiles it. Undefined when they can't be had. */
async function complete(
  body: SnapshotBody,
  held: Loaded | undefined,
  { authority, stored }: Sources,
  inquiry: Inquiry,
): Promise<Loaded | undefined> {
  const { environment, incarnation, members: hash } = body;
  if (hash === null) return { snapshot: compile(body, null), membersHash: null, members: null };
  if (held?.membersHash === hash)
    return { snapshot: compile(body, held.members), membersHash: hash, members: held.members };
  const membersOf = (what: string, source: Source) =>
    inquiry.ask(
      what,
      () => source.members(environment, incarnation, hash),
      (bytes) => bytes && readMembers(bytes, hash),
    );
  const members = (await membersOf("stored members", stored)) ?? (await membersOf("authority members", authority));
  return members ? { snapshot: compile(body, members), membersHash: hash, members } : undefined;
}

/** Lets a pointer or map pass when it is of the format that this code knows. */
function known<D extends { format: number } | null>(document: D): D {
  if (document && document.format !== SNAPSHOT_FORMAT) throw new Error(`is of format ${document.format}`);
  return document;
}

/** Bodies were validated when they were written: here it is enough that one is whole, and the one that was meant. */
function readBody(
  text: string,
  environment: string,
  incarnation: string,
  fits: (version: number) => boolean,
): SnapshotBody {
  const body: SnapshotBody = JSON.parse(text);
  known(body);
  if (body.environment !== environment || body.incarnation !== incarnation || !fits(body.version))
    throw new Error(`is of ${body.environment}/${body.incarnation}/${body.version}`);
  for (const list of [body.keys, body.flags, body.segments]) if (!Array.isArray(list)) throw new Error("is not whole");
  return body;
}

async function readMembers(bytes: ArrayBuffer, hash: string): Promise<Uint8Array> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== hash) throw new Error("are not what their address says");
  return new Uint8Array(bytes);
}
