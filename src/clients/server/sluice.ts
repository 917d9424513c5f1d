import type {
  Evaluated,
  EvaluatedAll,
  NotEvaluated,
  NothingEvaluated,
  ServiceContext,
} from "../../contract/service.ts";
import { type Evaluation, evaluate, evaluateEach, json } from "../../core/evaluate.ts";
import { CacheFile } from "./cache-file.ts";
import { Follower, type Trouble } from "./follow.ts";
import { changedFlags, type Held } from "./held.ts";
import { REAL, type Surroundings } from "./surroundings.ts";

/* Evaluation in a server's own process: flags are held in memory and followed, an evaluation asks nobody. */

export type SluiceOptions = {
  /** Where Sluice is, such as `https://flags.example.com`. */
  url: string;
  /** A server key: `slc_server_<environment>_…`. */
  key: string;
  /** A file from which to start when Sluice can't be reached. It has the rules of all flags, and never the key. */
  cacheFile?: string;
  /** Milliseconds that `ready` waits at most. Default: 5 000. */
  readyMs?: number;
  /** Replaces `fetch`, the clock, timers and chance, for tests. */
  surroundings?: Partial<Surroundings>;
};

/** What is told of what is held. `changed`: with the keys of flags that may answer differently. */
export type SluiceEvent =
  | { type: "ready" }
  | { type: "changed"; flags: string[] }
  | { type: "stale"; message: string }
  | { type: "error"; message: string; fatal: boolean };

/** Age in milliseconds past which answers say that they may be stale. */
const STALE_MS = 60_000;
/** How long the first answer of Sluice is waited for before the file is taken. */
const FILE_AFTER_MS = 1_000;

const KEY = /^slc_server_([a-z0-9-]{1,32})_/;

/** Loads, follows and evaluates the flags of one environment. One for a process, however many clients there are. */
export class Sluice {
  /** Where it is and the key that it uses, for who reports what was evaluated. */
  readonly url: string;
  readonly key: string;
  readonly #around: Surroundings;
  readonly #follower: Follower;
  readonly #file: CacheFile | undefined;
  readonly #listeners = new Set<(event: SluiceEvent) => void>();
  readonly #running: Promise<void>;
  readonly #ready: Promise<void>;
  #settle: { ready: () => void; fail: (error: Error) => void } | undefined;
  #held: Held | undefined;
  #confirmedAt = -Infinity;
  #trouble: Trouble | undefined;
  #told: "nothing" | "fine" | "stale" = "nothing";
  #stopWaiting: () => void = () => undefined;
  #stopFile: () => void = () => undefined;

  /** @throws Error for a url or a key that can't be one: a mistake of whoever wrote it */
  constructor({ url, key, cacheFile, readyMs = 5_000, surroundings = {} }: SluiceOptions) {
    this.url = originOf(url);
    const environment = KEY.exec(key)?.[1];
    if (environment === undefined) throw new Error("key must be a server key: slc_server_<environment>_…");
    this.key = key;
    this.#around = { ...REAL, ...surroundings };
    this.#file = cacheFile === undefined ? undefined : new CacheFile(cacheFile, this.url, environment);
    this.#ready = new Promise((resolve, reject) => (this.#settle = { ready: resolve, fail: reject }));
    this.#ready.catch(() => undefined); // nobody has to ask
    this.#stopWaiting = this.#around.after(readyMs, () => this.#giveUpWaiting());
    this.#stopFile = this.#around.after(FILE_AFTER_MS, () => void this.#startFromFile());
    this.#follower = new Follower(this.url, key, this.#around, {
      held: () => this.#held,
      take: (held) => this.#take(held),
      confirm: (at) => this.#confirm(at),
      fail: (trouble) => this.#fail(trouble),
    });
    this.#running = this.#follower.run();
  }

  /** Resolves when flags can be evaluated. @throws Error when that isn't so in time, or the key is refused */
  ready(): Promise<void> {
    return this.#ready;
  }

  /**
   * What a flag serves to a context. Synchronous, asks nobody, never throws. Without `value` the default in the
   * caller's code applies.
   */
  evaluate(key: string, context: ServiceContext = {}): Evaluated | NotEvaluated {
    const flag = this.#held?.snapshot.flag(key, "server");
    if (flag === undefined) return this.#held === undefined ? { key, ...NOT_READY } : { key, ...NOT_FOUND };
    try {
      const now = this.#around.now();
      const answer = answerOf(evaluate(flag, context, now));
      return this.#isStale(now) ? marked(answer) : answer;
    } catch (error) {
      return { key, errorCode: "INVALID_CONTEXT", errorDetails: `The context can't be read: ${String(error)}` };
    }
  }

  /** What all flags serve to a context, sorted by key. */
  evaluateAll(context: ServiceContext = {}): EvaluatedAll | NothingEvaluated {
    const snapshot = this.#held?.snapshot;
    if (snapshot === undefined) return NOT_READY;
    try {
      const now = this.#around.now();
      const flags = evaluateEach(snapshot.flags("server"), context, now).map(answerOf);
      const metadata = { flagSetId: snapshot.environment, version: String(snapshot.version) };
      return { flags, metadata: this.#isStale(now) ? { ...metadata, stale: true } : metadata };
    } catch (error) {
      return { errorCode: "INVALID_CONTEXT", errorDetails: `The context can't be read: ${String(error)}` };
    }
  }

  /** Hears of what happens from now on, until the returned function is called. */
  subscribe(listener: (event: SluiceEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether what is held was last known to be current more than a minute ago. */
  get stale(): boolean {
    return this.#isStale(this.#around.now());
  }

  /** Ends following. What is held can still be evaluated. */
  async close(): Promise<void> {
    this.#stopWaiting();
    this.#stopFile();
    this.#follower.close();
    this.#settle?.fail(new Error("Closed before there were flags."));
    this.#settle = undefined;
    await this.#running;
    await this.#file?.settled();
  }

  #take(held: Held): void {
    const before = this.#held;
    const changed = changedFlags(before, held);
    this.#held = held;
    this.#file?.write(held);
    if (before !== undefined && changed.length > 0) this.#tell({ type: "changed", flags: changed });
  }

  #confirm(at: number): void {
    this.#confirmedAt = Math.max(this.#confirmedAt, at);
    this.#trouble = undefined;
    this.#begin();
    if (this.#told !== "fine" && !this.#isStale(this.#around.now())) {
      this.#told = "fine";
      this.#tell({ type: "ready" });
    }
  }

  #fail(trouble: Trouble): void {
    const again = this.#trouble?.message === trouble.message;
    this.#trouble = trouble;
    if (!again) this.#tell({ type: "error", message: trouble.message, fatal: trouble.refused });
    if (this.#held === undefined) {
      if (trouble.refused && this.#file === undefined) this.#giveUpWaiting();
      else void this.#startFromFile();
    } else if (this.#told !== "stale" && this.#isStale(this.#around.now())) this.#sayStale();
  }

  async #startFromFile(): Promise<void> {
    const held = await this.#file?.read();
    if (held === undefined || this.#held !== undefined) return;
    this.#held = held;
    this.#begin();
    this.#sayStale();
  }

  #sayStale(): void {
    this.#told = "stale";
    this.#tell({ type: "stale", message: this.#trouble?.message ?? "Sluice doesn't answer." });
  }

  #begin(): void {
    this.#stopWaiting();
    this.#stopFile();
    this.#settle?.ready();
    this.#settle = undefined;
  }

  #giveUpWaiting(): void {
    this.#settle?.fail(new Error(this.#trouble?.message ?? "Sluice doesn't answer."));
    this.#settle = undefined;
  }

  #isStale(now: number): boolean {
    return now - this.#confirmedAt > STALE_MS;
  }

  #tell(event: SluiceEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        console.error("a listener of Sluice failed", error);
      }
    }
  }
}

/** `createSluice({ url, key })`: loads and follows the flags of the environment that the key belongs to. */
export function createSluice(options: SluiceOptions): Sluice {
  return new Sluice(options);
}

/** The beginning of all addresses, without a slash at its end. */
function originOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== "https:" && parsed.protocol !== "http:"))
    throw new Error("url must be an http or https address, such as https://flags.example.com");
  return parsed.href.replace(/[/?#]*$/, "").replace(/[?#].*$/s, "");
}

const NOT_READY: NothingEvaluated = { errorCode: "GENERAL", errorDetails: "No flags could be loaded yet." };
const NOT_FOUND: NothingEvaluated = { errorCode: "FLAG_NOT_FOUND", errorDetails: "There is no such flag." };

/** An evaluation is made once and is the same object for everyone who gets this answer; so is what is said of it. */
const answers = new WeakMap<Evaluation, Evaluated | NotEvaluated>();

function answerOf(evaluation: Evaluation): Evaluated | NotEvaluated {
  let answer = answers.get(evaluation);
  if (answer === undefined) {
    answer = frozen<Evaluated | NotEvaluated>(JSON.parse(json(evaluation, "server")));
    answers.set(evaluation, answer);
  }
  return answer;
}

function marked(answer: Evaluated | NotEvaluated): Evaluated | NotEvaluated {
  return "errorCode" in answer ? answer : { ...answer, metadata: { ...answer.metadata, stale: true } };
}

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const child of Object.values(value)) frozen(child);
  return Object.freeze(value);
}
