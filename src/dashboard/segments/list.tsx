import { Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { people } from "../../core/sentence.ts";
import type { Condition } from "../../contract/flag.ts";
import { useAsk } from "../app/ask.ts";
import { useEnv } from "../app/environment.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { Dialog } from "../common/dialog.tsx";
import { Page } from "../common/page.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { Time } from "../common/time.tsx";

/** Named sets of people, which flags and other segments refer to. */
export function SegmentsPage() {
  const env = useEnv();
  const search = useSearch({ strict: false }) as { q?: string; new?: string; sort?: string };
  const navigate = useNavigate();
  const ask = { path: { env }, query: { limit: 500 } };
  const { data, error, isPending, refetch } = useAsk("listSegments", ask);
  const q = (search.q ?? "").toLowerCase();
  const segments = (data?.body.segments ?? []).filter(({ segment }) =>
    `${segment.key} ${segment.name}`.toLowerCase().includes(q),
  );
  if (search.sort === "updated") segments.sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
  const set = (change: object): void =>
    void navigate({ to: ".", replace: true, search: { ...search, ...change } as never });
  const begin = (
    <ActionButton
      operation="putSegment"
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => set({ new: "" })}
    >
      New segment
    </ActionButton>
  );
  return (
    <Page title="Segments" copyAs={{ operation: "listSegments", ask }} actions={begin}>
      <Group mb="md" align="flex-end">
        <TextInput
          type="search"
          label="Search segments"
          value={search.q ?? ""}
          onChange={(event) => set({ q: event.currentTarget.value || undefined })}
        />
        <NativeSelect
          label="Sort by"
          value={search.sort ?? ""}
          data={[
            { value: "", label: "Key" },
            { value: "updated", label: "Last changed" },
          ]}
          onChange={(event) => set({ sort: event.currentTarget.value || undefined })}
        />
      </Group>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <Waiting />}
      {data && data.body.segments.length === 0 && (
        <Empty title="No segments yet" action={begin}>
          A segment names people once (staff, testers, customers of a plan), by a condition or by a list, so that flags
          can speak of them.
        </Empty>
      )}
      <Stack component="ul" className="plain-list" gap="sm" aria-label="Segments">
        {segments.map(({ segment, members, updatedAt, updatedBy }) => (
          <li key={segment.key} className="sluice-card">
            <Link to="/environments/$env/segments/$key" params={{ env, key: segment.key }} className="sluice-link">
              {segment.key}
            </Link>
            <Text dir="auto">{segment.name}</Text>
            <Text size="sm" c="dimmed">
              {members.include > 0 && `${members.include.toLocaleString()} listed, `}
              {members.exclude > 0 && `${members.exclude.toLocaleString()} excluded, `}
              {people((segment.when ?? { any: [] }) as Condition)}; changed <Time at={updatedAt} /> by {updatedBy}
            </Text>
          </li>
        ))}
      </Stack>
      {search.new !== undefined && <NewSegment env={env} onClose={() => set({ new: undefined })} />}
    </Page>
  );
}

function NewSegment({ env, onClose }: { env: string; onClose: () => void }) {
  const write = useWrite();
  const navigate = useNavigate();
  const [key, setKey] = useState("");
  const [name, setName] = useState("");
  const [error, setError] = useState<Error>();
  async function create(): Promise<void> {
    try {
      await write("putSegment", { path: { env, key }, body: { name } }, `Made the segment ${key}`);
      void navigate({ to: "/environments/$env/segments/$key", params: { env, key } });
    } catch (failure) {
      setError(failure as Error);
    }
  }
  return (
    <Dialog title="New segment" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Stack>
          <TextInput
            label="Key"
            required
            withAsterisk={false}
            data-autofocus
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
          {error && <Failure error={error} wrote="Nothing was written." />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
            <Button type="submit" disabled={key === ""}>
              Create segment
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
