import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isForEver, keepNowhere, keepPrivate, saidBy, withHeaders } from "../../src/gate/caches.ts";

/* What of a response that was chosen for one visitor other caches may keep. */

const PAGE = { "Content-Type": "text/html; charset=utf-8" };
const DATA = { "Content-Type": "application/json" };
const kept = (given: Record<string, string>): Record<string, string> => {
  const headers = new Headers(given);
  keepPrivate(headers, saidBy(headers));
  headers.delete("Content-Type");
  return Object.fromEntries(headers);
};

describe("a response that passed a gate is for its visitor only", () => {
  test.each<[Record<string, string>, string]>([
    [{ ...DATA, "Cache-Control": "public, max-age=60" }, "private, max-age=60"],
    [{ ...DATA, "Cache-Control": "public, max-age=60, s-maxage=600" }, "private, max-age=60"],
    [{ ...DATA, "Cache-Control": "S-MaxAge=600,Public" }, "private"],
    [{ ...DATA, "Cache-Control": "max-age=60" }, "private, max-age=60"],
    [{ ...DATA, "Cache-Control": "private, max-age=60, must-revalidate" }, "private, max-age=60, must-revalidate"],
    [
      { ...DATA, "Cache-Control": "max-age=5, proxy-revalidate, stale-while-revalidate=9" },
      "private, max-age=5, stale-while-revalidate=9",
    ],
    [{ ...DATA, "Cache-Control": "no-store" }, "no-store"],
    [{ ...DATA, "Cache-Control": "no-cache" }, "private, no-cache"],
    [DATA, "private"],
    [PAGE, "private, no-cache"],
    [
      { ...PAGE, "Cache-Control": "public, max-age=600, s-maxage=9, stale-while-revalidate=60, immutable" },
      "private, no-cache",
    ],
    [{ ...PAGE, "Cache-Control": "public, no-transform, max-age=1" }, "private, no-cache, no-transform"],
    [{ ...PAGE, "Cache-Control": "no-store, max-age=0" }, "no-store, max-age=0"],
    [{ "Content-Type": "application/xhtml+xml", "Cache-Control": "public" }, "private, no-cache"],
  ])("%j: %s", (given, expected) => {
    expect(kept(given)).toEqual({ "cache-control": expected, vary: "Cookie" });
  });

  test.each([
    ["Accept-Encoding", "Accept-Encoding, Cookie"],
    ["cookie", "cookie"],
    ["Accept, Cookie , X", "Accept, Cookie , X"],
    ["Cookie-Consent", "Cookie-Consent, Cookie"],
    ["*", "*"],
  ])("Vary: %s becomes %s", (given, expected) => {
    expect(kept({ Vary: given })["vary"]).toBe(expected);
  });

  test("what speaks to shared caches alone is left out", () => {
    const more = {
      "CDN-Cache-Control": "max-age=9",
      "Cloudflare-CDN-Cache-Control": "max-age=9",
      "Surrogate-Control": "max-age=9",
    };
    expect(kept({ ...DATA, ...more })).toEqual({ "cache-control": "private", vary: "Cookie" });
    const headers = new Headers(more);
    keepNowhere(headers);
    expect(Object.fromEntries(headers)).toEqual({ "cache-control": "private, no-store" });
  });

  test("whatever an origin says, no shared cache may keep it", () => {
    const directive = fc.constantFrom(
      "public",
      "private",
      "max-age=60",
      "s-maxage=60",
      "immutable",
      "no-cache",
      "no-transform",
      "must-understand",
      'private="x"',
      "",
      " ",
      "S-MAXAGE = 5",
      "x=y",
    );
    fc.assert(
      fc.property(fc.array(directive), fc.boolean(), (directives, isPage) => {
        const control = kept({ ...(isPage ? PAGE : DATA), "Cache-Control": directives.join(",") })["cache-control"]!;
        expect(control).toMatch(/^private(?:,|$)/);
        expect(control).not.toMatch(/public|s-maxage/i);
        if (isPage) expect(control).not.toMatch(/max-age|immutable/i);
      }),
    );
  });
});

describe("what its origin promises never to change passes as it is, and nothing else does", () => {
  const passes = (control: string | null, type = "text/javascript", status = 200): boolean =>
    isForEver(
      status,
      saidBy(new Headers({ "Content-Type": type, ...(control !== null && { "Cache-Control": control }) })),
    );

  test.each([
    "public, max-age=31536000, immutable",
    "immutable,max-age=2592000",
    "Public, Max-Age = 2592000 , IMMUTABLE",
    'max-age="31536000", immutable, s-maxage=1',
  ])("%s", (control) => {
    for (const status of [200, 206, 304]) expect(passes(control, "text/javascript", status)).toBe(true);
    for (const status of [302, 404, 500]) expect(passes(control, "text/javascript", status)).toBe(false);
    expect(passes(control, "text/html; charset=utf-8")).toBe(false);
  });

  test.each([
    null,
    "public, max-age=31536000",
    "public, immutable",
    "public, max-age=2591999, immutable",
    "public, max-age=-1, immutable",
    "public, s-maxage=31536000, immutable",
    "private, max-age=31536000, immutable",
    "no-store, max-age=31536000, immutable",
    "no-cache, max-age=31536000, immutable",
    "public, max-age=31536000, not-immutable",
    "public, max-age=31536000, immutable-x",
  ])("not %s", (control) => expect(passes(control)).toBe(false));
});

test("headers that can't be changed are changed on a copy, which has the same body and status", async () => {
  const redirect = Response.redirect("https://shop.test/there", 303); // its headers are immutable
  const changed = withHeaders(redirect, (headers) => headers.set("A", "b"));
  expect([changed.status, changed.headers.get("Location"), changed.headers.get("A")]).toEqual([
    303,
    "https://shop.test/there",
    "b",
  ]);
  const own = new Response("x");
  expect(withHeaders(own, (headers) => headers.set("A", "b"))).toBe(own);
});
