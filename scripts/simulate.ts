import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ROOT } from "./build.ts";
import { type RuleName, RULES, simulate } from "./simulate/many.ts";
import { plot } from "./simulate/plot.ts";
import { type Result, type Results, tables } from "./simulate/report.ts";
import type { Scenario } from "./simulate/run.ts";
import { HARMFUL, HEALTHY, STOPPED, TABLE } from "./simulate/scenarios.ts";

/*
 * `npm run simulate`: drives whole releases through made-up traffic, prints what came of them, and (with enough runs)
 * writes it into docs/simulation.md and docs/simulation.svg. `--runs n` for a quick look, `--seed n` for other chance.
 */

const ENOUGH = 1_000;
const { values: options } = parseArgs({
  options: { runs: { type: "string", default: String(ENOUGH) }, seed: { type: "string", default: "20261121" } },
});
const runs = Number(options.runs);
const seed = Number(options.seed);

const all = [...HEALTHY, ...TABLE, ...HARMFUL, ...STOPPED];
const total = all.reduce((sum, scenario) => sum + runsOf(scenario), 0);
let done = 0;

function runsOf({ part = 1 }: Scenario): number {
  return Math.max(1, Math.round(runs * part));
}

function progress(name: string): void {
  const filled = Math.round((done / total) * 30);
  const bar = "█".repeat(filled) + "·".repeat(30 - filled);
  process.stderr.write(`\r${bar} ${String(Math.floor((done / total) * 100)).padStart(3)} % ${name.padEnd(40)}`);
}

function results(scenarios: readonly Scenario[], rules: readonly RuleName[]): Result[] {
  return scenarios.map((scenario) => {
    const found = rules.map((rule) => {
      let n = 0;
      const summary = simulate(scenario, rule, runsOf(scenario), seed, () => {
        // The others cost next to nothing.
        if (rule === "sluice") done += 1;
        if (n++ % 20 === 0) progress(scenario.name);
      });
      return [rule, summary] as const;
    });
    return { scenario, rules: Object.fromEntries(found) };
  });
}

const begun = Date.now();
const found: Results = {
  healthy: results(HEALTHY, RULES),
  table: results(TABLE, ["sluice"]),
  harmful: results(HARMFUL, RULES),
  stopped: results(STOPPED, RULES),
};
process.stderr.write("\r\x1b[K");

const minutes = ((Date.now() - begun) / 60_000).toFixed(1);
const what = `${new Date().toISOString().slice(0, 10)}, ${runs} releases for each scenario and rule, seed ${seed}, in ${minutes} minutes.`;
const figures = [what, "", tables(found)].join("\n");
console.log(figures);

if (runs >= ENOUGH) {
  const page = `${ROOT}docs/simulation.md`;
  const [before, , after] = readFileSync(page, "utf8").split(/(<!-- figures -->\n[^]*<!-- end of figures -->)/);
  writeFileSync(page, `${before}<!-- figures -->\n\n${figures}\n\n<!-- end of figures -->${after}`);
  writeFileSync(`${ROOT}docs/simulation.svg`, plot(found, what));
  console.log("\nWritten to docs/simulation.md and docs/simulation.svg");
}
