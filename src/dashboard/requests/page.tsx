import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { ChangeRequestDetail } from "../../contract/change-request.ts";
import type { Flag } from "../../contract/flag.ts";
import { changeSentence } from "../../core/sentence.ts";
import { useAsk } from "../app/ask.ts";
import { useEnv } from "../app/environment.ts";
import { useMe } from "../app/session.tsx";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { Confirm } from "../common/confirm.tsx";
import { nameOfContext } from "../common/contexts.ts";
import { Diff } from "../common/diff.tsx";
import { Page } from "../common/page.tsx";
import { Failure, Waiting } from "../common/states.tsx";
import { Time } from "../common/time.tsx";
import { REQUEST_COLORS } from "./list.tsx";

/** One request: what it would change and for whom, who wants it and why. */
export function RequestPage() {
  const env = useEnv();
  const { id = "" } = useParams({ strict: false });
  const ask = { path: { env, key: id } };
  const { data, error, isPending, refetch } = useAsk("getChangeRequest", ask, { every: 5_000 });
  const request = data?.body as unknown as ChangeRequestDetail | undefined;
  return (
    <Page
      title={request ? `${request.action}: ${request.targets.map(({ key }) => key).join(", ")}` : "Request"}
      kind="Request"
      copyAs={{ operation: "getChangeRequest", ask }}
      actions={request?.state === "open" && <Decide env={env} request={request} />}
    >
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <Waiting />}
      {request && (
        <Stack gap="md">
          <section className="sluice-card">
            <Group gap="sm" mb="xs">
              <Badge size="lg" color={REQUEST_COLORS[request.state]}>
                {request.state}
              </Badge>
              <Text>
                {request.approvals.length} of {request.required} consent
              </Text>
            </Group>
            <Text>
              Asked for by <b>{request.author.name}</b> <Time at={request.createdAt} />, at version {request.version}.
            </Text>
            {request.comment !== "" && <Text dir="auto">“{request.comment}”</Text>}
            {request.approvals.map((one) => (
              <Text size="sm" key={one.by.id}>
                {one.by.name} consented <Time at={one.at} />
                {one.comment !== "" && `: “${one.comment}”`}
              </Text>
            ))}
            {request.decided && (
              <Text size="sm">
                {request.state} by {request.decided.by.name} <Time at={request.decided.at} />
                {request.decided.comment !== "" && `: “${request.decided.comment}”`}
              </Text>
            )}
          </section>
          {request.preview && <Preview flags={request.preview.flags} />}
          {request.diff?.map(({ target, before, after }) => (
            <section key={target.kind + target.key} className="sluice-card">
              <Title order={2} mb="xs">
                {target.kind} {target.key}
              </Title>
              {target.kind === "flag" && (
                <Text mb="sm">{changeSentence(before as Flag | null, after as Flag | null)}</Text>
              )}
              <Diff before={before} after={after} />
            </section>
          ))}
          {request.release && (
            <section className="sluice-card">
              <Title order={2} mb="xs">
                A release of {request.release.flag}
              </Title>
              <pre className="plain-json" tabIndex={0} aria-label="The plan">
                {JSON.stringify(request.release.plan, null, 2)}
              </pre>
            </section>
          )}
        </Stack>
      )}
    </Page>
  );
}

function Preview({ flags }: { flags: NonNullable<ChangeRequestDetail["preview"]>["flags"] }) {
  return (
    <section className="sluice-card">
      <Title order={2} mb="xs">
        Who would change
      </Title>
      {flags.map((one) => (
        <div key={one.key}>
          <Text>
            {one.of === 0
              ? `${one.key}: how many people isn't known, no context has been sampled.`
              : `${one.key}: ${one.changed} of ${one.of} sampled contexts change.`}
          </Text>
          <ul className="sluice-list">
            {one.examples.slice(0, 5).map(({ context, before, after }) => (
              <li key={JSON.stringify(context)}>
                {nameOfContext(context)}: {before?.variant ?? "code default"} → {after?.variant ?? "code default"}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function Decide({ env, request }: { env: string; request: ChangeRequestDetail }) {
  const write = useWrite();
  const me = useMe();
  const [open, setOpen] = useState<"approve" | "reject">();
  const own = request.author.id === me.id ? "It is your own request: somebody else has to consent." : undefined;
  const path = { env, key: request.id };
  return (
    <>
      <ActionButton operation="approveChangeRequest" why={own} onClick={() => setOpen("approve")}>
        Approve
      </ActionButton>
      <ActionButton operation="rejectChangeRequest" variant="default" onClick={() => setOpen("reject")}>
        Reject
      </ActionButton>
      {open && (
        <Confirm
          title={open === "approve" ? "Approve this request?" : "Reject this request?"}
          verb={open === "approve" ? "Approve" : "Reject"}
          danger={open === "reject"}
          hurry
          onClose={() => setOpen(undefined)}
          onConfirm={(comment) =>
            write(
              open === "approve" ? "approveChangeRequest" : "rejectChangeRequest",
              { path, body: comment ? { comment } : {} },
              open === "approve" ? "Approved the request" : "Rejected the request",
            )
          }
        >
          <Text size="sm">
            {open === "approve"
              ? request.approvals.length + 1 >= request.required
                ? "Yours is the last consent that is needed: it is applied at once."
                : "It is applied once enough others consent too."
              : "It is over then; it can be asked for anew."}
          </Text>
        </Confirm>
      )}
    </>
  );
}
