import { Badge, Progress, Text } from "@mantine/core";
import { parseDuration } from "../../contract/duration.ts";
import { hasEnded, type ReleaseView } from "../../contract/release.ts";
import { spell } from "../common/time.tsx";
import { audienceOf } from "./words.ts";

/** The stages from first to last: passed, here with its clock, or ahead. */
export function Ladder({ release, compact = false }: { release: ReleaseView; compact?: boolean }) {
  const { plan, stageIndex, state } = release;
  return (
    <ol className={compact ? "ladder is-compact" : "ladder"} aria-label="Stages">
      {plan.stages.map((stage, place) => {
        const here = place === stageIndex && !hasEnded(state);
        const passed =
          stageIndex !== undefined && (place < stageIndex || (place === stageIndex && state === "completed"));
        const mark = here ? state : passed ? "passed" : place === stageIndex ? state : "ahead";
        return (
          <li
            key={stage.name}
            className={here ? "is-here" : passed ? "is-passed" : ""}
            {...(here && { "aria-current": "step" })}
          >
            <Text fw={600} size="sm" className="one-line">
              {stage.name}
            </Text>
            <Text size="xs" c="dimmed">
              {audienceOf(stage)}
            </Text>
            {!compact && (
              <Badge size="sm" color={here ? "brand" : passed ? "green" : "gray"}>
                {mark}
              </Badge>
            )}
            {here && <BakeClock release={release} />}
            {!compact && (
              <Text size="xs" c="dimmed">
                bakes {stage.minBake}
                {stage.minExposures > 0 && `, ${stage.minExposures} exposures`}
                {stage.gates.length > 0 && `, ${stage.gates.length === 1 ? "a gate" : `${stage.gates.length} gates`}`}
                {stage.watch !== undefined && `, watched ${stage.watch}`}
              </Text>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function BakeClock({ release }: { release: ReleaseView }) {
  const stage = release.plan.stages[release.stageIndex ?? 0];
  const wanted = parseDuration((release.state === "watching" ? stage?.watch : stage?.minBake) ?? "0s") ?? 0;
  const done = release.activeSeconds * 1_000;
  if (wanted === 0) return null;
  const left = Math.max(0, wanted - done) / 1_000;
  return (
    <div>
      <Progress value={Math.min(100, (done / wanted) * 100)} aria-label="Bake time that has passed" size="sm" mt={4} />
      <Text size="xs" c="dimmed">
        {left === 0 ? "bake time is over" : `${spell(left)} to bake`}
      </Text>
    </div>
  );
}
