import { mostFalse, type RuleName, RULES, type Summary } from "./many.ts";
import type { Scenario } from "./run.ts";
import { ALPHA } from "./scenarios.ts";

/* What was simulated, as tables for people and for docs/simulation.md. */

export type Result = { scenario: Scenario & { expected?: number }; rules: Partial<Record<RuleName, Summary>> };
export type Results = { healthy: Result[]; table: Result[]; harmful: Result[]; stopped: Result[] };

const NAMES: Record<RuleName, string> = { sluice: "Sluice", threshold: "99 % success", "z-test": "z-test" };

export const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
const number = (value: number): string => (value < Infinity ? Math.round(value).toLocaleString("en") : "never");

/** Detected within a quarter of what the design's table says, or, of the shortest, in three minutes. */
export function isOnTime(found: number, expected: number): boolean {
  return Math.abs(found - expected) <= Math.max(0.25 * expected, expected <= 2 ? 1 : 0);
}

export function tables({ healthy, table, harmful, stopped }: Results): string {
  const headings = RULES.map((rule) => NAMES[rule]);
  const rules = (result: Result, cell: (summary: Summary) => string): string[] =>
    RULES.map((rule) => (result.rules[rule] ? cell(result.rules[rule]) : ""));
  const ours = ({ rules: { sluice } }: Result): Summary => sluice!;
  return [
    `## Healthy releases that are taken back`,
    "",
    `Nothing is wrong in any of these. At most ${percent(ALPHA)} may be taken back, and by chance ${percent(
      mostFalse(ours(healthy[0]!).runs),
    )} in so many runs.`,
    "",
    rows(
      ["scenario", ...headings, "Sluice: completed", "held", ""],
      healthy.map((one) => [
        one.scenario.name,
        ...rules(one, ({ unreleased }) => percent(unreleased)),
        percent(ours(one).completed),
        percent(ours(one).held),
        ours(one).unreleased <= mostFalse(ours(one).runs) ? "reached" : "**not reached**",
      ]),
    ),
    "",
    "## Minutes until harm is found",
    "",
    "Harm from the first minute on, at one share; medians, with dispersion 1. 35 seconds come on top, until a bin is judged.",
    "",
    rows(
      ["harm", "design", "Sluice", ""],
      table.map((one) => [
        one.scenario.name,
        String(one.scenario.expected),
        number(ours(one).minutes),
        isOnTime(ours(one).minutes, one.scenario.expected!) ? "reached" : "**not reached**",
      ]),
    ),
    "",
    "## Harmful releases",
    "",
    "Medians of minutes from the beginning of harm to the un-release, and of people (of 100 000) and requests that met it until then. In brackets: taken back before there was any harm.",
    "",
    rows(
      ["scenario", "rule", "taken back", "minutes", "people", "requests"],
      harmful.flatMap(({ scenario, rules: of }) =>
        RULES.map((rule) => {
          const { unreleased, early, minutes, people, requests } = of[rule]!;
          const taken = `${percent(unreleased)}${early > 0 ? ` (${percent(early)})` : ""}`;
          return [scenario.name, NAMES[rule], taken, number(minutes), number(people), number(requests)];
        }),
      ),
    ),
    "",
    "## Releases of which too little is known",
    "",
    "They must neither go on nor be taken back for harm that nobody has seen.",
    "",
    rows(
      ["scenario", ...headings],
      stopped.map((one) => [
        one.scenario.name,
        ...rules(one, ({ held, completed, unreleased, heldBy }) =>
          [
            held > 0 && `held ${percent(held)} (${heldBy.join(", ")})`,
            completed > 0 && `completed ${percent(completed)}`,
            unreleased > 0 && `taken back ${percent(unreleased)}`,
          ]
            .filter(Boolean)
            .join(", "),
        ),
      ]),
    ),
  ].join("\n");
}

function rows(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...lines.map(line)].join("\n");
}
