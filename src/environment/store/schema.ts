import { REPLAYS_TABLE } from "../../durable/replays.ts";
import { addColumn, type Migration } from "../../durable/schema.ts";
import { RELAYS_TABLE } from "../../relay/broadcast.ts";
import { plansByReference } from "./release-store.ts";

/*
 * The tables of an environment's object; docs/storage.md says who writes what, and for how long. What was released is
 * never changed here: a new migration at the end of the list changes the tables (docs/upgrading.md).
 */

/** As version 0.1 had them, which made each table only where it wasn't there. */
const FIRST = `
CREATE TABLE IF NOT EXISTS environment (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL,
  incarnation TEXT NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
);
CREATE TABLE IF NOT EXISTS texts (ref TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS flags (
  key TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  updated_by TEXT NOT NULL,
  archived_at TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS segments (
  key TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  updated_by TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS keys (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  origins TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS log (
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
CREATE INDEX IF NOT EXISTS log_by_target ON log (kind, key, sequence);
CREATE INDEX IF NOT EXISTS log_by_version ON log (version, sequence);
DROP TABLE IF EXISTS outlines;
CREATE INDEX IF NOT EXISTS log_refused ON log (actor_id, at) WHERE action = 'refused';
CREATE TABLE IF NOT EXISTS settings (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sampling TEXT NOT NULL,
  salt TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS metrics (
  name TEXT PRIMARY KEY,
  per TEXT NOT NULL,
  "window" TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS description (id INTEGER PRIMARY KEY CHECK (id = 1), text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS approval (id INTEGER PRIMARY KEY CHECK (id = 1), required INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS releases (
  id TEXT PRIMARY KEY,
  flag TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  content TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS releases_by_flag ON releases (flag, created_at);
CREATE TABLE IF NOT EXISTS plans (name TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS usage (name TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contexts (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS bodies (
  version INTEGER PRIMARY KEY,
  members TEXT,
  begun_at INTEGER NOT NULL,
  stored_at INTEGER
);
CREATE TABLE IF NOT EXISTS packed (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  lists TEXT NOT NULL,
  hash TEXT,
  ranges TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS members (hash TEXT PRIMARY KEY, stored_at INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alert_secrets (release TEXT PRIMARY KEY, secret TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alerts (
  release TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (release, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS change_requests (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  at INTEGER NOT NULL,
  role TEXT NOT NULL,
  view TEXT NOT NULL,
  proposal TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS webhooks (
  id TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  format TEXT NOT NULL,
  secret TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  updated_by TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deliveries (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  webhook TEXT NOT NULL,
  event TEXT NOT NULL,
  at INTEGER NOT NULL,
  notice TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts TEXT NOT NULL,
  tries INTEGER NOT NULL,
  until INTEGER NOT NULL,
  due INTEGER
);
CREATE INDEX IF NOT EXISTS deliveries_by_webhook ON deliveries (webhook, sequence);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (webhook, due) WHERE due IS NOT NULL;
`;

/** A table that every environment had before there were numbers. */
export const ENVIRONMENT_SIGN = "environment";
export const ENVIRONMENT_MIGRATIONS: readonly Migration[] = [
  (sql) => void sql.exec(`${FIRST}${REPLAYS_TABLE}${RELAYS_TABLE}`),
  plansByReference,
  (sql) => addColumn(sql, "approval", "by_whom", "TEXT NOT NULL DEFAULT 'any'"),
  makeVisitorSecret,
  (sql) => void sql.exec(PROPOSALS),
  (sql) => void sql.exec(SCHEDULED),
  namesOfEvents,
  (sql) => void sql.exec(LOG_END),
  (sql) => void sql.exec(MARKS),
  (sql) => void sql.exec(ENDING),
];

/** The entry that was written last, whether or not it is still there: so that a log that was cut is seen to be. */
const LOG_END = `
CREATE TABLE IF NOT EXISTS log_end (id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL, hash TEXT NOT NULL);
INSERT INTO log_end (id, sequence, hash)
  SELECT 1, sequence, hash FROM log WHERE true ORDER BY sequence DESC LIMIT 1 ON CONFLICT DO NOTHING;
`;

/** Whether this is production, and where testers' links may lead; no row: the name says the first, and nowhere. */
const MARKS = `
CREATE TABLE IF NOT EXISTS marks (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  production INTEGER NOT NULL,
  sites TEXT NOT NULL
)`;

/** When the environment ends by itself, and who said so; `told`: the end of which people were told. No row: never. */
const ENDING = `
CREATE TABLE IF NOT EXISTS ending (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL,
  by_whom TEXT NOT NULL,
  told INTEGER NOT NULL DEFAULT 0
)`;

/** Changes that are made at a time (`at`): `kept` is what they are and touch, `view` what is shown beside that. */
const SCHEDULED = `
CREATE TABLE IF NOT EXISTS scheduled (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  at INTEGER NOT NULL,
  view TEXT NOT NULL,
  kept TEXT NOT NULL
) WITHOUT ROWID`;

/** Changes that were looked at and can be made: `seen` is what they touch, as it was then. */
const PROPOSALS = `
CREATE TABLE IF NOT EXISTS proposals (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  at INTEGER NOT NULL,
  content TEXT NOT NULL,
  seen TEXT NOT NULL,
  committed INTEGER NOT NULL DEFAULT 0
)`;

/** Webhooks have filters, and what they are told of is called by what it is about. */
function namesOfEvents(sql: SqlStorage): void {
  addColumn(sql, "webhooks", "filter", "TEXT");
  for (const old of ["decision", "harm", "end"]) {
    sql.exec("UPDATE webhooks SET events = replace(events, ?, ?)", `"${old}"`, `"release.${old}"`);
    sql.exec(
      "UPDATE deliveries SET event = ?, notice = json_set(notice, '$.type', ?) WHERE event = ?",
      `release.${old}`,
      `release.${old}`,
      old,
    );
  }
  // Who heard of decisions heard of change requests too.
  sql.exec(`UPDATE webhooks SET events = replace(events, '"release.decision"', '"release.decision","request.opened"')`);
}

/** What gates sign visitors' ids with: made once, and never shown. */
function makeVisitorSecret(sql: SqlStorage): void {
  sql.exec("CREATE TABLE IF NOT EXISTS visitor_secret (id INTEGER PRIMARY KEY CHECK (id = 1), secret TEXT NOT NULL)");
  const secret = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
  sql.exec("INSERT OR IGNORE INTO visitor_secret (id, secret) VALUES (1, ?)", secret);
}
