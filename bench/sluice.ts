import { readFileSync } from "node:fs";
import { build, WORKER } from "../scripts/build.ts";
import { flagInput } from "./published.ts";
import type { FlagSpec } from "./scenario.ts";
import { type Config, start } from "./workerd.ts";

/* The whole of Sluice as it is deployed, in a process of its own. */

const TOKEN = "slc_admin_bench";

/** Builds the Worker and fills its storage in `directory`, and KV, with these flags. The key is a server key. */
export async function prepareSluice(
  directory: string,
  kv: string,
  flags: readonly FlagSpec[],
): Promise<{ config: Config; key: string }> {
  await build();
  const config = configure(readFileSync(WORKER, "utf8"), kv);
  const runtime = await start(directory, config);
  const key = await seed(runtime.origin, flags);
  await runtime.stop();
  return { config, key };
}

/** What wrangler.toml binds; what stands behind the bindings that a warm evaluation never uses is as little as can be. */
function configure(script: string, kv: string): Config {
  const limiter = `import { WorkerEntrypoint } from "cloudflare:workers";
    export default class extends WorkerEntrypoint { limit() { return { success: true }; } }`;
  const assets = 'export default { fetch: () => new Response("", { status: 404 }) };';
  const bindings = {
    SNAPSHOTS: { kv: "kv" },
    ENVIRONMENT: { object: "Environment" },
    WORKSPACE: { object: "Workspace" },
    RELAY: { object: "Relay" },
    COUNTER: { object: "Counter" },
    AUTH_FAILURES: { service: "limiter" },
    CLIENT_EVENTS: { service: "limiter" },
    ASSETS: { service: "assets" },
    ADMIN_TOKEN: { text: TOKEN },
    FRESHNESS_SECONDS: { json: 2 },
    USAGE_SECONDS: { json: 600 },
  };
  return {
    workers: {
      sluice: { script, bindings, objects: ["Environment", "Workspace", "Relay", "Counter"] },
      limiter: { script: limiter },
      assets: { script: assets },
    },
    externals: { kv },
  };
}

/** Fills a fresh Sluice through its administration API; returns a server key. */
async function seed(origin: string, flags: readonly FlagSpec[]): Promise<string> {
  const send = async (method: string, path: string, body: unknown): Promise<{ secret?: string }> => {
    const headers = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" };
    const response = await fetch(`${origin}/admin/v1${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { secret?: string };
  };
  await send("POST", "/environments", { name: "bench" });
  for (const flag of flags) await send("PUT", `/environments/bench/flags/${flag.key}`, flagInput(flag));
  const { secret } = await send("POST", "/environments/bench/keys", { kind: "server", name: "bench" });
  if (secret === undefined) throw new Error("the new key came without its secret");
  return secret;
}
