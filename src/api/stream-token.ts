import { toBase64url } from "../core/base64url.ts";
import { utf8ToBytes } from "../core/utf8.ts";
import type { PublishedKey } from "../contract/snapshot.ts";
import type { Snapshot } from "../core/compile.ts";
import { hmacSha256 } from "../core/hash.ts";
import { murmur3 } from "../core/murmur3.ts";
import { STREAM_PATH } from "./address.ts";

/*
 * The addresses of change streams. An address carries a token that opens the stream of one environment and nothing
 * else: `<environment>.<incarnation>.<key id>.<expiry>.<HMAC-SHA-256>`, made with the stored hash of an environment key,
 * so that it ends with that key and no secret has to be set up. docs/adr/035-change-stream.md.
 */

const DAY = 86_400_000;
/** Everything asked for within one period gets the same address, and with it the same ETag. */
export const PERIOD_MS = 30 * DAY;

/** What a token says, before anybody has checked it. `expiresAt`: epoch milliseconds. */
export type StreamClaim = { environment: string; incarnation: string; keyId: string; expiresAt: number; text: string };

const TOKEN = /^([a-z0-9-]{1,32})\.([a-z0-9]{1,32})\.([a-z0-9]{1,32})\.([a-z0-9]{1,9})\.[\w-]{43}$/;

/** Reads a token; undefined for a text that isn't formed like one. */
export function parseStreamToken(text: string): StreamClaim | undefined {
  const match = TOKEN.exec(text);
  if (!match) return undefined;
  const [, environment = "", incarnation = "", keyId = "", expiry = ""] = match;
  return { environment, incarnation, keyId, expiresAt: Number.parseInt(expiry, 36) * 1000, text };
}

/** The key that a token was made with, if the snapshot has it. In a time that tells nothing about the right token. */
export function keyOfToken(claim: StreamClaim, snapshot: Snapshot): PublishedKey | undefined {
  if (claim.environment !== snapshot.environment || claim.incarnation !== snapshot.incarnation) return undefined;
  const key = snapshot.keyById(claim.keyId);
  if (key === undefined) return undefined;
  const right = streamToken(snapshot, key, claim.expiresAt);
  let differing = right.length ^ claim.text.length;
  for (let i = 0; i < right.length; i++) differing |= right.charCodeAt(i) ^ claim.text.charCodeAt(i);
  return differing === 0 ? key : undefined;
}

/** @param expiresAt epoch ms, whole seconds */
export function streamToken(
  of: Pick<Snapshot, "environment" | "incarnation">,
  key: PublishedKey,
  expiresAt: number,
): string {
  const said = `${of.environment}.${of.incarnation}.${key.id}.${(expiresAt / 1000).toString(36)}`;
  const mac = hmacSha256(utf8ToBytes(key.hash), utf8ToBytes(`stream ${said}`));
  return `${said}.${toBase64url(mac)}`;
}

/** When tokens made at `now` end: the end of the period after this one, so in 30 to 60 days. Both epoch ms. */
export function expiryAt(now: number): number {
  return (Math.floor(now / PERIOD_MS) + 2) * PERIOD_MS;
}

/** How a bulk answer tells where its changes are announced: the member, ready, and its part of the entity tag. */
export type Announced = { readonly member: string; readonly tag: string };
/** `origin` ends with a slash. `from`: when its period began, epoch ms. */
type Made = Announced & { readonly origin: string; readonly from: number };

/** By key, which is another object in each snapshot. */
const made = new WeakMap<PublishedKey, Made[]>();
/** A Sluice has an address or two; one that is asked under more of them forgets the oldest. */
const ORIGINS = 4;

/**
 * `eventStreams` for answers to `key`. Made once for each snapshot, key, origin and period: this is on the warm path.
 *
 * @param url of the request: the stream is at the same origin
 * @param now epoch ms
 */
export function eventStreams(snapshot: Snapshot, key: PublishedKey, url: string, now: number): Announced {
  const list = made.get(key);
  if (list !== undefined)
    for (let i = 0; i < list.length; i++) {
      const one = list[i]!;
      if (now >= one.from && now - one.from < PERIOD_MS && url.startsWith(one.origin)) return one;
    }
  const fresh = announce(snapshot, key, url.slice(0, url.indexOf("/", 8) + 1), now);
  made.set(key, [fresh, ...(list ?? [])].slice(0, ORIGINS));
  return fresh;
}

function announce(snapshot: Snapshot, key: PublishedKey, origin: string, now: number): Made {
  const url = origin + STREAM_PATH.slice(1) + "?token=" + streamToken(snapshot, key, expiryAt(now));
  const member = `"eventStreams":${JSON.stringify([{ type: "sse", url, inactivityDelaySec: 120 }])}`;
  const tag = [1, 2].map((seed) => murmur3(member, seed).toString(36)).join("");
  return { member, tag, origin, from: Math.floor(now / PERIOD_MS) * PERIOD_MS };
}
