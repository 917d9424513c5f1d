import { Badge, Button, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { FlagView } from "../../contract/admin.ts";
import type { AuditEntry } from "../../contract/audit.ts";
import type { ChangeRequestView } from "../../contract/change-request.ts";
import type { ReleaseView } from "../../contract/release.ts";
import { useAsk } from "../app/ask.ts";
import { useEnv } from "../app/environment.ts";
import { Page } from "../common/page.tsx";
import { Failure, Waiting } from "../common/states.tsx";
import { Time } from "../common/time.tsx";
import { ReleaseCard } from "../releases/card.tsx";

/** What needs somebody, what is live, what was done: the state of an environment on one page. */
export function OverviewPage() {
  const env = useEnv();
  const environment = useAsk("getEnvironment", { path: { env } });
  const live = useAsk("listAllReleases", { path: { env }, query: { state: "live", limit: 100 } }, { every: 10_000 });
  const requests = useAsk("listChangeRequests", { path: { env }, query: { state: "open" } });
  const releases = (live.data?.body.releases ?? []) as unknown as ReleaseView[];
  const open = (requests.data?.body.changeRequests ?? []) as unknown as ChangeRequestView[];
  const waiting = releases.filter(
    ({ state, verdicts }) =>
      state === "gated" ||
      state === "paused" ||
      state === "suspended" ||
      verdicts.some(({ verdict }) => verdict === "harm" || verdict === "invalid"),
  );
  const error = environment.error ?? live.error;
  return (
    <Page title="Overview" copyAs={{ operation: "getEnvironment", ask: { path: { env } } }}>
      {error && <Failure error={error} onRetry={() => void live.refetch()} />}
      <Stack gap="md">
        <Section title="Needs you">
          {open.length + waiting.length === 0 && <Text c="dimmed">Nothing waits for anybody.</Text>}
          {open.map((one) => (
            <Group key={one.id} gap="sm">
              <Badge color="amber">request</Badge>
              <Link to="/environments/$env/requests/$id" params={{ env, id: one.id }} className="sluice-link">
                {one.action}: {one.targets.map(({ key }) => key).join(", ")}
              </Link>
              <Text size="sm" c="dimmed">
                by {one.author.name}, <Time at={one.createdAt} />
              </Text>
            </Group>
          ))}
          {waiting.map((one) => (
            <Group key={one.id} gap="sm">
              <Badge color="amber">{one.state}</Badge>
              <Link
                to="/environments/$env/flags/$key/releases/$id"
                params={{ env, key: one.flag, id: one.id }}
                className="sluice-link"
              >
                Release of {one.flag}
              </Link>
            </Group>
          ))}
        </Section>
        <Section title="Live now">
          {live.isPending && <Waiting lines={3} />}
          {live.data && releases.length === 0 && (
            <Text c="dimmed">
              No release is under way. One begins on the page of a flag.{" "}
              <Link to="/environments/$env/releases" params={{ env }} className="sluice-link">
                All releases
              </Link>
            </Text>
          )}
          {releases.map((release) => (
            <ReleaseCard key={release.id} env={env} release={release} />
          ))}
        </Section>
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <Latest env={env} />
          <Stack gap="md">
            <Stale env={env} />
            <Edge env={env} />
          </Stack>
        </SimpleGrid>
      </Stack>
    </Page>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="sluice-card" aria-label={title}>
      <Title order={2} mb="sm">
        {title}
      </Title>
      <Stack gap="sm">{children}</Stack>
    </section>
  );
}

function Latest({ env }: { env: string }) {
  const { data, isPending } = useAsk("listAudit", { path: { env }, query: { limit: 10 } });
  const entries = (data?.body.entries ?? []) as unknown as AuditEntry[];
  return (
    <Section title="Latest changes">
      {isPending && <Waiting lines={4} />}
      {entries.map((entry) => (
        <div key={entry.sequence}>
          <Text size="sm">
            {entry.action}{" "}
            {entry.target.kind === "flag" ? (
              <Link
                to="/environments/$env/flags/$key/$tab"
                params={{ env, key: entry.target.key, tab: "history" }}
                className="sluice-link"
              >
                {entry.target.key}
              </Link>
            ) : (
              <b>{entry.target.key}</b>
            )}
            {entry.comment !== "" && <> “{entry.comment}”</>}
          </Text>
          <Text size="xs" c="dimmed">
            <Time at={entry.at} /> · {entry.actor.name}
          </Text>
        </div>
      ))}
    </Section>
  );
}

function Stale({ env }: { env: string }) {
  const { data, isPending } = useAsk("listFlags", { path: { env }, query: { state: "stale", limit: 10 } });
  const flags = (data?.body.flags ?? []) as unknown as FlagView[];
  return (
    <Section title="Stale flags">
      {isPending && <Waiting lines={2} />}
      {data && flags.length === 0 && <Text c="dimmed">None has outlived its use.</Text>}
      {flags.map(({ flag, stale }) => (
        <Group key={flag.key} gap="sm">
          <Link to="/environments/$env/flags/$key" params={{ env, key: flag.key }} className="sluice-link">
            {flag.key}
          </Link>
          {stale && (
            <Text size="sm" c="dimmed">
              {stale.why}, since <Time at={stale.since} />
            </Text>
          )}
        </Group>
      ))}
      {flags.length > 0 && (
        <Button
          component={Link}
          to={`/environments/${encodeURIComponent(env)}/flags?state=stale`}
          size="compact-sm"
          variant="light"
        >
          All of them
        </Button>
      )}
    </Section>
  );
}

/** How far the newest version has got. */
function Edge({ env }: { env: string }) {
  const { data } = useAsk("getEnvironment", { path: { env } });
  if (!data) return null;
  const { version, flags, propagated } = data.body;
  const everywhere = propagated.relays >= propagated.of;
  return (
    <Section title="At the edge">
      <Text>
        Version {version}, {flags} flags,{" "}
        {propagated.of === 0
          ? "in force; no relay serves anybody just now, the first request starts one"
          : everywhere
            ? `on ${propagated.of === 1 ? "the one relay" : `all ${propagated.of} relays`}`
            : `on ${propagated.relays} of ${propagated.of} relays`}
        .
      </Text>
    </Section>
  );
}
