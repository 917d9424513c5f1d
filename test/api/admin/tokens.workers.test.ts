import { afterEach, describe, expect, test, vi } from "vitest";
import { exports } from "cloudflare:workers";
import { environment, expectOwnHeaders, expectProblem, ROOT, send, TIME } from "./client.ts";
import { as, bytesOf, newToken, someAddress, type Token } from "./tokens.ts";

const ID: unknown = expect.stringMatching(/^[a-z0-9]{14}$/);
const SOON = "2999-01-01T00:00:00.000Z";
type List = { tokens: { id: string }[]; cursor?: string };
const idsOf = (body: unknown): string[] => (body as List).tokens.map(({ id }) => id);

afterEach(() => void vi.useRealTimers());

describe("POST a token", () => {
  test("201: what it may do where and until when; its secret is shown this once", async () => {
    const body = {
      name: "CI",
      role: "editor",
      environments: ["staging", "qa"],
      expiresAt: "2999-01-01T02:00:00+02:00",
    };
    const answer = await send("POST", "/tokens", { body });
    expect(answer.status).toBe(201);
    expectOwnHeaders(answer);
    const view = { ...body, id: ID, expiresAt: SOON, createdAt: TIME, createdBy: "root token" };
    expect(answer.body).toEqual({ ...view, secret: expect.stringMatching(/^slc_admin_[0-9a-f]{40}$/) });
    const { id, secret } = answer.body as Token;
    expect(answer.headers.get("Location")).toBe(`/admin/v1/tokens/${id}`);
    expect(answer.headers.get("ETag")).toBe(`"${answer.headers.get("Sluice-Revision")}"`);
    const list = await send("GET", "/tokens?limit=500");
    expect((list.body as { tokens: unknown[] }).tokens).toContainEqual({ ...view, id });
    expect(list.text).not.toContain(secret.slice(-40));
  });

  test("and with it its holder is known", async () => {
    const { id, secret } = await newToken("operator", ["a"], { expiresAt: SOON });
    const me = await as(secret)("GET", "/me");
    expect(me.status).toBe(200);
    expect(me.body).toMatchObject({
      id,
      name: "a operator",
      via: "token",
      role: "operator",
      environments: ["a"],
      expiresAt: SOON,
    });
    const { operations } = me.body as { operations: string[] };
    expect(operations).toContain("setRollout");
    expect(operations).not.toContain("putFlag");
  });

  test.each([
    [{}, "/environments", "/name", "/role"],
    [{ name: "", role: "viewer", environments: ["*"] }, "/name"],
    [{ name: "t", role: "owner", environments: ["*"] }, "/role"],
    [{ name: "t", role: "viewer", environments: [] }, "/environments"],
    [{ name: "t", role: "viewer", environments: "*" }, "/environments"],
    [{ name: "t", role: "viewer", environments: ["*"], expiresAt: "tomorrow" }, "/expiresAt"],
    [{ name: "t", role: "viewer", environments: ["*"], expiresAt: "2020-01-01T00:00:00Z" }, "/expiresAt"],
    [{ name: "t", role: "viewer", environments: ["*"], expiresAt: null }, "/expiresAt"],
    [{ name: "t", role: "viewer", environments: ["*"], secret: "mine" }, "/secret"],
  ] as const)("422: %j", async (body, ...paths) => {
    const before = (await send("GET", "/tokens?limit=500")).text;
    const answer = await send("POST", "/tokens", { body });
    const places = (answer.body as { errors: { path: string }[] }).errors.map(({ path }) => ({ path }));
    expectProblem(answer, "invalid", places);
    expect(places.map(({ path }) => path).toSorted()).toEqual(paths);
    expect((await send("GET", "/tokens?limit=500")).text).toBe(before);
  });
});

describe("a token reaches no further than the one that made it", () => {
  test("403: wider, or living longer", async () => {
    const admin = as((await newToken("admin", ["a", "b"], { expiresAt: SOON })).secret);
    const post = (environments: string[], expiresAt?: string) =>
      admin("POST", "/tokens", { body: { name: "t", role: "viewer", environments, ...(expiresAt && { expiresAt }) } });
    for (const wider of [["*"], ["c"], ["a", "c"], ["a", "b", "never-was"]])
      expectProblem(await post(wider, SOON), "forbidden");
    expectProblem(await post(["a"]), "forbidden");
    expectProblem(await post(["a"], "2999-01-01T00:00:00.001Z"), "forbidden");
    expect((await post(["a"], SOON)).status).toBe(201);
    expect((await post(["b", "a"], "2998-01-01T00:00:00Z")).status).toBe(201);
  });

  test("nor does its list, nor what it revokes: what is beyond is as if it weren't there", async () => {
    const scope = [`only-${crypto.randomUUID().slice(0, 8)}`];
    const own = await newToken("admin", scope);
    const [inside, wide, other] = [
      await newToken("viewer", scope),
      await newToken("viewer", ["*"]),
      await newToken("viewer", [...scope, "other"]),
    ];
    const admin = as(own.secret);
    expect(idsOf((await admin("GET", "/tokens")).body)).toEqual([own.id, inside.id].toSorted());
    const beyond = await Promise.all(
      [wide.id, other.id, "never-was", "%00"].map(async (id) => bytesOf(await admin("DELETE", `/tokens/${id}`))),
    );
    expect(new Set(beyond).size).toBe(1);
    expect(beyond[0]).toContain("/problems/forbidden");
    expect((await as(wide.secret)("GET", "/me")).status).toBe(200);
    expect((await admin("DELETE", `/tokens/${inside.id}`)).status).toBe(204);
    expectProblem(await as(inside.secret)("GET", "/me"), "unauthenticated");
    expect((await admin("DELETE", `/tokens/${own.id}`)).status).toBe(204);
    expectProblem(await admin("GET", "/me"), "unauthenticated");
  });
});

describe("a token stops working", () => {
  test("at once when it is revoked, whichever isolate is asked; 404 for one that isn't there", async () => {
    const { id, secret } = await newToken("viewer", ["*"]);
    for (let i = 0; i < 3; i++) expect((await as(secret)("GET", "/environments")).status).toBe(200);
    const gone = await send("DELETE", `/tokens/${id}`, { body: { comment: "Left the team" } });
    expect([gone.status, gone.text]).toEqual([204, ""]);
    for (let i = 0; i < 3; i++) expectProblem(await as(secret)("GET", "/environments"), "unauthenticated");
    expectProblem(await send("DELETE", `/tokens/${id}`), "not-found");
  });

  test("412: unless it is the one that If-Match names", async () => {
    const made = await send("POST", "/tokens", { body: { name: "t", role: "viewer", environments: ["*"] } });
    const { id } = made.body as Token;
    expectProblem(
      await send("DELETE", `/tokens/${id}`, { headers: { "If-Match": '"workspace.0"' } }),
      "version-conflict",
    );
    const headers = { "If-Match": made.headers.get("ETag")! };
    expect((await send("DELETE", `/tokens/${id}`, { headers })).status).toBe(204);
  });

  test("at the moment it expires", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2027, 0, 1) });
    const { secret } = await newToken("viewer", ["*"], { expiresAt: "2027-01-01T00:01:00Z" });
    vi.setSystemTime(Date.UTC(2027, 0, 1, 0, 0, 59, 999));
    expect((await as(secret)("GET", "/me")).status).toBe(200);
    vi.setSystemTime(Date.UTC(2027, 0, 1, 0, 1));
    expectProblem(await as(secret)("GET", "/me"), "unauthenticated");
  });
});

describe("what is no token", () => {
  test("a token of which any one byte was changed is refused, and like any other", async () => {
    const { secret } = await newToken("admin", ["*"]);
    const none = bytesOf(await as("nonsense")("GET", "/me"));
    expect(none).toContain("/problems/unauthenticated");
    for (let i = 0; i < secret.length; i++) {
      const changed = secret[i] === "0" ? "1" : "0";
      const forged = secret.slice(0, i) + changed + secret.slice(i + 1);
      expect(bytesOf(await as(forged)("GET", "/me")), `byte ${i}`).toBe(none);
    }
    for (const other of [`${secret}0`, secret.slice(0, -1), secret.toUpperCase(), ` ${secret.slice(1)}`])
      expect(bytesOf(await as(other)("GET", "/me"))).toBe(none);
    for (let i = 0; i < ROOT.length; i++) {
      const forged = `${ROOT.slice(0, i)}${ROOT[i] === "x" ? "y" : "x"}${ROOT.slice(i + 1)}`;
      expect(bytesOf(await as(forged)("GET", "/me")), `byte ${i} of the root token`).toBe(none);
    }
    expect((await as(secret)("GET", "/me")).status).toBe(200);
  });

  test("403: a valid environment key is a right credential of the wrong kind; 401: one that isn't valid", async () => {
    const { name, path } = await environment();
    for (const kind of ["server", "client"]) {
      const { body } = await send("POST", `${path}/keys`, { body: { kind, name: "k" } });
      expectProblem(await as((body as Token).secret)("GET", "/me"), "forbidden");
      expectProblem(await as(`slc_${kind}_${name}_${"0".repeat(40)}`)("GET", "/me"), "unauthenticated");
    }
  });

  test("403: an admin token doesn't evaluate; 401: one that isn't valid", async () => {
    const { secret } = await newToken("admin", ["*"]);
    expect(await evaluates(secret)).toBe(403);
    expect(await evaluates(secret.replace(/.$/, "x"))).toBe(401);
    expect(await evaluates(`slc_admin_${"0".repeat(40)}`)).toBe(401);
  });
});

describe("failed attempts", () => {
  test("429 after 20 a minute from one address or IPv6 /64, counted here and at the evaluation routes together", async () => {
    const [a = 0, b = 0] = crypto.getRandomValues(new Uint16Array(2));
    const block = `2001:db8:${a.toString(16)}:${b.toString(16)}`;
    const from = (host: string) => ({ headers: { "CF-Connecting-IP": `${block}:${host}` } });
    const { secret } = await newToken("viewer", ["*"]);
    for (let i = 0; i < 10; i++) {
      expectProblem(await as("slc_admin_wrong")("GET", "/me", from(`0:0:0:${i}`)), "unauthenticated");
      expect(await evaluates("slc_admin_wrong", `${block}::${i}`)).toBe(401);
    }
    const limited = await as(`slc_admin_${"0".repeat(40)}`)("GET", "/me", from(":ffff"));
    expectProblem(limited, "too-many-requests");
    expect(Number(limited.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
    expect(limited.headers.get("WWW-Authenticate")).toBeNull();
    expect(await evaluates("slc_admin_wrong", `${block}::1`)).toBe(429);
    // Whoever has a valid credential isn't kept out by a neighbour who guesses, and who shows none has failed at nothing.
    expect((await as(secret)("GET", "/me", from(":1"))).status).toBe(200);
    expect((await as("x")("GET", "/me", { headers: { ...from(":1").headers, Authorization: undefined } })).status).toBe(
      401,
    );
    expectProblem(await as("slc_admin_wrong")("GET", "/me"), "unauthenticated");
  });
});

test("the list is in the order in which they were made, and pages", async () => {
  const scope = [`page-${crypto.randomUUID().slice(0, 8)}`];
  const made: string[] = [];
  const { id, secret } = await newToken("admin", scope);
  made.push(id);
  for (let i = 0; i < 4; i++) {
    await new Promise((wake) => setTimeout(wake, 2));
    made.push((await newToken("viewer", scope)).id);
  }
  const seen: string[] = [];
  let query = "?limit=2";
  for (;;) {
    const { body } = await as(secret)("GET", `/tokens${query}`);
    seen.push(...idsOf(body));
    const { cursor } = body as List;
    if (cursor === undefined) break;
    query = `?limit=2&cursor=${cursor}`;
  }
  expect(seen).toEqual(made);
});

/** The status of a bulk evaluation with this credential. */
async function evaluates(secret: string, address = someAddress()): Promise<number> {
  const headers = { Authorization: `Bearer ${secret}`, "CF-Connecting-IP": address };
  const request = new Request("https://sluice.test/ofrep/v1/evaluate/flags", { method: "POST", headers, body: "{}" });
  return (await exports.default.fetch(request)).status;
}
