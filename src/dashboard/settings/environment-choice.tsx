import { NativeSelect } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { labelOf, lastEnvironment, useEnvironments } from "../app/environment.ts";

/** The environment whose settings are shown: that of the address, else the one that was looked at last. */
export function useChosen(): string | undefined {
  const { environment } = useSearch({ strict: false }) as { environment?: string };
  const names = useEnvironments().map(({ name }) => name);
  return [environment, lastEnvironment()].find((name) => name !== undefined && names.includes(name)) ?? names[0];
}

export function EnvironmentChoice() {
  const all = useEnvironments();
  const chosen = useChosen();
  const navigate = useNavigate();
  return (
    <NativeSelect
      label="Of the environment"
      maw={320}
      mb="md"
      value={chosen ?? ""}
      data={all.map((one) => ({ value: one.name, label: labelOf(one) }))}
      onChange={(event) =>
        void navigate({ to: ".", replace: true, search: { environment: event.currentTarget.value } as never })
      }
    />
  );
}
