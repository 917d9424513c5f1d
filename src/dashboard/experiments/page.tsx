import { Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { FlagView } from "../../contract/admin.ts";
import { sentence } from "../../core/sentence.ts";
import { useAsk } from "../app/ask.ts";
import { useEnv } from "../app/environment.ts";
import { Page } from "../common/page.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { inWords } from "./tab.tsx";

/** All flags of kind experiment, each with what it has shown so far in words. */
export function ExperimentsPage() {
  const env = useEnv();
  const ask = { path: { env }, query: { kind: "experiment", limit: 100 } };
  const { data, error, isPending, refetch } = useAsk("listFlags", ask);
  const flags = (data?.body.flags ?? []) as unknown as FlagView[];
  return (
    <Page title="Experiments" copyAs={{ operation: "listFlags", ask }}>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <Waiting />}
      {data && flags.length === 0 && (
        <Empty title="No experiments yet">
          A flag of the kind experiment shows people different variants and measures what comes of it: lift with
          intervals that hold however often one looks.
        </Empty>
      )}
      <div className="card-list">
        {flags.map((view) => (
          <Card key={view.flag.key} env={env} view={view} />
        ))}
      </div>
    </Page>
  );
}

function Card({ env, view }: { env: string; view: FlagView }) {
  const { key } = view.flag;
  const { data } = useAsk("flagExperiment", { path: { env, key } }, { every: 60_000 });
  const outcomes = data?.body.outcomes ?? [];
  const people = Object.values(data?.body.exposed ?? {}).reduce((sum, one) => sum + one, 0);
  return (
    <article className="sluice-card" aria-label={key}>
      <Title order={2}>
        <Link to="/environments/$env/flags/$key/$tab" params={{ env, key, tab: "experiment" }} className="sluice-link">
          {key}
        </Link>
      </Title>
      <Text size="sm" c="dimmed">
        {sentence(view.flag)}
      </Text>
      <Text size="sm" mt={6}>
        {people.toLocaleString()} people have seen it.
        {data && !data.body.sampleRatio.valid && " The sample ratio is off: nothing else can be believed."}
      </Text>
      {outcomes.slice(0, 4).map((one) => (
        <Text key={one.outcome + one.measure + one.variant} size="sm">
          {inWords(one, data!.body.baseline)}
        </Text>
      ))}
    </article>
  );
}
