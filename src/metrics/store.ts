import * as COUNTER_LIMITS from "../contract/counter-limits.ts";
import { decodeTally, encodeTally, merged } from "../core/shadow-tally.ts";
import { type Kind, MINUTE, type Series } from "./batch.ts";
import { manyOf, Tally } from "./tally.ts";

/* Bins in the tables of a counter: of minutes for two days, then of hours for sixty. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTES_KEPT_MS = 2 * DAY;
const HOURS_KEPT_MS = 60 * DAY;
type Table = "minutes" | "hours";

const COLUMNS = "late, kind, metric, flag, variant, cohort, source, version";

export const BINS_SCHEMA = ["minutes", "hours"]
  .map(
    (table) => `
CREATE TABLE IF NOT EXISTS ${table} (
  start INTEGER NOT NULL,
  late INTEGER NOT NULL,
  kind TEXT NOT NULL,
  metric TEXT NOT NULL,
  flag TEXT NOT NULL,
  variant TEXT NOT NULL,
  cohort TEXT NOT NULL,
  source TEXT NOT NULL,
  version INTEGER NOT NULL,
  tally TEXT NOT NULL,
  PRIMARY KEY (start, ${COLUMNS})
) WITHOUT ROWID;`,
  )
  .join("");

/** A bin as it is kept. `late`: it came after its minute was closed, so it is shown, and judged by nobody. */
export type BinRow = Series & { start: number; late: 0 | 1; tally: string };

/**
 * Which bins: of minutes that begin from `since` to before `until`; of one flag, or of cohorts of one release (and its flag).
 * With the latter come what is uncounted and belongs to no flag, and what of its flag came too late or found no room before
 * anybody knew its cohort. `after`: where the page before this one ended.
 */
export type BinQuery = { since: number; until: number; flag?: string; release?: string; after?: string };

/** Some bins, and where the next page begins if there are more. */
export type BinPage = { rows: BinRow[]; next?: string };

const PLACE = `start, ${COLUMNS}`;
const PLACEHOLDERS = "?, ?, ?, ?, ?, ?, ?, ?, ?";

export class Bins {
  readonly #sql: SqlStorage;
  /** Series of minutes and hours that are being filled, by table, start, whose they are and whether of a cohort. */
  readonly #counts = new Map<string, number>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Adds to a minute's bin. Where the minute has no room for another series, to that of all others. */
  add(series: Series, minute: number, late: boolean, tally: string): void {
    this.#add("minutes", { ...series, start: minute, late: late ? 1 : 0, tally });
  }

  /** The bins of minutes, of hours where the minutes are gone, page by page. */
  read({ since, until, flag, release, after }: BinQuery): BinPage {
    const [which, what] =
      release !== undefined
        ? // "/" follows "."
          [
            `AND (cohort >= ? AND cohort < ? OR kind = 'uncounted' AND
             (flag = '' OR flag = ? AND cohort = '' AND metric IN ('late', 'full')))`,
            [`${release}.`, `${release}/`, flag ?? ""],
          ]
        : flag !== undefined
          ? ["AND flag = ?", [flag]]
          : ["", []];
    const page: BinPage = { rows: [] };
    let length = 0;
    const begun = after === undefined ? undefined : (JSON.parse(after) as [Table, ...SqlStorageValue[]]);
    for (const table of ["hours", "minutes"] as const) {
      if (table === "hours" && begun?.[0] === "minutes") continue;
      const from = begun?.[0] === table ? begun.slice(1) : undefined;
      const rows = this.#sql.exec<BinRow>(
        `SELECT * FROM ${table} WHERE start >= ? AND start < ? ${which}
         ${from ? `AND (${PLACE}) > (${PLACEHOLDERS})` : ""} ORDER BY ${PLACE}`,
        since,
        until,
        ...what,
        ...(from ?? []),
      );
      for (const row of rows) {
        page.rows.push(row);
        length += row.tally.length;
        if (page.rows.length < COUNTER_LIMITS.pageRows && length < COUNTER_LIMITS.pageLength) continue;
        return { ...page, next: JSON.stringify([table, ...placeOf(row)]) };
      }
    }
    return page;
  }

  /**
   * Makes hours of old minutes, and forgets old hours. An hour at a time, so that a transaction stays small.
   *
   * @returns whether there is more to do
   */
  sweep(now: number): boolean {
    this.#counts.clear();
    const before = Math.floor((now - MINUTES_KEPT_MS) / HOUR) * HOUR;
    const { start } = this.#sql.exec<{ start: number | null }>("SELECT min(start) AS start FROM minutes").one();
    if (start !== null && start < before) {
      // Minute by minute, each in one go with what it adds to: as many rows as a minute may have, never an hour's.
      const hour = Math.floor(start / HOUR) * HOUR;
      const rows = this.#sql.exec<BinRow>("SELECT * FROM minutes WHERE start = ?", start).toArray();
      for (const row of rows) this.#add("hours", { ...row, start: hour });
      this.#sql.exec("DELETE FROM minutes WHERE start = ?", start);
      return true;
    }
    this.#sql.exec("DELETE FROM hours WHERE start < ?", now - HOURS_KEPT_MS);
    return false;
  }

  /** Forgets what is remembered of the tables: a transaction failed. */
  forget(): void {
    this.#counts.clear();
  }

  /** How soon there is something to sweep; null when there is nothing. */
  sweepEvery(): number | null {
    if (this.#some("minutes")) return HOUR;
    return this.#some("hours") ? DAY : null;
  }

  #add(table: Table, row: BinRow): void {
    const where = `start = ? AND late = ? AND kind = ? AND metric = ? AND flag = ? AND variant = ? AND cohort = ? AND source = ? AND version = ?`;
    const place = placeOf(row);
    const { kind } = row;
    const there = this.#sql.exec<{ tally: string }>(`SELECT tally FROM ${table} WHERE ${where}`, ...place).toArray()[0];
    if (there) {
      const sum = together(kind, there.tally, row.tally);
      this.#sql.exec(`UPDATE ${table} SET tally = ? WHERE ${where}`, sum, ...place);
      return;
    }
    const tally = checked(kind, row.tally);
    if (kind !== "other" && kind !== "uncounted" && !this.#room(table, row)) return this.#overflow(table, row);
    this.#sql.exec(`INSERT INTO ${table} (${PLACE}, tally) VALUES (${PLACEHOLDERS}, ?)`, ...place, tally);
  }

  /** What there is no room for isn't lost from sight: it is counted together, and of a release as uncounted. */
  #overflow(table: Table, row: BinRow): void {
    const { start, kind, cohort, source } = row;
    const count = kind === "shadow" ? 1 : Tally.decode(row.tally).count;
    const tally = manyOf(count);
    const other = { start, late: 0, metric: "", flag: "", variant: "", cohort: "", source, version: 0 } as const;
    this.#add(table, { ...other, kind: "other", tally });
    if (cohort !== "" && (kind === "request" || kind === "exposure" || kind === "outcome"))
      this.#add(table, { ...other, kind: "uncounted", metric: "full", flag: row.flag, cohort, tally });
  }

  #room(table: Table, { start, source, cohort }: BinRow): boolean {
    const client = source === "client";
    const ofMinutes = client ? COUNTER_LIMITS.clientMinuteSeries : COUNTER_LIMITS.minuteSeries;
    const ofHours = client ? COUNTER_LIMITS.clientHourSeries : COUNTER_LIMITS.hourSeries;
    const most = table === "minutes" ? ofMinutes : ofHours;
    const name = `${table} ${start} ${client} ${cohort === ""}`;
    let count = this.#counts.get(name);
    if (count === undefined) {
      if (this.#counts.size > 1_000) this.#counts.clear();
      const { n } = this.#sql
        .exec<{ n: number }>(
          `SELECT count(*) AS n FROM ${table} WHERE start = ? AND (source = 'client') = ? AND (cohort = '') = ?`,
          start,
          client ? 1 : 0,
          cohort === "" ? 1 : 0,
        )
        .one();
      count = n;
    }
    this.#counts.set(name, Math.min(count + 1, most));
    return count < most;
  }

  #some(table: Table): boolean {
    return this.#sql.exec(`SELECT 1 FROM ${table} LIMIT 1`).toArray().length > 0;
  }
}

function placeOf({ start, late, kind, metric, flag, variant, cohort, source, version }: BinRow): SqlStorageValue[] {
  return [start, late, kind, metric, flag, variant, cohort, source, version];
}

/** Two encoded tallies of one series as one. */
function together(kind: Kind, one: string, other: string): string {
  return kind === "shadow"
    ? encodeTally(merged(decodeTally(one), decodeTally(other)))
    : Tally.decode(one).merge(Tally.decode(other)).encode();
}

/** An encoded tally that can be decoded: it may come from a gate of another version. @throws when it can't */
function checked(kind: Kind, tally: string): string {
  return kind === "shadow" ? encodeTally(decodeTally(tally)) : Tally.decode(tally).encode();
}

/** The start of the step that a minute belongs to. */
export function stepOf(start: number, stepMs: number): number {
  return Math.floor(start / stepMs) * stepMs;
}

export const SHORTEST_STEP = MINUTE;
