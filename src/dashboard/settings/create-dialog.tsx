import { Button, Group, Stack, TextInput, type TextInputProps } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { Dialog } from "../common/dialog.tsx";
import { Failure } from "../common/states.tsx";
import { Secret } from "./secret.tsx";

export type Made = { secret?: string | undefined };

/**
 * Asks for what is to be made, makes it, and, where it comes with a secret, shows that once.
 *
 * @param what is named beside the secret, as in "The key web"
 * @param ready whether enough was filled in
 * @param create makes it; its answer is what the secret is in, undefined where there is none
 */
export function CreateDialog(props: {
  title: string;
  verb: string;
  what?: string;
  ready: boolean;
  onClose: () => void;
  create: () => Promise<Made | undefined>;
  children: ReactNode;
}) {
  const { title, verb, what = "", ready, onClose, create, children } = props;
  const [made, setMade] = useState<Made>();
  const [error, setError] = useState<Error>();
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    try {
      const answer = await create();
      if (answer) setMade(answer);
      else onClose();
    } catch (failure) {
      setError(failure as Error);
    }
  }
  return (
    <Dialog title={title} onClose={onClose} size="lg">
      {made ? (
        <Stack>
          <Secret what={what} secret={made.secret} />
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            {children}
            {error && <Failure error={error} wrote="Nothing was written." />}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                Close
              </Button>
              <Button type="submit" disabled={!ready}>
                {verb}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  );
}

/** The first field of such a dialog, which has to be filled in. */
export function FirstField(props: Omit<TextInputProps, "onChange"> & { onChange: (value: string) => void }) {
  const { onChange, ...rest } = props;
  return (
    <TextInput
      required
      withAsterisk={false}
      data-autofocus
      {...rest}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
