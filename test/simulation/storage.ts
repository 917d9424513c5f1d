import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { deserialize, serialize } from "node:v8";

/*
 * The storage of one Durable Object: SQLite as it is. What is written is on disk only after a moment, until which no
 * message leaves the object; a crash before takes back all that isn't.
 */

const READS = /^\s*(?:SELECT|WITH)\b/i;
const RETURNS = /\bRETURNING\b/i;

export class Disk {
  readonly #db = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, StatementSync>();
  /** Written, and not on disk yet. */
  #open = false;
  #alarm: number | null = null;
  #alarmOnDisk: number | null = null;
  /** The alarm goes off: it stays on disk until it has been seen to, or another is set. */
  #ringing = false;
  rowsWritten = 0;

  constructor() {
    this.#db.exec("CREATE TABLE _kv (key TEXT PRIMARY KEY, value BLOB NOT NULL)");
  }

  get dirty(): boolean {
    return this.#open;
  }

  get alarm(): number | null {
    return this.#alarm;
  }

  set alarm(at: number | null) {
    this.begin();
    this.#alarm = at;
  }

  alarmBegins(): void {
    this.#alarm = null;
    this.#ringing = true;
  }

  alarmEnds(): void {
    this.#ringing = false;
    if (!this.#open) this.#alarmOnDisk = this.#alarm;
  }

  begin(): void {
    if (!this.#open) this.#db.exec("BEGIN");
    this.#open = true;
  }

  flush(): void {
    if (this.#open) this.#db.exec("COMMIT");
    this.#open = false;
    if (!this.#ringing || this.#alarm !== null) this.#alarmOnDisk = this.#alarm;
  }

  crash(): void {
    if (this.#open) this.#db.exec("ROLLBACK");
    this.#open = false;
    this.#ringing = false;
    this.#alarm = this.#alarmOnDisk;
  }

  read(query: string, values: SQLInputValue[]): object[] {
    if (!READS.test(query)) {
      this.begin();
      if (values.length === 0 && !RETURNS.test(query)) {
        this.#db.exec(query);
        return [];
      }
    }
    const statement = this.#statements.get(query) ?? this.#db.prepare(query);
    this.#statements.set(query, statement);
    if (READS.test(query) || RETURNS.test(query)) return statement.all(...values).map(plain);
    this.rowsWritten += Number(statement.run(...values).changes);
    return [];
  }

  savepoint<T>(work: () => T, dead: () => boolean): T {
    this.begin();
    this.#db.exec("SAVEPOINT here");
    try {
      const made = work();
      this.#db.exec("RELEASE here");
      return made;
    } catch (error) {
      if (!dead()) this.#db.exec("ROLLBACK TO here; RELEASE here");
      throw error;
    }
  }

  get<T>(key: string): T | undefined {
    const row = this.#db.prepare("SELECT value FROM _kv WHERE key = ?").get(key);
    return row?.["value"] instanceof Uint8Array ? deserialize(row["value"]) : undefined;
  }

  put(key: string, value: unknown): void {
    this.read("INSERT OR REPLACE INTO _kv VALUES (?, ?)", [key, serialize(value)]);
  }

  delete(key: string): void {
    this.read("DELETE FROM _kv WHERE key = ?", [key]);
  }

  deleteAll(): void {
    this.begin();
    this.#statements.clear();
    const tables = this.#db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> '_kv'").all();
    for (const { name } of tables)
      if (!String(name).startsWith("sqlite_")) this.#db.exec(`DROP TABLE "${String(name)}"`);
    this.#db.exec("DELETE FROM _kv");
  }

  close(): void {
    this.#db.close();
  }
}

/** As workerd gives it: bytes as an ArrayBuffer. */
function plain(row: Record<string, unknown>): object {
  for (const [name, value] of Object.entries(row))
    if (value instanceof Uint8Array) row[name] = value.buffer.slice(value.byteOffset, value.byteOffset + value.length);
  return row;
}
