import { CREDENTIAL_PREFIX, type EnvironmentMap, SNAPSHOT_FORMAT } from "../contract/snapshot.ts";

/** An environment as Workspace knows it. All else is asked of its own object. `createdAt` is RFC 3339. */
export type EnvironmentEntry = { name: string; incarnation: string; createdAt: string };
/** An incarnation that is to be ended, or looked after. */
export type Doomed = { name: string; incarnation: string };

/** Which environments there are. Its writing methods belong into a synchronous transaction of the caller's. */
export class Register {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The version of the map: 1 before there is a name, and one more with every name that comes or goes. */
  version(): number {
    return this.#sql.exec<{ version: number }>("SELECT version FROM map").one().version;
  }

  /** What is published: the names, and by their prefixes the hashes of whose credentials may be any. */
  map(hashes: readonly string[]): EnvironmentMap {
    const entries = this.list().map(({ name, incarnation }) => [name, incarnation]);
    const credentials = [...new Set(hashes.map((hash) => hash.slice(0, CREDENTIAL_PREFIX)))].toSorted();
    const version = this.version();
    return { format: SNAPSHOT_FORMAT, version, environments: Object.fromEntries(entries), credentials };
  }

  /** Sorted by name; names are ASCII, so SQLite's order is that of UTF-16. */
  list(): EnvironmentEntry[] {
    return this.#sql.exec<Row>("SELECT * FROM environments ORDER BY name").toArray().map(entry);
  }

  find(name: string): EnvironmentEntry | undefined {
    return this.#sql.exec<Row>("SELECT * FROM environments WHERE name = ?", name).toArray().map(entry)[0];
  }

  /** How many there are that end by themselves. */
  ending(): number {
    return this.#sql.exec<{ n: number }>("SELECT count(*) AS n FROM environments WHERE ending = 1").one().n;
  }

  /** @param ending whether it ends by itself */
  add({ name, incarnation, createdAt }: EnvironmentEntry, ending: boolean): void {
    this.#sql.exec(
      "INSERT INTO environments (name, incarnation, created_at, ending) VALUES (?, ?, ?, ?)",
      name,
      incarnation,
      createdAt,
      Number(ending),
    );
    this.#sql.exec("UPDATE map SET version = version + 1");
  }

  /** Something else that is published with the map has changed. */
  changed(): void {
    this.#sql.exec("UPDATE map SET version = version + 1");
  }

  remove(name: string): void {
    this.#sql.exec("DELETE FROM environments WHERE name = ?", name);
    this.#sql.exec("UPDATE map SET version = version + 1");
  }

  /** Puts an incarnation on the list of what is to be ended, from an epoch ms on. */
  doom({ name, incarnation }: Doomed, dueAt: number): void {
    this.#sql.exec(
      `INSERT INTO doomed (incarnation, name, due_at) VALUES (?, ?, ?)
       ON CONFLICT (incarnation) DO UPDATE SET due_at = excluded.due_at`,
      incarnation,
      name,
      dueAt,
    );
  }

  /** Takes an incarnation from the list. @returns false when its end has begun */
  spare(incarnation: string): boolean {
    return this.#sql.exec("DELETE FROM doomed WHERE incarnation = ? AND taken = 0", incarnation).rowsWritten > 0;
  }

  doomedDue(): number | null {
    return this.#sql.exec<{ due: number | null }>("SELECT min(due_at) AS due FROM doomed").one().due;
  }

  /** What is due to be ended. From here on it can't be spared, and is due again later unless it has `ended`. */
  take(now: number, againAt: number): Doomed[] {
    return this.#sql
      .exec<Doomed>(
        "UPDATE doomed SET taken = 1, due_at = ? WHERE due_at <= ? RETURNING name, incarnation",
        againAt,
        now,
      )
      .toArray();
  }

  /** Whether the sweep has to look after an incarnation. */
  attention({ name, incarnation }: Doomed, needed: boolean): void {
    if (needed)
      this.#sql.exec(
        "INSERT INTO attention (incarnation, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
        incarnation,
        name,
      );
    else this.#sql.exec("DELETE FROM attention WHERE incarnation = ?", incarnation);
  }

  needingAttention(): Doomed[] {
    return this.#sql.exec<Doomed>("SELECT name, incarnation FROM attention ORDER BY incarnation").toArray();
  }

  ended(incarnation: string): void {
    this.#sql.exec("DELETE FROM doomed WHERE incarnation = ?", incarnation);
  }
}

/** 12 random characters of a-z and 0-9. Bytes past the last multiple of 36 are left out, so that all are equally likely. */
export function newIncarnation(): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  let text = "";
  while (text.length < 12)
    for (const byte of crypto.getRandomValues(new Uint8Array(16)))
      if (byte < 252 && text.length < 12) text += alphabet[byte % 36];
  return text;
}

type Row = { name: string; incarnation: string; created_at: string };

function entry({ name, incarnation, created_at }: Row): EnvironmentEntry {
  return { name, incarnation, createdAt: created_at };
}
