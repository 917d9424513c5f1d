import { env } from "cloudflare:workers";
import { reset, runInDurableObject } from "cloudflare:test";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { NATIVE } from "../../../src/contract/interchange.ts";
import { ADMIN_ROUTES, type Operation } from "../../../src/contract/routes.ts";
import { keyOf } from "../../../src/contract/snapshot.ts";
import { Environment } from "../../../src/environment/environment.ts";
import { ASKED, furnished, OPERATIONS, request } from "./asked.ts";
import { type Answer, booleanFlag, environment, expectProblem, send, stateOf } from "./client.ts";
import { as, bytesOf, newToken } from "./tokens.ts";

const HOUR = 3_600_000;
const newKey = (): Record<string, string> => ({ "Idempotency-Key": crypto.randomUUID() });
const replayed = ({ headers }: Answer): boolean => headers.get("Idempotent-Replay") === "true";

/** An answer as its replay is to be: marked as one, without the secret, and else the same byte by byte. */
function asReplay({ status, headers, text, body }: Answer): string {
  const marked = new Headers(headers);
  marked.set("Idempotent-Replay", "true");
  type Once = { secret?: string; override?: string; token?: string };
  const { secret: _s, override: _o, token: _t, ...rest } = (body ?? {}) as Once;
  return bytesOf({ status, headers: marked, text: text === "" ? "" : JSON.stringify(rest), body });
}

/** The environment's own object. */
async function objectOf(name: string): Promise<DurableObjectStub> {
  const { incarnation } = (await env.WORKSPACE.getByName(keyOf.workspaceObject).environment(name))!;
  return env.ENVIRONMENT.getByName(keyOf.environmentObject(name, incarnation));
}

/** Writes that may be refused are none; neither are those that only look. */
const WRITES = OPERATIONS.filter(
  (operation) =>
    ADMIN_ROUTES[operation][0] !== "GET" &&
    !["evaluate", "preview", "previewPlan", "createSession", "deleteSession"].includes(operation) &&
    ASKED[operation].status < 400,
);

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});
afterAll(() => reset());

describe("a write that is sent again with its Idempotency-Key is made once", () => {
  test.each(WRITES)("%s", async (operation: Operation) => {
    const world = await furnished(operation);
    const key = newKey();
    const first = await request(operation, send, world.name, world, key);
    expect(first.status).toBe(ASKED[operation].status);
    expect(replayed(first)).toBe(false);
    const gone = operation === "deleteEnvironment";
    // Something else happens in between, so that making it again would show.
    if (!gone) await send("PUT", `${world.path}/flags/between`, { body: booleanFlag() });
    const before = gone ? "" : await stateOf(world.path);
    const again = await request(operation, send, world.name, world, key);
    expect(bytesOf(again)).toBe(asReplay(first));
    if (!gone) expect(await stateOf(world.path)).toBe(before);
  });

  test("also when nothing changed, and when what it changed was changed since", async () => {
    const { path } = await furnished();
    const key = newKey();
    const enable = () => send("POST", `${path}/flags/f/enable`, { headers: key });
    const first = await enable();
    await send("POST", `${path}/flags/f/disable`);
    expect(bytesOf(await enable())).toBe(asReplay(first));
    expect((await send("GET", `${path}/flags/f`)).body).toMatchObject({ flag: { enabled: false } });
  });

  test("also under a precondition that it has itself made stale", async () => {
    const { path } = await furnished();
    const headers = { ...newKey(), "If-Match": (await send("GET", `${path}/flags/f`)).headers.get("ETag")! };
    const disable = () => send("POST", `${path}/flags/f/disable`, { headers });
    const first = await disable();
    expect(first.status).toBe(200);
    expect(bytesOf(await disable())).toBe(asReplay(first));
  });

  test("also when both come at the same time", async () => {
    const { path } = await furnished();
    const key = newKey();
    const body = { kind: "server", name: "k" };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => send("POST", `${path}/keys`, { body, headers: key })),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(answers.filter(replayed).length).toBe(4);
    expect(answers.filter(({ text }) => text.includes('"secret"')).length).toBe(1);
    expect(((await send("GET", `${path}/keys`)).body as { keys: unknown[] }).keys.length).toBe(2);
  });

  test("also a large one: members are kept once", async () => {
    const { name, path } = await furnished();
    const key = newKey();
    const members = Array.from({ length: 50_000 }, (_, i) => `member-${i}-${"x".repeat(40)}`);
    const put = () => send("PUT", `${path}/segments/large`, { body: { include: members }, headers: key });
    const first = await put();
    expect(first.status).toBe(201);
    expect(bytesOf(await put())).toBe(asReplay(first));
    const kept = await runInDurableObject(await objectOf(name), (_, { storage }) =>
      storage.sql.exec<{ bytes: number }>("SELECT sum(length(content)) AS bytes FROM replays").one(),
    );
    expect(kept.bytes).toBeLessThan(2_000);
  });
});

describe("422: the key came with another request", () => {
  test("another method, path, query, If-Match or body", async () => {
    const { name, path } = await furnished();
    const key = newKey();
    const first = { body: { owner: "me" }, headers: key };
    expect((await send("PATCH", `${path}/flags/f`, first)).status).toBe(200);
    const before = await stateOf(path);
    for (const [method, rest, options] of [
      ["PUT", "/flags/f", { ...first, body: booleanFlag() }],
      ["PATCH", "/flags/old", first],
      ["PATCH", "/flags/%66", first],
      ["PATCH", "/flags/f", { ...first, headers: { ...key, "If-Match": "*" } }],
      ["PATCH", "/flags/f", { ...first, body: { owner: "you" } }],
      ["PATCH", "/flags/f", { ...first, body: '{ "owner": "me" }' }],
      ["DELETE", "/flags/f", { headers: key }],
      ["POST", "/keys", { body: { kind: "server", name: "k" }, headers: key }],
    ] as const)
      expectProblem(await send(method, path + rest, options), "idempotency-mismatch");
    const imported = { body: NATIVE, headers: newKey() };
    expect((await send("POST", `${path}/import?dryRun=true`, imported)).status).toBe(200);
    expectProblem(await send("POST", `${path}/import?partial=true`, imported), "idempotency-mismatch");
    expect(await stateOf(path)).toBe(before);
    expect(replayed(await send("PATCH", `${path}/flags/f`, first))).toBe(true);
    expect(
      (await send("PATCH", `${path}/flags/f`, { ...first, headers: { ...key, "Sluice-Comment": "x" } })).status,
    ).toBe(200);
    const other = { name: `${name}-3` };
    const made = await send("POST", "/environments", { body: other, headers: key }); // of no environment: not the same key
    expect(made.status).toBe(201);
    expectProblem(
      await send("POST", "/tokens", { body: { name: "t", role: "viewer", environments: ["*"] }, headers: key }),
      "idempotency-mismatch",
    );
  });

  test.each(["", "x".repeat(256), "ümlaut", "a\tb"])("nor what is no key: %j", async (key) => {
    const { path } = await environment();
    const headers = { "Idempotency-Key": key };
    expectProblem(await send("PUT", `${path}/flags/f`, { body: booleanFlag(), headers }), "invalid", [{ path: "" }]);
    expect((await send("GET", `${path}/flags`)).body).toEqual({ flags: [] });
  });

  test("the longest is one", async () => {
    const { path } = await environment();
    const headers = { "Idempotency-Key": `!${"~".repeat(253)}\u0021` };
    for (const expected of [201, 201])
      expect((await send("PUT", `${path}/flags/f`, { body: booleanFlag(), headers })).status).toBe(expected);
  });
});

describe("a key belongs", () => {
  test("to whoever sent it", async () => {
    const { name, path } = await furnished();
    const key = newKey();
    const [one, two] = [as((await newToken("admin", [name])).secret), as((await newToken("admin", ["*"])).secret)];
    for (const caller of [send, one, two])
      expect(
        replayed(await caller("POST", `${path}/keys`, { body: { kind: "server", name: "k" }, headers: key })),
      ).toBe(false);
    expect(replayed(await one("POST", `${path}/keys`, { body: { kind: "server", name: "k" }, headers: key }))).toBe(
      true,
    );
  });

  test("to one environment", async () => {
    const [here, there] = [await furnished(), await furnished()];
    const key = newKey();
    for (const { path } of [here, there])
      expect(replayed(await send("POST", `${path}/flags/f/disable`, { headers: key }))).toBe(false);
  });

  test("to one day", async () => {
    const { path } = await furnished();
    const headers = newKey();
    const post = () => send("POST", `${path}/keys`, { body: { kind: "server", name: "k" }, headers });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    await post();
    vi.setSystemTime(Date.now() + 24 * HOUR - 1);
    expect(replayed(await post())).toBe(true);
    vi.setSystemTime(Date.now() + 1);
    expect(replayed(await post())).toBe(false);
    expect(replayed(await post())).toBe(true);
  });

  test("only to a write that was made: one that was refused may be tried again", async () => {
    const { path } = await environment();
    const headers = newKey();
    const enable = () => send("POST", `${path}/flags/f/enable`, { headers });
    expectProblem(await enable(), "not-found");
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    expect((await enable()).status).toBe(200);
  });
});

describe("a write and the memory of it are one", () => {
  const parsed = (state: string): unknown[] => state.split("\n").map((line): unknown => JSON.parse(line));

  test("what can't be remembered isn't made, and the next write goes on from what there was", async () => {
    const { name, path } = await furnished();
    vi.spyOn(console, "error").mockReturnValue();
    const object = await objectOf(name);
    const forbid = (sql: string) => runInDurableObject(object, (_, { storage }) => void storage.sql.exec(sql));
    await send("POST", `${path}/flags/f/disable`, { headers: newKey() }); // makes the table
    const before = await stateOf(path);
    await forbid("CREATE TRIGGER full BEFORE INSERT ON replays BEGIN SELECT RAISE(ABORT, 'full'); END");
    expectProblem(await send("POST", `${path}/flags/f/enable`, { headers: newKey() }), "unavailable");
    expect(parsed(await stateOf(path))).toEqual(parsed(before));
    await forbid("DROP TRIGGER full");
    const { version } = (await send("GET", path)).body as { version: number };
    const next = await send("POST", `${path}/flags/f/enable`, { headers: newKey() });
    expect(next.headers.get("Sluice-Version")).toBe(String(version + 1));
    expect((await send("GET", `${path}/audit/verify`)).body).toMatchObject({ ok: true });
  });

  test("409 while the first is still running", async () => {
    const name = `slow-${crypto.randomUUID().slice(0, 8)}`;
    const headers = newKey();
    let [begun, go] = [false, false];
    const seed = Reflect.get(Environment.prototype, "seed");
    vi.spyOn(Environment.prototype, "seed").mockImplementation(async function (this: Environment, ...args) {
      begun = true;
      while (!go) await new Promise((wake) => setTimeout(wake, 5)); // of this object's own: promises don't cross
      return seed.apply(this, args);
    });
    const post = () => send("POST", "/environments", { body: { name }, headers });
    const first = post();
    await expect.poll(() => begun).toBe(true);
    const second = await post();
    go = true;
    expectProblem(second, "still-running");
    expect(second.headers.get("Retry-After")).toBe("1");
    expect((await first).status).toBe(201);
    expect(bytesOf(await post())).toBe(asReplay(await first));
  });
});
