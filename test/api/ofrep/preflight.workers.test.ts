import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { FLAGS, ofrep, world } from "./caller.ts";

/* OPTIONS below /ofrep: a browser asks whether it may ask. */

const preflight = (path: string, headers: Record<string, string> = {}) =>
  ofrep(path, {
    method: "OPTIONS",
    headers: { Origin: "https://shop.example", "Access-Control-Request-Method": "POST", ...headers },
  });

describe("204", () => {
  it.each([
    [FLAGS, "GET, POST, OPTIONS"],
    [`${FLAGS}/`, "GET, POST, OPTIONS"],
    [`${FLAGS}/any`, "POST, OPTIONS"],
    [`${FLAGS}/%zz`, "POST, OPTIONS"],
  ])("%s allows %s", async (path, methods) => {
    const { status, headers } = await preflight(path);
    expect(status).toBe(204);
    expect(headers.get("Access-Control-Allow-Methods")).toBe(methods);
    expect(headers.get("Allow")).toBe(methods);
    expect(headers.get("Access-Control-Max-Age")).toBe("7200");
  });

  it("reflects the headers that are asked for", async () => {
    const asked = "authorization,content-type,if-none-match,x-whatever";
    const { headers } = await preflight(FLAGS, { "Access-Control-Request-Headers": asked });
    expect(headers.get("Access-Control-Allow-Headers")).toBe(asked);
    expect(headers.get("Vary")).toBe("Access-Control-Request-Headers");
    expect((await preflight(FLAGS)).headers.get("Access-Control-Allow-Headers")).toBeNull();
  });

  it("touches nothing: no credential is looked at, no object is called", async () => {
    const { server: key } = await world(); // new, so that this isolate doesn't hold it
    const Authorization = `Bearer ${key}`;
    const { ENVIRONMENT, WORKSPACE, RELAY, SNAPSHOTS } = env;
    const spies = [ENVIRONMENT, WORKSPACE, RELAY].map((objects) => vi.spyOn(objects, "getByName"));
    const calls = (): number => [...spies, reads].reduce((sum, { mock }) => sum + mock.calls.length, 0);
    const reads = vi.spyOn(SNAPSHOTS, "get");
    await preflight(`${FLAGS}/any`, { Authorization });
    expect(calls()).toBe(0);
    await ofrep(`${FLAGS}/any`, { method: "POST", headers: { Authorization }, body: "{}" });
    expect(calls()).toBeGreaterThan(0);
  });
});
