import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { iterations } from "./inside.ts";
import { type Contestant, type Measured, measure, progress } from "./measure.ts";
import { snapshotBody } from "./published.ts";
import { flagSpecs } from "./scenario.ts";
import { type Runtime, start } from "./workerd.ts";

/* Part (c): how costs grow with the number of flags and of listed members, and what the first evaluation costs. */

const FLAGS = [10, 100, 1_000, 5_000];
const MEMBERS = [10, 1_000, 100_000, 1_000_000];
const sized = (size: number): string => size.toLocaleString("en");
/** The names of the smallest and the largest contestant. */
export const SIZES = {
  flags: { least: sized(FLAGS[0]!), most: sized(FLAGS.at(-1)!) },
  members: { least: sized(MEMBERS[0]!), most: sized(MEMBERS.at(-1)!) },
};
export const COLD = { parse: "JSON.parse", one: "first evaluation of one flag", all: "first evaluation of all flags" };
const COLD_FLAGS = 5_000;

/** CPU µs per flag of a bulk evaluation, and per membership test, by size. */
export async function growth(directory: string, rounds: number): Promise<{ flags: Measured; members: Measured }> {
  const script = await bundle('import { growth } from "./workers/growth.ts"; export default growth;');
  const bySize = async (path: string, sizes: readonly number[], per: (size: number) => number): Promise<Measured> => {
    const runtimes: Runtime[] = [];
    const contestants: Contestant[] = [];
    for (const size of sizes) {
      progress(`warming ${path} with ${size}`);
      const runtime = await start(join(directory, `growth-${size}`), { workers: { growth: { script } } });
      const sample = await iterations(runtime, `${path}?size=${size}`);
      runtimes.push(runtime);
      contestants.push({ name: sized(size), sample: async () => (await sample()) / per(size) });
    }
    const measured = await measure(`growth of ${path.slice(1)}`, contestants, rounds);
    for (const runtime of runtimes) await runtime.stop();
    return measured;
  };
  return { flags: await bySize("/flags", FLAGS, (size) => size), members: await bySize("/members", MEMBERS, () => 1) };
}

/** CPU µs of the first request that needs the body, each in a fresh process. */
export async function cold(directory: string, rounds: number): Promise<Measured> {
  const script = await bundle('import { cold } from "./workers/cold.ts"; export default cold;');
  const flags = flagSpecs(COLD_FLAGS);
  const BODY = JSON.stringify(snapshotBody(flags));
  const MIDDLE = flags[COLD_FLAGS / 2 + 2]!.key;
  const contestant = (name: string, path: string): Contestant => ({
    name,
    async sample() {
      const bindings = { BODY: { text: BODY }, MIDDLE: { text: MIDDLE } };
      const runtime = await start(join(directory, "cold"), { workers: { cold: { script, bindings } } });
      for (let i = 0; i < 3; i++) await (await fetch(runtime.origin)).text();
      const before = runtime.cpu();
      const response = await fetch(`${runtime.origin}${path}`);
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      await response.text();
      const spent = runtime.cpu() - before;
      await runtime.stop();
      return spent;
    },
  });
  const contestants = [
    contestant(COLD.parse, "/parse"),
    contestant(COLD.one, "/evaluate"),
    contestant(COLD.all, "/evaluateAll"),
  ];
  return measure("cold isolate", contestants, rounds, 3);
}
