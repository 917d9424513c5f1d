import { Badge, Group, NativeSelect, Stack, Text } from "@mantine/core";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type ChangeRequestView, REQUEST_STATES } from "../../contract/change-request.ts";
import { useAsk } from "../app/ask.ts";
import { useEnv } from "../app/environment.ts";
import { Page } from "../common/page.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { Time } from "../common/time.tsx";

export const REQUEST_COLORS = { open: "amber", applied: "green", rejected: "red", outdated: "gray" } as const;

/** Changes that wait for the consent of others, and what became of those before. */
export function RequestsPage() {
  const env = useEnv();
  const { state } = useSearch({ strict: false }) as { state?: string };
  const navigate = useNavigate();
  const ask = { path: { env }, query: { state } };
  const { data, error, isPending, refetch } = useAsk("listChangeRequests", ask, { every: 10_000, keep: true });
  const requests = (data?.body.changeRequests ?? []) as unknown as ChangeRequestView[];
  return (
    <Page title="Requests" copyAs={{ operation: "listChangeRequests", ask }}>
      <Group mb="md">
        <NativeSelect
          label="State"
          value={state ?? ""}
          data={[{ value: "", label: "All" }, ...REQUEST_STATES]}
          onChange={(event) =>
            void navigate({
              to: ".",
              replace: true,
              search: { state: event.currentTarget.value || undefined } as never,
            })
          }
        />
      </Group>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <Waiting />}
      {data && requests.length === 0 && (
        <Empty title={state ? `No request is ${state}` : "No requests"}>
          Where an environment asks for the consent of others (Settings, Environments), a change waits here until enough
          have looked at it. Taking back harm never waits.
        </Empty>
      )}
      <Stack component="ol" className="plain-list" gap="sm" aria-label="Requests">
        {requests.map((one) => (
          <li key={one.id} className="sluice-card">
            <Group gap="sm">
              <Badge color={REQUEST_COLORS[one.state]}>{one.state}</Badge>
              <Link to="/environments/$env/requests/$id" params={{ env, id: one.id }} className="sluice-link">
                {one.action}: {one.targets.map(({ key }) => key).join(", ")}
              </Link>
              <Text size="sm" c="dimmed">
                by {one.author.name}, <Time at={one.createdAt} /> · {one.approvals.length} of {one.required} consent
              </Text>
            </Group>
            {one.comment !== "" && (
              <Text size="sm" mt={4} dir="auto">
                “{one.comment}”
              </Text>
            )}
          </li>
        ))}
      </Stack>
    </Page>
  );
}
