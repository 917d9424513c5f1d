/* What isolates, relays and the objects that decide say to each other about what is current. */

/** Past this age (ms) of what it holds a relay asks the authority before it answers. */
export const RELAY_FRESH_MS = 5_000;

/**
 * An isolate's question. `holds`: its version, 0 for none. `atLeast`: a version known to exist; Infinity: ask the authority.
 * `deltas`: the asker can be told what changed; who was deployed before there were deltas is told the whole.
 */
export type RelayQuestion = { holds: number; atLeast?: number; deltas?: true };

/**
 * A relay's answer. `ageMs`: how long ago the authority said so; `sure`: after it was asked. When the version is newer than
 * the asker's, it comes with a body, with deltas that lead there from the asker's version, or with a body and the deltas
 * that lead there from its version (texts of SnapshotDelta, in their order). null: the relay knows nothing, and the
 * authority can't be asked.
 */
export type RelayAnswer = RelayVersion | { deleted: true } | null;
export type RelayVersion = { version: number; ageMs: number; sure: boolean; body?: string; deltas?: string[] };

/** The text of a SnapshotDelta, with what a relay has to know of it. */
export type Delta = { format: number; since: number; version: number; text: string };

/** What an authority says is current, whole or as what changed. `members`: hash of the listed members that go with it. */
export type Current = CurrentBody | { version: number; delta: Delta; members: string | null };
/** `format`: the body's, where deltas may follow it. */
export type CurrentBody = { version: number; body: string; members: string | null; format?: number };
/** The same for a relay that may hold it already. */
export type Confirmation = { version: number; news?: Current };
/** What an authority tells a relay of its own accord. `sentAt`: epoch ms of the authority's clock. */
export type Push = Current & { sentAt: number };
/**
 * A relay's receipt. A version older than what was told: it wants that whole. `askedAt`: when it was last asked or listened
 * to, epoch ms; 0 when it doesn't know.
 */
export type Receipt = { version: number; askedAt: number };
