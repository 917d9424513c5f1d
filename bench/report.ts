import { GATE, type Gated } from "./gate.ts";
import { COLD, SIZES } from "./growth.ts";
import { HTTP, type Http } from "./http.ts";
import { HANDWRITTEN, OTHERS, SLUICE } from "./inside.ts";
import { type Measured, median, ratios } from "./measure.ts";

/* What was measured, as tables of Markdown and as groups for the plot; each target with whether it was reached. */

export type Results = {
  inside?: { evaluate: Measured; evaluateAll: Measured };
  http?: Http;
  gate?: Gated;
  growth?: { flags: Measured; members: Measured };
  cold?: Measured;
};

type Bound = { atLeast: number } | { atMost: number };

/** A target: a ratio of two contestants, round by round, and what it must be. */
export type Target = { what: string; values: number[]; bound: Bound };

/** A picture's worth: the contestants of one measurement. `limit`: the most that ours may cost to reach its target. */
export type Group = {
  title: string;
  unit: string;
  rows: { name: string; values: number[]; ours: boolean }[];
  limit: number;
};

export function targets({ inside, http, gate, growth, cold }: Results): Target[] {
  const found: Target[] = [];
  const add = (what: string, measured: Measured, over: string, under: string, bound: Bound): void => {
    found.push({ what: `${what}: ${over} ÷ ${under}`, values: ratios(measured, over, under), bound });
  };
  if (inside) {
    const { evaluate, evaluateAll } = inside;
    add("One flag", evaluate, fastest(evaluate), SLUICE, { atLeast: 2 });
    add("100 flags to JSON", evaluateAll, fastest(evaluateAll), SLUICE, { atLeast: 3 });
    add("One flag", evaluate, HANDWRITTEN, SLUICE, { atLeast: 0.5 });
    add("100 flags to JSON", evaluateAll, HANDWRITTEN, SLUICE, { atLeast: 0.8 });
  }
  if (http) {
    add("HTTP, one flag", http.single, HTTP.sluice, HTTP.floor, { atMost: 1.15 });
    add("HTTP, 100 flags", http.bulk, HTTP.sluice, HTTP.floor, { atMost: 1.5 });
    found.push(wellBelow("HTTP, one flag", http.single), wellBelow("HTTP, 100 flags", http.bulk));
    add("First response of a fresh runtime", http.first, HTTP.sluice, HTTP.noop, { atMost: 1.5 });
  }
  if (gate) {
    add("A page", gate.page, GATE.gated, GATE.bare, { atMost: 1.25 });
    add("A page", gate.page, GATE.canaried, GATE.bare, { atMost: 1.25 });
    add("A handler of 300 µs", gate.busy, GATE.gated, GATE.bare, { atMost: 1.1 });
    add("What its visitor waits", gate.dark, GATE.shadowed, GATE.bare, { atMost: 1.1 });
  }
  if (growth) {
    add("Cost per flag", growth.flags, SIZES.flags.most, SIZES.flags.least, { atMost: 1.5 });
    add("Membership test", growth.members, SIZES.members.most, SIZES.members.least, { atMost: 5 });
  }
  if (cold) add("Cold isolate, 5000 flags", cold, COLD.one, COLD.parse, { atMost: 2 });
  return found;
}

/** "Well below" as a number: what Sluice adds to the bytes that the runtime moves anyway is at most half of what parts add. */
function wellBelow(what: string, measured: Measured): Target {
  const [ours, parts, floor] = [HTTP.sluice, HTTP.parts, HTTP.floor].map((name) => measured.get(name)!);
  const values = ours!.map((value, round) => (value - floor![round]!) / (parts![round]! - floor![round]!));
  return {
    what: `${what}: what ${HTTP.sluice} adds to ${HTTP.floor} ÷ what ${HTTP.parts} adds`,
    values,
    bound: { atMost: 0.5 },
  };
}

/** The engine of others with the lowest median. */
function fastest(measured: Measured): string {
  const cost = (name: string): number => median(measured.get(name)!);
  return OTHERS.reduce((best, name) => (cost(name) < cost(best) ? name : best));
}

export function groups({ inside, http, gate, growth, cold }: Results): Group[] {
  const found: Group[] = [];
  /** `limit` is the target as a multiple of what the contestant `of` costs. */
  const add = (title: string, unit: string, factor: number, measured: Measured, limit: number, of: string): void => {
    const alone = measured === growth?.flags || measured === growth?.members; // nobody but Sluice at different sizes
    const ours = (name: string): boolean =>
      alone || name === SLUICE || [COLD.one, COLD.all, GATE.gated, GATE.canaried, GATE.shadowed].includes(name);
    const rows = [...measured].map(([name, values]) => {
      return { name, values: values.map((value) => value * factor), ours: ours(name) };
    });
    found.push({ title, unit, rows, limit: limit * factor * median(measured.get(of)!) });
  };
  if (inside) {
    add("One flag, in the runtime", "ns CPU", 1000, inside.evaluate, 1 / 2, fastest(inside.evaluate));
    add(
      "100 flags to a JSON body, in the runtime",
      "µs CPU",
      1,
      inside.evaluateAll,
      1 / 3,
      fastest(inside.evaluateAll),
    );
  }
  if (http) {
    add("One flag over HTTP", "µs CPU", 1, http.single, 1.15, HTTP.floor);
    add("100 flags over HTTP", "µs CPU", 1, http.bulk, 1.5, HTTP.floor);
  }
  if (gate) {
    add("A page behind a gate, over HTTP", "µs CPU", 1, gate.page, 1.25, GATE.bare);
    add("A handler of 300 µs behind a gate, over HTTP", "µs CPU", 1, gate.busy, 1.1, GATE.bare);
    add("The same with a candidate beside a tenth of the requests, median wait", "µs", 1, gate.dark, 1.1, GATE.bare);
  }
  if (growth) {
    add("Cost per flag, by flags in the environment", "ns CPU", 1000, growth.flags, 1.5, SIZES.flags.least);
    add("Membership test, by members listed", "ns CPU", 1000, growth.members, 5, SIZES.members.least);
  }
  if (cold) add("Cold isolate, 5000 flags", "ms CPU", 1e-3, cold, 2, COLD.parse);
  if (http) add("From start to first response", "ms", 1e-3, http.first, 1.5, HTTP.noop);
  return found;
}

function isReached({ values, bound }: Target): boolean {
  return "atLeast" in bound ? median(values) >= bound.atLeast : median(values) <= bound.atMost;
}

export function targetTable(all: readonly Target[]): string {
  const rows = all.map((target) => {
    const { what, values, bound } = target;
    const wanted = "atLeast" in bound ? `≥ ${bound.atLeast}` : `≤ ${bound.atMost}`;
    return [what, spread(values), wanted, isReached(target) ? "reached" : "**not reached**"];
  });
  return table(["Ratio", "median (lowest to highest round)", "target", ""], rows);
}

export function groupTables(all: readonly Group[]): string {
  return all
    .map(({ title, unit, rows }) =>
      table(
        [title, unit],
        rows.map(({ name, values }) => [name, spread(values)]),
      ),
    )
    .join("\n");
}

const spread = (values: readonly number[]): string =>
  `${short(median(values))} (${short(Math.min(...values))} to ${short(Math.max(...values))})`;

/** Three significant digits. */
export function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((text, column) => Math.max(text.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line), ""].join("\n");
}
