import { Badge, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import type { Happened, ReleaseView, Verdict } from "../../contract/release.ts";
import { hasEnded } from "../../contract/release.ts";
import type { Uncounted } from "../../contract/uncounted.ts";
import { percent } from "../../core/sentence.ts";
import { useAsk } from "../app/ask.ts";
import { useEnv } from "../app/environment.ts";
import { Page } from "../common/page.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { ago, Time, useNow } from "../common/time.tsx";
import { Arms } from "./arms.tsx";
import { ReleaseActions } from "./actions.tsx";
import { Guardrails } from "./guardrails.tsx";
import { Ladder } from "./ladder.tsx";
import { liveSentence, PHASE_COLORS, UNCOUNTED_WORDS, VERDICT_NAMES } from "./words.ts";

/** One release: where it is, what it has seen, and what can be done about it. Live without being loaded again. */
export function ReleasePage() {
  const env = useEnv();
  const { key = "", id = "" } = useParams({ strict: false });
  const ask = { path: { env, key, id } };
  const { data, error, isPending, refetch } = useAsk("getRelease", ask, { every: 3_000 });
  const report = useAsk("releaseReport", ask, { every: 15_000 });
  const release = data?.body as unknown as ReleaseView | undefined;
  if (error?.status === 404)
    return (
      <Page title="No such release" kind={key}>
        <Empty title="There is no such release of this flag">{`${key} has no release ${id} in ${env}.`}</Empty>
      </Page>
    );
  return (
    <Page
      title={`Release of ${key}`}
      kind={release?.state ?? ""}
      copyAs={{ operation: "getRelease", ask }}
      above={
        <Text size="sm" mb={4} className="no-print">
          <Link to="/environments/$env/flags/$key" params={{ env, key }} className="sluice-link">
            {key}
          </Link>
        </Text>
      }
      actions={release && <ReleaseActions env={env} release={release} />}
    >
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <Waiting what="Loading the release" />}
      {release && (
        <Stack gap="md">
          <Head release={release} />
          <section className="sluice-card">
            <Ladder release={release} />
          </section>
          {hasEnded(release.state) && <Ending release={release} />}
          <Guardrails release={release} />
          <Unseen release={release} />
          <Arms env={env} release={release} />
          {report.data && <Stages stages={report.data.body.stages} />}
          <Timeline timeline={release.timeline} />
        </Stack>
      )}
    </Page>
  );
}

function Head({ release }: { release: ReleaseView }) {
  const now = useNow();
  return (
    <div className="sluice-card">
      <Group gap="xs" mb={8}>
        <Badge size="lg" color={PHASE_COLORS[release.state]}>
          {release.state}
        </Badge>
        <Badge size="lg">{percent(release.percentage)}</Badge>
        <Badge size="lg">{release.rule === undefined ? "of everybody" : `of rule ${release.rule}`}</Badge>
        {release.planName !== undefined && <Badge size="lg">plan {release.planName}</Badge>}
        {release.unguarded && (
          <Badge size="lg" color="amber">
            unguarded
          </Badge>
        )}
      </Group>
      <Text className="sluice-sentence" role="status">
        {liveSentence(release, now, ago)}
      </Text>
      {release.exposures !== undefined && (
        <Text size="sm" c="dimmed" mt={6}>
          {release.exposures.toLocaleString()} exposures in this stage
          {minimumOf(release) > 0 && ` of at least ${minimumOf(release).toLocaleString()}`}.
        </Text>
      )}
      {release.unguarded && (
        <Text size="sm" mt={6}>
          Unguarded: no guard watches it, so nothing takes it back by itself.
        </Text>
      )}
      {release.unrelease && (
        <Text size="sm" c="dimmed" mt={6}>
          {release.unrelease.text}
        </Text>
      )}
    </div>
  );
}

/** What comes in and no guardrail sees: so that nobody takes silence for health. */
function Unseen({ release }: { release: ReleaseView }) {
  const uncounted = Object.entries(release.uncounted).filter(([, count]) => count > 0);
  if (uncounted.length === 0 && release.unwatched.length === 0) return null;
  return (
    <section className="sluice-card" aria-label="Not judged">
      <Title order={2} mb="xs">
        Not judged
      </Title>
      {release.unwatched.length > 0 && (
        <Text size="sm">Reported, and watched by no guardrail: {release.unwatched.join(", ")}.</Text>
      )}
      {uncounted.length > 0 && (
        <>
          <Text size="sm">Reports that count for no verdict:</Text>
          <ul className="sluice-list">
            {uncounted.map(([reason, count]) => (
              <li key={reason}>
                {count.toLocaleString()} {UNCOUNTED_WORDS[reason as Uncounted] ?? reason}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function minimumOf({ plan, stageIndex }: ReleaseView): number {
  return stageIndex === undefined ? 0 : (plan.stages[stageIndex]?.minExposures ?? 0);
}

/** When it began and ended, and who or what decided. */
function Ending({ release }: { release: ReleaseView }) {
  const first = release.timeline.find(({ what }) => what === "start") ?? release.timeline[0];
  const last = release.timeline.at(-1);
  return (
    <section className="sluice-card">
      <Title order={2} mb="xs">
        How it ended
      </Title>
      <Text>
        {first && (
          <>
            Begun <Time at={first.at} absolute /> by {first.actor.name}.{" "}
          </>
        )}
        {last && (
          <>
            {release.state} <Time at={last.at} absolute /> by {last.actor.name}: {last.cause.replace(/\.$/, "")}.
          </>
        )}
        {last?.comment && ` “${last.comment}”`}
      </Text>
    </section>
  );
}

type StageLine = {
  stage: string;
  enteredAt: string;
  leftAt?: string;
  outcome: string;
  exposures?: number;
  guardrails: {
    metric: string;
    verdict: string;
    effect?: { estimate: number; lower: number | null; upper: number | null };
  }[];
};

/** What became of each stage that was entered. */
function Stages({ stages }: { stages: StageLine[] }) {
  if (stages.length === 0) return null;
  const share = (value: number | null): string => (value === null ? "?" : `${(value * 100).toFixed(0)} %`);
  return (
    <section className="sluice-card">
      <Title order={2} mb="xs">
        Stage by stage
      </Title>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {stages.map((one) => (
          <div key={one.stage + one.enteredAt}>
            <Text fw={600}>
              {one.stage}: {one.outcome}
            </Text>
            <Text size="sm" c="dimmed">
              <Time at={one.enteredAt} absolute />
              {one.leftAt && (
                <>
                  {" to "}
                  <Time at={one.leftAt} absolute />
                </>
              )}
              {one.exposures !== undefined && `, ${one.exposures.toLocaleString()} exposures`}
            </Text>
            {one.guardrails.map(({ metric, verdict, effect }) => (
              <Text size="sm" key={metric}>
                {metric}: {VERDICT_NAMES[verdict as Verdict] ?? verdict}
                {effect &&
                  `, ${share(effect.estimate)} against control (${share(effect.lower)} to ${share(effect.upper)})`}
              </Text>
            ))}
          </div>
        ))}
      </SimpleGrid>
    </section>
  );
}

function Timeline({ timeline }: { timeline: readonly Happened[] }) {
  return (
    <section className="sluice-card">
      <Title order={2} mb="xs">
        What happened
      </Title>
      <ol className="timeline" aria-label="Timeline">
        {timeline.toReversed().map((one) => (
          <li key={one.at + one.what + one.epoch}>
            <Text size="sm">
              <b>{one.what}</b>
              {one.stage !== null && ` at ${one.stage}`}: {one.cause}
            </Text>
            <Text size="xs" c="dimmed">
              <Time at={one.at} /> · {one.actor.name}
              {one.comment !== "" && ` · “${one.comment}”`}
            </Text>
          </li>
        ))}
      </ol>
    </section>
  );
}
