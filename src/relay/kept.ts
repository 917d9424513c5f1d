import type { CurrentBody, Delta } from "../contract/relay.ts";
import type { SnapshotBody } from "../contract/snapshot.ts";
import { applied } from "../core/delta.ts";

/**
 * What a relay keeps: a version, whole or as a body and what led on from it, and when it was last told that this is
 * current (epoch ms). `deltas` follow one another without a gap and end at `version`; they may begin before the body.
 */
export type Kept = {
  readonly version: number;
  readonly body: string;
  readonly toldAt: number;
  /** The body's version and format. Without a format nothing can follow it. */
  readonly base: number;
  readonly format: number | undefined;
  readonly deltas: readonly Delta[];
};

/**
 * Deltas are kept up to so many UTF-16 units and of such a number, and come to more than the body only where that is short. When they are more,
 * the body is brought up to date, and the older half goes.
 */
const DELTAS_UNITS = 256 * 1024;
const LEAST_UNITS = 16 * 1024;
const DELTAS_COUNT = 64;

/** A version that was told whole. */
export function keptWhole({ version, body, format }: CurrentBody, toldAt: number): Kept {
  return { version, body, toldAt, base: version, format, deltas: [] };
}

/** What is kept once a delta has been told; undefined when the whole has to be told instead. */
export function keptAfter(kept: Kept, delta: Delta, toldAt: number): Kept | undefined {
  const { version, format, body } = kept;
  if (delta.format !== format || delta.since > version || delta.version <= version) return undefined;
  const next = { ...kept, version: delta.version, toldAt, deltas: [...kept.deltas, delta] };
  const most = Math.min(DELTAS_UNITS, Math.max(LEAST_UNITS, body.length));
  if (next.deltas.length <= DELTAS_COUNT && unitsOf(next.deltas) <= most) return next;
  try {
    return { ...merged(next), deltas: newest(next.deltas, most / 2) };
  } catch (error) {
    console.warn("a delta doesn't fit its body", error);
    return undefined;
  }
}

/** Of too many deltas half. */
function newest(deltas: readonly Delta[], units: number): readonly Delta[] {
  let from = Math.max(0, deltas.length - DELTAS_COUNT / 2);
  while (unitsOf(deltas.slice(from)) > units) from++;
  return deltas.slice(from);
}

/** What leads an asker to the version that is kept: deltas, or the body and the deltas after it. */
export function leading(kept: Kept, holds: number): { body?: string; deltas?: string[] } {
  const { body, base, deltas } = kept;
  const from = deltas[0]?.since ?? base;
  const after = (version: number): string[] =>
    deltas.filter((delta) => delta.version > version).map(({ text }) => text);
  if (holds >= from && deltas.length > 0) return { deltas: after(holds) };
  const rest = after(base);
  return rest.length === 0 ? { body } : { body, deltas: rest };
}

/** The same with everything in the body. The deltas stay, for who holds what they lead on from. */
export function merged(kept: Kept): Kept {
  const { base, version, deltas } = kept;
  if (base === version) return kept;
  let body: SnapshotBody = JSON.parse(kept.body);
  for (const delta of deltas) if (delta.version > base) body = applied(body, JSON.parse(delta.text));
  return { ...kept, base: version, body: JSON.stringify(body) };
}

function unitsOf(deltas: readonly Delta[]): number {
  return deltas.reduce((sum, { text }) => sum + text.length, 0);
}

/** A value may have 2 MiB; a UTF-16 unit takes up to two bytes. */
const PART_UNITS = 512 * 1024;
const HEAD = "kept";
const part = (index: number): string => `body/${index}`;
const deltaTo = (version: number): string => `delta/${version}`;
type Head = { version: number; toldAt: number; parts: number };
/**
 * What follows the body, apart from the head, so that code from before there were deltas finds a whole version that is
 * only somewhat old. `of`: the body's version; another one was stored by such code. `to`: the deltas' versions.
 */
const FOLLOWING = "following";
type Following = { of: number; version: number; format: number; to: number[] };

/** The relay's storage: one version, whole or not at all. Reading makes nothing. */
export class RelayStorage {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  load(): Kept | undefined {
    const { kv } = this.#storage;
    const head = kv.get<Head>(HEAD);
    if (!head) return undefined;
    let body = "";
    for (let index = 0; index < head.parts; index++) body += kv.get<string>(part(index)) ?? "";
    const { version: base, toldAt } = head;
    const following = kv.get<Following>(FOLLOWING);
    if (following?.of !== base) return { version: base, body, toldAt, base, format: undefined, deltas: [] };
    const { version, format, to } = following;
    const deltas = to.map((one) => kv.get<Delta>(deltaTo(one))!);
    return { version, body, toldAt, base, format, deltas };
  }

  /** @param before what is stored now, so that only what differs from it is written */
  keep(kept: Kept, before: Kept | undefined): void {
    const { kv } = this.#storage;
    const { version, body, toldAt, base, format, deltas } = kept;
    this.#storage.transactionSync(() => {
      const parts = Math.ceil(body.length / PART_UNITS);
      if (before?.body !== body) {
        const old = kv.get<Head>(HEAD)?.parts ?? 0;
        for (let index = 0; index < parts; index++)
          kv.put(part(index), body.slice(index * PART_UNITS, (index + 1) * PART_UNITS));
        for (let index = parts; index < old; index++) kv.delete(part(index));
      }
      const stay = new Set(deltas);
      for (const old of before?.deltas ?? []) if (!stay.has(old)) kv.delete(deltaTo(old.version));
      const there = new Set(before?.deltas);
      for (const delta of deltas) if (!there.has(delta)) kv.put(deltaTo(delta.version), delta);
      kv.put(HEAD, { version: base, toldAt, parts } satisfies Head);
      if (format === undefined) kv.delete(FOLLOWING);
      else kv.put(FOLLOWING, { of: base, version, format, to: deltas.map((one) => one.version) } satisfies Following);
    });
  }
}
