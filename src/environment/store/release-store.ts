import type { Plan } from "../../contract/plan.ts";
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

  find(flag: string, id: string): Release | undefined {
    const rows = this.#sql.exec<Row>("SELECT content FROM releases WHERE flag = ? AND id = ?", flag, id);
    return rows.toArray().map(({ content }) => parsed(content))[0];
  }

  keepRelease(release: Release): void {
    const { id, flag, createdAt } = release;
    this.#sql.exec("INSERT OR REPLACE INTO releases VALUES (?, ?, ?, ?)", id, flag, createdAt, JSON.stringify(release));
  }

  plans(): Map<string, StoredPlan> {
    const rows = this.#sql.exec<Row>("SELECT content FROM plans ORDER BY name").toArray();
    return new Map(rows.map(({ content }): StoredPlan => JSON.parse(content)).map((one) => [one.name, one]));
  }

  keepPlan(stored: StoredPlan): void {
    this.#sql.exec("INSERT OR REPLACE INTO plans VALUES (?, ?)", stored.name, JSON.stringify(stored));
  }

  deletePlan(name: string): void {
    this.#sql.exec("DELETE FROM plans WHERE name = ?", name);
  }
}

type Row = { content: string };

function parsed(content: string): Release {
  return JSON.parse(content);
}
