import { ActionIcon, Button, Group, NativeSelect, NumberInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useAsk } from "../app/ask.ts";
import type { PlanInput } from "./plan-input.ts";

type Stage = PlanInput["stages"][number];
type Guardrail = NonNullable<PlanInput["guardrails"]>[number];
type Props = { plan: PlanInput; fixed: boolean; onChange: (plan: PlanInput) => void };

/** The stages as a ladder that can be edited; a kept plan is shown as it is. */
export function StagesEditor({ env, plan, fixed, onChange }: Props & { env: string }) {
  const segments = useAsk("listSegments", { path: { env }, query: { limit: 500 } });
  const keys = segments.data?.body.segments.map(({ segment }) => segment.key) ?? [];
  const set = (place: number, change: Partial<Stage> | undefined): void =>
    onChange({
      ...plan,
      stages: plan.stages.flatMap((one, index) =>
        index !== place ? [one] : change === undefined ? [] : [{ ...one, ...change }],
      ),
    });
  const add = (): void => {
    const shares = plan.stages.flatMap(({ percentage }) => (percentage === undefined ? [] : [percentage]));
    const before = shares.filter((one) => one < 100).at(-1) ?? 0;
    const percentage = Math.round((before + 100) / 2);
    onChange({
      ...plan,
      stages: [
        ...plan.stages.slice(0, -1),
        { name: `${percentage}%`, percentage, minBake: "30m" },
        ...plan.stages.slice(-1),
      ],
    });
  };
  return (
    <section className="sluice-card">
      <Group justify="space-between" mb="sm">
        <Title order={2}>Stages</Title>
        {!fixed && (
          <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
            Add a stage
          </Button>
        )}
      </Group>
      <Stack component="ol" className="plain-list" gap="sm" aria-label="Stages">
        {plan.stages.map((stage, place) => (
          <li key={place} className="rule-card">
            <Group gap="sm" align="flex-end">
              <TextInput
                label="Name"
                w={120}
                value={stage.name}
                disabled={fixed}
                onChange={(event) => set(place, { name: event.currentTarget.value })}
              />
              {stage.percentage !== undefined && (
                <NumberInput
                  label="Share"
                  w={110}
                  suffix=" %"
                  min={0}
                  max={100}
                  decimalScale={3}
                  value={stage.percentage}
                  disabled={fixed}
                  onChange={(value) => set(place, { percentage: Number(value) || 0 })}
                />
              )}
              {stage.segment !== undefined && (
                <NativeSelect
                  label="Segment"
                  value={stage.segment}
                  disabled={fixed}
                  data={[...new Set([stage.segment, ...keys])]}
                  onChange={(event) => set(place, { segment: event.currentTarget.value })}
                />
              )}
              {stage.shadow !== undefined && (
                <NumberInput
                  label="Shadow"
                  w={110}
                  suffix=" %"
                  min={0}
                  max={100}
                  value={stage.shadow}
                  disabled={fixed}
                  onChange={(value) => set(place, { shadow: Number(value) || 0 })}
                />
              )}
              {stage.when !== undefined && <Text size="sm">a condition; edit it as JSON</Text>}
              {stage.watch === undefined || stage.minBake !== undefined ? (
                <TextInput
                  label="Bakes at least"
                  w={120}
                  placeholder="30m"
                  value={stage.minBake ?? ""}
                  disabled={fixed}
                  onChange={(event) => set(place, { minBake: event.currentTarget.value })}
                />
              ) : (
                <TextInput
                  label="Watched for"
                  w={120}
                  placeholder="24h"
                  value={stage.watch}
                  disabled={fixed}
                  onChange={(event) => set(place, { watch: event.currentTarget.value })}
                />
              )}
              <NumberInput
                label="Exposures at least"
                w={150}
                min={0}
                value={stage.minExposures ?? 0}
                disabled={fixed}
                onChange={(value) => set(place, { minExposures: Number(value) || 0 })}
              />
              {!fixed && plan.stages.length > 1 && (
                <ActionIcon
                  variant="subtle"
                  color="red"
                  size="lg"
                  aria-label={`Remove stage ${stage.name}`}
                  onClick={() => set(place, undefined)}
                >
                  <IconX size={18} />
                </ActionIcon>
              )}
            </Group>
          </li>
        ))}
      </Stack>
      {!fixed && keys.length > 0 && (
        <Button
          mt="sm"
          variant="subtle"
          size="compact-sm"
          onClick={() =>
            onChange({ ...plan, stages: [{ name: keys[0]!, segment: keys[0]!, minBake: "30m" }, ...plan.stages] })
          }
        >
          Begin with a segment
        </Button>
      )}
    </section>
  );
}

/** What is watched, and what counts as harm. */
export function GuardrailsEditor({ plan, fixed, onChange }: Props) {
  const guardrails = plan.guardrails ?? [];
  const set = (place: number, change: Partial<Guardrail> | undefined): void =>
    onChange({
      ...plan,
      guardrails: guardrails.flatMap((one, index) =>
        index !== place ? [one] : change === undefined ? [] : [{ ...one, ...change }],
      ),
    });
  return (
    <section className="sluice-card">
      <Group justify="space-between" mb="sm">
        <Title order={2}>Guardrails</Title>
        {!fixed && (
          <Button
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => onChange({ ...plan, guardrails: [...guardrails, { metric: "", role: "watch" }] })}
          >
            Add a guardrail
          </Button>
        )}
      </Group>
      {guardrails.length === 0 && <Text>None: this release would be unguarded.</Text>}
      <Stack gap="sm">
        {guardrails.map((one, place) => (
          <Group key={place} gap="sm" align="flex-end">
            <TextInput
              label="Metric"
              w={150}
              value={one.metric}
              disabled={fixed}
              onChange={(event) => set(place, { metric: event.currentTarget.value })}
            />
            <NativeSelect
              label="Role"
              value={one.role ?? "guard"}
              disabled={fixed}
              data={[
                { value: "guard", label: "guard: harm takes it back" },
                { value: "signal", label: "signal: harm pauses it" },
                { value: "watch", label: "watch: only reported" },
              ]}
              onChange={(event) => set(place, { role: event.currentTarget.value as "guard" })}
            />
            <NativeSelect
              label="Harm is"
              value={one.harm ?? "increase"}
              disabled={fixed}
              data={[
                { value: "increase", label: "more of it" },
                { value: "decrease", label: "less of it" },
              ]}
              onChange={(event) => set(place, { harm: event.currentTarget.value as "increase" })}
            />
            <NumberInput
              label="Detect"
              w={100}
              suffix="×"
              min={1}
              decimalScale={2}
              value={one.detect ?? 2}
              disabled={fixed}
              onChange={(value) => set(place, { detect: Number(value) || 2 })}
            />
            {!fixed && (
              <ActionIcon
                variant="subtle"
                color="red"
                size="lg"
                aria-label={`Remove guardrail ${one.metric}`}
                onClick={() => set(place, undefined)}
              >
                <IconX size={18} />
              </ActionIcon>
            )}
          </Group>
        ))}
      </Stack>
    </section>
  );
}
