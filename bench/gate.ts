import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { startLoad } from "./http.ts";
import type { SnapshotBody } from "../src/contract/snapshot.ts";
import { type Contestant, type Measured, measure, median, progress } from "./measure.ts";
import { snapshotBody } from "./published.ts";
import { flagSpecs } from "./scenario.ts";
import { type Config, type Runtime, start } from "./workerd.ts";
import { work } from "./workers/work.ts";
import { BULK } from "./workers/inside.ts";

/*
 * Part (e): what a gate adds to a route, warm, for a visitor who has been here before. A process each; the flag has
 * three rules and a rollout, and every request is counted.
 */

export const GATE = {
  bare: "the route",
  gated: "with a gate",
  canaried: "with a canary",
  shadowed: "with a dark launch",
};
const HANDLER_US = 300;
const REQUESTS_PER_SAMPLE = 1_000;
const WARM_UP_SAMPLES = 15;

/** `dark`: what a visitor waits, in the median, rather than what it costs. */
export type Gated = { page: Measured; busy: Measured; dark: Measured };

export async function gate(directory: string, rounds: number): Promise<Gated> {
  const flags = flagSpecs(BULK);
  const service = {
    script: await script("Flags"),
    bindings: { BODY: { text: JSON.stringify(dark(snapshotBody(flags))) } },
  };
  const scripts = {
    bare: await script("bare"),
    gated: await script("gated"),
    canaried: await script("canaried"),
    shadowed: await script("shadowed"),
  };
  const load = startLoad();
  const cpu = async (runtime: Runtime): Promise<number> => {
    const before = runtime.cpu();
    const port = Number(new URL(runtime.origin).port);
    await load.run({ port, path: "/page", key: "", count: REQUESTS_PER_SAMPLE });
    return (runtime.cpu() - before) / REQUESTS_PER_SAMPLE;
  };

  const group = async (
    title: string,
    steps: number,
    names: (keyof typeof GATE)[],
    sampleOf: (runtime: Runtime) => Promise<number> = cpu,
  ): Promise<Measured> => {
    const runtimes: Runtime[] = [];
    const contestants: Contestant[] = [];
    for (const name of names) {
      const bindings = { FLAGS: { service: "flags" }, FLAG: { text: flags[2]!.key }, STEPS: { json: steps } };
      const config: Config = { workers: { [name]: { script: scripts[name], bindings }, flags: service } };
      const runtime = await start(join(directory, `gate-${name}`), config);
      runtimes.push(runtime);
      contestants.push({ name: GATE[name], sample: () => sampleOf(runtime) });
      await agree(runtime, name);
    }
    for (const contestant of contestants) {
      progress(`${title}: warming ${contestant.name}`);
      for (let i = 0; i < WARM_UP_SAMPLES; i++) await contestant.sample();
    }
    const measured = await measure(title, contestants, rounds);
    for (const runtime of runtimes) await runtime.stop();
    return measured;
  };

  const page = await group("gate, a page", 0, ["bare", "gated", "canaried"]);
  const busy = await group(`gate, a handler of ${HANDLER_US} µs`, stepsOf(HANDLER_US), ["bare", "gated"]);
  const waited = await group("gate, what a visitor waits", stepsOf(HANDLER_US), ["bare", "shadowed"], latency);
  load.stop();
  return { page, busy, dark: waited };
}

/** A tenth of the requests has a candidate beside it. */
function dark(body: SnapshotBody): SnapshotBody {
  return { ...body, flags: body.flags.map((one) => ({ ...one, flag: { ...one.flag, shadow: 10 } })) };
}

/** The median of what requests wait, one after another, each of another page. µs. */
async function latency(runtime: Runtime): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < REQUESTS_PER_SAMPLE / 5; n++) {
    const begun = performance.now();
    await (await fetch(`${runtime.origin}/page?n=${n}`)).arrayBuffer();
    times.push((performance.now() - begun) * 1000);
  }
  return median(times);
}

function script(made: string): Promise<string> {
  const exported = made === "Flags" ? "export { Flags as default }" : `export default ${made}`;
  return bundle(`import { ${made} } from "./workers/gated.ts"; ${exported};`);
}

/** Refuses a Worker that doesn't do what it is measured for. */
async function agree(runtime: Runtime, name: keyof typeof GATE): Promise<void> {
  const response = await fetch(`${runtime.origin}/page`, { headers: { Cookie: "a=b" } });
  const [vary, cookies] = [response.headers.get("Vary"), response.headers.getSetCookie()];
  await response.text();
  const passed = vary === "Cookie" && cookies.length === 1;
  if (!response.ok || passed !== (name === "gated" || name === "canaried"))
    throw new Error(`${GATE[name]}: ${response.status}, Vary: ${vary}`);
}

/** How many steps of work take so long here. */
function stepsOf(microseconds: number): number {
  const steps = 2_000_000;
  let best = Infinity;
  for (let round = 0; round < 7; round++) {
    const begun = performance.now();
    work(steps);
    best = Math.min(best, performance.now() - begun);
  }
  return Math.round((steps * microseconds) / (best * 1000));
}
