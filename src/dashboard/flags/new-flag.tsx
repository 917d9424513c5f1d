import { Button, Checkbox, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { call, Refused } from "../app/client.ts";
import { labelOf, useEnvironments } from "../app/environment.ts";
import { Dialog } from "../common/dialog.tsx";
import { Failure } from "../common/states.tsx";

/** What a type begins with: enough to be valid, off for everybody. */
const BEGINNINGS = {
  boolean: { variants: { on: true, off: false }, offVariant: "off", default: { variant: "off" } },
  string: {
    variants: { control: "control", treatment: "treatment" },
    offVariant: "control",
    default: { variant: "control" },
  },
  number: { variants: { low: 0, high: 1 }, offVariant: "low", default: { variant: "low" } },
  object: { variants: { empty: {}, full: { example: true } }, offVariant: "empty", default: { variant: "empty" } },
};
type Type = keyof typeof BEGINNINGS;

/** A key and a type are enough; in all environments unless unticked, off for everybody. */
export function NewFlag({ env, onClose }: { env: string; onClose: () => void }) {
  const all = useEnvironments();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [key, setKey] = useState("");
  const [type, setType] = useState<Type>("boolean");
  const [description, setDescription] = useState("");
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<readonly string[]>([]);
  const chosen = all.map(({ name }) => name).filter((name) => !left.has(name) && !made.includes(name));
  const open = (where: string): void =>
    void navigate({ to: "/environments/$env/flags/$key", params: { env: where, key } });

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const flag = { key, type, description, enabled: true, ...BEGINNINGS[type] };
      const { body } = await call("createFlag", { body: { flag, environments: chosen } });
      const failed = body.environments.filter(({ status }) => status >= 300);
      const done = [...made, ...chosen.filter((name) => !failed.some(({ environment }) => environment === name))];
      setMade(done);
      await queries.invalidateQueries();
      const [first] = failed;
      if (first !== undefined) {
        const why = first.problem?.detail ?? first.problem?.title ?? "it was refused";
        throw new Refused(first.status, {
          ...first.problem,
          detail: `Not made in ${failed.map(({ environment }) => environment).join(", ")}: ${why}`,
        });
      }
      open(done.includes(env) ? env : done[0]!);
    } catch (failure) {
      setError(failure as Error);
    }
    setBusy(false);
  }
  return (
    <Dialog title="New flag" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <TextInput
            label="Key"
            description="How code asks for it. It can't be changed later."
            required
            readOnly={made.length > 0}
            withAsterisk={false}
            data-autofocus
            maxLength={256}
            spellCheck={false}
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          <NativeSelect
            label="Type"
            value={type}
            data={[
              { value: "boolean", label: "boolean: on or off" },
              { value: "string", label: "string" },
              { value: "number", label: "number" },
              { value: "object", label: "object: JSON" },
            ]}
            onChange={(event) => setType(event.currentTarget.value as Type)}
          />
          <TextInput
            label="Description"
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <fieldset className="plain-fieldset">
            <legend>Environments</legend>
            <Stack gap={6}>
              {all.map((one) => (
                <Checkbox
                  key={one.name}
                  label={labelOf(one)}
                  checked={made.includes(one.name) || !left.has(one.name)}
                  disabled={made.includes(one.name)}
                  description={made.includes(one.name) ? "Made" : undefined}
                  onChange={(event) => {
                    const after = new Set(left);
                    if (event.currentTarget.checked) after.delete(one.name);
                    else after.add(one.name);
                    setLeft(after);
                  }}
                />
              ))}
            </Stack>
          </fieldset>
          <Text size="sm" c="dimmed">
            Off for everybody until somebody changes that.
          </Text>
          {error && <Failure error={error} wrote={wrote(made)} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
            {made.length > 0 && !busy && (
              <Button variant="default" onClick={() => open(made.includes(env) ? env : made[0]!)}>
                Open the flag
              </Button>
            )}
            <Button type="submit" loading={busy} disabled={key === "" || chosen.length === 0}>
              {made.length > 0 ? "Create in the others" : "Create flag"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function wrote(made: readonly string[]): string {
  if (made.length === 0) return "The flag was made nowhere.";
  return `It was made in ${made.join(", ")} and is off there. You can try the others again, or leave them.`;
}
