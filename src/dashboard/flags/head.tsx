import { Badge, Button, Group, Menu, Text } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { FlagView } from "../../contract/admin.ts";
import { hasEnded } from "../../contract/release.ts";
import type { Flag, Serve } from "../../contract/flag.ts";
import { account, sentence } from "../../core/sentence.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { Confirm } from "../common/confirm.tsx";
import { ShareBar } from "../common/share-bar.tsx";
import { Time } from "../common/time.tsx";
import { useOfferUndo } from "./undo.ts";

/** What is so, in a sentence and a picture. */
export function FlagHead({ env, view }: { env: string; view: FlagView }) {
  const { flag, release, stale } = view;
  const { clauses } = account(flag);
  const last = clauses.at(-1);
  return (
    <div className="sluice-card flag-head">
      <Group gap="xs" mb={8}>
        {view.archivedAt ? (
          <Badge>archived</Badge>
        ) : (
          <Badge color={flag.enabled ? "green" : "gray"} size="lg">
            {flag.enabled ? "enabled" : "disabled"}
          </Badge>
        )}
        <Badge size="lg">{flag.type}</Badge>
        <Badge size="lg">{flag.kind}</Badge>
        {flag.clientSide && <Badge size="lg">seen by browsers and apps</Badge>}
        {stale && (
          <Badge color="amber" size="lg">
            stale: {stale.why}
          </Badge>
        )}
        {release && (
          <Badge
            size="lg"
            color={release.state === "unreleased" ? "red" : "brand"}
            component={Link}
            to={`/environments/${encodeURIComponent(env)}/flags/${encodeURIComponent(flag.key)}/releases/${release.id}`}
            className="badge-link"
          >
            release {release.state} · {release.percentage} %
          </Badge>
        )}
      </Group>
      <Text className="sluice-sentence" data-testid="sentence">
        {sentence(flag)}
      </Text>
      {flag.enabled && last !== undefined && last.portions.length > 1 && (
        <div className="head-bar">
          <Text size="xs" c="dimmed" mb={4}>
            {last.who}
          </Text>
          <ShareBar flag={flag} clause={last} />
        </div>
      )}
      <Text size="sm" c="dimmed" mt={10}>
        {flag.description && <span dir="auto">{flag.description} </span>}
        {flag.owner && <>Owned by {flag.owner}. </>}
        Last changed <Time at={view.updatedAt} /> by {view.updatedBy}
        {view.lastEvaluatedAt ? (
          <>
            , last evaluated <Time at={view.lastEvaluatedAt} />.
          </>
        ) : (
          ", never evaluated."
        )}
      </Text>
    </div>
  );
}

type Asked = "unrelease" | "disable" | "enable" | "archive" | "restore";

/** The two ways out of harm first, then all else. */
export function FlagActions({
  env,
  view,
  etag,
  asked,
}: {
  env: string;
  view: FlagView;
  etag: string | undefined;
  asked: string | undefined;
}) {
  const navigate = useNavigate();
  const { flag } = view;
  const [open, setOpen] = useState<Asked>();
  useEffect(() => {
    if (asked === "unrelease" || asked === "disable") setOpen(asked);
  }, [asked]);
  const close = (): void => {
    setOpen(undefined);
    if (asked !== undefined) void navigate({ to: ".", replace: true, search: {} as never });
  };
  if (view.archivedAt)
    return (
      <>
        <ActionButton operation="restoreFlag" onClick={() => setOpen("restore")}>
          Restore
        </ActionButton>
        {open && <ConfirmAction env={env} view={view} etag={etag} action={open} onClose={close} />}
      </>
    );
  return (
    <>
      <ActionButton
        operation="unrelease"
        allowed={view.actions}
        variant="light"
        color="red"
        onClick={() => setOpen("unrelease")}
      >
        Un-release
      </ActionButton>
      {flag.enabled ? (
        <ActionButton
          operation="disableFlag"
          allowed={view.actions}
          variant="light"
          color="red"
          onClick={() => setOpen("disable")}
        >
          Disable
        </ActionButton>
      ) : (
        <ActionButton operation="enableFlag" allowed={view.actions} variant="light" onClick={() => setOpen("enable")}>
          Enable
        </ActionButton>
      )}
      <ActionButton
        operation="createRelease"
        allowed={view.actions}
        onClick={() =>
          void navigate({ to: "/environments/$env/flags/$key/releases/new", params: { env, key: flag.key } })
        }
      >
        Start a release
      </ActionButton>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" px={9} aria-label="More">
            <IconDots size={18} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component={Link}
            to={`/environments/${encodeURIComponent(env)}/compare?flags=${encodeURIComponent(flag.key)}`}
          >
            Compare and promote
          </Menu.Item>
          <Menu.Item color="red" onClick={() => setOpen("archive")}>
            Archive
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open && <ConfirmAction env={env} view={view} etag={etag} action={open} onClose={close} />}
    </>
  );
}

const VERBS: Record<Asked, string> = {
  unrelease: "Un-release",
  disable: "Disable",
  enable: "Enable",
  archive: "Archive",
  restore: "Restore",
};

function ConfirmAction({
  env,
  view,
  etag,
  action,
  onClose,
}: {
  env: string;
  view: FlagView;
  etag: string | undefined;
  action: Asked;
  onClose: () => void;
}) {
  const write = useWrite();
  const offerUndo = useOfferUndo();
  const { flag, release } = view;
  const path = { env, key: flag.key };
  const live = release !== undefined && !hasEnded(release.state);
  const after = afterwards(flag, action);
  async function run(comment: string): Promise<void> {
    const what = `${VERBS[action]}: ${flag.key} in ${env}`;
    const body = comment === "" ? {} : { comment };
    if (action === "unrelease" && live) await write("unrelease", { path: { ...path, id: release.id }, body }, what);
    else if (action === "unrelease") {
      const changes = rollouts(flag).map((rule) => ({
        op: "setRollout",
        key: flag.key,
        percentage: 0,
        ...(rule !== undefined && { rule }),
      }));
      await write("applyChanges", { path: { env }, body: { changes, ...body } }, what);
    } else if (action === "disable") await write("disableFlag", { path, body }, what);
    else if (action === "enable") await write("enableFlag", { path, body, ifMatch: etag }, what);
    else if (action === "archive") await write("archiveFlag", { path, body, ifMatch: etag }, what);
    else await write("restoreFlag", { path, body }, what);
    if (action !== "archive" && action !== "restore") await offerUndo(env, flag);
  }
  return (
    <Confirm
      title={`${VERBS[action]} ${flag.key} in ${env}?`}
      verb={VERBS[action]}
      danger={action !== "enable" && action !== "restore"}
      hurry={action === "unrelease" || action === "disable"}
      onConfirm={run}
      onClose={onClose}
    >
      <Text size="sm">
        Now: <b>{sentence(flag)}</b>
      </Text>
      <Text size="sm">
        Afterwards: <b>{after}</b>
      </Text>
      {action === "unrelease" && live && (
        <Text size="sm">
          The release ends; the stages' own rules go, and everything else of the flag stays as it is.
        </Text>
      )}
      {action === "unrelease" && (
        <Text size="sm" c="dimmed">
          Takes back what is being rolled out; rules that serve somebody a fixed variant go on. Where that isn't enough,
          Disable switches the whole flag off for everybody.
        </Text>
      )}
      {action === "disable" && (
        <Text size="sm" c="dimmed">
          Switches the whole flag off, fixed rules too. To take back only what is being rolled out, use Un-release.
        </Text>
      )}
      {action === "disable" && live && <Text size="sm">The release that is live ends with it.</Text>}
    </Confirm>
  );
}

function afterwards(flag: Flag, action: Asked): string {
  if (action === "archive") return "Nobody can ask for it any more; callers get the default in their code.";
  if (action === "restore") return sentence(flag);
  if (action === "unrelease") return sentence(atZero(flag));
  return sentence({ ...flag, enabled: action === "enable" });
}

/** Where the flag rolls something out: ids of rules, undefined for its default. */
export function rollouts(flag: Flag): (string | undefined)[] {
  const some = (serve: Serve): boolean =>
    "rollout" in serve && "percentage" in serve.rollout && serve.rollout.percentage > 0;
  return [
    ...(some(flag.default) ? [undefined] : []),
    ...flag.rules.filter((rule) => some(rule.serve)).map(({ id }) => id),
  ];
}

function atZero(flag: Flag): Flag {
  const zero = (serve: Serve): Serve =>
    "rollout" in serve && "percentage" in serve.rollout ? { rollout: { ...serve.rollout, percentage: 0 } } : serve;
  return {
    ...flag,
    default: zero(flag.default),
    rules: flag.rules.map((rule) => ({ ...rule, serve: zero(rule.serve) })),
  };
}
