import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ROOT } from "./build.ts";
import { plain, type RuleName, RULES, simulate, timed, wronglyHealthy } from "./simulate/many.ts";
import { plot } from "./simulate/plot.ts";
import { nameOf, type Results, tables, WRONG_SHARES } from "./simulate/report.ts";
import { HARMFUL, HEALTHY, PLAIN, POPULATIONS, STOPPED, TABLE } from "./simulate/scenarios.ts";

/*
 * `npm run simulate`: drives whole releases through made-up traffic, prints what came of them, and (with enough runs)
 * writes it into docs/simulation.md and docs/simulation.svg.
 *
 * `--runs n` for a quick look, `--seed n` for other chance, `--only text` for what has it in its name, `--save file` to
 * keep what was found so far (and to go on from there), so that parts of it can run beside each other; `--from a,b` puts
 * together what was saved instead of running anything.
 */

const ENOUGH = 1_000;
/** Of the runs that are asked for, so many are enough to show what other rules do. */
const OTHERS = 0.2;
const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: String(ENOUGH) },
    seed: { type: "string", default: "20261130" },
    only: { type: "string", default: "" },
    save: { type: "string" },
    from: { type: "string" },
  },
});
const runs = Number(options.runs);
const seed = Number(options.seed);
const results: Results = { seed, releases: {}, wrong: {}, plain: {}, table: {} };

function take(file: string): void {
  if (!existsSync(file)) return;
  const saved = JSON.parse(readFileSync(file, "utf8")) as Results;
  for (const [name, rules] of Object.entries(saved.releases))
    results.releases[name] = { ...results.releases[name], ...rules };
  for (const [name, shares] of Object.entries(saved.wrong)) results.wrong[name] = { ...results.wrong[name], ...shares };
  Object.assign(results.plain, saved.plain);
  Object.assign(results.table, saved.table);
}

/** One thing to simulate, by name; it is skipped when it is there already. */
function work(name: string, isThere: () => boolean, run: () => void): void {
  if (!name.includes(options.only) || isThere()) return;
  const begun = Date.now();
  run();
  process.stderr.write(`${name}: ${((Date.now() - begun) / 1_000).toFixed(0)} s\n`);
  if (options.save !== undefined) writeFileSync(options.save, JSON.stringify(results));
}

const partOf = (part = 1): number => Math.max(1, Math.round(runs * part));

function everything(): void {
  for (const [i, { share, factor, expected }] of PLAIN.entries())
    work(
      `plain ${factor}× at ${share}`,
      () => String(i) in results.plain,
      () => (results.plain[i] = { runs, minutes: plain(share, factor, expected, runs, seed) }),
    );
  for (const rule of RULES) for (const scenario of [...HARMFUL, ...HEALTHY, ...STOPPED]) release(scenario, rule);
  for (const [population, service] of Object.entries(POPULATIONS))
    for (const share of WRONG_SHARES) {
      const minutes = service.perSecond < 10 ? 5_760 : 480;
      const count = partOf(service.perSecond < 10 ? 0.3 : 1);
      work(
        `wrong ${population} at ${share}`,
        () => results.wrong[population]?.[share] !== undefined || service.errors === 0,
        () =>
          ((results.wrong[population] ??= {})[share] = {
            runs: count,
            part: wronglyHealthy(service, share, minutes, count, seed),
          }),
      );
    }
  for (const [i, cell] of TABLE.entries()) {
    const count = partOf(cell.expected > 600 ? 0.1 : cell.expected > 120 ? 0.3 : 1);
    work(
      `table ${cell.perSecond} ${cell.what} at ${cell.share}`,
      () => String(i) in results.table,
      () => (results.table[i] = { runs: count, minutes: finite(timed(cell, count, seed)) }),
    );
  }
}

function release(scenario: (typeof HEALTHY)[number], rule: RuleName): void {
  const name = nameOf(scenario);
  const count = partOf((scenario.part ?? 1) * (rule === "sluice" ? 1 : OTHERS));
  work(
    `${name}, ${rule}`,
    () => results.releases[name]?.[rule] !== undefined,
    () => ((results.releases[name] ??= {})[rule] = simulate(scenario, rule, count, seed)),
  );
}

function finite(minutes: number): number | null {
  return Number.isFinite(minutes) ? minutes : null;
}

if (options.from !== undefined) for (const file of options.from.split(",")) take(file);
else {
  if (options.save !== undefined) take(options.save);
  everything();
}

const figures = tables(results);
console.log(figures);
if (options.from !== undefined || (runs >= ENOUGH && options.only === "")) {
  const page = `${ROOT}docs/simulation.md`;
  const [before, , after] = readFileSync(page, "utf8").split(/(<!-- figures -->\n[^]*<!-- end of figures -->)/);
  writeFileSync(page, `${before}<!-- figures -->\n\n${figures}\n\n<!-- end of figures -->${after}`);
  writeFileSync(`${ROOT}docs/simulation.svg`, plot(results));
  console.log("\nWritten to docs/simulation.md and docs/simulation.svg");
}
