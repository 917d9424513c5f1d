import * as LIMITS from "../contract/limits.ts";
import { network } from "../snapshot/network.ts";

/*
 * Whose keys count. One machine can collect signed ids without end and come back with each, so from one network address
 * (of IPv6 the first 64 bits) only so many keys that this isolate hasn't met are taken in a minute; what the others did
 * is counted without saying whose it was.
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
    if (!before && address !== null && !this.#hasRoom(network(address), Math.floor(now / 60_000))) return false;
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
