import { Group, TextInput } from "@mantine/core";

type Window = { from: string | null; until: string | null };
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** From when until when a rule counts, in the reader's own zone; empty is no bound. */
export function WindowEditor({ value, onChange }: { value: Window; onChange: (value: Window) => void }) {
  return (
    <Group gap="sm" align="flex-end">
      <Instant label="From" value={value.from} onChange={(from) => onChange({ ...value, from })} />
      <Instant label="Until" value={value.until} onChange={(until) => onChange({ ...value, until })} />
    </Group>
  );
}

/** An instant, with the browser's own calendar; kept as RFC 3339 in UTC. */
export function Instant({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | null;
  onChange: (value: string | null) => void;
}) {
  return (
    <TextInput
      type="datetime-local"
      label={label}
      description={`Time in ${ZONE}`}
      value={value === null ? "" : local(value)}
      onChange={(event) => {
        const at = new Date(event.currentTarget.value);
        onChange(Number.isNaN(at.getTime()) ? null : at.toISOString());
      }}
    />
  );
}

/** An instant as `datetime-local` has it. */
function local(instant: string): string {
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
