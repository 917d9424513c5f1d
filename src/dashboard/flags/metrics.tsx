import { Alert, NativeSelect, SegmentedControl, SimpleGrid, Stack, Text } from "@mantine/core";
import { Group } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Flag } from "../../contract/flag.ts";
import { useAsk } from "../app/ask.ts";
import type { Answer } from "../app/client.ts";
import { Chart, type Line } from "../common/chart.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { useNow } from "../common/time.tsx";
import { addPoint, errorShare, type Total } from "../common/totals.ts";

const RANGES = {
  "1h": [3_600_000, "1m"],
  "6h": [21_600_000, "5m"],
  "24h": [86_400_000, "15m"],
  "7d": [604_800_000, "1h"],
} as const;
type Range = keyof typeof RANGES;
type Series = Answer<"flagMetrics">["series"][number];

/** What was counted of the flag, by variant, over time. */
export function MetricsTab({ env, flag }: { env: string; flag: Flag }) {
  const search = useSearch({ strict: false }) as { range?: string; source?: string };
  const navigate = useNavigate();
  const range: Range = search.range !== undefined && search.range in RANGES ? (search.range as Range) : "1h";
  const [span, resolution] = RANGES[range];
  const minute = Math.floor(useNow(15_000) / 60_000) * 60_000;
  const since = new Date(minute - span).toISOString();
  const { data, error, isPending, refetch } = useAsk(
    "flagMetrics",
    { path: { env, key: flag.key }, query: { since, resolution } },
    { every: 20_000, keep: true },
  );
  const history = useAsk("flagHistory", { path: { env, key: flag.key }, query: { limit: 100 } });
  const marks = useMemo(
    () =>
      (history.data?.body.entries ?? [])
        .map((entry) => ({ at: Date.parse(entry.at), label: entry.action }))
        .filter(({ at }) => at > minute - span),
    [history.data, minute, span],
  );
  const set = (change: object): void =>
    void navigate({ to: ".", replace: true, search: { ...search, ...change } as never });
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Waiting />;
  const source = search.source ?? "";
  const series = data.body.series.filter((one) => source === "" || one.source === source);
  const closed = Date.parse(data.body.closedUntil);
  const fromClients = series.some((one) => one.source === "client");
  const outcomes = [...new Set(series.flatMap((one) => Object.keys(one.total.outcomes)))].toSorted();
  const common = { closed, marks, from: minute - span, to: minute };
  const pick = (read: (total: Total) => number | undefined): Line[] => lines(flag, series, read);
  return (
    <Stack gap="md">
      <Group gap="md" align="flex-end">
        <SegmentedControl
          aria-label="Time range"
          value={range}
          data={Object.keys(RANGES)}
          onChange={(value) => set({ range: value })}
        />
        <NativeSelect
          label="Counted by"
          value={source}
          data={[
            { value: "", label: "Everybody" },
            { value: "gate", label: "The gate" },
            { value: "server", label: "Server keys" },
            { value: "client", label: "Client keys (claims)" },
          ]}
          onChange={(event) => set({ source: event.currentTarget.value || undefined })}
        />
      </Group>
      {fromClients && (
        <Alert color="amber">Some of this came with client keys, which are public: take it as claims.</Alert>
      )}
      {series.length === 0 ? (
        <Empty title="Nothing was counted in this time">
          Exposures and outcomes come from the gate, from POST /v1/events, and from the OpenFeature hook. The tab Code
          shows how.
        </Empty>
      ) : (
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <Chart title="Exposures" unit="" {...common} lines={pick((point) => point.exposures)} />
          <Chart title="Requests" unit="" {...common} lines={pick((point) => point.requests)} />
          <Chart title="Share of errors" unit="%" {...common} lines={pick(errorShare)} />
          <Chart title="Latency, p95" unit="ms" {...common} lines={pick((point) => point.p95)} />
          {outcomes.map((name) => (
            <Chart
              key={name}
              title={`Outcome ${name}`}
              unit=""
              {...common}
              lines={pick((point) => point.outcomes[name])}
            />
          ))}
        </SimpleGrid>
      )}
      <Text size="sm" c="dimmed">
        Minutes after the hatched edge aren't closed yet and still grow.
      </Text>
    </Stack>
  );
}

/** One line a variant, whatever its cohorts and sources. */
function lines(flag: Flag, series: readonly Series[], read: (total: Total) => number | undefined): Line[] {
  const names = Object.keys(flag.variants);
  const found = new Map<string, Map<number, Total>>();
  for (const one of series) {
    const points = found.get(one.variant) ?? new Map<number, Total>();
    found.set(one.variant, points);
    for (const point of one.points) addPoint(points, point);
  }
  return [...found].map(([name, points]) => ({
    name,
    place: Math.max(names.indexOf(name), 0),
    points: [...points.values()]
      .flatMap((total) => {
        const value = read(total);
        return value === undefined ? [] : [{ at: total.at, value }];
      })
      .toSorted((a, b) => a.at - b.at),
  }));
}
