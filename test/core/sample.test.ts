import { describe, expect, test } from "vitest";
import { redacted, Reservoir } from "../../src/core/sample.ts";

const setting = { redact: [], hash: [], salt: "salt" };
const HASH: unknown = expect.stringMatching(/^sha256:[0-9a-f]{32}$/);

describe("what may be kept of a context", () => {
  test("never has the targeting key or the address of a client, whatever the settings say", () => {
    const context = { targetingKey: "ada", "client.ip": "10.1.2.3", client: { ip: "10.1.2.3", asn: 7 }, plan: "pro" };
    expect(redacted(context, setting)).toEqual({ targetingKey: HASH, client: { asn: 7 }, plan: "pro" });
    expect(JSON.stringify(redacted(context, setting))).not.toMatch(/ada|10\.1\.2\.3/);
  });

  test("leaves out and hashes by path: the attribute of that name, and what it leads to", () => {
    const context = { email: "a@b", "address.city": "Bonn", address: { city: "Köln", zip: "50667" }, user: { id: 7 } };
    const kept = redacted(context, {
      ...setting,
      redact: ["email", "address.city"],
      hash: ["user.id", "absent", "email"],
    });
    expect(kept).toEqual({ address: { zip: "50667" }, user: { id: HASH } });
  });

  test("is hashed alike where it is alike, and otherwise under another salt or path", () => {
    const hashOf = (context: Record<string, unknown>, more = {}): unknown =>
      redacted(context, { ...setting, hash: ["id"], ...more })["id"];
    expect(hashOf({ id: "x" })).toBe(hashOf({ id: "x", other: 1 }));
    expect(new Set([hashOf({ id: "7" }), hashOf({ id: 7 }), hashOf({ id: "7" }, { salt: "other" })]).size).toBe(3);
    expect(hashOf({ id: ["a", { b: 1 }] })).toEqual(HASH);
    expect(redacted({ targetingKey: "7", id: "7" }, { ...setting, hash: ["id"] })["targetingKey"]).not.toBe(
      hashOf({ id: "7" }),
    );
  });

  test("is a copy: the context itself stays as it is", () => {
    const context = { targetingKey: "ada", a: { b: { c: 1 } } };
    redacted(context, { ...setting, redact: ["a.b.c"] });
    expect(context).toEqual({ targetingKey: "ada", a: { b: { c: 1 } } });
  });

  test("takes names that every object has for what they are", () => {
    const context = JSON.parse('{"constructor":"x","toString":{"call":1}}') as Record<string, unknown>;
    expect(redacted(context, { ...setting, redact: ["constructor", "toString.call", "valueOf.name"] })).toEqual({
      toString: {},
    });
  });
});

describe("a reservoir", () => {
  test("keeps everything while there is room, and begins anew when it was emptied", () => {
    const reservoir = new Reservoir<number>(3, () => 0);
    for (const n of [1, 2, 3]) reservoir.offer(n);
    expect(reservoir.empty()).toEqual([1, 2, 3]);
    reservoir.offer(4);
    expect(reservoir.empty()).toEqual([4]);
  });

  test("keeps each of many with the same probability", () => {
    let state = 20_261_121;
    const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
    const kept = Array.from({ length: 50 }, () => 0);
    const rounds = 4_000;
    for (let round = 0; round < rounds; round++) {
      const reservoir = new Reservoir<number>(10, random);
      for (let n = 0; n < 50; n++) reservoir.offer(n);
      for (const n of reservoir.empty()) kept[n]! += 1;
    }
    // Each is kept with probability 1/5; six standard deviations.
    const expected = rounds / 5;
    const most = 6 * Math.sqrt(rounds * 0.2 * 0.8);
    expect(Math.max(...kept.map((count) => Math.abs(count - expected)))).toBeLessThan(most);
    expect(kept.reduce((a, b) => a + b)).toBe(rounds * 10);
  });
});
