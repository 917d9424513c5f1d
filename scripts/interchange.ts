import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { casesOf } from "./interchange/cases.ts";
import { type ConfigCatCase, judgeConfigCat } from "./interchange/configcat.ts";
import { type GrowthBookCase, isOfDefinition, judgeGrowthBook } from "./interchange/growthbook.ts";
import { judgeLaunchDarkly, type LaunchDarklyCase } from "./interchange/launchdarkly.ts";
import { judgeUnleash, type UnleashCase } from "./interchange/unleash.ts";

/*
 * Gives vendors' public evaluation cases to the importers, and writes how many were right, refused and wrong into
 * docs/interchange.md. The cases aren't part of the project: without them nothing is written.
 */

const DOCUMENT = fileURLToPath(new URL("../docs/interchange.md", import.meta.url));
const BEGIN = "<!-- begin: cases -->";
const END = "<!-- end: cases -->";

/** Every vendor's cases by group, and what became of them: `right`, `wrong`, or the code of a refusal. */
const VENDORS: { [name: string]: () => { group: string; verdict: string }[] } = {
  GrowthBook: () =>
    casesOf<GrowthBookCase>("growthbook")
      .filter(isOfDefinition)
      .map((one) => ({ group: one.group, verdict: judgeGrowthBook(one) })),
  ConfigCat: () =>
    casesOf<ConfigCatCase>("configcat")
      .filter(({ expected }) => "value" in expected)
      .map((one) => ({ group: one.group, verdict: judgeConfigCat(one) })),
  Unleash: () => casesOf<UnleashCase>("unleash").map((one) => ({ group: one.group, verdict: judgeUnleash(one) })),
  LaunchDarkly: () =>
    casesOf<LaunchDarklyCase>("launchdarkly")
      .filter(({ kind }) => kind !== "hash")
      .map((one) => ({ group: one.group, verdict: judgeLaunchDarkly(one) })),
};

type Tally = { cases: number; right: number; refused: Map<string, number>; wrong: number };

/** Whether the cases are here. */
export const havingCases = casesOf("unleash").length > 0 && casesOf("launchdarkly").length > 0;

/** The table of the cases by group, in Markdown. */
export function tableOfCases(): string {
  const rows = Object.entries(VENDORS).flatMap(([vendor, judged]) => {
    const tallies = new Map<string, Tally>();
    const whole: Tally = { cases: 0, right: 0, refused: new Map(), wrong: 0 };
    for (const { group, verdict } of judged()) {
      const tally = tallies.get(group) ?? { cases: 0, right: 0, refused: new Map<string, number>(), wrong: 0 };
      tallies.set(group, tally);
      for (const one of [tally, whole]) count(one, verdict);
    }
    const groups = [...tallies].sort(([a], [b]) => (a < b ? -1 : 1));
    return [...groups.map(([group, tally]) => row(`${vendor} ${group}`, tally)), row(`**${vendor}, all**`, whole)];
  });
  return ["| group | cases | right | refused | wrong |", "| --- | --: | --: | --- | --: |", ...rows].join("\n");
}

function count(tally: Tally, verdict: string): void {
  tally.cases++;
  if (verdict === "right" || verdict === "wrong") tally[verdict]++;
  else tally.refused.set(verdict, (tally.refused.get(verdict) ?? 0) + 1);
}

function row(name: string, { cases, right, refused, wrong }: Tally): string {
  const reasons = [...refused].map(([code, count]) => `${count} \`${code}\``).join(", ");
  return `| ${name} | ${cases} | ${right} | ${reasons || 0} | ${wrong} |`;
}

/** The document with a table in its place. */
export function withTable(document: string, table: string): string {
  const [before, after] = [document.indexOf(BEGIN) + BEGIN.length, document.indexOf(END)];
  return `${document.slice(0, before)}\n\n${table}\n\n${document.slice(after)}`;
}

if (import.meta.main) {
  if (!havingCases) console.log("The public cases aren't here; docs/interchange.md stays as it is.");
  else await writeFile(DOCUMENT, withTable(await readFile(DOCUMENT, "utf8"), tableOfCases()));
}
