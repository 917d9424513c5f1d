import { createParser } from "eventsource-parser";
import type { ServerSnapshot } from "../../contract/server-snapshot.ts";
import { documentOf, type Held, hold, mayFollow, revisionOf, UnusableAnswer } from "./held.ts";
import type { Surroundings } from "./surroundings.ts";

/*
 * Keeps what a process holds current: fetches the snapshot, follows the change stream, and polls where there is none.
 * Whatever goes wrong, what is held stays, and is tried again after a pause.
 */

/** How long fetching may take. */
const FETCH_MS = 10_000;
/** Between two looks where no change stream can be followed: what changed is seen within 30 s. */
const POLL_MS = 25_000;
/** Between two looks although the change stream is quiet, should a notice have been lost. */
const LOOK_MS = 300_000;
/** A change stream that is silent for so long is dead: it says something every 20 s. */
const SILENT_MS = 50_000;
/** The first pause after a failure; doubled with each one up to the longest. */
const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** What went wrong. `refused`: the key isn't taken, which doesn't mend by itself. */
export type Trouble = { message: string; refused: boolean };

export type Follows = {
  /** What is held at the moment. */
  held(): Held | undefined;
  /** Something newer has come. */
  take(held: Held): void;
  /** What is held was known to be current at this time (epoch ms). */
  confirm(at: number): void;
  /** Something went wrong. */
  fail(trouble: Trouble): void;
};

/** Follows one environment until it is closed. */
export class Follower {
  readonly #url: string;
  readonly #key: string;
  readonly #around: Surroundings;
  readonly #on: Follows;
  readonly #closing = new AbortController();
  #loading: Promise<boolean> | undefined;
  #again = false;
  #etag: string | undefined;
  #streams: ServerSnapshot["eventStreams"] = [];
  #wake: () => void = () => undefined;

  constructor(url: string, key: string, around: Surroundings, on: Follows) {
    this.#url = url;
    this.#key = key;
    this.#around = around;
    this.#on = on;
  }

  /** Runs until `close`. Never rejects. */
  async run(): Promise<void> {
    let failures = 0;
    while (!this.#closing.signal.aborted) {
      const loaded = await this.load();
      failures = loaded ? 0 : failures + 1;
      let pause = loaded ? POLL_MS : Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** Math.min(failures, 10));
      const [stream] = this.#streams;
      if (loaded && stream !== undefined && (await this.#follow(stream.url))) pause = PAUSE_MS;
      await this.#pause(pause * (0.75 + this.#around.random() * 0.4));
    }
  }

  close(): void {
    this.#closing.abort();
    this.#wake();
  }

  /** Fetches what is current, once at a time: who asks while that goes on has it done once more. Whether it came. */
  load(): Promise<boolean> {
    if (this.#loading !== undefined) {
      this.#again = true;
      return this.#loading;
    }
    const loading = this.#loadUntilCurrent().finally(() => (this.#loading = undefined));
    this.#loading = loading;
    return loading;
  }

  async #loadUntilCurrent(): Promise<boolean> {
    for (;;) {
      this.#again = false;
      try {
        await this.#loadOnce();
      } catch (error) {
        if (this.#closing.signal.aborted) return false;
        this.#on.fail(troubleOf(error));
        return false;
      }
      if (!this.#again) return true;
    }
  }

  async #loadOnce(): Promise<void> {
    const held = this.#on.held();
    const since = held === undefined ? "" : `?since=${encodeURIComponent(revisionOf(held.document))}`;
    const asked = this.#around.now();
    // An entity tag is sent only for what is held: after a start from a file there is none yet.
    const tag = held !== undefined && this.#etag !== undefined ? { "If-None-Match": this.#etag } : {};
    const response = await this.#fetch(`/v1/snapshot${since}`, tag);
    const confirmedAt = asked - 1000 * Number(response.headers.get("Sluice-Age") ?? 0);
    if (response.status === 304) return this.#on.confirm(confirmedAt);
    await this.#take(jsonOf(response), held);
    this.#etag = response.headers.get("ETag") ?? undefined;
    this.#on.confirm(confirmedAt);
  }

  async #take(answer: unknown, held: Held | undefined): Promise<void> {
    let document = documentOf(answer, held);
    if (document === undefined) {
      const response = await this.#fetch("/v1/snapshot", {});
      document = documentOf(jsonOf(response), undefined);
    }
    if (document === undefined) throw new UnusableAnswer("What changed was told, where the whole was asked for.");
    this.#streams = document.eventStreams;
    if (!mayFollow(document, held)) return;
    this.#on.take(hold(document, await this.#members(document.members, held)));
  }

  async #members(hash: string | null, held: Held | undefined): Promise<Uint8Array | null> {
    if (hash === null) return null;
    if (held?.document.members === hash) return held.members;
    return (await this.#fetch(`/v1/members/${hash}`, {})).bytes;
  }

  /**
   * The whole answer, within the deadline. A key is sent to no other address, so redirects aren't followed.
   *
   * @throws Refused, or Error for any other answer that isn't 200 or 304
   */
  async #fetch(path: string, headers: Record<string, string>): Promise<Answer> {
    const late = new AbortController();
    const stop = this.#around.after(FETCH_MS, () => late.abort(new Error("Sluice doesn't answer.")));
    const signal = AbortSignal.any([this.#closing.signal, late.signal]);
    const authorized = { Authorization: `Bearer ${this.#key}`, ...headers };
    try {
      const response = await this.#around.fetch(this.#url + path, { headers: authorized, signal, redirect: "error" });
      const { status } = response;
      const bytes = status === 304 ? new Uint8Array() : new Uint8Array(await response.arrayBuffer());
      if (status === 200 || status === 304) return { status, headers: response.headers, bytes };
      if (status === 401 || status === 403) throw new Refused(status);
      throw new Error(`${path.split("?", 1)[0]} was answered ${status}.`);
    } finally {
      stop();
    }
  }

  /** Follows a change stream to its end. Whether it could be opened. */
  async #follow(address: string): Promise<boolean> {
    const ending = new AbortController();
    const signal = AbortSignal.any([this.#closing.signal, ending.signal]);
    let stopSilence = this.#around.after(FETCH_MS, () => ending.abort());
    const stopLooking = this.#repeat(LOOK_MS);
    try {
      const response = await this.#around.fetch(address, {
        headers: { Accept: "text/event-stream", "Last-Event-ID": String(this.#on.held()?.document.version ?? 0) },
        signal,
        redirect: "error",
      });
      if (response.status !== 200 || response.body === null) {
        await response.body?.cancel();
        return false;
      }
      const parser = createParser({ onEvent: () => void this.load() });
      const decoder = new TextDecoder();
      for await (const chunk of response.body) {
        stopSilence();
        stopSilence = this.#around.after(SILENT_MS, () => ending.abort());
        this.#on.confirm(this.#around.now());
        parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
      }
      return true;
    } catch {
      return false; // cut off: what is missed meanwhile is loaded after the pause
    } finally {
      stopSilence();
      stopLooking();
      ending.abort();
    }
  }

  /** Loads every `ms` until the returned function is called. */
  #repeat(ms: number): () => void {
    let stop = (): void => undefined;
    const next = (): void => {
      stop = this.#around.after(ms, () => {
        void this.load();
        next();
      });
    };
    next();
    return () => stop();
  }

  #pause(ms: number): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.#around.after(ms, resolve);
      this.#wake = () => {
        stop();
        resolve();
      };
    });
  }
}

type Answer = { status: number; headers: Headers; bytes: Uint8Array };

/** @throws UnusableAnswer */
function jsonOf({ bytes }: Answer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new UnusableAnswer("The answer is not JSON.");
  }
}

/** The key isn't taken. */
class Refused extends Error {
  constructor(status: number) {
    super(status === 401 ? "The key is not valid." : "This is no server key.");
    this.name = "Refused";
  }
}

function troubleOf(error: unknown): Trouble {
  return { message: error instanceof Error ? error.message : String(error), refused: error instanceof Refused };
}
