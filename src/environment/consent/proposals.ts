import type { Actor } from "../../contract/change.ts";
import * as LIMITS from "../../contract/limits.ts";
import type { Refusal } from "../../contract/problem.ts";
import { PROPOSAL_MS, type Proposed } from "../../contract/proposal.ts";
import { hasEnded } from "../../contract/release.ts";
import { sha256Hex } from "../../core/hash.ts";
import type { Target } from "../../core/references.ts";
import { ownerOf } from "../../durable/replays.ts";
import { refuse } from "./consent.ts";
import type { Write } from "../rpc.ts";
import { entryOf } from "../store/member-list.ts";
import type { EnvironmentStore } from "../store/environment-store.ts";
import type { Step } from "../write/change-target.ts";
import type { EnvironmentState } from "../store/state.ts";

/*
 * Proposals: what somebody looked at and may make, within a while, once. Kept is what was sent, and at which version each
 * thing was that it touches: committing takes the ordinary way of such a write, as long as all of that still stands.
 */

export type Touched = Target | { kind: "plan"; key: string };
type Row = { content: string; seen: string; committed: number };
/** `marks`: of each thing that is touched, what it was at. `source`: what came from another environment. */
type Seen = { marks: Mark[]; source?: string };
/** What something was at when it was looked at. */
export type Mark = [kind: Touched["kind"], key: string, mark: string];

const GONE: Refusal = refuse("not-found", "There is no such proposal.");

export class Proposals {
  readonly #sql: SqlStorage;
  readonly #now: () => number;

  constructor({ sql, now }: Pick<EnvironmentStore, "sql" | "now">) {
    this.#sql = sql;
    this.#now = now;
  }

  /**
   * Keeps one, in the open transaction. The oldest of the caller, and of all, goes.
   *
   * @param present as it was looked at
   * @returns when it ends, RFC 3339
   */
  keep(
    present: EnvironmentState,
    proposed: Proposed,
    touched: readonly Touched[],
    actor: Actor,
    { id, source }: NonNullable<Write["proposal"]>,
  ): { ok: true; expiresAt: string } | Refusal {
    const marks = marksOf(present, touched);
    const content = JSON.stringify(proposed);
    const seen = JSON.stringify({ marks, ...(source !== undefined && { source }) } satisfies Seen);
    const { length } = new TextEncoder().encode(content + seen);
    if (length > LIMITS.proposalBytes)
      return refuse("too-large", `A proposal has at most ${LIMITS.proposalBytes} bytes; propose less at once.`);
    const [owner, now] = [ownerOf(actor), this.#now()];
    this.#sql.exec("DELETE FROM proposals WHERE at <= ?", now - PROPOSAL_MS);
    this.#sql.exec(
      "INSERT INTO proposals (id, owner, at, content, seen) VALUES (?, ?, ?, ?, ?)",
      id,
      owner,
      now,
      content,
      seen,
    );
    this.#sql.exec(
      `DELETE FROM proposals WHERE sequence IN (
         SELECT sequence FROM proposals WHERE owner = ? ORDER BY sequence DESC LIMIT -1 OFFSET ?)`,
      owner,
      LIMITS.proposalsOfCaller,
    );
    this.#sql.exec(
      "DELETE FROM proposals WHERE sequence IN (SELECT sequence FROM proposals ORDER BY sequence DESC LIMIT -1 OFFSET ?)",
      LIMITS.proposals,
    );
    return { ok: true, expiresAt: new Date(now + PROPOSAL_MS).toISOString() };
  }

  /** What a caller proposed, committed or not; null when they did no such thing, or too long ago. */
  find(id: string, actor: Actor): Proposed | null {
    const row = this.#row(id, actor);
    return row ? JSON.parse(row.content) : null;
  }

  /** Why a write that makes a proposal can't be made, in its transaction. */
  refuse(present: EnvironmentState, { actor, proposal }: Write): Refusal | undefined {
    if (!proposal) return undefined;
    const row = this.#row(proposal.id, actor);
    if (!row) return GONE;
    if (row.committed) return refuse("conflict", "The proposal was committed already.");
    const { marks, source }: Seen = JSON.parse(row.seen);
    const elsewhere = source === proposal.source ? [] : ["what is promoted, where it comes from"];
    const moved = movedSince(present, marks, elsewhere);
    if (moved === "") return undefined;
    return refuse("conflict", `Changed since it was proposed: ${moved}. Propose it anew.`);
  }

  /** It was made, or waits for consent: in the transaction of the write. */
  committed({ proposal }: Write): void {
    if (proposal) this.#sql.exec("UPDATE proposals SET committed = 1 WHERE id = ?", proposal.id);
  }

  #row(id: string, actor: Actor): Row | undefined {
    return this.#sql
      .exec<Row>(
        "SELECT content, seen, committed FROM proposals WHERE id = ? AND owner = ? AND at > ?",
        id.toWellFormed(),
        ownerOf(actor),
        this.#now() - PROPOSAL_MS,
      )
      .toArray()[0];
  }
}

export function marksOf(present: EnvironmentState, touched: readonly Touched[]): Mark[] {
  return touched.map(({ kind, key }) => [kind, key, markOf(present, { kind, key })]);
}

/** What isn't at its mark any more, in words; empty where all is. */
export function movedSince(present: EnvironmentState, marks: readonly Mark[], besides: string[] = []): string {
  const moved = marks.filter(([kind, key, mark]) => markOf(present, { kind, key }) !== mark);
  const names = moved.slice(0, 10).map(([kind, key]) => `${kind} ${JSON.stringify(key)}`);
  const more = moved.length > 10 ? ` and ${moved.length - 10} more` : "";
  return `${[...names, ...besides].join(", ")}${more}`;
}

/** What something is at: its version, and the release that a flag is in. */
function markOf({ state, plans, releases }: EnvironmentState, { kind, key }: Touched): string {
  if (kind === "plan") return `${plans.get(key)?.version}`;
  if (kind === "segment") return `${state.segments.get(key)?.version}`;
  const release = releases.get(key);
  return `${state.flags.get(key)?.version} ${release && !hasEnded(release.phase) ? release.id : ""}`;
}

/** A digest of what comes from another environment. */
export function digestOf(puts: readonly Step[]): string {
  const texts = puts.map((step) => (step.op === "replaceSegment" ? { segment: entryOf(step.segment) } : step));
  return sha256Hex(new TextEncoder().encode(JSON.stringify(texts)));
}
