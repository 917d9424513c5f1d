import { Badge, Group, MultiSelect, NativeSelect, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { ROLES } from "../../contract/role.ts";
import { useAsk } from "../app/ask.ts";
import type { Answer } from "../app/client.ts";
import { useEnvironments } from "../app/environment.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { Confirm } from "../common/confirm.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { Time } from "../common/time.tsx";
import { Instant } from "../flags/window-editor.tsx";
import { CreateDialog, FirstField, type Made } from "./create-dialog.tsx";

type Token = Answer<"listTokens">["tokens"][number];

/** Admin tokens: who may change things, where, and until when. */
export function Tokens() {
  const write = useWrite();
  const { data, error, isPending, refetch } = useAsk("listTokens", { query: { limit: 500 } });
  const [open, setOpen] = useState(false);
  const [removing, setRemoving] = useState<Token>();
  const tokens = data?.body.tokens ?? [];
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text c="dimmed" size="sm" maw={600}>
          Viewers read. Operators also take back, enable, set shares and drive releases. Editors also write flags and
          segments. Admins also keys, tokens, environments and webhooks.
        </Text>
        <ActionButton operation="createToken" onClick={() => setOpen(true)}>
          New token
        </ActionButton>
      </Group>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <Waiting lines={3} />}
      {data && tokens.length === 0 && <Empty title="No tokens yet">Besides the root token, nobody can sign in.</Empty>}
      {tokens.length > 0 && (
        <div className="scroll-x sluice-card" tabIndex={0} role="region" aria-label="Tokens">
          <Table aria-label="Tokens">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Role</Table.Th>
                <Table.Th>Environments</Table.Th>
                <Table.Th>Made</Table.Th>
                <Table.Th>Ends</Table.Th>
                <Table.Th>
                  <span className="sr-only">What can be done</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {tokens.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>{one.name}</Table.Td>
                  <Table.Td>
                    <Badge>{one.role}</Badge>
                  </Table.Td>
                  <Table.Td>{one.environments[0] === "*" ? "all" : one.environments.join(", ")}</Table.Td>
                  <Table.Td>
                    <Time at={one.createdAt} /> by {one.createdBy}
                  </Table.Td>
                  <Table.Td>{one.expiresAt ? <Time at={one.expiresAt} /> : "never"}</Table.Td>
                  <Table.Td>
                    <ActionButton
                      operation="deleteToken"
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
      {open && <NewToken onClose={() => setOpen(false)} />}
      {removing && (
        <Confirm
          title={`Revoke ${removing.name}?`}
          verb="Revoke"
          danger
          onClose={() => setRemoving(undefined)}
          onConfirm={(comment) =>
            write("deleteToken", { path: { key: removing.id }, comment }, `Revoked the token ${removing.name}`)
          }
        >
          <Text size="sm">Its sessions end at once. It can't be brought back.</Text>
        </Confirm>
      )}
    </Stack>
  );
}

function NewToken({ onClose }: { onClose: () => void }) {
  const write = useWrite();
  const names = useEnvironments().map(({ name }) => name);
  const [name, setName] = useState("");
  const [role, setRole] = useState("viewer");
  const [environments, setEnvironments] = useState<string[]>([]);
  const [expiresAt, setExpiresAt] = useState<string | null>(null);
  async function create(): Promise<Made | undefined> {
    const body = {
      name,
      role,
      environments: environments.length === 0 ? ["*"] : environments,
      ...(expiresAt !== null && { expiresAt }),
    };
    return (await write("createToken", { body }, `Made the token ${name}`)).body;
  }
  return (
    <CreateDialog
      title="New token"
      verb="Create token"
      what={`The token ${name}`}
      ready={name !== ""}
      onClose={onClose}
      create={create}
    >
      <FirstField label="Name" description="The person or program that it is for" value={name} onChange={setName} />
      <NativeSelect
        label="Role"
        value={role}
        data={[...ROLES]}
        onChange={(event) => setRole(event.currentTarget.value)}
      />
      <MultiSelect
        label="Environments"
        description="Empty for all"
        data={names}
        value={environments}
        onChange={setEnvironments}
      />
      <Instant label="Ends at" value={expiresAt} onChange={setExpiresAt} />
    </CreateDialog>
  );
}
