import type { Migration } from "../durable/schema.ts";
import { BINS_SCHEMA } from "./store.ts";

/* The tables of a counter. docs/storage.md says what a row is and how long it lives. */

const SUBJECT = `
  slice INTEGER NOT NULL,
  variant TEXT NOT NULL,
  cohort TEXT NOT NULL,
  source TEXT NOT NULL,
  version INTEGER NOT NULL,`;

const TABLES = `
CREATE TABLE IF NOT EXISTS batches (
  isolate TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (isolate, sequence)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS batches_by_age ON batches (at);
CREATE TABLE IF NOT EXISTS places (
  name TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  trusted INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS waiting (
  id INTEGER PRIMARY KEY,
  shard INTEGER NOT NULL,
  at INTEGER NOT NULL,
  isolate TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  size INTEGER NOT NULL,
  keyed TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS seen (
  minute INTEGER NOT NULL,
  key TEXT NOT NULL,
  flag TEXT NOT NULL,
  epoch TEXT NOT NULL,
  trusted INTEGER NOT NULL,
  alias INTEGER NOT NULL,
  keep TEXT NOT NULL,
  unit TEXT NOT NULL,
  at INTEGER NOT NULL,
  last INTEGER NOT NULL,${SUBJECT}
  PRIMARY KEY (minute, key, flag, epoch, trusted, alias)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_by_key ON seen (key);
CREATE TABLE IF NOT EXISTS visits (
  key TEXT NOT NULL,
  flag TEXT NOT NULL,
  epoch TEXT NOT NULL,
  trusted INTEGER NOT NULL,
  alias INTEGER NOT NULL,
  keep TEXT NOT NULL,
  unit TEXT NOT NULL,
  at INTEGER NOT NULL,
  last INTEGER NOT NULL,
  first INTEGER NOT NULL,
  until INTEGER NOT NULL,${SUBJECT}
  PRIMARY KEY (key, flag, epoch, trusted, alias, at)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS visits_by_age ON visits (at);
CREATE TABLE IF NOT EXISTS first_events (
  key TEXT NOT NULL,
  flag TEXT NOT NULL,
  epoch TEXT NOT NULL,
  trusted INTEGER NOT NULL,
  metric TEXT NOT NULL,
  at INTEGER NOT NULL,
  counted INTEGER NOT NULL,${SUBJECT}
  PRIMARY KEY (key, flag, epoch, trusted, metric)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS first_events_open ON first_events (at) WHERE counted = 0;
CREATE TABLE IF NOT EXISTS happened (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  metric TEXT NOT NULL,
  at INTEGER NOT NULL,
  value INTEGER NOT NULL,
  flag TEXT NOT NULL,
  epoch TEXT NOT NULL,
  source TEXT NOT NULL,
  per TEXT NOT NULL,
  window_ms INTEGER NOT NULL,
  expected_ms INTEGER NOT NULL,
  unit_open INTEGER NOT NULL,
  trial_open INTEGER NOT NULL,
  session_open INTEGER NOT NULL,
  open INTEGER NOT NULL,
  passed_on INTEGER NOT NULL,
  until INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS happened_by_key ON happened (key, metric, at);
CREATE INDEX IF NOT EXISTS happened_open ON happened (at) WHERE open = 1;
CREATE TABLE IF NOT EXISTS progress (
  name TEXT PRIMARY KEY,
  closed INTEGER NOT NULL,
  done INTEGER NOT NULL,
  cursor TEXT NOT NULL,
  window_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  used_at INTEGER NOT NULL
) WITHOUT ROWID;
${BINS_SCHEMA}`;

/**
 * The schemas of a counter. What counters had of single keys before they had numbers was kept for a day at most and is
 * dropped: counts stay.
 */
export const COUNTER_MIGRATIONS: readonly Migration[] = [
  (sql) => {
    for (const table of ["firsts", "outcomes", "settled", "names"]) sql.exec(`DROP TABLE IF EXISTS ${table}`);
    sql.exec(TABLES);
  },
];
/** A table that counters had before their schemas had numbers. */
export const COUNTER_SIGN = "batches";
