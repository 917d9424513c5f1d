import { Text } from "@mantine/core";

type Props = { estimate: number | null; lower: number | null; upper: number | null };

/** An interval of a ratio around none, drawn to ±50 %; figures beside it. */
export function Interval({ estimate, lower, upper }: Props) {
  const place = (value: number): number => 50 + Math.max(-0.5, Math.min(0.5, value)) * 100;
  const text = (value: number | null): string => (value === null ? "?" : `${(value * 100).toFixed(1)} %`);
  const from = place(lower ?? -0.5);
  const to = place(upper ?? 0.5);
  return (
    <div>
      <div className="interval" aria-hidden>
        <span className="interval-none" />
        <span
          className="interval-range"
          style={{ insetInlineStart: `${from}%`, width: `${Math.max(to - from, 0.5)}%` }}
        />
        {estimate !== null && <span className="interval-point" style={{ insetInlineStart: `${place(estimate)}%` }} />}
      </div>
      <Text size="xs" c="dimmed">
        {text(estimate)} ({text(lower)} to {text(upper)})
      </Text>
    </div>
  );
}
