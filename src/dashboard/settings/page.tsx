import { Tabs } from "@mantine/core";
import { useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { Page } from "../common/page.tsx";
import { Waiting } from "../common/states.tsx";

const SECTIONS = {
  environments: ["Environments", lazy(async () => ({ default: (await import("./environments.tsx")).Environments }))],
  keys: ["Keys", lazy(async () => ({ default: (await import("./keys.tsx")).Keys }))],
  tokens: ["Tokens", lazy(async () => ({ default: (await import("./tokens.tsx")).Tokens }))],
  webhooks: ["Webhooks", lazy(async () => ({ default: (await import("./webhooks.tsx")).Webhooks }))],
  metrics: ["Metrics", lazy(async () => ({ default: (await import("./metrics.tsx")).Metrics }))],
  plans: ["Plans", lazy(async () => ({ default: (await import("./plans.tsx")).Plans }))],
} as const;
type Section = keyof typeof SECTIONS;

/** What is set once: environments, credentials, who is told, what is counted, how things are released. */
export function SettingsPage() {
  const { section = "environments" } = useParams({ strict: false });
  const navigate = useNavigate();
  const shown: Section = section in SECTIONS ? (section as Section) : "environments";
  const [name, Content] = SECTIONS[shown];
  return (
    <Page title="Settings" kind={name}>
      <Tabs
        value={shown}
        activateTabWithKeyboard={false}
        mb="md"
        onChange={(to) => to !== null && void navigate({ to: "/settings/$section", params: { section: to } })}
      >
        <Tabs.List>
          {(Object.keys(SECTIONS) as Section[]).map((one) => (
            <Tabs.Tab key={one} value={one} aria-controls={undefined}>
              {SECTIONS[one][0]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <Suspense fallback={<Waiting />}>
        <Content />
      </Suspense>
    </Page>
  );
}
