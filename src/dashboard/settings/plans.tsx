import { Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { plan as planSchema } from "../../contract/plan.ts";
import type { PlanView } from "../../contract/release.ts";
import { useAsk } from "../app/ask.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { Confirm } from "../common/confirm.tsx";
import { Dialog } from "../common/dialog.tsx";
import { JsonEditor } from "../common/json-editor.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { Time } from "../common/time.tsx";
import { audienceOf } from "../releases/words.ts";
import { EnvironmentChoice, useChosen } from "./environment-choice.tsx";

type Edited = { name: string; plan: unknown; made: boolean };

/** Plans that releases can follow. */
export function Plans() {
  const env = useChosen();
  if (env === undefined) return <Empty title="No environment yet">Plans belong to one.</Empty>;
  return (
    <>
      <EnvironmentChoice />
      <PlansOf key={env} env={env} />
    </>
  );
}

function PlansOf({ env }: { env: string }) {
  const write = useWrite();
  const { data, error, isPending, refetch } = useAsk("listPlans", { path: { env }, query: { limit: 500 } });
  const presets = useAsk("listPresets");
  const [edited, setEdited] = useState<Edited>();
  const [removing, setRemoving] = useState("");
  const plans = (data?.body.plans ?? []) as unknown as PlanView[];
  return (
    <Stack gap="md">
      <Group justify="flex-end">
        <ActionButton
          operation="putPlan"
          onClick={() =>
            setEdited({ name: "", plan: presets.data?.body.presets[0]?.plan ?? { stages: [] }, made: false })
          }
        >
          New plan
        </ActionButton>
      </Group>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <Waiting lines={3} />}
      {data && plans.length === 0 && (
        <Empty title="No plans are kept yet">
          A plan says in which stages something is released and what is watched. Kept ones can be chosen by name.
        </Empty>
      )}
      {plans.map(({ name, plan, revision, updatedAt, updatedBy }) => (
        <section key={name} className="sluice-card" aria-label={name}>
          <Group justify="space-between">
            <Title order={2}>{name}</Title>
            <Group gap="xs">
              <ActionButton operation="putPlan" variant="default" onClick={() => setEdited({ name, plan, made: true })}>
                Edit
              </ActionButton>
              <ActionButton operation="deletePlan" variant="light" color="red" onClick={() => setRemoving(name)}>
                Delete
              </ActionButton>
            </Group>
          </Group>
          <Text>{plan.stages.map((stage) => audienceOf(stage)).join(" → ")}</Text>
          <Text size="sm" c="dimmed">
            {plan.guardrails.map(({ metric, role }) => `${metric} (${role})`).join(", ") || "unguarded"} · revision{" "}
            {revision}, <Time at={updatedAt} /> by {updatedBy}
          </Text>
        </section>
      ))}
      {edited && <EditPlan env={env} edited={edited} onClose={() => setEdited(undefined)} />}
      {removing !== "" && (
        <Confirm
          title={`Delete the plan ${removing}?`}
          verb="Delete"
          danger
          onClose={() => setRemoving("")}
          onConfirm={(comment) =>
            write("deletePlan", { path: { env, key: removing }, comment }, `Deleted the plan ${removing}`)
          }
        >
          <Text size="sm">Releases that follow it keep what they have.</Text>
        </Confirm>
      )}
    </Stack>
  );
}

function EditPlan({ env, edited, onClose }: { env: string; edited: Edited; onClose: () => void }) {
  const write = useWrite();
  const [name, setName] = useState(edited.name);
  const [plan, setPlan] = useState<unknown>(edited.plan);
  const [error, setError] = useState<Error>();
  async function save(): Promise<void> {
    try {
      await write("putPlan", { path: { env, key: name }, body: plan }, `Kept the plan ${name}`);
      onClose();
    } catch (failure) {
      setError(failure as Error);
    }
  }
  return (
    <Dialog title={edited.made ? `Plan ${edited.name}` : "New plan"} onClose={onClose} size="xl">
      <Stack>
        {!edited.made && (
          <TextInput
            label="Name"
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
        <JsonEditor label="The plan as JSON" value={edited.plan} schema={planSchema} onChange={setPlan} />
        {error && <Failure error={error} wrote="Nothing was written." />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button disabled={name === ""} onClick={() => void save()}>
            Save
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
