import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PublishedKey, SNAPSHOT_FORMAT, type SnapshotBody } from "../../../src/contract/snapshot.ts";
import { compile, type Snapshot } from "../../../src/core/compile.ts";
import { eventStreams, expiryAt, keyOfToken, parseStreamToken, streamToken } from "../../../src/api/stream-token.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 21);
const URL_ = "https://flags.example/ofrep/v1/evaluate/flags";

function keyWith(id: string, hash: string): PublishedKey {
  return { id, kind: "client", hash: hash.repeat(64), origins: [] };
}

function snapshotOf(keys: PublishedKey[], more: Partial<SnapshotBody> = {}): Snapshot {
  const body: SnapshotBody = {
    format: SNAPSHOT_FORMAT,
    environment: "production",
    incarnation: "abcdefghijkl",
    version: 7,
    at: 0,
    keys,
    flags: [],
    segments: [],
    members: null,
    ...more,
  };
  return compile(body, null);
}

const KEY = keyWith("k00000000000a1", "a");
const here = snapshotOf([KEY, keyWith("k00000000000a2", "b")]);
const claimOf = (token: string) => parseStreamToken(token)!;

describe("a token", () => {
  const token = streamToken(here, KEY, expiryAt(NOW));

  it("says which key it was made with, and when it ends", () => {
    expect(claimOf(token)).toMatchObject({
      environment: "production",
      incarnation: "abcdefghijkl",
      keyId: KEY.id,
      expiresAt: expiryAt(NOW),
    });
    expect(keyOfToken(claimOf(token), here)).toBe(KEY);
  });

  it("is good in every later version that has the key, and in none that hasn't", () => {
    const later = snapshotOf([structuredClone(KEY)], { version: 8 });
    expect(keyOfToken(claimOf(token), later)?.id).toBe(KEY.id);
    expect(keyOfToken(claimOf(token), snapshotOf([]))).toBeUndefined();
    expect(keyOfToken(claimOf(token), snapshotOf([keyWith(KEY.id, "c")]))).toBeUndefined();
  });

  it("is of one environment and incarnation", () => {
    for (const other of [{ environment: "staging" }, { incarnation: "zzzzzzzzzzzz" }]) {
      expect(keyOfToken(claimOf(token), snapshotOf([KEY], other))).toBeUndefined();
      const moved = token.replace("production", other.environment ?? "production");
      const forged = moved.replace("abcdefghijkl", other.incarnation ?? "abcdefghijkl");
      expect(keyOfToken(claimOf(forged), snapshotOf([KEY], other))).toBeUndefined();
    }
  });

  it("with any other character is refused", () => {
    const character = fc.constantFrom(
      ..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_. %\u2603".split(""),
    );
    fc.assert(
      fc.property(fc.nat(token.length - 1), character, (index, replacement) => {
        fc.pre(token[index] !== replacement);
        const claim = parseStreamToken(token.slice(0, index) + replacement + token.slice(index + 1));
        expect(claim && keyOfToken(claim, here)).toBeUndefined();
      }),
    );
  });

  it.each(["", "x", "a.b.c.d.e", `${token}x`, token.slice(0, -1), ` ${token}`, token.replaceAll(".", "/")])(
    "%j isn't one",
    (text) => {
      expect(parseStreamToken(text)).toBeUndefined();
    },
  );
});

describe("the address in a bulk answer", () => {
  const at = (now: number, snapshot = here, key = KEY, url = URL_) => eventStreams(snapshot, key, url, now);

  it("is absolute, at the request's own origin, and valid for 30 to 60 more days", () => {
    fc.assert(
      fc.property(fc.integer({ min: NOW, max: NOW + 1000 * DAY }), (now) => {
        const [stream, ...others] = JSON.parse(`{${at(now).member}}`).eventStreams;
        expect(others).toEqual([]);
        expect(stream).toEqual({ type: "sse", url: expect.any(String), inactivityDelaySec: 120 });
        const url = new URL(stream.url);
        expect(url.origin + url.pathname).toBe("https://flags.example/ofrep/v1/stream");
        const { expiresAt } = claimOf(url.searchParams.get("token")!);
        expect(expiresAt - now).toBeGreaterThanOrEqual(30 * DAY);
        expect(expiresAt - now).toBeLessThanOrEqual(60 * DAY);
      }),
    );
  });

  it("is one object for a snapshot, key, origin and period, and the same text in every isolate and version", () => {
    expect(at(NOW)).toBe(at(NOW + 1000));
    const elsewhere = snapshotOf([structuredClone(KEY)], { version: 8 });
    const theirs = eventStreams(elsewhere, elsewhere.keyById(KEY.id)!, URL_, NOW);
    expect(theirs).not.toBe(at(NOW));
    expect(theirs).toEqual(at(NOW));
  });

  it("changes its part of the ETag with all that it consists of", () => {
    const other = here.keyById("k00000000000a2")!;
    const all = [at(NOW), at(NOW, here, other), at(NOW, here, KEY, "https://b.example/x"), at(NOW + 31 * DAY)];
    expect(new Set(all.map(({ tag }) => tag)).size).toBe(4);
    expect(new Set(all.map(({ member }) => member)).size).toBe(4);
    for (const { tag } of all) expect(tag).toMatch(/^[a-z0-9]{2,14}$/);
  });

  it("follows the origin whatever others ask, and never takes one that only begins alike", () => {
    const origins = ["a", "b", "c", "d", "e", "a"].map((name) => `https://${name}.example`);
    for (const origin of [...origins, "https://a.example.evil", "https://a.example:8443"])
      expect(at(NOW, here, KEY, `${origin}/ofrep/v1/evaluate/flags`).member).toContain(`"${origin}/ofrep/v1/stream?`);
  });

  it("goes back with a clock that is set back", () => {
    const before = at(NOW - 31 * DAY).member;
    at(NOW);
    expect(at(NOW - 31 * DAY).member).toBe(before);
    expect(at(NOW).member).not.toBe(before);
  });
});
