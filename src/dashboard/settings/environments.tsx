import { Badge, Group, NativeSelect, NumberInput, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type Environment, isProduction, useEnvironments } from "../app/environment.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { Confirm } from "../common/confirm.tsx";
import { Instant } from "../flags/window-editor.tsx";
import { Failure } from "../common/states.tsx";
import { CreateDialog, FirstField } from "./create-dialog.tsx";

/** Environments: made, copied, described, asked for consent in, sampled, deleted by typing the name. */
export function Environments() {
  const all = useEnvironments();
  const [open, setOpen] = useState(false);
  return (
    <Stack gap="md">
      <Group justify="flex-end">
        <ActionButton operation="createEnvironment" onClick={() => setOpen(true)}>
          New environment
        </ActionButton>
      </Group>
      {all.map((one) => (
        <EnvironmentCard key={one.name} one={one} />
      ))}
      {open && <NewEnvironment all={all} onClose={() => setOpen(false)} />}
    </Stack>
  );
}

function EnvironmentCard({ one }: { one: Environment }) {
  const write = useWrite();
  const path = { env: one.name };
  const [description, setDescription] = useState(one.description);
  const [approvals, setApprovals] = useState<number>(one.requiresApproval);
  const [sampling, setSampling] = useState(one.sampling.enabled);
  const [production, setProduction] = useState(one.production);
  const [expiresAt, setExpiresAt] = useState<string | null>(one.expiresAt ?? null);
  const ends = expiresAt !== null && expiresAt !== one.expiresAt;
  const [removing, setRemoving] = useState(false);
  const [error, setError] = useState<Error>();
  const changed =
    ends ||
    description !== one.description ||
    approvals !== one.requiresApproval ||
    sampling !== one.sampling.enabled ||
    production !== one.production;
  async function save(): Promise<void> {
    setError(undefined);
    const body = {
      ...(ends && { expiresAt }),
      ...(description !== one.description && { description }),
      ...(approvals !== one.requiresApproval && { requiresApproval: approvals }),
      ...(production !== one.production && { production }),
      ...(sampling !== one.sampling.enabled && { sampling: { enabled: sampling } }),
    };
    try {
      await write("patchEnvironment", { path, body }, `Changed the settings of ${one.name}`);
    } catch (failure) {
      setError(failure as Error);
    }
  }
  return (
    <section className="sluice-card" aria-label={one.name}>
      <Group justify="space-between" mb="sm">
        <Group gap="sm">
          <Title order={2}>
            <Link to="/environments/$env" params={{ env: one.name }} className="sluice-link">
              {one.name}
            </Link>
          </Title>
          {isProduction(one) && <Badge color="amber">Production</Badge>}
          <Text size="sm" c="dimmed">
            {one.flags} flags, version {one.version}
          </Text>
        </Group>
        <ActionButton operation="deleteEnvironment" variant="light" color="red" onClick={() => setRemoving(true)}>
          Delete
        </ActionButton>
      </Group>
      <Stack gap="sm">
        <Group align="flex-end" grow>
          <TextInput
            label="Description"
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <NumberInput
            label="Others who must consent"
            description="0: changes are applied at once"
            min={0}
            max={10}
            value={approvals}
            onChange={(value) => setApprovals(Number(value) || 0)}
          />
        </Group>
        <Switch
          label="Keep a sample of contexts, so that a review can say who would change"
          checked={sampling}
          onChange={(event) => setSampling(event.currentTarget.checked)}
        />
        <Switch
          label="This is production: it looks different on every page, and asks for a comment"
          checked={production}
          onChange={(event) => setProduction(event.currentTarget.checked)}
        />
        {one.expiresAt && <Instant label="Ends by itself at" value={expiresAt} onChange={setExpiresAt} />}
        {error && <Failure error={error} wrote="Nothing was written." />}
        {changed && (
          <Group>
            <ActionButton operation="patchEnvironment" onClick={() => void save()}>
              Save
            </ActionButton>
          </Group>
        )}
      </Stack>
      {removing && (
        <Confirm
          title={`Delete ${one.name}?`}
          verb="Delete"
          danger
          typed={one.name}
          onClose={() => setRemoving(false)}
          onConfirm={(comment) =>
            write("deleteEnvironment", { path, query: { confirm: one.name }, comment }, `Deleted ${one.name}`)
          }
        >
          <Text size="sm">
            Its {one.flags} flags, its keys, releases and log go with it. This can't be taken back. Callers with its
            keys get the defaults in their code.
          </Text>
        </Confirm>
      )}
    </section>
  );
}

function NewEnvironment({ all, onClose }: { all: Environment[]; onClose: () => void }) {
  const write = useWrite();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [copyFrom, setCopyFrom] = useState("");
  async function create(): Promise<undefined> {
    const body = { name, description, ...(copyFrom && { copyFrom }) };
    await write("createEnvironment", { body }, `Made the environment ${name}`);
  }
  return (
    <CreateDialog
      title="New environment"
      verb="Create environment"
      ready={name !== ""}
      onClose={onClose}
      create={create}
    >
      <FirstField label="Name" description="Lower-case letters, digits and -" value={name} onChange={setName} />
      <TextInput
        label="Description"
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <NativeSelect
        label="Copy flags and segments from"
        value={copyFrom}
        data={[{ value: "", label: "Nothing: begin empty" }, ...all.map((one) => one.name)]}
        onChange={(event) => setCopyFrom(event.currentTarget.value)}
      />
    </CreateDialog>
  );
}
