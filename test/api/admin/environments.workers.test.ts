import { exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import {
  booleanFlag,
  environment,
  expectOwnHeaders,
  expectProblem,
  expectWritten,
  send,
  stateOf,
  TIME,
  wholeFlag,
} from "./client.ts";

type View = { name: string; version: number; revision: string; flags: number };
type List = { environments: View[]; cursor?: string };

function view(name: string, changes: Record<string, unknown> = {}): unknown {
  return {
    name,
    description: "",
    production: false,
    sites: [],
    version: expect.any(Number),
    revision: expect.stringMatching(/^[a-z0-9]{12}\.\d+$/),
    flags: 0,
    propagated: { relays: 0, of: 0 },
    sampling: { enabled: false, redact: [], hash: [] },
    requiresApproval: 0,
    approvalBy: "any",
    createdAt: TIME,
    ...changes,
  };
}

let made = 0;
const fresh = (): string => `made-here-${++made}`;

describe("POST an environment", () => {
  test("201: it is there at once, empty", async () => {
    const name = fresh();
    const answer = await send("POST", "/environments", { body: { name, description: "For us", comment: "Begin" } });
    const { version, revision, etag } = expectWritten(answer, 201);
    expect(answer.body).toEqual(view(name, { description: "For us", version, revision }));
    expect(etag).toBe(`"${revision}"`);
    expect(answer.headers.get("Location")).toBe(`/admin/v1/environments/${name}`);
    expect((await send("GET", `/environments/${name}`)).body).toEqual(answer.body);
    expect((await send("GET", `/environments/${name}/flags`)).body).toEqual({ flags: [] });
  });

  test("201: as a copy it has the flags and segments of the other, and neither its keys nor its history", async () => {
    const { name: source, path } = await environment();
    await send("PUT", `${path}/segments/staff`, { body: { include: ["user-1", "user-2"] } });
    const rules = [{ when: { segment: "staff" }, serve: { variant: "on" } }];
    await send("PUT", `${path}/flags/f`, { body: booleanFlag({ rules, owner: "me" }) });
    await send("PUT", `${path}/flags/old`, { body: booleanFlag() });
    await send("DELETE", `${path}/flags/old`);
    await send("POST", `${path}/keys`, { body: { kind: "server", name: "k" } });
    const before = await stateOf(path);

    const name = fresh();
    const answer = await send("POST", "/environments", { body: { name, copyFrom: source, description: "A copy" } });
    expectWritten(answer, 201);
    expect(answer.body).toEqual(view(name, { flags: 1, description: "A copy" }));
    expect((await send("GET", `/environments/${name}`)).body).toEqual(answer.body);
    const copy = `/environments/${name}`;
    const always = { name: "", window: { from: null, until: null } };
    const flag = wholeFlag("f", { rules: [{ id: "rule-1", ...always, ...rules[0] }], owner: "me" });
    expect((await send("GET", `${copy}/flags`)).body).toEqual({ flags: [expect.objectContaining({ flag })] });
    expect((await send("GET", `${copy}/segments/staff`)).body).toMatchObject({
      segment: { include: ["user-1", "user-2"] },
    });
    expect((await send("GET", `${copy}/keys`)).body).toEqual({ keys: [] });
    expect(await stateOf(path)).toBe(before);

    await send("DELETE", `${copy}/flags/f`);
    expect(await stateOf(path)).toBe(before);
  });

  test("409: there is one of this name", async () => {
    const { name, path } = await environment();
    const before = await stateOf(path);
    expectProblem(await send("POST", "/environments", { body: { name, description: "Other" } }), "conflict");
    expect(await stateOf(path)).toBe(before);
  });

  test("422: a name that can't be one, or a source that isn't there", async () => {
    for (const [body, at] of [
      [{}, "/name"],
      [{ name: "" }, "/name"],
      [{ name: "Production" }, "/name"],
      [{ name: "a_b" }, "/name"],
      [{ name: "é" }, "/name"],
      [{ name: "x".repeat(33) }, "/name"],
      [{ name: 1 }, "/name"],
      [{ name: fresh(), description: "x".repeat(4097) }, "/description"],
      [{ name: fresh(), copyFrom: "nowhere" }, "/copyFrom"],
      [{ name: fresh(), copyFrom: "No Where" }, "/copyFrom"],
    ] as const) {
      expectProblem(await send("POST", "/environments", { body }), "invalid", [{ path: at }]);
      if (typeof body.name === "string")
        expect((await send("GET", `/environments/${body.name || "-"}`)).status).toBe(404);
    }
    expectWritten(await send("POST", "/environments", { body: { name: "x".repeat(32) } }), 201);
  });
});

describe("an environment on demand", () => {
  const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

  test("201: it has its end and two keys, told once; a PATCH moves the end, and the log says so", async () => {
    const name = fresh();
    const [first, later] = [inDays(2), inDays(9)];
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const body = { name, expiresAt: first };
    const answer = await send("POST", "/environments", { body, headers });
    expectWritten(answer, 201);
    const secret = (kind: string): unknown => expect.stringMatching(new RegExp(`^slc_${kind}_${name}_[0-9a-f]{40}$`));
    const keys = { client: secret("client"), server: secret("server") };
    expect(answer.body).toEqual(view(name, { expiresAt: first, keys }));
    const again = await send("POST", "/environments", { body, headers });
    expect(again.body).toEqual(view(name, { expiresAt: first }));
    const path = `/environments/${name}`;
    expect((await send("GET", path)).body).toEqual(again.body);
    const { keys: listed } = (await send("GET", `${path}/keys`)).body as { keys: { kind: string }[] };
    expect(listed.map(({ kind }) => kind).toSorted()).toEqual(["client", "server"]);
    const { keys: held } = answer.body as { keys: { server: string } };
    const asked = await exports.default.fetch("https://sluice.example/ofrep/v1/evaluate/flags", {
      method: "POST",
      headers: { Authorization: `Bearer ${held.server}`, "Content-Type": "application/json" },
      body: JSON.stringify({ context: {} }),
    });
    expect(asked.status).toBe(200);
    await asked.body?.cancel();

    expectWritten(await send("PATCH", path, { body: { expiresAt: later } }), 200);
    expect((await send("GET", path)).body).toMatchObject({ expiresAt: later });
    expect((await send("GET", `${path}/audit?limit=1`)).body).toMatchObject({
      entries: [{ action: "patchEnvironment", before: { expiresAt: first }, after: { expiresAt: later } }],
    });
  });

  test("422: production, times that have passed or are too far, and an end for what was made without", async () => {
    for (const [body, at] of [
      [{ name: fresh(), expiresAt: inDays(2), production: true }, "/expiresAt"],
      [{ name: "production", expiresAt: inDays(2) }, "/expiresAt"],
      [{ name: fresh(), expiresAt: inDays(-1) }, "/expiresAt"],
      [{ name: fresh(), expiresAt: inDays(400) }, "/expiresAt"],
      [{ name: fresh(), expiresAt: "tomorrow" }, "/expiresAt"],
      [{ name: fresh(), expiresAt: null }, "/expiresAt"],
    ] as const)
      expectProblem(await send("POST", "/environments", { body }), "invalid", [{ path: at }]);
    const { path } = await environment();
    const lasting = await send("PATCH", path, { body: { expiresAt: inDays(2) } });
    expectProblem(lasting, "invalid", [{ path: "/expiresAt" }]);
    const name = fresh();
    expectWritten(await send("POST", "/environments", { body: { name, expiresAt: inDays(2) } }), 201);
    const marked = await send("PATCH", `/environments/${name}`, { body: { production: true } });
    expectProblem(marked, "invalid", [{ path: "/production" }]);
  });
});

describe("GET environments", () => {
  test("200: one, with its version and how many flags it has", async () => {
    const { name, path } = await environment();
    for (const key of ["a", "b", "c"]) await send("PUT", `${path}/flags/${key}`, { body: booleanFlag() });
    const { version, revision } = expectWritten(await send("DELETE", `${path}/flags/a`), 200);
    const answer = await send("GET", path);
    expect(answer.status).toBe(200);
    expectOwnHeaders(answer);
    expect(answer.body).toEqual(view(name, { version, revision, flags: 2 }));
    expect(answer.headers.get("ETag")).toBe(`"${revision}"`);
  });

  test("404: there is none", async () => {
    for (const name of ["nowhere", "No%20Where", "%00", "a%2Fb", "__proto__", "x".repeat(300)])
      expectProblem(await send("GET", `/environments/${name}`), "not-found");
  });

  test("200: all, sorted by name, in pages", async () => {
    for (const name of ["zz-last", "00-first", "zz-later"]) await send("POST", "/environments", { body: { name } });
    const all = (await send("GET", "/environments")).body as List;
    const names = all.environments.map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    expect(names.filter((name) => /^zz|^00/.test(name))).toEqual(["00-first", "zz-last", "zz-later"]);
    expect(all.environments.at(-1)).toEqual((await send("GET", "/environments/zz-later")).body);
    const seen: View[] = [];
    let query = "?limit=2";
    for (;;) {
      const page = (await send("GET", `/environments${query}`)).body as List;
      seen.push(...page.environments);
      if (page.cursor === undefined) break;
      query = `?limit=2&cursor=${page.cursor}`;
    }
    expect(seen).toEqual(all.environments);
  });
});

describe("PATCH an environment", () => {
  test("200: its description", async () => {
    const { name, path } = await environment();
    const answer = await send("PATCH", path, { body: { description: "Ours", comment: "Say what it is" } });
    expectWritten(answer, 200);
    expect(answer.body).toEqual(view(name, { description: "Ours" }));
    expect((await send("GET", path)).body).toEqual(answer.body);
    expect((await send("PATCH", path)).body).toEqual(answer.body);
    const { environments } = (await send("GET", "/environments?limit=500")).body as List;
    expect(environments.find((one) => one.name === name)).toEqual(answer.body);
  });

  test("description and settings together are one write: one version, one entry, one precondition, one replay", async () => {
    const { name, path } = await environment();
    const { version, etag } = expectWritten(await send("PATCH", path, { body: { description: "First" } }), 200);
    const both = { description: "Ours", sampling: { enabled: true, redact: ["email"] }, comment: "both" };
    const headers = { "If-Match": etag, "Idempotency-Key": crypto.randomUUID() };
    const answer = await send("PATCH", path, { body: both, headers });
    expect(expectWritten(answer, 200).version).toBe(version + 1);
    const sampling = { enabled: true, redact: ["email"], hash: [] };
    expect(answer.body).toEqual(view(name, { description: "Ours", sampling, version: version + 1 }));
    const { entries } = (await send("GET", `${path}/audit?limit=1`)).body as { entries: unknown[] };
    expect(entries).toMatchObject([
      {
        version: version + 1,
        action: "patchEnvironment",
        comment: "both",
        before: { description: "First", sampling: { enabled: false } },
        after: { description: "Ours", sampling },
      },
    ]);

    const before = await stateOf(path);
    const stale = { "If-Match": etag };
    const other = { description: "Theirs", sampling: { enabled: false } };
    expectProblem(await send("PATCH", path, { body: other, headers: stale }), "version-conflict");
    expect(await stateOf(path)).toBe(before);
    expectWritten(await send("PATCH", path, { body: { description: "Later" } }), 200);
    const later = await stateOf(path);
    const again = await send("PATCH", path, { body: both, headers });
    expect([again.headers.get("Idempotent-Replay"), again.text]).toEqual(["true", answer.text]);
    expect(await stateOf(path)).toBe(later);
  });

  test("412: it has changed meanwhile. 422: what can't be changed", async () => {
    const { path } = await environment();
    const { etag } = expectWritten(await send("PUT", `${path}/flags/f`, { body: booleanFlag() }), 201);
    await send("PATCH", `${path}/flags/f`, { body: { owner: "me" } });
    const before = await stateOf(path);
    const headers = { "If-Match": etag };
    expectProblem(await send("PATCH", path, { body: { description: "A" }, headers }), "version-conflict");
    for (const [body, at] of [
      [{ name: "other" }, "/name"],
      [{ description: null }, "/description"],
      [{ flags: 3 }, "/flags"],
    ] as const)
      expectProblem(await send("PATCH", path, { body }), "invalid", [{ path: at }]);
    expect(await stateOf(path)).toBe(before);
    const current = (await send("GET", path)).headers.get("ETag")!;
    expectWritten(await send("PATCH", path, { body: { description: "A" }, headers: { "If-Match": current } }), 200);
  });
});

describe("DELETE an environment", () => {
  test("204: only with its name said twice; nothing of it is left, and its name is free", async () => {
    const { name, path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const { revision } = (await send("GET", path)).body as View;
    const before = await stateOf(path);
    for (const query of ["", "?confirm=", "?confirm=other", `?confirm=${name}x`])
      expectProblem(await send("DELETE", path + query), "invalid", [{ path: "/confirm" }]);
    expectProblem(await send("DELETE", `${path}?Confirm=${name}`), "invalid", [{ path: "/Confirm" }]);
    expect(await stateOf(path)).toBe(before);

    const answer = await send("DELETE", `${path}?confirm=${name}`);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expectOwnHeaders(answer);
    expectProblem(await send("GET", path), "not-found");
    expectProblem(await send("GET", `${path}/flags/f`), "not-found");
    expectProblem(await send("DELETE", `${path}?confirm=${name}`), "not-found");
    const { environments } = (await send("GET", "/environments?limit=500")).body as List;
    expect(environments.map((one) => one.name)).not.toContain(name);

    expectWritten(await send("POST", "/environments", { body: { name } }), 201);
    expect((await send("GET", `${path}/flags`)).body).toEqual({ flags: [] });
    expect(((await send("GET", path)).body as View).revision.split(".")[0]).not.toBe(revision.split(".")[0]);
  });

  test("412: it has changed meanwhile", async () => {
    const { name, path } = await environment();
    const etag = (await send("GET", path)).headers.get("ETag")!;
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const headers = { "If-Match": etag };
    expectProblem(await send("DELETE", `${path}?confirm=${name}`, { headers }), "version-conflict");
    expect((await send("GET", `${path}/flags/f`)).status).toBe(200);
  });
});

test("production and sites are settings; an environment named production is one unless somebody says else", async () => {
  const { path } = await environment();
  const sites = ["https://shop.example", "http://localhost:3000"];
  expect((await send("GET", path)).body).toMatchObject({ production: false, sites: [] });
  const changed = await send("PATCH", path, { body: { production: true, sites } });
  expect([changed.status, changed.body]).toMatchObject([200, { production: true, sites }]);
  expect((await send("PATCH", path, { body: { description: "d" } })).body).toMatchObject({ production: true, sites });
  expect((await send("GET", path)).body).toMatchObject({ production: true, sites });
  const { body } = await send("GET", `${path}/audit`);
  expect(body).toMatchObject({
    entries: [
      {},
      { action: "patchEnvironment", before: { production: false, sites: [] }, after: { production: true } },
      {},
    ],
  });
  for (const wrong of [["https://shop.example/path"], ["shop.example"], "https://shop.example"])
    expect((await send("PATCH", path, { body: { sites: wrong } })).status).toBe(422);
  expect((await send("PATCH", path, { body: { production: "yes" } })).status).toBe(422);

  const name = `said-${crypto.randomUUID().slice(0, 8)}`;
  const said = await send("POST", "/environments", { body: { name, production: true, sites } });
  expect([said.status, said.body]).toMatchObject([201, { production: true, sites }]);
  const production = await send("POST", "/environments", { body: { name: "production" } });
  expect([production.status, production.body]).toMatchObject([201, { production: true }]);
  const not = await send("PATCH", "/environments/production", { body: { production: false } });
  expect(not.body).toMatchObject({ production: false });
  expect((await send("DELETE", "/environments/production?confirm=production")).status).toBe(204);
});
