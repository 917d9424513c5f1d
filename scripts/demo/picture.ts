import { styleText } from "node:util";
import type { ReleaseView } from "../../src/contract/release.ts";

/* A release as lines for a terminal. */

type Style = Parameters<typeof styleText>[0];
/** Without colours where nobody would see them. */
export type Paint = (style: Style, text: string) => string;

const STYLES: Record<string, Style> = {
  healthy: "green",
  completed: "green",
  harm: "red",
  invalid: "red",
  unreleased: "red",
  nodata: "yellow",
  inconclusive: "yellow",
  paused: "yellow",
};
const BAR = 40;

export const clock = (at: number | string): string => new Date(at).toISOString().slice(11, 19);
const coloured = (paint: Paint, word: string, width = 0): string => paint(STYLES[word] ?? "reset", word.padEnd(width));

/** All that there is to be seen. @param now epoch ms of the release's clock @param perMinute visitors */
export function pictureOf(
  view: ReleaseView,
  { now, perMinute, paint }: { now: number; perMinute: number; paint: Paint },
): string[] {
  const { percentage } = view;
  const filled = Math.round((percentage / 100) * BAR);
  const share = `${"█".repeat(filled)}${"░".repeat(BAR - filled)} ${percentage} %`;
  return [
    `  ${stagesOf(view, paint)}   ${coloured(paint, view.state)}`,
    "",
    `  share     ${paint("cyan", share)}   ${paint("dim", `${perMinute.toLocaleString("en")} visitors a minute`)}`,
    ...verdictsOf(view, paint),
    ...view.next.slice(0, 3).map(({ what, at }, i) => {
      const when = at === undefined ? "" : ` in ${Math.max(0, Math.round((Date.parse(at) - now) / 1000))} s`;
      return `  ${i === 0 ? "next    " : "        "}  ${what}${when}`;
    }),
    "",
    ...timelineOf(view, paint),
  ];
}

/** Told once, where nothing can be drawn over: what has happened, and verdicts as they change. */
export function changesOf(view: ReleaseView, before: ReleaseView | undefined): string[] {
  const told = view.timeline.slice(before?.timeline.length ?? 0).map(lineOf);
  const known = new Map(before?.verdicts.map(({ metric, verdict }) => [metric, verdict]));
  const verdicts = view.verdicts.filter(({ metric, verdict }) => known.get(metric) !== verdict);
  return [...verdicts.map(({ metric, verdict }) => `            ${metric} is ${verdict}`), ...told];
}

function stagesOf({ plan, stageIndex = -1, endedAt }: ReleaseView, paint: Paint): string {
  const names = plan.stages.map(({ name }, i) => {
    if (i < stageIndex) return paint("green", `✓ ${name}`);
    if (i > stageIndex) return paint("dim", `· ${name}`);
    return endedAt === undefined ? paint("bold", `▶ ${name}`) : `■ ${name}`;
  });
  return names.join(paint("dim", "  →  "));
}

function verdictsOf({ plan, verdicts }: ReleaseView, paint: Paint): string[] {
  return plan.guardrails.map(({ metric }) => {
    const found = verdicts.find((one) => one.metric === metric);
    const name = `  ${metric.padEnd(9)}`;
    if (!found) return `${name} ${paint("dim", "not judged yet in this stage")}`;
    const { exposures, events, logE, alarmAt } = found.evidence;
    const rate = (side: 0 | 1): string => {
      const [n, of] = [numberAt(events, side), numberAt(exposures, side)];
      return of > 0 ? `${((n / of) * 100).toFixed(1)} %`.padStart(7) : "      –";
    };
    const evidence = `evidence ${Number(logE ?? 0).toFixed(1)} of ${Number(alarmAt ?? 0).toFixed(1)}`;
    const sides = `with${rate(0)}   without${rate(1)}`;
    return `${name} ${coloured(paint, found.verdict, 13)} ${paint("dim", `${sides}   ${evidence}`)}`;
  });
}

function numberAt(value: unknown, side: 0 | 1): number {
  const one: unknown = Array.isArray(value) ? value[side] : undefined;
  return typeof one === "number" ? one : 0;
}

function timelineOf({ timeline }: ReleaseView, paint: Paint): string[] {
  return timeline.map((one) => {
    const line = lineOf(one);
    return one.to === "unreleased" ? paint("red", line) : line;
  });
}

function lineOf({ at, what, stage, cause, actor }: ReleaseView["timeline"][number]): string {
  const who = actor.via === "release" ? "" : ` (${actor.name})`;
  return `  ${clock(at)}  ${what.padEnd(9)} ${(stage ?? "").padEnd(5)} ${cause}${who}`;
}
