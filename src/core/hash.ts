import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/** SHA-256 as lower-case hex, of bytes or of a text's UTF-8. Synchronous, because transactions of storage need it. */
export function sha256Hex(data: Uint8Array | string): string {
  return bytesToHex(sha256(typeof data === "string" ? utf8ToBytes(data) : data));
}

const BLOCK = 64;

/** HMAC-SHA-256 (RFC 2104) of a message's bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK);
  block.set(key.length > BLOCK ? sha256(key) : key);
  const padded = (byte: number): Uint8Array => block.map((one) => one ^ byte);
  return sha256(concatBytes(padded(0x5c), sha256(concatBytes(padded(0x36), message))));
}
