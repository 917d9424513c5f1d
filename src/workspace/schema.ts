import { REPLAYS_TABLE } from "../durable/replays.ts";
import { addColumn, type Migration } from "../durable/schema.ts";
import { RELAYS_TABLE } from "../relay/broadcast.ts";

/*
 * The tables of Workspace; docs/storage.md says who writes what, and for how long. What was released is never changed
 * here: a new migration at the end of the list changes the tables (docs/upgrading.md).
 */

/** As version 0.1 had them, which made each table only where it wasn't there. */
const FIRST = `
CREATE TABLE IF NOT EXISTS environments (
  name TEXT PRIMARY KEY,
  incarnation TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS doomed (
  incarnation TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  taken INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS map (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL);
INSERT INTO map (id, version) VALUES (1, 1) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS tokens (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  environments TEXT NOT NULL,
  expires_at INTEGER,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  version INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal (
  sequence INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  actor_via TEXT NOT NULL,
  action TEXT NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  comment TEXT NOT NULL,
  before TEXT,
  after TEXT,
  hash TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS journal_end (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sequence INTEGER NOT NULL,
  version INTEGER NOT NULL
);
INSERT INTO journal_end
  SELECT 1, ifnull(max(sequence), 0), ifnull(max(version), 0) FROM journal WHERE true ON CONFLICT DO NOTHING;
CREATE INDEX IF NOT EXISTS journal_refused ON journal (actor_id, at) WHERE action = 'refused';
`;

function first(sql: SqlStorage): void {
  sql.exec(`${FIRST}${REPLAYS_TABLE}${RELAYS_TABLE}`);
  // Descriptions were kept here once; they are the environments' own now.
  const { n } = sql
    .exec<{ n: number }>("SELECT count(*) AS n FROM pragma_table_info('environments') WHERE name = 'description'")
    .one();
  if (n > 0) sql.exec("ALTER TABLE environments DROP COLUMN description");
}

/** Sessions of the dashboard; notes of one actor in the log are counted by their action. */
const SESSIONS = `
CREATE TABLE IF NOT EXISTS sessions (
  hash TEXT PRIMARY KEY,
  token TEXT NOT NULL,
  root_hash TEXT,
  opened INTEGER NOT NULL,
  ends_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_by_token ON sessions (token, opened);
CREATE INDEX IF NOT EXISTS journal_by_actor ON journal (action, actor_id, at);
DROP INDEX IF EXISTS journal_refused;
`;

/** Tokens get the family of whoever made them, which the log tells; those that the root token made begin one. */
function families(sql: SqlStorage): void {
  addColumn(sql, "tokens", "family", "TEXT NOT NULL DEFAULT ''");
  const known = new Map<string, string>();
  const made = sql.exec<{ key: string; actor_id: string; actor_via: string }>(
    "SELECT key, actor_id, actor_via FROM journal WHERE action = 'createToken' ORDER BY sequence",
  );
  for (const { key, actor_id: id, actor_via: via } of made.toArray())
    known.set(
      key,
      via === "root" ? `token:${key}` : via === "token" ? (known.get(id) ?? `token:${id}`) : `${via}:${id}`,
    );
  for (const { id } of sql.exec<{ id: string }>("SELECT id FROM tokens").toArray())
    sql.exec("UPDATE tokens SET family = ? WHERE id = ?", known.get(id) ?? `token:${id}`, id);
}

/** Which environments have work that must not wait for ever: the sweep looks after these, and wakes no other. */
const ATTENTION = `
CREATE TABLE attention (
  incarnation TEXT PRIMARY KEY,
  name TEXT NOT NULL
) WITHOUT ROWID;
`;

export const WORKSPACE_MIGRATIONS: readonly Migration[] = [
  first,
  (sql) => void sql.exec(SESSIONS),
  (sql) => void sql.exec(ATTENTION),
  families,
  (sql) => addColumn(sql, "tokens", "agent", "INTEGER NOT NULL DEFAULT 0"),
  // What is published has credentials from here on.
  (sql) => void sql.exec("UPDATE map SET version = version + 1 WHERE EXISTS (SELECT 1 FROM journal)"),
  (sql) => addColumn(sql, "environments", "ending", "INTEGER NOT NULL DEFAULT 0"),
];
