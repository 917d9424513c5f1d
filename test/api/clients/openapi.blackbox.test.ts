import createClient from "openapi-fetch";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { paths } from "../../../src/dashboard/app/openapi.d.ts";
import { type Runtime, startRuntime } from "../../support/runtime.ts";

/* A client whose types are made from the OpenAPI document: this file compiles only if the document says enough. */

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startRuntime();
});
afterAll(async () => runtime?.stop());

/** What an answer carries, or the end of the test with what it says instead. */
function body<T>({ data, error, response }: { data?: T; error?: unknown; response: Response }): T {
  if (data === undefined) throw new Error(`${response.status} ${JSON.stringify(error)}`);
  return data;
}

test("a typed client creates an environment, a flag and a key, rolls out, evaluates, and reads the log", async () => {
  const as = (token: string) =>
    createClient<paths>({ baseUrl: runtime.url, headers: { Authorization: `Bearer ${token}` } });
  const admin = as(runtime.adminToken);
  const env = "typed";
  const created = await admin.POST("/admin/v1/environments", { body: { name: env } });
  expect(body(created)).toMatchObject({ name: env, version: 1, flags: 0 });

  const made = await admin.PUT("/admin/v1/environments/{env}/flags/{key}", {
    params: { path: { env, key: "fast" } },
    body: { type: "boolean", variants: { on: true, off: false }, default: { variant: "off" } },
  });
  expect(made.response.status).toBe(201);
  const flag = { params: { path: { env, key: "fast" } } };
  const rolled = await admin.PUT("/admin/v1/environments/{env}/flags/{key}/rollout", {
    ...flag,
    body: { percentage: 100 },
  });
  expect(body(rolled)).toMatchObject({ flag: { default: { rollout: { percentage: 100 } } } });
  const stale = await admin.PUT("/admin/v1/environments/{env}/flags/{key}/rollout", {
    params: { ...flag.params, header: { "If-Match": made.response.headers.get("ETag") ?? "" } },
    body: { percentage: 0 },
  });
  expect(stale.error).toMatchObject({ status: 412, type: "/problems/version-conflict" });

  const batch = await admin.POST("/admin/v1/environments/{env}/changes", {
    params: { path: { env } },
    body: {
      changes: [
        { op: "putSegment", segment: { key: "staff", include: ["ada"] } },
        { op: "patchFlag", key: "fast", patch: { owner: "shop" } },
      ],
    },
  });
  const whole = body(batch);
  if (!("revision" in whole)) throw new Error("It waits for consent.");
  const { version, revision } = whole;
  expect(version).toBe(4);

  const key = await admin.POST("/admin/v1/environments/{env}/keys", {
    params: { path: { env } },
    body: { kind: "server", name: "shop" },
  });
  const application = as(body(key).secret ?? "");
  const served = await application.POST("/ofrep/v1/evaluate/flags/{key}", {
    params: { path: { key: "fast" }, query: { flagConfigEtag: revision } },
    body: { context: { targetingKey: "ada" } },
  });
  expect(body(served)).toMatchObject({ key: "fast", value: true, variant: "on", reason: "SPLIT" });

  const audit = await admin.GET("/admin/v1/environments/{env}/audit", { params: { path: { env }, query: {} } });
  const actions = body(audit).entries.map(({ action, target }) => `${action} ${target.key}`);
  expect(actions).toEqual(
    expect.arrayContaining(["setRollout fast", "patchFlag fast", "putSegment staff", "putFlag fast"]),
  );
});
