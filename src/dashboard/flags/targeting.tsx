import {
  Alert,
  Badge,
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  Stack,
  Switch,
  TagsInput,
  Text,
  Textarea,
  TextInput,
  NativeSelect,
  Title,
} from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { type Flag, flag as flagSchema, FLAG_TYPES } from "../../contract/flag.ts";
import { Waiting } from "../common/states.tsx";
import { type Draft, type Held, useDraft } from "./draft.ts";
import { Conflicts } from "./conflicts.tsx";
import { PercentageField } from "./percentage.tsx";
import { Review } from "./review.tsx";
import { RulesEditor } from "./rules-editor.tsx";
import { ServeEditor } from "./serve-editor.tsx";
import { Prerequisites, Variants } from "./variants.tsx";

const JsonEditor = lazy(async () => ({ default: (await import("../common/json-editor.tsx")).JsonEditor }));

export type Mistake = { path: string; message: string };

/** Who gets what, as a draft: nothing here is written before it was reviewed and applied. */
export function Targeting({ env, held, archived }: { env: string; held: Held; archived: boolean }) {
  const draft = useDraft(env, held);
  const { view, review } = useSearch({ strict: false }) as { view?: string; review?: string };
  const navigate = useNavigate();
  const [reviewing, setReviewing] = useState(false);
  const mistakes = useMistakes(draft.flag);
  const set = (search: Record<string, string>): void =>
    void navigate({ to: ".", replace: true, search: search as never });
  useEffect(() => {
    if (review !== undefined && draft.edits > 0) setReviewing(true);
  }, [review, draft.edits]);
  const { flag, change } = draft;
  return (
    <Stack gap="md">
      <Conflicts draft={draft} />
      <Group justify="flex-end">
        <SegmentedControl
          aria-label="How it is edited"
          value={view === "json" ? "json" : "form"}
          data={[
            { value: "form", label: "Form" },
            { value: "json", label: "JSON" },
          ]}
          onChange={(value) => set(value === "json" ? { view: "json" } : {})}
        />
      </Group>
      {view === "json" ? (
        <Suspense fallback={<Waiting />}>
          <JsonEditor
            label="The flag as JSON"
            value={flag}
            schema={flagSchema}
            onChange={(value) => draft.replace(value as Flag)}
          />
        </Suspense>
      ) : (
        <>
          <MainShare flag={flag} change={change} />
          <Variants flag={flag} change={change} mistakes={mistakes} />
          <Prerequisites env={env} flag={flag} change={change} />
          <RulesEditor env={env} flag={flag} change={change} mistakes={mistakes} />
          <section className="sluice-card">
            <Title order={2} mb="sm">
              {flag.rules.length > 0 ? "Everybody else" : "Everybody"}
            </Title>
            <ServeEditor
              flag={flag}
              at="/default"
              serve={flag.default}
              mistakes={mistakes}
              onChange={(serve) => change((one) => void (one.default = serve))}
            />
          </section>
          <About flag={flag} change={change} />
        </>
      )}
      {mistakes.length > 0 && draft.edits > 0 && (
        <Alert color="red" role="alert" title="This can't be applied yet">
          <ul className="sluice-list">
            {mistakes.slice(0, 10).map(({ path, message }) => (
              <li key={path + message}>
                <code>{path || "/"}</code> {message}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {draft.edits > 0 && !archived && (
        <SaveBar draft={draft} invalid={mistakes.length > 0} env={env} onReview={() => setReviewing(true)} />
      )}
      {reviewing && (
        <Review
          env={env}
          held={held}
          draft={draft}
          onClose={() => {
            setReviewing(false);
            if (review !== undefined) set({});
          }}
        />
      )}
    </Stack>
  );
}

function SaveBar({
  draft,
  invalid,
  env,
  onReview,
}: {
  draft: Draft;
  invalid: boolean;
  env: string;
  onReview: () => void;
}) {
  return (
    <div className="save-bar no-print">
      <Group justify="space-between">
        <Text size="sm" role="status">
          {draft.edits === 1 ? "1 edit" : `${draft.edits} edits`} in {env}, not applied yet
        </Text>
        <Group gap="sm">
          <Button variant="default" onClick={draft.discard}>
            Discard
          </Button>
          <Button onClick={onReview} disabled={invalid}>
            Review
          </Button>
        </Group>
      </Group>
    </div>
  );
}

/** What the schema of the contract says of the draft: the server's words and paths. */
function useMistakes(flag: Flag): Mistake[] {
  return useMemo(() => {
    const result = flagSchema.safeParse(flag);
    if (result.success) return [];
    return result.error.issues.map(({ path, message }) => ({
      path: path.map((one) => `/${String(one)}`).join(""),
      message,
    }));
  }, [flag]);
}

/** The share that is asked about most: that of the default, or else of the first rule that rolls something out. */
function MainShare({ flag, change }: { flag: Flag; change: Draft["change"] }) {
  const rule = flag.rules.findIndex(({ serve }) => "rollout" in serve && "percentage" in serve.rollout);
  const inDefault = "rollout" in flag.default && "percentage" in flag.default.rollout;
  const on = Object.keys(flag.variants).find((name) => flag.variants[name] === true);
  const off = Object.keys(flag.variants).find((name) => flag.variants[name] === false);
  const boolean = flag.type === "boolean" && on !== undefined && off !== undefined;
  if (!inDefault && rule === -1 && !boolean) return null;
  const serve = inDefault || rule === -1 ? flag.default : flag.rules[rule]!.serve;
  const percentage =
    "rollout" in serve && "percentage" in serve.rollout
      ? serve.rollout.percentage
      : "variant" in serve && serve.variant === on
        ? 100
        : 0;
  const set = (value: number): void =>
    change((one) => {
      const target = inDefault || rule === -1 ? one : undefined;
      const now = target ? target.default : one.rules[rule]!.serve;
      if ("rollout" in now && "percentage" in now.rollout) now.rollout.percentage = value;
      else if (target) target.default = begun(one, on!, off!, value);
    });
  const whom =
    inDefault || rule === -1
      ? flag.rules.length > 0
        ? "everybody whom no rule names"
        : "everybody"
      : `those in rule ${flag.rules[rule]!.name || flag.rules[rule]!.id}`;
  return (
    <section className="sluice-card">
      <Title order={2}>Rollout</Title>
      <Text size="sm" c="dimmed" mb="xs">
        Share of {whom}. Growing keeps everybody who has it; lowering takes out those who came last.
      </Text>
      <PercentageField value={percentage} onChange={set} />
    </section>
  );
}

/** A fixed boolean flag as a rollout of its true variant, with the false one for the rest. */
function begun({ key }: Flag, on: string, off: string, percentage: number): Flag["default"] {
  return {
    rollout: {
      percentage,
      split: [{ variant: on, weight: 1 }],
      otherwise: off,
      by: "targetingKey",
      salt: key,
      hash: "murmur3",
      absent: "otherwise",
    },
  };
}

function About({ flag, change }: { flag: Flag; change: Draft["change"] }) {
  return (
    <section className="sluice-card">
      <Title order={2} mb="sm">
        About the flag
      </Title>
      <Stack gap="sm">
        <Textarea
          label="Description"
          autosize
          minRows={1}
          value={flag.description}
          onChange={(event) => {
            const { value } = event.currentTarget;
            change((one) => void (one.description = value));
          }}
        />
        <Group grow align="flex-start">
          <TextInput
            label="Owner"
            value={flag.owner}
            onChange={(event) => {
              const { value } = event.currentTarget;
              change((one) => void (one.owner = value));
            }}
          />
          <NativeSelect
            label="Kind"
            value={flag.kind}
            data={["release", "experiment", "operational", "permission"]}
            onChange={(event) => {
              const { value } = event.currentTarget;
              change((one) => void (one.kind = value as Flag["kind"]));
            }}
          />
        </Group>
        <TagsInput label="Tags" value={flag.tags} onChange={(tags) => change((one) => void (one.tags = tags))} />
        <Switch
          label="Browsers and apps may evaluate it (client keys)"
          checked={flag.clientSide}
          onChange={(event) => {
            const { checked } = event.currentTarget;
            change((one) => void (one.clientSide = checked));
          }}
        />
        <NumberInput
          label="Shadow"
          description="Share of requests on which a dark-launched candidate also runs, unseen (%)"
          min={0}
          max={100}
          decimalScale={3}
          maw={320}
          value={flag.shadow}
          onChange={(value) => change((one) => void (one.shadow = Number(value) || 0))}
        />
        <Text component="div" size="sm" c="dimmed">
          Type <Badge>{FLAG_TYPES.find((one) => one === flag.type)}</Badge>
        </Text>
      </Stack>
    </section>
  );
}
