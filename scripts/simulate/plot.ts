import { mostFalse, type RuleName, RULES } from "./many.ts";
import { percent, type Result, type Results } from "./report.ts";

/* False un-releases of every healthy scenario, and people who met the harm of every harmful one, as one SVG. */

const WIDTH = 920;
const LABEL = 250;
const ROOM = WIDTH - LABEL - 110;
const BAR = 14;
const GROUP = RULES.length * BAR + 14;

/** Colours follow the reader's scheme; every text and mark keeps its contrast on either background. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 14px; }
  .note { fill: #59636e; }
  .value { font-size: 11px; font-variant-numeric: tabular-nums; }
  .name { text-anchor: end; }
  .ground { fill: #ffffff; }
  .sluice { fill: #54a0ff; } .threshold { fill: #b7c0c9; } .z-test { fill: #7d8590; }
  .limit { stroke: #bc4c00; stroke-width: 1.5; stroke-dasharray: 4 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .note { fill: #9198a1; }
    .ground { fill: #0d1117; }
    .sluice { fill: #1f6feb; } .threshold { fill: #4b535d; } .z-test { fill: #7d8590; }
    .limit { stroke: #f0883e; }
  }
`;

export function plot({ healthy, harmful }: Results, subtitle: string): string {
  const top = 84;
  const second = top + 40 + healthy.length * GROUP + 30;
  const height = second + 40 + harmful.length * GROUP + 16;
  const most = Math.max(...harmful.flatMap(({ rules }) => RULES.map((rule) => finite(rules[rule]!.people))));
  const limit = LABEL + mostFalse(healthy[0]!.rules.sluice!.runs) * ROOM;
  const legend = RULES.map(
    (rule, i) =>
      `<rect class="${rule}" x="${20 + i * 150}" y="54" width="12" height="12"/><text x="${38 + i * 150}" y="65">${NAMES[rule]}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>Simulated releases</title>
<style>${STYLE}</style>
<rect class="ground" width="${WIDTH}" height="${height}"/>
<text class="title" x="20" y="26">Simulated releases: less is better</text>
<text class="note" x="20" y="44">${subtitle}</text>
${legend.join("\n")}
<text class="title" x="20" y="${top + 20}">Healthy releases that are taken back <tspan class="note">Dashed: the most that chance allows</tspan></text>
${bars(healthy, top + 36, Math.ceil(limit - LABEL), (result, rule) => {
  const { unreleased } = result.rules[rule]!;
  return { length: unreleased, text: percent(unreleased) };
})}
<line class="limit" x1="${limit}" x2="${limit}" y1="${top + 32}" y2="${top + 32 + healthy.length * GROUP}"/>
<text class="title" x="20" y="${second + 20}">People who meet the harm until it is taken back <tspan class="note">Median, of 100 000; a logarithmic scale</tspan></text>
${bars(harmful, second + 36, 0, (result, rule) => {
  const { people } = result.rules[rule]!;
  const length = people < Infinity ? Math.log10(1 + people) / Math.log10(1 + most) : 1;
  return { length, text: people < Infinity ? Math.round(people).toLocaleString("en") : "never taken back" };
})}
</svg>
`;
}

const NAMES: Record<RuleName, string> = { sluice: "Sluice", threshold: "99 % success", "z-test": "z-test" };

const finite = (value: number): number => (value < Infinity ? value : 0);

/** `clear`: so much of the room is kept free of figures. */
function bars(
  results: readonly Result[],
  y: number,
  clear: number,
  of: (result: Result, rule: RuleName) => { length: number; text: string },
): string {
  return results
    .flatMap((result, i) => [
      `<text class="name" x="${LABEL - 10}" y="${y + i * GROUP + 26}">${result.scenario.name}</text>`,
      ...RULES.map((rule, j) => {
        const { length, text } = of(result, rule);
        const at = y + i * GROUP + j * BAR;
        const width = Math.max(1, Math.round(length * ROOM));
        return `<rect class="${rule}" x="${LABEL}" y="${at}" width="${width}" height="${BAR - 2}"/><text class="value" x="${LABEL + Math.max(width, clear) + 5}" y="${at + 10}">${text}</text>`;
      }),
    ])
    .join("\n");
}
