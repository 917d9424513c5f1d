import { Alert, Button, Group, Stack, Text, Textarea, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Flag } from "../../contract/flag.ts";
import { sentence } from "../../core/sentence.ts";
import { useAsk } from "../app/ask.ts";
import { type Answer, Refused } from "../app/client.ts";
import { useEnvironments, useProduction } from "../app/environment.ts";
import { useRefusal } from "../app/session.tsx";
import { useWrite } from "../app/writes.tsx";
import { nameOfContext } from "../common/contexts.ts";
import { Dialog } from "../common/dialog.tsx";
import { Diff } from "../common/diff.tsx";
import { Failure, Waiting } from "../common/states.tsx";
import type { Draft, Held } from "./draft.ts";
import { followed } from "./shares.ts";
import { useOfferUndo } from "./undo.ts";

type Props = { env: string; held: Held; draft: Draft; onClose: () => void };

/** What would be written, whom it would change, and why: the last look before it is applied. */
export function Review({ env, held, draft, onClose }: Props) {
  const write = useWrite();
  const offerUndo = useOfferUndo();
  const refusal = useRefusal();
  const production = useProduction();
  const environment = useEnvironments().find(({ name }) => name === env);
  const [comment, setComment] = useState("");
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const before = held.flag;
  const after = draft.flag;
  const open = draft.conflicts.filter(({ path }) => !draft.choices.has(path)).length;
  const consent = (environment?.requiresApproval ?? 0) > 0;
  const verb = consent ? "Request approval" : "Apply";
  const only = onlyShare(before, after);
  const why = refusal(only === undefined ? "putFlag" : "setRollout");

  async function apply(): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      const path = { env, key: after.key };
      const common = { ifMatch: held.etag, comment };
      const what = `Changed ${after.key} in ${env}`;
      if (only !== undefined)
        await write("setRollout", { path, body: { ...only, ...(comment && { comment }) }, ifMatch: held.etag }, what);
      else await write("putFlag", { path, body: after, ...common }, what);
      draft.discard();
      onClose();
      await offerUndo(env, before);
    } catch (failure) {
      setError(failure as Error);
      setBusy(false);
    }
  }
  const moved = error instanceof Refused && error.status === 412;
  return (
    <Dialog title="Review changes" onClose={onClose} size="xl">
      <Stack>
        {production && (
          <Alert color="amber" title="Production">
            What is applied here is what people get.
          </Alert>
        )}
        <div>
          <Text size="sm" c="dimmed">
            Now
          </Text>
          <Text>{sentence(before)}</Text>
        </div>
        <div>
          <Text size="sm" c="dimmed">
            Afterwards
          </Text>
          <Text fw={600}>{sentence(after)}</Text>
        </div>
        <Effects env={env} before={before} after={after} />
        <div>
          <Title order={3} mb={4}>
            {draft.edits === 1 ? "1 field" : `${draft.edits} fields`}
          </Title>
          <Diff before={before} after={after} />
        </div>
        <Textarea
          label="Comment"
          description={production ? "Production asks why." : "Why? For the audit log."}
          required={production}
          withAsterisk={production}
          autosize
          minRows={1}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        {open > 0 && (
          <Alert color="amber" role="alert">
            Somebody else changed {open === 1 ? "a field" : `${open} fields`} that you changed too. Close this, and
            choose which values are to be.
          </Alert>
        )}
        {moved ? (
          <Alert color="amber" role="alert" title="Somebody else changed this flag meanwhile">
            Nothing was written, and nothing that you typed is lost: this review shows the flag as it is now as soon as
            it is here.
          </Alert>
        ) : (
          error && <Failure error={error} wrote="Nothing was written. Your draft is kept." />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Back to the draft
          </Button>
          <Button
            loading={busy}
            disabled={open > 0 || draft.edits === 0 || why !== undefined || (production && comment.trim() === "")}
            onClick={() => void apply()}
          >
            {verb}
          </Button>
        </Group>
        {why !== undefined && (
          <Text size="sm" c="red" role="status">
            {why}
          </Text>
        )}
        <Text size="sm" c="dimmed" ta="right">
          In {env}
          {consent ? `, once ${environment?.requiresApproval} others consent` : ", at once"}
        </Text>
      </Stack>
    </Dialog>
  );
}

/** Whom it changes: of the sample where one is kept, else what follows from the shares alone. */
function Effects({ env, before, after }: { env: string; before: Flag; after: Flag }) {
  const environment = useEnvironments().find(({ name }) => name === env);
  const preview = useAsk(
    "preview",
    { path: { env }, body: { changes: [{ op: "putFlag", flag: after }] } },
    { keep: true },
  );
  const effect = preview.data?.body.flags.find(({ key }) => key === after.key);
  const shares = followed(before, after);
  return (
    <section aria-label="Who would change" className="sluice-card">
      <Title order={3} mb={4}>
        Who would change
      </Title>
      {preview.isPending && <Waiting lines={2} />}
      {preview.error && <Failure error={preview.error} />}
      {effect !== undefined && effect.of > 0 ? <Counted env={env} effect={effect} /> : null}
      {preview.data !== undefined && (effect === undefined || effect.of === 0) && (
        <Text size="sm">
          How many people isn't known:{" "}
          {environment?.sampling.enabled
            ? "no context has been sampled yet"
            : "this environment keeps no sample of contexts"}
          .{" "}
          <Link to="/settings/$section" params={{ section: "environments" }} className="sluice-link">
            Keep a sample
          </Link>
        </Text>
      )}
      {shares.map((one) => (
        <Text size="sm" key={one}>
          {one}
        </Text>
      ))}
    </section>
  );
}

type Effect = Answer<"preview">["flags"][number];

function Counted({ env, effect }: { env: string; effect: Effect }) {
  const moves = new Map<string, number>();
  for (const { before, after } of effect.examples) {
    const move = `${before?.variant ?? "code default"} → ${after?.variant ?? "code default"}`;
    moves.set(move, (moves.get(move) ?? 0) + 1);
  }
  return (
    <div>
      <Text fw={600}>
        {effect.changed} of {effect.of} sampled contexts change
      </Text>
      <ul className="sluice-list">
        {effect.examples.slice(0, 5).map(({ context, before, after }) => (
          <li key={JSON.stringify(context)}>
            <Link
              to="/environments/$env/flags/$key/$tab"
              params={{ env, key: effect.key, tab: "explain" }}
              search={{ context: JSON.stringify(context) } as never}
              className="sluice-link"
            >
              {nameOfContext(context)}
            </Link>
            : {before?.variant ?? "code default"} → {after?.variant ?? "code default"}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The one share that differs, where nothing else does: an operator may set that. */
function onlyShare(before: Flag, after: Flag): { percentage: number; rule?: string } | undefined {
  for (const rule of [undefined, ...after.rules.map(({ id }) => id)]) {
    const now = rule === undefined ? after.default : after.rules.find(({ id }) => id === rule)?.serve;
    const was = rule === undefined ? before.default : before.rules.find(({ id }) => id === rule)?.serve;
    if (!now || !was || !("rollout" in now) || !("rollout" in was)) continue;
    if (!("percentage" in now.rollout) || !("percentage" in was.rollout)) continue;
    const { percentage } = now.rollout;
    if (percentage === was.rollout.percentage) continue;
    const alike = structuredClone(before);
    const target = rule === undefined ? alike.default : alike.rules.find(({ id }) => id === rule)!.serve;
    if ("rollout" in target && "percentage" in target.rollout) target.rollout.percentage = percentage;
    if (JSON.stringify(alike) === JSON.stringify(after)) return { percentage, ...(rule !== undefined && { rule }) };
  }
  return undefined;
}
