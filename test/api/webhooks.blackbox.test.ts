import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { admin } from "../support/admin.ts";
import { type Answers, type Got, type Receiver, startReceiver } from "../support/receiver.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

/* Webhooks over real HTTP: the built Worker, and receivers on this machine of every kind. */

type Hook = { id: string; secret: string };
type Attempt = { status?: number; error?: string; ms: number };
type Delivery = { id: string; state: string; attempts: Attempt[]; nextAttemptAt?: string };

let runtime: Runtime;
let receiver: Receiver;
let address: string;
let got: Got[];
const closed: string[] = [];
let healed = false;

/** What each path of the receiver does. */
const ANSWERS: Answers = {
  "/ok": (response) => response.writeHead(200).end("thanks"),
  "/slack": (response) => response.writeHead(200).end("ok"),
  "/hangs": () => {},
  "/broken": (response) => response.writeHead(500).end("no"),
  "/heals": (response) => response.writeHead(healed ? 204 : 503).end(),
  "/redirects": (response) => response.writeHead(307, { Location: `${address}/inside` }).end(),
  "/redirects-far": (response) => response.writeHead(302, { Location: "http://169.254.169.254/" }).end(),
  "/huge": (response) => {
    response.writeHead(200);
    const chunk = Buffer.alloc(1 << 20, "x");
    const more = (): void => {
      while (!response.closed && response.write(chunk));
      if (!response.closed) response.once("drain", more);
    };
    response.once("close", () => closed.push("/huge"));
    more();
  },
  "/drips": (response) => {
    response.writeHead(200).write("a"); // and never ends
    response.once("close", () => closed.push("/drips"));
  },
};

beforeAll(async () => {
  receiver = await startReceiver(ANSWERS);
  ({ address, got } = receiver);
  runtime = await startRuntime();
  await admin(runtime, "POST", "/environments", { name: "production" });
});

afterAll(async () => {
  await runtime?.stop();
  receiver?.stop();
});

const HOOKS = "/environments/production/webhooks";

async function hook(path: string, more: object = {}): Promise<Hook> {
  const made = await admin<Hook>(runtime, "POST", HOOKS, { url: address + path, ...more });
  expect(made.status).toBe(201);
  return made.body;
}

async function tried({ id }: Hook): Promise<Delivery> {
  const sent = await admin<Delivery>(runtime, "POST", `${HOOKS}/${id}/test`, {});
  expect(sent.status).toBe(202);
  return until(id, sent.body.id, ({ attempts }) => attempts.length > 0);
}

async function until(hookId: string, id: string, is: (delivery: Delivery) => boolean): Promise<Delivery> {
  for (;;) {
    const { body } = await admin<Delivery>(runtime, "GET", `${HOOKS}/${hookId}/deliveries/${id}`);
    if (is(body)) return body;
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

describe.concurrent("a receiver that", () => {
  test("works gets a message that the package of Standard Webhooks takes", async () => {
    const made = await hook("/ok");
    const delivery = await tried(made);
    expect(delivery).toMatchObject({ state: "delivered", attempts: [{ status: 200 }] });
    const [message] = got.filter(({ path }) => path === "/ok");
    const { headers, body } = message!;
    expect(new Webhook(made.secret).verify(body, headers as Record<string, string>)).toMatchObject({
      type: "test",
      data: { environment: "production" },
    });
    expect(headers["webhook-id"]).toBe(delivery.id);
    expect(headers["content-type"]).toBe("application/json");
  });

  test("is Slack gets a text and nothing else", async () => {
    await tried(await hook("/slack", { format: "slack" }));
    const [message] = got.filter(({ path }) => path === "/slack");
    expect(JSON.parse(message!.body)).toEqual({ text: expect.stringContaining("production") });
  });

  test("hangs is given up after 5 s, and asked again later", async () => {
    const delivery = await tried(await hook("/hangs"));
    expect(delivery).toMatchObject({ state: "waiting", attempts: [{ error: "timeout" }] });
    expect(delivery.nextAttemptAt).toBeDefined();
  });

  test("answers 500 is asked again later", async () => {
    expect(await tried(await hook("/broken"))).toMatchObject({ state: "waiting", attempts: [{ status: 500 }] });
  });

  test.each(["/redirects", "/redirects-far"])("redirects is not followed (%s)", async (path) => {
    const delivery = await tried(await hook(path));
    expect(delivery.state).toBe("waiting");
    expect([302, 307]).toContain(delivery.attempts[0]!.status);
    expect(got.some((one) => one.path === "/inside")).toBe(false);
  });

  test.each(["/huge", "/drips"])("answers without an end (%s) is delivered to: nothing of it is read", async (path) => {
    expect(await tried(await hook(path))).toMatchObject({ state: "delivered", attempts: [{ status: 200 }] });
    while (!closed.includes(path)) await new Promise((wake) => setTimeout(wake, 20));
  });

  test("isn't there is asked again later", async () => {
    const made = await admin<Hook>(runtime, "POST", HOOKS, { url: "http://127.0.0.1:9/" });
    expect(await tried(made.body)).toMatchObject({ state: "waiting", attempts: [{ error: "unreachable" }] });
  });
});

test("what could not be delivered is, by itself, after a crash, under the same id and signed anew", async () => {
  const made = await hook("/heals");
  const first = await tried(made);
  expect(first).toMatchObject({ state: "waiting", attempts: [{ status: 503 }] });
  const { stateDir } = runtime;
  await runtime.kill();
  healed = true;
  runtime = { ...(await startRuntime({ stateDir })), stateDir };
  await admin(runtime, "GET", "/environments/production");
  const delivered = await until(made.id, first.id, ({ state }) => state === "delivered");
  expect(delivered.attempts.map(({ status }) => status)).toEqual([503, 204]);
  const messages = got.filter(({ path }) => path === "/heals");
  expect(messages.map(({ headers }) => headers["webhook-id"])).toEqual([first.id, first.id]);
  for (const { headers, body } of messages) new Webhook(made.secret).verify(body, headers as Record<string, string>);
});
