import { sha256Hex } from "../../core/hash.ts";

/*
 * Immutable texts by content: the same text is stored once, and a row never holds more than PART_BYTES. A longer text
 * is cut into parts that are texts of their own, where its content says so and not at fixed places. So a long text that
 * changes a little shares nearly all of its parts with the one before. (Listed members are cut by member: member-list.ts.)
 */

const PART_BYTES = 512 * 1024;
const LEAST_PART_BYTES = 32 * 1024;

/** A cut is made where the top 17 bits of the rolling hash are zero: on average 128 KiB after the least size. */
const CUT_SHIFT = 15;

/** One number for each byte value, spread by Knuth's multiplicative constant (2^32 / golden ratio) and a mix. */
const GEAR = Uint32Array.from({ length: 256 }, (_, byte) => {
  const spread = Math.imul(byte + 1, 0x9e37_79b1);
  return Math.imul(spread ^ (spread >>> 15), 0x85eb_ca6b);
});

/** A reference to a stored text: SHA-256 of its bytes, or, for a text in parts, of the list of their references. */
export type TextRef = string;
const PARTS = "parts-";

function refOf(bytes: Uint8Array, inParts: boolean): TextRef {
  return (inParts ? PARTS : "") + sha256Hex(bytes);
}

function partsIn(bytes: Uint8Array): TextRef[] {
  return JSON.parse(new TextDecoder().decode(bytes));
}

export class ContentStore {
  readonly #sql: SqlStorage;

  /** @param sql with the table `texts` of schema.ts */
  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  put(text: string): TextRef {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length <= PART_BYTES) return this.#store(bytes, false);
    const parts = cut(bytes).map((part) => this.#store(part, false));
    return this.#store(new TextEncoder().encode(JSON.stringify(parts)), true);
  }

  /** @throws when there is no such text, which would be a loss of data */
  get(ref: TextRef): string {
    return new TextDecoder().decode(this.bytes(ref));
  }

  /** The number of bytes of a text; undefined when it is missing, or isn't what its reference says. */
  check(ref: TextRef): number | undefined {
    const row = this.#sql.exec<{ content: ArrayBuffer }>("SELECT content FROM texts WHERE ref = ?", ref).toArray()[0];
    if (!row) return undefined;
    const bytes = new Uint8Array(row.content);
    const inParts = ref.startsWith(PARTS);
    if (ref !== refOf(bytes, inParts)) return undefined;
    if (!inParts) return bytes.length;
    const lengths = partsIn(bytes).map((part) => this.check(part));
    return lengths.reduce((sum, length) => (sum === undefined || length === undefined ? undefined : sum + length), 0);
  }

  has(ref: TextRef): boolean {
    return this.#sql.exec("SELECT 1 FROM texts WHERE ref = ?", ref).toArray().length > 0;
  }

  /** Stores a text of at most 512 KiB whose reference, the SHA-256 of its UTF-8, is known. */
  store(ref: TextRef, bytes: Uint8Array): void {
    this.#sql.exec("INSERT INTO texts (ref, content) VALUES (?, ?) ON CONFLICT DO NOTHING", ref, bytes);
  }

  #store(bytes: Uint8Array, inParts: boolean): TextRef {
    const ref = refOf(bytes, inParts);
    this.store(ref, bytes);
    return ref;
  }

  /** @throws when there is no such text, which would be a loss of data */
  bytes(ref: TextRef): Uint8Array {
    const { content } = this.#sql.exec<{ content: ArrayBuffer }>("SELECT content FROM texts WHERE ref = ?", ref).one();
    if (!ref.startsWith(PARTS)) return new Uint8Array(content);
    const parts = partsIn(new Uint8Array(content)).map((part) => this.bytes(part));
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let end = 0;
    for (const part of parts) {
      whole.set(part, end);
      end += part.length;
    }
    return whole;
  }
}

/**
 * Cuts bytes where a rolling hash over the last 32 of them says so (a "gear" hash: shifting left forgets a byte after
 * 32 steps). A change moves only the cuts near it. Parts are LEAST_PART_BYTES to PART_BYTES long, but for the last.
 */
export function cut(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  let rolling = 0;
  for (let i = 0; i < bytes.length; i++) {
    rolling = ((rolling << 1) + GEAR[bytes[i]!]!) | 0;
    const length = i + 1 - start;
    if ((rolling >>> CUT_SHIFT === 0 && length >= LEAST_PART_BYTES) || length === PART_BYTES) {
      parts.push(bytes.subarray(start, i + 1));
      start = i + 1;
    }
  }
  if (start < bytes.length) parts.push(bytes.subarray(start));
  return parts;
}
