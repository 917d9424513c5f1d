/* What isolates, relays and the objects that decide say to each other about what is current. */

/** Past this age (ms) of what it holds a relay asks the authority before it answers. */
export const RELAY_FRESH_MS = 5_000;

/** An isolate's question. `holds`: its version, 0 for none. `atLeast`: a version known to exist; Infinity: ask the authority. */
export type RelayQuestion = { holds: number; atLeast?: number };

/**
 * A relay's answer. `ageMs`: how long ago the authority said so; `sure`: after it was asked. `body` is there when the
 * version is newer than the asker's. null: the relay knows nothing, and the authority can't be asked.
 */
export type RelayAnswer = RelayVersion | { deleted: true } | null;
export type RelayVersion = { version: number; ageMs: number; sure: boolean; body?: string };

/** What an authority says is current. `members`: hash of the listed members that the body goes with. */
export type Current = { version: number; body: string; members: string | null };
/** The same for a relay that may hold it already. */
export type Confirmation = { version: number; news?: Current };
/** What an authority tells a relay of its own accord. `sentAt`: epoch ms of the authority's clock. */
export type Push = Current & { sentAt: number };
/** A relay's receipt. `askedAt`: when it was last asked or listened to, epoch ms; 0 when it doesn't know. */
export type Receipt = { version: number; askedAt: number };
