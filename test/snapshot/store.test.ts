import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test, vi } from "vitest";
import * as LIMITS from "../../src/contract/limits.ts";
import { ENV, heldOf, versionOf, World } from "./world.ts";

let world: World;
beforeEach(() => {
  vi.spyOn(console, "warn").mockReturnValue();
  // At once, and not on a thread of its own whose time this clock doesn't know.
  vi.spyOn(crypto.subtle, "digest").mockImplementation(async (_algorithm, data) => {
    const digest = createHash("sha256")
      .update(new Uint8Array(data as ArrayBuffer))
      .digest();
    return new Uint8Array(digest).buffer;
  });
  world = new World();
});

/** A world whose isolate has loaded version 1. */
async function warm(): Promise<void> {
  expect(await world.version()).toBe(1);
  world.forget();
}

describe("while memory is fresh", () => {
  test("the answer is there at once, the same object, and no source is asked", async () => {
    await warm();
    const first = world.current();
    expect(first).not.toBeInstanceOf(Promise);
    for (let i = 0; i < 100; i++) {
      expect(world.current()).toBe(first);
      await world.clock.pass(10);
    }
    expect(world.calls).toEqual([]);
  });

  test("however many ask, there is one check every 2 s", async () => {
    await warm();
    for (let i = 0; i < 1_000; i++) {
      void world.current();
      void world.current();
      await world.clock.pass(10);
    }
    expect(world.calls).toEqual(Array.from({ length: 5 }, () => "relay environment production/aaa"));
  });

  test("a check moves the time at which the snapshot was last known to be current", async () => {
    await warm();
    await world.clock.pass(3_000);
    const began = world.clock.now();
    const { lookup } = await world.get();
    expect(heldOf(lookup).confirmedAt).toBe(began);
  });
});

describe("nothing held", () => {
  test("the relay says what is current and has it, in one answer", async () => {
    world.publish("aaa", 2, {}, 1);
    expect(await world.version()).toBe(2);
    expect(world.calls).toEqual(["relay map", "relay environment production/aaa"]);
  });

  test("many at once make one load", async () => {
    const answers = Array.from({ length: 50 }, () => world.get());
    for (const { lookup } of await Promise.all(answers)) expect(versionOf(lookup)).toBe(1);
    expect(world.calls).toHaveLength(2);
  });

  test("all sources together have 3 s, then there is nothing to answer from", async () => {
    world.relay.mood = "hangs";
    world.stored.mood = "hangs";
    const { lookup, ms } = await world.get();
    expect(lookup).toEqual({ missing: "unavailable" });
    expect(ms).toBeLessThanOrEqual(3_000);
  });

  test("50 that wait for sources that hang have all given up after 3 s", async () => {
    world.relay.mood = "hangs";
    world.stored.mood = "hangs";
    const answers = await Promise.all(Array.from({ length: 50 }, () => world.get()));
    for (const { lookup, ms } of answers) {
      expect(lookup).toEqual({ missing: "unavailable" });
      expect(ms).toBeLessThanOrEqual(3_010);
    }
  });

  test("a relay that hangs leaves time for KV", async () => {
    world.relay.mood = "hangs";
    const { lookup, ms } = await world.get();
    expect(versionOf(lookup)).toBe(1);
    expect(ms).toBeLessThanOrEqual(3_000);
  });

  test("sources that fail at once are asked again by the next request", async () => {
    world.relay.mood = "fails";
    world.stored.mood = "fails";
    expect(await world.version()).toBe("unavailable");
    world.relay.mood = 10;
    expect(await world.version()).toBe(1);
  });
});

describe("a check that is late", () => {
  test("is waited for 100 ms when what is held was confirmed by a check in time", async () => {
    await warm();
    await world.clock.pass(2_500);
    world.relay.mood = "hangs";
    const { lookup, ms } = await world.get();
    expect(versionOf(lookup)).toBe(1);
    expect(ms).toBe(100);
  });

  test("is waited for 1 s when what is held is older", async () => {
    await warm();
    await world.clock.pass(3_500);
    world.relay.mood = "hangs";
    world.stored.mood = "hangs";
    const { lookup, ms } = await world.get();
    expect(versionOf(lookup)).toBe(1);
    expect(ms).toBe(1_000);
  });

  test("is waited for by all that come at once after a pause, though it was a short one", async () => {
    await warm();
    world.publish("aaa", 2);
    world.relay.mood = 200; // as far as that may be
    await world.clock.pass(3_500);
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.get()));
    for (const { lookup } of answers) expect(versionOf(lookup)).toBe(2);
  });

  test("is waited for after short pauses by who began it only, once an outage has lasted for some seconds", async () => {
    await warm();
    world.relay.mood = "hangs";
    world.stored.mood = "hangs";
    for (let i = 0; i < 5; i++) {
      await world.clock.pass(4_000);
      const first = world.get();
      if (i >= 3) expect(world.current()).not.toBeInstanceOf(Promise);
      expect((await first).ms).toBeLessThanOrEqual(1_010);
    }
  });

  test("is not waited for by others, nor by anyone for the rest of the 2 s", async () => {
    await warm();
    await world.clock.pass(2_500);
    world.relay.mood = "hangs";
    const first = world.get();
    expect(world.current()).not.toBeInstanceOf(Promise);
    await first;
    for (let i = 0; i < 18; i++) {
      expect(world.current()).not.toBeInstanceOf(Promise);
      await world.clock.pass(100);
    }
    expect(world.relay.count("environment")).toBe(1);
  });

  test("is used when it comes", async () => {
    await warm();
    world.publish("aaa", 2);
    await world.clock.pass(2_500);
    world.relay.mood = 400;
    const { lookup, ms } = await world.get();
    expect([versionOf(lookup), ms]).toEqual([1, 100]);
    await world.clock.pass(600);
    expect(heldOf(world.current()).snapshot.version).toBe(2);
  });
});

test("a clock that is set back makes a check due", async () => {
  await warm();
  world.publish("aaa", 2);
  world.clock.setBack(3_600_000);
  expect(await world.version()).toBe(2);
});

test("after a clock was set back nothing is claimed to be fresh that nobody has confirmed since", async () => {
  await warm();
  world.relay.mood = "hangs";
  world.stored.mood = "hangs";
  world.clock.setBack(3_600_000);
  const began = world.clock.now();
  expect(heldOf((await world.get()).lookup).confirmedAt).toBeLessThanOrEqual(began - 60_000);
  world.relay.mood = 10;
  await world.clock.pass(3_000);
  await world.get();
  await world.clock.pass(2_000);
  expect(heldOf((await world.get()).lookup).confirmedAt).toBeGreaterThan(began);
});

test("a clock that is set forward makes what is held older, and a check puts that right", async () => {
  await warm();
  world.clock.setBack(-3_600_000);
  const began = world.clock.now();
  expect(heldOf((await world.get()).lookup).confirmedAt).toBe(began);
});

describe("an isolate that slept for an hour", () => {
  test("answers nobody from before its sleep while somebody finds out, and finds out once", async () => {
    await warm();
    await world.clock.pass(3_600_000);
    world.publish("aaa", 2);
    world.relay.mood = 300;
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.get()));
    for (const { lookup } of answers) expect(versionOf(lookup)).toBe(2);
    expect(world.relay.count("environment")).toBe(1);
  });

  test("answers from it when finding out takes longer than a second", async () => {
    await warm();
    await world.clock.pass(3_600_000);
    world.relay.mood = "hangs";
    world.stored.mood = "hangs";
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.get()));
    for (const { lookup, ms } of answers) {
      expect(versionOf(lookup)).toBe(1);
      expect(ms).toBeLessThanOrEqual(1_010);
    }
    expect(world.current()).not.toBeInstanceOf(Promise);
  });
});

describe("a relay that doesn't answer", () => {
  test.each(["hangs", "fails"] as const)("(%s): KV says what is current and has the body", async (mood) => {
    await warm();
    world.publish("aaa", 2);
    world.relay.mood = mood;
    await world.clock.pass(20_000);
    void world.get();
    await world.clock.pass(5_000);
    const held = heldOf((await world.get()).lookup);
    expect(held.snapshot.version).toBe(2);
    expect(world.stored.calls).toContain("pointer production/aaa");
    expect(world.stored.calls).toContain("body aaa/2");
    // It was current when it was committed. KV may be behind by any time, when putting fails too, so it confirms nothing.
    expect(held.confirmedAt).toBe(held.snapshot.at);
    await world.clock.pass(60_000);
    expect(heldOf((await world.get()).lookup).confirmedAt).toBe(held.snapshot.at);
  });

  test("and no KV either: what is held serves, older and older", async () => {
    await warm();
    world.relay.mood = "fails";
    world.stored.mood = "fails";
    await world.clock.pass(60_000);
    const held = heldOf((await world.get()).lookup);
    expect(held.snapshot.version).toBe(1);
    expect(world.clock.now() - held.confirmedAt).toBeGreaterThan(59_000);
    expect(world.store.health(world.clock.now()).environments).toMatchObject([{ environment: ENV, version: 1 }]);
    expect(world.store.health(world.clock.now()).environments[0]?.problem).toBe(
      "relay not answered; stored pointer not answered",
    );
  });
});

describe("KV that hasn't what its pointer promised", () => {
  test("is not asked again for it for a minute, and for the next one at once", async () => {
    await warm();
    world.relay.mood = "fails";
    world.publish("aaa", 2);
    world.stored.bodies.delete("aaa/2");
    for (let i = 0; i < 10; i++) {
      await world.clock.pass(2_500);
      expect(await world.version()).toBe(1);
    }
    expect(world.stored.calls.filter((call) => call === "body aaa/2")).toHaveLength(1);
    world.publish("aaa", 3);
    await world.clock.pass(2_500);
    expect(await world.version()).toBe(3);
  });
});

describe("a relay that has not been able to ask the authority", () => {
  test("says how old its knowledge is, and that is the age of what is answered", async () => {
    await warm();
    world.relay.ageMs = 7_000;
    await world.clock.pass(2_500);
    const held = heldOf((await world.get()).lookup);
    expect(world.clock.now() - held.confirmedAt).toBeLessThan(3_000); // surer already
    await world.clock.pass(20_000);
    const began = world.clock.now();
    expect(heldOf((await world.get()).lookup).confirmedAt).toBe(began - 7_000);
    expect(world.store.health(world.clock.now()).environments[0]?.problem).toBe("relay not confirmed");
    world.relay.ageMs = 0;
    await world.clock.pass(2_500);
    await world.get();
    expect(world.store.health(world.clock.now()).environments[0]).not.toHaveProperty("problem");
  });

  test("for more than a minute is held against KV, which may know more", async () => {
    await warm();
    world.relay.ageMs = 90_000;
    world.stored.pointers.set("aaa", { format: 1, incarnation: "aaa", version: 2, stored: 2 });
    world.stored.bodies.set("aaa/2", world.body("aaa", 2));
    await world.clock.pass(20_000);
    expect(await world.version()).toBe(2);
    expect(world.stored.calls).toEqual(["pointer production/aaa", "body aaa/2"]);
  });

  test("and a KV that knows less, or nothing, changes nothing", async () => {
    world.publish("aaa", 2);
    expect(await world.version()).toBe(2);
    world.relay.ageMs = 90_000;
    world.stored.pointers.set("aaa", { format: 1, incarnation: "aaa", version: 1, stored: 1 });
    await world.clock.pass(20_000);
    expect(await world.version()).toBe(2);
    world.publish("aaa", 3);
    world.stored.mood = "fails";
    await world.clock.pass(20_000);
    expect(await world.version()).toBe(3);
  });
});

describe("versions never go backward", () => {
  test("whatever a source says", async () => {
    world.publish("aaa", 7);
    expect(await world.version()).toBe(7);
    world.publish("aaa", 6);
    for (let i = 0; i < 5; i++) {
      await world.clock.pass(2_500);
      expect(await world.version()).toBe(7);
    }
    expect(world.stored.calls).toEqual([]);
    world.relay.mood = "fails";
    await world.clock.pass(2_500);
    expect(await world.version()).toBe(7);
  });

  test("nor does an older answer that comes later than a newer one change anything", async () => {
    await warm();
    world.publish("aaa", 2);
    await world.clock.pass(2_500);
    const relayed = world.relay.versions.get("aaa");
    const slow = world.relay.source();
    world.relay.mood = 900;
    void world.store.current(ENV, {
      ...world.asking(),
      sources: {
        relay: {
          ...slow,
          environment: async (...asked) => {
            await slow.environment(...asked);
            return { version: 2, ageMs: 0, sure: true, body: relayed!.body };
          },
        },
        stored: world.stored.source(),
      },
    }); // loads version 2, slowly
    await world.clock.pass(200);
    world.publish("aaa", 3);
    world.relay.mood = 10;
    world.store.noteWrite(ENV, "aaa", 3);
    expect(await world.version()).toBe(3);
    await world.clock.pass(1_500);
    expect(await world.version()).toBe(3);
  });
});

describe("what can't be used", () => {
  const good = (version: number): string => world.body("aaa", version);

  test.each([
    ["truncated", () => good(2).slice(0, -10)],
    ["not JSON", () => "<html>"],
    ["null", () => "null"],
    ["of a newer format", () => good(2).replace('"format":1', '"format":2')],
    ["of another incarnation", () => good(2).replace('"aaa"', '"bbb"')],
    ["of another environment", () => good(2).replace("production", "staging")],
    ["of another version", () => good(1)],
    ["without its flags", () => good(2).replace('"flags":[]', '"flags":{}')],
  ])("(%s) keeps the last good one in service and is reported", async (_what, text) => {
    await warm();
    world.publish("aaa", 2);
    world.stored.bodies.set("aaa/2", text());
    world.relay.versions.set("aaa", { version: 2, body: text() });
    await world.clock.pass(2_500);
    const before = world.clock.now();
    const held = heldOf((await world.get()).lookup);
    expect(held.snapshot.version).toBe(1);
    expect(held.confirmedAt).toBeLessThan(before); // it is known not to be current
    expect(world.store.health(world.clock.now()).environments[0]?.problem).toBe(
      "relay body not usable; stored body not usable",
    );
    // Not asked for again at every check, and recovered from with the next version.
    world.forget();
    await world.clock.pass(2_500);
    expect(await world.version()).toBe(1);
    expect(world.stored.count("body")).toBe(0);
    expect(world.relay.questions.at(-1)).toEqual({ holds: 2 }); // so it comes without the body
    expect(world.store.health(world.clock.now()).environments[0]?.problem).toBe(
      "relay body not usable; stored body not usable",
    );
    world.publish("aaa", 3);
    await world.clock.pass(2_500);
    expect(await world.version()).toBe(3);
    await world.clock.pass(2_500);
    await world.get();
    expect(world.store.health(world.clock.now()).environments[0]).not.toHaveProperty("problem");
  });

  test("a broken copy on the relay is no harm while KV has a good one, and is reported", async () => {
    await warm();
    world.publish("aaa", 2);
    world.relay.versions.set("aaa", { version: 2, body: "{" });
    await world.clock.pass(2_500);
    expect(await world.version()).toBe(2);
    expect(world.store.health(world.clock.now()).environments[0]?.problem).toBe("relay body not usable");
  });

  test("a pointer or map of a newer format is as if the source had not answered", async () => {
    await warm();
    world.publish("aaa", 2);
    world.relay.mood = "fails";
    world.stored.pointers.set("aaa", JSON.parse('{ "format": 2, "incarnation": "aaa", "version": 9, "stored": 9 }'));
    world.stored.map = JSON.parse('{ "format": 2, "version": 9, "environments": {} }');
    await world.clock.pass(61_000);
    expect(await world.version()).toBe(1);
    await world.clock.pass(3_000);
    expect(world.store.health(world.clock.now())).toMatchObject({
      map: { problem: "relay map not answered; stored map not usable" },
      environments: [{ problem: "relay not answered; stored pointer not usable" }],
    });
  });
});

describe("listed members", () => {
  test("are loaded once for as long as their address is the same", async () => {
    const members = world.addMembers(new Uint8Array(16).fill(7));
    world.publish("aaa", 2, { members });
    expect(await world.version()).toBe(2);
    world.publish("aaa", 3, { members });
    await world.clock.pass(2_500);
    expect(await world.version()).toBe(3);
    expect(world.stored.count("members") + world.relay.count("members")).toBe(1);
  });

  test("that are not what their address says are not used; those in KV are", async () => {
    const members = world.addMembers(new Uint8Array(16).fill(7));
    world.relay.membersBodies.set(members, new ArrayBuffer(8));
    world.publish("aaa", 2, { members });
    expect(await world.version()).toBe(2);
    expect(world.stored.count("members")).toBe(1);
  });

  test("that can't be had keep the version before in service", async () => {
    await warm();
    const members = world.addMembers(new Uint8Array(16).fill(7));
    world.publish("aaa", 2, { members });
    world.stored.moods.members = "fails";
    world.relay.moods.members = "fails";
    await world.clock.pass(2_500);
    expect(await world.version()).toBe(1);
  });
});

describe("a revision that the caller has seen", () => {
  const seen = (version: number, incarnation = "aaa") => ({ incarnation, version });

  test("is loaded when it is newer than what is held, though that is fresh", async () => {
    await warm();
    world.publish("aaa", 2);
    expect(await world.version(ENV, seen(2))).toBe(2);
  });

  test("held already, older, or of another incarnation, causes nothing", async () => {
    world.publish("aaa", 5);
    expect(await world.version()).toBe(5);
    world.forget();
    for (const revision of [seen(5), seen(4), seen(9, "bbb")])
      expect(world.current(ENV, revision)).not.toBeInstanceOf(Promise);
    expect(world.calls).toEqual([]);
  });

  test("that nobody has is asked for at most once a second, whoever asks for whichever", async () => {
    await warm();
    const began = world.clock.now();
    for (let i = 0; i < 10; i++)
      await Promise.all(Array.from({ length: 20 }, (_, j) => world.get(ENV, seen(99 - i * 5 + j))));
    const seconds = (world.clock.now() - began) / 1_000;
    const forced = world.relay.questions.filter(({ atLeast }) => atLeast !== undefined);
    expect(forced.length).toBeGreaterThanOrEqual(2);
    expect(forced.length).toBeLessThanOrEqual(seconds + 1);
  });

  test("is answered at once, one after another, as long as they exist", async () => {
    await warm();
    for (let version = 2; version <= 30; version++) {
      world.publish("aaa", version);
      const answers = await Promise.all(Array.from({ length: 5 }, () => world.get(ENV, seen(version))));
      for (const { lookup, ms } of answers) {
        expect(versionOf(lookup)).toBe(version);
        expect(ms).toBeLessThanOrEqual(20);
      }
    }
    expect(world.calls).toHaveLength(29);
  });

  test("waits its turn, but is answered, while others ask for what doesn't exist", async () => {
    await warm();
    await world.get(ENV, seen(99));
    world.publish("aaa", 2);
    const { lookup, ms } = await world.get(ENV, seen(2));
    expect(versionOf(lookup)).toBe(2);
    expect(ms).toBeLessThanOrEqual(1_020);
  });

  test("is asked for again when the relay could not ask the authority itself", async () => {
    await warm();
    world.relay.ageMs = 300;
    expect(await world.version(ENV, seen(2))).toBe(1);
    world.publish("aaa", 2);
    expect(await world.version(ENV, seen(2))).toBe(2);
  });

  test("that the authority doesn't have is remembered for 10 s", async () => {
    await warm();
    let inTurn = 0;
    for (let i = 0; i < 90; i++) {
      const before = world.relay.count("environment");
      expect(versionOf((await world.get(ENV, seen(99))).lookup)).toBe(1);
      if (i > 0) inTurn += world.relay.count("environment") - before;
      await world.clock.pass(100);
    }
    expect(inTurn).toBeLessThanOrEqual(5); // the ordinary checks of 9 s
    world.forget();
    await world.clock.pass(1_500);
    await world.get();
    world.forget();
    await world.get(ENV, seen(99));
    expect(world.relay.count("environment")).toBe(1); // 10 s are over
  });

  test("that is remembered not to exist doesn't hide a version before it", async () => {
    await warm();
    await world.get(ENV, seen(99));
    world.publish("aaa", 2);
    await world.clock.pass(1_100);
    expect(await world.version(ENV, seen(2))).toBe(2);
  });

  test("is waited for, but not for ever: late, what is held is served", async () => {
    await warm();
    world.relay.mood = "hangs";
    const { lookup, ms } = await world.get(ENV, seen(2));
    expect(versionOf(lookup)).toBe(1);
    expect(ms).toBeLessThanOrEqual(1_010);
  });
});

describe("a write through this isolate", () => {
  test("is what its next evaluation is answered from, for everybody", async () => {
    await warm();
    world.publish("aaa", 2);
    world.relay.mood = 200;
    world.store.noteWrite(ENV, "aaa", 2);
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.get()));
    for (const { lookup } of answers) expect(versionOf(lookup)).toBe(2);
    expect(world.relay.count("environment")).toBe(1);
  });

  test("isn't answered from a check that began before it", async () => {
    await warm();
    await world.clock.pass(2_500);
    world.relay.mood = 90;
    const early = world.get();
    await world.clock.pass(60);
    world.publish("aaa", 2);
    world.store.noteWrite(ENV, "aaa", 2);
    expect(await world.version()).toBe(2);
    await early;
    expect(await world.version()).toBe(2);
  });

  test("of a version that is held causes nothing", async () => {
    await warm();
    world.store.noteWrite(ENV, "aaa", 1);
    expect(world.current()).not.toBeInstanceOf(Promise);
  });

  test("that can't be loaded is waited for once, then memory goes on", async () => {
    await warm();
    world.relay.mood = "hangs";
    world.stored.mood = "hangs";
    world.store.noteWrite(ENV, "aaa", 2);
    expect((await world.get()).ms).toBe(1_000);
    expect(world.current()).not.toBeInstanceOf(Promise);
  });

  test("a new environment is known at once where it was made", async () => {
    await warm();
    expect(await world.version("staging")).toBe("environment");
    world.environments({ [ENV]: "aaa", staging: "sss" });
    world.publish("sss", 1, { environment: "staging" });
    world.store.noteMap();
    expect(await world.version("staging")).toBe(1);
  });
});

describe("environments", () => {
  test("one that isn't in the map is missing, and nothing is read for its name", async () => {
    await warm();
    for (const name of ["nowhere", "constructor", "__proto__", ""])
      expect(world.current(name)).toEqual({ missing: "environment" });
    expect(world.calls).toEqual([]);
  });

  test("one that left the map is missing; what was held of it is gone", async () => {
    await warm();
    world.environments({});
    await world.clock.pass(61_000); // the map itself is looked at now and then, in case that a deletion got lost
    await world.get();
    await world.clock.pass(20);
    expect(await world.version()).toBe("environment");
    expect(world.store.health(world.clock.now()).environments).toEqual([]);
  });

  test("one that was deleted, though the map has it still, is missing, and that is remembered like a snapshot", async () => {
    await warm();
    world.relay.versions.set("aaa", null);
    await world.clock.pass(2_500);
    expect(await world.version()).toBe("environment");
    world.forget();
    for (let i = 0; i < 10; i++) expect(world.current()).toEqual({ missing: "environment" });
    expect(world.calls).toEqual([]);
  });

  test("one that was deleted and is made anew later is there again within 2 s", async () => {
    await warm();
    world.relay.versions.set("aaa", null);
    await world.clock.pass(2_500);
    expect(await world.version()).toBe("environment");
    world.environments({ [ENV]: "bbb" });
    world.publish("bbb", 1);
    await world.clock.pass(2_000);
    expect(heldOf((await world.get()).lookup).snapshot.incarnation).toBe("bbb");
  });

  test("one that was deleted through this isolate is missing at once, though its relay doesn't know yet", async () => {
    await warm();
    world.environments({});
    world.store.noteMap();
    expect(await world.version()).toBe("environment");
    expect(world.relay.questions).toContainEqual({ holds: 1, atLeast: Infinity, deltas: true });
  });

  test("the map is asked for once a minute as long as only names that are held are asked for", async () => {
    await warm();
    for (let i = 0; i < 1_000; i++) {
      void world.current();
      await world.clock.pass(200);
    }
    expect(world.relay.count("map")).toBe(3);
    expect(world.relay.count("environment")).toBeLessThanOrEqual(100);
  });

  test("names that don't exist cause one question in 2 s, however many are tried", async () => {
    await warm();
    for (let i = 0; i < 1_000; i++) {
      void world.current(`no-${i}`);
      await world.clock.pass(10);
    }
    expect(world.calls).toEqual(Array.from({ length: 5 }, () => "relay map"));
  });

  test("one that was deleted before anything was loaded is missing", async () => {
    world.relay.versions.set("aaa", null);
    expect(await world.version()).toBe("environment");
    expect(world.stored.count("body")).toBe(0);
  });

  test("a name that was made anew never meets its past, though its versions begin anew", async () => {
    world.publish("aaa", 40);
    expect(await world.version()).toBe(40);
    world.relay.versions.set("aaa", null);
    world.environments({ [ENV]: "bbb" });
    world.publish("bbb", 1);
    await world.clock.pass(2_500);
    const held = heldOf((await world.get()).lookup);
    expect([held.snapshot.incarnation, held.snapshot.version]).toEqual(["bbb", 1]);
  });

  test("the map comes from KV when Workspace doesn't answer, and never goes backward", async () => {
    world.relay.moods.map = "fails";
    expect(await world.version()).toBe(1);
    world.environments({ [ENV]: "aaa", staging: "sss" });
    world.stored.map = { format: 1, version: 1, environments: {} };
    await world.clock.pass(2_500);
    expect(await world.version()).toBe(1);
    delete world.relay.moods.map;
    await world.clock.pass(2_500);
    world.publish("sss", 1, { environment: "staging" });
    expect(await world.version("staging")).toBe(1);
  });
});

describe("a key that isn't known", () => {
  test("causes one check, at most one a second", async () => {
    await warm();
    world.publish("aaa", 2);
    expect(versionOf((await world.finish(world.store.confirm(ENV, world.asking()))).lookup)).toBe(2);
    for (let i = 0; i < 9; i++) {
      expect(world.store.confirm(ENV, world.asking())).not.toBeInstanceOf(Promise);
      await world.clock.pass(100);
    }
    expect(world.relay.count("environment")).toBe(1);
    await world.clock.pass(200);
    await world.finish(world.store.confirm(ENV, world.asking()));
    expect(world.relay.count("environment")).toBe(2);
  });

  test("doesn't make others wait", async () => {
    await warm();
    world.relay.mood = "hangs";
    const confirming = world.finish(world.store.confirm(ENV, world.asking()));
    expect(world.current()).not.toBeInstanceOf(Promise);
    expect((await confirming).ms).toBeLessThanOrEqual(1_000);
  });
});

describe("a request that is cancelled while it checks", () => {
  test("doesn't wedge the slot: after 3 s it counts as free", async () => {
    await warm();
    await world.clock.pass(20_000);
    world.publish("aaa", 2);
    world.relay.mood = "hangs";
    world.cancelled = true;
    void world.current(); // its I/O and its timers end here
    world.cancelled = false;
    world.relay.mood = 10;
    expect(versionOf((await world.get()).lookup)).toBe(1); // waits a second for the one that is dead
    await world.clock.pass(2_500);
    expect(await world.version()).toBe(2);
  });

  test("and nothing was held: others wait for it no longer than they may, and then load themselves", async () => {
    world.cancelled = true;
    world.relay.mood = "hangs";
    void world.current();
    world.cancelled = false;
    world.relay.mood = 10;
    await world.clock.pass(1_000);
    const { lookup, ms } = await world.get();
    expect(versionOf(lookup)).toBe(1);
    expect(ms).toBeLessThanOrEqual(3_000);
  });
});

test("an isolate holds so many environments: past that the one that wasn't asked for the longest goes", async () => {
  const names = Array.from({ length: LIMITS.heldEnvironments + 1 }, (_, n) => `e${n}`);
  world.environments(Object.fromEntries(names.map((name) => [name, `inc${name}`])));
  for (const name of names) {
    world.publish(`inc${name}`, 1, { environment: name });
    expect(await world.version(name)).toBe(1);
  }
  const held = world.store.health(world.clock.now()).environments.map(({ environment }) => environment);
  expect(held).toEqual(names.slice(1));
  expect(await world.version(names[0])).toBe(1);
});
