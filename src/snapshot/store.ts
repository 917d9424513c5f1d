import type { EnvironmentMap } from "../contract/snapshot.ts";
import type { Snapshot } from "../core/compile.ts";
import { after as realAfter, type After } from "./deadline.ts";
import { type Avoid, Inquiry, type Loaded, loadMap, loadSnapshot, type Sources } from "./load.ts";
import { type Caller, type Check, CHECK_MS, PATIENCE_MS, Slot } from "./slot.ts";

export type { Source, Sources } from "./load.ts";

/*
 * Snapshots in an isolate's memory. As long as they are fresh, asking for one is synchronous and does no I/O; else one
 * request checks what is current, under a deadline that depends on how old what is held is, and may be answered from
 * that when the deadline passes. Versions never go backward within an incarnation.
 */

/** `confirmedAt`: epoch ms at which the snapshot was last known to be current. */
export type Held = { readonly snapshot: Snapshot; readonly confirmedAt: number };
export type Lookup = { readonly held: Held } | { readonly missing: "environment" | "unavailable" };

/** The request that asks, with sources whose I/O is its own. */
export type Asking = Caller & { sources: Sources };
/** `atLeast`: a revision that the caller has seen, and doesn't want to be behind of. */
export type AskingFor = Asking & { atLeast?: { incarnation: string; version: number } | undefined };

/** `problem`: what went wrong at the last check. Version 0: nothing could be loaded yet. */
export type Health = {
  map: { version: number; ageMs: number; problem?: string } | null;
  environments: { environment: string; incarnation: string; version: number; ageMs: number; problem?: string }[];
};

/** How often a single request may cause a check out of turn. */
const OUT_OF_TURN_MS = 1_000;
/** How long a version that the authority doesn't have isn't asked for again. */
const ABSENT_MS = 10_000;

/** What is held of one incarnation of an environment. */
type Entry = {
  readonly incarnation: string;
  /** null: deleted. */
  readonly slot: Slot<Loaded | null>;
  readonly avoid: Avoid;
  /** What the slot holds, as it is answered. */
  lookup: Lookup;
  problem: string | undefined;
  confirmForced: number;
  versionForced: number;
  absent: { version: number; until: number };
};

const UNKNOWN: Lookup = { missing: "environment" };
const UNAVAILABLE: Lookup = { missing: "unavailable" };

export class SnapshotStore {
  readonly #freshnessMs: number;
  readonly #after: After;
  readonly #map: Slot<EnvironmentMap>;
  readonly #entries = new Map<string, Entry>();
  #mapProblem: string | undefined;

  /** @param options `freshnessMs`: how long memory may answer before it is checked */
  constructor({ freshnessMs, after = realAfter }: { freshnessMs: number; after?: After }) {
    this.#freshnessMs = freshnessMs;
    this.#after = after;
    this.#map = new Slot(freshnessMs, after);
  }

  /** What to answer from. Synchronous while memory is fresh: the warm path must not await. */
  current(environment: string, asking: AskingFor): Lookup | Promise<Lookup> {
    const now = asking.now();
    const entry = this.#entries.get(environment);
    if (entry && asking.atLeast === undefined && this.#map.fresh(now) && entry.slot.fresh(now)) return entry.lookup;
    return this.#look(environment, asking, now + CHECK_MS);
  }

  /** The same after a check now, at most one a second for an environment: for a key that isn't known. */
  confirm(environment: string, asking: Asking): Lookup | Promise<Lookup> {
    const now = asking.now();
    const entry = this.#entries.get(environment);
    if (!entry?.slot.kept || now - entry.confirmForced < OUT_OF_TURN_MS) return this.current(environment, asking);
    entry.confirmForced = now;
    return entry.slot
      .force(asking, this.#checkOf(environment, entry, asking), now + CHECK_MS)
      .then(() => this.current(environment, asking));
  }

  /** A write went through this isolate: its next answer is from that version at least, if the authority can be asked. */
  noteWrite(environment: string, incarnation: string, version: number): void {
    const entry = this.#entries.get(environment);
    if (entry?.incarnation !== incarnation) this.#map.note();
    else if (versionOf(entry) < version) entry.slot.note();
  }

  /** The set of environments was changed through this isolate. */
  noteMap(): void {
    this.#map.note();
  }

  /** What is held, how old it is, and what went wrong at the last check. @param now epoch ms */
  health(now: number): Health {
    const environments: Health["environments"] = [];
    for (const [environment, { incarnation, slot, problem }] of this.#entries) {
      const ageMs = now - (slot.kept?.confirmedAt ?? now);
      const one = { environment, incarnation, version: slot.kept?.value?.snapshot.version ?? 0, ageMs };
      environments.push(problem === undefined ? one : { ...one, problem });
    }
    const { kept } = this.#map;
    if (!kept) return { map: null, environments };
    const map = { version: kept.value.version, ageMs: now - kept.confirmedAt };
    return { map: this.#mapProblem === undefined ? map : { ...map, problem: this.#mapProblem }, environments };
  }

  /** @param until epoch ms at which a caller that gets nothing gives up */
  #look(environment: string, asking: AskingFor, until: number): Lookup | Promise<Lookup> {
    const map = this.#map.refresh(asking, (end) => this.#checkMap(asking, end), until);
    const entry = this.#entries.get(environment);
    // Both at once. Nothing is asked for a name that the map may turn out not to have, unless it had it before.
    const own = entry?.slot.refresh(asking, this.#checkOf(environment, entry, asking), until);
    if (map || own) return Promise.all([map, own]).then(() => this.#settle(environment, asking, until));
    return this.#settle(environment, asking, until);
  }

  /** The answer once the map has been checked, or can't be. */
  #settle(environment: string, asking: AskingFor, until: number): Lookup | Promise<Lookup> {
    const map = this.#map.kept?.value;
    if (!map) return UNAVAILABLE;
    if (!Object.hasOwn(map.environments, environment)) return UNKNOWN;
    const entry = this.#entryOf(environment, map.environments[environment]!);
    const check = this.#checkOf(environment, entry, asking);
    const { atLeast } = asking;
    if (atLeast && this.#seeks(entry, atLeast)) return this.#catchUp(entry, atLeast.version, asking, check, until);
    if (entry.lookup !== UNAVAILABLE || asking.now() >= until) return entry.lookup;
    return entry.slot.refresh(asking, check, until)?.then(() => entry.lookup) ?? entry.lookup;
  }

  #seeks(entry: Entry, { incarnation, version }: { incarnation: string; version: number }): boolean {
    return entry.incarnation === incarnation && version > versionOf(entry);
  }

  /** Loads a version that the caller knows to exist, or learns that the authority doesn't have it. */
  async #catchUp(entry: Entry, version: number, asking: Asking, check: Check, until: number): Promise<Lookup> {
    await entry.slot.join(asking, asking.now() + PATIENCE_MS);
    const now = asking.now();
    const absent = version >= entry.absent.version && now < entry.absent.until;
    if (versionOf(entry) >= version || absent || now - entry.versionForced < OUT_OF_TURN_MS) return entry.lookup;
    entry.versionForced = now;
    await entry.slot.force(asking, check, until);
    const confirmedAt = entry.slot.kept?.confirmedAt ?? -Infinity;
    if (confirmedAt >= now && versionOf(entry) < version) entry.absent = { version, until: now + ABSENT_MS };
    return entry.lookup;
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
      confirmForced: -Infinity,
      versionForced: -Infinity,
      absent: { version: Infinity, until: -Infinity },
    };
    this.#entries.set(environment, entry);
    return entry;
  }

  async #checkMap({ sources, now }: Asking, until: number): Promise<void> {
    const inquiry = new Inquiry(now, this.#after, until);
    const slot = this.#map;
    try {
      const found = await loadMap(slot.kept?.value, sources, inquiry);
      if (found.state === "confirmed") slot.confirm(found.confirmedAt);
      else if (found.state === "new" && found.value.version > (slot.kept?.value.version ?? -1))
        slot.keep(found.value, found.confirmedAt);
      this.#mapProblem = inquiry.problem;
    } catch (error) {
      this.#mapProblem = inquiry.problem ?? String(error);
    }
    const names = slot.kept?.value.environments ?? {};
    for (const [environment, { incarnation }] of this.#entries)
      if (!Object.hasOwn(names, environment) || names[environment] !== incarnation) this.#entries.delete(environment);
  }

  #checkOf(environment: string, entry: Entry, { sources, now }: Asking): Check {
    const { slot, incarnation, avoid } = entry;
    return async (until) => {
      const inquiry = new Inquiry(now, this.#after, until);
      try {
        const held = slot.kept?.value ?? undefined;
        const found = await loadSnapshot(environment, incarnation, held, sources, inquiry, avoid);
        if (found.state === "deleted") slot.keep(null, inquiry.began);
        else if (found.state === "confirmed") slot.confirm(found.confirmedAt);
        // Another check may have brought something newer meanwhile.
        else if (found.state === "new" && found.value.snapshot.version > versionOf(entry))
          slot.keep(found.value, found.confirmedAt);
        entry.problem = inquiry.problem;
      } catch (error) {
        entry.problem = inquiry.problem ?? String(error);
      }
      if (slot.kept) entry.lookup = answer(slot.kept);
    };
  }
}

function answer({ value, confirmedAt }: { value: Loaded | null; confirmedAt: number }): Lookup {
  return value ? { held: { snapshot: value.snapshot, confirmedAt } } : UNKNOWN;
}

/** The version held; that of a deleted environment is past every other. */
function versionOf({ slot: { kept } }: Entry): number {
  if (!kept) return 0;
  return kept.value?.snapshot.version ?? Infinity;
}
