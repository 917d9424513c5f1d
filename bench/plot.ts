import { median } from "./measure.ts";
import { type Group, short } from "./report.ts";

/* All groups as one SVG: horizontal bars of medians, whiskers from the lowest to the highest round. */

const PANEL = { width: 560, head: 34, row: 24, foot: 26, label: 190, value: 76 };
const COLUMNS = 2;

/** Colours follow the reader's scheme; every text and mark keeps its contrast on either background. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 14px; }
  .unit, .note { fill: #59636e; font-weight: 400; }
  .value { font-variant-numeric: tabular-nums; }
  .name { text-anchor: end; }
  .ground { fill: #ffffff; }
  .bar { fill: #b7c0c9; }
  .ours { fill: #54a0ff; }
  .whisker { stroke: #1f2328; stroke-width: 1.5; }
  .limit { stroke: #bc4c00; stroke-width: 1.5; stroke-dasharray: 4 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .unit, .note { fill: #9198a1; }
    .ground { fill: #0d1117; }
    .bar { fill: #4b535d; }
    .ours { fill: #1f6feb; }
    .whisker { stroke: #e6edf3; }
    .limit { stroke: #f0883e; }
  }
`;

export function plot(groups: readonly Group[], subtitle: string): string {
  const heights: number[] = [];
  groups.forEach(({ rows }, i) => {
    const line = Math.floor(i / COLUMNS);
    heights[line] = Math.max(heights[line] ?? 0, PANEL.head + rows.length * PANEL.row + PANEL.foot);
  });
  const top = 64;
  const width = PANEL.width * COLUMNS + 24;
  const height = top + heights.reduce((sum, one) => sum + one, 0);
  const panels = groups.map((group, i) => {
    const line = Math.floor(i / COLUMNS);
    const y = top + heights.slice(0, line).reduce((sum, one) => sum + one, 0);
    return `<g transform="translate(${12 + (i % COLUMNS) * PANEL.width} ${y})">${panel(group)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>Benchmark of Sluice</title>
<style>${STYLE}</style>
<rect class="ground" width="${width}" height="${height}"/>
<text class="title" x="20" y="26">What it costs: less is better</text>
<text class="note" x="20" y="46">${escaped(subtitle)} Dashed: the most that Sluice may cost to reach its target.</text>
${panels.join("\n")}
</svg>
`;
}

function panel({ title, unit, rows, limit }: Group): string {
  const room = PANEL.width - PANEL.label - PANEL.value - 20;
  const most = Math.max(limit, ...rows.flatMap((row) => row.values));
  const x = (value: number): number => Math.round((PANEL.label + (value / most) * room) * 10) / 10;
  const bars = rows.map(({ name, values, ours }, i) => {
    const y = PANEL.head + i * PANEL.row;
    const middle = y + 8;
    const [low, high] = [Math.min(...values), Math.max(...values)];
    // The figure stands behind the whisker, and behind the dashed line where that would cross it.
    const behind = x(limit) >= x(high) && x(limit) - x(high) < PANEL.value ? limit : high;
    return [
      `<text class="name" x="${PANEL.label - 8}" y="${y + 13}">${escaped(name)}</text>`,
      `<rect class="${ours ? "ours" : "bar"}" x="${PANEL.label}" y="${y}" width="${x(median(values)) - PANEL.label}" height="16" rx="2"/>`,
      `<line class="whisker" x1="${x(low)}" x2="${x(high)}" y1="${middle}" y2="${middle}"/>`,
      `<text class="value" x="${x(behind) + 6}" y="${y + 13}">${short(median(values))}</text>`,
    ].join("");
  });
  const bottom = PANEL.head + rows.length * PANEL.row - 4;
  return [
    `<text class="title" x="8" y="18">${escaped(title)} <tspan class="unit">${escaped(unit)}</tspan></text>`,
    ...bars,
    `<line class="limit" x1="${x(limit)}" x2="${x(limit)}" y1="${PANEL.head - 6}" y2="${bottom}"/>`,
  ].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
