import { Alert, Badge, SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import { useAsk } from "../app/ask.ts";
import { Empty, Failure, Waiting } from "../common/states.tsx";

/** What a dark launch has seen: how often the candidate answered otherwise than control, and where. */
export function ShadowTab({ env, flagKey }: { env: string; flagKey: string }) {
  const { data, error, isPending, refetch } = useAsk("flagShadow", { path: { env, key: flagKey } }, { every: 20_000 });
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Waiting />;
  const report = data.body;
  if (report.sampled === 0)
    return (
      <Empty title="The candidate hasn't run yet">
        With a shadow share above 0, the gate runs the candidate beside control on that share of requests, unseen, and
        compares what they answer. Nobody is shown anything of it.
      </Empty>
    );
  const { share = 0, noise } = report.mismatched;
  const different = report.evidence.logE > Math.log(100);
  return (
    <Stack gap="md">
      <Alert
        color={different ? "red" : "brand"}
        title={different ? "The candidate differs" : "No difference beyond noise is shown"}
      >
        {`Of ${report.compared} comparisons ${report.mismatched.count} differed`}
        {noise !== undefined &&
          `; control differs from itself in ${(noise * 100).toFixed(2)} %, so ${(share * 100).toFixed(2)} % are the candidate's`}
        .
      </Alert>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Figure name="Ran" value={report.sampled} />
        <Figure name="Matched" value={report.matched} />
        <Figure name="Errors" value={report.errors} />
        <Figure name="Timeouts" value={report.timeouts} />
      </SimpleGrid>
      <section className="sluice-card scroll-x" tabIndex={0} aria-label="Fields that differ">
        <Title order={2}>Fields that differ</Title>
        <Table aria-label="Fields that differ">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Field</Table.Th>
              <Table.Th>Differed</Table.Th>
              <Table.Th>Candidate only</Table.Th>
              <Table.Th>Noise only</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {report.fields.map((one) => (
              <Table.Tr key={one.field}>
                <Table.Td>
                  <code>{one.field}</code>
                </Table.Td>
                <Table.Td>{one.differed}</Table.Td>
                <Table.Td>{one.candidateOnly}</Table.Td>
                <Table.Td>{one.noiseOnly}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
      <section className="sluice-card">
        <Title order={2}>Latency, candidate over control</Title>
        <Text>
          {(["p50", "p95", "p99"] as const).map((name) => (
            <Badge key={name} mr={6}>
              {name} {report.latency.ratio[name]?.toFixed(2) ?? "?"} ×
            </Badge>
          ))}
        </Text>
      </section>
      <section className="sluice-card">
        <Title order={2}>Kinds of mismatch</Title>
        <ul className="sluice-list">
          {report.fingerprints.map((one) => (
            <li key={one.fingerprint}>
              {one.count} ×{" "}
              {one.example.map((field) => `${field.field}: ${field.control} → ${field.candidate}`).join("; ")}
            </li>
          ))}
        </ul>
      </section>
    </Stack>
  );
}

function Figure({ name, value }: { name: string; value: number }) {
  return (
    <div className="sluice-card">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fw={650} fz="xl">
        {value.toLocaleString()}
      </Text>
    </div>
  );
}
