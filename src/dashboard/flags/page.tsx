import { Tabs } from "@mantine/core";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import type { FlagView } from "../../contract/admin.ts";
import type { Flag } from "../../contract/flag.ts";
import { useAsk } from "../app/ask.ts";
import { useEnv } from "../app/environment.ts";
import { Page } from "../common/page.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { FlagActions, FlagHead } from "./head.tsx";
import { Targeting } from "./targeting.tsx";

const Releases = lazy(async () => ({ default: (await import("./releases-tab.tsx")).ReleasesTab }));
const Metrics = lazy(async () => ({ default: (await import("./metrics.tsx")).MetricsTab }));
const Explain = lazy(async () => ({ default: (await import("./explain.tsx")).ExplainTab }));
const History = lazy(async () => ({ default: (await import("./history.tsx")).HistoryTab }));
const Code = lazy(async () => ({ default: (await import("./code.tsx")).CodeTab }));
const Shadow = lazy(async () => ({ default: (await import("../shadow/tab.tsx")).ShadowTab }));
const Experiment = lazy(async () => ({ default: (await import("../experiments/tab.tsx")).ExperimentTab }));

/** One flag of one environment: what it does, what one can do to it, and what came of it. */
export function FlagPage() {
  const env = useEnv();
  const { key = "", tab = "targeting" } = useParams({ strict: false });
  const answer = useAsk("getFlag", { path: { env, key } });
  const { do: asked } = useSearch({ strict: false }) as { do?: string };
  const reply = answer.data;
  const view = reply?.body as FlagView | undefined;
  const held = useMemo(
    () => (view === undefined ? undefined : { flag: view.flag, etag: reply?.etag ?? "", version: view.version }),
    [view, reply?.etag],
  );
  if (answer.error?.status === 404)
    return (
      <Page title={key} kind="Flag">
        <Empty title="There is no such flag here">{`${env} has no flag ${key}. It may be in another environment.`}</Empty>
      </Page>
    );
  return (
    <Page
      title={key}
      kind="Flag"
      copyAs={{ operation: "getFlag", ask: { path: { env, key } } }}
      actions={view && <FlagActions env={env} view={view} etag={reply?.etag} asked={asked} />}
    >
      {answer.error && !view && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <Waiting what="Loading the flag" />}
      {view && held && (
        <>
          <FlagHead env={env} view={view} />
          <FlagTabs env={env} flag={view.flag} tab={tab} />
          <Suspense fallback={<Waiting />}>
            {tab === "targeting" && (
              <Targeting key={`${env}/${key}`} env={env} held={held} archived={view.archivedAt !== undefined} />
            )}
            {tab === "releases" && <Releases env={env} flagKey={key} />}
            {tab === "metrics" && <Metrics env={env} flag={view.flag} />}
            {tab === "explain" && <Explain env={env} flag={view.flag} />}
            {tab === "history" && <History env={env} held={held} />}
            {tab === "code" && <Code env={env} flag={view.flag} evaluated={view.lastEvaluatedAt} />}
            {tab === "shadow" && <Shadow env={env} flagKey={key} />}
            {tab === "experiment" && <Experiment env={env} flag={view.flag} />}
          </Suspense>
        </>
      )}
    </Page>
  );
}

function FlagTabs({ env, flag, tab }: { env: string; flag: Flag; tab: string }) {
  const navigate = useNavigate();
  const tabs = [
    ["targeting", "Targeting"],
    ["releases", "Releases"],
    ["metrics", "Metrics"],
    ["explain", "Explain"],
    ["history", "History"],
    ["code", "Code"],
    ...(flag.shadow > 0 || tab === "shadow" ? [["shadow", "Shadow"]] : []),
    ...(flag.kind === "experiment" || tab === "experiment" ? [["experiment", "Experiment"]] : []),
  ] as [string, string][];
  const go = (to: string | null): void => {
    const params = { env, key: flag.key };
    if (to === "targeting") void navigate({ to: "/environments/$env/flags/$key", params });
    else if (to !== null) void navigate({ to: "/environments/$env/flags/$key/$tab", params: { ...params, tab: to } });
  };
  return (
    <Tabs value={tab} onChange={go} activateTabWithKeyboard={false} mb="md" className="no-print">
      <Tabs.List>
        {tabs.map(([value, label]) => (
          <Tabs.Tab key={value} value={value} aria-controls={undefined}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}
