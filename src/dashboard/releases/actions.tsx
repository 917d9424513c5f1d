import { Text } from "@mantine/core";
import { useState } from "react";
import { hasEnded, type ReleaseView } from "../../contract/release.ts";
import { percent } from "../../core/sentence.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { Confirm } from "../common/confirm.tsx";

const ACTIONS = {
  unrelease: "Un-release",
  pauseRelease: "Pause",
  resumeRelease: "Resume",
  approveRelease: "Approve",
  acknowledgeRelease: "Acknowledge",
  advanceRelease: "Advance",
  promoteRelease: "Go to 100 %",
  cancelRelease: "Cancel",
} as const;
type Name = keyof typeof ACTIONS;

/** All that can be done to a live release; each says first what it will do. */
export function ReleaseActions({ env, release }: { env: string; release: ReleaseView }) {
  const write = useWrite();
  const [open, setOpen] = useState<Name>();
  if (hasEnded(release.state)) return null;
  const path = { env, key: release.flag, id: release.id };
  const toCome = release.plan.stages[(release.stageIndex ?? -1) + 1];
  const does: Record<Name, string> = {
    unrelease: `${release.unrelease?.text ?? "The share goes back now, and the stages' own rules go."} Everything else of the flag stays; to switch the whole flag off for everybody, use Disable on the flag's page.`,
    pauseRelease:
      "It stays at its share and doesn't advance. Guardrails are judged all the same, and harm still takes it back.",
    resumeRelease: "It goes on from where it is.",
    approveRelease: `Your consent opens the gate of stage ${release.stage ?? ""}.`,
    acknowledgeRelease: "The alarms that asked a person don't pause this stage any more.",
    advanceRelease: toCome
      ? `It goes to stage ${toCome.name} now, whatever bake time and evidence are still missing.`
      : "It goes on now.",
    promoteRelease: "It goes to its last stage now.",
    cancelRelease: `Automation ends; the share stays at ${percent(release.percentage)}.`,
  };
  const shown: Name[] = [
    "unrelease",
    release.state === "paused" || release.state === "suspended" ? "resumeRelease" : "pauseRelease",
    "approveRelease",
    "acknowledgeRelease",
    "advanceRelease",
    "promoteRelease",
    "cancelRelease",
  ];
  return (
    <>
      {shown.map((name) => (
        <ActionButton
          key={name}
          operation={name}
          allowed={release.actions}
          variant={name === "unrelease" ? "filled" : "default"}
          {...(name === "unrelease" && { color: "red" })}
          onClick={() => setOpen(name)}
        >
          {ACTIONS[name]}
        </ActionButton>
      ))}
      {open && (
        <Confirm
          title={`${ACTIONS[open]}: release of ${release.flag}`}
          verb={ACTIONS[open]}
          danger={open === "unrelease" || open === "cancelRelease"}
          hurry={open === "unrelease" || open === "pauseRelease" || open === "cancelRelease"}
          onClose={() => setOpen(undefined)}
          onConfirm={(comment) =>
            write(
              open,
              {
                path,
                body: {
                  ...(release.stage !== undefined && open === "approveRelease" && { stage: release.stage }),
                  ...(comment && { comment }),
                },
              },
              `${ACTIONS[open]}: release of ${release.flag}`,
            )
          }
        >
          <Text size="sm">{does[open]}</Text>
        </Confirm>
      )}
    </>
  );
}
