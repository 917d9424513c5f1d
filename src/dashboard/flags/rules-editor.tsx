import { ActionIcon, Badge, Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import {
  arrayMove,
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from "@dnd-kit/sortable";
import { IconArrowDown, IconArrowUp, IconGripVertical, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { Flag, Rule } from "../../contract/flag.ts";
import { account, people } from "../../core/sentence.ts";
import { ConditionEditor } from "../common/condition-editor.tsx";
import type { Draft } from "./draft.ts";
import { ServeEditor } from "./serve-editor.tsx";
import type { Mistake } from "./targeting.tsx";
import { WindowEditor } from "./window-editor.tsx";

type Props = { env: string; flag: Flag; change: Draft["change"]; mistakes: readonly Mistake[] };

/** The rules in their order: the first whose people one is among decides. Dragged, or moved by keys. */
export function RulesEditor({ env, flag, change, mistakes }: Props) {
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const ids = flag.rules.map(({ id }) => id);
  const move = (from: number, to: number): void => change((one) => void (one.rules = arrayMove(one.rules, from, to)));
  const onDragEnd = ({ active, over }: DragEndEvent): void => {
    if (over && active.id !== over.id) move(ids.indexOf(String(active.id)), ids.indexOf(String(over.id)));
  };
  const [added, setAdded] = useState<string>();
  /** A new rule is for nobody until somebody says for whom: one that is forgotten gives nothing to everybody. */
  const add = (): void => {
    let n = ids.length + 1;
    while (ids.includes(`rule-${n}`)) n++;
    setAdded(`rule-${n}`);
    change((one) => {
      const on = Object.keys(one.variants)[0]!;
      one.rules.push({
        id: `rule-${n}`,
        name: "",
        when: { any: [] },
        window: { from: null, until: null },
        serve: { variant: on },
      });
    });
  };
  return (
    <section className="sluice-card">
      <Group justify="space-between" mb="xs">
        <Title order={2}>Rules</Title>
        <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
          Add a rule
        </Button>
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        {ids.length === 0
          ? "None: everybody gets the same."
          : "In this order; the first that names somebody decides for them."}
      </Text>
      <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={onDragEnd}>
        <SortableContext items={ids} strategy={verticalListSortingStrategy}>
          <Stack gap="sm" component="ol" className="plain-list">
            {flag.rules.map((rule, place) => (
              <RuleCard
                key={rule.id}
                env={env}
                flag={flag}
                rule={rule}
                place={place}
                mistakes={mistakes}
                begun={rule.id === added}
                move={move}
                change={(edit) => change((one) => edit(one.rules[place]!))}
                remove={() => change((one) => void one.rules.splice(place, 1))}
              />
            ))}
          </Stack>
        </SortableContext>
      </DndContext>
    </section>
  );
}

type CardProps = {
  env: string;
  flag: Flag;
  rule: Rule;
  place: number;
  mistakes: readonly Mistake[];
  /** Added just now: shown open. */
  begun: boolean;
  move: (from: number, to: number) => void;
  change: (edit: (rule: Rule) => void) => void;
  remove: () => void;
};

function RuleCard({ env, flag, rule, place, mistakes, begun, move, change, remove }: CardProps) {
  const [open, { toggle }] = useDisclosure(begun);
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition } = useSortable({
    id: rule.id,
  });
  const held = rule.id.startsWith("release:");
  const at = `/rules/${place}`;
  const wrong = mistakes.some(({ path }) => path.startsWith(`${at}/`));
  const name = rule.name || rule.id;
  const style = { transform: transform ? `translate3d(0, ${transform.y}px, 0)` : undefined, transition };
  return (
    <li ref={setNodeRef} style={style} className="rule-card">
      <Group wrap="nowrap" gap="sm" align="flex-start">
        <ActionIcon
          ref={setActivatorNodeRef}
          variant="subtle"
          color="gray"
          aria-label={`Move ${name}`}
          {...attributes}
          {...listeners}
        >
          <IconGripVertical size={18} />
        </ActionIcon>
        <div className="rule-said">
          <Text component="div" fw={600} dir="auto">
            {name} {held && <Badge color="brand">the release's own</Badge>}{" "}
            {wrong && <Badge color="red">has mistakes</Badge>}
          </Text>
          <Text size="sm" c="dimmed">
            {said(flag, rule)}
          </Text>
        </div>
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`${name} up`}
            disabled={place === 0}
            onClick={() => move(place, place - 1)}
          >
            <IconArrowUp size={18} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`${name} down`}
            disabled={place === flag.rules.length - 1}
            onClick={() => move(place, place + 1)}
          >
            <IconArrowDown size={18} />
          </ActionIcon>
          <Button
            size="compact-sm"
            variant="light"
            aria-expanded={open}
            aria-label={`${open ? "Close" : "Edit"} ${name}`}
            onClick={toggle}
          >
            {open ? "Close" : "Edit"}
          </Button>
        </Group>
      </Group>
      {open && (
        <Stack gap="md" mt="sm">
          <TextInput
            label="Name of the rule"
            value={rule.name}
            onChange={(event) => {
              const { value } = event.currentTarget;
              change((one) => void (one.name = value));
            }}
          />
          <ConditionEditor
            env={env}
            label="Who"
            value={rule.when}
            mistakes={mistakes}
            at={`${at}/when`}
            onChange={(when) => change((one) => void (one.when = when))}
          />
          <WindowEditor value={rule.window} onChange={(window) => change((one) => void (one.window = window))} />
          <ServeEditor
            flag={flag}
            at={`${at}/serve`}
            serve={rule.serve}
            mistakes={mistakes}
            onChange={(serve) => change((one) => void (one.serve = serve))}
          />
          <Group justify="flex-end">
            <Button variant="light" color="red" onClick={remove}>
              Remove this rule
            </Button>
          </Group>
        </Stack>
      )}
    </li>
  );
}

/** "for staff: on", with what is rolled out of it. */
function said(flag: Flag, rule: Rule): string {
  const clause = account({ ...flag, rules: [rule] }).clauses[0];
  if (clause === undefined || clause.when === undefined) return `${people(rule.when)}: nothing, all go on`;
  const what = clause.portions
    .map(({ variant, share }) => `${variant ?? "code default"} ${Math.round(share * 1_000) / 1_000} %`)
    .join(", ");
  return `${clause.who}: ${what}${clause.remark === undefined ? "" : ` (${clause.remark})`}`;
}
