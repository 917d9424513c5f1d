import {
  ActionIcon,
  Autocomplete,
  Button,
  Checkbox,
  Group,
  Menu,
  NativeSelect,
  NumberInput,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { Clause, Condition } from "../../contract/flag.ts";
import { phrase } from "../../core/sentence.ts";
import { useAsk } from "../app/ask.ts";

type Mistake = { path: string; message: string };
type Props = {
  env: string;
  /** How the whole condition is called. */
  label: string;
  value: Condition;
  /** Pointer of this part, for its mistakes. */
  at: string;
  mistakes: readonly Mistake[];
  onChange: (value: Condition) => void;
  remove?: () => void;
};

const ATTRIBUTES = [
  "targetingKey",
  "email",
  "geo.country",
  "geo.region",
  "geo.city",
  "app.version",
  "client.userAgent",
  "client.ip",
  "plan",
];
const OPERATORS: { value: Clause["operator"]; label: string }[] = [
  { value: "in", label: "is one of" },
  { value: "contains", label: "contains" },
  { value: "startsWith", label: "starts with" },
  { value: "endsWith", label: "ends with" },
  { value: "matches", label: "matches (RE2)" },
  { value: "lessThan", label: "is less than" },
  { value: "atMost", label: "is at most" },
  { value: "greaterThan", label: "is greater than" },
  { value: "atLeast", label: "is at least" },
  { value: "before", label: "is before" },
  { value: "after", label: "is after" },
  { value: "semver", label: "is a version in" },
  { value: "cidr", label: "is an address in" },
  { value: "containsAll", label: "contains all of" },
  { value: "exists", label: "is present" },
  { value: "type", label: "is of type" },
];
const TEXT_OPERATORS = ["in", "contains", "startsWith", "endsWith", "matches"];
/** What a part can become, as the menu offers it. */
const BEGINNINGS: [label: string, make: () => Condition][] = [
  ["An attribute", () => ({ attribute: "", operator: "in", values: [], ignoreCase: false })],
  ["A segment", () => ({ segment: "" })],
  ["Another flag", () => ({ flag: "", variants: [] })],
  ["A part of the hash", () => ({ bucket: { by: "targetingKey", hash: "murmur3", salt: "", from: 0, to: 50_000 } })],
  ["All of several", () => ({ all: [] })],
  ["Any of several", () => ({ any: [] })],
  ["Not", () => ({ not: { all: [] } })],
];

/** A condition as a tree: groups of parts, and what each part asks. */
export function ConditionEditor(props: Props) {
  const { value, label, at, mistakes, onChange, remove } = props;
  const wrong = mistakes
    .filter(({ path }) => path === at || (path.startsWith(`${at}/`) && !isInner(value)))
    .map(({ message }) => message);
  return (
    <div className={isInner(value) ? "condition is-group" : "condition"} role="group" aria-label={label}>
      <Group gap="sm" align="flex-end" wrap="wrap">
        <div className="condition-body">
          {"all" in value || "any" in value ? (
            <GroupEditor {...props} />
          ) : "not" in value ? (
            <NotEditor {...props} />
          ) : (
            <Leaf {...props} />
          )}
        </div>
        {remove && (
          <ActionIcon variant="subtle" color="red" aria-label={`Remove ${label}`} onClick={remove}>
            <IconX size={18} />
          </ActionIcon>
        )}
      </Group>
      {wrong.length > 0 && (
        <Text size="sm" c="red" role="alert">
          {wrong.join(", ")}
        </Text>
      )}
      {!isInner(value) && remove === undefined && (
        <Button size="compact-sm" variant="subtle" mt={6} onClick={() => onChange({ all: [value] })}>
          Ask for more
        </Button>
      )}
    </div>
  );
}

function isInner(
  value: Condition,
): value is Extract<Condition, { all: unknown } | { any: unknown } | { not: unknown }> {
  return "all" in value || "any" in value || "not" in value;
}

function GroupEditor({ env, value, at, mistakes, label, onChange }: Props) {
  const form = "all" in value ? "all" : "any";
  const parts = "all" in value ? value.all : "any" in value ? value.any : [];
  const set = (of: Condition[], as: "all" | "any" = form): void => onChange(as === "all" ? { all: of } : { any: of });
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <NativeSelect
          aria-label={`${label}: how parts are joined`}
          value={form}
          data={[
            { value: "all", label: parts.length === 0 ? "Everybody (all of nothing)" : "All of these hold" },
            { value: "any", label: parts.length === 0 ? "Nobody (any of nothing)" : "Any of these holds" },
          ]}
          onChange={(event) => set(parts, event.currentTarget.value as "all" | "any")}
        />
        <Add onAdd={(one) => set([...parts, one])} />
      </Group>
      {parts.map((part, place) => (
        <ConditionEditor
          key={place}
          env={env}
          label={`part ${place + 1}`}
          value={part}
          at={`${at}/${form}/${place}`}
          mistakes={mistakes}
          onChange={(next) => set(parts.map((one, index) => (index === place ? next : one)))}
          remove={() => set(parts.filter((_, index) => index !== place))}
        />
      ))}
    </Stack>
  );
}

function NotEditor({ env, value, at, mistakes, onChange }: Props) {
  const inner = "not" in value ? value.not : value;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        This must not hold:
      </Text>
      <ConditionEditor
        env={env}
        label="what must not hold"
        value={inner}
        at={`${at}/not`}
        mistakes={mistakes}
        onChange={(next) => onChange({ not: next })}
      />
    </Stack>
  );
}

function Add({ onAdd }: { onAdd: (part: Condition) => void }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="default" size="compact-md" leftSection={<IconPlus size={14} aria-hidden />}>
          Add a condition
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {BEGINNINGS.map(([name, make]) => (
          <Menu.Item key={name} onClick={() => onAdd(make())}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Leaf({ env, value, onChange }: Props) {
  if ("segment" in value)
    return <SegmentLeaf env={env} value={value.segment} onChange={(segment) => onChange({ segment })} />;
  if ("flag" in value)
    return (
      <Group gap="sm" align="flex-end">
        <TextInput
          label="Flag"
          value={value.flag}
          onChange={(event) => onChange({ ...value, flag: event.currentTarget.value })}
        />
        <TagsInput
          label="serves one of"
          value={value.variants}
          onChange={(variants) => onChange({ ...value, variants })}
        />
      </Group>
    );
  const foreign =
    "window" in value ||
    ("bucket" in value && "ranges" in value.bucket) ||
    ("operator" in value && value.operator === "version");
  if (foreign) return <Text size="sm">{phrase(value)}: as imports have it; it can be edited as JSON</Text>;
  if ("bucket" in value && "from" in value.bucket) {
    const { bucket } = value;
    return (
      <Group gap="sm" align="flex-end">
        <TextInput
          label="Hashed attribute"
          value={typeof bucket.by === "string" ? bucket.by : bucket.by.join(",")}
          onChange={(event) => onChange({ bucket: { ...bucket, by: event.currentTarget.value } })}
        />
        <TextInput
          label="Salt"
          value={bucket.salt}
          onChange={(event) => onChange({ bucket: { ...bucket, salt: event.currentTarget.value } })}
        />
        <NumberInput
          label="From, per 100 000"
          w={130}
          min={0}
          max={100_000}
          value={bucket.from}
          onChange={(from) => onChange({ bucket: { ...bucket, from: Number(from) || 0 } })}
        />
        <NumberInput
          label="To"
          w={130}
          min={0}
          max={100_000}
          value={bucket.to}
          onChange={(to) => onChange({ bucket: { ...bucket, to: Number(to) || 0 } })}
        />
      </Group>
    );
  }
  return "attribute" in value ? <ClauseLeaf value={value} onChange={onChange} /> : null;
}

function SegmentLeaf({ env, value, onChange }: { env: string; value: string; onChange: (value: string) => void }) {
  const { data } = useAsk("listSegments", { path: { env }, query: { limit: 500 } });
  const keys = data?.body.segments.map(({ segment }) => segment.key) ?? [];
  return (
    <NativeSelect
      label="In the segment"
      value={value}
      data={[
        { value: "", label: "Choose a segment" },
        ...(value !== "" && !keys.includes(value) ? [value] : []),
        ...keys,
      ]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function ClauseLeaf({ value, onChange }: { value: Clause; onChange: (value: Condition) => void }) {
  const { attribute, operator } = value;
  const values = value.values as (string | number | boolean)[];
  const as = typeof values[0] === "number" ? "number" : typeof values[0] === "boolean" ? "boolean" : "text";
  const typed = operator === "in" || operator === "containsAll";
  const make = (change: {
    attribute?: string;
    operator?: Clause["operator"];
    values?: unknown[];
    ignoreCase?: boolean;
  }): void => {
    const next = change.operator ?? operator;
    const base = {
      attribute: change.attribute ?? attribute,
      operator: next,
      values: next === "exists" ? [] : (change.values ?? values),
    };
    const ignoring = "ignoreCase" in value ? value.ignoreCase : false;
    onChange((TEXT_OPERATORS.includes(next) ? { ...base, ignoreCase: change.ignoreCase ?? ignoring } : base) as Clause);
  };
  return (
    <Group gap="sm" align="flex-end">
      <Autocomplete
        label="Attribute"
        data={ATTRIBUTES}
        value={attribute}
        onChange={(next) => make({ attribute: next })}
        maxLength={256}
      />
      <NativeSelect
        label="Operator"
        value={operator}
        data={OPERATORS}
        onChange={(event) => make({ operator: event.currentTarget.value as Clause["operator"] })}
      />
      {operator !== "exists" && (
        <TagsInput
          label="Values"
          description="Enter after each; lists can be pasted"
          splitChars={[",", "\n", "\t"]}
          flex="1 1 200px"
          value={values.map(String)}
          onChange={(texts) => make({ values: texts.map((text) => valueOf(text, typed ? as : "text")) })}
        />
      )}
      {typed && (
        <NativeSelect
          label="as"
          value={as}
          data={["text", "number", "boolean"]}
          onChange={(event) => {
            const next = event.currentTarget.value;
            make({ values: values.map((one) => valueOf(String(one), next)) });
          }}
        />
      )}
      {"ignoreCase" in value && (
        <Checkbox
          label="in any case"
          checked={value.ignoreCase}
          onChange={(event) => make({ ignoreCase: event.currentTarget.checked })}
        />
      )}
    </Group>
  );
}

function valueOf(text: string, as: string): string | number | boolean {
  if (as === "number" && text.trim() !== "" && !Number.isNaN(Number(text))) return Number(text);
  if (as === "boolean") return text === "true";
  return text;
}
