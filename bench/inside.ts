import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { type Contestant, type Measured, measure, progress } from "./measure.ts";
import { expectedShare, flagSpecs, SINGLE, user } from "./scenario.ts";
import { type Runtime, start } from "./workerd.ts";
import { BULK, CHECKED } from "./workers/inside.ts";

/* Part (a): engines inside the Workers runtime. */

export const SLUICE = "Sluice";
export const HANDWRITTEN = "written by hand";
/** The engines of others; `module` in engines/, `package` on npm. */
const ENGINES = [
  { name: "flagd-core", module: "flagd", package: "@openfeature/flagd-core" },
  { name: "GrowthBook", module: "growthbook", package: "@growthbook/growthbook" },
  { name: "Vercel flags-core", module: "vercel", package: "@vercel/flags-core" },
  { name: "Featurevisor", module: "featurevisor", package: "@featurevisor/sdk" },
  { name: "Unleash client", module: "unleash", package: "unleash-client" },
];
export const OTHERS = ENGINES.map((engine) => engine.name);
export const PACKAGES = ENGINES.map((engine) => engine.package);
const CONTESTANTS = [{ name: SLUICE, module: "sluice" }, { name: HANDWRITTEN, module: "handwritten" }, ...ENGINES];

export async function inside(
  directory: string,
  rounds: number,
): Promise<{ evaluate: Measured; evaluateAll: Measured }> {
  const runtimes = new Map<string, Runtime>();
  for (const { name, module } of CONTESTANTS) {
    progress(`starting ${name}`);
    const entry = `import { make } from "./engines/${module}.ts"; import { serve } from "./workers/inside.ts"; export default serve(make);`;
    const worker = { script: await bundle(entry) };
    runtimes.set(name, await start(join(directory, module), { workers: { [module]: worker } }));
  }
  for (const [name, runtime] of runtimes) await agree(name, runtime);
  const results = {
    evaluate: await measure("one flag", await contestants(runtimes, "/evaluate"), rounds),
    evaluateAll: await measure(`${BULK} flags`, await contestants(runtimes, "/evaluateAll"), rounds),
  };
  for (const runtime of runtimes.values()) await runtime.stop();
  return results;
}

async function contestants(runtimes: ReadonlyMap<string, Runtime>, path: string): Promise<Contestant[]> {
  const all: Contestant[] = [];
  for (const [name, runtime] of runtimes) {
    progress(`warming ${name} ${path}`);
    all.push({ name, sample: await iterations(runtime, `${path}?`) });
  }
  return all;
}

/** CPU µs that a contestant runs before it counts, and about as much as one sample takes. */
const WARM_UP = 1_500_000;
const SAMPLE = 60_000;

/**
 * Warms a runtime up at a path that does `n` iterations a request, finds an `n` that keeps it busy for as long as a
 * sample takes, and returns the measurement: CPU µs per iteration.
 */
export async function iterations(runtime: Runtime, path: string): Promise<() => Promise<number>> {
  const run = async (n: number): Promise<number> => {
    const before = runtime.cpu();
    const response = await fetch(`${runtime.origin}${path}&n=${n}`);
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    await response.arrayBuffer();
    return runtime.cpu() - before;
  };
  await run(1); // the first request builds what is asked
  let n = 16;
  for (let total = 0; total < WARM_UP;) {
    const spent = await run(n);
    total += spent;
    if (spent < SAMPLE) n = Math.ceil(n * Math.min(8, (1.2 * SAMPLE) / Math.max(spent, 1)));
    else if (spent > 2 * SAMPLE && n > 1) n >>= 1;
  }
  return async () => (await run(n)) / n;
}

type Answers = { evaluate: boolean[]; evaluateAll: string[] };

/**
 * Refuses a contestant that does other work than the scenario says. Where a user's answer is certain it must be that;
 * where a rollout decides, the share of `on` must lie within five standard deviations (engines hash differently).
 */
async function agree(name: string, runtime: Runtime): Promise<void> {
  const answers = (await (await fetch(`${runtime.origin}/answers`)).json()) as Answers;
  const bulk = answers.evaluateAll.map((text) => onByKey(text));
  const check = (flag: typeof SINGLE, users: number, isOn: (n: number) => boolean | undefined): void => {
    const seen = new Map<number, { on: number; of: number }>();
    for (let n = 0; n < users; n++) {
      const share = expectedShare(flag, user(n));
      const tally = seen.get(share) ?? { on: 0, of: 0 };
      const on = isOn(n);
      if (on === undefined) throw new Error(`${name} doesn't answer ${flag.key}`);
      seen.set(share, { on: tally.on + (on ? 1 : 0), of: tally.of + 1 });
    }
    for (const [share, { on, of }] of seen) {
      const p = share / 100;
      const allowed = 5 * Math.sqrt(of * p * (1 - p));
      if (Math.abs(on - of * p) > allowed)
        throw new Error(`${name}: ${flag.key} is on for ${on} of ${of}, not ${share} %`);
    }
  };
  check(SINGLE, CHECKED.evaluate, (n) => answers.evaluate[n]);
  for (const flag of flagSpecs(BULK)) check(flag, CHECKED.evaluateAll, (n) => bulk[n]!.get(flag.key));
}

function onByKey(text: string): Map<string, boolean> {
  const { flags } = JSON.parse(text) as { flags: { key: string; value: boolean; variant: string; reason: string }[] };
  return new Map(flags.map((one) => [one.key, one.value === true && one.variant === "on" && one.reason !== ""]));
}
