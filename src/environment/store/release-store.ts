import type { Plan } from "../../contract/plan.ts";
import type { Phase } from "../../contract/release.ts";
import type { Release } from "../../core/release/state.ts";

/** A plan that is kept under a name, and when it was written. Times are RFC 3339; `version` is the environment's. */
export type StoredPlan = {
  name: string;
  plan: Plan;
  revision: number;
  version: number;
  createdAt: string;
  updatedAt: string;
  updatedBy: string;
};

/** `after`: what the page before ended with. */
export type AllReleasesQuery = {
  state?: Phase | "live";
  after?: { live: number; createdAt: number; id: string };
  limit: number;
};

/** The tables `releases` and `plans` of schema.ts. Writing belongs into the caller's transaction. */
export class ReleaseStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** For each flag its latest release. */
  latest(): Map<string, Release> {
    const rows = this.#sql.exec<Row>("SELECT content FROM releases ORDER BY created_at, id");
    return new Map(rows.toArray().map(({ content }) => [parsed(content).flag, parsed(content)]));
  }

  /** A flag's releases, latest first, that were made before another one of them. */
  list(flag: string, limit: number, before?: string): Release[] {
    const rows = this.#sql.exec<Row>(
      "SELECT content FROM releases WHERE flag = ? ORDER BY created_at DESC, id DESC",
      flag,
    );
    const all = rows.toArray().map(({ content }) => parsed(content));
    const from = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1;
    return all.slice(from, from + limit);
  }

  /** Releases of all flags: live ones first, then those made last. `next` is where the page after this one begins. */
  listAll({ state, after, limit }: AllReleasesQuery): { releases: Release[]; next?: string } {
    const rows = this.#sql
      .exec<Row & { live: number; created_at: number; id: string }>(
        `SELECT content, live, created_at, id FROM (
           SELECT content, created_at, id, content ->> '$.phase' AS phase,
             content ->> '$.phase' NOT IN ('completed', 'unreleased', 'cancelled') AS live FROM releases)
         WHERE (?1 IS NULL OR phase = ?1 OR (?1 = 'live' AND live))
           AND (?2 IS NULL OR (live, created_at, id) < (?2, ?3, ?4))
         ORDER BY live DESC, created_at DESC, id DESC LIMIT ?5`,
        state ?? null,
        after?.live ?? null,
        after?.createdAt ?? null,
        after?.id ?? null,
        limit + 1,
      )
      .toArray();
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      releases: page.map(({ content }) => parsed(content)),
      ...(rows.length > limit && last && { next: `${last.live}.${last.created_at}.${last.id}` }),
    };
  }

  find(flag: string, id: string): Release | undefined {
    const rows = this.#sql.exec<Row>("SELECT content FROM releases WHERE flag = ? AND id = ?", flag, id);
    return rows.toArray().map(({ content }) => parsed(content))[0];
  }

  keepRelease(release: Release): void {
    const { id, flag, createdAt } = release;
    this.#sql.exec(
      "INSERT OR REPLACE INTO releases (id, flag, created_at, content) VALUES (?, ?, ?, ?)",
      id,
      flag,
      createdAt,
      JSON.stringify(release),
    );
  }

  plans(): Map<string, StoredPlan> {
    const rows = this.#sql.exec<Row>("SELECT content FROM plans ORDER BY name").toArray();
    return new Map(rows.map(({ content }): StoredPlan => JSON.parse(content)).map((one) => [one.name, one]));
  }

  keepPlan(stored: StoredPlan): void {
    this.#sql.exec("INSERT OR REPLACE INTO plans (name, content) VALUES (?, ?)", stored.name, JSON.stringify(stored));
  }

  deletePlan(name: string): void {
    this.#sql.exec("DELETE FROM plans WHERE name = ?", name);
  }
}

type Row = { content: string };

function parsed(content: string): Release {
  return JSON.parse(content);
}
