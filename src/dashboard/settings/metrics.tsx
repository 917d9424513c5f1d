import { Badge, Group, NativeSelect, Stack, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useAsk } from "../app/ask.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { EnvironmentChoice, useChosen } from "./environment-choice.tsx";
import { CreateDialog, FirstField, type Made } from "./create-dialog.tsx";

/** Named outcomes and how they are counted. */
export function Metrics() {
  const env = useChosen();
  if (env === undefined) return <Empty title="No environment yet">Metrics belong to one.</Empty>;
  return (
    <>
      <EnvironmentChoice />
      <MetricsOf key={env} env={env} />
    </>
  );
}

function MetricsOf({ env }: { env: string }) {
  const { data, error, isPending, refetch } = useAsk("listMetrics", { path: { env }, query: { limit: 500 } });
  const [open, setOpen] = useState(false);
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text c="dimmed" size="sm" maw={600}>
          Errors and latency are counted everywhere. Other outcomes (a checkout, a sign-up) are reported by programs;
          defining one says whether each person counts once, and for how long after they saw the change.
        </Text>
        <ActionButton operation="putMetric" onClick={() => setOpen(true)}>
          Define a metric
        </ActionButton>
      </Group>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <Waiting lines={3} />}
      {data && (
        <div className="scroll-x sluice-card" tabIndex={0} role="region" aria-label="Metrics">
          <Table aria-label="Metrics">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Counted</Table.Th>
                <Table.Th>Window</Table.Th>
                <Table.Th>Known by</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.body.metrics.map((one) => (
                <Table.Tr key={one.name}>
                  <Table.Td>{one.name}</Table.Td>
                  <Table.Td>{one.per === "unit" ? "once a person" : "every one"}</Table.Td>
                  <Table.Td>{one.window}</Table.Td>
                  <Table.Td>
                    <Badge color={one.defined ? "brand" : "gray"}>
                      {one.defined ? "defined" : "built in, or reported"}
                    </Badge>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {open && <NewMetric env={env} onClose={() => setOpen(false)} />}
    </Stack>
  );
}

function NewMetric({ env, onClose }: { env: string; onClose: () => void }) {
  const write = useWrite();
  const [name, setName] = useState("");
  const [per, setPer] = useState("unit");
  const [window, setWindow] = useState("30m");
  async function create(): Promise<Made | undefined> {
    await write("putMetric", { path: { env, key: name }, body: { per, window } }, `Defined the metric ${name}`);
    return undefined;
  }
  return (
    <CreateDialog title="Define a metric" verb="Define" ready={name !== ""} onClose={onClose} create={create}>
      <FirstField label="Name" value={name} onChange={setName} />
      <NativeSelect
        label="Counted"
        value={per}
        data={[
          { value: "unit", label: "once a person" },
          { value: "event", label: "every one" },
        ]}
        onChange={(event) => setPer(event.currentTarget.value)}
      />
      <TextInput
        label="Window"
        description="How long after an exposure it may come: 30m, 2h"
        value={window}
        onChange={(event) => setWindow(event.currentTarget.value)}
      />
    </CreateDialog>
  );
}
