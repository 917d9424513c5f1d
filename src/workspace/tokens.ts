import type { TokenView } from "../contract/admin.ts";
import type { Role } from "../contract/role.ts";

/** What an admin token may do and until when, and the SHA-256 of its whole text as lower-case hex. */
export type NewToken = Pick<TokenView, "id" | "name" | "role" | "environments" | "expiresAt" | "agent"> & {
  hash: string;
};

/** A token as it is known here. `family`: whose credential it is, as `familyOf` of contract/change.ts says it. */
export type HeldToken = TokenView & { family: string };
/** A token and the version of Workspace that made it: it never changes, so that is its own. */
export type StoredToken = { view: HeldToken; version: number };

/** A token as it is shown. */
export function shownToken(token: HeldToken): TokenView {
  const { family: _, ...view } = token;
  return view;
}

/** How long a token that has expired is still listed. */
const EXPIRED_KEPT_MS = 30 * 86_400_000;

/** The admin tokens there are. Only hashes of them are kept. */
export class Tokens {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The token with this hash, unless it has expired. @param now epoch milliseconds */
  valid(hash: string, now: number): HeldToken | undefined {
    const row = this.#sql.exec<Row>("SELECT * FROM tokens WHERE hash = ?", hash).toArray()[0];
    return row && (row.expires_at === null || now < row.expires_at) ? stored(row).view : undefined;
  }

  find(id: string): StoredToken | undefined {
    return this.#sql.exec<Row>("SELECT * FROM tokens WHERE id = ?", id).toArray().map(stored)[0];
  }

  /** Sorted by id, which is the order in which they were made. */
  list(): TokenView[] {
    return this.#sql
      .exec<Row>("SELECT * FROM tokens ORDER BY id")
      .toArray()
      .map((row) => shownToken(stored(row).view));
  }

  /** How many hold. @param now epoch milliseconds */
  count(now: number): number {
    return this.#sql
      .exec<{ n: number }>("SELECT count(*) AS n FROM tokens WHERE expires_at IS NULL OR expires_at > ?", now)
      .one().n;
  }

  /** Hashes of all that haven't been revoked. */
  hashes(): string[] {
    return this.#sql
      .exec<{ hash: string }>("SELECT hash FROM tokens")
      .toArray()
      .map(({ hash }) => hash);
  }

  /** Forgets those that expired so long ago that nobody wonders about them. @param now epoch milliseconds */
  sweep(now: number): void {
    this.#sql.exec("DELETE FROM tokens WHERE expires_at < ?", now - EXPIRED_KEPT_MS);
  }

  /** Which of these ids are of tokens that hold. @param now epoch milliseconds */
  holding(ids: readonly string[], now: number): string[] {
    return ids.filter((id) => {
      const view = this.find(id)?.view;
      return view && (view.expiresAt === undefined || now < Date.parse(view.expiresAt));
    });
  }

  add({ view, version }: StoredToken, hash: string): void {
    this.#sql.exec(
      `INSERT INTO tokens (id, hash, name, role, environments, expires_at, created_at, created_by, version, family, agent)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      view.id,
      hash,
      view.name,
      view.role,
      JSON.stringify(view.environments),
      view.expiresAt === undefined ? null : Date.parse(view.expiresAt),
      Date.parse(view.createdAt),
      view.createdBy,
      version,
      view.family,
      view.agent ? 1 : 0,
    );
  }

  remove(id: string): void {
    this.#sql.exec("DELETE FROM tokens WHERE id = ?", id);
  }
}

type Row = {
  id: string;
  name: string;
  role: Role;
  environments: string;
  expires_at: number | null;
  created_at: number;
  created_by: string;
  version: number;
  family: string;
  agent: number;
};

function stored({
  id,
  name,
  role,
  environments,
  expires_at,
  created_at,
  created_by,
  version,
  family,
  agent,
}: Row): StoredToken {
  const view: HeldToken = {
    family,
    id,
    name,
    role,
    environments: JSON.parse(environments),
    ...(expires_at !== null && { expiresAt: new Date(expires_at).toISOString() }),
    ...(agent === 1 && { agent: true }),
    createdAt: new Date(created_at).toISOString(),
    createdBy: created_by,
  };
  return { view, version };
}

/** A token as the log names it. */
export function tokenTarget(id: string): { kind: "token"; key: string } {
  return { kind: "token", key: id };
}
