import { Badge, Button, Collapse, Group, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { AuditEntry } from "../../contract/audit.ts";
import type { Flag } from "../../contract/flag.ts";
import { changeSentence } from "../../core/sentence.ts";
import { call, Refused } from "../app/client.ts";
import { useEnv } from "../app/environment.ts";
import { Diff } from "../common/diff.tsx";
import { downloaded } from "../common/download.ts";
import { Page } from "../common/page.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { Time } from "../common/time.tsx";

type Filter = { flag?: string; actor?: string; action?: string };

/** Who did what, when and why: found, compared, checked for having been altered, taken along. */
export function AuditPage() {
  const env = useEnv();
  const filter = useSearch({ strict: false }) as Filter;
  const navigate = useNavigate();
  const query = { flag: filter.flag, actor: filter.actor, action: filter.action, limit: 50 };
  const pages = useInfiniteQuery({
    queryKey: ["listAudit", "pages", env, query],
    queryFn: async ({ pageParam, signal }) =>
      (await call("listAudit", { path: { env }, query: { ...query, cursor: pageParam }, signal })).body,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.cursor,
  });
  const entries = (pages.data?.pages ?? []).flatMap((page) => page.entries) as unknown as AuditEntry[];
  const set = (name: keyof Filter, value: string): void =>
    void navigate({ to: ".", replace: true, search: { ...filter, [name]: value || undefined } as never });
  return (
    <Page
      title="Audit"
      copyAs={{ operation: "listAudit", ask: { path: { env }, query } }}
      actions={<Download env={env} query={query} />}
    >
      <Group mb="md" align="flex-end">
        <TextInput
          label="Flag"
          value={filter.flag ?? ""}
          onChange={(event) => set("flag", event.currentTarget.value)}
        />
        <TextInput
          label="Who"
          value={filter.actor ?? ""}
          onChange={(event) => set("actor", event.currentTarget.value)}
        />
        <TextInput
          label="Action"
          value={filter.action ?? ""}
          onChange={(event) => set("action", event.currentTarget.value)}
        />
        <Verify env={env} />
      </Group>
      {pages.error && entries.length === 0 && <Failure error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isPending && <Waiting what="Loading the log" />}
      {pages.data && entries.length === 0 && <Empty title="Nothing here">No entry fits what is asked for.</Empty>}
      <Stack component="ol" className="plain-list" gap="sm" aria-label="Log">
        {entries.map((entry) => (
          <Entry key={entry.sequence} env={env} entry={entry} />
        ))}
      </Stack>
      {pages.hasNextPage && (
        <Button mt="md" variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          Older entries
        </Button>
      )}
    </Page>
  );
}

function Entry({ env, entry }: { env: string; entry: AuditEntry }) {
  const [open, { toggle }] = useDisclosure(false);
  const flag = entry.target.kind === "flag";
  return (
    <li className="sluice-card">
      <Group justify="space-between" align="flex-start">
        <div className="rule-said">
          <Group gap="xs">
            <Badge>{entry.action}</Badge>
            {flag ? (
              <Link to="/environments/$env/flags/$key" params={{ env, key: entry.target.key }} className="sluice-link">
                {entry.target.key}
              </Link>
            ) : (
              <Text fw={550}>
                {entry.target.kind} {entry.target.key}
              </Text>
            )}
          </Group>
          {flag && <Text size="sm">{changeSentence(entry.before as Flag | null, entry.after as Flag | null)}</Text>}
          {entry.comment !== "" && (
            <Text size="sm" dir="auto">
              “{entry.comment}”
            </Text>
          )}
          <Text size="xs" c="dimmed">
            <Time at={entry.at} /> · {entry.actor.name} ({entry.actor.via}) · entry {entry.sequence} · version{" "}
            {entry.version}
          </Text>
        </div>
        <Button
          size="compact-sm"
          variant="default"
          aria-expanded={open}
          aria-label={`Fields of entry ${entry.sequence}`}
          onClick={toggle}
        >
          Fields
        </Button>
      </Group>
      <Collapse expanded={open}>{open && <Diff before={entry.before} after={entry.after} />}</Collapse>
    </li>
  );
}

/** Whether the log is whole: every entry's hash is that of the one before it. */
function Verify({ env }: { env: string }) {
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  async function verify(): Promise<void> {
    setBusy(true);
    try {
      const { body } = await call("verifyAudit", { path: { env } });
      setSaid(
        body.ok
          ? `verified: ${body.entries} entries, none missing or altered`
          : `Broken at entry ${body.brokenAt}: it is missing or was altered.`,
      );
    } catch (error) {
      setSaid(error instanceof Refused ? error.message : "That didn't work.");
    }
    setBusy(false);
  }
  return (
    <Group gap="sm">
      <Button variant="default" loading={busy} onClick={() => void verify()}>
        Verify
      </Button>
      <Text role="status" size="sm">
        {said}
      </Text>
    </Group>
  );
}

function Download({ env, query }: { env: string; query: Record<string, string | number | undefined> }) {
  const [busy, setBusy] = useState(false);
  async function run(): Promise<void> {
    setBusy(true);
    let text = "";
    let cursor: string | undefined;
    do {
      const { body } = await call("listAudit", { path: { env }, query: { ...query, limit: 500, cursor } });
      for (const entry of body.entries) text += `${JSON.stringify(entry)}\n`;
      cursor = body.cursor;
    } while (cursor !== undefined);
    downloaded(`${env}-audit.ndjson`, text);
    setBusy(false);
  }
  return (
    <Button variant="default" loading={busy} onClick={() => void run()}>
      Download
    </Button>
  );
}
