import { Badge, Group, NativeSelect, Stack, Table, TagsInput, Text } from "@mantine/core";
import { useState } from "react";
import { useAsk } from "../app/ask.ts";
import type { Answer } from "../app/client.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { Confirm } from "../common/confirm.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { Time } from "../common/time.tsx";
import { EnvironmentChoice, useChosen } from "./environment-choice.tsx";
import { CreateDialog, FirstField, type Made } from "./create-dialog.tsx";

type Key = Answer<"listKeys">["keys"][number];

/** The keys that programs evaluate with. */
export function Keys() {
  const env = useChosen();
  if (env === undefined) return <Empty title="No environment yet">Keys belong to one.</Empty>;
  return (
    <>
      <EnvironmentChoice />
      <KeysOf key={env} env={env} />
    </>
  );
}

function KeysOf({ env }: { env: string }) {
  const write = useWrite();
  const { data, error, isPending, refetch } = useAsk("listKeys", { path: { env }, query: { limit: 500 } });
  const [open, setOpen] = useState(false);
  const [removing, setRemoving] = useState<Key>();
  const keys = data?.body.keys ?? [];
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text c="dimmed" size="sm" maw={600}>
          A client key is public by nature: it sits in pages and apps, and sees only flags marked for them. A server key
          is secret and sees all.
        </Text>
        <ActionButton operation="createKey" onClick={() => setOpen(true)}>
          New key
        </ActionButton>
      </Group>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <Waiting lines={3} />}
      {data && keys.length === 0 && <Empty title="No keys yet">Programs need one to ask for flags.</Empty>}
      {keys.length > 0 && (
        <div className="scroll-x sluice-card" tabIndex={0} role="region" aria-label="Keys">
          <Table aria-label="Keys">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Kind</Table.Th>
                <Table.Th>Made</Table.Th>
                <Table.Th>Origins</Table.Th>
                <Table.Th>
                  <span className="sr-only">What can be done</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {keys.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>{one.name}</Table.Td>
                  <Table.Td>
                    <Badge color={one.kind === "server" ? "violet" : "brand"}>{one.kind}</Badge>
                  </Table.Td>
                  <Table.Td>
                    <Time at={one.createdAt} /> by {one.createdBy}
                  </Table.Td>
                  <Table.Td>{one.origins.join(", ") || (one.kind === "client" ? "any" : "")}</Table.Td>
                  <Table.Td>
                    <ActionButton
                      operation="deleteKey"
                      size="compact-sm"
                      variant="light"
                      color="red"
                      aria-label={`Revoke ${one.name}`}
                      onClick={() => setRemoving(one)}
                    >
                      Revoke
                    </ActionButton>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {open && <NewKey env={env} onClose={() => setOpen(false)} />}
      {removing && (
        <Confirm
          title={`Revoke ${removing.name}?`}
          verb="Revoke"
          danger
          onClose={() => setRemoving(undefined)}
          onConfirm={(comment) =>
            write("deleteKey", { path: { env, key: removing.id }, comment }, `Revoked the key ${removing.name}`)
          }
        >
          <Text size="sm">
            Within 5 seconds nobody can evaluate with it. It can't be brought back; a new one has another secret.
          </Text>
        </Confirm>
      )}
    </Stack>
  );
}

function NewKey({ env, onClose }: { env: string; onClose: () => void }) {
  const write = useWrite();
  const [name, setName] = useState("");
  const [kind, setKind] = useState("server");
  const [origins, setOrigins] = useState<string[]>([]);
  async function create(): Promise<Made | undefined> {
    const body = { name, kind, ...(kind === "client" && origins.length > 0 && { origins }) };
    return (await write("createKey", { path: { env }, body }, `Made the key ${name}`)).body;
  }
  return (
    <CreateDialog
      title={`New key of ${env}`}
      verb="Create key"
      what={`The key ${name}`}
      ready={name !== ""}
      onClose={onClose}
      create={create}
    >
      <FirstField label="Name" description="Who uses it" value={name} onChange={setName} />
      <NativeSelect
        label="Kind"
        value={kind}
        data={[
          { value: "server", label: "server: secret, sees every flag" },
          { value: "client", label: "client: public, sees flags marked for it" },
        ]}
        onChange={(event) => setKind(event.currentTarget.value)}
      />
      {kind === "client" && (
        <TagsInput
          label="Origins"
          description="Pages that may use it; empty for any"
          placeholder="https://shop.example"
          value={origins}
          onChange={setOrigins}
        />
      )}
    </CreateDialog>
  );
}
