import {
  Alert,
  Button,
  FileInput,
  Group,
  Progress,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAsk } from "../app/ask.ts";
import { call } from "../app/client.ts";
import { ActionButton } from "../common/action.tsx";
import { downloaded } from "../common/download.ts";
import { Failure } from "../common/states.tsx";

/** How many go in one write, so that a long list shows its progress. */
const CHUNK = 5_000;
const SHOWN = 50;

/** Who is listed: searched, added and removed by paste or file, taken along. */
export function Members({
  env,
  segment,
  counts,
}: {
  env: string;
  segment: string;
  counts: { include: number; exclude: number };
}) {
  const [list, setList] = useState<"include" | "exclude">("include");
  const [q, setQ] = useState("");
  const { data } = useAsk(
    "listMembers",
    { path: { env, key: segment }, query: { list, limit: 10_000 } },
    { keep: true },
  );
  const members = data?.body.members ?? [];
  const found = members.filter((one) => one.includes(q)).slice(0, SHOWN);
  async function download(): Promise<void> {
    let text = "";
    let cursor: string | undefined;
    do {
      const { body } = await call("listMembers", {
        path: { env, key: segment },
        query: { list, limit: 10_000, cursor },
      });
      for (const one of body.members) text += `${one}\n`;
      cursor = body.cursor;
    } while (cursor !== undefined);
    downloaded(`${segment}-${list}.csv`, text, "text/csv");
  }
  return (
    <section className="sluice-card">
      <Group justify="space-between" mb="sm">
        <Title order={2}>Members</Title>
        <Button variant="default" disabled={counts[list] === 0} onClick={() => void download()}>
          Download
        </Button>
      </Group>
      <Stack gap="sm">
        <SegmentedControl
          aria-label="Which list"
          value={list}
          data={[
            { value: "include", label: `Listed (${counts.include.toLocaleString()})` },
            { value: "exclude", label: `Excluded (${counts.exclude.toLocaleString()})` },
          ]}
          onChange={(value) => setList(value)}
        />
        {counts[list] > 0 && (
          <>
            <TextInput
              type="search"
              label="Search members"
              value={q}
              onChange={(event) => setQ(event.currentTarget.value)}
              maw={320}
            />
            <Text size="sm" role="status">
              {found.join(", ") || "Nobody by that name."}
              {found.length === SHOWN && " …"}
            </Text>
          </>
        )}
        {list === "include" ? (
          <Change env={env} segment={segment} />
        ) : (
          <Text size="sm" c="dimmed">
            Who is excluded is changed with a patch, or in an import.
          </Text>
        )}
      </Stack>
    </section>
  );
}

function Change({ env, segment }: { env: string; segment: string }) {
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const [progress, setProgress] = useState<{ done: number; of: number }>();
  const [said, setSaid] = useState("");
  const [error, setError] = useState<Error>();
  const names = [
    ...new Set(
      text
        .split(/[\n,;\t]/)
        .map((one) => one.trim().replace(/^"(.*)"$/, "$1"))
        .filter((one) => one !== ""),
    ),
  ];
  async function run(what: "add" | "remove"): Promise<void> {
    setError(undefined);
    setSaid("");
    let done = 0;
    try {
      for (; done < names.length; done += CHUNK) {
        setProgress({ done, of: names.length });
        await call("changeMembers", { path: { env, key: segment }, body: { [what]: names.slice(done, done + CHUNK) } });
      }
      setSaid(`${names.length.toLocaleString()} ${what === "add" ? "added" : "removed"}.`);
      setText("");
    } catch (failure) {
      setError(failure as Error);
      setSaid(done > 0 ? `The first ${done.toLocaleString()} were written.` : "Nothing was written.");
    }
    setProgress(undefined);
    await queries.invalidateQueries();
  }
  return (
    <Stack gap="sm">
      <Textarea
        label="Members to add or remove"
        description="One on each line, or with commas; a CSV of one column"
        autosize
        minRows={2}
        maxRows={8}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group align="flex-end">
        <FileInput
          label="CSV file"
          placeholder="Choose a file"
          accept=".csv,text/csv,text/plain"
          onChange={(file) => void file?.text().then(setText)}
        />
        <ActionButton operation="changeMembers" disabled={names.length === 0} onClick={() => void run("add")}>
          Add {names.length || ""}
        </ActionButton>
        <ActionButton
          operation="changeMembers"
          variant="light"
          color="red"
          disabled={names.length === 0}
          onClick={() => void run("remove")}
        >
          Remove {names.length || ""}
        </ActionButton>
      </Group>
      {progress && <Progress value={(progress.done / progress.of) * 100} aria-label="Written so far" />}
      {said !== "" && (
        <Alert color={error ? "amber" : "green"} role="status">
          {said}
        </Alert>
      )}
      {error && <Failure error={error} />}
    </Stack>
  );
}
