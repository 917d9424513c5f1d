import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReleaseView } from "../../contract/release.ts";
import { useAsk } from "../app/ask.ts";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { ReleaseCard } from "../releases/card.tsx";

/** Every release of one flag, the latest first. */
export function ReleasesTab({ env, flagKey }: { env: string; flagKey: string }) {
  const { data, error, isPending, refetch } = useAsk("listReleases", { path: { env, key: flagKey } });
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Waiting />;
  const releases = data.body.releases as unknown as ReleaseView[];
  if (releases.length === 0)
    return (
      <Empty
        title="No release yet"
        action={
          <Button
            component={Link}
            to={`/environments/${encodeURIComponent(env)}/flags/${encodeURIComponent(flagKey)}/releases/new`}
          >
            Start a release
          </Button>
        }
      >
        A release takes a change to more and more people by itself, watches what happens to them, and takes it back when
        it does harm.
      </Empty>
    );
  return (
    <div className="card-list">
      {releases.map((release) => (
        <ReleaseCard key={release.id} env={env} release={release} />
      ))}
    </div>
  );
}
