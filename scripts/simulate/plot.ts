import { most, type RuleName, RULES, type Summary } from "./many.ts";
import { nameOf, NAMES, percent, type Results } from "./report.ts";
import type { Scenario } from "./run.ts";
import { ALPHA, HARMFUL, HEALTHY } from "./scenarios.ts";

/* False un-releases of every healthy population, and requests that met the harm of every harmful release, as one SVG. */

const WIDTH = 960;
const LABEL = 300;
const ROOM = WIDTH - LABEL - 120;
const BAR = 11;
const GROUP = RULES.length * BAR + 12;

/** Colours follow the reader's scheme; every text and mark keeps its contrast on either background. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 14px; }
  .note { fill: #59636e; }
  .value { font-size: 10px; font-variant-numeric: tabular-nums; }
  .name { text-anchor: end; }
  .ground { fill: #ffffff; }
  .r0 { fill: #54a0ff; } .r1 { fill: #b7c0c9; } .r2 { fill: #7d8590; } .r3 { fill: #c9a26d; } .r4 { fill: #9b7fc4; }
  .limit { stroke: #bc4c00; stroke-width: 1.5; stroke-dasharray: 4 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .note { fill: #9198a1; }
    .ground { fill: #0d1117; }
    .r0 { fill: #1f6feb; } .r1 { fill: #4b535d; } .r2 { fill: #7d8590; } .r3 { fill: #8a6d3b; } .r4 { fill: #6e52a0; }
    .limit { stroke: #f0883e; }
  }
`;

type Line = { scenario: Scenario; of: Partial<Record<RuleName, Summary>> };

export function plot({ releases }: Results): string {
  const lines = (scenarios: readonly Scenario[]): Line[] =>
    scenarios.flatMap((scenario) => {
      const of = releases[nameOf(scenario)];
      return of ? [{ scenario, of }] : [];
    });
  const [healthy, harmful] = [lines(HEALTHY), lines(HARMFUL)];
  const top = 70;
  const second = top + 40 + healthy.length * GROUP + 30;
  const height = second + 40 + harmful.length * GROUP + 16;
  const all = harmful.flatMap(({ of }) => RULES.map((rule) => met(of[rule])).filter(Number.isFinite));
  const greatest = Math.max(1, ...all);
  const limit = LABEL + most(ALPHA, 1_000) * ROOM;
  const legend = RULES.map(
    (rule, i) =>
      `<rect class="r${i}" x="${20 + i * 140}" y="38" width="12" height="12"/><text x="${38 + i * 140}" y="49">${NAMES[rule]}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>Simulated releases</title>
<style>${STYLE}</style>
<rect class="ground" width="${WIDTH}" height="${height}"/>
<text class="title" x="20" y="26">Simulated releases: less is better</text>
${legend.join("\n")}
<text class="title" x="20" y="${top + 20}">Healthy releases that are taken back <tspan class="note">Dashed: the most that chance allows</tspan></text>
${bars(healthy, top + 36, Math.ceil(limit - LABEL), (summary) => ({
  length: summary.unreleased,
  text: percent(summary.unreleased),
}))}
<line class="limit" x1="${limit}" x2="${limit}" y1="${top + 32}" y2="${top + 32 + healthy.length * GROUP}"/>
<text class="title" x="20" y="${second + 20}">Requests that meet the harm until it is taken back <tspan class="note">Median; a logarithmic scale</tspan></text>
${bars(harmful, second + 36, 0, (summary) => {
  const requests = met(summary);
  return Number.isFinite(requests)
    ? {
        length: Math.log10(1 + requests) / Math.log10(1 + greatest),
        text: Math.round(requests).toLocaleString("en"),
      }
    : { length: 1, text: "half of them never taken back" };
})}
</svg>
`;
}

/** JSON has no Infinity. */
function met(summary: Summary | undefined): number {
  return summary?.requests ?? Infinity;
}

/** `clear`: so much of the room is kept free of figures. */
function bars(
  lines: readonly Line[],
  y: number,
  clear: number,
  of: (summary: Summary) => { length: number; text: string },
): string {
  return lines
    .flatMap(({ scenario, of: rules }, i) => [
      `<text class="name" x="${LABEL - 10}" y="${y + i * GROUP + 30}">${scenario.kind === "latency" ? "latency: " : ""}${scenario.name}</text>`,
      ...RULES.flatMap((rule, j) => {
        const summary = rules[rule];
        if (!summary) return [];
        const { length, text } = of(summary);
        const at = y + i * GROUP + j * BAR;
        const width = Math.max(1, Math.round(length * ROOM));
        return [
          `<rect class="r${j}" x="${LABEL}" y="${at}" width="${width}" height="${BAR - 2}"/><text class="value" x="${LABEL + Math.max(width, clear) + 5}" y="${at + 8}">${text}</text>`,
        ];
      }),
    ])
    .join("\n");
}
