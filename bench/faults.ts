import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bundle } from "./bundle.ts";
import { startLoad } from "./http.ts";
import { startKv } from "./kv.ts";
import { type Contestant, median, measure, progress, ratios } from "./measure.ts";
import { flagSpecs } from "./scenario.ts";
import { prepareSluice } from "./sluice.ts";
import { type Runtime, start } from "./workerd.ts";

/*
 * `node bench/faults.ts [rounds]`: what an evaluation costs while something is broken, against the same while nothing is.
 * The isolate has loaded once, then the fault begins; 12 s later, when answers say that they may be stale, it is measured.
 */

const NOTHING = "nothing";
const FAULTS = [NOTHING, "KV fails", "KV hangs", "relays fail", "relays hang", "all fail", "all hang"];
const FLAGS = flagSpecs(100);
const PATHS = { "one flag": `/ofrep/v1/evaluate/flags/${FLAGS[2]!.key}`, "100 flags": "/ofrep/v1/evaluate/flags" };
const REQUESTS_PER_SAMPLE = 1_000;
const WARM_UP_SAMPLES = 20;
const STALE_MS = 12_000;

/** The Worker behind bindings that break when they are told to. */
const ENTRY = `
import worker from "../src/worker.ts";
export * from "../src/worker.ts";
const hang = () => new Promise(() => {});
const fail = () => Promise.reject(new Error("is down"));
let broken;
function breaks(env) {
  const [what, how] = env.FAULT.split(" ");
  const method = /^hang/.test(how) ? hang : fail;
  const any = new Proxy({}, { get: () => method });
  const kv = what === "KV" || what === "all" ? { SNAPSHOTS: any } : {};
  const relays = what === "relays" || what === "all" ? { RELAY: { getByName: () => any } } : {};
  return { ...env, ...kv, ...relays };
}
export default {
  fetch(request, env, ctx) {
    if (request.url.endsWith("/break")) {
      broken = env.FAULT === "${NOTHING}" ? { ...env } : breaks(env);
      return new Response("broken");
    }
    return worker.fetch(request, broken ?? env, ctx);
  },
};`;

async function faults(directory: string, rounds: number): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  progress("building the Worker and filling it");
  const kv = await startKv();
  const load = startLoad();
  const filled = join(directory, "filled");
  const { config, key } = await prepareSluice(filled, kv.address, FLAGS);
  const script = await bundle(ENTRY);
  const runtimes = new Map<string, Runtime>();
  for (const [n, fault] of FAULTS.entries()) {
    const at = join(directory, `${n}`);
    cpSync(filled, at, { recursive: true });
    const { bindings, ...sluice } = config.workers["sluice"]!;
    const worker = { ...sluice, script, bindings: { ...bindings, FAULT: { text: fault } } };
    const runtime = await start(at, { ...config, workers: { ...config.workers, sluice: worker } });
    await load.run({ port: portOf(runtime), path: PATHS["one flag"], key, count: 10 });
    await (await fetch(`${runtime.origin}/break`)).text();
    runtimes.set(fault, runtime);
  }
  await sleep(STALE_MS);
  for (const [what, path] of Object.entries(PATHS)) {
    const contestants = Array.from(runtimes, ([name, runtime]): Contestant => ({
      name,
      async sample() {
        const before = runtime.cpu();
        await load.run({ port: portOf(runtime), path, key, count: REQUESTS_PER_SAMPLE });
        return (runtime.cpu() - before) / REQUESTS_PER_SAMPLE;
      },
    }));
    for (const contestant of contestants) {
      progress(`${what}: warming ${contestant.name}`);
      for (let i = 0; i < WARM_UP_SAMPLES; i++) await contestant.sample();
    }
    const measured = await measure(what, contestants, rounds);
    progress("");
    console.log(`${what}, CPU of a request against that while nothing is broken, ${rounds} rounds:`);
    for (const fault of FAULTS) {
      const [us, ratio] = [median(measured.get(fault)!), median(ratios(measured, fault, NOTHING))];
      console.log(`  ${fault.padEnd(12)} ${us.toFixed(1).padStart(7)} µs  × ${ratio.toFixed(3)}`);
    }
  }
  for (const runtime of runtimes.values()) await runtime.stop();
  load.stop();
  kv.stop();
}

const portOf = (runtime: Runtime): number => Number(new URL(runtime.origin).port);

await faults(join(import.meta.dirname, "..", "dist", "bench-faults"), Number(process.argv[2] ?? 6));
process.exit(0);
