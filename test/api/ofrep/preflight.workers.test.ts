import { env } from "cloudflare:workers";
import { listDurableObjectIds, reset } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { FLAGS, ofrep } from "./caller.ts";

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

  it("touches nothing: no credential is looked at, no object is made", async () => {
    await reset();
    await preflight(`${FLAGS}/any`, { Authorization: "Bearer slc_client_production_0123456789abcdef0123" });
    expect(await listDurableObjectIds(env.ENVIRONMENT)).toEqual([]);
    expect(await listDurableObjectIds(env.WORKSPACE)).toEqual([]);
  });
});
