import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

/* Security headers, as a started server sends them: also with the files that the Worker is never asked for. */

const PUBLIC = join(ROOT, "public");
const pages = readdirSync(PUBLIC, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".html") && !file.startsWith("app/"), // the dashboard has nonces: below
);

let runtime: Runtime;
beforeAll(async () => void (runtime = await startRuntime()));
afterAll(() => runtime.stop());

const COMMON = {
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
};

/** What a Content-Security-Policy says, by directive. */
function policyOf(response: Response): Map<string, string[]> {
  const text = response.headers.get("Content-Security-Policy") ?? "";
  return new Map(
    text
      .split(";")
      .map((part) => part.trim().split(/\s+/))
      .map(([name = "", ...values]) => [name, values]),
  );
}

test.each(["/admin/v1/me", "/admin/v1/nowhere", "/nowhere/at/all.json", "/healthz"])(
  "what the Worker answers at %s can't be run, framed or read by other sites",
  async (path) => {
    for (const method of ["GET", "POST"]) {
      const response = await fetch(runtime.url + path, { method });
      expect(Object.fromEntries(response.headers)).toMatchObject(COMMON);
      const policy = policyOf(response);
      for (const directive of ["default-src", "frame-ancestors", "base-uri", "form-action"])
        expect(policy.get(directive), directive).toEqual(["'none'"]);
      expect([...response.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
      expect(response.headers.get("Set-Cookie")).toBeNull();
    }
  },
);

describe("files", () => {
  test.each(["/docs/", "/docs/docs.js", "/docs/docs.css", "/openapi.json", "/sluice.svg"])(
    "%s loads from here alone, and can't be framed",
    async (path) => {
      const response = await fetch(runtime.url + path);
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject(COMMON);
      const policy = policyOf(response);
      for (const [directive, values] of policy) expect([["'none'"], ["'self'"]], directive).toContainEqual(values);
      for (const directive of ["default-src", "frame-ancestors", "base-uri"])
        expect(policy.get(directive), directive).toEqual(["'none'"]);
      for (const directive of ["script-src", "style-src", "img-src", "connect-src"])
        expect(policy.get(directive), directive).toEqual(["'self'"]);
    },
  );

  test.each(pages)("%s needs nothing that the policy forbids", async (file) => {
    const html = readFileSync(join(PUBLIC, file), "utf8");
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|<iframe|<object|<embed|<base/i);
    for (const [, attributes, code] of html.matchAll(/<script([^>]*)>(.*?)<\/script>/gis)) {
      expect(attributes).toMatch(/\ssrc="\/[^/]/);
      expect(code).toBe("");
    }
    const loaded = [...html.matchAll(/<(?:link|script|img)[^>]*\s(?:href|src)="([^"]*)"/gi)].map(
      ([, address]) => address!,
    );
    expect(loaded.length).toBeGreaterThan(0);
    for (const address of loaded) {
      expect(address).toMatch(/^\/[^/]/);
      expect((await fetch(runtime.url + address)).status, address).toBe(200);
    }
  });
});

describe("pages of the dashboard", () => {
  const PAGES = [
    "/",
    "/welcome",
    "/settings",
    "/settings/keys",
    "/environments/production/flags/a%2Fb%20c",
    "/environments/x",
  ];

  test.each(PAGES)("%s is one document, kept nowhere, with a nonce of its own", async (path) => {
    const nonces = new Set<string>();
    for (let n = 0; n < 3; n++) {
      const response = await fetch(runtime.url + path, { headers: { "If-None-Match": '"x"' } });
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        ...COMMON,
        "cache-control": "no-store",
        "content-type": "text/html; charset=utf-8",
        "cross-origin-opener-policy": "same-origin",
      });
      expect(response.headers.get("ETag")).toBeNull();
      const html = await response.text();
      const nonce = /<meta name="csp-nonce" nonce="([^"]+)"/.exec(html)?.[1] ?? "";
      expect(nonce).toMatch(/^[A-Za-z0-9+/]{24}$/);
      nonces.add(nonce);
      expect(response.headers.get("Content-Security-Policy")).toBe(
        `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; connect-src 'self'; ` +
          "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|__CSP_NONCE__/);
    }
    expect(nonces.size).toBe(3);
    const head = await fetch(runtime.url + path, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  test("its files never change, and one that is missing is a 404 that may be asked for again", async () => {
    const html = await (await fetch(`${runtime.url}/`)).text();
    const files = [...html.matchAll(/(?:src|href)="(\/app\/[^"]+)"/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      const response = await fetch(runtime.url + file);
      expect([file, response.status]).toEqual([file, 200]);
      expect(response.headers.get("Cache-Control")).toContain("immutable");
      expect(Object.fromEntries(response.headers)).toMatchObject(COMMON);
    }
    const missing = await fetch(`${runtime.url}/app/assets/index-00000000.js`);
    expect(missing.status).toBe(404);
    expect(missing.headers.get("Content-Type")).toBe("application/problem+json");
    expect(missing.headers.get("Cache-Control") ?? "").not.toContain("immutable");
  });

  test.each(["/app/", "/app/index.html", "/app", "/environments", "/settingsx", "/welcome/x", "/index.html", "/flags"])(
    "%s is no page",
    async (path) => {
      const response = await fetch(runtime.url + path, { redirect: "manual" });
      expect(response.status).toBe(404);
      expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    },
  );
});
