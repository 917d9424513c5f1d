import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { admin } from "../support/admin.ts";
import { type Answers, type Got, type Receiver, startReceiver } from "../support/receiver.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

/* Webhook gates over real HTTP: the built Worker, its own alarms, and receivers on this machine. */

type View = { id: string; state: string; stage: string; next: { what: string; at?: string }[] };

const SECRET = `whsec_${btoa("a secret of twenty-six bytes")}`;
let runtime: Runtime;
let receiver: Receiver;
let address: string;
let got: Got[];
const closed: string[] = [];

const ANSWERS: Answers = {
  "/opens": (response) => response.writeHead(204).end(),
  "/refuses": (response) => response.writeHead(403).end("not today"),
  "/hangs": (response) => void response.once("close", () => closed.push("/hangs")),
  "/redirects": (response) => response.writeHead(307, { Location: `${address}/opens` }).end(),
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

/** A release of a flag of its own that waits at a gate. */
async function gated(path: string): Promise<() => Promise<View>> {
  const flag = `/environments/production/flags/f-${path.slice(1)}`;
  const variants = { on: true, off: false };
  await admin(runtime, "PUT", flag, { type: "boolean", variants, default: { variant: "off" } });
  const gates = [{ webhook: { url: address + path, secret: SECRET, timeout: "1s" } }];
  const stages = [
    { name: "10%", percentage: 10, gates },
    { name: "all", percentage: 100, minBake: "1h" },
  ];
  const made = await admin<View>(runtime, "POST", `${flag}/releases`, { plan: { stages, guardrails: [] } });
  expect(made.status).toBe(201);
  return async () => (await admin<View>(runtime, "GET", `${flag}/releases/${made.body.id}`)).body;
}

const asked = (path: string): Got[] => got.filter((one) => one.path === path);

describe("a receiver that", () => {
  test("says yes lets the release go on; its question is one that the package of Standard Webhooks takes", async () => {
    const view = await gated("/opens");
    await expect.poll(view, { timeout: 20_000 }).toMatchObject({ state: "baking", stage: "all" });
    const [{ headers, body }] = asked("/opens") as [Got];
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toMatchObject({
      type: "gate",
      data: { environment: "production", flag: "f-opens", stage: "10%", attempt: 1 },
    });
  });

  test.each(["/refuses", "/hangs", "/redirects"])("doesn't keeps it waiting, to be asked again: %s", async (path) => {
    const view = await gated(path);
    await expect.poll(() => asked(path).length, { timeout: 20_000 }).toBe(1);
    if (path === "/hangs") await expect.poll(() => closed, { timeout: 20_000 }).toEqual([path]);
    await expect
      .poll(view, { timeout: 20_000 })
      .toMatchObject({ state: "gated", stage: "10%", next: [{ what: "the gate is asked again" }, {}] });
    expect(asked(path)).toHaveLength(1);
  });
});
