import { SimpleGrid } from "@mantine/core";
import { useMemo } from "react";
import { hasEnded, type ReleaseView } from "../../contract/release.ts";
import { useAsk } from "../app/ask.ts";
import type { Answer } from "../app/client.ts";
import { Chart, type Line } from "../common/chart.tsx";
import { useNow } from "../common/time.tsx";
import { addPoint, errorShare, type Total } from "../common/totals.ts";

type Series = Answer<"flagMetrics">["series"][number];
const STEPS = [
  ["1m", 60_000],
  ["5m", 300_000],
  ["15m", 900_000],
  ["1h", 3_600_000],
  ["1d", 86_400_000],
] as const;
const POINTS = 400;

/** Both arms of a release over time, with what was decided as marks. */
export function Arms({ env, release }: { env: string; release: ReleaseView }) {
  const minute = Math.floor(useNow(20_000) / 60_000) * 60_000;
  const from = Math.floor(Date.parse(release.createdAt) / 60_000) * 60_000;
  const to = hasEnded(release.state) && release.endedAt ? Date.parse(release.endedAt) + 60_000 : minute;
  const span = Math.max(to - from, 600_000);
  const [resolution] = STEPS.find(([, ms]) => span / ms <= POINTS) ?? STEPS[4];
  const query = {
    since: new Date(from).toISOString(),
    until: new Date(Math.max(to, from + 60_000)).toISOString(),
    resolution,
  };
  const { data } = useAsk("flagMetrics", { path: { env, key: release.flag }, query }, { keep: true, every: 20_000 });
  const sides = useMemo(() => sidesOf(data?.body.series ?? [], release.id), [data, release.id]);
  const marks = release.timeline.map(({ at, what }) => ({ at: Date.parse(at), label: what }));
  if (data === undefined || sides.every(({ points }) => points.length === 0)) return null;
  const closed = Date.parse(data.body.closedUntil);
  const common = { from, to: Math.max(to, from + 600_000), closed, marks };
  const lines = (read: (total: Total) => number | undefined): Line[] =>
    sides.map(({ name, place, points }) => ({
      name,
      place,
      dashed: name === "control",
      points: points.flatMap((one) => {
        const value = read(one);
        return value === undefined ? [] : [{ at: one.at, value }];
      }),
    }));
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <Chart
        title="Requests and exposures"
        unit=""
        {...common}
        lines={lines(({ requests, exposures }) => requests + exposures)}
      />
      <Chart title="Share of errors" unit="%" {...common} lines={lines(errorShare)} />
      <Chart title="Latency, p95" unit="ms" {...common} lines={lines(({ p95 }) => p95)} />
    </SimpleGrid>
  );
}

type Side = { name: string; place: number; points: Total[] };

/** Treatment and control, added over variants, epochs and sources. */
function sidesOf(series: readonly Series[], id: string): Side[] {
  return (["t", "c"] as const).map((letter, place) => {
    const points = new Map<number, Total>();
    for (const one of series) {
      if (one.cohort === undefined || !one.cohort.startsWith(`${id}.`) || !one.cohort.endsWith(`.${letter}`)) continue;
      for (const point of one.points) addPoint(points, point);
    }
    return {
      name: letter === "t" ? "treatment" : "control",
      place,
      points: [...points.values()].toSorted((a, b) => a.at - b.at),
    };
  });
}
