import type { Flag } from "../../contract/flag.ts";
import { referencesOf } from "../../core/references.ts";
import { MADE_A_VERSION } from "./audit-reader.ts";
import { type TextRef, ContentStore } from "./content-store.ts";
import type { HeldSegment } from "./member-list.ts";
import { getSegment } from "./segment-text.ts";
import type { Whole } from "./state.ts";

/** Flags and segments as they were in force at earlier versions, read from the log. */
export class Past {
  readonly #sql: SqlStorage;
  readonly #texts: ContentStore;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#texts = new ContentStore(sql);
  }

  /** The newest version that was there at an instant, epoch milliseconds; undefined: there was none yet. */
  versionAt(instant: number): number | undefined {
    const { version } = this.#sql
      .exec<{ version: number | null }>(
        `SELECT max(version) AS version FROM log WHERE at <= ? AND ${MADE_A_VERSION}`,
        instant,
      )
      .one();
    return version ?? undefined;
  }

  /** Whether there is such a version. */
  has(version: number): boolean {
    return this.#sql.exec("SELECT 1 FROM log WHERE version = ? LIMIT 1", version).toArray().length > 0;
  }

  /** A flag as it was in force at a version; undefined where it wasn't. */
  flag(key: string, version: number): Flag | undefined {
    const ref = this.#ref("flag", key, version);
    return ref === undefined ? undefined : JSON.parse(this.#texts.get(ref));
  }

  /** All that was in force at a version, or a flag and whatever it needs. */
  whole(version: number, key?: string): Whole {
    const keys = key === undefined ? this.#keys("flag", version) : [key];
    const flags = new Map<string, Flag>();
    const segments = new Map<string, HeldSegment>();
    // Lists are walked to their end, also over what is added on the way.
    const [flagsToRead, segmentsToRead] = [[...keys], key === undefined ? this.#keys("segment", version) : []];
    const need = (one: Flag | HeldSegment): void => {
      for (const target of referencesOf(one)) (target.kind === "flag" ? flagsToRead : segmentsToRead).push(target.key);
    };
    for (let [f, s] = [0, 0]; f < flagsToRead.length || s < segmentsToRead.length;) {
      if (f < flagsToRead.length) {
        const name = flagsToRead[f++]!;
        const found = flags.has(name) ? undefined : this.flag(name, version);
        if (!found) continue;
        flags.set(name, found);
        if (key !== undefined) need(found);
      } else {
        const name = segmentsToRead[s++]!;
        const ref = segments.has(name) ? undefined : this.#ref("segment", name, version);
        if (ref === undefined) continue;
        const found = getSegment(this.#texts, ref);
        segments.set(name, found);
        if (key !== undefined) need(found);
      }
    }
    return { flags: [...flags.values()], segments: [...segments.values()] };
  }

  #keys(kind: "flag" | "segment", version: number): string[] {
    return this.#sql
      .exec<{ key: string }>(
        `SELECT DISTINCT key FROM log WHERE kind = ? AND version <= ? AND ${MADE_A_VERSION} ORDER BY key`,
        kind,
        version,
      )
      .toArray()
      .map(({ key }) => key);
  }

  #ref(kind: "flag" | "segment", key: string, version: number): TextRef | undefined {
    const [row] = this.#sql
      .exec<{ after: TextRef | null }>(
        `SELECT after FROM log WHERE kind = ? AND key = ? AND version <= ? AND ${MADE_A_VERSION}
         ORDER BY sequence DESC LIMIT 1`,
        kind,
        key,
        version,
      )
      .toArray();
    return row?.after ?? undefined;
  }
}
