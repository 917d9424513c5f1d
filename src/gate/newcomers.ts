import { LIMITS } from "../contract/limits.ts";

/*
 * Whose keys count. One machine can collect signed ids without end and come back with each, so from one network address
 * (of IPv6 the first 64 bits) only so many keys that this isolate hasn't met are taken in a minute; the requests of the
 * others count as requests.
 */

/** Keys that are remembered as met; then half of them are forgotten. */
const MET = 20_000;
/** Addresses whose newcomers are counted in one minute. */
const ADDRESSES = 5_000;

export class Newcomers {
  #met = new Set<string>();
  #metBefore = new Set<string>();
  #minute = -1;
  #counts = new Map<string, number>();

  /** @param now epoch milliseconds @returns whether the key counts */
  admits(key: string, address: string | null, now: number): boolean {
    if (this.#met.has(key)) return true;
    const before = this.#metBefore.has(key);
    if (!before && address !== null && !this.#hasRoom(networkOf(address), Math.floor(now / 60_000))) return false;
    if (this.#met.size >= MET / 2) [this.#metBefore, this.#met] = [this.#met, new Set()];
    this.#met.add(key);
    return true;
  }

  #hasRoom(network: string, minute: number): boolean {
    if (minute !== this.#minute) [this.#minute, this.#counts] = [minute, new Map()];
    const come = this.#counts.get(network) ?? 0;
    if (come >= LIMITS.newVisitorsPerMinute || (come === 0 && this.#counts.size >= ADDRESSES)) return false;
    this.#counts.set(network, come + 1);
    return true;
  }
}

/** An IPv4 address by itself, the first 64 bits of an IPv6 address. */
function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  if (/^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address)) return address.slice(7);
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  while (groups.length + after.length < 8) groups.push("0");
  return [...groups, ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
