import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "../app/client.ts";
import { useProduction } from "../app/environment.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { Dialog } from "../common/dialog.tsx";
import { Failure } from "../common/states.tsx";

const VERBS = { disable: "Disable", archive: "Archive", tag: "Tag" } as const;
type Verb = keyof typeof VERBS;

/** What can be done to several flags at once: one batch, all or none, one version. */
export function Batch({ env, keys, onDone }: { env: string; keys: string[]; onDone: () => void }) {
  const [verb, setVerb] = useState<Verb>();
  return (
    <div className="save-bar">
      <Group>
        <Text fw={550} role="status">
          {keys.length} selected
        </Text>
        {(Object.keys(VERBS) as Verb[]).map((one) => (
          <ActionButton
            key={one}
            operation={one === "disable" ? "disableFlag" : "archiveFlag"}
            size="compact-md"
            variant="light"
            onClick={() => setVerb(one)}
          >
            {VERBS[one]}
          </ActionButton>
        ))}
        <Button
          component={Link}
          to={`/environments/${encodeURIComponent(env)}/compare?flags=${encodeURIComponent(keys.join("\n"))}`}
          size="compact-md"
          variant="light"
        >
          Promote
        </Button>
        <Button size="compact-md" variant="default" onClick={onDone}>
          Select none
        </Button>
      </Group>
      {verb && <ConfirmBatch env={env} keys={keys} verb={verb} onClose={() => setVerb(undefined)} onDone={onDone} />}
    </div>
  );
}

function ConfirmBatch({
  env,
  keys,
  verb,
  onClose,
  onDone,
}: {
  env: string;
  keys: string[];
  verb: Verb;
  onClose: () => void;
  onDone: () => void;
}) {
  const write = useWrite();
  const production = useProduction();
  const [comment, setComment] = useState("");
  const [tag, setTag] = useState("");
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  async function run(): Promise<void> {
    setBusy(true);
    try {
      const changes = await Promise.all(keys.map((key) => changeOf(env, key, verb, tag)));
      await write(
        "applyChanges",
        { path: { env }, body: { changes, comment } },
        `${VERBS[verb]}: ${keys.length} flags`,
      );
      onDone();
    } catch (failure) {
      setError(failure as Error);
    }
    setBusy(false);
  }
  return (
    <Dialog title={`${VERBS[verb]} ${keys.length} flags in ${env}`} onClose={onClose}>
      <Stack>
        <Text size="sm">
          {keys.slice(0, 12).join(", ") + (keys.length > 12 ? ` and ${keys.length - 12} more` : "")}
        </Text>
        {verb === "tag" && (
          <TextInput label="Tag" value={tag} onChange={(event) => setTag(event.currentTarget.value)} />
        )}
        <TextInput
          label="Comment"
          required={production}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        {error && <Failure error={error} wrote="Nothing was written: all of them or none." />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button
            color={verb === "tag" ? "brand" : "red"}
            loading={busy}
            disabled={(verb === "tag" && tag === "") || (production && comment === "")}
            onClick={() => void run()}
          >
            {VERBS[verb]}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

async function changeOf(env: string, key: string, verb: Verb, tag: string): Promise<object> {
  if (verb === "disable") return { op: "disableFlag", key };
  if (verb === "archive") return { op: "archiveFlag", key };
  const { flag } = (await call("getFlag", { path: { env, key } })).body;
  return { op: "patchFlag", key, patch: { tags: [...new Set([...(flag.tags ?? []), tag])] } };
}
