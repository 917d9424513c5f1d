import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

/* What holds at every address, whoever answers there. */

const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
  exports.default.fetch(new Request(`https://sluice.test${path}`, { method, headers }));

function expectOwn(headers: Headers): void {
  expect(headers.get("Request-Id")).toMatch(/^[0-9a-f]{16}-\d+$/);
  expect(headers.get("Referrer-Policy")).toBe("no-referrer");
  expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
}

describe("nothing is there", () => {
  it.each(["/nowhere", "/admin", "/admin/v2/environments", "/ofrepx", "/healthzz", "/%", "/v1x"])(
    "404 as a problem: %s",
    async (path) => {
      for (const method of ["GET", "POST", "DELETE"]) {
        const response = await ask(method, path);
        expect(response.status).toBe(404);
        expect(response.headers.get("Content-Type")).toBe("application/problem+json");
        expectOwn(response.headers);
        expect(await response.json()).toEqual({
          type: "/problems/not-found",
          title: expect.any(String),
          status: 404,
          detail: "There is nothing at this address.",
        });
      }
    },
  );

  it("HEAD is answered without a body", async () => {
    const response = await ask("HEAD", "/nowhere");
    expect(response.status).toBe(404);
    expect(await response.text()).toBe("");
    expectOwn(response.headers);
  });
});

describe("static files", () => {
  it.each([
    ["/docs/docs.css", "text/css; charset=utf-8"],
    ["/openapi.json", "application/json"],
  ])("200: %s", async (path, type) => {
    const response = await ask("GET", path);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe(type);
    expect(response.headers.get("Content-Security-Policy")).toContain("script-src 'self'");
    expectOwn(response.headers);
    const again = await ask("GET", path, { "If-None-Match": response.headers.get("ETag")! });
    expect(again.status).toBe(304);
    const head = await ask("HEAD", path);
    expect(head.status).toBe(200);
    expect(await head.text()).toBe("");
    expectOwn(head.headers);
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])("405: %s", async (method) => {
    for (const path of ["/", "/environments/production/flags", "/settings", "/welcome", "/docs/docs.css"]) {
      const response = await ask(method, path);
      expect(response.status).toBe(405);
      expect(response.headers.get("Allow")).toBe("GET, HEAD");
      expect(response.headers.get("Content-Type")).toBe("application/problem+json");
      expectOwn(response.headers);
    }
  });
});

describe("/healthz", () => {
  it("200: to a stranger whether it can serve, and nothing of what it holds", async () => {
    for (const headers of [undefined, { Authorization: "Bearer slc_admin_wrong" }]) {
      const response = await ask("GET", "/healthz", headers);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ status: "ok", problems: [] });
    }
  });

  it("200: to whoever has an admin token what is held, and how it is", async () => {
    const response = await ask("GET", "/healthz", { Authorization: "Bearer slc_admin_test-root" });
    expect(response.status).toBe(200);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expectOwn(response.headers);
    expect(await response.json()).toEqual({
      status: "ok",
      problems: [],
      map: { version: expect.any(Number), ageSeconds: expect.any(Number) },
      environments: [],
    });
  });

  it("HEAD: the same without a body", async () => {
    const response = await ask("HEAD", "/healthz");
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("405: %s", async (method) => {
    const response = await ask(method, "/healthz");
    expect(response.status).toBe(405);
    expect(response.headers.get("Allow")).toBe("GET, HEAD");
    expectOwn(response.headers);
  });
});

it("Request-Ids differ", async () => {
  const ids = await Promise.all(
    Array.from({ length: 50 }, async () => (await ask("GET", "/healthz")).headers.get("Request-Id")),
  );
  expect(new Set(ids).size).toBe(50);
});
