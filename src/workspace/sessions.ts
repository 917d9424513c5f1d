import type { TokenView } from "../contract/admin.ts";
import { ROOT_TOKEN } from "../contract/session.ts";
import type { HeldToken, Tokens } from "./tokens.ts";

/** A session as it is opened. Hashes are SHA-256 as lower-case hex. */
export type NewSession = {
  /** Of the cookie's secret. */
  hash: string;
  /** Whose it is: a token's id, or `ROOT_TOKEN`. */
  token: string;
  /** Of the cookie's secret together with the root token, so that a session ends when that changes. Only for the root. */
  rootHash?: string;
};
/** A session that holds. `endsAt` in epoch milliseconds; `token` is absent for the root. */
export type OpenSession = { endsAt: number; token?: HeldToken };

const HOUR = 3_600_000;
/** docs/threat-model.md and ADR 121 say so too. */
const LONGEST_MS = 12 * HOUR;
const PER_TOKEN = 20;

/** Keeps the dashboard's sessions. What is stored opens nothing: it is hashes of secrets that only cookies have. */
export class Sessions {
  readonly #sql: SqlStorage;
  readonly #tokens: Tokens;

  constructor(sql: SqlStorage, tokens: Tokens) {
    this.#sql = sql;
    this.#tokens = tokens;
  }

  /**
   * Opens a session, and ends the oldest of its token where there are too many. undefined: the token is none any more.
   *
   * @param now epoch milliseconds
   */
  open({ hash, token, rootHash }: NewSession, now: number): OpenSession | undefined {
    const view = token === ROOT_TOKEN ? undefined : this.#tokens.find(token)?.view;
    if (token !== ROOT_TOKEN && !view) return undefined;
    const endsAt = Math.min(now + LONGEST_MS, endOf(view));
    if (endsAt <= now) return undefined;
    this.#sql.exec("DELETE FROM sessions WHERE ends_at <= ?", now);
    const { last } = this.#sql
      .exec<{ last: number | null }>("SELECT max(opened) AS last FROM sessions WHERE token = ?", token)
      .one();
    this.#sql.exec(
      "INSERT INTO sessions (hash, token, root_hash, opened, ends_at) VALUES (?, ?, ?, ?, ?)",
      hash,
      token,
      rootHash ?? null,
      (last ?? 0) + 1, // a count, not a time: clocks go back, and two may be opened in one millisecond
      endsAt,
    );
    this.#sql.exec(
      `DELETE FROM sessions WHERE token = ?1 AND opened <=
         (SELECT opened FROM sessions WHERE token = ?1 ORDER BY opened DESC LIMIT 1 OFFSET ?2)`,
      token,
      PER_TOKEN,
    );
    return { endsAt, ...(view && { token: view }) };
  }

  /** The session with this hash, while it and its token hold. @param now epoch milliseconds */
  find(hash: string, rootHash: string | undefined, now: number): OpenSession | undefined {
    const row = this.#sql
      .exec<Row>("SELECT token, root_hash, ends_at FROM sessions WHERE hash = ? AND ends_at > ?", hash, now)
      .toArray()[0];
    if (!row) return undefined;
    const { token, root_hash: root, ends_at: endsAt } = row;
    if (token === ROOT_TOKEN) return root !== null && root === rootHash ? { endsAt } : undefined;
    const view = this.#tokens.find(token)?.view;
    return view && now < endOf(view) ? { endsAt, token: view } : undefined;
  }

  /** Hashes of all that haven't ended. @param now epoch milliseconds */
  hashes(now: number): string[] {
    return this.#sql
      .exec<{ hash: string }>("SELECT hash FROM sessions WHERE ends_at > ?", now)
      .toArray()
      .map(({ hash }) => hash);
  }

  end(hash: string): void {
    this.#sql.exec("DELETE FROM sessions WHERE hash = ?", hash);
  }

  /** Ends all sessions of a token. */
  endOf(token: string): void {
    this.#sql.exec("DELETE FROM sessions WHERE token = ?", token);
  }
}

type Row = { token: string; root_hash: string | null; ends_at: number };

function endOf(view: TokenView | undefined): number {
  return view?.expiresAt === undefined ? Infinity : Date.parse(view.expiresAt);
}
