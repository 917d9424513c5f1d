import { Badge, Checkbox, Group, NativeSelect, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { USUAL_EVENTS, WEBHOOK_EVENTS, WEBHOOK_FORMATS } from "../../contract/webhook.ts";
import { useAsk } from "../app/ask.ts";
import { type Answer, call, Refused } from "../app/client.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { Confirm } from "../common/confirm.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { Time } from "../common/time.tsx";
import { EnvironmentChoice, useChosen } from "./environment-choice.tsx";
import { CreateDialog, FirstField, type Made } from "./create-dialog.tsx";

type Webhook = Answer<"listWebhooks">["webhooks"][number];

/** Who is told when something is to be decided, did harm, or is over. */
export function Webhooks() {
  const env = useChosen();
  if (env === undefined) return <Empty title="No environment yet">Webhooks belong to one.</Empty>;
  return (
    <>
      <EnvironmentChoice />
      <WebhooksOf key={env} env={env} />
    </>
  );
}

function WebhooksOf({ env }: { env: string }) {
  const { data, error, isPending, refetch } = useAsk("listWebhooks", { path: { env } });
  const [open, setOpen] = useState(false);
  if (error?.status === 403) return <Empty title="For admins">{error.message}</Empty>;
  const webhooks = data?.body.webhooks ?? [];
  return (
    <Stack gap="md">
      <Group justify="flex-end">
        <ActionButton operation="createWebhook" onClick={() => setOpen(true)}>
          New webhook
        </ActionButton>
      </Group>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <Waiting lines={3} />}
      {data && webhooks.length === 0 && (
        <Empty title="No webhooks yet">
          A webhook tells a program or a Slack channel when a decision is needed, on harm, and at the end of a release.
        </Empty>
      )}
      {webhooks.map((one) => (
        <WebhookCard key={one.id} env={env} one={one} />
      ))}
      {open && <NewWebhook env={env} onClose={() => setOpen(false)} />}
    </Stack>
  );
}

function WebhookCard({ env, one }: { env: string; one: Webhook }) {
  const write = useWrite();
  const [removing, setRemoving] = useState(false);
  const [said, setSaid] = useState("");
  const path = { env, key: one.id };
  const deliveries = useAsk("listDeliveries", { path, query: { limit: 10 } }, { every: 5_000 });
  async function run(what: () => Promise<unknown>, done: string): Promise<void> {
    try {
      await what();
      setSaid(done);
      await deliveries.refetch();
    } catch (error) {
      setSaid(error instanceof Refused ? error.message : "That didn't work.");
    }
  }
  return (
    <section className="sluice-card" aria-label={one.url}>
      <Group justify="space-between">
        <Title order={2}>{one.url}</Title>
        <Group gap="xs">
          <ActionButton
            operation="testWebhook"
            variant="default"
            onClick={() => void run(() => call("testWebhook", { path, body: {} }), "A test message is on its way.")}
          >
            Test
          </ActionButton>
          <ActionButton operation="deleteWebhook" variant="light" color="red" onClick={() => setRemoving(true)}>
            Delete
          </ActionButton>
        </Group>
      </Group>
      <Group gap={6} my="xs">
        {one.events.map((event) => (
          <Badge key={event}>{event}</Badge>
        ))}
        <Badge color="violet">{one.format}</Badge>
      </Group>
      <Text size="sm" role="status">
        {said}
      </Text>
      {(deliveries.data?.body.deliveries ?? []).map((delivery) => (
        <Group key={delivery.id} gap="sm" mt={4}>
          <Badge color={delivery.state === "delivered" ? "green" : delivery.state === "failed" ? "red" : "amber"}>
            {delivery.state}
          </Badge>
          <Text size="sm">
            {delivery.event}, <Time at={delivery.at} />, {delivery.attempts.length} attempts
            {delivery.attempts.at(-1)?.status !== undefined && `, last ${delivery.attempts.at(-1)!.status}`}
            {delivery.attempts.at(-1)?.error !== undefined && `, last ${delivery.attempts.at(-1)!.error}`}
          </Text>
          <ActionButton
            operation="redeliver"
            size="compact-sm"
            variant="subtle"
            aria-label={`Send ${delivery.id} again`}
            onClick={() =>
              void run(() => call("redeliver", { path: { ...path, id: delivery.id }, body: {} }), "It is sent again.")
            }
          >
            Send again
          </ActionButton>
        </Group>
      ))}
      {removing && (
        <Confirm
          title="Delete this webhook?"
          verb="Delete"
          danger
          onClose={() => setRemoving(false)}
          onConfirm={(comment) => write("deleteWebhook", { path, comment }, "Deleted the webhook")}
        >
          <Text size="sm">Nobody is told there any more. Its secret can't be brought back.</Text>
        </Confirm>
      )}
    </section>
  );
}

function NewWebhook({ env, onClose }: { env: string; onClose: () => void }) {
  const write = useWrite();
  const [url, setUrl] = useState("");
  const [format, setFormat] = useState<string>("standard");
  const [events, setEvents] = useState<string[]>([...USUAL_EVENTS]);
  async function create(): Promise<Made | undefined> {
    return (await write("createWebhook", { path: { env }, body: { url, format, events } }, "Made a webhook")).body;
  }
  return (
    <CreateDialog
      title={`New webhook of ${env}`}
      verb="Create webhook"
      what="The webhook"
      ready={url !== "" && events.length > 0}
      onClose={onClose}
      create={create}
    >
      <FirstField label="URL" type="url" value={url} onChange={setUrl} />
      <NativeSelect
        label="Format"
        value={format}
        data={[...WEBHOOK_FORMATS]}
        onChange={(event) => setFormat(event.currentTarget.value)}
      />
      <Checkbox.Group label="Tell of" value={events} onChange={setEvents}>
        <Group mt={4}>
          {WEBHOOK_EVENTS.map((one) => (
            <Checkbox key={one} value={one} label={one} />
          ))}
        </Group>
      </Checkbox.Group>
    </CreateDialog>
  );
}
