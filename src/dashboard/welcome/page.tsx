import { Badge, Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { useAsk } from "../app/ask.ts";
import { useEnvironments } from "../app/environment.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { Page } from "../common/page.tsx";
import { Failure } from "../common/states.tsx";
import { Time } from "../common/time.tsx";
import { Snippet } from "../flags/code.tsx";

/** The first four steps: an environment, a key, a flag, and the first evaluation, seen live. */
export function WelcomePage() {
  const all = useEnvironments();
  const env = all[0]?.name;
  return (
    <Page title="Welcome to Sluice">
      <Text mb="md" maw={640}>
        Four steps from here to a flag that a program asks for. Each can be done again elsewhere, and nothing here can
        do harm.
      </Text>
      <Stack gap="md" component="ol" className="plain-list" aria-label="Steps">
        <Step number={1} title="An environment" done={env !== undefined}>
          {env === undefined ? <FirstEnvironment /> : <Text>There is {all.map(({ name }) => name).join(", ")}.</Text>}
        </Step>
        {env !== undefined && <InEnvironment env={env} />}
      </Stack>
    </Page>
  );
}

function Step({
  number,
  title,
  done,
  children,
}: {
  number: number;
  title: string;
  done: boolean;
  children: ReactNode;
}) {
  return (
    <li className="sluice-card">
      <Group gap="sm" mb="sm">
        <Badge size="lg" color={done ? "green" : "brand"}>
          {done ? "done" : number}
        </Badge>
        <Title order={2}>{title}</Title>
      </Group>
      {children}
    </li>
  );
}

function FirstEnvironment() {
  const write = useWrite();
  const [name, setName] = useState("production");
  const [error, setError] = useState<Error>();
  async function create(event: FormEvent): Promise<void> {
    event.preventDefault();
    await write("createEnvironment", { body: { name } }, `Made the environment ${name}`).catch((failure: Error) =>
      setError(failure),
    );
  }
  return (
    <form onSubmit={(event) => void create(event)}>
      <Group align="flex-end">
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Button type="submit" disabled={name === ""}>
          Create environment
        </Button>
      </Group>
      {error && <Failure error={error} wrote="Nothing was written." />}
    </form>
  );
}

function InEnvironment({ env }: { env: string }) {
  const write = useWrite();
  const [secret, setSecret] = useState<string>();
  const [error, setError] = useState<Error>();
  const flags = useAsk("listFlags", { path: { env }, query: { limit: 100 } }, { every: 3_000 });
  const keys = useAsk("listKeys", { path: { env } });
  const first = flags.data?.body.flags[0];
  const evaluated = flags.data?.body.flags.find((one) => one.lastEvaluatedAt !== undefined);
  const url = window.location.origin;
  async function makeKey(): Promise<void> {
    await write("createKey", { path: { env }, body: { kind: "server", name: "First key" } }, "Made a key").then(
      ({ body }) => setSecret(body.secret),
      (failure: Error) => setError(failure),
    );
  }
  async function makeFlag(): Promise<void> {
    const body = {
      type: "boolean",
      variants: { on: true, off: false },
      offVariant: "off",
      default: { variant: "off" },
    };
    await write("putFlag", { path: { env, key: "first-flag" }, body }, "Made first-flag").catch((failure: Error) =>
      setError(failure),
    );
  }
  return (
    <>
      <Step number={2} title="A key" done={(keys.data?.body.keys.length ?? 0) > 0}>
        <Text mb="sm">A program shows it when it asks for flags.</Text>
        {secret ? (
          <>
            <Text size="sm" mb="xs">
              Shown this once; copy it now.
            </Text>
            <Snippet text={secret} label="Secret" />
          </>
        ) : (
          <ActionButton operation="createKey" variant="default" onClick={() => void makeKey()}>
            Make a server key
          </ActionButton>
        )}
      </Step>
      <Step number={3} title="A flag" done={first !== undefined}>
        {first ? (
          <Text>
            There is{" "}
            <Link to="/environments/$env/flags/$key" params={{ env, key: first.flag.key }} className="sluice-link">
              {first.flag.key}
            </Link>
            .
          </Text>
        ) : (
          <Group>
            <ActionButton operation="putFlag" onClick={() => void makeFlag()}>
              Make first-flag
            </ActionButton>
            <Button variant="default" component={Link} to={`/environments/${encodeURIComponent(env)}/import`}>
              Import instead
            </Button>
          </Group>
        )}
      </Step>
      <Step number={4} title="The first evaluation" done={evaluated !== undefined}>
        <Text role="status" mb="sm">
          {evaluated ? (
            <>
              Live: {evaluated.flag.key} was asked for <Time at={evaluated.lastEvaluatedAt!} />.
            </>
          ) : (
            "Waiting. This turns to live by itself."
          )}
        </Text>
        {first && (
          <Snippet
            text={`curl ${url}/ofrep/v1/evaluate/flags/${encodeURIComponent(first.flag.key)} \\\n  -H "Authorization: Bearer ${secret ?? "YOUR_KEY"}" \\\n  -d '{ "context": { "targetingKey": "user-1" } }'`}
          />
        )}
      </Step>
      {error && <Failure error={error} />}
    </>
  );
}
