import type { Webhook } from "../../contract/plan.ts";
import { milliseconds } from "../../contract/duration.ts";
import { stageOf } from "../../core/release/moves.ts";
import type { Ask, EventOf, Release } from "../../core/release/state.ts";
import type { Outside } from "./apply-release-event.ts";
import { post } from "../notify/post.ts";
import { sign } from "../notify/signature.ts";
import type { EnvironmentStore } from "../store/environment-store.ts";
import type { Background } from "../../durable/background.ts";

/** `allowLocal`: whether a webhook may be on this machine. */
export type GateWebhooksOptions = { background: Pick<Background, "after">; allowLocal: boolean; post?: typeof post };

type Answer = (event: EventOf<"answered">) => Promise<void>;
type Question = Omit<Extract<Outside, { type: "ask" }>, "type"> & { flag: string; release: string; answer: Answer };
/** What a question is about, while it is open. */
type Open = { release: Release; ask: Ask; webhook: Webhook; environment: string };

/** So many webhooks are waited for at a time: the platform holds few connections open, and notices need some. */
const FLIGHTS = 4;

/**
 * Asks the webhooks that stages wait at. What is to be asked is in the release's state, from the transaction that decided
 * it: a question that was taken back is not asked, an answer that comes late is not heard, and one that was lost in a
 * crash is asked again by the release's own alarm.
 */
export class GateWebhooks {
  readonly #store: EnvironmentStore;
  readonly #options: Required<GateWebhooksOptions>;
  readonly #waiting: Question[] = [];
  #flights = 0;

  constructor(store: EnvironmentStore, options: GateWebhooksOptions) {
    this.#store = store;
    this.#options = { post, ...options };
  }

  /** To be called in the transaction that decided to ask: what is asked is asked when that is over. */
  ask({ id, flag }: Release, effects: readonly Outside[], answer: Answer): void {
    const questions = effects.flatMap((one) => (one.type === "ask" ? [{ ...one, flag, release: id, answer }] : []));
    if (questions.length === 0) return;
    this.#waiting.push(...questions);
    this.#options.background.after(() => this.#run());
  }

  async #run(): Promise<void> {
    const begun: Promise<void>[] = [];
    while (this.#flights < FLIGHTS && this.#waiting.length > 0) begun.push(this.#fly(this.#waiting.shift()!));
    await Promise.all(begun);
  }

  async #fly(question: Question): Promise<void> {
    this.#flights += 1;
    try {
      await this.#put(question);
    } catch (error) {
      console.error("a gate could not be asked", error); // the alarm asks again
    }
    this.#flights -= 1;
    await this.#run();
  }

  async #put(question: Question): Promise<void> {
    const asked = this.#open(question);
    if (!asked) return;
    const { epoch, gate, attempt, answer } = question;
    const open = await this.#isOpen(asked);
    // An earlier question's answer is none to one that was put since, after a pause perhaps.
    if (this.#open(question)?.ask.at !== asked.ask.at) return;
    await answer({ type: "answered", epoch, gate, attempt, open });
  }

  #open({ flag, release: id, epoch, gate, attempt }: Question): Open | undefined {
    const present = this.#store.state();
    const release = present?.releases.get(flag);
    if (!present || release?.id !== id || release.phase !== "gated" || release.epoch !== epoch) return undefined;
    const ask = release.asks.find((one) => one.gate === gate && one.attempt === attempt && one.open === null);
    const one = stageOf(release).gates[gate];
    if (!ask || !one || !("webhook" in one)) return undefined;
    return { release, ask, webhook: one.webhook, environment: present.head.name };
  }

  /** Only a clear yes in time is one. */
  async #isOpen(asked: Open): Promise<boolean> {
    const { webhook, release, ask } = asked;
    const timestamp = Math.floor(this.#store.now() / 1000);
    const id = `gate_${release.id}_${ask.at}_${ask.gate}_${ask.attempt}`;
    const body = JSON.stringify(questionOf(asked));
    const headers = {
      "Content-Type": "application/json",
      "User-Agent": "Sluice-Webhooks/1",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      ...(webhook.secret && { "webhook-signature": sign(webhook.secret, id, timestamp, body) }),
    };
    const timeout = milliseconds(webhook.timeout);
    const outcome = await this.#options.post(webhook.url, headers, body, this.#options.allowLocal, timeout);
    return "status" in outcome && (outcome.status === 200 || outcome.status === 204);
  }
}

/** What a webhook is asked, in the form of a notice. */
function questionOf({ environment, release, ask }: Open) {
  const { id, flag, revision, judgement } = release;
  const { name: stage } = stageOf(release);
  const text = `May the release of ${flag} in ${environment} go on past its stage ${stage}?`;
  const exposures = judgement ? { exposures: judgement.exposures } : {};
  return {
    type: "gate",
    timestamp: new Date(ask.at).toISOString(),
    data: { environment, text, flag, release: id, stage, planRevision: revision, attempt: ask.attempt, ...exposures },
  };
}
