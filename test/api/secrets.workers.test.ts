import { env } from "cloudflare:workers";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Bindings } from "../../src/api/bindings.ts";
import { createApp } from "../../src/api/mount.ts";
import { ADMIN_ROUTES } from "../../src/contract/routes.ts";
import { booleanFlag, environment, ROOT, send } from "./admin/client.ts";
import { newToken, someAddress } from "./admin/tokens.ts";

/* A secret is in the one answer that makes it, and nowhere else: no other answer, no log line, no table. */

const app = createApp();
const LEVELS = ["log", "info", "warn", "error", "debug", "trace"] as const;

/** Everything that is written to the console from here on, errors with their stacks and causes. */
function captureLog(): () => string {
  const lines: string[] = [];
  const text = (value: unknown): string => {
    if (!(value instanceof Error)) return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
    return `${value.stack} ${value.message} ${value.cause === undefined ? "" : text(value.cause)}`;
  };
  for (const level of LEVELS)
    vi.spyOn(console, level).mockImplementation((...values: unknown[]) => void lines.push(values.map(text).join(" ")));
  return () => lines.join("\n");
}

/** Objects and stores that fail, each with what they were asked with in the message: the worst that could be logged. */
function failing(): Partial<Bindings> {
  const fails = async (...args: unknown[]): Promise<never> => {
    throw new Error(`failed on ${typeof args[0]}`);
  };
  const object = new Proxy({}, { get: (_, name) => (name === "then" ? undefined : fails) });
  const namespace = { getByName: () => object };
  return { WORKSPACE: namespace, ENVIRONMENT: namespace, SNAPSHOTS: object } as unknown as Partial<Bindings>;
}

async function ask(bindings: Partial<Bindings>, path: string, init: RequestInit): Promise<string> {
  const ctx = createExecutionContext();
  const request = new Request(`https://sluice.test${path}`, init);
  const response = await app.fetch(request, { ...(env as unknown as Bindings), ...bindings }, ctx);
  const streams = response.headers.get("Content-Type") === "text/event-stream";
  const body = streams ? "" : await response.text();
  if (streams) await response.body?.cancel(); // it has no end
  const text = `${JSON.stringify([...response.headers])}\n${body}`;
  await waitOnExecutionContext(ctx);
  return text;
}

afterEach(() => vi.restoreAllMocks());

describe("secrets", () => {
  test("are in no answer but the one that makes them, and in no log, whatever goes wrong", async () => {
    const log = captureLog();
    const { path } = await environment();
    const token = await newToken("admin", ["*"]);
    const revoked = await newToken("admin", ["*"]);
    await send("DELETE", `/tokens/${revoked.id}`);
    const idempotent = { body: { kind: "server", name: "k" }, headers: { "Idempotency-Key": "one" } };
    const made = [
      (await send("POST", `${path}/keys`, idempotent)).body,
      (await send("POST", `${path}/keys`, { body: { kind: "client", name: "k" } })).body,
    ] as { secret: string }[];
    const secrets = [ROOT, token.secret, revoked.secret, ...made.map(({ secret }) => secret)];

    const answers: string[] = [(await send("POST", `${path}/keys`, idempotent)).text];
    for (const bindings of [{}, failing(), { AUTH_FAILURES: undefined as unknown as RateLimit }])
      for (const secret of [...secrets, `${token.secret}x`]) {
        const headers = {
          Authorization: `Bearer ${secret}`,
          "Content-Type": "application/json",
          "CF-Connecting-IP": someAddress(),
        };
        for (const [method, route] of Object.values(ADMIN_ROUTES)) {
          if (method === "DELETE") continue;
          const address = `/admin/v1${route.replace("{env}", path.slice("/environments/".length)).replace("{key}", "f")}`;
          const body = method === "GET" ? {} : { body: `{"broken": "${secret.length}` };
          answers.push(await ask(bindings, address, { method, headers, ...body }));
        }
        for (const query of ["", `?key=${secret}`, `?context=${secret}&flagConfigEtag=${secret}`])
          for (const method of ["GET", "POST"]) {
            answers.push(await ask(bindings, `/ofrep/v1/evaluate/flags${query}`, { method, headers }));
            answers.push(await ask(bindings, `/ofrep/v1/evaluate/flags${query}`, { method }));
          }
        answers.push(await ask(bindings, "/healthz", { headers }), await ask(bindings, "/nowhere", { headers }));
      }
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    for (const read of ["/tokens", "/audit", `${path}/keys`, `${path}/audit`, `${path}/versions`, `${path}/export`])
      answers.push((await send("GET", read)).text);

    expect(answers.length).toBeGreaterThan(500);
    expect(log()).toContain("did not answer"); // something was logged, or this looked at nothing
    const said = answers.join("\n");
    for (const secret of [...secrets, `${token.secret}x`]) {
      const part = secret === ROOT ? secret : secret.slice(-40);
      expect(said.includes(part), "in an answer").toBe(false);
      expect(log().includes(part), "in the log").toBe(false);
    }
  });

  test("and an internal error tells its caller the Request-Id, and no more", async () => {
    const log = captureLog();
    const { path } = await environment();
    const broken = { WORKSPACE: { getByName: () => null } } as unknown as Partial<Bindings>;
    const answer = await ask(broken, `/admin/v1${path}?secret=in-the-query`, {
      headers: { Authorization: `Bearer ${ROOT}` },
    });
    expect(answer).toContain("/problems/internal");
    expect(answer).not.toMatch(/TypeError|null|\.ts|at \w+/);
    expect(log()).toContain("request failed");
    expect(log()).not.toContain("in-the-query");
  });
});
