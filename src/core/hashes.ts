import { utf8ToBytes } from "./utf8.ts";
import type { HashName } from "../contract/flag.ts";
import { md5, sha1 } from "./digests.ts";
import { murmur3After, murmur3OfBytes } from "./murmur3.ts";

/*
 * Hashes: from a salt and what is hashed of a context to a place, a whole number from 0 up to the number of places. Each
 * of the products that flags are imported from puts its users somewhere, and has its own number of places: scaling them
 * to one number for all would lose the edges between its users (design, interchange.md § 2.1). The salt is put to the
 * text with nothing between, so that a vendor's separators are part of the salt.
 */

/** The place of a text, for one salt. */
export type SaltedHash = (text: string) => number;

/** `places`: undefined where the rollout says how many there are. */
type Hash = { places: number | undefined; salted: (salt: string, places: number) => SaltedHash };

const WORD = 2 ** 32;
/** The seed of Unleash's variants. */
const VARIANT_SEED = 86028157;
/** 15 hexadecimal digits. */
const SHA_PLACES = 2 ** 60;

/** Every hash that a flag can ask for. */
export const HASH_TABLE: Record<HashName, Hash> = {
  murmur3: { places: WORD, salted: (salt) => murmur3After(salt) },
  "flagd-v1": { places: 2 ** 31 - 1, salted: (salt) => after(murmur3After(salt), (hash) => Math.abs(hash | 0)) },
  "flagd-v3": { places: WORD, salted: cborHash },
  unleash: { places: 100, salted: (salt) => after(murmur3After(salt), (hash) => hash % 100) },
  "unleash-variant": {
    places: undefined,
    salted: (salt, places) => after(murmur3After(salt, VARIANT_SEED), (hash) => hash % places),
  },
  "unleash-js": { places: 100, salted: (salt) => (text) => murmur3OfBytes(salt + text) % 100 },
  "unleash-variant-js": {
    places: undefined,
    salted: (salt, places) => (text) => murmur3OfBytes(salt + text, VARIANT_SEED) % places,
  },
  "growthbook-v1": { places: 1000, salted: (salt) => (text) => fnv1a(salt, fnv1a(text)) % 1000 },
  "growthbook-v2": { places: 10_000, salted: growthbookV2 },
  launchdarkly: { places: SHA_PLACES, salted: (salt) => remembered((text) => shaPlace(salt + text)) },
  "posthog-variant": { places: SHA_PLACES, salted: (salt) => remembered((text) => shaPlace(`${salt}${text}variant`)) },
  configcat: { places: 100, salted: (salt) => remembered((text) => (sha1(salt + text)[0]! >>> 4) % 100) },
  split: { places: 100, salted: (salt) => after(murmur3After("", Number(salt)), (hash) => hash % 100) },
  "split-legacy": { places: 100, salted: (salt) => (text) => Math.abs((times31(text) ^ Number(salt)) % 100) },
  flagsmith: { places: 9998, salted: (salt) => remembered((text) => flagsmithPlace(salt + text)) },
};

function after(hash: SaltedHash, place: (hash: number) => number): SaltedHash {
  return (text) => place(hash(text));
}

/** Digests are slow, and one context is often asked about twice in a row: by a condition, and then by a rollout. */
function remembered(hash: SaltedHash): SaltedHash {
  let last: string | undefined;
  let place = 0;
  return (text) => {
    if (text !== last) {
      place = hash(text);
      last = text;
    }
    return place;
  };
}

/** FNV-1a of the UTF-16 units of a text, 32 bits; `from`: the hash of what comes before it. */
function fnv1a(text: string, from = 0x811c9dc5): number {
  let hash = from;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function growthbookV2(salt: string): SaltedHash {
  const prefix = fnv1a(salt);
  return (text) => fnv1a(String(fnv1a(text, prefix))) % 10_000;
}

/** The first 15 hexadecimal digits as a double; what would be rounded up to 2^60 is the place before it. */
function shaPlace(text: string): number {
  const [first, second] = sha1(text);
  const place = (first! >>> 0) * 2 ** 28 + (second! >>> 4);
  return place < SHA_PLACES ? place : SHA_PLACES - 128;
}

function times31(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

/** MD5 as a number modulo 9999, of the text as often as it takes to be below 9998. */
function flagsmithPlace(text: string): number {
  for (let repeated = text; ; repeated += `,${text}`) {
    let place = 0;
    for (const byte of md5(repeated)) place = (place * 256 + byte) % 9999;
    if (place < 9998) return place;
  }
}

// ---- flagd v3: deterministic CBOR (RFC 8949 § 4.2) of what is hashed, as a text with one character for each byte

/** With a salt, of the array of the salt and a text; without, of the value that `cborOf` made. */
function cborHash(salt: string): SaltedHash {
  const prefix = salt === "" ? "" : `\x82${cborOf(salt)}`;
  return (bytes) => murmur3OfBytes(prefix + bytes);
}

/** The encoding of a text, number or boolean; undefined for any other value. */
export function cborOf(value: unknown): string | undefined {
  if (typeof value === "boolean") return cborHead(7, value ? 21n : 20n);
  if (typeof value === "number") return cborNumber(value);
  if (typeof value !== "string") return undefined;
  let bytes = "";
  for (const byte of utf8ToBytes(value)) bytes += String.fromCharCode(byte);
  return cborHead(3, BigInt(bytes.length)) + bytes;
}

/** A whole number as an integer, another as the shortest float that is exact. */
function cborNumber(value: number): string {
  if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 64)
    return value < 0 ? cborHead(1, -1n - BigInt(value)) : cborHead(0, BigInt(value));
  const half = halfOf(value);
  if (half !== undefined) return cborHead(7, BigInt(half), 1);
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat32(0, value);
  if (view.getFloat32(0) === value) return cborHead(7, BigInt(view.getUint32(0)), 2);
  view.setFloat64(0, value);
  return cborHead(7, view.getBigUint64(0), 3);
}

/** The bits of a number that isn't 0 as a half-precision float; undefined when that isn't exact. */
function halfOf(value: number): number | undefined {
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
  const mantissa = Math.abs(value) / 2 ** (exponent - 10); // exact; below 1024 for a subnormal
  if (exponent > 15 || !Number.isInteger(mantissa)) return undefined;
  return (value < 0 ? 0x8000 : 0) + (exponent + 14) * 1024 + mantissa;
}

/** A major type and its argument in 2^size bytes behind it, or within the first where the argument is small. */
function cborHead(major: number, argument: bigint, size = sizeOf(argument)): string {
  let text = "";
  for (let i = 0, rest = argument; i < 1 << size; i++, rest >>= 8n)
    text = String.fromCharCode(Number(rest & 255n)) + text;
  return size < 0
    ? String.fromCharCode((major << 5) | Number(argument))
    : String.fromCharCode((major << 5) | (24 + size)) + text;
}

function sizeOf(argument: bigint): number {
  return argument < 24n ? -1 : [8n, 16n, 32n, 64n].findIndex((bits) => argument >> bits === 0n);
}
