import { env } from "cloudflare:workers";
import { listDurableObjectIds } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { hashKey, mintKey } from "../../../src/api/keys.ts";
import { keyOf } from "../../../src/contract/snapshot.ts";
import type { EnvironmentObjects } from "../../../src/environment/environment.ts";
import type { Write } from "../../../src/environment/rpc.ts";
import type { WorkspaceObjects } from "../../../src/workspace/workspace.ts";
import { ROOT, send } from "../admin/client.ts";
import { type Answer, expectFailure, FLAGS, forged, newKey, ofrep, someAddress, type World, world } from "./caller.ts";

/* Who may evaluate, and what is told to those who may not. */

let here: World;
beforeAll(async () => {
  here = await world({ key: "f", clientSide: true });
});

/** An answer without its Request-Id. */
const bytes = ({ status, headers, text }: Answer): string =>
  JSON.stringify([status, [...headers].filter(([name]) => name !== "request-id"), text]);

describe("a valid key", () => {
  it("comes as Bearer or X-API-Key", async () => {
    expect((await ofrep(FLAGS, { headers: { Authorization: `Bearer ${here.client}` } })).status).toBe(200);
    expect((await ofrep(FLAGS, { headers: { Authorization: `bearer ${here.client}` } })).status).toBe(200);
    expect((await ofrep(FLAGS, { headers: { "X-API-Key": here.client } })).status).toBe(200);
    expect((await ofrep(FLAGS, { headers: { Authorization: "Basic eDp5", "X-API-Key": here.client } })).status).toBe(
      200,
    );
  });

  it("with both, Bearer wins", async () => {
    const headers = { "CF-Connecting-IP": someAddress() };
    const wrong = forged("server", here.name);
    expect((await ofrep(FLAGS, { key: here.client, headers: { ...headers, "X-API-Key": wrong } })).status).toBe(200);
    expectFailure(
      await ofrep(FLAGS, { key: wrong, headers: { ...headers, "X-API-Key": here.client } }),
      401,
      "GENERAL",
    );
  });

  it("works at once after it was made, and no more once it was deleted", async () => {
    const headers = { "CF-Connecting-IP": someAddress() };
    const made = await send("POST", `${here.path}/keys`, { body: { kind: "server", name: "short-lived" } });
    const { id, secret } = made.body as { id: string; secret: string };
    for (let i = 0; i < 3; i++) expect((await ofrep(FLAGS, { key: secret, headers })).status).toBe(200);
    expect((await send("DELETE", `${here.path}/keys/${id}`)).status).toBe(204);
    for (let i = 0; i < 3; i++) expectFailure(await ofrep(FLAGS, { key: secret, headers }), 401, "GENERAL");
    expect((await ofrep(FLAGS, { key: here.server, headers })).status).toBe(200);
  });

  it("stops although another request was the first to see the change", async () => {
    const headers = { "CF-Connecting-IP": someAddress() };
    const made = await send("POST", `${here.path}/keys`, { body: { kind: "server", name: "short-lived" } });
    const { id, secret } = made.body as { id: string; secret: string };
    expect((await ofrep(FLAGS, { key: secret, headers })).status).toBe(200);
    expect((await send("DELETE", `${here.path}/keys/${id}`)).status).toBe(204);
    expect((await ofrep(FLAGS, { key: here.server, headers })).status).toBe(200);
    for (let i = 0; i < 3; i++) expectFailure(await ofrep(FLAGS, { key: secret, headers }), 401, "GENERAL");
  });

  it("made elsewhere works at once, and deleted elsewhere stops within five seconds", async () => {
    const headers = { "CF-Connecting-IP": someAddress() };
    const own = await world({ key: "f" });
    const { environments } = await (env.WORKSPACE as unknown as WorkspaceObjects)
      .getByName(keyOf.workspaceObject)
      .map();
    const name = keyOf.environmentObject(own.name, environments[own.name]!);
    const object = (env.ENVIRONMENT as unknown as EnvironmentObjects).getByName(name);
    const write: Write = { actor: { id: "root", name: "root", via: "root" }, comment: "" };
    const secret = mintKey("server", own.name);
    expect((await ofrep(FLAGS, { key: own.server, headers })).status).toBe(200); // what is held is fresh

    const spec = { id: "elsewhere", kind: "server", name: "k", origins: [], hash: await hashKey(secret) } as const;
    expect(await object.createKey({ ...spec, origins: [] }, write)).toMatchObject({ ok: true });
    expect((await ofrep(FLAGS, { key: secret, headers })).status).toBe(200);
    expect(await object.deleteKey("elsewhere", write)).toMatchObject({ ok: true });
    await expect
      .poll(async () => (await ofrep(FLAGS, { key: secret, headers })).status, { timeout: 5000, interval: 100 })
      .toBe(401);
  });

  it("of a deleted environment, and of one made again under its name, is worth nothing", async () => {
    const headers = { "CF-Connecting-IP": someAddress() };
    const short = await world({ key: "f" });
    expect((await ofrep(FLAGS, { key: short.server, headers })).status).toBe(200);
    expect((await send("DELETE", `${short.path}?confirm=${short.name}`)).status).toBe(204);
    expectFailure(await ofrep(FLAGS, { key: short.server, headers }), 401, "GENERAL");
    expect((await send("POST", "/environments", { body: { name: short.name } })).status).toBe(201);
    expectFailure(await ofrep(FLAGS, { key: short.server, headers }), 401, "GENERAL");
    expect((await ofrep(FLAGS, { key: await newKey(short.path, "server"), headers })).body.flags).toEqual([]);
  });
});

describe("a refusal", () => {
  it("is the same for every reason, byte by byte but for the Request-Id", async () => {
    const headers = { "CF-Connecting-IP": someAddress() };
    for (const path of [FLAGS, `${FLAGS}/f`]) {
      const none = bytes(await ofrep(path, { headers }));
      const reasons = [
        "nonsense",
        "slc_client_",
        `slc_client_${here.name}_short`,
        forged("client", here.name),
        forged("server", here.name),
        forged("client", "no-such-environment"),
        "slc_admin_wrong",
      ];
      for (const key of reasons) expect(bytes(await ofrep(path, { headers, key })), key).toBe(none);
    }
  });

  it("of an unknown environment reads nothing and makes no object", async () => {
    const before = (await listDurableObjectIds(env.ENVIRONMENT)).length;
    const headers = { "CF-Connecting-IP": someAddress() };
    for (const name of ["never-was", "constructor", "a".repeat(32), "-"])
      expectFailure(await ofrep(FLAGS, { headers, key: forged("server", name) }), 401, "GENERAL");
    expect((await listDurableObjectIds(env.ENVIRONMENT)).length).toBe(before);
  });

  it("403 for an admin token: a right credential of the wrong kind", async () => {
    expectFailure(await ofrep(FLAGS, { key: ROOT }), 403, "GENERAL");
  });
});

describe("failed attempts", () => {
  it("429 after 20 in a minute from one network, while a valid key is never refused", async () => {
    const headers = { "CF-Connecting-IP": "2001:db8:aaaa:bbbb::1" };
    const neighbour = { "CF-Connecting-IP": "2001:db8:aaaa:bbbb:ffff::2" };
    const other = { "CF-Connecting-IP": "2001:db8:aaaa:cccc::1" };
    const key = forged("client", here.name);
    for (let i = 0; i < 20; i++) expectFailure(await ofrep(FLAGS, { key, headers }), 401, "GENERAL");
    const limited = await ofrep(FLAGS, { key, headers: neighbour });
    expectFailure(limited, 429, "GENERAL");
    expect(Number(limited.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
    expect(limited.headers.get("WWW-Authenticate")).toBeNull();
    expectFailure(await ofrep(`${FLAGS}/f`, { key, headers }), 429, "GENERAL", "f");
    expectFailure(await ofrep(FLAGS, { key, headers: other }), 401, "GENERAL");
    expect((await ofrep(FLAGS, { key: here.client, headers })).status).toBe(200);
    expectFailure(await ofrep(FLAGS, { headers }), 401, "GENERAL"); // nothing was attempted
  });
});
