import { describe, expect, test } from "vitest";
import { WATCH_BEAT_MS, type WatchPlace, WatchSession } from "../../src/api/watch-session.ts";
import type { Watched, WatchedTo } from "../../src/contract/watch.ts";
import type { Listener } from "../../src/api/stream-session.ts";

/* One administration stream in a time of its own: who may go on watching, and what a slow reader costs. */

/** Time that goes on when it is told to. */
class World {
  time = 0;
  allowed = true;
  asked: (WatchedTo | undefined)[] = [];
  listener: Listener | undefined;
  closed = 0;
  pings = 0;
  answers = true;
  answer: () => Watched | null = () => ({ version: 1, sequence: 1, releases: [], requests: [] });
  #timers: { at: number; run: () => void }[] = [];

  readonly place: WatchPlace = {
    now: () => this.time,
    random: () => 0,
    after: (ms, run) => {
      const timer = { at: this.time + ms, run };
      this.#timers.push(timer);
      return () => void (this.#timers = this.#timers.filter((one) => one !== timer));
    },
    ask: async (after) => {
      this.asked.push(after);
      return this.answer();
    },
    allowed: async () => this.allowed,
    follow: async (listener) => {
      this.listener = listener;
      return { ping: () => this.#pinged(), close: () => void this.closed++ };
    },
  };

  #pinged(): void {
    this.pings++;
    if (this.answers) this.listener!.heard();
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  }

  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    await this.settle();
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.time = Math.max(this.time, next.at);
      next.run();
      await this.settle();
    }
    this.time = end;
  }
}

/** Takes everything that comes, and says whether the stream has ended. */
function drain(body: ReadableStream<Uint8Array>): { text: () => string; ended: () => boolean } {
  let text = "";
  let ended = false;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  void (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    ended = true;
  })();
  return { text: () => text, ended: () => ended };
}

describe("an administration stream", () => {
  test("ends at the first heartbeat after its credential has ended, within 30 s", async () => {
    const world = new World();
    const stream = drain(new WatchSession(world.place, undefined).body);
    await world.pass(2 * WATCH_BEAT_MS + 1);
    expect(stream.ended()).toBe(false);
    expect(stream.text().split("\n:\n").length + stream.text().split(":\n\n").length).toBeGreaterThan(3);
    world.allowed = false;
    await world.pass(30_000);
    expect(stream.ended()).toBe(true);
    expect(world.closed).toBe(1);
  });

  test("goes on when the credential can't be looked at", async () => {
    const world = new World();
    world.place.allowed = async () => Promise.reject(new Error("down"));
    const stream = drain(new WatchSession(world.place, undefined).body);
    await world.pass(3 * WATCH_BEAT_MS);
    expect(stream.ended()).toBe(false);
  });

  test("asks the object once for what is heard within a moment, and not at all while nothing is heard", async () => {
    const world = new World();
    drain(new WatchSession(world.place, undefined).body);
    await world.pass(10 * WATCH_BEAT_MS);
    expect(world.asked).toHaveLength(1);
    world.answer = () => ({ version: 4, sequence: 9, flags: ["f"], segments: [], releases: [], requests: [] });
    for (const version of [2, 3, 4]) world.listener!.heard(version);
    await world.pass(1_000);
    expect(world.asked).toEqual([undefined, { sequence: 1 }]);
  });

  test("of a reader that takes nothing, nothing is asked, and it is left after two minutes", async () => {
    const world = new World();
    const { body } = new WatchSession(world.place, undefined);
    await world.pass(1_000);
    const before = world.asked.length;
    for (let version = 2; version < 50; version++) {
      world.listener!.heard(version);
      await world.pass(1_000);
    }
    expect(world.asked.length).toBeLessThanOrEqual(before + 1);
    await world.pass(180_000);
    expect(world.closed).toBeGreaterThan(0);
    await body.cancel();
  });

  test("a line that doesn't answer is given up, and it looks for itself", async () => {
    const world = new World();
    world.answers = false;
    drain(new WatchSession(world.place, undefined).body);
    await world.pass(2 * WATCH_BEAT_MS + 5_000);
    expect(world.pings).toBeGreaterThan(0);
    expect(world.asked.length).toBeGreaterThan(1);
  });
});
