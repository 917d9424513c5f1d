import * as LIMITS from "../../contract/limits.ts";
import type { Problem, ProblemType, Refusal } from "../../contract/problem.ts";
import type {
  DeliveryView,
  Notice,
  Outcome,
  WebhookChange,
  WebhookEvent,
  WebhookFilter,
  WebhookSpec,
  WebhookView,
} from "../../contract/webhook.ts";
import type { Background, Task } from "../../durable/background.ts";
import { unmet } from "../../durable/precondition.ts";
import type { EnvironmentStore } from "../store/environment-store.ts";
import { Deliveries, type Message } from "../store/delivery-log.ts";
import { equal } from "../write/equal.ts";
import { bodyOf, testNotice } from "./notices.ts";
import { post, refusedAddress } from "./post.ts";
import type { Write, Written } from "../rpc.ts";
import { sign } from "./signature.ts";
import { type Entry, type EnvironmentState, type Stamp, tagOf, writtenAt } from "../store/state.ts";

/** What may be asked of webhooks. `delivery`: the id of a message. */
export type WebhookCommand =
  | { op: "create"; id: string; spec: WebhookSpec; secret: string }
  | { op: "patch"; id: string; patch: WebhookChange; secret?: string }
  | { op: "delete"; id: string }
  | { op: "test"; id: string }
  | { op: "redeliver"; id: string; delivery: string };

/** The answer to it, without secrets. */
export type WebhookAnswer = Written & { webhook?: WebhookView; delivery?: DeliveryView; etag?: string };

export type WebhooksOptions = {
  background: Pick<Background, "arm" | "after">;
  /** From 0 to 1. */
  random?: () => number;
  /** Whether a receiver may be on this machine. */
  allowLocal: boolean;
  post?: typeof post;
};
type Store = Pick<EnvironmentStore, "sql" | "now" | "state" | "commit" | "unmet">;

/** Newest first: a page, where `after` is the place that the page before ended with; or the one with an id. */
export type DeliveryQuery = { id: string } | { limit: number; after?: number };
export type DeliveryPage = { deliveries: DeliveryView[]; next?: number };

/** So many receivers are waited for at a time. The platform doesn't hold more connections open. */
const FLIGHTS = 6;
/** When an alarm looks after a message that is on its way. */
const RESCUE_AFTER_MS = 10_000;

/** Whom an environment tells, and telling them. */
export class Webhooks implements Task {
  readonly #store: Store;
  readonly #options: Required<WebhooksOptions>;
  readonly #deliveries: Deliveries;
  /** Of which webhook a message is on its way since when. */
  readonly #flights = new Map<string, number>();

  constructor(store: Store, options: WebhooksOptions) {
    this.#store = store;
    this.#options = { random: () => Math.random(), post, ...options };
    this.#deliveries = new Deliveries(store.sql, this.#options.random);
  }

  /** Sorted by id, which is the order in which they were made. */
  list(present: EnvironmentState): { view: WebhookView; etag: string }[] {
    return this.#rows().map((row) => ({ view: viewOf(row), etag: etagOf(present, row) }));
  }

  /** null when there is no such webhook. */
  deliveries(webhook: string, query: DeliveryQuery): DeliveryPage | null {
    if (!this.#rows().some(({ id }) => id === webhook)) return null;
    if (!("id" in query)) return this.#deliveries.list(webhook, query.limit, query.after);
    const found = this.#deliveries.find(webhook, query.id);
    return { deliveries: found ? [found] : [] };
  }

  /** Does what a person asks for, in the open transaction of their write. */
  perform(present: EnvironmentState, command: WebhookCommand, write: Write, stamp: Stamp): WebhookAnswer | Refusal {
    const row = this.#rows().find(({ id }) => id === command.id);
    if (command.op === "create")
      return row ? refuse("conflict", "There is such a webhook.") : this.#create(present, command, write, stamp);
    if (!row) return refuse("not-found", "There is no such webhook.");
    const problem = unmet(write, tagOf(present, row));
    if (problem) return { ok: false, problem };
    switch (command.op) {
      case "patch":
        return this.#patch(present, row, command, write, stamp);
      case "delete": {
        this.#store.sql.exec("DELETE FROM webhooks WHERE id = ?", row.id);
        this.#deliveries.forget(row.id);
        const entry = entryOf("deleteWebhook", row.id, viewOf(row), null);
        return { ...writtenAt(this.#store.commit(present, [entry], stamp, write)), changed: true };
      }
      case "test": {
        const now = this.#store.now();
        return this.#sending(present, row, this.#deliveries.add(row.id, testNotice(present.head.name, now), now));
      }
      case "redeliver": {
        const delivery = this.#deliveries.again(row.id, command.delivery, this.#store.now());
        return delivery
          ? this.#sending(present, row, delivery)
          : refuse("not-found", "There is no such delivery any more.");
      }
    }
  }

  /**
   * Tells everybody who wants to know: of several notices of one thing each webhook gets the first that it wants.
   * Belongs into the transaction that made it so.
   */
  announce(notices: readonly Notice[]): void {
    if (notices.length === 0) return;
    let told = false;
    for (const row of this.#rows()) {
      const { id, events, filter } = viewOf(row);
      const notice = notices.find((one) => one.type !== "test" && events.includes(one.type) && this.#fits(one, filter));
      if (notice) this.#deliveries.add(id, notice, this.#store.now());
      told ||= notice !== undefined;
    }
    if (told) this.#begin();
  }

  /** Whether anybody wants to know of one of these. */
  wanted(events: readonly WebhookEvent[]): boolean {
    return this.#rows().some((row) => viewOf(row).events.some((event) => events.includes(event)));
  }

  /** Whether a message is one that a filter lets through: what is about no flag always is. */
  #fits({ data: { flag: key } }: Notice, filter: WebhookFilter | undefined): boolean {
    if (filter === undefined || key === undefined) return true;
    const flag = this.#store.state()?.state.flags.get(key)?.flag;
    const { flags = [], tags = [], owners = [] } = filter;
    return (
      flags.includes(key) ||
      (flag !== undefined && (owners.includes(flag.owner) || flag.tags.some((tag) => tags.includes(tag))))
    );
  }

  /** When an alarm will have something to do, epoch milliseconds; null when nothing is to be sent. */
  due(): number | null {
    if (!this.#store.state()) return null;
    const times = Array.from(this.#deliveries.due(), ([webhook, due]) => {
      const since = this.#flights.get(webhook);
      return since === undefined ? due : since + RESCUE_AFTER_MS;
    });
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Sends what is due, one message at a time to each webhook. Never rejects. */
  async run(): Promise<void> {
    if (!this.#store.state()) return;
    const now = this.#store.now();
    const begun: Promise<void>[] = [];
    for (const [webhook, due] of this.#deliveries.due()) {
      if (due > now || this.#flights.size >= FLIGHTS) break; // sooner ones come first
      if (!this.#flights.has(webhook)) begun.push(this.#serve(webhook));
    }
    if (begun.length === 0) return;
    this.#options.background.arm();
    await Promise.all(begun);
  }

  async #serve(webhook: string): Promise<void> {
    try {
      for (;;) {
        const startedAt = this.#store.now();
        const row = this.#rows().find(({ id }) => id === webhook);
        const message = row && this.#deliveries.next(webhook, startedAt);
        if (!message) break;
        this.#flights.set(webhook, startedAt);
        const outcome = await this.#send(row, message, startedAt);
        if (!this.#store.state()) return;
        this.#deliveries.note(message, outcome, startedAt, this.#store.now());
      }
    } catch (error) {
      console.error("a webhook could not be served", error);
    } finally {
      this.#flights.delete(webhook);
    }
    this.#options.background.arm();
    await this.run(); // those for whom there was no place
  }

  #send({ url, format, secret }: Row, { id, notice }: Message, now: number): Promise<Outcome> {
    const timestamp = Math.floor(now / 1000);
    const body = bodyOf(notice, format);
    const headers = {
      "Content-Type": "application/json",
      "User-Agent": "Sluice-Webhooks/1",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": sign(secret, id, timestamp, body),
    };
    return this.#options.post(url, headers, body, this.#options.allowLocal);
  }

  #create(
    present: EnvironmentState,
    { id, spec, secret }: Extract<WebhookCommand, { op: "create" }>,
    write: Write,
    stamp: Stamp,
  ): WebhookAnswer | Refusal {
    const problem = this.#store.unmet(present, { ifMatch: write.ifMatch }) ?? this.#wrongAddress(spec);
    if (problem) return { ok: false, problem };
    if (this.#rows().length >= LIMITS.webhooks)
      return refuse("conflict", `An environment has at most ${LIMITS.webhooks} webhooks.`);
    const time = new Date(stamp.at).toISOString();
    const row = {
      ...rowOf(spec),
      id,
      secret,
      version: stamp.version,
      created_at: time,
      created_by: stamp.by,
      updated_at: time,
      updated_by: stamp.by,
    };
    return this.#keep(present, undefined, row, write, stamp);
  }

  #patch(
    present: EnvironmentState,
    row: Row,
    { patch, secret = row.secret }: Extract<WebhookCommand, { op: "patch" }>,
    write: Write,
    stamp: Stamp,
  ): WebhookAnswer | Refusal {
    const { url, events, format, filter: had } = viewOf(row);
    const { filter = had, ...rest } = patch;
    const spec: WebhookSpec = { url, events, format, ...rest, ...(filter && { filter }) };
    const problem = this.#wrongAddress(spec);
    if (problem) return { ok: false, problem };
    const changed = { ...row, ...rowOf(spec), secret };
    if (equal(changed, row)) return { ...writtenAt(present), changed: false, ...shown(present, row) };
    const stamps = { version: stamp.version, updated_at: new Date(stamp.at).toISOString(), updated_by: stamp.by };
    return this.#keep(present, row, { ...changed, ...stamps }, write, stamp);
  }

  #keep(present: EnvironmentState, before: Row | undefined, row: Row, write: Write, stamp: Stamp): WebhookAnswer {
    this.#store.sql.exec(
      `INSERT OR REPLACE INTO webhooks
         (id, url, events, filter, format, secret, version, created_at, created_by, updated_at, updated_by)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      row.id,
      row.url,
      row.events,
      row.filter,
      row.format,
      row.secret,
      row.version,
      row.created_at,
      row.created_by,
      row.updated_at,
      row.updated_by,
    );
    const action = before ? "patchWebhook" : "createWebhook";
    const entry = entryOf(action, row.id, before ? viewOf(before) : null, viewOf(row));
    const next = this.#store.commit(present, [entry], stamp, write);
    return { ...writtenAt(next), changed: true, ...shown(present, row) };
  }

  /** In the transaction that has something to tell: sending begins when that is over. */
  #begin(): void {
    this.#options.background.arm();
    this.#options.background.after(() => this.run());
  }

  #sending(present: EnvironmentState, row: Row, delivery: DeliveryView): WebhookAnswer {
    this.#begin();
    return { ...writtenAt(present), changed: false, delivery, etag: etagOf(present, row) };
  }

  #wrongAddress({ url }: WebhookSpec): Problem | undefined {
    const message = refusedAddress(url, this.#options.allowLocal);
    return message === undefined
      ? undefined
      : { type: "invalid", detail: "The body is not valid.", errors: [{ path: "/url", message }] };
  }

  #rows(): Row[] {
    return this.#store.sql.exec<Row>("SELECT * FROM webhooks ORDER BY id").toArray();
  }
}

type Row = {
  id: string;
  url: string;
  events: string;
  filter: string | null;
  format: WebhookSpec["format"];
  secret: string;
  version: number;
  created_at: string;
  created_by: string;
  updated_at: string;
  updated_by: string;
};

function rowOf({ url, events, format, filter }: WebhookSpec) {
  return { url, events: JSON.stringify(events.toSorted()), filter: filter ? JSON.stringify(filter) : null, format };
}

function viewOf({ id, url, events, filter, format, ...row }: Row): WebhookView {
  return {
    id,
    url,
    events: JSON.parse(events),
    ...(filter !== null && { filter: JSON.parse(filter) as WebhookFilter }),
    format,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  };
}

function shown(present: EnvironmentState, row: Row): { webhook: WebhookView; etag: string } {
  return { webhook: viewOf(row), etag: etagOf(present, row) };
}

function etagOf(present: EnvironmentState, row: Row): string {
  return `"${tagOf(present, row)}"`;
}

/** The log is read by many, and an address can be a secret (Slack's are): there only its host is named. */
function entryOf(action: string, key: string, before: WebhookView | null, after: WebhookView | null): Entry {
  const public_ = (view: WebhookView | null) => view && { ...view, url: `${new URL(view.url).origin}/…` };
  return { action, kind: "webhook", key, before: public_(before), after: public_(after) };
}

function refuse(type: ProblemType, detail: string): Refusal {
  return { ok: false, problem: { type, detail } };
}
