import { rmSync, writeFileSync, readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gate } from "./gate.ts";
import { cold, growth } from "./growth.ts";
import { http } from "./http.ts";
import { inside, PACKAGES } from "./inside.ts";
import { progress } from "./measure.ts";
import { plot } from "./plot.ts";
import { groups, groupTables, type Results, targets, targetTable } from "./report.ts";

/*
 * `npm run bench`: measures, prints, and (when everything was measured in enough rounds) writes the figures into
 * docs/benchmark.md and docs/benchmark.svg. `--only inside|http|gate|growth|cold` and `--rounds n` for a quick look.
 */

const ENOUGH = 6;
const { values: options } = parseArgs({
  options: { only: { type: "string", multiple: true }, rounds: { type: "string", default: String(ENOUGH) } },
});
const rounds = Number(options.rounds);
const root = join(import.meta.dirname, "..");
const directory = join(root, "dist", "bench");
const wanted = (part: string): boolean => options.only === undefined || options.only.includes(part);

rmSync(directory, { recursive: true, force: true });
const begun = Date.now();
const results: Results = {};
if (wanted("inside")) results.inside = await inside(directory, rounds);
if (wanted("http")) results.http = await http(directory, rounds);
if (wanted("gate")) results.gate = await gate(directory, rounds);
if (wanted("growth")) results.growth = await growth(directory, rounds);
if (wanted("cold")) results.cold = await cold(directory, rounds);
progress("");

const minutes = ((Date.now() - begun) / 60_000).toFixed(1);
const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
const what = `${new Date().toISOString().slice(0, 10)}, ${machine}, ${versions()}, ${rounds} rounds in ${minutes} minutes.`;
const figures = [what, "", targetTable(targets(results)), groupTables(groups(results))].join("\n");
console.log(figures);

if (options.only === undefined && rounds >= ENOUGH) {
  const page = join(root, "docs", "benchmark.md");
  const [before, , after] = readFileSync(page, "utf8").split(/(<!-- figures -->\n[^]*<!-- end of figures -->)/);
  writeFileSync(page, `${before}<!-- figures -->\n\n${figures}\n<!-- end of figures -->${after}`);
  writeFileSync(join(root, "docs", "benchmark.svg"), plot(groups(results), `${rounds} rounds, ${machine}.`));
}
process.exit(0);

/** What was measured against what, as package.json pins it. */
function versions(): string {
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  return ["workerd", ...PACKAGES].map((name) => `${name} ${devDependencies[name]}`).join(", ");
}
