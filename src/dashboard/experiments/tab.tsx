import { Alert, Badge, Group, Stack, Table, Text, Title } from "@mantine/core";
import type { Flag } from "../../contract/flag.ts";
import { useAsk } from "../app/ask.ts";
import type { Answer } from "../app/client.ts";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { Interval } from "./interval.tsx";

type Outcome = Answer<"flagExperiment">["outcomes"][number];

/** What an experiment has found so far: lift of each outcome and variant over the baseline, with intervals. */
export function ExperimentTab({ env, flag }: { env: string; flag: Flag }) {
  const { data, error, isPending, refetch } = useAsk(
    "flagExperiment",
    { path: { env, key: flag.key } },
    { every: 30_000 },
  );
  if (error && !data)
    return error.status === 409 || error.status === 422 ? (
      <Empty title="Nothing to compare yet">{error.message}</Empty>
    ) : (
      <Failure error={error} onRetry={() => void refetch()} />
    );
  if (isPending) return <Waiting />;
  const { baseline, exposed, outcomes, sampleRatio, allocation, alpha, spans } = data.body;
  return (
    <Stack gap="md">
      {!sampleRatio.valid && (
        <Alert color="red" role="alert" title="The sample ratio is off">
          People didn't fall to the variants as configured. Nothing else here can be believed before that is understood.
        </Alert>
      )}
      <section className="sluice-card">
        <Title order={2} mb="xs">
          Who has seen it
        </Title>
        <Group gap="lg">
          {Object.entries(exposed).map(([variant, count]) => (
            <Text key={variant} component="div">
              <b>{variant}</b> {count.toLocaleString()} people, {((allocation[variant] ?? 0) * 100).toFixed(1)} % meant
              {variant === baseline && <Badge ml={6}>baseline</Badge>}
            </Text>
          ))}
        </Group>
        <Text size="sm" c="dimmed" mt="xs">
          Intervals hold at all times at once, at {Math.round((1 - alpha) * 100)} %: look as often as you like.
          {spans > 1 &&
            ` The shares were changed ${spans - 1} times; what was before and after is never compared across.`}
        </Text>
      </section>
      {outcomes.length === 0 ? (
        <Empty title="No outcome was reported yet">
          Report outcomes with POST /v1/events, and lift appears here by itself.
        </Empty>
      ) : (
        <section className="sluice-card scroll-x" tabIndex={0} aria-label="Lift">
          <Table aria-label="Lift by outcome and variant">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Outcome</Table.Th>
                <Table.Th>Variant</Table.Th>
                <Table.Th>Over {baseline}</Table.Th>
                <Table.Th>In words</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {outcomes.map((one) => (
                <Table.Tr key={one.outcome + one.measure + one.variant}>
                  <Table.Td>
                    {one.outcome}
                    <Text size="xs" c="dimmed">
                      {one.measure}
                    </Text>
                  </Table.Td>
                  <Table.Td>{one.variant}</Table.Td>
                  <Table.Td miw={220}>
                    <Interval {...one.lift} />
                  </Table.Td>
                  <Table.Td>{inWords(one, baseline)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      )}
    </Stack>
  );
}

/** What an interval says: more, less, or not known yet. */
export function inWords({ outcome, variant, lift }: Outcome, baseline: string): string {
  const { lower, upper } = lift;
  if (lower !== null && lower > 0)
    return `${variant} has more ${outcome} than ${baseline}: at least ${share(lower)} more.`;
  if (upper !== null && upper < 0)
    return `${variant} has less ${outcome} than ${baseline}: at least ${share(-upper)} less.`;
  if (lower === null || upper === null) return "Not enough is known yet.";
  return `No difference is shown: between ${share(lower)} and ${share(upper)}.`;
}

function share(value: number): string {
  return `${(value * 100).toLocaleString(undefined, { maximumSignificantDigits: 3 })} %`;
}
