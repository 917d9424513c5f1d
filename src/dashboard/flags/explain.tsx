import { Badge, Button, Checkbox, Group, Stack, Table, Text, Textarea, Title } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { Flag } from "../../contract/flag.ts";
import { isJsonObject, type JsonObject } from "../../contract/json.ts";
import { type Answer, call, type Refused } from "../app/client.ts";
import { useEnvironments } from "../app/environment.ts";
import { nameOfContext as nameOf } from "../common/contexts.ts";
import { Failure, Waiting } from "../common/states.tsx";
import { Instant } from "./window-editor.tsx";

type Explained = Answer<"evaluate">["flags"][number];
type Step = Explained["trace"][number];
type Search = { context?: string; environments?: string; at?: string };
const FIRST = { targetingKey: "user-1" };

/** What somebody gets, and why: contexts × environments, now or as it was. The address carries all of it. */
export function ExplainTab({ env, flag }: { env: string; flag: Flag }) {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const all = useEnvironments().map(({ name }) => name);
  const [text, setText] = useState(() => pretty(search.context ?? JSON.stringify(FIRST)));
  const environments = (search.environments?.split(",") ?? [env]).filter((name) => all.includes(name) || name === env);
  const asked = contextsOf(search.context ?? JSON.stringify(FIRST));
  const typed = contextsOf(text);
  const set = (change: Search): void =>
    void navigate({ to: ".", replace: true, search: { ...search, ...change } as never });
  return (
    <Stack gap="md">
      <section className="sluice-card">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (typed !== undefined) set({ context: JSON.stringify(typed.length === 1 ? typed[0] : typed) });
          }}
        >
          <Stack gap="sm">
            <Textarea
              label="Context"
              description="What the caller says about itself, as JSON; a list for several"
              autosize
              minRows={3}
              spellCheck={false}
              className="mono"
              error={typed === undefined ? "must be a JSON object, or a list of them" : undefined}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <Group gap="lg" align="flex-end">
              <Checkbox.Group
                label="Environments"
                value={environments}
                onChange={(names) => set({ environments: names.join(",") })}
              >
                <Group gap="md" mt={4}>
                  {all.map((name) => (
                    <Checkbox key={name} value={name} label={name} />
                  ))}
                </Group>
              </Checkbox.Group>
              <Instant label="As it was at" value={search.at ?? null} onChange={(at) => set({ at: at ?? "" })} />
              <Button type="submit" disabled={typed === undefined}>
                Explain
              </Button>
            </Group>
          </Stack>
        </form>
      </section>
      {asked !== undefined && (
        <Matrix flag={flag} contexts={asked.slice(0, 20)} environments={environments} at={search.at || undefined} />
      )}
    </Stack>
  );
}

function Matrix({
  flag,
  contexts,
  environments,
  at,
}: {
  flag: Flag;
  contexts: JsonObject[];
  environments: string[];
  at: string | undefined;
}) {
  const cells = contexts.flatMap((context) => environments.map((env) => ({ context, env })));
  const answers = useQueries({
    queries: cells.map(({ context, env }) => ({
      queryKey: ["evaluate", env, flag.key, context, at ?? null],
      queryFn: async (): Promise<Explained | undefined> =>
        (await call("evaluate", { path: { env }, body: { context, flag: flag.key, ...(at && { at }) } })).body.flags[0],
      retry: false,
    })),
  });
  const shown = (place: number): string => {
    const answer = answers[place];
    if (answer?.error) return "none";
    return answer?.data === undefined ? "…" : (answer.data.variant ?? "code default");
  };
  return (
    <Stack gap="md">
      {cells.length > 1 && (
        <div className="scroll-x sluice-card" tabIndex={0} role="region" aria-label="What each gets">
          <Table aria-label="What each gets">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Context</Table.Th>
                {environments.map((env) => (
                  <Table.Th key={env}>{env}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {contexts.map((context, row) => {
                const values = environments.map((_, column) => shown(row * environments.length + column));
                return (
                  <Table.Tr key={JSON.stringify(context)}>
                    <Table.Td>{nameOf(context)}</Table.Td>
                    {values.map((value, column) => (
                      <Table.Td key={environments[column]}>
                        <Badge color={value === values[0] ? "gray" : "amber"}>
                          {value === values[0] ? value : `${value} (differs)`}
                        </Badge>
                      </Table.Td>
                    ))}
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {cells.map(({ context, env }, place) => (
        <Why
          key={`${env} ${JSON.stringify(context)}`}
          title={`${nameOf(context)} in ${env}`}
          answer={answers[place]?.data}
          error={answers[place]?.error as Refused | null}
          waiting={answers[place]?.isPending ?? true}
        />
      ))}
    </Stack>
  );
}

function Why({
  title,
  answer,
  error,
  waiting,
}: {
  title: string;
  answer: Explained | undefined;
  error: Refused | null;
  waiting: boolean;
}) {
  return (
    <section className="sluice-card" aria-label={title}>
      <Title order={2}>{title}</Title>
      {error && <Failure error={error} />}
      {waiting && <Waiting lines={3} />}
      {answer && (
        <>
          <Text className="sluice-sentence" role="status">
            Gets <b>{answer.variant ?? "the default in the code"}</b>
            {answer.variant !== undefined && <> = {JSON.stringify(answer.value)}</>}, for the reason {answer.reason}
            {answer.ruleId !== undefined && <> of rule {answer.ruleId}</>}.
          </Text>
          <ol className="trace">
            {answer.trace.map((step) => (
              <TraceStep key={JSON.stringify(step)} step={step} />
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

function TraceStep({ step }: { step: Step }) {
  const name =
    step.step === "rule"
      ? `Rule ${step.ruleId}`
      : step.step === "prerequisite"
        ? `Prerequisite ${step.flag}`
        : step.step === "enabled"
          ? "Enabled"
          : "Default";
  return (
    <li>
      <Mark held={step.held} /> <b>{name}</b>: {step.why}
      {"condition" in step && <ConditionTrace trace={step.condition} />}
      {"rollout" in step && step.rollout && <BucketBar rollout={step.rollout} />}
    </li>
  );
}

type Trace = { path: string; held: boolean; why: string; of?: Trace[] };

function ConditionTrace({ trace }: { trace: Trace }) {
  return (
    <ul className="trace">
      <li>
        <Mark held={trace.held} /> {trace.why} <code className="faint">{trace.path}</code>
        {trace.of?.map((part) => (
          <ConditionTrace key={part.path + part.why} trace={part} />
        ))}
      </li>
    </ul>
  );
}

function Mark({ held }: { held: boolean }) {
  return <Badge color={held ? "green" : "gray"}>{held ? "held" : "not held"}</Badge>;
}

type Rollout = NonNullable<Extract<Step, { step: "default" }>["rollout"]>;

/** Where the context lies in the hash space of a rollout. */
function BucketBar({ rollout }: { rollout: Rollout }) {
  return (
    <div className="bucket">
      <Text size="sm">
        {rollout.why}
        {rollout.position !== undefined && `: at ${rollout.position.toFixed(3)} % of the hash space`}
      </Text>
      {rollout.position !== undefined && (
        <div className="bucket-bar" aria-hidden>
          <span style={{ insetInlineStart: `${rollout.position}%` }} />
        </div>
      )}
    </div>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** One context, or several in a list; undefined for anything else. */
function contextsOf(text: string): JsonObject[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value.every(isJsonObject) && value.length > 0 ? value : undefined;
    return isJsonObject(value) ? [value] : undefined;
  } catch {
    return undefined;
  }
}
