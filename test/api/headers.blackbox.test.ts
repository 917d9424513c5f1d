import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

/* Security headers, as a started server sends them: also with the files that the Worker is never asked for. */

const PUBLIC = join(ROOT, "public");
const pages = readdirSync(PUBLIC, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".html"));

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
  test.each(["/", "/docs/", "/docs/docs.js", "/docs/docs.css", "/openapi.json", "/start.css", "/sluice.svg"])(
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
