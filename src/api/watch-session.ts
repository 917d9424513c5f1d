import type { Watched, WatchedTo } from "../contract/watch.ts";
import { type After, within } from "../snapshot/deadline.ts";
import type { Line, Listener } from "./stream-session.ts";

/*
 * One open administration stream: names of what changed in an environment, for pages that are looked at. It follows a
 * relay, which tells it that there is something, and asks the environment's object what. While it has no relay it asks
 * every few seconds. Nothing is lost on the way: it goes on from where its client is, not from what it heard.
 */

/** What the place that holds a stream does for it. */
export type WatchPlace = {
  now: () => number;
  after: After;
  /** 0 ≤ … < 1 */
  random: () => number;
  /** What came since; null once the environment is deleted. May reject. */
  ask: (after: WatchedTo | undefined) => Promise<Watched | null>;
  /** Whether the caller may go on watching. May reject, which decides nothing. */
  allowed: () => Promise<boolean>;
  follow: (listener: Listener) => Promise<Line>;
};

export const WATCH_BEAT_MS = 20_000;
/** Changes within this time are told together. */
const WATCH_MERGE_MS = 100;
const ASK_MS = 5_000;
const CONNECT_MS = 3_000;
/** Between two looks without a relay, and between attempts to reach one. */
const ALONE_MS = 2_000;
const RETRY_MS = { first: 1_000, most: 30_000 };
/** A client that takes nothing for so long isn't there any more. */
const STUCK_MS = 120_000;
/** Calls to objects that one stream may cause; the runtime allows a request a thousand. Its client opens another. */
const WATCH_CALLS = 300;

type Timer = "beat" | "look" | "line";

export class WatchSession {
  readonly #place: WatchPlace;
  readonly #timers = new Map<Timer, () => void>();
  readonly body: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #after: WatchedTo | undefined;
  #version: number | undefined;
  #line: Line | undefined;
  #lines = 0;
  #attempts = 0;
  #unanswered = false;
  #calls = 0;
  #looking = false;
  /** There may be something to tell. */
  #due = true;
  #stuckSince: number | undefined;
  #over = false;

  /** @param seen the version that the client has seen, if it says so */
  constructor(place: WatchPlace, seen: number | undefined) {
    this.#place = place;
    this.#after = seen === undefined ? undefined : { version: seen };
    this.#version = seen;
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      pull: () => {
        this.#stuckSince = undefined;
        if (this.#due) this.#lookIn(0);
      },
      cancel: () => this.#close(),
    });
    this.#write(`retry: ${2_000 + Math.floor(place.random() * 3_001)}\n: what changes\n\n`);
    this.#set("beat", WATCH_BEAT_MS, () => void this.#beat());
    this.#connect();
    this.#lookIn(0);
  }

  #close(): void {
    this.#over = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#lines++;
    this.#line?.close();
    this.#line = undefined;
    this.#controller = undefined;
  }

  #end(): void {
    if (this.#over) return;
    this.#controller?.close();
    this.#close();
  }

  #set(timer: Timer, ms: number, run: () => void): void {
    this.#timers.get(timer)?.();
    const cancel = this.#place.after(ms, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.set(timer, cancel);
  }

  #write(text: string): void {
    this.#controller?.enqueue(new TextEncoder().encode(text));
    if (!this.#ready) this.#stuckSince ??= this.#place.now();
  }

  get #ready(): boolean {
    return (this.#controller?.desiredSize ?? 0) > 0;
  }

  /** A sign of life, for which the caller must still be one. */
  async #beat(): Promise<void> {
    const { allowed, now } = this.#place;
    this.#set("beat", WATCH_BEAT_MS, () => void this.#beat());
    if (this.#stuckSince !== undefined && now() - this.#stuckSince >= STUCK_MS) return this.#end();
    if (!this.#spend()) return;
    const may = await allowed().catch(() => true);
    if (!may) return this.#end();
    if (this.#ready) this.#write(":\n\n");
    if (!this.#line) return;
    if (this.#unanswered) return this.#lost();
    this.#unanswered = true;
    this.#line.ping();
  }

  #lookIn(ms: number): void {
    this.#due = true;
    if (!this.#over && !this.#timers.has("look")) this.#set("look", ms, () => void this.#look());
  }

  /** Asks what came since, as soon as the client can take it, and tells it. */
  async #look(): Promise<void> {
    if (this.#looking || !this.#ready || !this.#spend()) return;
    this.#looking = true;
    this.#due = false;
    const found = await within(this.#place.ask(this.#after), ASK_MS, this.#place.after).catch(() => undefined);
    this.#looking = false;
    if (this.#over) return;
    if (found === null) return this.#end();
    if (found === undefined) {
      this.#lookIn(ALONE_MS);
      return;
    }
    const text = eventsOf(found, found.version !== this.#version);
    this.#after = { sequence: found.sequence };
    this.#version = found.version;
    if (text !== "") this.#write(text);
    if (this.#due) this.#lookIn(WATCH_MERGE_MS);
  }

  #spend(): boolean {
    if (++this.#calls > WATCH_CALLS) this.#end();
    return !this.#over;
  }

  #connect(): void {
    if (!this.#spend()) return;
    const mine = ++this.#lines;
    const heard = (): void => {
      if (mine !== this.#lines) return;
      this.#attempts = 0;
      this.#unanswered = false;
    };
    const lost = (): void => {
      if (mine === this.#lines) this.#lost();
    };
    const listener: Listener = {
      heard: (version) => {
        heard();
        if (mine === this.#lines && version !== undefined && version !== this.#version) this.#lookIn(WATCH_MERGE_MS);
      },
      nudged: () => {
        if (mine === this.#lines) this.#lookIn(WATCH_MERGE_MS);
      },
      lost,
    };
    this.#set("line", CONNECT_MS, lost);
    this.#place.follow(listener).then((line) => {
      if (mine !== this.#lines) return line.close();
      this.#line = line;
      this.#timers.get("line")?.();
      this.#timers.delete("line");
    }, lost);
  }

  #lost(): void {
    this.#lines++;
    this.#line?.close();
    this.#line = undefined;
    this.#unanswered = false;
    if (this.#over) return;
    this.#lookIn(ALONE_MS * this.#place.random());
    const pause = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** this.#attempts++) * (0.5 + this.#place.random());
    this.#set("line", pause, () => this.#connect());
  }
}

/** The events for what came since. Each has the version as its id, so that a client goes on from there. */
export function eventsOf({ version, flags, segments, releases, requests }: Watched, moved: boolean): string {
  const event = (name: string, data: object): string =>
    `id: ${version}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
  const changed = moved ? event("version", { version, ...(flags && { flags }), ...(segments && { segments }) }) : "";
  return [
    changed,
    ...releases.map((release) => event("release", release)),
    ...requests.map((request) => event("request", request)),
  ].join("");
}
