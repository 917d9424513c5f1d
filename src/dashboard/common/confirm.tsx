import { Button, Group, Stack, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useProduction } from "../app/environment.ts";
import { Dialog } from "./dialog.tsx";
import { Failure } from "./states.tsx";

type Props = {
  title: string;
  /** What the button says: the verb once more. */
  verb: string;
  danger?: boolean;
  /** Whether the comment may stay empty in production: so it is where harm is undone. */
  hurry?: boolean;
  /** To be typed before the button works. */
  typed?: string;
  children: ReactNode;
  onConfirm: (comment: string) => Promise<unknown>;
  onClose: () => void;
};

/** Says what will happen, asks why, and does it. Closed when it is done; a refusal stays to be read. */
export function Confirm({ title, verb, danger = false, hurry = false, typed, children, onConfirm, onClose }: Props) {
  const production = useProduction();
  const [comment, setComment] = useState("");
  const [again, setAgain] = useState("");
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const needed = production && !hurry;
  async function run(): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm(comment);
      onClose();
    } catch (failure) {
      setError(failure as Error);
      setBusy(false);
    }
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack>
          {children}
          {typed !== undefined && (
            <TextInput
              label={`Type ${typed} to confirm`}
              value={again}
              onChange={(event) => setAgain(event.currentTarget.value)}
            />
          )}
          <TextInput
            label="Comment"
            description={needed ? "Production asks why." : "Why? For the audit log; may stay empty."}
            required={needed}
            withAsterisk={needed}
            data-autofocus
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
          {error && <Failure error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Keep as it is
            </Button>
            <Button
              type="submit"
              color={danger ? "red" : "brand"}
              loading={busy}
              disabled={(needed && comment.trim() === "") || (typed !== undefined && again !== typed)}
            >
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
