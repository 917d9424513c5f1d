import { hexOf } from "../core/hash.ts";
import { RELAY_FRESH_MS, type RelayAnswer, type RelayQuestion, type RelayVersion } from "../contract/relay.ts";
import {
  type EnvironmentMap,
  type Pointer,
  readsFormat,
  type SnapshotBody,
  type SnapshotDelta,
} from "../contract/snapshot.ts";
import { compile, type Snapshot } from "../core/compile.ts";
import { applied } from "../core/delta.ts";
import type { Inquiry } from "./inquiry.ts";

/* Asking the sources, the relay first and then KV, each under a deadline, and refusing what isn't whole. */

/** The relay of the isolate's region. Every call is a fresh I/O of the calling request; each may reject or hang. */
export type Relay = {
  map(question: RelayQuestion): Promise<RelayAnswer>;
  environment(environment: string, incarnation: string, question: RelayQuestion): Promise<RelayAnswer>;
  members(environment: string, incarnation: string, hash: string): Promise<ArrayBuffer | null>;
};
/** What is stored in KV, likewise. null: nothing is known of it, or not yet. */
export type Stored = {
  map(): Promise<EnvironmentMap | null>;
  pointer(environment: string, incarnation: string): Promise<Pointer | null>;
  body(environment: string, incarnation: string, version: number): Promise<string | null>;
  members(environment: string, incarnation: string, hash: string): Promise<ArrayBuffer | null>;
};
export type Sources = { relay: Relay; stored: Stored };

/** A snapshot with the listed members it was made with, which the next version probably shares. */
export type Loaded = { snapshot: Snapshot; membersHash: string | null; members: Uint8Array | null };

/**
 * What a check found. `confirmedAt`: epoch ms at which it was known to be current; `sure`: the authority itself has said
 * so since the check began. `behind`: what is held is newer.
 */
export type Found<T> =
  | { state: "confirmed"; confirmedAt: number; sure: boolean }
  | { state: "new"; value: T; confirmedAt: number; sure: boolean }
  | { state: "behind" | "deleted" };

/** What one source says is current. `value` is there when that is newer than what is held. */
type Word<T> = { version: number; confirmedAt: number; sure: boolean; value: T | undefined };

/** What KV says is usually this old at most, and it remembers for as long what it didn't have. */
const KV_MS = 60_000;
/** How long a version that was not whole isn't asked for again. */
const REJECTED_MS = 10_000;

/**
 * Looks up the set of environments. Rejects when no source has it.
 * @param atLeast a version that is known to exist, 0 for none; Infinity: the authority is to be asked
 */
export async function loadMap(
  held: EnvironmentMap | undefined,
  atLeast: number,
  { relay, stored }: Sources,
  inquiry: Inquiry,
): Promise<Found<EnvironmentMap>> {
  const has = held?.version ?? 0;
  const word = await fromRelay(
    "relay map",
    has,
    (question) => relay.map(question),
    ({ body }) => (body === undefined ? undefined : known<EnvironmentMap>(JSON.parse(body))),
    atLeast,
    inquiry,
  );
  return settle(word, has, inquiry, async (newest) => {
    const answer = await inquiry.ask("stored map", () => stored.map());
    const map = answer && (await inquiry.read("stored map", () => known(answer)));
    if (!map) return undefined;
    // It doesn't say since when it is current.
    return storedWord(map.version, map.version > newest ? map : undefined, inquiry.began - KV_MS);
  });
}

/** Versions that it makes no sense to ask for until an epoch ms; remembered between the checks of one environment. */
export type Avoid = {
  /** What the relay has is not whole, or of a newer format. */
  relay?: { version: number; until: number };
  /** The same of KV; or it had nothing, and would say so again. */
  stored?: { version: number; until: number };
};

/**
 * Looks whether there is a newer version of an environment, and loads it. Rejects when that can't be told or had.
 * @param atLeast a version that is known to exist, 0 for none
 */
export async function loadSnapshot(
  environment: string,
  incarnation: string,
  held: Loaded | undefined,
  atLeast: number,
  { relay, stored }: Sources,
  inquiry: Inquiry,
  avoid: Avoid,
): Promise<Found<Loaded>> {
  const has = held?.snapshot.version ?? 0;
  const avoided = (one: Avoid["relay"]): number => (one && inquiry.now < one.until ? one.version : 0);
  const read = (text: string, version: number): SnapshotBody => readBody(text, environment, incarnation, version);

  // Lists that were just changed are where the version came from; others have long been in KV, and the relay would have to
  // ask the environment's object, whose one thread would have to pack them.
  const membersFrom = held ? [relay, stored] : [stored, relay];
  const whole = async ({ version, body: text }: RelayVersion): Promise<Loaded | undefined> => {
    const body = text === undefined ? undefined : await inquiry.read("relay body", () => read(text, version));
    if (!body) avoid.relay = { version, until: inquiry.now + REJECTED_MS };
    return body && complete(body, held, membersFrom, inquiry);
  };
  const word = await fromRelay<Loaded>(
    "relay",
    has,
    (question) => relay.environment(environment, incarnation, question),
    async (answer) => {
      if (!answer.deltas) return whole(answer);
      try {
        const start = answer.body === undefined ? undefined : readBody(answer.body, environment, incarnation);
        return await follow(answer.version, start, answer.deltas, held, membersFrom, inquiry);
      } catch (error) {
        inquiry.note("relay deltas not usable", error);
      }
      const again = await inquiry.ask("relay", () => relay.environment(environment, incarnation, { holds: has }));
      return again && "body" in again ? whole(again) : undefined;
    },
    atLeast,
    inquiry,
    avoided(avoid.relay),
  );
  return settle(word, has, inquiry, async (newest) => {
    const pointerRead = await inquiry.ask("stored pointer", () => stored.pointer(environment, incarnation));
    const pointer = pointerRead && (await inquiry.read("stored pointer", () => known(pointerRead)));
    if (!pointer) return undefined;
    const { version } = pointer;
    if (version <= newest) return storedWord<Loaded>(version, undefined);
    if (avoided(avoid.stored) === version) return inquiry.note("stored body not usable");
    const text = await inquiry.ask("stored body", () => stored.body(environment, incarnation, version));
    const body = text ? await inquiry.read("stored body", () => read(text, version)) : undefined;
    if (text === null) avoid.stored = { version, until: inquiry.now + KV_MS };
    else if (text && !body) avoid.stored = { version, until: inquiry.now + REJECTED_MS };
    const value = body && (await complete(body, held, [stored, relay], inquiry));
    return value && storedWord(version, value, Math.min(value.snapshot.at, inquiry.began));
  });
}

/**
 * What the relay says; undefined when that is of no use.
 * @param has the version held @param avoided a version whose body isn't wanted again @param read may say undefined, and
 *   has then noted why
 */
async function fromRelay<T>(
  what: string,
  has: number,
  ask: (question: RelayQuestion) => Promise<RelayAnswer>,
  read: (answer: RelayVersion) => T | undefined | Promise<T | undefined>,
  atLeast: number,
  inquiry: Inquiry,
  avoided = 0,
): Promise<Word<T> | "deleted" | undefined> {
  const holds = Math.max(has, avoided);
  // Nothing leads on from a version that was avoided.
  const question: RelayQuestion = holds > has ? { holds } : { holds, deltas: true };
  const answer = await inquiry.ask(what, () => ask(atLeast > has ? { ...question, atLeast } : question));
  if (answer === undefined) return undefined;
  if (answer === null) return inquiry.note(`${what} knows nothing`);
  if ("deleted" in answer) return "deleted";
  const { version, ageMs, sure, body, deltas }: RelayVersion = answer;
  if (ageMs > RELAY_FRESH_MS) inquiry.note(`${what} not confirmed`);
  const word = { version, confirmedAt: inquiry.began - ageMs, sure, value: undefined };
  if (version <= has) return word;
  if (body === undefined && deltas === undefined) return inquiry.note(`${what} body not usable`);
  const value = await inquiry.read(`${what} body`, () => read(answer));
  return value && { ...word, value };
}

/**
 * What KV says was current once: when the version was committed, and nobody knows until when, since what followed may not
 * have got there. So KV brings what is newer, and confirms nothing.
 */
function storedWord<T>(version: number, value: T | undefined, confirmedAt = -Infinity): Word<T> {
  return { version, confirmedAt, sure: false, value };
}

/**
 * What there is to go by: the relay's word, or KV's when the relay has none. KV is also asked when the relay has heard
 * nothing for so long that KV may know more.
 */
async function settle<T>(
  relayed: Word<T> | "deleted" | undefined,
  has: number,
  inquiry: Inquiry,
  fromStored: (newest: number) => Promise<Word<T> | undefined>,
): Promise<Found<T>> {
  if (relayed === "deleted") return { state: "deleted" };
  if (relayed && relayed.confirmedAt >= inquiry.began - KV_MS) return found(relayed, has);
  const stored = await fromStored(Math.max(has, relayed?.version ?? 0));
  if (!relayed && !stored) throw new Error("no source knows");
  if (!stored) return found(relayed!, has);
  return found(relayed && relayed.version >= stored.version ? relayed : stored, has);
}

function found<T>({ version, confirmedAt, sure, value }: Word<T>, has: number): Found<T> {
  if (value !== undefined) return { state: "new", value, confirmedAt, sure };
  return version === has ? { state: "confirmed", confirmedAt, sure } : { state: "behind" };
}

/** Gets the listed members that a body goes with, and compiles it. Undefined when they can't be had. */
async function complete(
  body: SnapshotBody,
  held: Loaded | undefined,
  sources: readonly Pick<Stored, "members">[],
  inquiry: Inquiry,
): Promise<Loaded | undefined> {
  const members = await membersOf(body, body.members, held, sources, inquiry);
  return members === undefined ? undefined : { snapshot: compile(body, members), membersHash: body.members, members };
}

/**
 * Follows deltas to a version: from a body, or else from what is held, of which everything stays compiled that they don't
 * touch. Undefined when the listed members can't be had. Rejects when they don't lead there.
 */
async function follow(
  version: number,
  body: SnapshotBody | undefined,
  deltas: readonly string[],
  held: Loaded | undefined,
  sources: readonly Pick<Stored, "members">[],
  inquiry: Inquiry,
): Promise<Loaded | undefined> {
  const steps = deltas.map((text) => known<SnapshotDelta>(JSON.parse(text)));
  if (steps.at(-1)?.version !== version) throw new Error(`don't lead to ${version}`);
  if (body) return complete(steps.reduce(applied, body), held, sources, inquiry);
  if (!held) throw new Error("lead on from nothing");
  const { rest } = steps.findLast((one) => one.rest) ?? {};
  const membersHash = rest ? rest.members : held.membersHash;
  const members = await membersOf(held.snapshot, membersHash, held, sources, inquiry);
  if (members === undefined) return undefined;
  return { snapshot: held.snapshot.following(steps, members), membersHash, members };
}

/** The listed members of this hash, those that are held or from one of the sources. Undefined when they can't be had. */
async function membersOf(
  { environment, incarnation }: Pick<SnapshotBody, "environment" | "incarnation">,
  hash: string | null,
  held: Loaded | undefined,
  sources: readonly Pick<Stored, "members">[],
  inquiry: Inquiry,
): Promise<Uint8Array | null | undefined> {
  if (hash === null) return null;
  if (held?.membersHash === hash) return held.members;
  for (const source of sources) {
    const bytes = await inquiry.ask("members", () => source.members(environment, incarnation, hash));
    const members = bytes && (await inquiry.read("members", () => readMembers(bytes, hash)));
    if (members) return members;
  }
  return inquiry.note("members not to be had");
}

/** Lets a pointer or map pass when it is of the format that this code knows. */
function known<D extends { format: number }>(document: D): D {
  if (!readsFormat(document.format)) throw new Error(`is of format ${document.format}`);
  return document;
}

/** Bodies were validated when they were written: here it is enough that one is whole, and the one that was meant. */
function readBody(text: string, environment: string, incarnation: string, version?: number): SnapshotBody {
  const body: SnapshotBody = JSON.parse(text);
  known(body);
  const { version: its } = body;
  if (body.environment !== environment || body.incarnation !== incarnation || its !== (version ?? its))
    throw new Error(`is of ${body.environment}/${body.incarnation}/${body.version}`);
  for (const list of [body.keys, body.flags, body.segments]) if (!Array.isArray(list)) throw new Error("is not whole");
  return body;
}

async function readMembers(bytes: ArrayBuffer, hash: string): Promise<Uint8Array> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  if (hexOf(digest) !== hash) throw new Error("are not what their address says");
  return new Uint8Array(bytes);
}
