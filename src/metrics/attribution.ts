import { epochOf, type Exposed, type Happened, MINUTE, minuteOf, openFrom, type Series, type Source } from "./batch.ts";
import { type Measured, Tally } from "./tally.ts";

/*
 * Which exposure an outcome belongs to. What was reported of targeting keys is kept as it came for a day, and attributed
 * when the bin that it goes to closes, from all that is there by then: so it makes no difference in which order it came.
 */

/** First exposures and outcomes are kept so long: the longest window, and until the bin closes. */
const KEPT_MS = 24 * 3_600_000 + 5 * MINUTE;
/** Rows of either table, those of clients and those of others; what comes when they are full isn't attributed. */
const MOST_ROWS = 200_000;

export const ATTRIBUTION_SCHEMA = `
CREATE TABLE IF NOT EXISTS firsts (
  key TEXT NOT NULL,
  flag TEXT NOT NULL,
  epoch TEXT NOT NULL,
  trusted INTEGER NOT NULL,
  at INTEGER NOT NULL,
  slice INTEGER NOT NULL,
  variant TEXT NOT NULL,
  cohort TEXT NOT NULL,
  source TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (key, flag, epoch, trusted)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS firsts_by_age ON firsts (at);
CREATE TABLE IF NOT EXISTS outcomes (
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
  open INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS outcomes_by_key ON outcomes (key, metric);
CREATE INDEX IF NOT EXISTS outcomes_by_age ON outcomes (at);
CREATE TABLE IF NOT EXISTS settled (name TEXT PRIMARY KEY, before INTEGER NOT NULL) WITHOUT ROWID;
`;

/** Takes what was found out about one minute of one series. */
export type Found = (series: Series, minute: number, tally: Tally) => void;

/** As it was reported, with what decides whether it is the one that counts. */
type First = Omit<Exposed, "what"> & { epoch: string; trusted: 0 | 1 };
type Pair = First & { outcomeAt: number; outcomeSource: Happened["source"]; value: number; metric: string };

const FIRST_COLUMNS = "f.key, f.flag, f.epoch, f.trusted, f.at, f.slice, f.variant, f.cohort, f.source, f.version";
/**
 * An outcome and the first exposures that it may belong to. `open`: the first minute whose bin of this metric was open
 * when the outcome came.
 */
const JOINED = `
FROM outcomes o JOIN firsts f
  ON f.key = o.key AND (o.flag = '' OR o.flag = f.flag) AND (o.epoch = '' OR o.epoch = f.epoch)
WHERE o.at >= f.at AND o.at <= f.at + o.window_ms`;

export class Attribution {
  readonly #sql: SqlStorage;
  /** Rows by table and whether they are of clients, for their limits. */
  readonly #rows = new Map<string, number>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * An exposure counts if it is its key's first in its flag and epoch, among the trusted ones or among those of clients.
   * Too late for its minute, it is nothing. Belongs into a transaction.
   */
  exposed(exposed: Exposed, now: number): void {
    const { key, flag, cohort, variant, source, version, slice } = exposed;
    const at = Math.min(Math.floor(exposed.at), now);
    if (minuteOf(at) < this.openFrom(now)) return;
    const [epoch, trusted] = [epochOf(cohort), source === "client" ? 0 : 1];
    const there = this.#sql
      .exec<First>(
        "SELECT * FROM firsts WHERE key = ? AND flag = ? AND epoch = ? AND trusted = ?",
        key,
        flag,
        epoch,
        trusted,
      )
      .toArray()[0];
    if (!there && !this.#room("firsts", source)) return;
    if (there && !precedes({ at, variant, cohort, source, version }, there)) return;
    this.#sql.exec(
      "INSERT OR REPLACE INTO firsts (key, flag, epoch, trusted, at, slice, variant, cohort, source, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      key,
      flag,
      epoch,
      trusted,
      at,
      slice,
      variant,
      cohort,
      source,
      version,
    );
  }

  /** Keeps an outcome until it can be attributed. False when it comes too late for that. Belongs into a transaction. */
  happened({ key, metric, value, flag, cohort, source, per, windowMs, ...rest }: Happened, now: number): boolean {
    const at = Math.min(Math.floor(rest.at), now);
    const open =
      per === "event" ? this.openFrom(now) : Math.max(openFrom(now, windowMs), this.#before(unitsOf(metric)));
    if (minuteOf(at) < open) return false;
    if (!this.#room("outcomes", source)) return true;
    this.#sql.exec(
      "INSERT INTO outcomes (key, metric, at, value, flag, epoch, source, per, window_ms, open) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      key,
      metric,
      at,
      Math.round(value * 1_000_000),
      flag,
      epochOf(cohort),
      source,
      per,
      windowMs,
      open,
    );
    return true;
  }

  /** Attributes what goes to minutes that are closed by now. Each minute once. Belongs into a transaction. */
  settle(now: number, found: Found): void {
    this.#settle("firsts", openFrom(now), (from, to) => this.#firsts(from, to, found));
    this.#settle("outcomes", openFrom(now), (from, to) => this.#events(from, to, found));
    for (const [metric, windowMs] of this.#windows())
      this.#settle(unitsOf(metric), openFrom(now, windowMs), (from, to) => this.#units(metric, from, to, found));
  }

  /** The first minute that takes anything. It never goes back, whatever the clock does. */
  openFrom(now: number): number {
    return Math.max(openFrom(now), this.#before("firsts"));
  }

  /** For each metric that counts units: the first minute whose units aren't settled yet. */
  unitsBefore(): Record<string, number> {
    return Object.fromEntries(Array.from(this.#windows(), ([metric]) => [metric, this.#before(unitsOf(metric))]));
  }

  /** Forgets what nothing can be attributed to any more. */
  sweep(now: number): void {
    this.#sql.exec("DELETE FROM firsts WHERE at < ?", now - KEPT_MS);
    this.#sql.exec("DELETE FROM outcomes WHERE at < ?", now - KEPT_MS);
    this.#sql.exec("DELETE FROM settled WHERE before < ? AND name LIKE 'units %'", now - 2 * KEPT_MS);
    this.#rows.clear();
  }

  /** Whether anything of a targeting key is kept. */
  keeps(): boolean {
    return this.#sql.exec("SELECT 1 FROM firsts UNION ALL SELECT 1 FROM outcomes LIMIT 1").toArray().length > 0;
  }

  #settle(name: string, before: number, work: (from: number, to: number) => void): void {
    const from = this.#before(name);
    if (before <= from) return;
    work(from, before);
    this.#sql.exec("INSERT OR REPLACE INTO settled (name, before) VALUES (?, ?)", name, before);
  }

  #firsts(from: number, to: number, found: Found): void {
    const sums = new Sums();
    const rows = this.#sql.exec<First>("SELECT * FROM firsts WHERE at >= ? AND at < ?", from, to);
    for (const first of rows) sums.add(seriesOf("first", "", first), first.at, { slice: first.slice });
    sums.tell(found);
  }

  /** Outcomes that count each: in the minute in which they happened. */
  #events(from: number, to: number, found: Found): void {
    const rows = this.#sql
      .exec<Pair & { id: number }>(
        `SELECT o.id, o.metric, o.at AS outcomeAt, o.source AS outcomeSource, o.value, ${FIRST_COLUMNS} ${JOINED}
         AND o.per = 'event' AND o.at >= ? AND o.at < ?`,
        from,
        to,
      )
      .toArray();
    // Of one flag's, an outcome belongs to one: the last epoch's, and one that a gate or server saw before a client's.
    const chosen = new Map<string, Pair>();
    for (const row of rows) {
      const name = `${row.id}\n${row.flag}`;
      const other = chosen.get(name);
      if (!other || row.trusted > other.trusted || (row.trusted === other.trusted && row.at > other.at))
        chosen.set(name, row);
    }
    const sums = new Sums();
    for (const row of chosen.values()) {
      const source = row.outcomeSource === "client" ? "client" : row.source;
      const value = row.value / 1_000_000;
      sums.add({ ...seriesOf("outcome", row.metric, row), source }, row.outcomeAt, measured(row.slice, value));
    }
    sums.tell(found);
  }

  /** Keys that had an outcome in time, each once: in the minute of their first exposure. */
  #units(metric: string, from: number, to: number, found: Found): void {
    const rows = this.#sql
      .exec<Pair>(
        `SELECT o.metric, o.at AS outcomeAt, o.source AS outcomeSource, o.value, ${FIRST_COLUMNS} ${JOINED}
         AND o.per = 'unit' AND f.at >= o.open AND o.metric = ? AND f.at >= ? AND f.at < ?`,
        metric,
        from,
        to,
      )
      .toArray();
    const sums = new Sums();
    for (const [kind, counting] of [
      ["unit", rows],
      ["trusted-unit", rows.filter((row) => row.outcomeSource !== "client")],
    ] as const) {
      const units = new Map<string, { first: Pair; value: number }>();
      for (const row of counting) {
        const name = `${row.key}\n${row.flag}\n${row.epoch}\n${row.trusted}`;
        const unit = units.get(name);
        if (unit) unit.value += row.value;
        else units.set(name, { first: row, value: row.value });
      }
      for (const { first, value } of units.values())
        sums.add(seriesOf(kind, metric, first), first.at, measured(first.slice, value / 1_000_000));
    }
    sums.tell(found);
  }

  #windows(): Map<string, number> {
    const rows = this.#sql.exec<{ metric: string; most: number }>(
      "SELECT metric, max(window_ms) AS most FROM outcomes WHERE per = 'unit' GROUP BY metric",
    );
    return new Map(Array.from(rows, ({ metric, most }) => [metric, most]));
  }

  #before(name: string): number {
    const rows = this.#sql.exec<{ before: number }>("SELECT before FROM settled WHERE name = ?", name).toArray();
    return rows[0]?.before ?? 0;
  }

  /** Takes a row's place where there is one. Clients have places of their own: anybody can make up keys. */
  #room(table: "firsts" | "outcomes", source: Source): boolean {
    const whose = source === "client" ? "source = 'client'" : "source <> 'client'";
    const name = `${table} ${whose}`;
    const rows =
      this.#rows.get(name) ??
      this.#sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE ${whose}`).one().n;
    this.#rows.set(name, Math.min(rows + 1, MOST_ROWS));
    return rows < MOST_ROWS;
  }
}

/** Of two exposures that count the earlier one is the first; of two at once always the same one. */
function precedes(
  one: Pick<First, "at" | "variant" | "cohort" | "source" | "version">,
  other: Pick<First, "at" | "variant" | "cohort" | "source" | "version">,
): boolean {
  if (one.at !== other.at) return one.at < other.at;
  const text = ({ variant, cohort, source, version }: typeof one): string =>
    [cohort, variant, source, version].join("\n");
  return text(one) < text(other);
}

function unitsOf(metric: string): string {
  return `units ${metric}`;
}

function seriesOf(kind: Series["kind"], metric: string, { flag, variant, cohort, source, version }: First): Series {
  return { kind, metric, flag, variant, cohort, source, version };
}

/** A value, and as a size where it can be one. */
export function measured(slice: number, value: number): Measured {
  return value >= 0 ? { slice, value, size: value } : { slice, value };
}

/** Tallies by minute and series. */
class Sums {
  readonly #sums = new Map<string, { series: Series; minute: number; tally: Tally }>();

  add(series: Series, at: number, what: Measured): void {
    const minute = minuteOf(at);
    const name = `${minute}\n${Object.values(series).join("\n")}`;
    let sum = this.#sums.get(name);
    if (!sum) this.#sums.set(name, (sum = { series, minute, tally: new Tally() }));
    sum.tally.add(what);
  }

  tell(found: Found): void {
    for (const { series, minute, tally } of this.#sums.values()) found(series, minute, tally);
  }
}
