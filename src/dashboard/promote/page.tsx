import { Badge, Button, Checkbox, Collapse, Group, NativeSelect, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Flag } from "../../contract/flag.ts";
import { sentence } from "../../core/sentence.ts";
import { useAsk } from "../app/ask.ts";
import { type Answer, call, type Refused } from "../app/client.ts";
import { useEnv, useEnvironments } from "../app/environment.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { changesBetween } from "../common/changes.ts";
import { Confirm } from "../common/confirm.tsx";
import { Diff } from "../common/diff.tsx";
import { Page } from "../common/page.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";

type Search = { with?: string; flags?: string };
type Pair = {
  key: string;
  here: Flag | undefined;
  there: Flag | undefined;
  state: "same" | "differs" | "only here" | "only there";
};

/** Two environments side by side, and what is to be brought from the other one into this. */
export function ComparePage() {
  const env = useEnv();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const others = useEnvironments()
    .map(({ name }) => name)
    .filter((name) => name !== env);
  const other = search.with !== undefined && others.includes(search.with) ? search.with : others[0];
  return (
    <Page title="Compare and promote">
      <Group mb="md" align="flex-end">
        <NativeSelect
          label="Compare with"
          value={other ?? ""}
          data={others}
          onChange={(event) =>
            void navigate({ to: ".", replace: true, search: { ...search, with: event.currentTarget.value } as never })
          }
        />
        <Text c="dimmed" size="sm" pb={8}>
          What is chosen is brought from there into {env}. Shares and whether a flag is enabled stay as they are here,
          unless you say otherwise.
        </Text>
      </Group>
      {other === undefined ? (
        <Empty title="There is only one environment">Make another one under Settings to compare and promote.</Empty>
      ) : (
        <Compared key={other} env={env} other={other} asked={search.flags?.split("\n")} />
      )}
    </Page>
  );
}

function Compared({ env, other, asked }: { env: string; other: string; asked: string[] | undefined }) {
  const here = useAsk("exportFlags", { path: { env } });
  const there = useAsk("exportFlags", { path: { env: other } });
  const pairs = useMemo(() => pairsOf(flagsIn(here.data?.body), flagsIn(there.data?.body)), [here.data, there.data]);
  const different = pairs.filter(({ state }) => state !== "same");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(asked));
  const error = here.error ?? there.error;
  if (error) return <Failure error={error} />;
  if (here.isPending || there.isPending) return <Waiting />;
  const toggle = (key: string): void => {
    const after = new Set(chosen);
    if (!after.delete(key)) after.add(key);
    setChosen(after);
  };
  const promotable = [...chosen].filter((key) => pairs.some((one) => one.key === key && one.there !== undefined));
  return (
    <Stack gap="md">
      <Text role="status">
        {pairs.length - different.length} flags are the same,{" "}
        {different.filter(({ state }) => state === "differs").length} differ,{" "}
        {different.filter(({ state }) => state === "only here").length} are only in {env},{" "}
        {different.filter(({ state }) => state === "only there").length} only in {other}.
      </Text>
      <Stack gap="sm">
        {different.map((pair) => (
          <PairCard
            key={pair.key}
            env={env}
            other={other}
            pair={pair}
            chosen={chosen.has(pair.key)}
            toggle={() => toggle(pair.key)}
          />
        ))}
      </Stack>
      {different.length === 0 && (
        <Empty title="They are the same">
          Every flag is in {env} as it is in {other}.
        </Empty>
      )}
      {promotable.length > 0 && (
        <Promote env={env} other={other} flags={promotable} onDone={() => setChosen(new Set())} />
      )}
    </Stack>
  );
}

const COLORS = { same: "gray", differs: "amber", "only here": "brand", "only there": "green" } as const;

function PairCard({
  env,
  other,
  pair,
  chosen,
  toggle,
}: {
  env: string;
  other: string;
  pair: Pair;
  chosen: boolean;
  toggle: () => void;
}) {
  const [open, { toggle: show }] = useDisclosure(false);
  const { key, here, there, state } = pair;
  return (
    <article className="sluice-card" aria-label={key}>
      <Group justify="space-between" align="flex-start">
        <Group gap="sm">
          {there !== undefined && <Checkbox aria-label={`Promote ${key}`} checked={chosen} onChange={toggle} />}
          <Title order={2}>{key}</Title>
          <Badge color={COLORS[state]}>
            {state === "only here" ? `only in ${env}` : state === "only there" ? `only in ${other}` : state}
          </Badge>
        </Group>
        <Button size="compact-sm" variant="default" aria-expanded={open} aria-label={`Fields of ${key}`} onClick={show}>
          Fields
        </Button>
      </Group>
      <Said env={env} other={other} pair={pair} />
      <Collapse expanded={open}>{open && <Diff before={here ?? null} after={there ?? null} />}</Collapse>
    </article>
  );
}

/** What each of the two does; once where it is the same, with what differs all the same. */
function Said({ env, other, pair: { here, there } }: { env: string; other: string; pair: Pair }) {
  const [mine, theirs] = [here && sentence(here), there && sentence(there)];
  if (mine !== undefined && mine === theirs) {
    const fields = [...new Set(changesBetween(here, there).map(({ path }) => path.split("/")[1] ?? ""))];
    return (
      <Text size="sm" mt={6}>
        In both: {mine} They differ in {fields.join(", ")}.
      </Text>
    );
  }
  return (
    <>
      {mine !== undefined && (
        <Text size="sm" mt={6}>
          {env}: {mine}
        </Text>
      )}
      {theirs !== undefined && (
        <Text size="sm">
          {other}: {theirs}
        </Text>
      )}
    </>
  );
}

type Diffed = { target: { kind: string; key: string }; before: unknown; after: unknown };

/** First what would be written, then the writing of it. */
function Promote({ env, other, flags, onDone }: { env: string; other: string; flags: string[]; onDone: () => void }) {
  const write = useWrite();
  const [include, setInclude] = useState<string[]>([]);
  const [diff, setDiff] = useState<Diffed[]>();
  const [error, setError] = useState<Refused>();
  const [open, setOpen] = useState(false);
  const body = { from: other, flags, ...(include.length > 0 && { include }) };
  async function look(): Promise<void> {
    setError(undefined);
    try {
      setDiff((await call("promote", { path: { env }, body: { ...body, dryRun: true } })).body.diff);
    } catch (failure) {
      setError(failure as Refused);
    }
  }
  return (
    <section className="sluice-card">
      <Title order={2} mb="sm">
        Promote {flags.length === 1 ? flags[0] : `${flags.length} flags`} into {env}
      </Title>
      <Stack gap="sm">
        <Checkbox.Group label="Also bring" value={include} onChange={setInclude}>
          <Group mt={4}>
            <Checkbox value="share" label="Shares of rollouts" />
            <Checkbox value="enabled" label="Whether it is enabled" />
          </Group>
        </Checkbox.Group>
        <Group>
          <Button variant="default" onClick={() => void look()}>
            Dry run
          </Button>
          <ActionButton operation="promote" onClick={() => setOpen(true)}>
            Promote
          </ActionButton>
        </Group>
        {error && <Failure error={error} wrote="Nothing was written." />}
        {diff && (
          <div role="status">
            <Text>{diff.length === 0 ? "Nothing would change." : `${diff.length} would change:`}</Text>
            {diff.map(({ target, before, after }) => (
              <div key={target.kind + target.key}>
                <Text fw={600}>
                  {target.kind} {target.key}
                </Text>
                <Diff before={before} after={after} />
              </div>
            ))}
          </div>
        )}
      </Stack>
      {open && (
        <Confirm
          title={`Promote from ${other} into ${env}?`}
          verb="Promote"
          onClose={() => setOpen(false)}
          onConfirm={async (comment) => {
            await write(
              "promote",
              { path: { env }, body: { ...body, ...(comment && { comment }) } },
              `Promoted ${flags.length} flags from ${other}`,
            );
            onDone();
          }}
        >
          <Text size="sm">{flags.join(", ")}. It is one version, and one restore takes it back.</Text>
        </Confirm>
      )}
    </section>
  );
}

function flagsIn(body: Answer<"exportFlags"> | undefined): Flag[] {
  return (body?.flags ?? []) as Flag[];
}

function pairsOf(here: Flag[], there: Flag[]): Pair[] {
  const [a, b] = [here, there].map((flags) => new Map(flags.map((flag) => [flag.key, flag])));
  const keys = [...new Set([...a!.keys(), ...b!.keys()])].toSorted();
  return keys.map((key) => {
    const [mine, theirs] = [a!.get(key), b!.get(key)];
    const state =
      mine === undefined
        ? "only there"
        : theirs === undefined
          ? "only here"
          : JSON.stringify(mine) === JSON.stringify(theirs)
            ? "same"
            : "differs";
    return { key, here: mine, there: theirs, state };
  });
}
