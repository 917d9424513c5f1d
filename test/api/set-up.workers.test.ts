import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import type { Bindings } from "../../src/api/bindings.ts";
import { createApp } from "../../src/api/mount.ts";

/* What isn't set up, or not well, is said: on /healthz by a code, in the log with what to do, and never with a value. */

const bindings = env as unknown as Bindings;

async function ask(path: string, settings: Partial<Bindings>, token?: string): Promise<Response> {
  const ctx = createExecutionContext();
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const request = new Request(`https://sluice.test${path}`, { headers });
  const response = await createApp().fetch(request, { ...bindings, ...settings }, ctx);
  await waitOnExecutionContext(ctx);
  return response;
}

const ACCESS = { ACCESS_TEAM_DOMAIN: "team.cloudflareaccess.com", ACCESS_AUD: "aud" };
const CASES: [string, Partial<Bindings>, string[]][] = [
  ["a root token", { ADMIN_TOKEN: "sixteen-letters." }, []],
  ["no root token", { ADMIN_TOKEN: "" }, ["admin-token-missing"]],
  ["no root token, but Access", { ADMIN_TOKEN: "", ...ACCESS }, []],
  ["a root token of 15 characters", { ADMIN_TOKEN: "fifteen-letters" }, ["admin-token-short"]],
  ["Access without its audience", { ACCESS_TEAM_DOMAIN: "team.cloudflareaccess.com" }, ["access-incomplete"]],
  ["roles that are no JSON", { ...ACCESS, ACCESS_ROLES: "zoe=admin" }, ["access-roles-unreadable"]],
  ["roles that there aren't", { ...ACCESS, ACCESS_ROLES: '{"zoe@example.com":"owner"}' }, ["access-roles-unreadable"]],
];

describe("/healthz", () => {
  test.each(CASES)("of %s", async (_, settings, problems) => {
    const logged = vi.spyOn(console, "warn").mockReturnValue();
    const response = await ask("/healthz", settings);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: problems.length > 0 ? "degraded" : "ok", problems });
    const said = JSON.stringify(logged.mock.calls);
    for (const value of ["fifteen", "zoe", "team."]) expect(said).not.toContain(value);
    logged.mockRestore();
  });
});

test("401: a root token of fewer than 16 characters isn't taken", async () => {
  expect((await ask("/admin/v1/me", { ADMIN_TOKEN: "fifteen-letters" }, "fifteen-letters")).status).toBe(401);
  expect((await ask("/admin/v1/me", { ADMIN_TOKEN: "sixteen-letters." }, "sixteen-letters.")).status).toBe(200);
});
