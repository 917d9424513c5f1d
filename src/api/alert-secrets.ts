import * as LIMITS from "../contract/limits.ts";
import type { AlertSecret, Message } from "../environment/release/alerts.ts";
import { isSigned, isTokenOf } from "../environment/notify/signature.ts";
import { sleep } from "../snapshot/deadline.ts";

/*
 * What alerts are signed with, in this isolate's memory: so a forged one is refused where it arrives. The object that
 * decides still judges what passes here; it alone knows what was taken before.
 */

/** How often the one writers are asked, all together; and the same one again, so that others get their turn. */
const PAUSE_MS = 1_000;
const AGAIN_MS = 1_250;
/** How often those look again who wait for somebody else's question. */
const LOOK_AGAIN_MS = 20;
/** When a question counts as lost. */
const QUESTION_MS = 3_000;

type Held = { secrets: readonly AlertSecret[]; askedAt: number };

export class AlertSecrets {
  readonly #now: () => number;
  readonly #held = new Map<string, Held>();
  #waiting = 0;
  /** The question that is under way, and when the last one was put, epoch ms. Requests share results, never promises. */
  #asking: { object: string; since: number } | undefined;
  #askedAt = -Infinity;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * Whether a claim is its release's. Where what is held doesn't say so, the environment is asked: one question a second,
   * whatever is sent about however many environments.
   *
   * @param object the environment's, by name @param load what it says
   * @returns undefined when that can't be told in time
   * @throws what `load` throws
   */
  async proves(object: string, claim: Message, load: () => Promise<AlertSecret[]>): Promise<boolean | undefined> {
    const came = this.#now();
    for (;;) {
      const held = this.#held.get(object);
      const now = this.#now();
      if (held && isProof(held.secrets, claim, now)) return true;
      if (held && held.askedAt >= came) return false;
      if (now - came > LIMITS.alertWaitMs || this.#waiting >= LIMITS.waitingAlerts) return undefined;
      const busy = this.#asking !== undefined && now - this.#asking.since < QUESTION_MS;
      const turn = Math.max(this.#askedAt + PAUSE_MS, (held?.askedAt ?? -Infinity) + AGAIN_MS);
      if (!busy && now >= turn) await this.#ask(object, load);
      else await this.#wait(busy ? LOOK_AGAIN_MS : turn - now);
    }
  }

  async #wait(ms: number): Promise<void> {
    this.#waiting += 1;
    try {
      await sleep(ms);
    } finally {
      this.#waiting -= 1;
    }
  }

  async #ask(object: string, load: () => Promise<AlertSecret[]>): Promise<void> {
    const mine = { object, since: this.#now() };
    this.#asking = mine;
    this.#askedAt = mine.since;
    try {
      const secrets = await load();
      this.#held.delete(object);
      if (this.#held.size >= LIMITS.heldEnvironments) this.#held.delete(this.#held.keys().next().value!);
      this.#held.set(object, { secrets, askedAt: mine.since });
    } finally {
      if (this.#asking === mine) this.#asking = undefined;
    }
  }
}

function isProof(secrets: readonly AlertSecret[], claim: Message, now: number): boolean {
  const found = secrets.find(({ flag, release }) => flag === claim.flag && release === claim.release);
  if (!found) return false;
  if ("token" in claim) return isTokenOf(found.secret, claim.token);
  return isSigned(found.secret, claim.headers, claim.body, now);
}
