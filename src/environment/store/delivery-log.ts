import type { Attempt, DeliveryView, Notice, Outcome } from "../../contract/webhook.ts";

/*
 * Messages to webhooks: what is to be sent, and how sending went. A message is there from the transaction that it tells
 * of until a day after it was sent for the last time at the earliest, so it arrives at least once, whatever crashes.
 */

const HOUR = 3_600_000;
/** For so long it is tried again. */
const TRIED_MS = 24 * HOUR;
/** Pauses between attempts: 5 s, then four times as long each time, to 4 hours at most; give or take a fifth. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 4 * HOUR;
const JITTER = 0.2;
/** What is kept of a webhook's messages: these days, that many, and of each its latest attempts. docs/storage.md says so too. */
const KEPT_MS = 30 * 24 * HOUR;
const KEPT_MESSAGES = 500;
const KEPT_ATTEMPTS = 20;

/** A message that is to be sent. */
export type Message = { id: string; webhook: string; notice: Notice };

/** The table `deliveries`. Times in epoch milliseconds. Writing belongs into a transaction of the caller's. */
export class Deliveries {
  readonly #sql: SqlStorage;
  /** From 0 to 1: for the pauses. */
  readonly #random: () => number;

  constructor(sql: SqlStorage, random: () => number) {
    this.#sql = sql;
    this.#random = random;
  }

  add(webhook: string, notice: Notice, now: number): DeliveryView {
    const id = `msg_${crypto.randomUUID().replaceAll("-", "")}`;
    this.#sql.exec(
      `INSERT INTO deliveries (id, webhook, event, at, notice, state, attempts, tries, until, due)
       VALUES (?, ?, ?, ?, ?, 'waiting', '[]', 0, ?, ?)`,
      id,
      webhook,
      notice.type,
      now,
      JSON.stringify(notice),
      now + TRIED_MS,
      now,
    );
    this.#sweep(webhook, now);
    return this.find(webhook, id)!;
  }

  find(webhook: string, id: string): DeliveryView | undefined {
    return this.#row(webhook, id).map(viewOf)[0];
  }

  /** Newest first. `after`: the place that the page before ended with. */
  list(webhook: string, limit: number, after?: number): { deliveries: DeliveryView[]; next?: number } {
    const rows = this.#sql
      .exec<Row>(
        "SELECT * FROM deliveries WHERE webhook = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?",
        webhook,
        after ?? Number.MAX_SAFE_INTEGER,
        limit + 1,
      )
      .toArray();
    const page = rows.slice(0, limit);
    return { deliveries: page.map(viewOf), ...(rows.length > limit && { next: page.at(-1)!.sequence }) };
  }

  /** Sends a message once more, as it was, and again for a day. */
  again(webhook: string, id: string, now: number): DeliveryView | undefined {
    this.#sql.exec(
      "UPDATE deliveries SET state = 'waiting', tries = 0, until = ?, due = ? WHERE webhook = ? AND id = ?",
      now + TRIED_MS,
      now,
      webhook,
      id,
    );
    return this.find(webhook, id);
  }

  forget(webhook: string): void {
    this.#sql.exec("DELETE FROM deliveries WHERE webhook = ?", webhook);
  }

  /** For each webhook when something is to be sent to it. */
  due(): Map<string, number> {
    const rows = this.#sql.exec<{ webhook: string; due: number }>(
      "SELECT webhook, min(due) AS due FROM deliveries WHERE due IS NOT NULL GROUP BY webhook ORDER BY due",
    );
    return new Map(rows.toArray().map(({ webhook, due }) => [webhook, due]));
  }

  /** What is to be sent to a webhook first. */
  next(webhook: string, now: number): Message | undefined {
    const [row] = this.#sql
      .exec<Row>("SELECT * FROM deliveries WHERE webhook = ? AND due <= ? ORDER BY due, sequence LIMIT 1", webhook, now)
      .toArray();
    return row && { id: row.id, webhook, notice: JSON.parse(row.notice) };
  }

  /** Notes how an attempt went, and when the next one is due. */
  note({ id, webhook }: Message, outcome: Outcome, startedAt: number, now: number): void {
    const [row] = this.#row(webhook, id);
    if (!row) return;
    const attempt: Attempt = { at: new Date(startedAt).toISOString(), ms: Math.max(0, now - startedAt), ...outcome };
    const attempts = [...attemptsOf(row), attempt].slice(-KEPT_ATTEMPTS);
    const delivered = "status" in outcome && outcome.status >= 200 && outcome.status < 300;
    const over = delivered || now >= row.until;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 4 ** row.tries) * (1 + JITTER * (2 * this.#random() - 1));
    this.#sql.exec(
      "UPDATE deliveries SET state = ?, attempts = ?, tries = tries + 1, due = ? WHERE id = ?",
      delivered ? "delivered" : over ? "failed" : "waiting",
      JSON.stringify(attempts),
      over ? null : Math.min(row.until, Math.ceil(now + pause)),
      id,
    );
  }

  #row(webhook: string, id: string): Row[] {
    return this.#sql.exec<Row>("SELECT * FROM deliveries WHERE webhook = ? AND id = ?", webhook, id).toArray();
  }

  /** What has had its time goes; of what is too many the oldest that are over, then the oldest. */
  #sweep(webhook: string, now: number): void {
    this.#sql.exec("DELETE FROM deliveries WHERE due IS NULL AND at < ?", now - KEPT_MS);
    this.#sql.exec(
      `DELETE FROM deliveries WHERE sequence IN (
         SELECT sequence FROM deliveries WHERE webhook = ? ORDER BY due IS NULL, sequence DESC LIMIT -1 OFFSET ?)`,
      webhook,
      KEPT_MESSAGES,
    );
  }
}

type Row = {
  sequence: number;
  id: string;
  webhook: string;
  event: DeliveryView["event"];
  at: number;
  notice: string;
  state: DeliveryView["state"];
  attempts: string;
  tries: number;
  until: number;
  due: number | null;
};

function attemptsOf({ attempts }: Row): Attempt[] {
  return JSON.parse(attempts);
}

function viewOf(row: Row): DeliveryView {
  const { id, event, at, state, due } = row;
  return {
    id,
    event,
    at: new Date(at).toISOString(),
    state,
    ...(due !== null && { nextAttemptAt: new Date(due).toISOString() }),
    attempts: attemptsOf(row),
  };
}
