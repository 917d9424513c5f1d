import type { FlagView } from "../../contract/admin.ts";
import type { JsonObject } from "../../contract/json.ts";
import type { UsageReport } from "../rpc.ts";

/*
 * What isolates tell of evaluations: when each flag was last evaluated, and, where an environment wants it, a sample of
 * contexts. Neither is part of any version.
 */

const HOUR = 3_600_000;
/** The newest so many contexts are kept, for at most so long. docs/privacy.md says so too. */
const KEPT_CONTEXTS = 1_000;
const KEPT_MS = 7 * 24 * HOUR;
/** A context that is longer, in characters of JSON, isn't kept. */
const CONTEXT_CHARACTERS = 4_096;

/** Which audience's bulk evaluations a row is about; a flag's own have the flag's key. */
type Kind = "flag" | "bulk";

export class Usage {
  readonly #sql: SqlStorage;
  #times: Map<string, number> | undefined;

  /** @param sql with the tables `usage` and `contexts` of schema.ts */
  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Takes a report; at most one row an hour is written for each flag. @param now epoch milliseconds */
  take({ flags, bulk }: UsageReport, known: (key: string) => boolean, now: number): void {
    for (const [key, at] of flags) if (known(key)) this.#note("flag", key, Math.min(at, now));
    for (const [audience, at] of Object.entries(bulk)) this.#note("bulk", audience, Math.min(at, now));
  }

  /** When a flag was last evaluated, by itself or with all others; epoch milliseconds, up to an hour early. */
  lastEvaluatedAt({ flag, createdAt, archivedAt }: FlagView): number | undefined {
    const times = (this.#times ??= this.#load());
    const bulk = [times.get("bulk server"), flag.clientSide ? times.get("bulk client") : undefined];
    const [created, archived] = [Date.parse(createdAt), Date.parse(archivedAt ?? "")];
    // All others: at that time it must have been one of them.
    const among = bulk.filter((at) => at !== undefined && at >= created && !(at > archived));
    const found = [times.get(`flag ${flag.key}`), ...among].filter((at) => at !== undefined);
    return found.length === 0 ? undefined : Math.max(...found);
  }

  /** Keeps contexts, as they came: redacted. */
  keep(contexts: readonly JsonObject[], now: number): void {
    for (const context of contexts) {
      const text = JSON.stringify(context);
      if (text.length <= CONTEXT_CHARACTERS) this.#sql.exec("INSERT INTO contexts (at, text) VALUES (?, ?)", now, text);
    }
    this.#sql.exec("DELETE FROM contexts WHERE id <= (SELECT max(id) FROM contexts) - ?", KEPT_CONTEXTS);
  }

  /** The contexts that are kept, newest first. */
  contexts(now: number): JsonObject[] {
    return this.#sql
      .exec<{ text: string }>("SELECT text FROM contexts WHERE at > ? ORDER BY id DESC", now - KEPT_MS)
      .toArray()
      .map(({ text }) => JSON.parse(text));
  }

  /** Forgets all contexts: what may be kept of them has changed. */
  forget(): void {
    this.#sql.exec("DELETE FROM contexts");
  }

  /** When the oldest context is to go, epoch milliseconds. */
  sweepDue(): number | null {
    const { at } = this.#sql.exec<{ at: number | null }>("SELECT min(at) AS at FROM contexts").one();
    return at === null ? null : at + KEPT_MS;
  }

  sweep(now: number): void {
    this.#sql.exec("DELETE FROM contexts WHERE at <= ?", now - KEPT_MS);
  }

  /** What is remembered of the tables is read anew. */
  reload(): void {
    this.#times = undefined;
  }

  #note(kind: Kind, key: string, at: number): void {
    const times = (this.#times ??= this.#load());
    const name = `${kind} ${key}`;
    if (at < (times.get(name) ?? -Infinity) + HOUR) return;
    this.#sql.exec("INSERT OR REPLACE INTO usage (name, at) VALUES (?, ?)", name, at);
    times.set(name, at);
  }

  #load(): Map<string, number> {
    const rows = this.#sql.exec<{ name: string; at: number }>("SELECT name, at FROM usage").toArray();
    return new Map(rows.map(({ name, at }) => [name, at]));
  }
}
