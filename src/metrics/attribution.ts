import * as COUNTER_LIMITS from "../contract/counter-limits.ts";
import * as LIMITS from "../contract/limits.ts";
import { epochOf, type Happened, MINUTE, minuteOf, openFrom } from "./batch.ts";
import { Exposures, MARGIN_MS, type Visit } from "./exposures.ts";
import { classOf, RowCounts } from "./rooms.ts";
import { type Found, measured, seriesOf, Sums } from "./sums.ts";

/*
 * Which exposure an outcome belongs to. Outcomes of keys are kept as they came and attributed when the bin that they go to
 * closes, from all that is there by then: so it makes no difference in which order they came. It is done row by row in
 * slices, each in a transaction of its own that is as small as any, however much somebody has sent of one key.
 */

/** Values are kept as whole millionths. */
const MILLIONTHS = 1_000_000;

/**
 * The series whose minutes are settled when the outcomes for them can have come: units of a metric by first exposures in
 * releases, the same in experiments, and sessions in which a metric was expected.
 */
const WINDOWS = ["unit", "trial", "session"] as const;
type Window = (typeof WINDOWS)[number];

type Progress = { name: string; closed: number; done: number; cursor: string; window_ms: number; attempts: number };
type Outcome = {
  id: number;
  key: string;
  metric: string;
  at: number;
  value: number;
  flag: string;
  epoch: string;
  source: Happened["source"];
  per: "unit" | "event";
  window_ms: number;
  expected_ms: number;
  passed_on: 0 | 1;
};

/** A piece of work that is due: a closed minute, or what has closed of one metric. */
export type Due = { name: string; minute: number; attempts: number };

const MINUTES = "minutes";

export class Attribution {
  readonly exposures: Exposures;
  readonly #sql: SqlStorage;
  readonly #outcomes: RowCounts;
  readonly #windows = new Map<string, number>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.exposures = new Exposures(sql);
    this.#outcomes = new RowCounts(() =>
      sql
        .exec<{ client: number; n: number }>(
          "SELECT source = 'client' AS client, count(*) AS n FROM happened GROUP BY source = 'client'",
        )
        .toArray()
        .map(({ client, n }) => [String(client), n]),
    );
  }

  /**
   * Keeps an outcome until it can be attributed, or says why it won't be. Belongs into a transaction.
   *
   * @param passedOn whether it was passed on to what is bucketed, where that isn't its key
   */
  happened(one: Happened, at: number, now: number, passedOn: boolean): "late" | "full" | undefined {
    const { key, metric, value, flag, cohort, source, per, expectedMs = 0 } = one;
    const minute = minuteOf(at);
    const releaseMs = Math.min(one.windowMs, LIMITS.releaseWindowMs);
    const opens = {
      open: per === "event" ? this.closedTo(now) : Infinity,
      unit: per === "unit" ? this.#opens("unit", metric, releaseMs, now) : Infinity,
      trial: per === "unit" ? this.#opens("trial", metric, one.windowMs, now) : Infinity,
      session: expectedMs > 0 ? this.#opens("session", metric, expectedMs, now) : Infinity,
    };
    if (Object.values(opens).every((open) => minute < open)) return "late";
    const client = classOf(source);
    if (this.#outcomes.of(client) >= (source === "client" ? COUNTER_LIMITS.clientOutcomes : COUNTER_LIMITS.outcomes))
      return "full";
    const { n } = this.#sql
      .exec<{ n: number }>("SELECT count(*) AS n FROM happened WHERE key = ? AND metric = ?", key, metric)
      .one();
    if (n >= COUNTER_LIMITS.outcomesPerKey) return "full";
    this.#outcomes.add(client);
    const never = Number.MAX_SAFE_INTEGER;
    this.#sql.exec(
      `INSERT INTO happened (key, metric, at, value, flag, epoch, source, per, window_ms, expected_ms, unit_open, trial_open, session_open, open, passed_on, until)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      key,
      metric,
      at,
      Math.round(value * MILLIONTHS),
      flag,
      epochOf(cohort),
      source,
      per,
      one.windowMs,
      expectedMs,
      Math.min(opens.unit, never),
      Math.min(opens.trial, never),
      Math.min(opens.session, never),
      cohort === "" && minute >= this.closedTo(now) ? 1 : 0,
      passedOn ? 1 : 0,
      at + Math.max(one.windowMs, expectedMs) + MARGIN_MS,
    );
    return undefined;
  }

  /** The first minute that takes anything. It never goes back, whatever the clock does. */
  closedTo(now: number): number {
    return Math.max(openFrom(now), this.#progress(MINUTES)?.closed ?? 0);
  }

  /** The first minute that readers are told is open: that takes something, or isn't attributed yet. */
  openFrom(now: number): number {
    const closed = this.closedTo(now);
    return Math.min(closed, this.#pending(closed) ?? Infinity);
  }

  /** For each metric that is settled later than minutes are: the first minute that isn't. */
  unitsBefore(): Record<string, number> {
    const rows = this.#sql.exec<Progress>("SELECT * FROM progress WHERE name <> ?", MINUTES);
    return Object.fromEntries(Array.from(rows, ({ name, done }) => [name, done]));
  }

  /** Closes what is to be closed by now, so that nothing is added to what is being attributed. Belongs into a transaction. */
  close(now: number): void {
    this.#close(MINUTES, openFrom(now));
    for (const { name, window_ms } of this.#sql
      .exec<Progress>("SELECT * FROM progress WHERE name <> ?", MINUTES)
      .toArray())
      this.#close(name, openFrom(now, window_ms));
  }

  /** The next piece of work; undefined when all is attributed that is closed. Belongs into a transaction. */
  due(): Due | undefined {
    const minutes = this.#progress(MINUTES);
    if (!minutes) return undefined;
    const pending = this.#pending(minutes.closed);
    if (pending !== undefined) return { name: MINUTES, minute: pending, attempts: minutes.attempts };
    if (minutes.done < minutes.closed)
      this.#sql.exec("UPDATE progress SET done = closed, attempts = 0 WHERE name = ?", MINUTES);
    const waits = this.#sql
      .exec<Progress>(
        "SELECT * FROM progress WHERE name <> ? AND done < min(closed, ?) LIMIT 1",
        MINUTES,
        minutes.closed,
      )
      .toArray()[0];
    return waits && { name: waits.name, minute: waits.done, attempts: waits.attempts };
  }

  /** Notes that a piece of work is begun: when it ends the object instead of being done, that is known. */
  attempt({ name }: Due): void {
    this.#sql.exec("UPDATE progress SET attempts = attempts + 1 WHERE name = ?", name);
  }

  /** Does one slice of a piece of work. Belongs into a transaction. */
  work({ name, minute }: Due, found: Found): void {
    if (name !== MINUTES) this.#settleWindow(name, found);
    else if (!this.exposures.settleSeen(minute, found) && !this.#settleOutcomes(minute, found))
      this.exposures.settleEvents(minute, found);
    this.#sql.exec("UPDATE progress SET attempts = 0 WHERE name = ? AND attempts > 0", name);
  }

  /** Gives up a piece of work that can't be done. @returns how much was lost by it. Belongs into a transaction. */
  giveUp({ name, minute }: Due): number {
    this.#sql.exec("UPDATE progress SET attempts = 0 WHERE name = ?", name);
    this.forget();
    if (name !== MINUTES) {
      const { closed = 0 } = this.#progress(MINUTES) ?? {};
      this.#sql.exec("UPDATE progress SET done = min(closed, ?), cursor = '' WHERE name = ?", closed, name);
      return 0;
    }
    const open = [
      "seen WHERE minute = ?1",
      "happened WHERE open = 1 AND at >= ?1 AND at < ?1 + 60000",
      "first_events WHERE counted = 0 AND at >= ?1 AND at < ?1 + 60000",
    ];
    let lost = 0;
    for (const rows of open) {
      lost += this.#sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${rows}`, minute).one().n;
      this.#sql.exec(`DELETE FROM ${rows}`, minute);
    }
    return lost;
  }

  /** Forgets what nothing can be attributed to any more. */
  sweep(now: number): void {
    this.exposures.sweep(now);
    this.#sql.exec("DELETE FROM happened WHERE until < ?", now);
    this.#sql.exec(
      "DELETE FROM progress WHERE name <> ? AND used_at + window_ms < ?",
      MINUTES,
      now - 2 * LIMITS.releaseWindowMs,
    );
    this.forget();
  }

  /** Forgets what is remembered of the tables. */
  forget(): void {
    this.#outcomes.forget();
    this.#windows.clear();
    this.exposures.forget();
  }

  /** Whether anything of a key is kept. */
  keeps(): boolean {
    return ["seen", "visits", "first_events", "happened"].some(
      (table) => this.#sql.exec(`SELECT 1 FROM ${table} LIMIT 1`).toArray().length > 0,
    );
  }

  /** The first closed minute with anything that isn't attributed yet. */
  #pending(closed: number): number | undefined {
    const { minute } = this.#sql
      .exec<{ minute: number | null }>(
        `SELECT min(minute) AS minute FROM (
           SELECT min(minute) AS minute FROM seen WHERE minute < ?1
           UNION ALL SELECT min(at) FROM happened WHERE open = 1 AND at < ?1
           UNION ALL SELECT min(at) FROM first_events WHERE counted = 0 AND at < ?1)`,
        closed,
      )
      .one();
    return minute === null ? undefined : minuteOf(minute);
  }

  /** Outcomes without a cohort that count each: in the minute in which they happened. False when none was left. */
  #settleOutcomes(minute: number, found: Found): boolean {
    const rows = this.#sql
      .exec<Outcome>(
        "SELECT * FROM happened WHERE open = 1 AND at >= ? AND at < ? ORDER BY at, id LIMIT ?",
        minute,
        minute + MINUTE,
        COUNTER_LIMITS.slice,
      )
      .toArray();
    const sums = new Sums();
    let left: number = COUNTER_LIMITS.sliceLookedAt;
    const had = new Set<string>();
    for (const one of rows) {
      if (left <= 0) break;
      left -= this.#attribute(one, sums, had);
      if (one.per === "event" && one.expected_ms === 0) {
        this.#sql.exec("DELETE FROM happened WHERE id = ?", one.id);
        this.#outcomes.add(classOf(one.source), -1);
      } else this.#sql.exec("UPDATE happened SET open = 0 WHERE id = ?", one.id);
    }
    sums.tell(found);
    return rows.length > 0;
  }

  /**
   * Of one flag's exposures an outcome belongs to one: the last epoch's, and one that a gate or server saw before a
   * client's.
   *
   * @param had keys whose first event of a metric is known: outcomes come in their order
   * @returns how many exposures were looked at
   */
  #attribute(one: Outcome, sums: Sums, had: Set<string>): number {
    const visits = this.#sql.exec<Visit>(
      `SELECT * FROM visits WHERE key = ?1 AND (?2 = '' OR flag = ?2) AND first = 1 AND at <= ?3 AND at >= ?3 - ?4
       ORDER BY flag, trusted DESC, epoch <> '' DESC, at DESC`,
      one.key,
      one.flag,
      one.at,
      one.window_ms,
    );
    const value = one.value / MILLIONTHS;
    let looked = 1;
    let flag: string | undefined;
    for (const visit of visits) {
      looked += 1;
      if (visit.flag === flag) continue;
      if (visit.keep === "release" && visit.at < one.at - LIMITS.releaseWindowMs) continue;
      flag = visit.flag;
      if (one.per === "unit") {
        // Counted with its exposure, by what is bucketed, if that was known when it came.
        if (visit.alias === 1 && one.passed_on === 0)
          sums.add({ ...seriesOf("uncounted", "ambiguous", visit), variant: "" }, one.at, { slice: visit.slice });
        continue;
      }
      const source = one.source === "client" ? one.source : visit.source;
      const series = { ...seriesOf("outcome", one.metric, visit), source };
      sums.add(series, one.at, measured(one.metric, visit.slice, value));
      if (visit.epoch === "" || visit.alias === 1) continue;
      const name = [visit.key, visit.flag, visit.epoch, source, one.metric].join("\n");
      if (had.has(name)) continue;
      had.add(name);
      this.exposures.had({ ...visit, metric: one.metric, source }, one.at);
    }
    if (flag === undefined) this.#unattributed(one, value, sums);
    return looked;
  }

  /** It stands in series, and where nobody was exposed there is nothing that it could say. */
  #unattributed({ metric, flag, source, at, per }: Outcome, value: number, sums: Sums): void {
    const series = { flag, variant: "", cohort: "", source, version: 0 };
    if (per === "event") sums.add(seriesOf("outcome", metric, series), at, measured(metric, 0, value));
    sums.add(seriesOf("uncounted", "no-exposure", { ...series, flag: "" }), at, { slice: 0 });
  }

  /** Exposures of minutes that have closed for a metric, each with the outcomes that came in time. */
  #settleWindow(name: string, found: Found): void {
    const { done, closed, cursor } = this.#progress(name)!;
    const to = Math.min(closed, this.#progress(MINUTES)?.closed ?? 0);
    const [kind, metric] = [name.slice(0, name.indexOf(" ")) as Window, name.slice(name.indexOf(" ") + 1)];
    const after = cursor === "" ? undefined : (JSON.parse(cursor) as (string | number)[]);
    const rows = this.#sql
      .exec<Visit & { first: 0 | 1 }>(
        `SELECT * FROM visits WHERE at >= ? AND at < ?
         ${after ? "AND (at, key, flag, epoch, trusted, alias) > (?, ?, ?, ?, ?, ?)" : ""}
         ORDER BY at, key, flag, epoch, trusted, alias LIMIT ?`,
        done,
        to,
        ...(after ?? []),
        COUNTER_LIMITS.slice,
      )
      .toArray();
    const sums = new Sums();
    for (const visit of rows) {
      if (visit.alias === 1 || (visit.epoch === "") !== (kind === "trial")) continue;
      if (kind !== "session" && visit.first === 0) continue;
      this.#unit(kind, metric, visit, sums);
    }
    sums.tell(found);
    const last = rows.length < COUNTER_LIMITS.slice ? undefined : rows.at(-1);
    if (last) {
      const place = [last.at, last.key, last.flag, last.epoch, last.trusted, last.alias];
      this.#sql.exec("UPDATE progress SET cursor = ? WHERE name = ?", JSON.stringify(place), name);
    } else this.#sql.exec("UPDATE progress SET done = ?, cursor = '' WHERE name = ?", to, name);
  }

  #unit(kind: Window, metric: string, visit: Visit, sums: Sums): void {
    const most = kind === "unit" ? LIMITS.releaseWindowMs : LIMITS.experimentWindowMs;
    const windowMs = kind === "session" ? "expected_ms" : "window_ms";
    let [value, trusted, n, known] = [0, 0, 0, 0];
    const outcomes = this.#sql.exec<Pick<Outcome, "value" | "source">>(
      `SELECT value, source FROM happened WHERE key = ?1 AND metric = ?2 AND at >= ?3 AND at <= ?3 + min(${windowMs}, ?4)
       AND (flag = '' OR flag = ?5) AND (epoch = '' OR epoch = ?6) AND ?3 >= ${kind}_open ORDER BY id LIMIT ?7`,
      visit.key,
      metric,
      visit.at,
      most,
      visit.flag,
      visit.epoch,
      COUNTER_LIMITS.outcomesPerKey,
    );
    for (const one of outcomes) {
      n += 1;
      value += one.value;
      if (one.source === "client") continue;
      known += 1;
      trusted += one.value;
    }
    if (n === 0) return;
    const add = (of: "unit" | "trusted-unit" | "session-unit", sum: number): void =>
      sums.add(seriesOf(of, metric, visit), visit.at, measured("", visit.slice, sum / MILLIONTHS));
    if (kind === "session") return add("session-unit", value);
    add("unit", value);
    if (known > 0) add("trusted-unit", trusted);
  }

  /** The first minute whose exposures a metric still takes outcomes for. Makes the metric one that is settled. */
  #opens(kind: Window, metric: string, windowMs: number, now: number): number {
    const name = `${kind} ${metric}`;
    if (!((this.#windows.get(name) ?? -1) >= windowMs)) {
      this.#sql.exec(
        `INSERT INTO progress (name, closed, done, cursor, window_ms, attempts, used_at) VALUES (?1, ?4, ?4, '', ?2, 0, ?3)
         ON CONFLICT (name) DO UPDATE SET window_ms = max(window_ms, ?2), used_at = ?3`,
        name,
        windowMs,
        now,
        openFrom(now, windowMs),
      );
      this.#windows.set(name, windowMs);
    }
    return Math.max(openFrom(now, windowMs), this.#progress(name)?.closed ?? 0);
  }

  #close(name: string, before: number): void {
    if ((this.#progress(name)?.closed ?? -1) >= before) return;
    this.#sql.exec(
      `INSERT INTO progress (name, closed, done, cursor, window_ms, attempts, used_at) VALUES (?1, ?2, 0, '', 0, 0, 0)
       ON CONFLICT (name) DO UPDATE SET closed = ?2`,
      name,
      before,
    );
  }

  #progress(name: string): Progress | undefined {
    return this.#sql.exec<Progress>("SELECT * FROM progress WHERE name = ?", name).toArray()[0];
  }
}
