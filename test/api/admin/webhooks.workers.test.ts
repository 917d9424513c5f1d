import { describe, expect, test } from "vitest";
import { booleanFlag, environment, expectProblem, expectWritten, send, stateOf, TIME } from "./client.ts";

type Webhook = { id: string; secret?: string; url: string };
type Delivery = { id: string; state: string };
const ID: unknown = expect.stringMatching(/^[a-z0-9]{14}$/);
const URL_ = "https://hooks.shop.example/sluice?team=1";
const SECRET = `whsec_${btoa("0123456789abcdef01234567")}`;

async function made(path: string, body: object = {}): Promise<Webhook> {
  const answer = await send("POST", `${path}/webhooks`, { body: { url: URL_, ...body } });
  expectWritten(answer, 201);
  return answer.body as Webhook;
}

describe("webhooks are made, changed and deleted", () => {
  test("201: with a secret of its own, shown this once; the log names only the host", async () => {
    const { path } = await environment();
    const answer = await send("POST", `${path}/webhooks`, { body: { url: URL_, comment: "on call" } });
    expectWritten(answer, 201);
    const view = {
      id: ID,
      url: URL_,
      events: [
        "change.conflict",
        "environment.ending",
        "release.decision",
        "release.end",
        "release.harm",
        "request.opened",
      ],
      format: "standard",
      createdAt: TIME,
      createdBy: "root token",
      updatedAt: TIME,
      updatedBy: "root token",
    };
    expect(answer.body).toEqual({ ...view, secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) });
    const { id, secret } = answer.body as Required<Webhook>;
    expect(answer.headers.get("Location")).toBe(`/admin/v1${path}/webhooks/${id}`);

    const shown = await send("GET", `${path}/webhooks/${id}`);
    expect(shown.body).toEqual({ ...view, id });
    expect(shown.headers.get("ETag")).toBe(answer.headers.get("ETag"));
    expect((await send("GET", `${path}/webhooks`)).body).toEqual({ webhooks: [{ ...view, id }] });

    const log = await send("GET", `${path}/audit`);
    const [entry] = (log.body as { entries: unknown[] }).entries;
    expect(entry).toMatchObject({
      action: "createWebhook",
      target: { kind: "webhook", key: id },
      comment: "on call",
      before: null,
      after: { url: "https://hooks.shop.example/…", format: "standard" },
    });
    for (const { text } of [shown, log]) expect(text).not.toContain(secret);
    expect(log.text).not.toContain("team=1");
  });

  test("201 again with the same Idempotency-Key: one webhook, and no secret", async () => {
    const { path } = await environment();
    const headers = { "Idempotency-Key": "one" };
    const body = { url: URL_, secret: SECRET };
    const [first, second] = [
      await send("POST", `${path}/webhooks`, { body, headers }),
      await send("POST", `${path}/webhooks`, { body, headers }),
    ];
    expect(first.body).toMatchObject({ secret: SECRET });
    expect(second.headers.get("Idempotent-Replay")).toBe("true");
    expect(second.text).not.toContain(SECRET);
    expect((await send("GET", `${path}/webhooks`)).body).toMatchObject({
      webhooks: [{ id: (first.body as Webhook).id }],
    });
  });

  test("PATCH changes what is given, against If-Match; the same again is no version", async () => {
    const { path } = await environment();
    const { id } = await made(path);
    const patch = (body: object, headers = {}) => send("PATCH", `${path}/webhooks/${id}`, { body, headers });
    const first = expectWritten(await patch({ format: "slack", events: ["release.harm"], secret: SECRET }), 200);
    const again = await patch({ format: "slack", events: ["release.harm"] }, { "If-Match": first.etag });
    expect(expectWritten(again, 200)).toEqual(first);
    expect(again.body).toMatchObject({ url: URL_, format: "slack", events: ["release.harm"] });
    expect(again.text).not.toContain(SECRET);
    await patch({ events: ["release.end"] });
    expectProblem(await patch({ format: "standard" }, { "If-Match": first.etag }), "version-conflict");
  });

  test("DELETE takes its deliveries along; then all of it is 404", async () => {
    const { path } = await environment();
    const { id } = await made(path);
    const sent = (await send("POST", `${path}/webhooks/${id}/test`)).body as Delivery;
    expectWritten(await send("DELETE", `${path}/webhooks/${id}`), 204);
    for (const [method, rest] of [
      ["GET", ""],
      ["PATCH", ""],
      ["DELETE", ""],
      ["POST", "/test"],
      ["GET", "/deliveries"],
      ["GET", `/deliveries/${sent.id}`],
      ["POST", `/deliveries/${sent.id}/redeliver`],
    ] as const)
      expectProblem(await send(method, `${path}/webhooks/${id}${rest}`), "not-found");
  });

  test("422: what is no webhook", async () => {
    const { path } = await environment();
    const before = await stateOf(path);
    for (const [body, at] of [
      [{}, "/url"],
      [{ url: "" }, "/url"],
      [{ url: `https://hooks.shop.example/${"a".repeat(2_048)}` }, "/url"],
      [{ url: URL_, events: [] }, "/events"],
      [{ url: URL_, events: ["release.harm", "release.harm"] }, "/events"],
      [{ url: URL_, events: ["test"] }, "/events/0"],
      [{ url: URL_, format: "teams" }, "/format"],
      [{ url: URL_, secret: "hunter2" }, "/secret"],
      [{ url: URL_, secret: `whsec_${btoa("only 23 bytes, so close")}` }, "/secret"],
      [{ url: URL_, secret: `whsec_${btoa("x".repeat(65))}` }, "/secret"],
      [{ url: URL_, active: true }, "/active"],
      [{ url: "https://10.0.0.1/" }, "/url"],
      [{ url: "http://hooks.shop.example/" }, "/url"],
    ] as const)
      expectProblem(await send("POST", `${path}/webhooks`, { body }), "invalid", [{ path: at }]);
    expect(await stateOf(path)).toBe(before);
    const { id } = await made(path);
    expectProblem(
      await send("PATCH", `${path}/webhooks/${id}`, { body: { url: "https://printer.local/" } }),
      "invalid",
      [{ path: "/url" }],
    );
  });

  test("409: one more than 20", async () => {
    const { path } = await environment();
    for (let i = 0; i < 20; i++) await made(path);
    expectProblem(await send("POST", `${path}/webhooks`, { body: { url: URL_ } }), "conflict");
    const walked: string[] = [];
    for (let cursor = ""; ;) {
      const { body } = await send("GET", `${path}/webhooks?limit=8${cursor}`);
      const page = body as { webhooks: Webhook[]; cursor?: string };
      walked.push(...page.webhooks.map(({ id }) => id));
      if (page.cursor === undefined) break;
      cursor = `&cursor=${page.cursor}`;
    }
    expect(new Set(walked).size).toBe(20);
  });
});

test("what is sent is listed newest first, page by page, and can be sent again under the same id", async () => {
  const { path } = await environment();
  const { id } = await made(path);
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) {
    const { status, body } = await send("POST", `${path}/webhooks/${id}/test`);
    expect(status).toBe(202);
    expect(body).toMatchObject({ id: expect.stringMatching(/^msg_[0-9a-f]{32}$/), event: "test", state: "waiting" });
    ids.unshift((body as Delivery).id);
  }
  const walked: string[] = [];
  for (let cursor = ""; ;) {
    const { body } = await send("GET", `${path}/webhooks/${id}/deliveries?limit=2${cursor}`);
    const page = body as { deliveries: Delivery[]; cursor?: string };
    walked.push(...page.deliveries.map((one) => one.id));
    if (page.cursor === undefined) break;
    cursor = `&cursor=${page.cursor}`;
  }
  expect(walked).toEqual(ids);
  const again = await send("POST", `${path}/webhooks/${id}/deliveries/${ids[3]}/redeliver`);
  expect(again.status).toBe(202);
  expect(again.body).toMatchObject({ id: ids[3], state: "waiting" });
  expectProblem(await send("POST", `${path}/webhooks/${id}/deliveries/msg_0/redeliver`), "not-found");
  const other = await made(path);
  expectProblem(await send("GET", `${path}/webhooks/${other.id}/deliveries/${ids[0]}`), "not-found");
});

test("a webhook is told of every flag and segment that changes, by whom, how and where; a filter lets some through", async () => {
  const { path } = await environment();
  await send("PUT", `${path}/flags/f`, { body: booleanFlag({ tags: ["checkout"], owner: "ada" }) });
  const make = async (more: Record<string, unknown>) => {
    const events = ["flag.changed", "flag.archived", "segment.changed"];
    const made = await send("POST", `${path}/webhooks`, { body: { url: URL_, events, ...more } });
    expect(made.status).toBe(201);
    return (made.body as { id: string }).id;
  };
  const all = await make({});
  const filters = [{ flags: ["f"] }, { tags: ["checkout"] }, { owners: ["ada", "bob"] }, { flags: ["g"], tags: ["x"] }];
  const filtered = await Promise.all(filters.map(async (filter) => make({ filter })));
  const told = async (id: string) => {
    const { body } = await send("GET", `${path}/webhooks/${id}/deliveries`);
    return (body as { deliveries: { event: string }[] }).deliveries.map(({ event }) => event).toReversed();
  };
  await send("PUT", `${path}/flags/f/rollout`, { body: { percentage: 25, comment: "as agreed" } });
  await send("PUT", `${path}/flags/f/rollout`, { body: { percentage: 25 } }); // changes nothing
  await send("PUT", `${path}/segments/s`, { body: {} });
  await send("PUT", `${path}/plans/p`, { body: { stages: [{ name: "all", percentage: 100 }] } });
  await send("DELETE", `${path}/flags/f`, { body: {} });
  expect(await told(all)).toEqual(["flag.changed", "segment.changed", "flag.archived"]);
  expect(await Promise.all(filtered.map(told))).toEqual([
    ["flag.changed", "segment.changed", "flag.archived"],
    ["flag.changed", "segment.changed", "flag.archived"],
    ["flag.changed", "segment.changed", "flag.archived"],
    ["segment.changed"],
  ]);
  const one = `${path}/webhooks/${filtered[3]}`;
  expect((await send("PATCH", one, { body: { filter: { flags: ["h"] } } })).body).toMatchObject({
    filter: { flags: ["h"] },
  });
  expect((await send("PATCH", one, { body: { format: "slack" } })).body).toMatchObject({ filter: { flags: ["h"] } });
  expect((await send("PATCH", one, { body: { filter: null } })).body).not.toHaveProperty("filter");
  for (const filter of [{ flags: [] }, { names: ["f"] }, { tags: [1] }, []])
    expect((await send("POST", `${path}/webhooks`, { body: { url: URL_, filter } })).status).toBe(422);
  const usual = await send("POST", `${path}/webhooks`, { body: { url: URL_ } });
  expect((usual.body as { events: string[] }).events).toEqual([
    "change.conflict",
    "environment.ending",
    "release.decision",
    "release.end",
    "release.harm",
    "request.opened",
  ]);
});
