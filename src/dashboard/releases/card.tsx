import { Badge, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { hasEnded, type ReleaseView } from "../../contract/release.ts";
import { ago, Time, useNow } from "../common/time.tsx";
import { Ladder } from "./ladder.tsx";
import { liveSentence, PHASE_COLORS, VERDICT_COLORS, VERDICT_NAMES } from "./words.ts";

/** One release among others: where it is, what its guardrails say, what comes next. */
export function ReleaseCard({ env, release }: { env: string; release: ReleaseView }) {
  const now = useNow(5_000);
  const live = !hasEnded(release.state);
  return (
    <article className="sluice-card" aria-label={`Release of ${release.flag}`}>
      <Group justify="space-between" mb={6}>
        <Group gap="sm">
          <Link
            to="/environments/$env/flags/$key/releases/$id"
            params={{ env, key: release.flag, id: release.id }}
            className="sluice-link"
          >
            {release.flag}
          </Link>
          <Badge color={PHASE_COLORS[release.state]}>{release.state}</Badge>
          <Text size="sm" c="dimmed">
            {release.rule === undefined ? "everybody" : `rule ${release.rule}`}, begun <Time at={release.createdAt} />{" "}
            by {release.createdBy.name}
          </Text>
        </Group>
        <Group gap={6}>
          {release.verdicts.map(({ metric, verdict }) => (
            <Badge key={metric} color={VERDICT_COLORS[verdict]}>
              {metric}: {VERDICT_NAMES[verdict]}
            </Badge>
          ))}
        </Group>
      </Group>
      {live && <Ladder release={release} compact />}
      <Text size="sm" mt={6}>
        {liveSentence(release, now, ago)}
      </Text>
    </article>
  );
}
