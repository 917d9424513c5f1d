import { Button, Group, NativeSelect } from "@mantine/core";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { PHASES, type ReleaseView } from "../../contract/release.ts";
import { useAsk } from "../app/ask.ts";
import { useEnv } from "../app/environment.ts";
import { Page } from "../common/page.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { ReleaseCard } from "./card.tsx";

/** All releases of an environment, live ones first. */
export function BoardPage() {
  const env = useEnv();
  const { state } = useSearch({ strict: false }) as { state?: string };
  const navigate = useNavigate();
  const ask = { path: { env }, query: { state, limit: 100 } };
  const { data, error, isPending, refetch } = useAsk("listAllReleases", ask, { every: 10_000, keep: true });
  const releases = (data?.body.releases ?? []) as unknown as ReleaseView[];
  return (
    <Page title="Releases" copyAs={{ operation: "listAllReleases", ask }}>
      <Group mb="md">
        <NativeSelect
          label="State"
          value={state ?? ""}
          data={[{ value: "", label: "All, live first" }, { value: "live", label: "live" }, ...PHASES]}
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
      {isPending && <Waiting what="Loading the releases" />}
      {data && releases.length === 0 && (
        <Empty
          title={state ? `No release is ${state}` : "No releases yet"}
          action={
            <Button component={Link} to={`/environments/${encodeURIComponent(env)}/flags`}>
              Choose a flag
            </Button>
          }
        >
          A release takes a change to more and more people, watches errors and latency on both sides, and takes it back
          by itself when it does harm. It begins on the page of a flag, with Start a release.
        </Empty>
      )}
      <div className="card-list">
        {releases.map((release) => (
          <ReleaseCard key={release.id} env={env} release={release} />
        ))}
      </div>
    </Page>
  );
}
