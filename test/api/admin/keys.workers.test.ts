import { exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { environment, expectOwnHeaders, expectProblem, expectWritten, send, stateOf, TIME } from "./client.ts";

type Key = { id: string; secret: string };
const ID: unknown = expect.stringMatching(/^[a-z0-9]{14}$/);

describe("POST a key", () => {
  test.each(["client", "server"])("201: a %s key, whose secret is shown this once", async (kind) => {
    const { name, path } = await environment();
    const answer = await send("POST", `${path}/keys`, { body: { kind, name: "Web shop" } });
    expectWritten(answer, 201);
    const view = { id: ID, kind, name: "Web shop", origins: [], createdAt: TIME, createdBy: "root token" };
    const secret: unknown = expect.stringMatching(new RegExp(`^slc_${kind}_${name}_[0-9a-f]{40}$`));
    expect(answer.body).toEqual({ ...view, secret });
    const { id, secret: text } = answer.body as Key;
    expect(answer.headers.get("Location")).toBe(`/admin/v1${path}/keys/${id}`);

    const list = await send("GET", `${path}/keys`);
    expect(list.status).toBe(200);
    expectOwnHeaders(list);
    expect(list.body).toEqual({ keys: [{ ...view, id }] });
    expect(list.text).not.toContain(text.slice(-40));
  });

  test("201: a client key may be tied to origins", async () => {
    const { path } = await environment();
    const origins = [
      "https://shop.example",
      "http://localhost:3000",
      "capacitor://localhost",
      "https://xn--bcher-kva.example",
    ];
    const answer = await send("POST", `${path}/keys`, { body: { kind: "client", name: "k", origins } });
    expectWritten(answer, 201);
    expect(answer.body).toMatchObject({ origins });
  });

  test("each is another, and evaluates at once", async () => {
    const { path } = await environment();
    const made = await Promise.all(
      Array.from(
        { length: 20 },
        async () => (await send("POST", `${path}/keys`, { body: { kind: "server", name: "k" } })).body as Key,
      ),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(20);
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(20);
    expect(await evaluates(made[7]!.secret)).toBe(200);
  });

  test("422: what is no key", async () => {
    const { path } = await environment();
    const before = await stateOf(path);
    for (const [body, ...paths] of [
      [{}, "/kind", "/name"],
      [{ kind: "admin", name: "k" }, "/kind"],
      [{ kind: "client", name: "" }, "/name"],
      [{ kind: "server", name: "k", origins: ["https://shop.example"] }, "/origins"],
      [{ kind: "client", name: "k", origins: "https://shop.example" }, "/origins"],
      ...[
        "shop.example",
        "https://shop.example/",
        "https://Shop.example",
        "https://shop.example:443",
        "http://shop.example:80",
        "https://me@shop.example",
        "https://bücher.example/x",
        "https://",
        "null",
        "*",
        "",
      ].map((origin) => [{ kind: "client", name: "k", origins: [origin] }, "/origins/0"] as const),
    ] as const)
      expectProblem(
        await send("POST", `${path}/keys`, { body }),
        "invalid",
        paths.map((at) => ({ path: at })),
      );
    expect(await stateOf(path)).toBe(before);
  });
});

describe("the list of keys", () => {
  test("is in the order in which they were made, and pages", async () => {
    const { path } = await environment();
    expect((await send("GET", `${path}/keys`)).body).toEqual({ keys: [] });
    const names = ["c", "a", "b"];
    for (const name of names) {
      await send("POST", `${path}/keys`, { body: { kind: "server", name } });
      await new Promise((wake) => setTimeout(wake, 2));
    }
    type List = { keys: { name: string }[]; cursor?: string };
    const first = (await send("GET", `${path}/keys?limit=2`)).body as List;
    expect(first.keys.map((key) => key.name)).toEqual(["c", "a"]);
    const rest = (await send("GET", `${path}/keys?limit=2&cursor=${first.cursor}`)).body as List;
    expect(rest.keys.map((key) => key.name)).toEqual(["b"]);
    expect(rest).not.toHaveProperty("cursor");
  });
});

describe("DELETE a key", () => {
  test("204: it is gone from the list, and refused where it was sent", async () => {
    const { path } = await environment();
    const make = async () => (await send("POST", `${path}/keys`, { body: { kind: "server", name: "k" } })).body as Key;
    const [gone, stays] = [await make(), await make()];
    expect(await evaluates(gone.secret)).toBe(200);
    const answer = await send("DELETE", `${path}/keys/${gone.id}`, { body: { comment: "Leaked" } });
    expectWritten(answer, 204);
    expect((await send("GET", `${path}/keys`)).body).toEqual({ keys: [expect.objectContaining({ id: stays.id })] });
    expect(await evaluates(gone.secret)).toBe(401);
    expect(await evaluates(stays.secret)).toBe(200);
  });

  test("404: there is none", async () => {
    const { path } = await environment();
    for (const id of ["nothing", "%00", "a%2Fb"])
      expectProblem(await send("DELETE", `${path}/keys/${id}`), "not-found");
  });
});

/** The status of a bulk evaluation with this key. */
async function evaluates(secret: string): Promise<number> {
  const headers = { Authorization: `Bearer ${secret}` };
  const request = new Request("https://sluice.test/ofrep/v1/evaluate/flags", { method: "POST", headers, body: "{}" });
  return (await exports.default.fetch(request)).status;
}
