import { describe, expect, test } from "vitest";
import type { DeliveryView, Notice, Outcome, WebhookEvent } from "../../src/contract/webhook.ts";
import { mintSecret } from "../../src/environment/notify/signature.ts";
import { Webhooks, type WebhooksOptions } from "../../src/environment/notify/webhooks.ts";
import { created, type Here, WRITE } from "./object.ts";

/*
 * Sending, next to an object's storage, with a clock and receivers of the test's own. What HTTP has to do with it is in
 * test/api/webhooks.blackbox.test.ts.
 */

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const START = Date.UTC(2026, 11, 1);
const notice = (type: Notice["type"], text = "It is so."): Notice => ({
  type,
  timestamp: new Date(START).toISOString(),
  data: { environment: "production", text },
});

type Sent = { url: string; id: string; body: string; at: number };

class World {
  now = START;
  random = 0.5;
  alarm: number | null = null;
  begun = 0;
  readonly sent: Sent[] = [];
  answer: (sent: Sent) => Outcome | Promise<Outcome> = () => ({ status: 204 });
  gone = false;

  open(storage: DurableObjectStorage): Webhooks {
    const store = {
      sql: storage.sql,
      now: () => this.now,
      state: () => (this.gone ? null : PRESENT),
      commit: (present: typeof PRESENT) => present,
      unmet: () => undefined,
    };
    const options: WebhooksOptions = {
      random: () => this.random,
      allowLocal: false,
      post: async (url, headers, body) => {
        const sent = { url, id: headers["webhook-id"]!, body, at: this.now };
        this.sent.push(sent);
        return this.answer(sent);
      },
      background: { arm: () => (this.alarm = webhooks.due()), after: () => this.begun++ },
    };
    const webhooks = new Webhooks(store, options);
    return webhooks;
  }
}
const PRESENT = {
  head: { name: "production", incarnation: "k3v9k3v9k3v9", version: 1, at: START, createdAt: START },
} as Parameters<Webhooks["perform"]>[0];

function make(
  webhooks: Webhooks,
  id: string,
  events: WebhookEvent[] = ["release.decision", "release.end", "release.harm"],
) {
  const spec = { url: `https://${id}.example/`, events, format: "standard" as const };
  const command = { op: "create" as const, id, spec, secret: mintSecret() };
  return webhooks.perform(PRESENT, command, WRITE, { version: 2, at: START, by: "Ada" });
}

function deliveries(webhooks: Webhooks, id: string): DeliveryView[] {
  return webhooks.deliveries(id, { limit: 1_000 })!.deliveries;
}

async function inside<T>(
  look: (world: World, webhooks: Webhooks, storage: DurableObjectStorage, here: Here) => Promise<T>,
) {
  const here = await created();
  return here.inside(async (storage) => {
    const world = new World();
    return look(world, world.open(storage), storage, here);
  });
}

/** Lets time pass from alarm to alarm, until there is none or the day is over. */
async function pass(world: World, webhooks: Webhooks, until: number): Promise<void> {
  for (let due = webhooks.due(); due !== null && due <= until; due = webhooks.due()) {
    world.now = Math.max(world.now, due);
    await webhooks.run();
  }
  world.now = until;
}

describe("who is told", () => {
  test("whoever wants to know; of one thing once, of what comes first", () =>
    inside(async (world, webhooks) => {
      make(webhooks, "all");
      make(webhooks, "ends", ["release.end"]);
      make(webhooks, "decisions", ["release.decision"]);
      webhooks.announce([notice("release.harm"), notice("release.end")]);
      expect(world.begun).toBe(1);
      expect(world.alarm).toBe(START);
      await webhooks.run();
      const told = world.sent.map(({ url, body }) => [new URL(url).hostname, JSON.parse(body).type]);
      expect(Object.fromEntries(told)).toEqual({ "all.example": "release.harm", "ends.example": "release.end" });
      expect(told).toHaveLength(2);
      expect(webhooks.due()).toBeNull();
    }));

  test("nobody, and no alarm, where nobody wants to know", () =>
    inside(async (world, webhooks) => {
      make(webhooks, "decisions", ["release.decision"]);
      webhooks.announce([notice("release.end")]);
      webhooks.announce([]);
      expect(world.begun).toBe(0);
      expect(webhooks.due()).toBeNull();
    }));

  test("nobody of what was taken back with its transaction", () =>
    inside(async (world, webhooks, storage) => {
      make(webhooks, "all");
      expect(() =>
        storage.transactionSync(() => {
          webhooks.announce([notice("release.harm")]);
          throw new Error("taken back");
        }),
      ).toThrow("taken back");
      await webhooks.run();
      expect(world.sent).toEqual([]);
    }));
});

describe("at least once, for a day", () => {
  test.each([
    { error: "timeout" },
    { error: "unreachable" },
    { error: "address" },
    { status: 302 },
    { status: 404 },
    { status: 500 },
    { status: 199 },
  ] as const)("%j is a failure: tried again at growing pauses, the last time a day later, and then failed", (outcome) =>
    inside(async (world, webhooks) => {
      make(webhooks, "w");
      world.answer = () => outcome;
      webhooks.announce([notice("release.harm")]);
      await pass(world, webhooks, START + 30 * HOUR);
      const pauses = world.sent.slice(1).map(({ at }, i) => (at - world.sent[i]!.at) / SECOND);
      expect(pauses).toEqual([5, 20, 80, 320, 1_280, 5_120, 14_400, 14_400, 14_400, 14_400, 14_400, 86_400 - 78_825]);
      expect(world.sent.at(-1)!.at).toBe(START + 24 * HOUR);
      expect(new Set(world.sent.map(({ id }) => id)).size).toBe(1);
      expect(new Set(world.sent.map(({ body }) => body)).size).toBe(1);
      const [view] = deliveries(webhooks, "w");
      expect(view).toMatchObject({ event: "release.harm", state: "failed" });
      expect(view).not.toHaveProperty("nextAttemptAt");
      expect(view!.attempts).toHaveLength(13);
      expect(view!.attempts[0]).toEqual({ at: new Date(START).toISOString(), ms: 0, ...outcome });
    }),
  );

  test.each([0, 1])("pauses differ by a fifth at most (%d)", (random) =>
    inside(async (world, webhooks) => {
      make(webhooks, "w");
      world.random = random;
      world.answer = () => ({ status: 500 });
      webhooks.announce([notice("release.harm")]);
      await webhooks.run();
      expect(webhooks.due()).toBe(START + (random === 0 ? 4 : 6) * SECOND);
    }),
  );

  test("2xx ends it", () =>
    inside(async (world, webhooks) => {
      make(webhooks, "w");
      world.answer = () => ({ status: world.sent.length < 3 ? 503 : 299 });
      webhooks.announce([notice("release.harm")]);
      await pass(world, webhooks, START + HOUR);
      expect(deliveries(webhooks, "w")).toMatchObject([
        { state: "delivered", attempts: [{ status: 503 }, { status: 503 }, { status: 299 }] },
      ]);
      expect(world.sent).toHaveLength(3);
    }));

  test("after a crash while it was on its way it is sent again", () =>
    inside(async (world, webhooks, storage) => {
      make(webhooks, "w");
      webhooks.announce([notice("release.harm")]);
      world.answer = () => new Promise<never>(() => {});
      void webhooks.run();
      expect(world.sent).toHaveLength(1);
      expect(webhooks.due()).toBe(START + 10 * SECOND); // the alarm that looks after it
      const again = world.open(storage);
      world.answer = () => ({ status: 200 });
      await pass(world, again, START + 10 * SECOND);
      expect(world.sent).toHaveLength(2);
      expect(world.sent[1]!.id).toBe(world.sent[0]!.id);
    }));

  test("an alarm while it is on its way doesn't send it twice", () =>
    inside(async (world, webhooks) => {
      make(webhooks, "w");
      webhooks.announce([notice("release.harm")]);
      let answer = (outcome: Outcome): void => void outcome;
      world.answer = () => new Promise((resolve) => (answer = resolve));
      const running = webhooks.run();
      world.now += 10 * SECOND;
      await webhooks.run();
      expect(world.sent).toHaveLength(1);
      answer({ status: 200 });
      await running;
      expect(deliveries(webhooks, "w")).toMatchObject([{ state: "delivered", attempts: [{ ms: 10 * SECOND }] }]);
    }));

  test("an environment that ends meanwhile is left alone", () =>
    inside(async (world, webhooks, storage) => {
      make(webhooks, "w");
      webhooks.announce([notice("release.harm")]);
      world.answer = async () => {
        await Promise.resolve();
        world.gone = true;
        storage.sql.exec("DROP TABLE deliveries");
        return { status: 500 };
      };
      await expect(webhooks.run()).resolves.toBeUndefined();
      world.open(storage).due(); // the object itself lives on
    }));
});

describe("receivers don't wait for each other", () => {
  test("one that hangs keeps only its own messages, which go one after another", () =>
    inside(async (world, webhooks) => {
      make(webhooks, "hangs");
      make(webhooks, "works");
      world.answer = ({ url }) => (url.includes("hangs") ? new Promise<never>(() => {}) : { status: 200 });
      for (let i = 0; i < 3; i++) webhooks.announce([notice("release.harm", String(i))]);
      void webhooks.run();
      const told = () =>
        world.sent.filter(({ url }) => url.includes("works")).map(({ body }) => JSON.parse(body).data.text);
      await expect.poll(told).toEqual(["0", "1", "2"]);
      expect(world.sent.filter(({ url }) => url.includes("hangs"))).toHaveLength(1);
    }));

  test("six at a time, and the others after them", () =>
    inside(async (world, webhooks) => {
      for (let i = 0; i < 15; i++) make(webhooks, `w${i}`);
      let open = 0;
      let most = 0;
      world.answer = async () => {
        most = Math.max(most, ++open);
        await new Promise((wake) => setTimeout(wake, 1));
        open--;
        return { status: 200 };
      };
      webhooks.announce([notice("release.end")]);
      await webhooks.run();
      expect(most).toBe(6);
      expect(new Set(world.sent.map(({ url }) => url)).size).toBe(15);
      expect(webhooks.due()).toBeNull();
    }));
});

describe("what is kept", () => {
  test("a message that is sent once more goes as it was, and again for a day", () =>
    inside(async (world, webhooks) => {
      make(webhooks, "w");
      webhooks.announce([notice("release.end")]);
      await webhooks.run();
      const [first] = deliveries(webhooks, "w");
      world.now = START + 48 * HOUR;
      world.answer = () => ({ status: 500 });
      const command = { op: "redeliver" as const, id: "w", delivery: first!.id };
      const again = webhooks.perform(PRESENT, command, WRITE, { version: 2, at: START, by: "Ada" });
      expect(again).toMatchObject({ ok: true, delivery: { id: first!.id, state: "waiting" } });
      await pass(world, webhooks, START + 100 * HOUR);
      expect(world.sent.at(-1)).toEqual({ ...world.sent[0], at: START + 72 * HOUR });
      expect(deliveries(webhooks, "w")).toMatchObject([{ state: "failed" }]);
      expect(deliveries(webhooks, "w")[0]!.attempts).toHaveLength(14);
    }));

  test("the latest 20 attempts", () =>
    inside(async (world, webhooks) => {
      make(webhooks, "w");
      world.answer = () => ({ status: 500 });
      webhooks.announce([notice("release.end")]);
      await pass(world, webhooks, START + 30 * HOUR);
      const [{ id } = { id: "" }] = deliveries(webhooks, "w");
      webhooks.perform(PRESENT, { op: "redeliver", id: "w", delivery: id }, WRITE, {
        version: 2,
        at: START,
        by: "Ada",
      });
      await pass(world, webhooks, START + 60 * HOUR);
      expect(deliveries(webhooks, "w")[0]!.attempts).toHaveLength(20);
      expect(world.sent).toHaveLength(26);
    }));

  test("500 messages, those that are over going first; and 30 days", () =>
    inside(async (world, webhooks) => {
      make(webhooks, "w");
      make(webhooks, "other");
      world.answer = ({ url }) => ({ status: url.includes("other") ? 200 : 500 });
      webhooks.announce([notice("release.end", "waits")]);
      await webhooks.run();
      world.answer = () => ({ status: 200 });
      world.now += SECOND;
      for (let i = 0; i < 499; i++) webhooks.announce([notice("release.end", String(i))]);
      await webhooks.run();
      world.now += SECOND;
      webhooks.announce([notice("release.end", "last but one")]);
      await webhooks.run();
      webhooks.announce([notice("release.end", "last")]);
      const kept = deliveries(webhooks, "w");
      expect(kept).toHaveLength(500);
      expect(kept.at(-1)).toMatchObject({ state: "waiting", attempts: [{ status: 500 }] });
      await pass(world, webhooks, START + HOUR);
      world.now = START + 31 * 24 * HOUR;
      webhooks.announce([notice("release.end")]);
      expect(deliveries(webhooks, "w")).toHaveLength(1);
      expect(deliveries(webhooks, "other")).toHaveLength(1);
    }));

  test("no body of an answer, and no secret in what is shown", () =>
    inside(async (_, webhooks) => {
      const made = make(webhooks, "w");
      webhooks.announce([notice("release.end", "the text")]);
      await webhooks.run();
      const shown = JSON.stringify([made, webhooks.list(PRESENT), deliveries(webhooks, "w")]);
      expect(shown).not.toContain("whsec_");
      expect(shown).not.toContain("the text");
    }));
});
