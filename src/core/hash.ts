import { utf8ToBytes } from "./utf8.ts";

/*
 * SHA-256 (FIPS 180-4), synchronous, because transactions of storage need it. The platform's is not; a library's is three
 * times as large, and the Worker has a limit (docs/adr/211-sha-256-of-our-own.md).
 */

/** SHA-256 as lower-case hex, of bytes or of a text's UTF-8. */
export function sha256Hex(data: Uint8Array | string): string {
  const digest = sha256(typeof data === "string" ? utf8ToBytes(data) : data);
  return hexOf(digest);
}

/** Bytes as lower-case hex. */
export function hexOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

const BLOCK = 64;

/** HMAC-SHA-256 (RFC 2104) of a message's bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK);
  block.set(key.length > BLOCK ? sha256(key) : key);
  const padded = (byte: number): Uint8Array => block.map((one) => one ^ byte);
  return sha256(joined(padded(0x5c), sha256(joined(padded(0x36), message))));
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** The first 32 bits of the fractional parts of these roots of the first primes: what SHA-256 begins and goes on with. */
function constants(count: number, root: (prime: number) => number): Int32Array {
  const words = new Int32Array(count);
  for (let prime = 2, found = 0; found < count; prime++) {
    let divisor = 2;
    while (prime % divisor !== 0) divisor++;
    if (divisor === prime) words[found++] = (root(prime) % 1) * 2 ** 32;
  }
  return words;
}

let rounds: Int32Array | undefined;
let beginning: Int32Array | undefined;

function sha256(data: Uint8Array): Uint8Array {
  const k = (rounds ??= constants(64, Math.cbrt));
  const state = Int32Array.from((beginning ??= constants(8, Math.sqrt)));
  const whole = data.length - (data.length % BLOCK);
  const rest = data.length - whole;
  const end = new Uint8Array(rest < BLOCK - 8 ? BLOCK : 2 * BLOCK);
  end.set(data.subarray(whole));
  end[rest] = 0x80;
  const lengthAt = new DataView(end.buffer, end.length - 8);
  lengthAt.setUint32(0, data.length / 2 ** 29);
  lengthAt.setUint32(4, data.length << 3);
  const words = new Int32Array(64);
  const view = new DataView(data.buffer, data.byteOffset, whole);
  for (let at = 0; at < whole; at += BLOCK) mix(state, view, at, words, k);
  for (let at = 0; at < end.length; at += BLOCK) mix(state, new DataView(end.buffer), at, words, k);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => digest.setInt32(4 * i, word));
  return new Uint8Array(digest.buffer);
}

/** Mixes one block into the state. `words` is room for its schedule, `k` the constants of the rounds. */
function mix(state: Int32Array, block: DataView, at: number, words: Int32Array, k: Int32Array): void {
  for (let i = 0; i < 16; i++) words[i] = block.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const x = words[i - 15]!;
    const y = words[i - 2]!;
    const a = rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3);
    const b = rotated(y, 17) ^ rotated(y, 19) ^ (y >>> 10);
    words[i] = words[i - 16]! + a + words[i - 7]! + b;
  }
  // Neither destructured nor looped over: that takes three times as long.
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let i = 0; i < 64; i++) {
    const choice = (e & f) ^ (~e & g);
    const one = (h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + choice + k[i]! + words[i]!) | 0;
    const two = ((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}

function rotated(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
