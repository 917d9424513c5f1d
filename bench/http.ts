import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build, WORKER } from "../scripts/build.ts";
import { bundle } from "./bundle.ts";
import { OTHERS } from "./inside.ts";
import { startKv } from "./kv.ts";
import type { Done, Job } from "./load.ts";
import { type Contestant, type Measured, measure, progress } from "./measure.ts";
import { flagInput } from "./published.ts";
import { expectedShare, flagSpecs, requestBody, user } from "./scenario.ts";
import { type Config, pinned, type Runtime, start } from "./workerd.ts";
import { BULK } from "./workers/inside.ts";

/*
 * Part (b): whole Workers over HTTP. A process each, of which one is asked at a time: what a process burns is what its
 * Worker costs.
 */

export const HTTP = { sluice: "Sluice", floor: "same bytes", parts: `Hono + ${OTHERS[0]}`, noop: "Hono no-op" };

const FLAGS = flagSpecs(BULK);
/** The one with three rules and a rollout. */
const ASKED = FLAGS[2]!;
const SINGLE = `/ofrep/v1/evaluate/flags/${ASKED.key}`;
const ALL = "/ofrep/v1/evaluate/flags";
const TOKEN = "slc_admin_bench";

export type Http = { single: Measured; bulk: Measured; first: Measured };

export async function http(directory: string, rounds: number): Promise<Http> {
  progress("building the Worker");
  const kv = await startKv();
  await build();
  const built = sluice(readFileSync(WORKER, "utf8"), kv.address);
  const at = join(directory, "sluice");
  const seeding = await start(at, built);
  const key = await seed(seeding.origin);
  await seeding.stop(); // what is measured has read its state from where it was stored

  const runtimes: Record<keyof typeof HTTP, (path: string) => Promise<Runtime>> = {
    sluice: once(() => start(at, built)),
    noop: once(async () => start(join(directory, "noop"), await one("noop", "noop"))),
    parts: byPath(async (path) =>
      start(join(directory, "parts", name(path)), await one("hono-flagd", "honoFlagd", path)),
    ),
    floor: byPath(async (path) =>
      start(join(directory, "floor", name(path)), await one("same-bytes", "sameBytes", path)),
    ),
  };
  /** A Worker of this folder, with the headers and the body that Sluice answers with. */
  async function one(module: string, made: string, path?: string): Promise<Config> {
    const script = await bundle(`import { ${made} } from "./workers/${module}.ts"; export default ${made};`);
    if (path === undefined) return { workers: { [module]: { script } } };
    const response = await ask(await runtimes.sluice(path), path, key, 1);
    const { "content-length": _, ...HEADERS } = Object.fromEntries(response.headers);
    const bindings = { HEADERS: { json: HEADERS }, BODY: { text: await response.text() } };
    return { workers: { [module]: { script, bindings } } };
  }

  const load = await startLoad();
  const contestants = async (path: string, count: number): Promise<Contestant[]> => {
    const all: Contestant[] = [];
    for (const [contestant, title] of entries(HTTP)) {
      const runtime = await runtimes[contestant](path);
      if (contestant === "sluice" || contestant === "parts") await check(title, runtime, path, key);
      const sample = async () => {
        const before = runtime.cpu();
        await load.run({ port: Number(new URL(runtime.origin).port), path, key, count });
        return (runtime.cpu() - before) / count;
      };
      progress(`warming ${title} ${path}`);
      for (let i = 0; i < 10; i++) await sample();
      all.push({ name: title, sample });
    }
    return all;
  };
  const results = {
    single: await measure("HTTP, one flag", await contestants(SINGLE, 1_000), rounds),
    bulk: await measure(`HTTP, ${BULK} flags`, await contestants(ALL, 1_000), rounds),
  };
  load.stop();
  for (const [contestant] of entries(HTTP))
    for (const path of [SINGLE, ALL]) await (await runtimes[contestant](path)).stop();

  const fresh = (title: string, config: Config, from: string): Contestant => ({
    name: title,
    async sample() {
      const begun = performance.now();
      const runtime = await start(from, config);
      await (await ask(runtime, SINGLE, key, 1)).text();
      const elapsed = performance.now() - begun;
      await runtime.stop();
      return elapsed * 1000;
    },
  });
  const noop = fresh(HTTP.noop, await one("noop", "noop"), join(directory, "noop"));
  const first = await measure("first response", [fresh(HTTP.sluice, built, at), noop], rounds);
  kv.stop();
  return { ...results, first };
}

const name = (path: string): string => (path === ALL ? "all" : "single");
const entries = <K extends string, V>(record: Record<K, V>) => Object.entries(record) as [K, V][];

/** Starts a runtime when it is first asked for. */
function once(begin: () => Promise<Runtime>): () => Promise<Runtime> {
  let runtime: Promise<Runtime> | undefined;
  return () => (runtime ??= begin());
}

function byPath(begin: (path: string) => Promise<Runtime>): (path: string) => Promise<Runtime> {
  const runtimes = new Map([SINGLE, ALL].map((path) => [path, once(() => begin(path))]));
  return (path) => runtimes.get(path)!();
}

/** What wrangler.toml binds; what stands behind the bindings that a warm evaluation never uses is as little as can be. */
function sluice(script: string, kv: string): Config {
  const limiter = `import { WorkerEntrypoint } from "cloudflare:workers";
    export default class extends WorkerEntrypoint { limit() { return { success: true }; } }`;
  const assets = 'export default { fetch: () => new Response("", { status: 404 }) };';
  const bindings = {
    SNAPSHOTS: { kv: "kv" },
    ENVIRONMENT: { object: "Environment" },
    WORKSPACE: { object: "Workspace" },
    AUTH_FAILURES: { service: "limiter" },
    ASSETS: { service: "assets" },
    ADMIN_TOKEN: { text: TOKEN },
    FRESHNESS_SECONDS: { json: 2 },
  };
  return {
    workers: {
      sluice: { script, bindings, objects: ["Environment", "Workspace"] },
      limiter: { script: limiter },
      assets: { script: assets },
    },
    externals: { kv },
  };
}

/** Fills a fresh Sluice through its administration API; returns a server key. */
async function seed(origin: string): Promise<string> {
  const send = async (method: string, path: string, body: unknown): Promise<{ secret?: string }> => {
    const headers = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" };
    const response = await fetch(`${origin}/admin/v1${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { secret?: string };
  };
  await send("POST", "/environments", { name: "bench" });
  for (const [i, flag] of FLAGS.entries()) {
    progress(`seeding flag ${i + 1} of ${FLAGS.length}`);
    await send("PUT", `/environments/bench/flags/${flag.key}`, flagInput(flag));
  }
  const { secret } = await send("POST", "/environments/bench/keys", { kind: "server", name: "bench" });
  if (secret === undefined) throw new Error("the new key came without its secret");
  return secret;
}

function ask(runtime: Runtime, path: string, key: string, n: number): Promise<Response> {
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  return fetch(runtime.origin + path, { method: "POST", headers, body: requestBody(n) });
}

type Item = { key: string; value: boolean };

/** Refuses a Worker whose answers aren't the scenario's wherever those are certain. */
async function check(title: string, runtime: Runtime, path: string, key: string): Promise<void> {
  for (let n = 0; n < 100; n++) {
    const response = await ask(runtime, path, key, n);
    const body = (await response.json()) as Item | { flags: Item[] };
    const items = new Map(("flags" in body ? body.flags : [body]).map((item) => [item.key, item.value]));
    for (const flag of path === ALL ? FLAGS : [ASKED]) {
      const [value, share] = [items.get(flag.key), expectedShare(flag, user(n))];
      if (value === undefined || (share === 100 && !value) || (share === 0 && value))
        throw new Error(`${title}: ${flag.key} is ${value} for user ${n}, who gets it with ${share} %`);
    }
  }
}

/** The client, in a process of its own. */
async function startLoad(): Promise<{ run(job: Job): Promise<void>; stop(): void }> {
  const [command, ...args] = pinned("client", [process.execPath, join(import.meta.dirname, "load.ts")]);
  const child: ChildProcess = spawn(command, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  process.once("exit", () => child.kill("SIGKILL"));
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        child.once("message", (done: Done) => {
          if ("failed" in done) reject(new Error(`the load failed: ${done.failed}`));
          else resolve();
        });
        child.send(job);
      }),
    stop: () => child.kill(),
  };
}
