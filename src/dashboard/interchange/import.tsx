import { Alert, Checkbox, FileInput, Group, NativeSelect, Stack, Table, Text, Textarea, Title } from "@mantine/core";
import { useState } from "react";
import type { Flag } from "../../contract/flag.ts";
import { changeSentence } from "../../core/sentence.ts";
import { type Answer, call, Refused } from "../app/client.ts";
import { useEnv } from "../app/environment.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { Confirm } from "../common/confirm.tsx";
import { Diff } from "../common/diff.tsx";
import { Page } from "../common/page.tsx";
import { Failure } from "../common/states.tsx";

type Report = Answer<"importFlags">;

/** A document first checked, flag by flag, and then imported. */
export function ImportPage() {
  const env = useEnv();
  const write = useWrite();
  const [text, setText] = useState("");
  const [partial, setPartial] = useState(false);
  const [report, setReport] = useState<Report>();
  const [done, setDone] = useState("");
  const [error, setError] = useState<Error>();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const query = { format: "sluice", ...(partial && { partial: "true" }) };

  async function check(): Promise<void> {
    setBusy(true);
    setError(undefined);
    setReport(undefined);
    setDone("");
    try {
      const body: unknown = JSON.parse(text);
      setReport((await call("importFlags", { path: { env }, query: { ...query, dryRun: "true" }, body })).body);
    } catch (failure) {
      setError(
        failure instanceof SyntaxError
          ? new Refused(400, { detail: `This isn't JSON: ${failure.message}` })
          : (failure as Error),
      );
    }
    setBusy(false);
  }
  const change = (next: string): void => {
    setText(next);
    setReport(undefined);
    setDone("");
  };
  return (
    <Page title="Import" copyAs={{ operation: "importFlags", ask: { path: { env }, query } }}>
      <Stack gap="md">
        <section className="sluice-card">
          <Stack gap="sm">
            <FileInput
              label="File"
              placeholder="Choose a file"
              accept=".json,application/json"
              clearable
              clearButtonProps={{ "aria-label": "Choose no file" }}
              onChange={(file) => void file?.text().then(change)}
            />
            <Textarea
              label="Document"
              description="Or paste it here"
              className="mono"
              autosize
              minRows={6}
              maxRows={18}
              spellCheck={false}
              value={text}
              onChange={(event) => change(event.currentTarget.value)}
            />
            <Group align="flex-end">
              <NativeSelect label="Format" data={[{ value: "sluice", label: "Sluice (native)" }]} />
              <Checkbox
                label="Leave out what isn't valid"
                pb={8}
                checked={partial}
                onChange={(event) => setPartial(event.currentTarget.checked)}
              />
            </Group>
            <Group>
              <ActionButton
                operation="importFlags"
                variant="default"
                loading={busy}
                disabled={text.trim() === ""}
                onClick={() => void check()}
              >
                Check
              </ActionButton>
              {report && (
                <ActionButton
                  operation="importFlags"
                  disabled={report.imported.length === 0 || (report.refused.length > 0 && !partial)}
                  onClick={() => setOpen(true)}
                >
                  Import
                </ActionButton>
              )}
            </Group>
          </Stack>
        </section>
        {error && <Failure error={error} wrote="Nothing was written." />}
        {done !== "" && (
          <Alert color="green" role="status">
            {done}
          </Alert>
        )}
        {report && <ReportView report={report} />}
      </Stack>
      {open && report && (
        <Confirm
          title={`Import into ${env}?`}
          verb="Import"
          onClose={() => setOpen(false)}
          onConfirm={async (comment) => {
            const { body } = await write(
              "importFlags",
              { path: { env }, query, body: JSON.parse(text) as unknown, comment },
              `Imported into ${env}`,
            );
            setReport(undefined);
            setDone(`${body.imported.length} flags imported.`);
          }}
        >
          <Text size="sm">
            {report.imported.length} flags, {report.diff.length} changes; one version, and one restore takes it back.
          </Text>
        </Confirm>
      )}
    </Page>
  );
}

function ReportView({ report }: { report: Report }) {
  return (
    <section className="sluice-card" aria-label="Report">
      <Title order={2}>
        {report.imported.length} of {report.imported.length + report.refused.length} can be imported
      </Title>
      <Text role="status" size="sm" c="dimmed" mb="sm">
        {report.diff.length === 0 ? "Nothing would change." : `${report.diff.length} would change.`}
      </Text>
      {report.refused.length > 0 && (
        <div className="scroll-x" tabIndex={0} role="region" aria-label="Refused">
          <Table aria-label="Refused">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Refused</Table.Th>
                <Table.Th>Where</Table.Th>
                <Table.Th>Why</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {report.refused.slice(0, 200).map((one) => (
                <Table.Tr key={one.path + one.reason}>
                  <Table.Td>{one.flag ?? one.segment ?? ""}</Table.Td>
                  <Table.Td>
                    <code>{one.path}</code>
                  </Table.Td>
                  <Table.Td>{one.reason}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {report.diff.slice(0, 100).map(({ target, before, after }) => (
        <details key={target.kind + target.key} className="diff-item">
          <summary>
            {target.kind} {target.key}
          </summary>
          {target.kind === "flag" && (
            <Text size="sm">{changeSentence(before as Flag | null, after as Flag | null)}</Text>
          )}
          <Diff before={before} after={after} />
        </details>
      ))}
    </section>
  );
}
