import type { Actor } from "../contract/change.ts";
import { isSigned, type SignedHeaders } from "./signature.ts";

/** Ids are remembered for longer than a message with an old one is taken for new. */
const KEPT_MS = 3_600_000;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS alert_secrets (release TEXT PRIMARY KEY, secret TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alerts (
  release TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (release, id)
) WITHOUT ROWID;
`;

/** A message as it came. */
export type Message = { headers: SignedHeaders; body: string };

/** Secrets of releases, and which messages that were signed with them have been taken. */
export class Alerts {
  readonly #sql: SqlStorage;
  #prepared = false;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Gives a release a secret; the one before counts no more. */
  give(release: string, secret: string): void {
    this.#prepare();
    this.#sql.exec("INSERT OR REPLACE INTO alert_secrets VALUES (?, ?)", release, secret);
  }

  /** Whether a message is a release's, of now, and new. @param now epoch milliseconds */
  judge(release: string, { headers, body }: Message, now: number): "forged" | "duplicate" | "new" {
    this.#prepare();
    const [row] = this.#sql
      .exec<{ secret: string }>("SELECT secret FROM alert_secrets WHERE release = ?", release)
      .toArray();
    if (!row || !isSigned(row.secret, headers, body, now)) return "forged";
    const known = this.#sql.exec("SELECT 1 FROM alerts WHERE release = ? AND id = ?", release, headers.id).toArray();
    return known.length > 0 ? "duplicate" : "new";
  }

  /** Remembers that a message was taken. */
  taken(release: string, id: string, now: number): void {
    this.#sql.exec("DELETE FROM alerts WHERE at < ?", now - KEPT_MS);
    this.#sql.exec("INSERT INTO alerts VALUES (?, ?, ?)", release, id, now);
  }

  #prepare(): void {
    if (!this.#prepared) this.#sql.exec(SCHEMA);
    this.#prepared = true;
  }
}

/** Who acts when an alert does. */
export function actorOfAlert(release: string): Actor {
  return { id: `alert:${release}`, name: `alert:${release}`, via: "release" };
}
