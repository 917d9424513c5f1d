import { Badge, Group, SimpleGrid, Text, Title } from "@mantine/core";
import { hasEnded, type ReleaseView } from "../../contract/release.ts";
import { useNow } from "../common/time.tsx";
import { VERDICT_COLORS, VERDICT_NAMES, VERDICT_WORDS } from "./words.ts";

type Verdict = ReleaseView["verdicts"][number];

/** What each guardrail has seen: the evidence against its threshold, and what harm could be seen by now. */
export function Guardrails({ release }: { release: ReleaseView }) {
  // A stage's first minute is judged half a minute after its end.
  const early = useNow(5_000) - Date.parse(release.since) < 120_000;
  const judged = new Map(release.verdicts.map((one) => [one.metric, one]));
  if (release.plan.guardrails.length === 0)
    return (
      <section className="sluice-card">
        <Title order={2}>Guardrails</Title>
        <Text mt={6}>None: nothing takes this release back by itself.</Text>
      </section>
    );
  return (
    <section aria-label="Guardrails">
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {release.plan.guardrails.map(({ metric, role, harm, detect, ceiling }) => (
          <article key={metric} className="sluice-card" aria-label={`Guardrail ${metric}`}>
            <Group justify="space-between">
              <Title order={2}>{metric}</Title>
              {judged.get(metric) && (
                <Badge size="lg" color={VERDICT_COLORS[judged.get(metric)!.verdict]}>
                  {VERDICT_NAMES[judged.get(metric)!.verdict]}
                </Badge>
              )}
            </Group>
            <Text size="sm" c="dimmed" mb={8}>
              {role}; harm is {harm === "increase" ? "more" : "less"} of it, by {detect}× or more
              {ceiling !== undefined && `; at most ${typeof ceiling === "number" ? `${ceiling * 100} %` : ceiling}`}
            </Text>
            {judged.get(metric) ? (
              <Judged one={judged.get(metric)!} early={early} />
            ) : (
              <Text size="sm">
                {hasEnded(release.state)
                  ? "Judged no more. What was seen is below, stage by stage."
                  : "Not judged yet: the first minute has to close."}
              </Text>
            )}
          </article>
        ))}
      </SimpleGrid>
    </section>
  );
}

function Judged({ one, early }: { one: Verdict; early: boolean }) {
  const { evidence } = one;
  const [exposures, events] = [pair(evidence["exposures"]), pair(evidence["events"])];
  const logE = number(evidence["logE"]);
  const alarmAt = number(evidence["alarmAt"]);
  const detectable = number(evidence["detectable"]);
  return (
    <div>
      <Text size="sm" fw={550}>
        {early && one.verdict === "nodata"
          ? "Nothing is counted yet: a minute is judged half a minute after its end."
          : VERDICT_WORDS[one.verdict]}
        {one.clientOnly && " It shows only in what client keys reported."}
      </Text>
      {logE !== undefined && alarmAt !== undefined && <Evidence logE={logE} alarmAt={alarmAt} />}
      {exposures && (
        <table className="arms-table">
          <thead>
            <tr>
              <th scope="col">
                <span className="sr-only">Side</span>
              </th>
              <th scope="col">Exposures</th>
              <th scope="col">Events</th>
              <th scope="col">Share</th>
            </tr>
          </thead>
          <tbody>
            {(["treatment", "control"] as const).map((side, place) => (
              <tr key={side}>
                <th scope="row">{side}</th>
                <td>{exposures[place]!.toLocaleString()}</td>
                <td>{events?.[place]?.toLocaleString() ?? ""}</td>
                <td>
                  {events && exposures[place]! > 0
                    ? `${((events[place]! / exposures[place]!) * 100).toFixed(2)} %`
                    : ""}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {detectable !== undefined && (
        <Text size="sm" c="dimmed" mt={6}>
          The smallest harm that would be seen by now: {detectable.toFixed(detectable < 10 ? 1 : 0)}×.
        </Text>
      )}
    </div>
  );
}

/** Evidence of harm on a log scale, from none to twice what raises the alarm. */
function Evidence({ logE, alarmAt }: { logE: number; alarmAt: number }) {
  const place = (value: number): number => Math.max(0, Math.min(100, (value / (2 * alarmAt)) * 100));
  const times = Math.exp(Math.min(logE, 30));
  return (
    <div className="evidence">
      <div className="evidence-bar" aria-hidden>
        <span
          className={logE >= alarmAt ? "evidence-fill is-alarm" : "evidence-fill"}
          style={{ width: `${place(logE)}%` }}
        />
        <span className="evidence-alarm" style={{ insetInlineStart: "50%" }} />
      </div>
      <Text size="xs" c="dimmed">
        Evidence of harm {times < 100 ? times.toFixed(2) : times.toExponential(1)}; the alarm is at{" "}
        {Math.round(Math.exp(alarmAt)).toLocaleString()} (log scale)
      </Text>
    </div>
  );
}

function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function pair(value: unknown): [number, number] | undefined {
  return Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "number"
    ? [value[0], value[1]]
    : undefined;
}
