import { describe, expect, it } from "vitest";
import { SNAPSHOT_FORMAT, type SnapshotBody } from "../../../src/contract/snapshot.ts";
import { flag as flagSchema } from "../../../src/contract/flag.ts";
import { compile, type Snapshot } from "../../../src/core/compile.ts";
import { outlet } from "../../../src/api/stream-outlet.ts";
import {
  BEAT_MS,
  BEATS_TO_PING,
  CALLS,
  type Listener,
  type Look,
  LOOK_SPREAD_MS,
  MERGE_MS,
  StreamSession,
} from "../../../src/api/stream-session.ts";
import { Clock, settled } from "../../support/clock.ts";
import { type Block, blockOf } from "./reader.ts";

/* What is said on a stream, and when: its clock, its relay and its reader are the test's. */

const DAY = 86_400_000;

function snapshotOf(version: number, at = 0, edges: number[] = []): Snapshot {
  const flag = flagSchema.parse({
    key: "f",
    type: "boolean",
    variants: { on: true, off: false },
    rules: edges.map((edge, i) => ({
      id: `r${i}`,
      when: { all: [] },
      window: { from: new Date(edge).toISOString() },
      serve: { variant: "on" },
    })),
    default: { variant: "off" },
  });
  const body: SnapshotBody = {
    format: SNAPSHOT_FORMAT,
    environment: "production",
    incarnation: "abcdefghijkl",
    version,
    at,
    keys: [],
    flags: [{ version, flag }],
    segments: [],
    members: null,
  };
  return compile(body, null);
}

/** A stream with everything around it. Chance is always `share`. */
class Stage {
  readonly clock = new Clock();
  share = 0.5;
  /** What a look finds, and whether it takes I/O. */
  found: Look;
  io = false;
  readonly looks: number[] = [];
  /** How connecting goes. */
  relay: "there" | "refusing" | "hanging" = "there";
  readonly lines: { listener: Listener; pings: number; closed: boolean }[] = [];
  /** Kept waiting for while the reader pauses. A loop instead would go on after a test that ends paused. */
  #goesOn: PromiseWithResolvers<void> | undefined;
  text = "";
  ended = false;
  #session: StreamSession | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  constructor(found: Snapshot) {
    this.found = found;
  }

  async open(seen: string | null = null, expiresAt = this.clock.now() + 30 * DAY): Promise<void> {
    const { clock } = this;
    const { body, sink } = outlet(() => this.#session?.close(), clock.now);
    const session = new StreamSession(
      {
        now: clock.now,
        after: clock.after,
        random: () => this.share,
        look: (version) => {
          this.looks.push(version);
          return this.io ? settled().then(() => this.found) : this.found;
        },
        follow: (listener) => this.#follow(listener),
        sink,
      },
      this.found as Snapshot,
      expiresAt,
    );
    this.#session = session;
    session.start(seen);
    this.#reader = body.getReader();
    void this.#read();
    await settled();
  }

  async #read(): Promise<void> {
    for (;;) {
      await this.#goesOn?.promise;
      const { done, value } = await this.#reader!.read();
      if (done) break;
      this.text += new TextDecoder().decode(value);
    }
    this.ended = true;
  }

  set reading(on: boolean) {
    this.#goesOn?.resolve();
    this.#goesOn = on ? undefined : Promise.withResolvers();
  }

  async #follow(listener: Listener): Promise<{ ping: () => void; close: () => void }> {
    if (this.relay === "refusing") throw new Error("no relay");
    if (this.relay === "hanging") return new Promise(() => {});
    const line = { listener, pings: 0, closed: false };
    this.lines.push(line);
    return { ping: () => void line.pings++, close: () => void (line.closed = true) };
  }

  get line() {
    return this.lines.at(-1)!;
  }

  /** The relay tells of a version, which the isolate then finds. */
  news(version: number, found: Look = snapshotOf(version, version * 1000)): void {
    this.found = found;
    this.line.listener.heard(version);
  }

  get blocks(): Block[] {
    return this.text.split("\n\n").slice(0, -1).map(blockOf);
  }

  /** Versions of the events so far. */
  get events(): number[] {
    return this.blocks.filter(({ data }) => data !== undefined).map(({ id }) => Number(id));
  }

  async leave(): Promise<void> {
    await this.#reader!.cancel();
  }
}

async function opened(snapshot = snapshotOf(5), seen: string | null = "5"): Promise<Stage> {
  const stage = new Stage(snapshot);
  await stage.open(seen);
  return stage;
}

describe("the first bytes", () => {
  it("are retry, a comment and the current id", async () => {
    const { blocks, text } = await opened();
    expect(blocks).toEqual([{ retry: "3500", comment: "changes of production", id: "5" }]);
    expect(text.startsWith("retry: ")).toBe(true);
  });

  it.each([
    [0, 2000],
    [0.999999, 5000],
  ])("spread the return of clients: by chance %d, after %d ms", async (share, retry) => {
    const stage = new Stage(snapshotOf(5));
    stage.share = share;
    await stage.open("5");
    expect(stage.blocks[0]!.retry).toBe(String(retry));
  });

  it.each([null, "", "4", "6", "05", "x", "5 "])(
    "after Last-Event-ID %j there is one event with them",
    async (seen) => {
      const { blocks } = await opened(snapshotOf(5, 1_234_567), seen);
      expect(blocks).toHaveLength(1);
      expect(blocks[0]).toMatchObject({ retry: "3500", id: "5" });
      const data = { type: "refetchEvaluation", etag: "abcdefghijkl.5", lastModified: 1234 };
      expect(JSON.parse(blocks[0]!.data!)).toEqual(data);
    },
  );

  it("who has seen the current version is told when a window's edge has passed since: it may have been while away", async () => {
    const now = new Clock().now();
    expect((await opened(snapshotOf(5, now - 5000, [now - 1000]), "5")).events).toEqual([5]);
    expect((await opened(snapshotOf(5, now - 5000, [now - 9000]), "5")).events).toEqual([]);
    expect((await opened(snapshotOf(5, now - 5000, [now + 9000]), "5")).events).toEqual([]);
  });
});

describe("a new version", () => {
  it("is told once, soon", async () => {
    const stage = await opened();
    const heard = Math.floor(stage.clock.now() / 1000);
    stage.news(6);
    await stage.clock.pass(MERGE_MS);
    expect(stage.blocks.slice(1)).toEqual([
      { id: "6", data: `{"type":"refetchEvaluation","etag":"abcdefghijkl.6","lastModified":${heard}}` },
    ]);
    stage.line.listener.heard(6);
    stage.line.listener.heard(5);
    await stage.clock.pass(60_000);
    expect(stage.events).toEqual([6]);
  });

  it("and others within a moment are one event, of the newest", async () => {
    const stage = await opened();
    for (let version = 6; version <= 25; version++) stage.news(version);
    await stage.clock.pass(60_000);
    expect(stage.events).toEqual([25]);
    expect(stage.looks).toEqual([25]);
  });

  it("that the isolate can't get is told all the same, and looked for until it is there: the key may end in it", async () => {
    const stage = await opened();
    stage.news(6, stage.found);
    await stage.clock.pass(MERGE_MS);
    expect(stage.events).toEqual([6]);
    stage.found = "unavailable";
    await stage.clock.pass(5000);
    expect(stage.ended).toBe(false);
    stage.found = "gone";
    await stage.clock.pass(3000);
    expect(stage.ended).toBe(true);
    expect(stage.events).toEqual([6]);
  });

  it("the one that the relay holds on connecting counts: it may be newer than what the isolate holds", async () => {
    const stage = await opened();
    stage.line.listener.heard(5);
    stage.news(7);
    await stage.clock.pass(MERGE_MS);
    expect(stage.events).toEqual([7]);
  });
});

describe("a heartbeat", () => {
  it("comes every 20 seconds, and costs neither a look nor a call", async () => {
    const stage = await opened();
    await stage.clock.pass(5 * BEAT_MS);
    expect(stage.text.endsWith("\n\n:\n\n:\n\n:\n\n:\n\n:\n\n")).toBe(true);
    expect(stage.looks).toEqual([]);
    expect(stage.lines).toHaveLength(1);
  });
});

describe("the edge of a window", () => {
  it("is announced within two seconds after it, to each client at a time of its own, under the version as it is", async () => {
    for (const share of [0, 0.5, 0.999]) {
      const stage = new Stage(snapshotOf(5));
      stage.share = share;
      const edge = stage.clock.now() + 3 * 3_600_000 + 1234;
      stage.found = snapshotOf(5, 0, [edge]);
      await stage.open("5");
      await stage.clock.pass(edge - stage.clock.now());
      expect(stage.events).toEqual([]);
      await stage.clock.pass(100 + share * 1900 - 1);
      expect(stage.events).toEqual([]);
      await stage.clock.pass(1);
      expect(stage.events).toEqual([5]);
      await stage.clock.pass(60_000);
      expect(stage.events).toEqual([5]);
    }
  });

  it("several are announced each; those within a moment in one", async () => {
    const now = new Clock().now();
    const edges = [10_000, 10_500, 70_000, 300_000].map((ms) => now + ms);
    const stage = await opened(snapshotOf(5, 0, edges));
    await stage.clock.pass(400_000);
    expect(stage.events).toEqual([5, 5, 5]);
  });

  it("follows what is published: a window that is moved, comes or goes", async () => {
    const stage = await opened(snapshotOf(5, 0, [new Clock().now() + 10_000]));
    const now = stage.clock.now();
    stage.news(6, snapshotOf(6, now, [now + 15_000]));
    await stage.clock.pass(13_000);
    expect(stage.events).toEqual([6]);
    await stage.clock.pass(4_000);
    expect(stage.events).toEqual([6, 6]);
    stage.news(7, snapshotOf(7, now, []));
    await stage.clock.pass(60_000);
    expect(stage.events).toEqual([6, 6, 7]);
  });
});

describe("the end", () => {
  it("comes softly when the key is deleted", async () => {
    const stage = await opened();
    stage.news(6, "gone");
    await stage.clock.pass(MERGE_MS);
    expect(stage.events).toEqual([6]);
    await stage.clock.pass(LOOK_SPREAD_MS);
    expect(stage.ended).toBe(true);
    expect(stage.events).toEqual([6]);
    expect(stage.line.closed).toBe(true);
  });

  it("comes softly after the token's, spread over five minutes", async () => {
    for (const [share, over] of [
      [0, 0],
      [0.999, 300_000],
    ] as const) {
      const stage = new Stage(snapshotOf(5));
      stage.share = share;
      await stage.open("5", stage.clock.now() + 60_000);
      await stage.clock.pass(59_000 + over * 0.99);
      expect(stage.ended).toBe(false);
      await stage.clock.pass(1_000 + over * 0.01 + BEAT_MS);
      expect(stage.ended).toBe(true);
    }
  });

  it("leaves no timer and no line; neither does a client that goes away", async () => {
    for (const over of ["end", "leave"]) {
      const stage = await opened(snapshotOf(5, 0, [new Clock().now() + 10_000]));
      stage.line.listener.heard(6);
      if (over === "leave") await stage.leave();
      else {
        stage.found = "gone";
        await stage.clock.pass(MERGE_MS + LOOK_SPREAD_MS);
      }
      expect(stage.line.closed).toBe(true);
      const { text } = stage;
      const looks = stage.looks.length;
      stage.line.listener.heard(9);
      stage.line.listener.lost();
      await stage.clock.pass(DAY);
      expect(stage.clock.timers).toBe(0);
      expect(stage.text).toBe(text);
      expect(stage.looks).toHaveLength(looks);
      expect(stage.lines).toHaveLength(1);
    }
  });
});

describe("without a relay", () => {
  it("the stream goes on: it looks for itself every two seconds, and tells what it finds", async () => {
    const stage = new Stage(snapshotOf(5));
    stage.relay = "refusing";
    await stage.open("5");
    await stage.clock.pass(10_000);
    expect(stage.looks.length).toBeGreaterThanOrEqual(4);
    expect(stage.looks.length).toBeLessThanOrEqual(7);
    stage.found = snapshotOf(6);
    await stage.clock.pass(2_500);
    expect(stage.events).toEqual([6]);
    stage.found = "gone";
    await stage.clock.pass(2_500);
    expect(stage.ended).toBe(true);
  });

  it("it connects again by itself, ever more rarely, and catches up with what it missed", async () => {
    const stage = await opened();
    const { listener } = stage.line;
    stage.relay = "refusing";
    listener.lost();
    await stage.clock.pass(60_000);
    stage.relay = "there";
    await stage.clock.pass(40_000);
    expect(stage.lines).toHaveLength(2);
    stage.news(8);
    listener.heard(99); // the line that was lost says nothing any more
    await stage.clock.pass(MERGE_MS);
    expect(stage.events).toEqual([8]);
    expect(stage.ended).toBe(false);
  });

  it("a line that is lost again and again costs no storm of attempts", async () => {
    const stage = new Stage(snapshotOf(5));
    await stage.open("5");
    let attempts = 0;
    for (let second = 0; second < 600; second++) {
      if (stage.lines.length > attempts) {
        attempts = stage.lines.length;
        stage.line.listener.lost();
      }
      await stage.clock.pass(1000);
    }
    expect(attempts).toBeLessThan(40);
  });

  it("connecting that hangs is given up", async () => {
    const stage = new Stage(snapshotOf(5));
    stage.relay = "hanging";
    await stage.open("5");
    await stage.clock.pass(5_000);
    expect(stage.looks.length).toBeGreaterThan(0);
    stage.relay = "there";
    await stage.clock.pass(40_000);
    expect(stage.lines).toHaveLength(1);
  });

  it("a line that gives no sign of life is given up", async () => {
    const stage = await opened();
    stage.line.listener.heard(5);
    await stage.clock.pass(BEATS_TO_PING * BEAT_MS);
    expect(stage.line.pings).toBe(1);
    stage.line.listener.heard();
    await stage.clock.pass(BEATS_TO_PING * BEAT_MS);
    expect(stage.line.pings).toBe(2);
    await stage.clock.pass(BEATS_TO_PING * BEAT_MS);
    expect(stage.lines[0]!.closed).toBe(true);
    await stage.clock.pass(5_000);
    expect(stage.lines).toHaveLength(2);
  });

  it("a stream that has used up the calls that the runtime allows it ends", async () => {
    const stage = new Stage(snapshotOf(5));
    stage.relay = "refusing";
    stage.io = true;
    await stage.open("5");
    await stage.clock.pass(CALLS * 1000);
    expect(stage.ended).toBe(false);
    await stage.clock.pass(CALLS * 2_500);
    expect(stage.ended).toBe(true);
    expect(stage.looks.length).toBeLessThanOrEqual(CALLS + 1);
  });
});

describe("a client that reads slowly", () => {
  it("finds the newest event only, and no heap of heartbeats", async () => {
    const stage = await opened();
    stage.reading = false;
    await settled();
    for (let version = 6; version <= 30; version++) {
      stage.news(version);
      await stage.clock.pass(1000);
    }
    expect(stage.events).toEqual([6]); // it was waiting for that one
    stage.reading = true;
    for (let i = 0; i < 10; i++) await settled();
    expect(stage.events.at(-1)).toBe(30);
    expect(stage.events.length).toBeLessThanOrEqual(4);
  });

  it("finds hardly any heartbeats", async () => {
    const stage = await opened();
    stage.reading = false;
    await settled();
    await stage.clock.pass(5 * BEAT_MS);
    stage.reading = true;
    for (let i = 0; i < 10; i++) await settled();
    expect(stage.blocks.slice(1)).toHaveLength(2);
  });

  it("for two minutes not at all isn't there any more", async () => {
    const stage = await opened();
    stage.reading = false;
    await settled();
    for (let minute = 0; minute < 4; minute++) {
      stage.news(6 + minute);
      await stage.clock.pass(60_000);
    }
    expect(stage.line.closed).toBe(true);
  });
});
