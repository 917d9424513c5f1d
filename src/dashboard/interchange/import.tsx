import {
  Alert,
  Button,
  Checkbox,
  FileInput,
  Group,
  NativeSelect,
  Stack,
  Table,
  Text,
  Textarea,
  Title,
} from "@mantine/core";
import { useState } from "react";
import type { Flag } from "../../contract/flag.ts";
import { changeSentence } from "../../core/sentence.ts";
import type { Reconciled as Conversion } from "../../interchange/reconcile.ts";
import { type Answer, call, Refused } from "../app/client.ts";
import { useEnv } from "../app/environment.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { Confirm } from "../common/confirm.tsx";
import { downloaded } from "../common/download.ts";
import { Diff } from "../common/diff.tsx";
import { Page } from "../common/page.tsx";
import { Failure } from "../common/states.tsx";
import { type Beside, FORMATS, type FormatName, prepared } from "./prepared.ts";
import { Choices } from "./choices.tsx";

type Report = Answer<"importFlags">;

/** A document first checked, flag by flag, and then imported. */
export function ImportPage() {
  const env = useEnv();
  const write = useWrite();
  const [text, setText] = useState("");
  const [partial, setPartial] = useState(false);
  const [beside, setBeside] = useState<Beside>({});
  const [format, setFormat] = useState<FormatName>("sluice");
  const [report, setReport] = useState<Report>();
  const [conversion, setConversion] = useState<Conversion>();
  const [body, setBody] = useState<unknown>();
  const [done, setDone] = useState("");
  const [error, setError] = useState<Error>();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const query = { format: "sluice", ...(partial && { partial: "true" }) };

  async function check(): Promise<void> {
    setBusy(true);
    setError(undefined);
    setReport(undefined);
    setConversion(undefined);
    setDone("");
    try {
      const ours = async () => (await call("exportFlags", { path: { env } })).body;
      const ready = await prepared(format, text, { ...beside, partial }, ours);
      setConversion(ready.conversion);
      setBody(ready.body);
      if (ready.body !== undefined)
        setReport(
          (await call("importFlags", { path: { env }, query: { ...query, dryRun: "true" }, body: ready.body })).body,
        );
    } catch (failure) {
      setError(
        failure instanceof SyntaxError
          ? new Refused(400, { detail: `This isn't JSON: ${failure.message}` })
          : failure instanceof RangeError || failure instanceof TypeError
            ? new Refused(400, { detail: failure.message })
            : (failure as Error),
      );
    }
    setBusy(false);
  }
  const change = (next: string): void => {
    setText(next);
    forget();
  };
  const forget = (): void => {
    setReport(undefined);
    setConversion(undefined);
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
              <NativeSelect
                label="Format"
                data={FORMATS}
                value={format}
                onChange={(event) => {
                  setFormat(event.currentTarget.value as FormatName);
                  forget();
                }}
              />
              <Checkbox
                label="Leave out what isn't valid"
                pb={8}
                checked={partial}
                onChange={(event) => {
                  setPartial(event.currentTarget.checked);
                  forget();
                }}
              />
            </Group>
            {format !== "sluice" && (
              <Choices
                beside={beside}
                onChange={(next) => {
                  setBeside(next);
                  forget();
                }}
              />
            )}
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
        {conversion && <ConversionView conversion={conversion} />}
        {report && <ReportView report={report} />}
      </Stack>
      {open && report && (
        <Confirm
          title={`Import into ${env}?`}
          verb="Import"
          onClose={() => setOpen(false)}
          onConfirm={async (comment) => {
            const from =
              conversion === undefined ? "" : `Import from ${format}, sha256 ${conversion.sha256 ?? "unknown"}`;
            const said = [comment, from].filter(Boolean).join(" · ");
            const answer = await write(
              "importFlags",
              { path: { env }, query, body, comment: said },
              `Imported into ${env}`,
            );
            forget();
            setDone(`${answer.body.imported.length} flags imported.`);
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

/** What became of another system's flags on the way here: what is refused, and what one should know. */
function ConversionView({ conversion }: { conversion: Conversion }) {
  const { issues, flags, segments, summary } = conversion;
  const told = [...flags, ...segments].filter(({ issues: of, conflict }) => of.length > 0 || conflict !== undefined);
  const { unchanged, conflict } = summary.flags;
  return (
    <section className="sluice-card" aria-label="Conversion">
      <Title order={2}>
        {summary.flags.imported + unchanged} of {flags.length} flags can be converted without moving anybody
      </Title>
      {unchanged + conflict > 0 && (
        <Text size="sm">
          {unchanged} are left as they are here; {conflict} were changed on both sides.
        </Text>
      )}
      <Button
        variant="subtle"
        size="compact-sm"
        onClick={() => downloaded("import-report.json", JSON.stringify(conversion, null, 2))}
      >
        Download the report
      </Button>
      {issues.map((issue) => (
        <Alert key={issue.code + issue.path} color="red" role="alert">
          {issue.reason} <code>{issue.path || "the beginning"}</code>
        </Alert>
      ))}
      {told.length > 0 && (
        <div className="scroll-x" tabIndex={0} role="region" aria-label="Told of the conversion">
          <Table aria-label="Told of the conversion">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>What</Table.Th>
                <Table.Th>Is</Table.Th>
                <Table.Th>Where</Table.Th>
                <Table.Th>Why</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {told.slice(0, 200).flatMap((entry) =>
                [
                  ...entry.issues,
                  ...(entry.conflict === undefined
                    ? []
                    : [{ code: "conflict", level: "conflict", path: entry.path, reason: entry.conflict }]),
                ].map((issue) => (
                  <Table.Tr key={`${entry.path} ${issue.code} ${issue.path}`}>
                    <Table.Td>
                      {entry.kind} {entry.source}
                    </Table.Td>
                    <Table.Td>{issue.level}</Table.Td>
                    <Table.Td>
                      <code>{issue.path}</code>
                    </Table.Td>
                    <Table.Td>{issue.reason}</Table.Td>
                  </Table.Tr>
                )),
              )}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </section>
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
