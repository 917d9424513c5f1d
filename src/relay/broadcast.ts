import type { Current, Receipt } from "../contract/relay.ts";
import { type After, within } from "../snapshot/deadline.ts";
import type { RelayObjects } from "./relay.ts";

/*
 * An authority tells its relays what is current. Which relays there are it learns from their questions; how far each
 * has come is written down beside it. As long as that is behind the newest version there is something to do, whatever
 * crashed in between. No relay waits for another.
 */

/** Long enough for a body of 8 MiB to the other end of the world. */
const PUSH_MS = 5_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** When an alarm looks after pushes that were begun in the background. */
const RESCUE_AFTER_MS = 2_000;
/** A relay that nobody has asked for so long is told no more, and one that doesn't say anything either is forgotten. */
const NEEDED_MS = 24 * 3_600_000;
const LOST_MS = 2 * NEEDED_MS;
/** How exactly it is written down when a relay was last asked. */
const ASKED_MS = 3_600_000;

export type BroadcastOptions = {
  sql: SqlStorage;
  relays: RelayObjects;
  now: () => number;
  after?: After;
  /** The newest committed version; 0 when there is nothing to tell. */
  version: () => number;
  /** That version, for a relay that holds some other; 0: the whole. Only called when there is one. */
  current: (holds: number) => Current;
};

/** The table, as the first schema of each object that has one makes it. */
export const RELAYS_TABLE = `
CREATE TABLE IF NOT EXISTS relays (
  name TEXT PRIMARY KEY,
  asked INTEGER NOT NULL,
  holds INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  retry INTEGER NOT NULL
) WITHOUT ROWID;
`;

/** Times in epoch ms. `asked`: when the relay was last asked. `holds`: the newest version that it is known to hold. */
type Row = { name: string; asked: number; holds: number; failures: number; retry: number };

export class Broadcast {
  readonly #options: BroadcastOptions;
  #rows: Map<string, Row> | undefined;
  readonly #flights = new Map<string, Promise<void>>();

  constructor(options: BroadcastOptions) {
    this.#options = options;
  }

  /** What is remembered of the table is read anew. */
  forget(): void {
    this.#rows = undefined;
  }

  /** A relay asks, holding some version: from now on it is told. */
  register(name: string, holds: number): void {
    const { now } = this.#options;
    const before = this.#all().get(name);
    const asked = now();
    if (before && before.holds === holds && asked - before.asked < ASKED_MS && asked >= before.asked) return;
    this.#save({ name, asked, holds, failures: before?.failures ?? 0, retry: before?.retry ?? 0 });
  }

  /** Tells every relay that is behind and due, all at once. Never rejects. */
  async run(): Promise<void> {
    for (const { name } of this.#all().values())
      if (!this.#flights.has(name) && this.#task(name)) this.#flights.set(name, this.#serve(name));
    await Promise.all(this.#flights.values());
  }

  /**
   * Has every relay tell its listeners that something happened which made no version. Nobody makes sure that it gets
   * there: they look for themselves now and then. Never rejects.
   */
  async nudge(): Promise<void> {
    await Promise.all(Array.from(this.#all().keys(), (name) => this.#call((relay) => relay.nudge(), name)));
  }

  /** When an alarm will have something to do, epoch ms; null when nothing is left. */
  due(): number | null {
    const version = this.#options.version();
    const now = this.#options.now();
    const times = Array.from(this.#all().values(), ({ asked, holds, retry }) => {
      const again = Math.min(retry, now + LONGEST_RETRY_MS);
      return holds < version
        ? Math.max(again, retry === 0 ? now + RESCUE_AFTER_MS : 0)
        : Math.max(again, asked + NEEDED_MS);
    });
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Whether a relay doesn't hold the newest version yet. */
  behind(): boolean {
    return Array.from(this.#all().values()).some(({ holds }) => holds < this.#options.version());
  }

  /** How many relays hold the newest version, of those that are told. */
  propagated(): { relays: number; of: number } {
    const rows = [...this.#all().values()];
    return { relays: rows.filter(({ holds }) => holds >= this.#options.version()).length, of: rows.length };
  }

  /** Tells every relay that the environment is deleted. @returns whether all know */
  async end(): Promise<boolean> {
    const telling = Array.from(this.#all().values(), async ({ name, asked }) => {
      const told = await this.#call((relay) => relay.end(), name);
      if (told.ok || this.#options.now() - asked > LOST_MS) this.#drop(name);
    });
    await Promise.all(telling);
    return this.#all().size === 0;
  }

  /** What is to be done for a relay now. */
  #task(name: string): "push" | "release" | undefined {
    const row = this.#all().get(name);
    const version = this.#options.version();
    const now = this.#options.now();
    if (!row || version === 0) return undefined;
    // What is further off than any pause was written down before the clock was set back.
    if (row.retry > now && row.retry <= now + LONGEST_RETRY_MS) return undefined;
    if (now - row.asked >= NEEDED_MS) return "release";
    return row.holds < version ? "push" : undefined;
  }

  async #serve(name: string): Promise<void> {
    try {
      for (let task = this.#task(name); task; task = this.#task(name)) {
        if (task === "push") await this.#push(name);
        else await this.#release(name);
      }
    } finally {
      this.#flights.delete(name);
    }
  }

  /** Tells what changed, or the whole: to who doesn't take what changed, and after a failure, whatever caused it. */
  async #push(name: string): Promise<void> {
    const { holds, failures } = this.#all().get(name)!;
    const current = this.#options.current(failures === 0 ? holds : 0);
    let told = await this.#tell(name, current);
    if (told.ok && "delta" in current && told.answer.version < current.version)
      told = await this.#tell(name, this.#options.current(0));
    const row = this.#all().get(name);
    if (!row) return;
    if (!told.ok || told.answer.version < current.version) return this.#failed(row);
    const { version, askedAt } = told.answer;
    this.#save({ ...row, holds: version, asked: Math.max(row.asked, askedAt), failures: 0, retry: 0 });
  }

  #tell(name: string, current: Current): Promise<{ ok: true; answer: Receipt } | { ok: false }> {
    const push = { ...current, sentAt: this.#options.now() };
    return this.#call((relay) => relay.push(push), name);
  }

  async #release(name: string): Promise<void> {
    const before = this.#all().get(name);
    const told = await this.#call((relay) => relay.release(), name);
    const row = this.#all().get(name);
    if (!row || row !== before) return; // it has asked meanwhile
    const { now } = this.#options;
    if (told.ok && now() - told.answer.askedAt < NEEDED_MS)
      this.#save({ ...row, asked: told.answer.askedAt, failures: 0, retry: 0 });
    else if (told.ok || now() - row.asked > LOST_MS) this.#drop(name);
    else this.#failed(row);
  }

  #failed(row: Row): void {
    const pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** row.failures);
    this.#save({ ...row, failures: row.failures + 1, retry: this.#options.now() + pause });
  }

  async #call<T>(
    call: (relay: ReturnType<RelayObjects["getByName"]>) => Promise<T>,
    name: string,
  ): Promise<{ ok: true; answer: T } | { ok: false }> {
    try {
      return {
        ok: true,
        answer: await within(call(this.#options.relays.getByName(name)), PUSH_MS, this.#options.after),
      };
    } catch (error) {
      console.warn("relay not told", name, error);
      return { ok: false };
    }
  }

  #all(): Map<string, Row> {
    if (!this.#rows) {
      const rows = this.#options.sql.exec<Row>("SELECT name, asked, holds, failures, retry FROM relays").toArray();
      this.#rows = new Map(rows.map((row) => [row.name, row]));
    }
    return this.#rows;
  }

  #save(row: Row): void {
    const rows = this.#all();
    this.#options.sql.exec(
      "INSERT OR REPLACE INTO relays (name, asked, holds, failures, retry) VALUES (?, ?, ?, ?, ?)",
      row.name,
      row.asked,
      row.holds,
      row.failures,
      row.retry,
    );
    rows.set(row.name, row);
  }

  #drop(name: string): void {
    const rows = this.#all();
    this.#options.sql.exec("DELETE FROM relays WHERE name = ?", name);
    rows.delete(name);
  }
}
