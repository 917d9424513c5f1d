import { Alert, Button, Group, Radio, Stack, Text } from "@mantine/core";
import { placeSaid, valueSaid } from "../common/named.ts";
import type { Choice } from "./merge.ts";
import type { Draft } from "./draft.ts";

/** What somebody else has changed meanwhile: merged by itself, or to be chosen field by field. Nothing typed is lost. */
export function Conflicts({ draft }: { draft: Draft }) {
  const { conflicts, choices, moved, choose } = draft;
  if (!moved) return null;
  if (conflicts.length === 0)
    return (
      <Alert role="status" color="brand" title="Somebody else changed this flag meanwhile">
        Their changes were elsewhere in the flag and are in your draft now. Have a look at the review before you apply.
      </Alert>
    );
  const open = conflicts.filter(({ path }) => !choices.has(path)).length;
  return (
    <Alert role="alert" color="amber" title="Somebody else changed the same fields">
      <Stack gap="sm">
        <Text size="sm">
          {open === 0
            ? "All are chosen."
            : `Choose for each which value is to be. ${open} of ${conflicts.length} to go.`}
        </Text>
        {conflicts.map(({ path, base, mine, theirs }) => (
          <Radio.Group
            key={path}
            label={<span title={path}>{placeSaid(path)}</span>}
            description={`Before: ${valueSaid(base ?? "nothing")}`}
            value={choices.get(path) ?? ""}
            onChange={(value) => choose(path, value as Choice)}
          >
            <Group mt={6} gap="lg">
              <Radio value="mine" label={`Yours: ${valueSaid(mine ?? "removed")}`} />
              <Radio value="theirs" label={`Theirs: ${valueSaid(theirs ?? "removed")}`} />
            </Group>
          </Radio.Group>
        ))}
        <Group>
          <Button size="compact-sm" variant="default" onClick={draft.discard}>
            Discard my edits
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
