import { Checkbox, FileInput, NativeSelect, SimpleGrid, TextInput } from "@mantine/core";
import type { Beside } from "./prepared.ts";

type Name = "accept" | "map" | "static" | "prefix" | "clientSide" | "theirs";
const TEXTS: { name: Name; label: string; description: string }[] = [
  { name: "accept", label: "Accept", description: "Codes of refusals that may be approximated, with commas between" },
  { name: "map", label: "Rename attributes", description: "Such as remoteAddress=client.ip, with commas between" },
  { name: "static", label: "Decide attributes", description: "Such as appName=web: the same wherever this is asked" },
  { name: "prefix", label: "Prefix", description: "Put before every key" },
  { name: "clientSide", label: "For browsers", description: "Keys of flags that browsers may evaluate" },
  { name: "theirs", label: "Take the source's", description: "Keys of flags that were changed on both sides" },
];
const SELECTS = [
  { name: "id", label: "Identity", values: ["", "targetingKey", "keep"] },
  { name: "variants", label: "Unleash: who has the name", values: ["", "variant", "enabled"] },
  { name: "bucketing", label: "flagd: generation", values: ["", "v1", "v2", "v3"] },
  { name: "identity", label: "Flagsmith: who was hashed", values: ["", "composite"] },
  { name: "engine", label: "Engine that decides", values: ["", "js", "go"] },
] as const;

/** What can be chosen for another system's document, as the command's options have it. */
export function Choices({ beside, onChange }: { beside: Beside; onChange: (next: Beside) => void }) {
  return (
    <details>
      <summary>Options</summary>
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="sm">
        {TEXTS.map(({ name, label, description }) => (
          <TextInput
            key={name}
            label={label}
            description={description}
            value={beside[name] ?? ""}
            onChange={(event) => onChange({ ...beside, [name]: event.currentTarget.value })}
          />
        ))}
        {SELECTS.map(({ name, label, values }) => (
          <NativeSelect
            key={name}
            label={label}
            data={values.map((value) => ({ value, label: value === "" ? "as usual" : value }))}
            value={beside[name] ?? ""}
            onChange={(event) => onChange({ ...beside, [name]: event.currentTarget.value })}
          />
        ))}
        <FileInput
          label="Earlier report"
          description="What changed here alone is then left alone"
          placeholder="Choose a file"
          accept=".json,application/json"
          clearable
          clearButtonProps={{ "aria-label": "Choose no earlier report" }}
          onChange={(file) =>
            void (file?.text() ?? Promise.resolve("")).then((report) => onChange({ ...beside, report }))
          }
        />
        <Checkbox
          label="GrowthBook: use the fallback attribute"
          checked={beside.sticky ?? false}
          onChange={(event) => onChange({ ...beside, sticky: event.currentTarget.checked })}
        />
      </SimpleGrid>
    </details>
  );
}
