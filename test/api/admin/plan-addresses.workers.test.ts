import { expect, test } from "vitest";
import { type Answer, booleanFlag, environment, send } from "./client.ts";
import { as, type Caller, newToken } from "./tokens.ts";

/* The address of a webhook gate can be a secret: whoever may set webhooks sees it, everybody else the host. */

const SECRET = "T024BE7LD/B0secret";
const URL_ = `https://hooks.example.com/services/${SECRET}?key=1`;
const SHORT = "https://hooks.example.com/...";
const plan = {
  stages: [
    { name: "10%", percentage: 10, minBake: "1d", gates: [{ webhook: { url: URL_, timeout: "5s" } }] },
    { name: "all", percentage: 100 },
  ],
};

async function scene() {
  const { name, path } = await environment();
  await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
  await send("PUT", `${path}/flags/g`, { body: booleanFlag() });
  await send("PUT", `${path}/plans/p`, { body: plan });
  const { body } = await send("POST", `${path}/flags/f/releases`, { body: { plan: "p" } });
  const release = `${path}/flags/f/releases/${(body as { id: string }).id}`;
  const somebody = async (role: "viewer" | "operator" | "editor" | "admin"): Promise<Caller> =>
    as((await newToken(role, [name])).secret);
  return { path, release, somebody };
}

test("viewers, operators and editors see the host alone: in plans, releases, requests and the log", async () => {
  const { path, release, somebody } = await scene();
  await send("PATCH", path, { body: { requiresApproval: 1 } });
  const operator = await somebody("operator");
  const asked = await operator("POST", `${path}/flags/g/releases`, { body: { plan: "p" } });
  expect(asked.status).toBe(202);
  const request = `${path}/change-requests/${(asked.body as { id: string }).id}`;
  const paused = await operator("POST", `${release}/pause`, { body: {} });
  expect(paused.status).toBe(200);
  const places = [`${path}/plans`, `${path}/plans/p`, release, `${path}/flags/f/releases`, `${path}/releases`, request];
  for (const role of ["viewer", "operator", "editor"] as const) {
    const one = await somebody(role);
    const seen: Answer[] = [asked, paused, await one("GET", `${path}/audit`)];
    for (const at of places) seen.push(await one("GET", at));
    for (const { text } of seen) {
      expect(text).not.toContain(SECRET);
      expect(text).toContain(SHORT);
    }
  }
  const admin = await somebody("admin");
  for (const at of [...places, `${path}/audit`]) expect((await admin("GET", at)).text).toContain(URL_);
});

test("a plan that is sent back as it was shown keeps its address, and its secret", async () => {
  const { path, somebody } = await scene();
  const editor = await somebody("editor");
  const { plan: shown } = (await editor("GET", `${path}/plans/p`)).body as { plan: typeof plan };
  shown.stages[0]!.minBake = "2d";
  expect((await editor("PUT", `${path}/plans/p`, { body: shown })).status).toBe(200);
  expect((await send("GET", `${path}/plans/p`)).body).toMatchObject({
    plan: { stages: [{ minBake: "2d", gates: [{ webhook: { url: URL_ } }] }, {}] },
  });
});

test("422: an address that is shown shortened isn't one", async () => {
  const { path, somebody } = await scene();
  const editor = await somebody("editor");
  const other = JSON.parse(JSON.stringify(plan).replace(URL_, "https://elsewhere.example.com/...")) as object;
  expect((await editor("PUT", `${path}/plans/q`, { body: other })).status).toBe(422);
});
