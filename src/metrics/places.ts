import * as LIMITS from "../contract/limits.ts";

/*
 * Names of outcomes that nobody has defined. They have what places the defined ones leave. Those that only clients used
 * have a few of them, and the last ones in line for those go where a server's name needs the place: a client key is
 * public, and who has it can make up names.
 */

/** In `trusted`: a defined name, which takes no place. */
const DEFINED = 2;
/** How long a name takes a place after it was last met. */
const KEPT_MS = 30 * 86_400_000;

export class Places {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Which names have a place now. @param places how many there are. Belongs into a transaction. */
  admit(names: readonly string[], places: number, trusted: boolean, now: number): string[] {
    this.sweep(now);
    return names.filter((name) => {
      const there = this.#sql
        .exec<{ trusted: 0 | 1 }>("SELECT trusted FROM places WHERE name = ? AND trusted <> ?", name, DEFINED)
        .toArray()[0];
      if (!there && !(trusted ? this.#roomOfServers(places) : this.#roomOfClients(places))) return false;
      this.#sql.exec(
        "INSERT OR REPLACE INTO places (name, at, trusted) VALUES (?, ?, ?)",
        name,
        now,
        trusted || there?.trusted === 1 ? 1 : 0,
      );
      return true;
    });
  }

  /** Keeps in mind that defined names were reported. Belongs into a transaction. */
  note(names: readonly string[], now: number): void {
    for (const name of names)
      this.#sql.exec("INSERT OR REPLACE INTO places (name, at, trusted) VALUES (?, ?, ?)", name, now, DEFINED);
  }

  /** All of them, and defined ones that were reported; sorted. */
  names(): string[] {
    const rows = this.#sql.exec<{ name: string }>("SELECT name FROM places ORDER BY name");
    return Array.from(rows, ({ name }) => name);
  }

  sweep(now: number): void {
    this.#sql.exec("DELETE FROM places WHERE at < ?", now - KEPT_MS);
  }

  some(): boolean {
    return this.#sql.exec("SELECT 1 FROM places LIMIT 1").toArray().length > 0;
  }

  #roomOfClients(places: number): boolean {
    return this.#count("trusted = 0") < LIMITS.clientMetrics && this.#count("trusted < 2") < places;
  }

  #roomOfServers(places: number): boolean {
    if (this.#count("trusted < 2") < places) return true;
    const last = "SELECT name FROM places WHERE trusted = 0 ORDER BY at, name LIMIT 1";
    return this.#sql.exec(`DELETE FROM places WHERE name IN (${last}) RETURNING name`).toArray().length > 0;
  }

  #count(where: string): number {
    return this.#sql.exec<{ n: number }>(`SELECT count(*) AS n FROM places WHERE ${where}`).one().n;
  }
}
