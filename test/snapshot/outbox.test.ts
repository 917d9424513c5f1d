import { describe, expect, test } from "vitest";
import { Outbox } from "../../src/durable/outbox.ts";
import { Clock } from "../support/clock.ts";

/** An owner of an outbox: commits versions, publishes them by a function that may be changed, and has an alarm. */
class Owner {
  readonly clock = new Clock();
  readonly stored = new Map<string, unknown>();
  version = 0;
  puts: { version: number; at: number }[] = [];
  most = 0;
  #alarm: { at: number; cancel: () => void } | null = null;
  #active = 0;
  outbox: Outbox;

  constructor(publish: () => Promise<void> = async () => {}) {
    this.put = publish;
    this.outbox = this.begin();
  }

  put: () => Promise<void>;

  /** As after an eviction: only what is stored is left. */
  begin(): Outbox {
    this.outbox = new Outbox({
      now: this.clock.now,
      after: this.clock.after,
      storage: {
        get: <T>(key: string) => this.stored.get(key) as T | undefined,
        put: (key, value) => void this.stored.set(key, value),
      },
      current: () => this.version,
      publish: async () => {
        const { version } = this;
        this.most = Math.max(this.most, ++this.#active);
        try {
          await this.put();
        } finally {
          this.#active -= 1;
        }
        this.puts.push({ version, at: this.clock.now() });
        return version;
      },
    });
    return this.outbox;
  }

  /** Setting it replaces the one before; it goes off on the clock. */
  set alarm(at: number | null) {
    this.#alarm?.cancel();
    const ring = (): void => {
      this.#alarm = null;
      this.work();
    };
    this.#alarm = at === null ? null : { at, cancel: this.clock.after(Math.max(0, at - this.clock.now()), ring) };
  }

  get alarm(): number | null {
    return this.#alarm?.at ?? null;
  }

  commit(): void {
    this.version += 1;
    this.alarm = this.outbox.mark();
  }

  work(): void {
    const { outbox } = this;
    void outbox.run().then(() => {
      if (outbox === this.outbox) this.alarm = outbox.due();
    });
  }

  pass(ms: number): Promise<void> {
    return this.clock.pass(ms);
  }

  get published(): number {
    return this.outbox.progress.published;
  }
}

describe("publishing", () => {
  test("follows a commit at once, once, and the pointer is put again 90 s after the last change", async () => {
    const owner = new Owner();
    owner.commit();
    owner.work();
    await owner.pass(500);
    expect(owner.puts).toMatchObject([{ version: 1 }]);
    const start = owner.clock.now();
    await owner.pass(600_000);
    expect(owner.puts).toHaveLength(2);
    expect(owner.puts[1]!.at - start).toBeGreaterThanOrEqual(89_000);
    expect(owner.puts[1]!.at - start).toBeLessThanOrEqual(91_000);
    expect(owner.alarm).toBeNull();
  });

  test("a change before the 90 s are over moves them", async () => {
    const owner = new Owner();
    owner.commit();
    owner.work();
    await owner.pass(60_000);
    owner.commit();
    owner.work();
    await owner.pass(80_000);
    expect(owner.puts.map((put) => put.version)).toEqual([1, 2]);
    await owner.pass(20_000);
    expect(owner.puts.map((put) => put.version)).toEqual([1, 2, 2]);
  });

  test("a change while the pointer is put again is followed by a repetition of its own", async () => {
    const owner = new Owner(() => new Promise((resolve) => owner.clock.after(500, resolve)));
    owner.commit();
    owner.work();
    await owner.pass(90_200);
    owner.commit();
    owner.work();
    await owner.pass(30_000);
    expect(owner.puts.map((put) => put.version)).toEqual([1, 1, 2]);
    await owner.pass(90_000);
    expect(owner.puts.map((put) => put.version)).toEqual([1, 1, 2, 2]);
  });

  test("20 commits within a second are two publications, a second apart, the last of the newest version", async () => {
    const owner = new Owner();
    for (let i = 0; i < 20; i++) {
      owner.commit();
      owner.work();
      await owner.clock.pass(45);
    }
    await owner.pass(5_000);
    expect(owner.puts.map((put) => put.version)).toEqual([1, 20]);
    expect(owner.puts[1]!.at - owner.puts[0]!.at).toBeGreaterThanOrEqual(1_000);
  });

  test("a steady stream of commits is published once a second, one at a time", async () => {
    const owner = new Owner();
    owner.put = () => new Promise((resolve) => owner.clock.after(300, resolve));
    for (let i = 0; i < 200; i++) {
      owner.commit();
      owner.work();
      await owner.pass(100);
    }
    await owner.pass(5_000);
    expect(owner.most).toBe(1);
    expect(owner.published).toBe(200);
    const gaps = owner.puts.slice(1).map((put, i) => put.at - owner.puts[i]!.at);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
    expect(owner.puts.map((put) => put.version)).toEqual(
      owner.puts.map((put) => put.version).toSorted((a, b) => a - b),
    );
  });
});

describe("what fails", () => {
  test("is tried again by the alarm, with longer and longer pauses, until it goes well", async () => {
    const owner = new Owner();
    const tries: number[] = [];
    owner.put = async () => {
      tries.push(owner.clock.now());
      throw new Error("KV is down");
    };
    owner.commit();
    owner.work();
    await owner.pass(300_000);
    const gaps = tries.slice(1).map((at, i) => Math.round((at - tries[i]!) / 1000));
    expect(gaps.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 32, 60]);
    expect(Math.max(...gaps)).toBe(60);
    expect(owner.published).toBe(0);
    owner.put = async () => {};
    await owner.pass(61_000);
    expect(owner.published).toBe(1);
    expect(owner.outbox.progress).toMatchObject({ failures: 0, retryAt: null });
  });

  test("a failed repetition of the pointer is repeated", async () => {
    const owner = new Owner();
    owner.commit();
    owner.work();
    await owner.pass(10_000);
    owner.put = async () => {
      throw new Error("KV is down");
    };
    await owner.pass(100_000);
    expect(owner.puts).toHaveLength(1);
    owner.put = async () => {};
    await owner.pass(120_000);
    expect(owner.puts).toHaveLength(2);
    expect(owner.alarm).toBeNull();
  });

  test("the mark survives: evicted between commit and publication, the alarm publishes", async () => {
    const owner = new Owner();
    owner.commit(); // and nothing more: the object is gone before anything else happens
    owner.begin();
    expect(owner.outbox.due()).not.toBeNull();
    await owner.pass(3_000);
    expect(owner.published).toBe(1);
  });

  test("evicted in the middle of a publication, the alarm publishes", async () => {
    const owner = new Owner(() => new Promise(() => {}));
    owner.commit();
    owner.work();
    await owner.clock.pass(100);
    owner.put = async () => {};
    owner.begin();
    await owner.pass(3_000);
    expect(owner.published).toBe(1);
  });

  test("commits while KV is down are published together when it is back", async () => {
    const owner = new Owner(async () => {
      throw new Error("KV is down");
    });
    for (let i = 0; i < 10; i++) {
      owner.commit();
      owner.work();
      await owner.pass(2_000);
    }
    owner.put = async () => {};
    await owner.pass(61_000);
    expect(owner.puts.map((put) => put.version)).toEqual([10]);
  });
});

test("other work is done when nothing is left to publish, and never beside it", async () => {
  const owner = new Owner();
  const order: string[] = [];
  let due: number | null = owner.clock.now();
  const outbox = new Outbox({
    now: owner.clock.now,
    after: owner.clock.after,
    storage: {
      get: <T>(key: string) => owner.stored.get(key) as T | undefined,
      put: (k, v) => void owner.stored.set(k, v),
    },
    current: () => 1,
    publish: async () => {
      order.push("publish");
      await new Promise<void>((resolve) => owner.clock.after(100, resolve));
      order.push("published");
      return 1;
    },
    rest: {
      due: () => due,
      run: async () => {
        order.push("rest");
        due = null;
      },
    },
  });
  void outbox.run();
  void outbox.run();
  await owner.clock.pass(5_000);
  expect(order).toEqual(["publish", "published", "rest"]);
});
