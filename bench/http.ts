import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { OTHERS } from "./inside.ts";
import { startKv } from "./kv.ts";
import type { Done, Job } from "./load.ts";
import { type Contestant, type Measured, measure, progress } from "./measure.ts";
import { expectedShare, flagSpecs, requestBody, user } from "./scenario.ts";
import { prepareSluice } from "./sluice.ts";
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
const REQUESTS_PER_SAMPLE = 1_000;
const WARM_UP_SAMPLES = 20;

export type Http = { single: Measured; bulk: Measured; first: Measured };

export async function http(directory: string, rounds: number): Promise<Http> {
  progress("building the Worker and filling it");
  const kv = await startKv();
  const at = join(directory, "sluice");
  const { config, key } = await prepareSluice(at, kv.address, FLAGS);
  const noop: Config = { workers: { noop: { script: await script("noop", "noop") } } };
  const load = startLoad();

  /** Measures one route. What the others answer with is what Sluice was seen answering with. */
  const route = async (group: string, path: string): Promise<Measured> => {
    const sluice = await start(at, config);
    const response = await ask(sluice, path, key, 1);
    const { "content-length": _, ...HEADERS } = Object.fromEntries(response.headers);
    const bindings = { HEADERS: { json: HEADERS }, BODY: { text: await response.text() } };
    const other = async (module: string, made: string): Promise<Runtime> =>
      start(join(directory, module), { workers: { [module]: { script: await script(module, made), bindings } } });
    const runtimes = [
      { name: HTTP.sluice, runtime: sluice },
      { name: HTTP.floor, runtime: await other("same-bytes", "sameBytes") },
      { name: HTTP.parts, runtime: await other("hono-flagd", "honoFlagd") },
      { name: HTTP.noop, runtime: await start(join(directory, "noop"), noop) },
    ];
    const contestants = runtimes.map(({ name, runtime }): Contestant => {
      const port = Number(new URL(runtime.origin).port);
      return {
        name,
        async sample() {
          const before = runtime.cpu();
          await load.run({ port, path, key, count: REQUESTS_PER_SAMPLE });
          return (runtime.cpu() - before) / REQUESTS_PER_SAMPLE;
        },
      };
    });
    for (const { name, runtime } of runtimes)
      if (name === HTTP.sluice || name === HTTP.parts) await agree(name, runtime, path, key);
    for (const contestant of contestants) {
      progress(`${group}: warming ${contestant.name}`);
      for (let i = 0; i < WARM_UP_SAMPLES; i++) await contestant.sample();
    }
    const measured = await measure(group, contestants, rounds);
    for (const { runtime } of runtimes) await runtime.stop();
    return measured;
  };

  /** From starting a process to the end of its first response, in wall time. */
  const fresh = (name: string, from: string, what: Config): Contestant => ({
    name,
    async sample() {
      const begun = performance.now();
      const runtime = await start(from, what);
      await (await ask(runtime, SINGLE, key, 1)).text();
      const elapsed = performance.now() - begun;
      await runtime.stop();
      return elapsed * 1000;
    },
  });

  const single = await route("HTTP, one flag", SINGLE);
  const bulk = await route(`HTTP, ${BULK} flags`, ALL);
  load.stop();
  const starts = [fresh(HTTP.sluice, at, config), fresh(HTTP.noop, join(directory, "noop"), noop)];
  const first = await measure("first response", starts, rounds, 3);
  kv.stop();
  return { single, bulk, first };
}

/** The bundle of a Worker of this folder. */
function script(module: string, made: string): Promise<string> {
  return bundle(`import { ${made} } from "./workers/${module}.ts"; export default ${made};`);
}

function ask(runtime: Runtime, path: string, key: string, n: number): Promise<Response> {
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  return fetch(runtime.origin + path, { method: "POST", headers, body: requestBody(n) });
}

type Item = { key: string; value: boolean };

/** Refuses a Worker whose answers aren't the scenario's wherever those are certain. */
async function agree(title: string, runtime: Runtime, path: string, key: string): Promise<void> {
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
export function startLoad(): { run(job: Job): Promise<void>; stop(): void } {
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
