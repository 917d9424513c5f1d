import { Collapse, Button, Group, Table, Text, Title, useComputedColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  CartesianGrid,
  Line as Curve,
  LineChart,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { DARK, LIGHT, SERIES } from "../app/palette.ts";

export type Line = { name: string; place: number; points: { at: number; value: number }[]; dashed?: boolean };
type Props = {
  title: string;
  unit: string;
  lines: Line[];
  from: number;
  to: number;
  /** From here on counts aren't closed yet. */
  closed?: number;
  marks?: { at: number; label: string }[];
  /** A level that means something, such as a threshold. */
  level?: { value: number; label: string };
  scale?: "linear" | "log";
};

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", hour: "2-digit" });
const number = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 4 });
const DAY = 86_400_000;

/** Lines over time, with what was done as marks on the axis, and the same figures as a table for whoever reads those. */
export function Chart({ title, unit, lines, from, to, closed, marks = [], level, scale = "linear" }: Props) {
  const scheme = useComputedColorScheme("light");
  const look = scheme === "light" ? LIGHT : DARK;
  const colors = SERIES[scheme];
  const [table, { toggle }] = useDisclosure(false);
  const rows = rowsOf(lines);
  const format = (at: number): string => (to - from > 1.5 * DAY ? day : clock).format(at);
  const color = (place: number): string => colors[place % colors.length]!;
  return (
    <figure className="sluice-card chart" aria-label={title}>
      <Group justify="space-between">
        <Title order={3}>{title}</Title>
        <Button
          size="compact-xs"
          variant="subtle"
          aria-expanded={table}
          aria-label={`Table of ${title}`}
          onClick={toggle}
        >
          Table
        </Button>
      </Group>
      <Group gap="md" mb={4}>
        {lines.map(({ name, place, dashed }) => (
          <Text key={name} size="xs" c="dimmed">
            <span
              className={dashed ? "stroke is-dashed" : "stroke"}
              style={{ borderColor: color(place) }}
              aria-hidden
            />{" "}
            {name}
          </Text>
        ))}
      </Group>
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed" py="xl" ta="center">
          Nothing was counted.
        </Text>
      ) : (
        <div aria-hidden className="chart-picture">
          <ResponsiveContainer width="100%" height={190}>
            <LineChart data={rows} margin={{ top: 6, right: 8, bottom: 0, left: -8 }} accessibilityLayer={false}>
              <CartesianGrid stroke={look.border} vertical={false} />
              <XAxis
                dataKey="at"
                type="number"
                domain={[from, to]}
                tickFormatter={format}
                stroke={look.dimmed}
                fontSize={12}
                tickLine={false}
                minTickGap={40}
              />
              <YAxis
                scale={scale}
                domain={scale === "log" ? ["auto", "auto"] : [0, "auto"]}
                allowDataOverflow={false}
                stroke={look.dimmed}
                fontSize={12}
                tickLine={false}
                axisLine={false}
                width={56}
                tickFormatter={(value: number) => number.format(value)}
              />
              <Tooltip
                isAnimationActive={false}
                labelFormatter={(at) => format(Number(at))}
                formatter={(value) => `${number.format(Number(value))} ${unit}`}
                contentStyle={{
                  background: look.raised,
                  border: `1px solid ${look.border}`,
                  borderRadius: 8,
                  color: look.text,
                }}
              />
              {closed !== undefined && closed < to && (
                <ReferenceArea x1={Math.max(closed, from)} x2={to} fill={look.dimmed} fillOpacity={0.12} />
              )}
              {marks.map(({ at, label }) => (
                <ReferenceLine
                  key={`${at}${label}`}
                  x={at}
                  stroke={look.dimmed}
                  strokeDasharray="2 3"
                  label={{ value: label, fontSize: 10, fill: look.dimmed, position: "insideTopLeft" }}
                />
              ))}
              {level && (
                <ReferenceLine
                  y={level.value}
                  stroke={look.tones.red.text}
                  strokeDasharray="6 3"
                  label={{ value: level.label, fontSize: 11, fill: look.tones.red.text, position: "insideBottomRight" }}
                />
              )}
              {lines.map(({ name, place, dashed }) => (
                <Curve
                  key={name}
                  dataKey={name}
                  stroke={color(place)}
                  strokeWidth={2}
                  {...(dashed && { strokeDasharray: "5 4" })}
                  dot={rows.length < 3}
                  isAnimationActive={false}
                  connectNulls
                />
              ))}
            </LineChart>
          </ResponsiveContainer>
        </div>
      )}
      <Collapse expanded={table}>
        {table && (
          <div className="scroll-x chart-table" tabIndex={0} role="region" aria-label={`Figures of ${title}`}>
            <Table aria-label={title}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Time</Table.Th>
                  {lines.map(({ name }) => (
                    <Table.Th key={name}>{name}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={row["at"]}>
                    <Table.Td>{format(row["at"]!)}</Table.Td>
                    {lines.map(({ name }) => (
                      <Table.Td key={name}>
                        {row[name] === undefined ? "" : `${number.format(row[name])} ${unit}`}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </Collapse>
    </figure>
  );
}

function rowsOf(lines: readonly Line[]): Record<string, number>[] {
  const rows = new Map<number, Record<string, number>>();
  for (const { name, points } of lines)
    for (const { at, value } of points) {
      const row = rows.get(at) ?? { at };
      row[name] = value;
      rows.set(at, row);
    }
  return [...rows.values()].toSorted((a, b) => a["at"]! - b["at"]!);
}
