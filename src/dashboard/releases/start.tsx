import {
  Alert,
  Button,
  Checkbox,
  Group,
  NativeSelect,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import type { FlagView } from "../../contract/admin.ts";
import type { Flag } from "../../contract/flag.ts";
import { plan as planSchema } from "../../contract/plan.ts";
import { sentence } from "../../core/sentence.ts";
import { useAsk } from "../app/ask.ts";
import { Refused } from "../app/client.ts";
import { useEnv, useProduction } from "../app/environment.ts";
import { useWrite } from "../app/writes.tsx";
import { ActionButton } from "../common/action.tsx";
import { Page } from "../common/page.tsx";
import { Failure, Waiting } from "../common/states.tsx";
import { Instant } from "../flags/window-editor.tsx";
import { GuardrailsEditor, StagesEditor } from "./plan-editor.tsx";
import type { PlanInput } from "./plan-input.ts";
import { Sizing } from "./sizing.tsx";

const JsonEditor = lazy(async () => ({ default: (await import("../common/json-editor.tsx")).JsonEditor }));

/** What is to be released, how, and from when. */
export function StartPage() {
  const env = useEnv();
  const { key = "" } = useParams({ strict: false });
  const flag = useAsk("getFlag", { path: { env, key } });
  const plans = useAsk("listPlans", { path: { env } });
  const presets = useAsk("listPresets");
  const choices = useMemo(() => {
    const all = [...(presets.data?.body.presets ?? []), ...(plans.data?.body.plans ?? [])]; // a kept one of the name wins
    return new Map(all.map(({ name, plan }) => [name, plan as unknown as PlanInput]));
  }, [presets.data, plans.data]);
  const ready = flag.data && !plans.isPending && choices.size > 0;
  return (
    <Page
      title="Start a release"
      kind={key}
      above={
        <Text size="sm" mb={4}>
          <Link to="/environments/$env/flags/$key" params={{ env, key }} className="sluice-link">
            {key}
          </Link>
        </Text>
      }
    >
      {flag.error && <Failure error={flag.error} onRetry={() => void flag.refetch()} />}
      {!ready && !flag.error && <Waiting />}
      {ready && <Start env={env} view={flag.data.body as unknown as FlagView} choices={choices} />}
    </Page>
  );
}

/** The preset that is chosen at first, so that Start works at once. */
const FIRST = "standard";

function Start({ env, view, choices }: { env: string; view: FlagView; choices: ReadonlyMap<string, PlanInput> }) {
  const { flag } = view;
  const write = useWrite();
  const navigate = useNavigate();
  const production = useProduction();
  const [name, setName] = useState(choices.has(FIRST) ? FIRST : [...choices.keys()][0]!);
  const [edited, setEdited] = useState<PlanInput>();
  const plan = edited ?? choices.get(name)!;
  const [rule, setRule] = useState(() => releasable(flag)[0] ?? "");
  const [json, setJson] = useState(false);
  const [startAt, setStartAt] = useState<string | null>(null);
  const [lower, setLower] = useState(false);
  const [comment, setComment] = useState("");
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const mistakes = useMemo(() => mistakesOf(plan), [plan]);
  const takes = error instanceof Refused && error.status === 409;

  async function start(): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      const body = {
        plan: edited ?? name,
        ...(rule !== "" && { rule }),
        ...(startAt !== null && { startAt }),
        ...(lower && { lower }),
        ...(comment && { comment }),
      };
      const { body: made, status } = await write(
        "createRelease",
        { path: { env, key: flag.key }, body },
        `Started a release of ${flag.key}`,
      );
      if (status === 202) void navigate({ to: "/environments/$env/requests", params: { env } });
      else
        void navigate({
          to: "/environments/$env/flags/$key/releases/$id",
          params: { env, key: flag.key, id: (made as { id: string }).id },
        });
    } catch (failure) {
      setError(failure as Error);
      setBusy(false);
    }
  }
  const choose = (next: string): void => {
    setName(next);
    setEdited(undefined);
  };
  return (
    <Stack gap="md">
      <div className="sluice-card">
        <Text size="sm" c="dimmed">
          Now
        </Text>
        <Text className="sluice-sentence">{sentence(flag)}</Text>
      </div>
      <section className="sluice-card">
        <Group align="flex-end" gap="sm">
          <NativeSelect
            label="Plan"
            value={name}
            data={[...choices.keys()].map((one) => ({
              value: one,
              label: one === name && edited ? `${one}, changed here` : one,
            }))}
            onChange={(event) => choose(event.currentTarget.value)}
          />
          <NativeSelect
            label="Released rule"
            value={rule}
            data={[
              { value: "", label: "Everybody (the default)" },
              ...flag.rules.map((one) => ({ value: one.id, label: one.name || one.id })),
            ]}
            onChange={(event) => setRule(event.currentTarget.value)}
          />
          <Instant label="Start at" value={startAt} onChange={setStartAt} />
        </Group>
      </section>
      {
        <Group justify="flex-end">
          <SegmentedControl
            aria-label="How the plan is edited"
            value={json ? "json" : "form"}
            data={[
              { value: "form", label: "Form" },
              { value: "json", label: "JSON" },
            ]}
            onChange={(value) => setJson(value === "json")}
          />
        </Group>
      }
      {json ? (
        <Suspense fallback={<Waiting />}>
          <JsonEditor
            label="The plan as JSON"
            value={plan}
            schema={planSchema}
            onChange={(value) => setEdited(value as PlanInput)}
          />
        </Suspense>
      ) : (
        <>
          <StagesEditor env={env} plan={plan} fixed={false} onChange={setEdited} />
          <GuardrailsEditor plan={plan} fixed={false} onChange={setEdited} />
        </>
      )}
      {mistakes.length === 0 && <Sizing env={env} flag={flag.key} rule={rule} plan={edited ?? name} />}
      {mistakes.length > 0 && (
        <Alert color="red" role="alert" title="This plan can't start yet">
          <ul className="sluice-list">
            {mistakes.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </Alert>
      )}
      <section className="sluice-card">
        <Title order={2} mb="sm">
          Start
        </Title>
        <Stack gap="sm">
          <TextInput
            label="Comment"
            description={production ? "Production asks why." : "Why? For the audit log."}
            required={production}
            withAsterisk={production}
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
          {takes && (
            <Checkbox
              label="Yes, take it away from people who have it now"
              checked={lower}
              onChange={(event) => setLower(event.currentTarget.checked)}
            />
          )}
          {error && <Failure error={error} wrote="Nothing was started." />}
          <Group>
            <ActionButton
              operation="createRelease"
              allowed={view.actions}
              loading={busy}
              disabled={mistakes.length > 0 || (production && comment.trim() === "")}
              onClick={() => void start()}
            >
              Start
            </ActionButton>
            <Button
              variant="default"
              component={Link}
              to={`/environments/${encodeURIComponent(env)}/flags/${encodeURIComponent(flag.key)}`}
            >
              Back to the flag
            </Button>
          </Group>
        </Stack>
      </section>
    </Stack>
  );
}

/** Rules that have a rollout, where the default has none: the first is what somebody most likely means. */
function releasable(flag: Flag): string[] {
  if ("rollout" in flag.default) return [];
  return flag.rules.filter(({ serve }) => "rollout" in serve).map(({ id }) => id);
}

function mistakesOf(plan: PlanInput): string[] {
  const result = planSchema.safeParse(plan);
  if (result.success) return [];
  return result.error.issues
    .slice(0, 8)
    .map(({ path, message }) => `${path.map((one) => `/${String(one)}`).join("")} ${message}`);
}
