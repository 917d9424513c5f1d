import { Button, Group, Stack, Text, Textarea, TextInput, Title } from "@mantine/core";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Condition, Flag } from "../../contract/flag.ts";
import { type Segment, segment as segmentSchema } from "../../contract/segment.ts";
import { people } from "../../core/sentence.ts";
import { useAsk } from "../app/ask.ts";
import { type Answer, Refused } from "../app/client.ts";
import { useEnv, useProduction } from "../app/environment.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { ConditionEditor } from "../common/condition-editor.tsx";
import { Confirm } from "../common/confirm.tsx";
import { Dialog } from "../common/dialog.tsx";
import { Diff } from "../common/diff.tsx";
import { Page } from "../common/page.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { Members } from "./members.tsx";

type View = Answer<"getSegment">;
/** What is edited here; lists are changed on their own. */
type Fields = Pick<Segment, "name" | "description" | "by" | "when">;

/** One segment: whom its condition names, who is listed, and what refers to it. */
export function SegmentPage() {
  const env = useEnv();
  const { key = "" } = useParams({ strict: false });
  const ask = { path: { env, key } };
  const { data, error, isPending, refetch } = useAsk("getSegment", ask);
  const [removing, setRemoving] = useState(false);
  const write = useWrite();
  const navigate = useNavigate();
  if (error?.status === 404)
    return (
      <Page title={key} kind="Segment">
        <Empty title="There is no such segment here">{`${env} has no segment ${key}.`}</Empty>
      </Page>
    );
  return (
    <Page
      title={key}
      kind="Segment"
      copyAs={{ operation: "getSegment", ask }}
      actions={
        <ActionButton operation="deleteSegment" variant="light" color="red" onClick={() => setRemoving(true)}>
          Delete
        </ActionButton>
      }
    >
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <Waiting />}
      {data && (
        <Stack gap="md">
          <Editor key={data.body.version} env={env} view={data.body} etag={data.etag} />
          <Members env={env} segment={key} counts={data.body.members} />
          <Users env={env} segment={key} />
        </Stack>
      )}
      {removing && (
        <Confirm
          title={`Delete the segment ${key}?`}
          verb="Delete"
          danger
          onClose={() => setRemoving(false)}
          onConfirm={async (comment) => {
            await write("deleteSegment", { ...ask, comment, ifMatch: data?.etag }, `Deleted the segment ${key}`);
            void navigate({ to: "/environments/$env/segments", params: { env } });
          }}
        >
          <Text size="sm">
            It is refused while a flag or another segment refers to it. Restoring an earlier version brings it back.
          </Text>
        </Confirm>
      )}
    </Page>
  );
}

function Editor({ env, view, etag }: { env: string; view: View; etag: string | undefined }) {
  const saved: Fields = useMemo(() => {
    const { name, description, by, when } = view.segment;
    return { name, description, by, when: when as Condition };
  }, [view]);
  const [draft, setDraft] = useState(saved);
  const [reviewing, setReviewing] = useState(false);
  const changed = JSON.stringify(draft) !== JSON.stringify(saved);
  const mistakes = useMemo(() => {
    const result = segmentSchema.safeParse({ key: view.segment.key, ...draft });
    return result.success
      ? []
      : result.error.issues.map(({ path, message }) => ({
          path: path.map((one) => `/${String(one)}`).join(""),
          message,
        }));
  }, [draft, view]);
  const set = (change: Partial<Fields>): void => setDraft({ ...draft, ...change });
  return (
    <>
      <section className="sluice-card">
        <Text className="sluice-sentence" mb="sm">
          {said(draft, view.members)}
        </Text>
        <Stack gap="sm">
          <Group grow>
            <TextInput label="Name" value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} />
            <TextInput
              label="By"
              description="What lists name"
              value={draft.by}
              onChange={(event) => set({ by: event.currentTarget.value })}
            />
          </Group>
          <Textarea
            label="Description"
            autosize
            minRows={1}
            value={draft.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
          <ConditionEditor
            env={env}
            label="Who"
            value={draft.when}
            at="/when"
            mistakes={mistakes}
            onChange={(when) => set({ when })}
          />
        </Stack>
      </section>
      {changed && (
        <div className="save-bar">
          <Group justify="space-between">
            <Text size="sm" role="status">
              Not applied yet
            </Text>
            <Group gap="sm">
              <Button variant="default" onClick={() => setDraft(saved)}>
                Discard
              </Button>
              <Button disabled={mistakes.length > 0} onClick={() => setReviewing(true)}>
                Review
              </Button>
            </Group>
          </Group>
        </div>
      )}
      {reviewing && (
        <ReviewSegment
          env={env}
          segment={view.segment.key}
          saved={saved}
          draft={draft}
          etag={etag}
          onClose={() => setReviewing(false)}
        />
      )}
    </>
  );
}

type ReviewProps = {
  env: string;
  segment: string;
  saved: Fields;
  draft: Fields;
  etag: string | undefined;
  onClose: () => void;
};

function ReviewSegment({ env, segment, saved, draft, etag, onClose }: ReviewProps) {
  const write = useWrite();
  const production = useProduction();
  const [comment, setComment] = useState("");
  const [error, setError] = useState<Error>();
  async function apply(): Promise<void> {
    try {
      await write(
        "patchSegment",
        { path: { env, key: segment }, body: draft, ifMatch: etag, comment },
        `Changed the segment ${segment}`,
      );
      onClose();
    } catch (failure) {
      setError(failure as Error);
    }
  }
  return (
    <Dialog title="Review changes" onClose={onClose} size="lg">
      <Stack>
        <Text size="sm">
          Now: <b>{people(saved.when)}</b>
        </Text>
        <Text size="sm">
          Afterwards: <b>{people(draft.when)}</b>
        </Text>
        <Diff before={saved} after={draft} />
        <TextInput
          label="Comment"
          required={production}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        {error && (
          <Failure
            error={
              error instanceof Refused && error.status === 412
                ? new Refused(412, {
                    detail:
                      "Somebody else changed this segment meanwhile. Close this and look at what it is now; your edits are still in the form.",
                  })
                : error
            }
            wrote="Nothing was written."
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Back to the draft
          </Button>
          <Button disabled={production && comment.trim() === ""} onClick={() => void apply()}>
            Apply
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function said({ when, by }: Fields, members: View["members"]): string {
  const listed = members.include > 0 ? `${members.include.toLocaleString()} listed by ${by}, and ` : "";
  const excluded = members.exclude > 0 ? `; never ${members.exclude.toLocaleString()} who are excluded` : "";
  return `${listed}${people(when)}${excluded}.`;
}

/** Flags and segments that speak of it. */
function Users({ env, segment }: { env: string; segment: string }) {
  const flags = useAsk("listFlags", { path: { env }, query: { limit: 500 } });
  const needle = `"segment":${JSON.stringify(segment)}`;
  const users = (flags.data?.body.flags ?? [])
    .filter(({ flag }) => JSON.stringify(flag).includes(needle))
    .map(({ flag }) => flag as Flag);
  return (
    <section className="sluice-card">
      <Title order={2} mb="xs">
        Used by
      </Title>
      {flags.data && users.length === 0 && <Text c="dimmed">No flag speaks of it.</Text>}
      <ul className="sluice-list">
        {users.map((flag) => (
          <li key={flag.key}>
            <Link to="/environments/$env/flags/$key" params={{ env, key: flag.key }} className="sluice-link">
              {flag.key}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
