import type { Snapshot } from "../core/compile.ts";
import { formatRevision } from "../contract/snapshot.ts";
import type { After } from "../snapshot/deadline.ts";
import type { Sink } from "./stream-outlet.ts";

/*
 * One open change stream: what is said on it, and when. It follows a relay, which tells it of new versions; while it has
 * none, it asks the snapshot store every two seconds. Its own timers send heartbeats and announce the edges of windows.
 */

/** A connection to a relay. */
export type Line = {
  /** Asks for a sign of life, which counts as heard. */
  ping: () => void;
  close: () => void;
};

/**
 * What a line tells: a version that the relay holds, or only that it stands; that something happened which made no
 * version; and that it is lost, which is the last.
 */
export type Listener = { heard: (version?: number) => void; nudged?: () => void; lost: () => void };

/** What the place that holds a stream does for it. */
export type Place = {
  now: () => number;
  after: After;
  /** 0 ≤ … < 1 */
  random: () => number;
  /** What is current, of at least this version if that can be had; "gone" once the stream's key, or all, is deleted. */
  look: (version: number) => Look | Promise<Look>;
  /** Connects to a relay. Rejects when there is none. */
  follow: (listener: Listener) => Promise<Line>;
  sink: Sink;
};
export type Look = Snapshot | "gone" | "unavailable";

export const BEAT_MS = 20_000;
/** Every so many heartbeats the relay's line is tried. One that ends says so, but for what happens between machines. */
export const BEATS_TO_PING = 15;
/** Notices of a relay are passed on within this time: changes are merged, and clients don't all come at once. */
export const MERGE_MS = 250;
/** After a notice the streams of an isolate look at what is current one after another: the first makes it ready for all. */
export const LOOK_SPREAD_MS = 2_000;
/** A window's edge is announced this long after it, so that clocks that differ a little agree that it has passed. */
const EDGE_MS = { least: 100, most: 2_000 };
/** How often a stream without a relay looks for itself, and one whose isolate hasn't the version that was announced. */
const LOOK_MS = { least: 1_500, most: 2_500 };
const FIRST_LOOK_MS = { least: 200, most: 1_500 };
/** Between attempts to reach a relay: the first soon, then doubling. */
const RETRY_MS = { first: 1_000, most: 30_000 };
/** How long connecting to a relay may take. */
const CONNECT_MS = 3_000;
/** A client that takes nothing for so long isn't there any more. */
const STUCK_MS = 120_000;
/** Streams whose tokens end at the same time end over this time. */
const EXPIRY_SPREAD_MS = 300_000;
/**
 * Calls to relays and objects that one stream may cause. The runtime allows a request a thousand, and one look may take
 * three. A stream that has used them up ends, and its client opens another.
 */
export const CALLS = 300;

type Timer = "beat" | "tell" | "look" | "edge" | "line";

export class StreamSession {
  readonly #place: Place;
  readonly #endsAt: number;
  readonly #edgeDelay: number;
  readonly #timers = new Map<Timer, () => void>();
  #snapshot: Snapshot;
  /** The newest version that was heard of, and when (epoch ms). */
  #noticed: { version: number; at: number };
  /** The version that the client was last told. */
  #told: number;
  /** Up to when edges of windows have been announced. */
  #edgesTo: number;
  #line: Line | undefined;
  /** Counts connections, so that what an earlier one says is of no interest. */
  #lines = 0;
  #attempts = 0;
  #retryAt = 0;
  #unanswered = false;
  #beats = 0;
  #calls = 0;
  #over = false;

  /** @param expiresAt when the token ends, epoch ms */
  constructor(place: Place, snapshot: Snapshot, expiresAt: number) {
    this.#place = place;
    this.#snapshot = snapshot;
    this.#noticed = snapshot;
    this.#told = snapshot.version;
    this.#edgesTo = place.now();
    this.#endsAt = expiresAt + place.random() * EXPIRY_SPREAD_MS;
    this.#edgeDelay = between(EDGE_MS, place.random());
  }

  /**
   * Sends the first bytes and begins to follow.
   *
   * @param seen the client's `Last-Event-ID`. When it is current, the client is told nothing; but a window's edge since
   *   then may have passed while it was away, so a version that has seen one counts as known to nobody.
   */
  start(seen: string | null): void {
    const { random, now, sink } = this.#place;
    const edge = this.#snapshot.nextEdge(this.#snapshot.at);
    const current = seen === String(this.#told) && (edge === undefined || edge > now());
    const retry = 2_000 + Math.floor(random() * 3_001);
    const opening = `retry: ${retry}\n: changes of ${this.#snapshot.environment}\n`;
    sink.event(opening + (current ? `id: ${this.#told}\n\n` : this.#event()));
    this.#set("beat", BEAT_MS, () => this.#beat());
    this.#aim();
    this.#connect();
  }

  /** The client went away. */
  close(): void {
    this.#over = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#lines++;
    this.#line?.close();
    this.#line = undefined;
  }

  #end(): void {
    if (this.#over) return;
    this.close();
    this.#place.sink.end();
  }

  #unset(timer: Timer): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
  }

  #set(timer: Timer, ms: number, run: () => void): void {
    this.#unset(timer);
    const cancel = this.#place.after(ms, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.set(timer, cancel);
  }

  #event(): string {
    const { version, at } = this.#noticed.version > this.#snapshot.version ? this.#noticed : this.#snapshot;
    const etag = formatRevision(this.#snapshot.incarnation, version);
    const data = { type: "refetchEvaluation", etag, lastModified: Math.floor(at / 1000) };
    return `id: ${version}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  #say(): void {
    this.#place.sink.event(this.#event());
    this.#edgesTo = this.#place.now();
  }

  #beat(): void {
    const { now, sink } = this.#place;
    const stuck = sink.stuckSince();
    if (now() >= this.#endsAt || (stuck !== undefined && now() - stuck >= STUCK_MS)) {
      this.#end();
      return;
    }
    sink.beat(":\n\n");
    this.#set("beat", BEAT_MS, () => this.#beat());
    this.#aim();
    if (++this.#beats % BEATS_TO_PING === 0 && this.#line) {
      if (this.#unanswered) this.#lost();
      else {
        this.#unanswered = true;
        this.#line.ping();
      }
    }
  }

  /** Sets the timer for the next edge that hasn't been announced, if it comes before a beat or two. */
  #aim(): void {
    const edge = this.#snapshot.nextEdge(this.#edgesTo);
    const ms = (edge ?? Infinity) + this.#edgeDelay - this.#place.now();
    if (ms > 2 * BEAT_MS) return;
    this.#set("edge", Math.max(0, ms), () => {
      this.#say();
      this.#aim();
    });
  }

  /** What a relay says can be had is passed on at once; whether the stream may go on is looked at a little later. */
  #tell(): void {
    if (this.#noticed.version <= this.#told) return;
    this.#told = this.#noticed.version;
    this.#say();
    this.#lookIn(this.#place.random() * LOOK_SPREAD_MS);
  }

  #lookIn(ms: number): void {
    if (!this.#timers.has("look")) this.#set("look", ms, () => void this.#look());
  }

  /** Looks at what is current: whether the key is still there, when windows begin and end, and what wasn't heard of. */
  async #look(): Promise<void> {
    const looked = this.#place.look(this.#noticed.version);
    if (looked instanceof Promise && !this.#spend()) return;
    const found = looked instanceof Promise ? await looked : looked;
    if (this.#over) return;
    if (found === "gone") {
      this.#end();
      return;
    }
    if (found !== "unavailable" && found.version >= this.#snapshot.version) this.#snapshot = found;
    if (this.#snapshot.version > this.#told) {
      this.#told = this.#snapshot.version;
      this.#say();
    }
    this.#aim();
    // The key's end may be in what the isolate hasn't got.
    if (this.#snapshot.version < this.#told) this.#lookIn(between(LOOK_MS, this.#place.random()));
  }

  #spend(): boolean {
    if (++this.#calls > CALLS) this.#end();
    return !this.#over;
  }

  #connect(): void {
    if (!this.#spend()) return;
    const { now, random, follow } = this.#place;
    const mine = ++this.#lines;
    this.#retryAt = now() + Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** this.#attempts++) * (0.5 + random());
    const listener: Listener = {
      heard: (version) => {
        if (mine === this.#lines) this.#heard(version);
      },
      lost: () => {
        if (mine === this.#lines) this.#lost();
      },
    };
    this.#set("line", CONNECT_MS, () => listener.lost());
    follow(listener).then(
      (line) => {
        if (mine !== this.#lines) {
          line.close();
          return;
        }
        this.#line = line;
        this.#unset("line");
      },
      () => listener.lost(),
    );
  }

  #heard(version: number | undefined): void {
    this.#attempts = 0;
    this.#unanswered = false;
    if (version === undefined || version <= this.#noticed.version) return;
    this.#noticed = { version, at: this.#place.now() };
    if (!this.#timers.has("tell")) this.#set("tell", this.#place.random() * MERGE_MS, () => this.#tell());
  }

  #lost(): void {
    this.#lines++;
    this.#line?.close();
    this.#line = undefined;
    this.#unanswered = false;
    this.#set("line", between(FIRST_LOOK_MS, this.#place.random()), () => this.#alone());
  }

  /** Without a relay: looks for itself, and tries again to find one. */
  #alone(): void {
    void this.#look();
    if (this.#over) return;
    if (this.#place.now() >= this.#retryAt) this.#connect();
    else this.#set("line", between(LOOK_MS, this.#place.random()), () => this.#alone());
  }
}

function between({ least, most }: { least: number; most: number }, share: number): number {
  return least + share * (most - least);
}
