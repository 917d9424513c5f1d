import * as LIMITS from "../contract/limits.ts";
import { CREDENTIAL_PREFIX, type EnvironmentMap } from "../contract/snapshot.ts";
import type { Snapshot } from "../core/compile.ts";
import { after as realAfter, type After, sleep } from "./deadline.ts";
import { Inquiry } from "./inquiry.ts";
import { type Avoid, type Loaded, loadMap, loadSnapshot, type Sources } from "./load.ts";
import { type Caller, type Check, CHECK_MS, PATIENCE_MS, Slot } from "./slot.ts";

export type { Relay, Sources, Stored } from "./load.ts";

/*
 * Snapshots in an isolate's memory. As long as they are fresh, asking for one is synchronous and does no I/O; else one
 * request checks what is current, under a deadline that depends on how old what is held is, and may be answered from
 * that when the deadline passes. Versions never go backward within an incarnation.
 *
 * An environment that is held is checked with one question, which also tells when it has been deleted. The map of
 * environments is asked for names that aren't held, and now and then.
 */

/** `confirmedAt`: epoch ms at which the snapshot was last known to be current. */
export type Held = { readonly snapshot: Snapshot; readonly confirmedAt: number };
export type Lookup = { readonly held: Held } | { readonly missing: "environment" | "unavailable" };

/** The request that asks, with sources whose I/O is its own; they are looked at only when there is something to ask. */
export type Asking = Caller & { readonly sources: Sources };
/** A revision that the caller has seen, and doesn't want to be behind of. */
export type Revision = { readonly incarnation: string; readonly version: number };

/** `problem`: what went wrong at the last check. Version 0: nothing could be loaded yet. */
export type Health = {
  map: { version: number; ageMs: number; problem?: string } | null;
  environments: { environment: string; incarnation: string; version: number; ageMs: number; problem?: string }[];
};

/** How often a single request may cause a check out of turn. */
const OUT_OF_TURN_MS = 1_000;
/** How long a version that the authority doesn't have isn't asked for again. */
const ABSENT_MS = 10_000;
/** How long, and of how many, it is remembered that a credential is none. */
const NONE_MS = 5_000;
const NONE_COUNT = 10_000;
/** How often the map is looked at though nobody asks for a name that isn't held: in case a deletion got lost. */
const MAP_MS = 60_000;

/** What is held of one incarnation of an environment. */
type Entry = {
  readonly incarnation: string;
  readonly slot: Slot<Loaded>;
  readonly avoid: Avoid;
  /** What the slot holds, as it is answered. */
  lookup: Lookup;
  problem: string | undefined;
  /** The newest version that was written through this isolate. */
  written: number;
  confirmForced: number;
  /** When a check began that was made for the sake of a version, and didn't bring it. */
  missedAt: number;
  /** When the last check began in which the authority itself said what is current. */
  sureAt: number;
  absent: { version: number; until: number };
};

const UNKNOWN: Lookup = { missing: "environment" };
const UNAVAILABLE: Lookup = { missing: "unavailable" };

export class SnapshotStore {
  readonly #freshnessMs: number;
  readonly #after: After;
  readonly #map: Slot<EnvironmentMap>;
  readonly #entries = new Map<string, Entry>();
  /** Name to incarnation of what was found to be deleted, as long as the map has it. */
  readonly #deleted = new Map<string, string>();
  #mapProblem: string | undefined;
  /** When a check of the map began for the sake of a credential, and the last in which Workspace itself answered. */
  #mapForced = -Infinity;
  #mapSureAt = -Infinity;
  /** Hashes of what was presented and is no credential, and until when that is remembered. */
  readonly #none = new Map<string, number>();
  #listed: { of: EnvironmentMap; prefixes: ReadonlySet<string> } | undefined;
  /** How often the map was changed through this isolate, and how many of these changes it has seen. */
  #mapWritten = 0;
  #mapSeen = 0;

  /** @param options `freshnessMs`: how long memory may answer before it is checked */
  constructor({ freshnessMs, after = realAfter }: { freshnessMs: number; after?: After }) {
    this.#freshnessMs = freshnessMs;
    this.#after = after;
    this.#map = new Slot(freshnessMs, after);
  }

  /** What to answer from. Synchronous while memory is fresh: the warm path must not await. */
  current(environment: string, asking: Asking): Lookup | Promise<Lookup> {
    const now = asking.now();
    const entry = this.#entries.get(environment);
    if (entry && entry.slot.fresh(now)) return entry.lookup;
    return this.#look(environment, asking, now + CHECK_MS);
  }

  /** The same, from that revision at least. */
  atLeast(environment: string, { incarnation, version }: Revision, asking: Asking): Lookup | Promise<Lookup> {
    const until = asking.now() + CHECK_MS;
    const reach = (lookup: Lookup): Lookup | Promise<Lookup> => {
      const entry = this.#entries.get(environment);
      if (entry?.incarnation !== incarnation || versionOf(entry) >= version) return lookup;
      return this.#catchUp(environment, entry, version, asking, until);
    };
    const lookup = this.current(environment, asking);
    return lookup instanceof Promise ? lookup.then(reach) : reach(lookup);
  }

  /**
   * The same after a check now, at most one a second for an environment: for a key that isn't known. A relay that has
   * nothing newer asks the authority.
   */
  confirm(environment: string, asking: Asking): Lookup | Promise<Lookup> {
    const now = asking.now();
    const entry = this.#entries.get(environment);
    if (!entry?.slot.kept || now - entry.confirmForced < OUT_OF_TURN_MS) return this.current(environment, asking);
    entry.confirmForced = now;
    return entry.slot
      .force(asking, this.#checkOf(environment, entry, asking, versionOf(entry) + 1), now + CHECK_MS)
      .then(() => this.current(environment, asking));
  }

  /**
   * Whether a text with this SHA-256 may be an admin token or a session, as far as Workspace has published. For one that
   * isn't listed the map is checked, at most once a second for all of them, so that a new one is known at once: whoever
   * guesses reaches Workspace no more often than that. Where nobody can tell, it may be.
   *
   * @param hash lower-case hex
   */
  async mayHold(hash: string, asking: Asking): Promise<boolean> {
    const came = asking.now();
    const until = came + CHECK_MS;
    await this.#refreshMap(false, asking, until);
    for (;;) {
      if (this.#lists(hash) !== false) return true;
      const now = asking.now();
      if (now < (this.#none.get(hash) ?? 0)) return false;
      const lately = this.#mapForced <= now && this.#mapForced > came - OUT_OF_TURN_MS;
      if (lately && !this.#map.checking(now)) {
        if (this.#mapSureAt < this.#mapForced) return true;
        if (this.#mapForced >= came) this.#remember(hash, now);
        return false;
      }
      if (now >= until) return true;
      if (lately) await this.#map.join(asking, until);
      else {
        this.#mapForced = now;
        await this.#map.force(asking, (end) => this.#checkMap(asking, end, true), until);
      }
    }
  }

  #remember(hash: string, now: number): void {
    if (this.#none.size >= NONE_COUNT) this.#none.clear();
    this.#none.set(hash, now + NONE_MS);
  }

  /** Whether the map lists the beginning of a hash; undefined where there is none that lists any. */
  #lists(hash: string): boolean | undefined {
    const map = this.#map.kept?.value;
    if (!map?.credentials) return undefined;
    if (this.#listed?.of !== map) this.#listed = { of: map, prefixes: new Set(map.credentials) };
    return this.#listed.prefixes.has(hash.slice(0, CREDENTIAL_PREFIX));
  }

  /** A write went through this isolate: its next answer is from that version at least, if the authority can be asked. */
  noteWrite(environment: string, incarnation: string, version: number): void {
    const entry = this.#entries.get(environment);
    if (entry?.incarnation !== incarnation) return this.noteMap();
    if (versionOf(entry) >= version) return;
    entry.written = Math.max(entry.written, version);
    entry.slot.note();
  }

  /** The set of environments was changed through this isolate. */
  noteMap(): void {
    this.#mapWritten += 1;
    this.#map.note();
    for (const { slot } of this.#entries.values()) slot.note();
  }

  /** What is held, how old it is, and what went wrong at the last check. @param now epoch ms */
  health(now: number): Health {
    const environments: Health["environments"] = [];
    for (const [environment, entry] of this.#entries) {
      const { incarnation, slot, problem } = entry;
      const ageMs = now - (slot.kept?.confirmedAt ?? now);
      const one = { environment, incarnation, version: versionOf(entry), ageMs };
      environments.push(problem === undefined ? one : { ...one, problem });
    }
    const { kept } = this.#map;
    if (!kept) return { map: null, environments };
    const map = { version: kept.value.version, ageMs: now - kept.confirmedAt };
    return { map: this.#mapProblem === undefined ? map : { ...map, problem: this.#mapProblem }, environments };
  }

  /** @param until epoch ms at which a caller that gets nothing gives up */
  #look(environment: string, asking: Asking, until: number): Lookup | Promise<Lookup> {
    const entry = this.#entries.get(environment);
    if (entry) this.#used(environment, entry);
    // Both at once. Nothing is asked for a name that the map may turn out not to have, unless it had it before.
    const map = this.#refreshMap(entry !== undefined, asking, until);
    const own = entry?.slot.refresh(asking, this.#checkOf(environment, entry, asking), until);
    if (entry) show(entry);
    if (map || own) return Promise.all([map, own]).then(() => this.#settle(environment, asking, until));
    return this.#settle(environment, asking, until);
  }

  /** Looks whether the map is current. Who asks for what is held waits for it only after the map has been changed here. */
  #refreshMap(held: boolean, asking: Asking, until: number): Promise<void> | undefined {
    const waits = !held || this.#mapSeen < this.#mapWritten;
    if (!waits && this.#map.checkedWithin(MAP_MS, asking.now())) return undefined;
    const refreshed = this.#map.refresh(asking, (end) => this.#checkMap(asking, end), until);
    return waits ? refreshed : undefined;
  }

  /** The answer once what had to be checked has been, or can't be. */
  #settle(environment: string, asking: Asking, until: number): Lookup | Promise<Lookup> {
    const map = this.#map.kept?.value;
    if (!map) return UNAVAILABLE;
    if (!Object.hasOwn(map.environments, environment)) return UNKNOWN;
    const incarnation = map.environments[environment]!;
    if (this.#deleted.get(environment) === incarnation) {
      // There may be a new one by that name, which the map that is held doesn't have yet.
      const refreshed = asking.now() < until ? this.#refreshMap(false, asking, until) : undefined;
      return refreshed ? refreshed.then(() => this.#settle(environment, asking, until)) : UNKNOWN;
    }
    const entry = this.#entryOf(environment, incarnation);
    if (entry.lookup !== UNAVAILABLE || asking.now() >= until) return entry.lookup;
    const check = this.#checkOf(environment, entry, asking);
    return entry.slot.refresh(asking, check, until)?.then(() => entry.lookup) ?? entry.lookup;
  }

  /**
   * Loads a version that the caller knows to exist, or learns that the authority doesn't have it. Who asks for what
   * doesn't exist can cause a question a second, and the others wait for their turn.
   */
  async #catchUp(environment: string, entry: Entry, version: number, asking: Asking, until: number): Promise<Lookup> {
    const { slot } = entry;
    const pause = Math.max(0, Math.min(OUT_OF_TURN_MS, entry.missedAt + OUT_OF_TURN_MS - asking.now()));
    const end = Math.min(until, asking.now() + PATIENCE_MS + pause);
    for (;;) {
      const now = asking.now();
      const absent = version === entry.absent.version && now < entry.absent.until;
      if (versionOf(entry) >= version || absent || now >= end) return entry.lookup;
      const turn = Math.min(entry.missedAt, now) + OUT_OF_TURN_MS;
      if (slot.checking(now)) await slot.join(asking, end);
      else if (now < turn) await sleep(Math.min(turn, end) - now, this.#after);
      else {
        await slot.force(asking, this.#checkOf(environment, entry, asking, version), end);
        if (versionOf(entry) >= version) return entry.lookup;
        entry.missedAt = now;
        if (entry.sureAt >= now) entry.absent = { version, until: now + ABSENT_MS };
      }
    }
  }

  /** The entry of an incarnation; what was held of an earlier one under the same name is forgotten. */
  #entryOf(environment: string, incarnation: string): Entry {
    const present = this.#entries.get(environment);
    if (present?.incarnation === incarnation) return present;
    const entry: Entry = {
      incarnation,
      slot: new Slot(this.#freshnessMs, this.#after),
      avoid: {},
      lookup: UNAVAILABLE,
      problem: undefined,
      written: 0,
      confirmForced: -Infinity,
      missedAt: -Infinity,
      sureAt: -Infinity,
      absent: { version: 0, until: -Infinity },
    };
    this.#used(environment, entry);
    return entry;
  }

  /** Puts an entry last in line; the first goes when there are too many. */
  #used(environment: string, entry: Entry): void {
    this.#entries.delete(environment);
    this.#entries.set(environment, entry);
    if (this.#entries.size > LIMITS.heldEnvironments) this.#entries.delete(this.#entries.keys().next().value!);
  }

  async #checkMap(asking: Asking, until: number, forced = false): Promise<void> {
    const inquiry = new Inquiry(asking.now, this.#after, until);
    const slot = this.#map;
    const written = this.#mapWritten;
    const atLeast = forced || this.#mapSeen < written ? Infinity : 0;
    try {
      const found = await loadMap(slot.kept?.value, atLeast, asking.sources, inquiry);
      if (found.state === "confirmed") slot.confirm(found.confirmedAt);
      else if (found.state === "new" && found.value.version > (slot.kept?.value.version ?? -1))
        slot.keep(found.value, found.confirmedAt);
      if ("sure" in found && found.sure) {
        this.#mapSeen = Math.max(this.#mapSeen, written);
        this.#mapSureAt = Math.max(this.#mapSureAt, inquiry.began);
      }
      this.#mapProblem = inquiry.problem;
    } catch (error) {
      this.#mapProblem = inquiry.problem ?? String(error);
    }
    const names = slot.kept?.value.environments ?? {};
    const isThere = (environment: string, incarnation: string): boolean =>
      Object.hasOwn(names, environment) && names[environment] === incarnation;
    for (const [environment, { incarnation }] of this.#entries)
      if (!isThere(environment, incarnation)) this.#entries.delete(environment);
    for (const [environment, incarnation] of this.#deleted)
      if (!isThere(environment, incarnation)) this.#deleted.delete(environment);
  }

  #checkOf(environment: string, entry: Entry, asking: Asking, atLeast = entry.written): Check {
    const { slot, incarnation, avoid } = entry;
    return async (until) => {
      const inquiry = new Inquiry(asking.now, this.#after, until);
      try {
        const held = slot.kept?.value;
        const found = await loadSnapshot(environment, incarnation, held, atLeast, asking.sources, inquiry, avoid);
        if (found.state === "deleted") return this.#forget(environment, entry);
        if (found.state === "confirmed") slot.confirm(found.confirmedAt);
        // Another check may have brought something newer meanwhile.
        else if (found.state === "new" && found.value.snapshot.version > versionOf(entry))
          // What is held was current when it was confirmed, so what follows it became so after that.
          slot.keep(found.value, Math.max(found.confirmedAt, slot.kept?.confirmedAt ?? -Infinity));
        if ("sure" in found && found.sure) entry.sureAt = inquiry.began;
        entry.problem = inquiry.problem;
      } catch (error) {
        entry.problem = inquiry.problem ?? String(error);
      }
      show(entry);
    };
  }

  #forget(environment: string, entry: Entry): void {
    entry.lookup = UNKNOWN;
    if (this.#entries.get(environment) !== entry) return;
    this.#entries.delete(environment);
    this.#deleted.set(environment, entry.incarnation);
  }
}

/** Makes what the slot holds what is answered. */
function show(entry: Entry): void {
  const { kept } = entry.slot;
  if (kept) entry.lookup = { held: { snapshot: kept.value.snapshot, confirmedAt: kept.confirmedAt } };
}

/** The version held; 0 when there is none. */
function versionOf({ slot }: Entry): number {
  return slot.kept?.value.snapshot.version ?? 0;
}
