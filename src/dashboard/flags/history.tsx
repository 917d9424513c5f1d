import { Button, Collapse, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import type { AuditEntry } from "../../contract/audit.ts";
import type { Flag } from "../../contract/flag.ts";
import { changeSentence } from "../../core/sentence.ts";
import { useAsk } from "../app/ask.ts";
import { Diff } from "../common/diff.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { Time } from "../common/time.tsx";
import { type Held, storeDraft } from "./draft.ts";

/** Who changed what, when and why; each earlier state can become a draft. */
export function HistoryTab({ env, held }: { env: string; held: Held }) {
  const { key } = held.flag;
  const { data, error, isPending, refetch } = useAsk("flagHistory", { path: { env, key }, query: { limit: 100 } });
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Waiting />;
  const entries = data.body.entries as unknown as AuditEntry[];
  if (entries.length === 0) return <Empty title="Nothing yet">What happens to this flag will stand here.</Empty>;
  return (
    <Stack gap="sm" component="ol" className="plain-list" aria-label="History">
      {entries.map((entry) => (
        <Entry key={entry.sequence} env={env} held={held} entry={entry} />
      ))}
    </Stack>
  );
}

function Entry({ env, held, entry }: { env: string; held: Held; entry: AuditEntry }) {
  const [open, { toggle }] = useDisclosure(false);
  const navigate = useNavigate();
  const ofFlag = entry.target.kind === "flag";
  const [before, after] = [entry.before as Flag | null, entry.after as Flag | null];
  const restore = (): void => {
    if (after === null) return;
    storeDraft(env, held, after);
    void navigate({
      to: "/environments/$env/flags/$key",
      params: { env, key: held.flag.key },
      search: { review: "" } as never,
    });
  };
  return (
    <li className="sluice-card">
      <Group justify="space-between" align="flex-start">
        <div className="rule-said">
          <Text size="sm" c="dimmed">
            <Time at={entry.at} /> · {entry.actor.name} · {entry.action} · version {entry.version}
          </Text>
          <Text>
            {ofFlag ? changeSentence(before, after) : `${entry.action} of ${entry.target.kind} ${entry.target.key}`}
          </Text>
          {entry.comment !== "" && (
            <Text size="sm" dir="auto">
              “{entry.comment}”
            </Text>
          )}
        </div>
        <Group gap="xs">
          <Button size="compact-sm" variant="default" aria-expanded={open} onClick={toggle}>
            {open ? "Hide the fields" : "Show the fields"}
          </Button>
          {ofFlag && after !== null && (
            <Button size="compact-sm" variant="light" onClick={restore}>
              Restore
            </Button>
          )}
        </Group>
      </Group>
      <Collapse expanded={open}>{open && <Diff before={before} after={after} />}</Collapse>
    </li>
  );
}
