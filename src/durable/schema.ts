/*
 * The tables of a Durable Object, brought up to date before anything else is done with them. Each object has one number,
 * the schema that it is stored in, and a list of migrations leads from one to the next. A migration that was released is
 * never changed: what follows from it is another one at the end of its list (docs/upgrading.md).
 */

/** Leads from one schema to the next, in a transaction of its own. The n-th of a list leads to schema n. */
export type Migration = (sql: SqlStorage) => void;

type Storage = Pick<DurableObjectStorage, "sql" | "transactionSync">;

const NUMBER = "CREATE TABLE schema_number (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL)";
const NEWER = "newer-schema";

/** What is stored was written by a later version of Sluice. */
export class NewerSchema extends Error {
  constructor(stored: number, known: number) {
    super(`${NEWER}: what is stored is of schema ${stored}, and this version of Sluice knows ${known}`);
  }
}

/** Whether an object refused because what it has is newer than this code. Of a remote error its text alone is left. */
export function isNewerSchema(error: unknown): boolean {
  return error instanceof Error && error.message.includes(`${NEWER}: `);
}

/**
 * Brings the tables of an object up to date, if it has any: an object that nobody created has none, and asking it makes
 * none. For the constructor, outside any transaction.
 *
 * @param sign a table that objects of this kind had before they had numbers
 * @returns what the object is to use: SQL that throws NewerSchema where what is stored is newer than this code, so that
 *   it is neither read nor written
 */
export function openTables(storage: Storage, migrations: readonly Migration[], sign: string): SqlStorage {
  const stored = storedSchema(storage.sql, sign);
  return stored === undefined ? storage.sql : bring(storage, migrations, stored);
}

/** The same, and makes tables where there are none. */
export function makeTables(storage: Storage, migrations: readonly Migration[]): SqlStorage {
  return bring(storage, migrations, storedSchema(storage.sql, "schema_number") ?? 0);
}

/** The number of the schema that is stored: 0 for tables from before there were numbers, undefined for none. */
function storedSchema(sql: SqlStorage, sign: string): number | undefined {
  if (has(sql, "schema_number"))
    return sql.exec<{ number: number }>("SELECT number FROM schema_number").toArray()[0]?.number ?? 0;
  return has(sql, sign) ? 0 : undefined;
}

function bring(storage: Storage, migrations: readonly Migration[], stored: number): SqlStorage {
  const { sql } = storage;
  if (stored > migrations.length) return refusing(sql, new NewerSchema(stored, migrations.length));
  for (const [index, migration] of migrations.entries())
    if (index >= stored)
      storage.transactionSync(() => {
        migration(sql);
        if (!has(sql, "schema_number")) sql.exec(NUMBER);
        sql.exec("INSERT OR REPLACE INTO schema_number (id, number) VALUES (1, ?)", index + 1);
      });
  return sql;
}

function refusing(sql: SqlStorage, error: NewerSchema): SqlStorage {
  const refuse = (): never => {
    throw error;
  };
  return new Proxy(sql, { get: (all, name): unknown => (name === "exec" ? refuse : Reflect.get(all, name)) });
}

/** Adds a column where the table hasn't got it: SQLite has no ADD COLUMN IF NOT EXISTS. Names and type are the code's. */
export function addColumn(sql: SqlStorage, table: string, name: string, type: string): void {
  const there = sql.exec("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", table, name).toArray().length > 0;
  if (!there) sql.exec(`ALTER TABLE "${table}" ADD COLUMN "${name}" ${type}`);
}

function has(sql: SqlStorage, table: string): boolean {
  return sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", table).toArray().length > 0;
}
