import { readFile } from "node:fs/promises";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare, NoOpLog, type V4WorkerOptions } from "miniflare";
import { ROOT, RUNTIME_OPTIONS } from "../build.ts";

/*
 * A whole scene on the local runtime: Sluice, a Worker with a gate, a shop in two versions, and its visitors. On a clock
 * that runs as fast as asked for.
 */

const TOKEN = "slc_admin_demonstration";
export const ENVIRONMENT = "production";
export const FLAG = "shop-canary";

/** Of all requests; only of those that were served by the canary where it says so. */
export type Visits = { visits: number; canary: number; failed: number; canaryFailed: number };
/** `errors`: share of requests that fail. `slower`: factor of its time. `silent`: share of pages that crash. */
export type Faults = { errors?: number; slower?: number; silent?: number };
export type Answer = { status: number; body: unknown; text: string };

export type Stage = {
  /** The address of Sluice, without a trailing slash. */
  url: string;
  token: string;
  /** Epoch milliseconds of the hurried clock. */
  now: () => number;
  /** Asks below `/admin/v1`. */
  admin: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
  /** So many visitors at once, each of them new. `madeUp`: with ids of their own making. */
  visit: (count: number, how?: { host?: "shop.test" | "club.test"; madeUp?: boolean }) => Promise<Visits>;
  /** Sets the fault switch of the canary. */
  fault: (faults: Faults) => Promise<void>;
  stop: () => Promise<void>;
};

export type StageOptions = {
  /** How many times as fast its clock runs. */
  factor: number;
  stateDir?: string;
  port?: number;
};

/** Starts everything, with an environment that has the flag of the canary, which nobody is sent to yet. */
export async function startStage({ factor, stateDir, port = 0 }: StageOptions): Promise<Stage> {
  const since = Date.now();
  const bundled = (name: string): Promise<string> => bundle(name, factor, since);
  const [sluice, edge, shop, visitors] = await Promise.all(["sluice", "edge", "shop", "visitors"].map(bundled));
  const settings = await sluiceOptions();
  const module = (contents: string | undefined) => ({
    modules: [{ type: "ESModule" as const, path: "worker.js", contents: contents! }],
    compatibilityDate: "2026-10-01",
  });
  const flags = { name: "sluice", entrypoint: "FlagService", props: { environment: ENVIRONMENT } };
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port,
      log: new NoOpLog(),
      telemetry: { enabled: false },
      ...(stateDir !== undefined && { resourcePersistencePath: stateDir }),
      handleStructuredLogs: ({ level, message }) => {
        if (level === "error") console.error(message);
      },
      workers: [
        { ...settings, ...module(sluice), name: "sluice", bindings: { ...settings.bindings, ADMIN_TOKEN: TOKEN } },
        { ...module(edge), name: "edge", serviceBindings: { FLAGS: flags, STABLE: "stable", CANARY: "canary" } },
        { ...module(shop), name: "stable", bindings: { NAME: "stable" } },
        { ...module(shop), name: "canary", bindings: { NAME: "canary" } },
        { ...module(visitors), name: "visitors", serviceBindings: { EDGE: "edge", FLAGS: flags } },
      ],
    }),
  );
  const { origin: url } = await runtime.ready;
  const [people, canary] = await Promise.all([runtime.getWorker("visitors"), runtime.getWorker("canary")]);
  let come = 0;
  const admin: Stage["admin"] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}/admin/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json", ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("Content-Type") ?? "");
    return { status: response.status, text, body: isJson ? JSON.parse(text) : undefined };
  };
  const post = (body: unknown) => ({ method: "POST", body: JSON.stringify(body) });
  const stage: Stage = {
    url,
    token: TOKEN,
    now: () => since + (Date.now() - since) * factor,
    admin,
    async visit(count, { host = "shop.test", madeUp = false } = {}) {
      const from = come;
      come += count;
      const response = await people.fetch("https://visitors.test/", post({ from, count, host, madeUp }));
      return (await response.json()) as Visits;
    },
    async fault(faults) {
      await (await canary.fetch("https://shop.test/switch", post(faults))).text();
    },
    stop: () => runtime.dispose(),
  };
  await prepare(stage);
  return stage;
}

async function prepare({ admin, stop }: Stage): Promise<void> {
  const flag = {
    type: "string",
    variants: { stable: "stable", canary: "canary" },
    default: { rollout: { percentage: 0, split: [{ variant: "canary", weight: 1 }], otherwise: "stable" } },
  };
  const environment = `/environments/${ENVIRONMENT}`;
  const made = [
    await admin("POST", "/environments", { name: ENVIRONMENT }),
    await admin("PUT", `${environment}/flags/${FLAG}`, flag),
  ].find(({ status }) => status >= 300);
  if (made === undefined) return;
  await stop();
  throw new Error(`The scene could not be prepared: ${made.text}`);
}

/** What wrangler.toml says, of which a build keeps a copy. */
async function sluiceOptions(): Promise<V4WorkerOptions> {
  const kept = await readFile(RUNTIME_OPTIONS, "utf8").catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept);
  const { unstable_getMiniflareWorkerOptions: read } = await import("wrangler");
  return read(`${ROOT}wrangler.toml`).workerOptions as V4WorkerOptions;
}

async function bundle(name: string, factor: number, since: number): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${ROOT}scripts/demo/workers/${name}.ts`],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd"],
    external: ["cloudflare:*"],
    define: { HURRY_FACTOR: String(factor), HURRY_SINCE: String(since) },
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}
