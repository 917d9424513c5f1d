import { describe, expect, test } from "vitest";
import * as LIMITS from "../../src/contract/limits.ts";
import { Newcomers } from "../../src/metrics/newcomers.ts";
import { macOf, visitorOf, VISITOR_COOKIE } from "../../src/gate/visitor.ts";

const SECRET = "secret of the environment";
const ID = "0ea3910e-5044-4c45-878c-b87b45908931";
const sent = (value: string): string => `a=b; ${VISITOR_COOKIE}=${value}; c=d`;
const givenOut = (setCookie: string | undefined): string => /=([^;]*);/.exec(setCookie ?? "")?.[1] ?? "";

describe("an anonymous visitor", () => {
  test("who is new gets a signed id, and is known by it from the next request on", () => {
    const first = visitorOf(null, SECRET);
    expect(first).toMatchObject({
      known: false,
      setCookie: expect.stringMatching(/; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax$/),
    });
    const value = givenOut(first.setCookie);
    expect(value).toMatch(/^[0-9a-f-]{36}\.[\w-]{22}$/);
    expect(visitorOf(sent(value), SECRET)).toEqual({ id: first.id, known: true });
    expect(visitorOf(sent(value), SECRET)).toEqual({ id: first.id, known: true });
  });

  test("with a cookie from before there were signatures keeps the id, so the side, and gets a signature", () => {
    const old = visitorOf(sent(ID), SECRET);
    expect(old).toMatchObject({ id: ID, known: false });
    expect(givenOut(old.setCookie)).toBe(`${ID}.${macOf(ID, SECRET)}`);
  });

  test.each([`${ID}.${macOf(ID, "another secret")}`, `${ID}.${"A".repeat(22)}`, `${ID}.${macOf(`${ID}x`, SECRET)}`])(
    "with a signature of somebody else's isn't known: %s",
    (value) => {
      const visitor = visitorOf(sent(value), SECRET);
      expect(visitor).toMatchObject({ id: ID, known: false });
      expect(givenOut(visitor.setCookie)).toBe(`${ID}.${macOf(ID, SECRET)}`);
    },
  );

  test.each(["", "short", `${ID}.`, `${ID}.x`, `${ID}.${"A".repeat(23)}`, `${ID} x`, "ä".repeat(20), "x".repeat(65)])(
    "with rubbish is a new one: %j",
    (value) => expect(visitorOf(sent(value), SECRET).id).toMatch(/^[0-9a-f]{8}-/),
  );

  test("without a secret is nobody that is known, and gets no cookie", () => {
    expect(visitorOf(sent(`${ID}.${macOf(ID, SECRET)}`), undefined)).toEqual({ id: ID, known: false });
    expect(visitorOf(null, undefined)).not.toHaveProperty("setCookie");
  });
});

describe("keys that come to an isolate", () => {
  const MOST = LIMITS.newVisitorsPerMinute;
  const come = (newcomers: Newcomers, from: string | null, count: number, now: number, name = "v"): number =>
    Array.from({ length: count }, (_, i) => newcomers.admits(`${name}${i}`, from, now)).filter(Boolean).length;

  test("are so many new ones from one address in a minute; those that were met stay", () => {
    const newcomers = new Newcomers();
    expect(come(newcomers, "192.0.2.1", MOST, 0)).toBe(MOST);
    expect(newcomers.admits("one more", "192.0.2.1", 59_999)).toBe(false);
    expect(newcomers.admits("one more", "192.0.2.2", 59_999)).toBe(true);
    expect(come(newcomers, "192.0.2.1", MOST, 59_999)).toBe(MOST);
    expect(newcomers.admits("another", "192.0.2.1", 60_000)).toBe(true);
  });

  test.each([
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true],
    ["2001:db8:1:2:3::", "2001:0DB8:0001:0002::9", true],
    ["2001:db8:1:2::1", "2001:db8:1:3::1", false],
    ["::1", "::2", true],
    ["::ffff:192.0.2.1", "192.0.2.1", true],
    ["192.0.2.1", "192.0.2.3", false],
  ])("%s and %s are one network: %s", (one, other, same) => {
    const newcomers = new Newcomers();
    expect(come(newcomers, one, MOST, 0)).toBe(MOST);
    expect(newcomers.admits("more", other, 0)).toBe(!same);
  });

  test("have no address in local runs, and all count", () => {
    expect(come(new Newcomers(), null, 10 * MOST, 0)).toBe(10 * MOST);
  });

  test("take a bounded memory, however many keys and addresses come", () => {
    const newcomers = new Newcomers();
    let admitted = 0;
    for (let i = 0; i < 50_000; i++)
      if (newcomers.admits(`k${i}`, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 0)) admitted++;
    expect(admitted).toBe(5_000);
  });
});
