import { Button, Collapse, Group, NativeSelect, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Flag, Rollout, Serve } from "../../contract/flag.ts";
import { ShareBar } from "../common/share-bar.tsx";
import { account } from "../../core/sentence.ts";
import { PercentageField } from "./percentage.tsx";
import type { Mistake } from "./targeting.tsx";

type Props = {
  flag: Flag;
  /** Pointer of the serve in the flag, for its mistakes. */
  at: string;
  serve: Serve;
  mistakes: readonly Mistake[];
  onChange: (serve: Serve) => void;
};
type Split = Extract<Rollout, { split: unknown }>;

/** What is served: one variant, shares of several, or the default in the code. */
export function ServeEditor({ flag, at, serve, mistakes, onChange }: Props) {
  const variants = Object.keys(flag.variants);
  const form = "variant" in serve ? `=${serve.variant}` : "rollout" in serve ? "rollout" : "code";
  const choose = (value: string): void => {
    if (value === "code") onChange({ codeDefault: true });
    else if (value.startsWith("=")) onChange({ variant: value.slice(1) });
    else if (form !== "rollout") onChange({ rollout: beginning(flag, "variant" in serve ? serve.variant : undefined) });
  };
  const wrong = mistakes.filter(({ path }) => path.startsWith(at)).map(({ message }) => message);
  return (
    <Stack gap="sm">
      <NativeSelect
        label="Serve"
        maw={320}
        value={form}
        error={wrong.length > 0 ? wrong.join(", ") : undefined}
        data={[
          ...variants.map((name) => ({ value: `=${name}`, label: name })),
          { value: "rollout", label: "A rollout by share" },
          { value: "code", label: "The default in the code" },
        ]}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {"rollout" in serve && "percentage" in serve.rollout && (
        <RolloutEditor flag={flag} rollout={serve.rollout} onChange={(rollout) => onChange({ rollout })} />
      )}
      {"rollout" in serve && "ranges" in serve.rollout && (
        <Text size="sm" c="dimmed">
          This rollout is given as ranges of the hash, as imports have it. It can be edited as JSON.
        </Text>
      )}
    </Stack>
  );
}

function RolloutEditor({
  flag,
  rollout,
  onChange,
}: {
  flag: Flag;
  rollout: Split;
  onChange: (rollout: Split) => void;
}) {
  const [more, { toggle }] = useDisclosure(false);
  const variants = Object.keys(flag.variants);
  const taken = new Set(rollout.split.map(({ variant }) => variant));
  const free = variants.filter((name) => !taken.has(name));
  const clause = account({ ...flag, rules: [], prerequisites: [], default: { rollout } }).clauses[0]!;
  const setShare = (place: number, change: Partial<Split["split"][number]>): void =>
    onChange({ ...rollout, split: rollout.split.map((one, index) => (index === place ? { ...one, ...change } : one)) });
  return (
    <Stack gap="sm">
      <PercentageField value={rollout.percentage} onChange={(percentage) => onChange({ ...rollout, percentage })} />
      <ShareBar flag={flag} clause={clause} />
      {rollout.split.map(({ variant, weight }, place) => (
        <Group key={variant} gap="sm" align="flex-end">
          <NativeSelect
            label={place === 0 ? "Variant" : undefined}
            aria-label="Variant"
            value={variant}
            data={[variant, ...free]}
            onChange={(event) => setShare(place, { variant: event.currentTarget.value })}
          />
          <NumberInput
            label={place === 0 ? "Weight" : undefined}
            aria-label={`Weight of ${variant}`}
            w={110}
            min={0}
            max={1_000_000}
            allowDecimal={false}
            value={weight}
            onChange={(value) => setShare(place, { weight: Number(value) || 0 })}
          />
          {rollout.split.length > 1 && (
            <Button
              variant="subtle"
              color="red"
              size="compact-sm"
              aria-label={`Take ${variant} out of the split`}
              onClick={() => onChange({ ...rollout, split: rollout.split.filter((_, index) => index !== place) })}
            >
              Remove
            </Button>
          )}
        </Group>
      ))}
      <Group gap="sm" align="flex-end">
        {free.length > 0 && (
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => onChange({ ...rollout, split: [...rollout.split, { variant: free[0]!, weight: 1 }] })}
          >
            Add a variant
          </Button>
        )}
        <Button variant="subtle" size="compact-sm" aria-expanded={more} onClick={toggle}>
          {more ? "Less" : "More"}
        </Button>
      </Group>
      <NativeSelect
        label="The rest"
        maw={320}
        value={rollout.otherwise === null ? "" : `=${rollout.otherwise}`}
        data={[
          { value: "", label: "goes on to the next rule" },
          ...variants.map((name) => ({ value: `=${name}`, label: name })),
        ]}
        onChange={(event) => onChange({ ...rollout, otherwise: event.currentTarget.value.slice(1) || null })}
      />
      <Collapse expanded={more}>
        <Stack gap="sm">
          <TextInput
            label="By"
            description="The attribute that is hashed; several with commas, of which the first present one counts"
            maw={420}
            value={typeof rollout.by === "string" ? rollout.by : rollout.by.join(", ")}
            onChange={(event) => {
              const all = event.currentTarget.value.split(",").map((one) => one.trim());
              onChange({ ...rollout, by: all.length === 1 ? all[0]! : all });
            }}
          />
          <NativeSelect
            label="Without that attribute"
            maw={320}
            value={typeof rollout.absent === "string" ? rollout.absent : `=${rollout.absent.variant}`}
            data={[
              { value: "otherwise", label: "as the rest" },
              { value: "skip", label: "goes on to the next rule" },
              { value: "first", label: "the first variant" },
              ...variants.map((name) => ({ value: `=${name}`, label: name })),
            ]}
            onChange={(event) => {
              const { value } = event.currentTarget;
              onChange({
                ...rollout,
                absent: value.startsWith("=") ? { variant: value.slice(1) } : (value as "otherwise"),
              });
            }}
          />
          <TextInput
            label="Salt"
            description="Another salt moves people between variants"
            maw={420}
            value={rollout.salt ?? flag.key}
            onChange={(event) => onChange({ ...rollout, salt: event.currentTarget.value })}
          />
        </Stack>
      </Collapse>
    </Stack>
  );
}

/** Nobody at first: what was served before is for the rest. */
function beginning(flag: Flag, before: string | undefined): Split {
  const variants = Object.keys(flag.variants);
  const rest = before ?? flag.offVariant ?? variants.at(-1)!;
  const first = variants.find((name) => name !== rest) ?? rest;
  return {
    percentage: 0,
    split: [{ variant: first, weight: 1 }],
    otherwise: rest,
    by: "targetingKey",
    salt: flag.key,
    hash: "murmur3",
    absent: "otherwise",
  };
}
