import * as COUNTER_LIMITS from "../contract/counter-limits.ts";
import * as LIMITS from "../contract/limits.ts";
import { epochOf, type Exposed, type Had, MINUTE, minuteOf, releaseOf, type Series } from "./batch.ts";
import { RowCounts } from "./rooms.ts";
import { type Found, seriesOf, Sums } from "./sums.ts";

/*
 * Which keys were exposed to what: first exposures, sessions, and first events. What comes is kept by minute as it came;
 * when the minute closes it becomes visits, minute after minute, so that it makes no difference in which order it came.
 */

/** A key that hasn't been seen for so long begins a session when it comes again. */
const SESSION_MS = 30 * MINUTE;
/** What is kept of keys is kept so much longer than outcomes may come: until the last bin closes. */
export const MARGIN_MS = 5 * MINUTE;

/** A row of `seen` or `visits`, as far as both have it. */
export type Visit = {
  key: string;
  flag: string;
  epoch: string;
  trusted: 0 | 1;
  alias: 0 | 1;
  keep: NonNullable<Exposed["keep"]>;
  /** Of an alias: the key of what is bucketed. */
  unit: string;
  at: number;
  last: number;
  slice: number;
  variant: string;
  cohort: string;
  source: Series["source"];
  version: number;
};
type Told = Pick<Visit, "at" | "variant" | "cohort" | "source" | "version">;

export class Exposures {
  readonly #sql: SqlStorage;
  readonly #open: RowCounts;
  readonly #kept: RowCounts;
  readonly #events: RowCounts;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#open = new RowCounts(() => counted(sql, "SELECT trusted AS name, count(*) AS n FROM seen GROUP BY trusted"));
    this.#events = new RowCounts(() =>
      counted(sql, "SELECT trusted AS name, count(*) AS n FROM first_events GROUP BY trusted"),
    );
    this.#kept = new RowCounts(() =>
      sql
        .exec<Pick<Visit, "keep" | "flag" | "epoch" | "trusted"> & { n: number }>(
          "SELECT keep, flag, epoch, trusted, count(*) AS n FROM visits GROUP BY keep, flag, epoch, trusted",
        )
        .toArray()
        .flatMap((row): [string, number][] => namesOf(row).map((name) => [name, row.n])),
    );
  }

  /** Keeps an exposure until its minute closes. False where there is no room. Belongs into a transaction. */
  exposed(exposed: Exposed, at: number): boolean {
    const { key, flag, cohort, variant, source, version, slice, alias } = exposed;
    const keep = exposed.keep ?? (cohort === "" ? "other" : "release");
    const epoch = epochOf(cohort);
    const trusted = source === "client" ? 0 : 1;
    const place = [minuteOf(at), key, flag, epoch, trusted, alias ? 1 : 0];
    const where = "minute = ? AND key = ? AND flag = ? AND epoch = ? AND trusted = ? AND alias = ?";
    const there = this.#sql.exec<Visit>(`SELECT * FROM seen WHERE ${where}`, ...place).toArray()[0];
    if (!there) {
      if (keep !== "release" && this.#visit(place.slice(1))) return true; // of those nothing but the first counts
      const name = String(trusted);
      if (this.#open.of(name) >= (trusted ? COUNTER_LIMITS.openExposures : COUNTER_LIMITS.clientOpenExposures))
        return false;
      this.#open.add(name);
    } else if (!precedes({ at, variant, cohort, source, version }, there)) {
      if (at > there.last) this.#sql.exec(`UPDATE seen SET last = ? WHERE ${where}`, at, ...place);
      return true;
    }
    this.#sql.exec(
      `INSERT OR REPLACE INTO seen (minute, key, flag, epoch, trusted, alias, keep, unit, at, last, slice, variant, cohort, source, version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...place,
      keep,
      alias ?? "",
      at,
      Math.max(at, there?.last ?? at),
      slice,
      variant,
      cohort,
      source,
      version,
    );
    return true;
  }

  /** Keeps an event of a key, if it may be the first of its stage entry. False where there is no room. */
  had({ key, metric, flag, cohort, variant, source, version, slice }: Omit<Had, "what" | "at">, at: number): boolean {
    const epoch = epochOf(cohort);
    const trusted = source === "client" ? 0 : 1;
    const place = [key, flag, epoch, trusted, metric];
    const there = this.#sql
      .exec<Told & { counted: 0 | 1 }>(
        "SELECT * FROM first_events WHERE key = ? AND flag = ? AND epoch = ? AND trusted = ? AND metric = ?",
        ...place,
      )
      .toArray()[0];
    if (there && (there.counted === 1 || !precedes({ at, variant, cohort, source, version }, there))) return true;
    if (!there) {
      const name = String(trusted);
      if (this.#events.of(name) >= (trusted ? COUNTER_LIMITS.firstEvents : COUNTER_LIMITS.clientFirstEvents))
        return false;
      this.#events.add(name);
    }
    this.#sql.exec(
      `INSERT OR REPLACE INTO first_events (key, flag, epoch, trusted, metric, at, counted, slice, variant, cohort, source, version)
       VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)`,
      ...place,
      at,
      slice,
      variant,
      cohort,
      source,
      version,
    );
    return true;
  }

  /** Whether an exposure of a key is known, in a flag and epoch where they are said. */
  knows(key: string, flag: string, epoch: string): boolean {
    const which = "key = ?1 AND (?2 = '' OR flag = ?2) AND (?3 = '' OR epoch = ?3)";
    return ["seen", "visits"].some(
      (table) => this.#sql.exec(`SELECT 1 FROM ${table} WHERE ${which} LIMIT 1`, key, flag, epoch).toArray().length > 0,
    );
  }

  /** What was bucketed when a targeting key was exposed, where that is something else. */
  aliases(key: string, flag: string): Pick<Visit, "unit" | "flag" | "cohort">[] {
    const [seen, visits] = ["seen", "visits"].map(
      (table) => `SELECT unit, flag, cohort FROM ${table} WHERE key = ?1 AND alias = 1 AND (?2 = '' OR flag = ?2)`,
    );
    return this.#sql.exec<Visit>(`${seen} UNION ${visits} LIMIT ?3`, key, flag, COUNTER_LIMITS.aliases).toArray();
  }

  /** Makes visits of some of what was seen in a closed minute. False when nothing was left. */
  settleSeen(minute: number, found: Found): boolean {
    const rows = this.#sql
      .exec<Visit>(
        "SELECT * FROM seen WHERE minute = ? ORDER BY key, flag, epoch, trusted, alias LIMIT ?",
        minute,
        COUNTER_LIMITS.slice,
      )
      .toArray();
    const last = rows.at(-1);
    if (!last) return false;
    const sums = new Sums();
    for (const row of rows) this.#visited(row, sums);
    sums.tell(found);
    this.#sql.exec(
      "DELETE FROM seen WHERE minute = ? AND (key, flag, epoch, trusted, alias) <= (?, ?, ?, ?, ?)",
      minute,
      ...placeOf(last),
    );
    for (const { trusted } of rows) this.#open.add(String(trusted), -1);
    return true;
  }

  /** Counts some of the first events of a closed minute. False when nothing was left. */
  settleEvents(minute: number, found: Found): boolean {
    const rows = this.#sql
      .exec<Visit & { metric: string }>(
        "SELECT * FROM first_events WHERE counted = 0 AND at >= ? AND at < ? LIMIT ?",
        minute,
        minute + MINUTE,
        COUNTER_LIMITS.slice,
      )
      .toArray();
    const sums = new Sums();
    for (const row of rows) {
      const place = [row.key, row.flag, row.epoch];
      const exposed = this.#sql
        .exec(
          "SELECT 1 FROM visits WHERE key = ? AND flag = ? AND epoch = ? AND alias = 0 AND at < ? LIMIT 1",
          ...place,
          minute + MINUTE,
        )
        .toArray();
      // Who wasn't seen can't be at risk: their exposure may yet come, and then another event is the first.
      const what = exposed.length > 0 ? "UPDATE first_events SET counted = 1" : "DELETE FROM first_events";
      this.#sql.exec(
        `${what} WHERE key = ? AND flag = ? AND epoch = ? AND trusted = ? AND metric = ?`,
        ...place,
        row.trusted,
        row.metric,
      );
      if (exposed.length > 0) sums.add(seriesOf("first-event", row.metric, row), row.at, { slice: row.slice });
    }
    sums.tell(found);
    return rows.length > 0;
  }

  /** Forgets what nothing can be attributed to any more. */
  sweep(now: number): void {
    this.#sql.exec("DELETE FROM visits WHERE until < ?", now);
    this.#sql.exec(
      `DELETE FROM first_events WHERE at < ? AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.key = first_events.key
       AND v.flag = first_events.flag AND v.epoch = first_events.epoch)`,
      now - LIMITS.releaseWindowMs - MARGIN_MS,
    );
    this.forget();
  }

  /** Forgets what is remembered of the tables. */
  forget(): void {
    for (const counts of [this.#open, this.#kept, this.#events]) counts.forget();
  }

  #visited(row: Visit, sums: Sums): void {
    const place = placeOf(row);
    const latest = this.#visit(place);
    if (latest && row.at - latest.last < SESSION_MS) {
      if (row.keep === "release" && row.last > latest.last)
        this.#sql.exec(
          "UPDATE visits SET last = ?, until = ? WHERE key = ? AND flag = ? AND epoch = ? AND trusted = ? AND alias = ? AND at = ?",
          row.last,
          untilOf(row),
          ...place,
          latest.at,
        );
      return;
    }
    if (latest && (row.keep !== "release" || row.alias === 1)) return;
    if (!this.#room(row))
      return sums.add({ ...seriesOf("uncounted", "full", row), variant: "" }, row.at, { slice: row.slice });
    this.#sql.exec(
      `INSERT INTO visits (key, flag, epoch, trusted, alias, keep, unit, at, last, first, until, slice, variant, cohort, source, version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...place,
      row.keep,
      row.unit,
      row.at,
      row.last,
      latest ? 0 : 1,
      untilOf(row),
      row.slice,
      row.variant,
      row.cohort,
      row.source,
      row.version,
    );
    for (const name of namesOf(row)) this.#kept.add(name);
    if (row.alias === 1) return;
    if (!latest) sums.add(seriesOf("first", "", row), row.at, { slice: row.slice });
    if (row.keep === "release") sums.add(seriesOf("session", "", row), row.at, { slice: row.slice });
  }

  /** A key's latest visit. */
  #visit(place: readonly (string | number)[]): { at: number; last: number } | undefined {
    return this.#sql
      .exec<{ at: number; last: number }>(
        `SELECT at, last FROM visits WHERE key = ? AND flag = ? AND epoch = ? AND trusted = ? AND alias = ?
         ORDER BY at DESC LIMIT 1`,
        ...place,
      )
      .toArray()[0];
  }

  /** Whether there is a place for another row: one of all, or one that this release or experiment always has. */
  #room(row: Visit): boolean {
    const { n } = this.#sql.exec<{ n: number }>("SELECT count(*) AS n FROM visits WHERE key = ?", row.key).one();
    if (n >= COUNTER_LIMITS.exposuresPerKey) return false;
    const [all = "", own = ""] = namesOf(row);
    const trusted = row.trusted === 1;
    if (row.keep === "other")
      return this.#kept.of(all) < (trusted ? COUNTER_LIMITS.otherExposures : COUNTER_LIMITS.clientOtherExposures);
    if (this.#kept.of(all) < (trusted ? COUNTER_LIMITS.exposures : COUNTER_LIMITS.clientExposures)) return true;
    const rows = this.#kept.of(own);
    if (rows >= COUNTER_LIMITS.reservedExposures) return false;
    return rows > 0 || this.#kept.classes("own ") < COUNTER_LIMITS.reserves;
  }
}

function placeOf({ key, flag, epoch, trusted, alias }: Visit): (string | number)[] {
  return [key, flag, epoch, trusted, alias];
}

/** The classes that a row is counted in: all of its kind; and its release or experiment. */
function namesOf({ keep, flag, epoch, trusted }: Pick<Visit, "keep" | "flag" | "epoch" | "trusted">): string[] {
  if (keep === "other") return [`other ${trusted}`];
  return [`all ${trusted}`, `own ${trusted} ${keep === "release" ? releaseOf(epoch) : `/${flag}`}`];
}

function untilOf({ keep, at, last }: Visit): number {
  if (keep === "experiment") return at + LIMITS.experimentWindowMs + MARGIN_MS;
  return (keep === "release" ? last : at) + LIMITS.releaseWindowMs + MARGIN_MS;
}

/** Of two that count the earlier one is the first; of two at once always the same one. */
function precedes(one: Told, other: Told): boolean {
  if (one.at !== other.at) return one.at < other.at;
  const text = ({ variant, cohort, source, version }: Told): string => [cohort, variant, source, version].join("\n");
  return text(one) < text(other);
}

function counted(sql: SqlStorage, query: string): [string, number][] {
  return sql
    .exec<{ name: number; n: number }>(query)
    .toArray()
    .map(({ name, n }) => [String(name), n]);
}
