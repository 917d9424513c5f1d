import { exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import { type Answer, booleanFlag, environment, ROOT, send } from "./client.ts";
import { as, newToken } from "./tokens.ts";

/*
 * The routes of the OpenFeature CLI, asked as that asks: its own run against a started Sluice is
 * test/languages/openfeature-cli.
 */

const at = (path: string): string => `${path}/openfeature/v0/manifest`;

function expectError({ status, headers, body }: Answer, expected: number, fields?: string[]): void {
  expect([status, headers.get("Content-Type")]).toEqual([expected, "application/json"]);
  expect(body).toEqual({
    error: {
      message: expect.stringMatching(/^\S.*\.|\/$/s),
      status: expected,
      ...(fields && { details: fields.map((field) => ({ field, message: expect.any(String) })) }),
    },
  });
}

/** The same at the address that has no environment. */
async function below(query: string, token = ROOT): Promise<{ status: number; body: unknown }> {
  const headers = { Authorization: `Bearer ${token}` };
  const response = await exports.default.fetch(
    new Request(`https://sluice.test/openfeature/v0/manifest${query}`, { headers }),
  );
  return { status: response.status, body: await response.json() };
}

test("every flag has its type and the value that code falls back to; archived ones are absent", async () => {
  const { name, path } = await environment();
  const numbers = (...values: number[]) => ({
    type: "number",
    variants: Object.fromEntries(values.map((value, index) => [`v${index}`, value])),
    default: { variant: "v0" },
  });
  await send("PUT", `${path}/flags/on`, { body: booleanFlag({ offVariant: "on", description: "Words" }) });
  await send("PUT", `${path}/flags/whole`, { body: numbers(3, 4) });
  await send("PUT", `${path}/flags/part`, { body: { ...numbers(3, 4.5), default: { codeDefault: true } } });
  await send("PUT", `${path}/flags/Object`, {
    body: { type: "object", variants: { a: { x: 1 } }, default: { variant: "a" } },
  });
  await send("PUT", `${path}/flags/gone`, { body: booleanFlag() });
  await send("DELETE", `${path}/flags/gone`);
  const answer = await send("GET", at(path));
  const flags = [
    { key: "Object", type: "object", defaultValue: { x: 1 } },
    { key: "on", type: "boolean", defaultValue: true, description: "Words" },
    { key: "part", type: "float", defaultValue: 0 },
    { key: "whole", type: "integer", defaultValue: 3 },
  ];
  expect([answer.status, answer.body]).toEqual([200, { flags }]);
  expect(answer.headers.get("X-Manifest-Capabilities")).toBe("read,write");
  const viewer = await newToken("viewer", [name]);
  const seen = await as(viewer.secret)("GET", at(path));
  expect([seen.status, seen.headers.get("X-Manifest-Capabilities")]).toEqual([200, "read"]);
  expect(await below(`?environment=${name}`)).toEqual({ status: 200, body: { flags } });
  expect(await below("", viewer.secret)).toEqual({ status: 200, body: { flags } });
});

test("what is pushed serves its value to everybody, enabled or not, and goes by a key of any characters", async () => {
  const { path } = await environment();
  const pushed = [
    { key: "yes", type: "boolean", defaultValue: true, description: "Words" },
    { key: "no", type: "boolean", defaultValue: false },
    { key: "a b/ü", type: "string", defaultValue: "" },
    { key: "count", type: "integer", defaultValue: -7 },
    { key: "ratio", type: "float", defaultValue: 1.5 },
    { key: "shape", type: "object", defaultValue: { a: [null, 1] } },
  ];
  for (const one of pushed) {
    const answer = await send("POST", `${at(path)}/flags`, { body: { ...one, name: "not kept" } });
    expect([answer.status, answer.body]).toEqual([201, { flag: one, updatedAt: expect.any(String) }]);
  }
  const { body } = await send("GET", at(path));
  expect(body).toEqual({ flags: pushed.toSorted((a, b) => (a.key < b.key ? -1 : 1)) });
  for (const { key, defaultValue } of pushed) {
    for (const state of ["enable", "disable"]) {
      await send("POST", `${path}/flags/${encodeURIComponent(key)}/${state}`);
      const { body: served } = await send("POST", `${path}/evaluate`, { body: { context: {}, flag: key } });
      expect(served).toMatchObject({ flags: [{ key, value: defaultValue }] });
    }
  }
  const words = { ...pushed[3]!, description: "Others" };
  const answer = await send("PUT", `${at(path)}/flags/count`, { body: words });
  expect([answer.status, answer.body]).toMatchObject([200, { flag: words }]);
  const without = await send("PUT", `${at(path)}/flags/count`, { body: { key: "count", type: "integer" } });
  expect(without.body).toMatchObject({ flag: pushed[3] });
});

test("a manifest changes nobody's value: 409 that names the page, or the change request", async () => {
  const { name, path } = await environment();
  await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
  const put = (body: object, key = "f") => send("PUT", `${at(path)}/flags/${key}`, { body: { key, ...body } });
  for (const body of [{ type: "boolean", defaultValue: true }, { type: "string" }]) {
    const answer = await put(body);
    expectError(answer, 409);
    expect(answer.text).toContain(`/environments/${name}/flags/f`);
  }
  expectError(
    await send("POST", `${at(path)}/flags`, { body: { key: "f", type: "boolean", defaultValue: true } }),
    409,
  );
  await send("DELETE", `${path}/flags/f`);
  expectError(
    await send("POST", `${at(path)}/flags`, { body: { key: "f", type: "boolean", defaultValue: true } }),
    409,
  );
  expectError(await put({ type: "boolean" }), 409);
  expectError(await put({ type: "boolean" }, "never"), 404);
  await send("PATCH", path, { body: { requiresApproval: 1 } });
  const waits = await send("POST", `${at(path)}/flags`, { body: { key: "g", type: "boolean", defaultValue: true } });
  expectError(waits, 409);
  expect(waits.text).toMatch(/change request cr-\w+/);
  expect((await send("GET", at(path))).body).toEqual({ flags: [] });
});

test("every refusal is as the CLI reads it", async () => {
  const { name, path } = await environment();
  const body = { key: "f", type: "integer", defaultValue: 1.5, tags: [] };
  expectError(await send("POST", `${at(path)}/flags`, { body }), 422, ["/tags", "/defaultValue"]);
  expectError(await send("POST", `${at(path)}/flags`, { body: { key: "f", type: "string" } }), 422, ["/defaultValue"]);
  expectError(await send("POST", `${at(path)}/flags`, { body: "{" }), 400);
  expectError(await send("PUT", `${at(path)}/flags/f`, { body: { key: "g", type: "string" } }), 422, ["/key"]);
  const viewer = as((await newToken("viewer", [name])).secret);
  expectError(await viewer("POST", `${at(path)}/flags`, { body }), 403);
  expectError(await viewer("GET", at("/environments/elsewhere")), 403);
  expectError(await send("GET", at("/environments/never")), 404);
  const headers = { Authorization: "Bearer slc_admin_wrong" };
  expectError(await send("GET", at(path), { headers }), 401);
  expect(await below("")).toMatchObject({ status: 400, body: { error: { status: 400 } } });
  expect(await below("", "slc_admin_wrong")).toMatchObject({ status: 401, body: { error: { status: 401 } } });
  expect(await below("?environment=never")).toMatchObject({ status: 404, body: { error: { status: 404 } } });
});
