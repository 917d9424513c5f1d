import type { Surroundings } from "../../src/clients/server/surroundings.ts";
import type { Random } from "../support/random.ts";

/* A Sluice, a network and a clock that are made up, so that a day of trouble passes within seconds. */

/** What the network, or the server, is like at the moment. */
export const CONDITIONS = ["up", "down", "hangs", "refused", "failing", "garbage", "newer", "lagging"] as const;
export type Condition = (typeof CONDITIONS)[number];

const ORIGIN = "https://sluice.test";
const HEARTBEAT_MS = 20_000;

export class MadeUpSluice {
  readonly url = ORIGIN;
  readonly key = "slc_server_production_0000";
  now = 1_767_225_600_000;
  condition: Condition = "up";
  incarnation = "aaaaaaaaaaaa";
  version = 1;
  /** Whether notices reach the streams that are open. */
  notices = true;
  asked = 0;
  #timers: { at: number; run: () => void }[] = [];
  #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #random: () => number;
  #notified = 1;

  constructor(chance: Random) {
    this.#random = () => chance.fraction();
    this.#beat();
  }

  get surroundings(): Surroundings {
    return {
      fetch: (address, init) => this.#answer(address, init),
      now: () => this.now,
      random: this.#random,
      after: (ms, run) => this.after(ms, run),
    };
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Lets time pass, timer by timer; `look` is called after each. */
  async pass(ms: number, look: () => void = () => undefined): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await settled();
      look();
      const next = this.#timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.now = Math.max(this.now, next.at);
      next.run();
    }
    this.now = end;
  }

  /** A new version, of which open streams are told. */
  write(): void {
    this.version += 1;
    this.#notify();
  }

  /** What the Worker that holds a stream does: it tells of the newest version as soon as it can. */
  #notify(): void {
    if (!this.notices || this.condition !== "up" || this.#notified === this.version) return;
    this.#notified = this.version;
    this.#say(noticeOf(this.version));
  }

  /** Ends all streams, in order or by an error. */
  cut(rudely: boolean): void {
    for (const stream of this.#streams) {
      if (rudely) stream.error(new Error("reset"));
      else stream.close();
    }
    this.#streams.clear();
  }

  get streams(): number {
    return this.#streams.size;
  }

  #beat(): void {
    this.after(HEARTBEAT_MS, () => {
      this.#notify();
      if (this.condition !== "hangs" && this.condition !== "down") this.#say(": still here\n\n");
      this.#beat();
    });
  }

  #say(text: string): void {
    for (const stream of this.#streams) stream.enqueue(new TextEncoder().encode(text));
  }

  async #answer(address: string, { signal, headers }: RequestInit): Promise<Response> {
    this.asked += 1;
    signal?.throwIfAborted();
    switch (this.condition) {
      case "down":
        throw new TypeError("fetch failed");
      case "hangs":
        return new Promise((_, reject) =>
          signal?.addEventListener("abort", () => reject(new Error("aborted", { cause: signal.reason }))),
        );
      case "refused":
        return new Response('{"errorCode":"GENERAL"}', { status: 401 });
      case "failing":
        return new Response("oh", { status: 503 });
      case "garbage":
        return new Response("<html>a proxy</html>");
      case "newer":
        return Response.json({ ...this.#document(this.version), format: 99 });
      case "lagging":
      case "up":
        return address.includes("/v1/snapshot") ? this.#snapshot(headers) : this.#stream(signal, headers);
    }
  }

  #snapshot(headers: RequestInit["headers"]): Response {
    const version = Math.max(1, this.version - (this.condition === "lagging" ? 1 : 0));
    const etag = `W/"${this.incarnation}.${version}"`;
    if (new Headers(headers).get("If-None-Match") === etag) return new Response(null, { status: 304 });
    return Response.json(this.#document(version), { headers: { ETag: etag, "Sluice-Age": "0" } });
  }

  #stream(signal: AbortSignal | null | undefined, headers: RequestInit["headers"]): Response {
    const current = new Headers(headers).get("Last-Event-ID") === String(this.version);
    let own: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        own = controller;
        this.#streams.add(own);
        own.enqueue(new TextEncoder().encode(`retry: 3000\n: hello\n\n${current ? "" : noticeOf(this.version)}`));
      },
      cancel: () => void this.#streams.delete(own),
    });
    signal?.addEventListener("abort", () => {
      if (this.#streams.delete(own)) own.error(new Error("aborted"));
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }

  #document(version: number): object {
    const flag = {
      key: "version",
      type: "number",
      variants: { v: version },
      enabled: true,
      offVariant: null,
      prerequisites: [],
      rules: [],
      default: { variant: "v" },
      shadow: 0,
      clientSide: false,
      metadata: {},
    };
    const { incarnation } = this;
    const streams = [{ type: "sse", url: `${ORIGIN}/ofrep/v1/stream?token=x`, inactivityDelaySec: 120 }];
    const rest = { at: 0, flags: [{ version, flag }], segments: [], members: null, eventStreams: streams };
    return { format: 1, environment: "production", incarnation, version, ...rest };
  }
}

function noticeOf(version: number): string {
  return `id: ${version}\ndata: {"type":"refetchEvaluation"}\n\n`;
}

/** Waits until everything that can happen without time passing has happened. */
async function settled(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
}
