import { env as bound } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { createApp } from "../../../src/api/mount.ts";
import type { Bindings } from "../../../src/api/bindings.ts";
import { openOverride } from "../../../src/core/override.ts";
import { booleanFlag, environment, expectProblem, expectWritten, ROOT, send, stateOf, TIME } from "./client.ts";
import { as, newToken } from "./tokens.ts";

/* Texts that let a tester see a variant: who may have one made, of what, for how long, and that it is written down. */

const SECRET = "override-secret";
const DAY = 86_400_000;

async function withFlag(): Promise<{ name: string; path: string }> {
  const here = await environment();
  expect((await send("PUT", `${here.path}/flags/new-checkout`, { body: booleanFlag() })).status).toBe(201);
  return here;
}
type Made = { flag: string; variant: string; expiresAt: string; override: string };
const BODY = { flag: "new-checkout", variant: "on" };

describe("POST an override", () => {
  test("201: a text that opens this variant of this flag here, for a day", async () => {
    const { name, path } = await withFlag();
    const answer = await send("POST", `${path}/overrides`, { body: BODY });
    expectWritten(answer, 201);
    const { override, expiresAt, ...rest } = answer.body as Made;
    expect(rest).toEqual(BODY);
    const end = Date.parse(expiresAt);
    expect(Math.abs(end - Date.now() - DAY)).toBeLessThan(60_000);
    expect(openOverride(override, "new-checkout", name, SECRET, Date.now())).toBe("on");
    expect(openOverride(override, "new-checkout", name, SECRET, end)).toBeUndefined();
    expect(openOverride(override, "new-checkout", "another", SECRET, Date.now())).toBeUndefined();
  });

  test("for as long as is said, 7 days at most", async () => {
    const { path } = await withFlag();
    const until = (ms: number) => ({ ...BODY, expiresAt: new Date(Date.now() + ms).toISOString() });
    const week = await send("POST", `${path}/overrides`, { body: until(7 * DAY) });
    expectWritten(week, 201);
    for (const ms of [7 * DAY + 60_000, -1, -DAY])
      expectProblem(await send("POST", `${path}/overrides`, { body: until(ms) }), "invalid", [{ path: "/expiresAt" }]);
  });

  test("makes no version, changes nothing, and is in the log of the flag", async () => {
    const { path } = await withFlag();
    const before = await stateOf(path);
    const operator = as((await newToken("operator", ["*"])).secret);
    const answer = await operator("POST", `${path}/overrides`, { body: { ...BODY, comment: "for the demo" } });
    const { expiresAt, override } = answer.body as Made;
    expect(await stateOf(path)).toBe(before);
    const { entries } = (await send("GET", `${path}/flags/new-checkout/history`)).body as { entries: object[] };
    expect(entries[0]).toMatchObject({
      action: "createOverride",
      target: { kind: "flag", key: "new-checkout" },
      actor: { via: "token" },
      comment: `on until ${expiresAt}: for the demo`,
      version: 2,
      before: null,
      after: null,
      at: TIME,
    });
    expect(JSON.stringify(entries)).not.toContain(override);
    expect((await send("GET", `${path}/audit/verify`)).body).toMatchObject({ ok: true });
    const { versions } = (await send("GET", `${path}/versions`)).body as { versions: { version: number }[] };
    expect(versions.map(({ version }) => version)).toEqual([2, 1]);
    expect((await send("GET", `${path}/versions/2`)).body).toMatchObject({ flags: [{ key: "new-checkout" }] });
    expect((await send("POST", `${path}/versions/2/restore`)).headers.get("Sluice-Version")).toBe("2");
  });

  test("under an Idempotency-Key it is made once, and the replay doesn't show it", async () => {
    const { path } = await withFlag();
    const post = () =>
      send("POST", `${path}/overrides`, {
        body: BODY,
        headers: { "Idempotency-Key": "k", Authorization: `Bearer ${ROOT}` },
      });
    const [first, second] = [await post(), await post()];
    expect(second.headers.get("Idempotent-Replay")).toBe("true");
    const { override, ...rest } = first.body as Made;
    expect(override).toMatch(/^v1\./);
    expect(second.body).toMatchObject({ flag: rest.flag, variant: rest.variant });
    expect(second.body).not.toHaveProperty("override");
    const { entries } = (await send("GET", `${path}/audit?action=createOverride`)).body as { entries: object[] };
    expect(entries).toHaveLength(1);
  });

  test("422: no such flag, no such variant, an archived flag", async () => {
    const { path } = await withFlag();
    const post = (body: object) => send("POST", `${path}/overrides`, { body });
    expectProblem(await post({ ...BODY, flag: "never-was" }), "invalid", [{ path: "/flag" }]);
    expectProblem(await post({ ...BODY, variant: "purple" }), "invalid", [{ path: "/variant" }]);
    expectProblem(await post({ ...BODY, variant: "toString" }), "invalid", [{ path: "/variant" }]);
    expectProblem(await post({ ...BODY, more: 1 }), "invalid", [{ path: "/more" }]);
    expectProblem(await post({}), "invalid", [{ path: "/flag" }, { path: "/variant" }]);
    expect((await send("DELETE", `${path}/flags/new-checkout`)).status).toBe(200);
    expectProblem(await post(BODY), "invalid", [{ path: "/flag" }]);
  });

  test("409: the secret isn't set, so there are none", async () => {
    const { path } = await withFlag();
    const { OVERRIDE_SECRET: _, ...unset } = bound as unknown as Bindings;
    const ctx = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} } as never;
    const headers = { Authorization: `Bearer ${ROOT}`, "Content-Type": "application/json" };
    for (const env of [unset, { ...unset, OVERRIDE_SECRET: "" }]) {
      const request = new Request(`https://sluice.test/admin/v1${path}/overrides`, {
        method: "POST",
        headers,
        body: JSON.stringify(BODY),
      });
      expect((await createApp().fetch(request, env, ctx)).status).toBe(409);
    }
  });
});
