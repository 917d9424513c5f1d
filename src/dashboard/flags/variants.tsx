import { Button, Group, MultiSelect, NativeSelect, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import type { Flag } from "../../contract/flag.ts";
import type { JsonValue } from "../../contract/json.ts";
import { useAsk } from "../app/ask.ts";
import { useVariantColors } from "../common/colors.ts";
import type { Draft } from "./draft.ts";
import type { Mistake } from "./targeting.tsx";

/** The values that the flag can have, each with its colour, and the one while it is disabled. */
export function Variants({
  flag,
  change,
  mistakes,
}: {
  flag: Flag;
  change: Draft["change"];
  mistakes: readonly Mistake[];
}) {
  const names = Object.keys(flag.variants);
  const colors = useVariantColors(flag.variants);
  const add = (): void =>
    change((one) => {
      let n = names.length + 1;
      while (Object.hasOwn(one.variants, `variant-${n}`)) n++;
      one.variants[`variant-${n}`] = { boolean: false, string: "", number: 0, object: {} }[one.type];
    });
  return (
    <section className="sluice-card">
      <Title order={2} mb="sm">
        Variants
      </Title>
      <Stack gap="sm">
        {names.map((name) => {
          const wrong = mistakes.find(({ path }) => path === `/variants/${name}`)?.message;
          return (
            <Group key={name} gap="sm" align="center" wrap="nowrap">
              <span className="swatch is-large" style={{ background: colors.get(name) }} aria-hidden />
              <Text fw={550} miw={90}>
                {name}
              </Text>
              <VariantValue
                key={flag.type}
                name={name}
                value={flag.variants[name]!}
                wrong={wrong}
                onChange={(value) => change((one) => void (one.variants[name] = value))}
              />
              {names.length > 1 && flag.type !== "boolean" && (
                <Button
                  variant="subtle"
                  color="red"
                  size="compact-sm"
                  aria-label={`Remove the variant ${name}`}
                  onClick={() => change((one) => void delete one.variants[name])}
                >
                  Remove
                </Button>
              )}
            </Group>
          );
        })}
        <Group align="flex-end">
          {flag.type !== "boolean" && (
            <Button variant="default" size="compact-sm" onClick={add}>
              Add a variant
            </Button>
          )}
          <NativeSelect
            label="While it is disabled"
            value={flag.offVariant === null ? "" : `=${flag.offVariant}`}
            data={[
              ...names.map((name) => ({ value: `=${name}`, label: name })),
              { value: "", label: "The default in the code" },
            ]}
            onChange={(event) => {
              const name = event.currentTarget.value.slice(1);
              change((one) => void (one.offVariant = name || null));
            }}
          />
        </Group>
      </Stack>
    </section>
  );
}

function VariantValue({
  name,
  value,
  wrong,
  onChange,
}: {
  name: string;
  value: JsonValue;
  wrong: string | undefined;
  onChange: (value: JsonValue) => void;
}) {
  const plain = typeof value === "string";
  const [text, setText] = useState(plain ? value : JSON.stringify(value));
  const [broken, setBroken] = useState(false);
  return (
    <TextInput
      aria-label={`Value of ${name}`}
      flex={1}
      error={broken ? "must be JSON" : wrong}
      disabled={typeof value === "boolean"}
      value={typeof value === "boolean" ? String(value) : text}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        setText(typed);
        if (plain) return onChange(typed);
        try {
          onChange(JSON.parse(typed) as JsonValue);
          setBroken(false);
        } catch {
          setBroken(true);
        }
      }}
    />
  );
}

/** Flags that must serve something before this one serves anything but its off variant. */
export function Prerequisites({ env, flag, change }: { env: string; flag: Flag; change: Draft["change"] }) {
  const [key, setKey] = useState("");
  const all = useAsk("listFlags", { path: { env }, query: { limit: 500 } });
  const flags = (all.data?.body.flags ?? []).map((view) => view.flag as Flag).filter((one) => one.key !== flag.key);
  return (
    <section className="sluice-card">
      <Title order={2}>Prerequisites</Title>
      <Text size="sm" c="dimmed" mb="sm">
        {flag.prerequisites.length === 0
          ? "None: it depends on no other flag."
          : "All of these must hold, else everybody gets what they get while it is disabled."}
      </Text>
      <Stack gap="sm">
        {flag.prerequisites.map((one, place) => (
          <Group key={one.flag} align="flex-end" gap="sm">
            <Text fw={550}>{one.flag} serves</Text>
            <MultiSelect
              aria-label={`Variants of ${one.flag}`}
              flex="0 1 280px"
              data={Object.keys(
                flags.find(({ key: other }) => other === one.flag)?.variants ??
                  Object.fromEntries(one.variants.map((name) => [name, name])),
              )}
              value={one.variants}
              onChange={(variants) => change((draft) => void (draft.prerequisites[place]!.variants = variants))}
            />
            <Button
              variant="subtle"
              color="red"
              size="compact-sm"
              aria-label={`Remove the prerequisite ${one.flag}`}
              onClick={() => change((draft) => void draft.prerequisites.splice(place, 1))}
            >
              Remove
            </Button>
          </Group>
        ))}
        <Group align="flex-end" gap="sm">
          <NativeSelect
            aria-label="Flag to depend on"
            value={key}
            data={[{ value: "", label: "Choose a flag" }, ...flags.map((one) => one.key)]}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          <Button
            variant="default"
            disabled={key === ""}
            onClick={() => {
              const variants = Object.entries(flags.find((one) => one.key === key)?.variants ?? {});
              const first = variants.find(([, value]) => value === true) ?? variants[0];
              change((draft) => void draft.prerequisites.push({ flag: key, variants: first ? [first[0]] : [] }));
              setKey("");
            }}
          >
            Add
          </Button>
        </Group>
      </Stack>
    </section>
  );
}
