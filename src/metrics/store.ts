import { decodeTally, encodeTally, merged } from "../core/shadow-tally.ts";
import { type Kind, MINUTE, type Series, seriesName, type Source } from "./batch.ts";
import { Tally } from "./tally.ts";

/* Bins in the tables of a counter: of minutes for two days, then of hours for sixty. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTES_KEPT_MS = 2 * DAY;
const HOURS_KEPT_MS = 60 * DAY;
/** Series in one minute of one counter. Those of clients have a budget of their own: anybody can make up cohorts. */
const SERIES_PER_MINUTE = { trusted: 2_000, client: 500 };

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

/** Which bins: of minutes that begin from `since` to before `until`; of one flag, or of cohorts of one release. */
export type BinQuery = { since: number; until: number; flag?: string; release?: string };

export class Bins {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Adds to a minute's bin. False when the minute has no room for another series. */
  add(series: Series, minute: number, late: boolean, tally: string): boolean {
    return this.#add("minutes", { ...series, start: minute, late: late ? 1 : 0, tally });
  }

  /** The bins of minutes, of hours where the minutes are gone. */
  read({ since, until, flag, release }: BinQuery): BinRow[] {
    const [which, what] =
      flag !== undefined
        ? ["AND flag = ?", [flag]]
        : release !== undefined
          ? ["AND cohort >= ? AND cohort < ?", [`${release}.`, `${release}/`]] // "/" follows "."
          : ["", []];
    return ["hours", "minutes"].flatMap((table) =>
      this.#sql
        .exec<BinRow>(`SELECT * FROM ${table} WHERE start >= ? AND start < ? ${which}`, since, until, ...what)
        .toArray(),
    );
  }

  /** Makes hours of old minutes, and forgets old hours. */
  sweep(now: number): void {
    const before = Math.floor((now - MINUTES_KEPT_MS) / HOUR) * HOUR;
    for (;;) {
      const { start } = this.#sql.exec<{ start: number | null }>("SELECT min(start) AS start FROM minutes").one();
      if (start === null || start >= before) break;
      const hour = Math.floor(start / HOUR) * HOUR;
      const sums = new Map<string, BinRow>();
      for (const row of this.#sql.exec<BinRow>("SELECT * FROM minutes WHERE start < ?", hour + HOUR).toArray()) {
        const name = `${row.late}\n${seriesName(row)}`;
        const sum = sums.get(name);
        if (sum) sum.tally = together(row.kind, sum.tally, row.tally);
        else sums.set(name, { ...row, start: hour });
      }
      for (const row of sums.values()) this.#add("hours", row);
      this.#sql.exec("DELETE FROM minutes WHERE start < ?", hour + HOUR);
    }
    this.#sql.exec("DELETE FROM hours WHERE start < ?", now - HOURS_KEPT_MS);
  }

  /** How soon there is something to sweep; null when there is nothing. */
  sweepEvery(): number | null {
    if (this.#some("minutes")) return HOUR;
    return this.#some("hours") ? DAY : null;
  }

  #add(table: "minutes" | "hours", row: BinRow): boolean {
    const { start, late, kind, metric, flag, variant, cohort, source, version, tally } = row;
    const place = [start, late, kind, metric, flag, variant, cohort, source, version];
    const where = `start = ? AND late = ? AND kind = ? AND metric = ? AND flag = ? AND variant = ? AND cohort = ? AND source = ? AND version = ?`;
    const there = this.#sql.exec<{ tally: string }>(`SELECT tally FROM ${table} WHERE ${where}`, ...place).toArray()[0];
    if (there) {
      const sum = together(kind, there.tally, tally);
      this.#sql.exec(`UPDATE ${table} SET tally = ? WHERE ${where}`, sum, ...place);
      return true;
    }
    if (table === "minutes" && !this.#room(start, source)) return false;
    this.#sql.exec(
      `INSERT INTO ${table} (start, ${COLUMNS}, tally) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...place,
      checked(kind, tally),
    );
    return true;
  }

  #room(start: number, source: Source): boolean {
    const { clients, all } = this.#sql
      .exec<{ clients: number; all: number }>(
        "SELECT count(*) AS [all], count(*) FILTER (WHERE source = 'client') AS clients FROM minutes WHERE start = ?",
        start,
      )
      .one();
    return source === "client" ? clients < SERIES_PER_MINUTE.client : all - clients < SERIES_PER_MINUTE.trusted;
  }

  #some(table: "minutes" | "hours"): boolean {
    return this.#sql.exec(`SELECT 1 FROM ${table} LIMIT 1`).toArray().length > 0;
  }
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
