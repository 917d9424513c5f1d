import {
  ActionIcon,
  AppShell,
  Badge,
  Burger,
  Button,
  Group,
  Menu,
  NativeSelect,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import {
  IconClipboardCheck,
  IconFlag,
  IconFlask,
  IconHistory,
  IconHome,
  IconMoon,
  IconRocket,
  IconSearch,
  IconSettings,
  IconSun,
  IconUser,
  IconUsers,
} from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams, useRouterState } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { Empty, Outdated } from "../common/states.tsx";
import { useAsk } from "./ask.ts";
import { labelOf, lastEnvironment, rememberEnvironment, useEnvironments, useProduction } from "./environment.ts";
import { useLive } from "./live.ts";
import { useOutdated } from "./new-build.ts";
import { signOut, useMe } from "./session.tsx";
import { LastWrite } from "./writes.tsx";

const Commands = lazy(async () => ({ default: (await import("./commands.tsx")).Commands }));
const KeysHelp = lazy(async () => ({ default: (await import("./keys-help.tsx")).KeysHelp }));

const PAGES = [
  ["Overview", "/environments/$env", IconHome],
  ["Flags", "/environments/$env/flags", IconFlag],
  ["Releases", "/environments/$env/releases", IconRocket],
  ["Segments", "/environments/$env/segments", IconUsers],
  ["Experiments", "/environments/$env/experiments", IconFlask],
  ["Requests", "/environments/$env/requests", IconClipboardCheck],
  ["Audit", "/environments/$env/audit", IconHistory],
] as const;

/** The frame of every page: where one is, where one can go, what was done last. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const [commands, setCommands] = useState(false);
  const [help, setHelp] = useState(false);
  const outdated = useOutdated();
  const production = useProduction();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(close, [path, close]);
  useHotkeys([
    ["mod+K", () => setCommands(true)],
    ["/", () => setCommands(true)],
    ["shift+?", () => setHelp(true)],
  ]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a className="sluice-skip" href="#content">
        Skip to the content
      </a>
      <AppShell.Header className={production ? "sluice-production" : ""}>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
          <Link to="/" className="sluice-brand" aria-label="Sluice: to the overview">
            <img src="/sluice.svg" alt="" width={28} height={28} />
          </Link>
          {production && (
            <Badge color="amber" size="lg">
              Production
            </Badge>
          )}
          <Button
            variant="default"
            leftSection={<IconSearch size={16} aria-hidden />}
            onClick={() => setCommands(true)}
            ml="auto"
            visibleFrom="xs"
          >
            Search and commands
            <Text span c="dimmed" size="xs" ml="sm" aria-hidden>
              ⌘K
            </Text>
          </Button>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label="Search and commands"
            hiddenFrom="xs"
            ml="auto"
            onClick={() => setCommands(true)}
          >
            <IconSearch size={18} />
          </ActionIcon>
          <ThemeSwitch />
          <Account onKeys={() => setHelp(true)} />
        </Group>
      </AppShell.Header>
      <Navigation />
      <AppShell.Main id="content" tabIndex={-1}>
        <LastWrite />
        {outdated && <Outdated />}
        <Outlet />
      </AppShell.Main>
      {!outdated && (
        <Suspense>
          {commands && <Commands onClose={() => setCommands(false)} />}
          {help && <KeysHelp onClose={() => setHelp(false)} />}
        </Suspense>
      )}
    </AppShell>
  );
}

function Navigation() {
  const all = useEnvironments();
  const { env: named } = useParams({ strict: false });
  const navigate = useNavigate();
  const env = named ?? all.find(({ name }) => name === lastEnvironment())?.name ?? all[0]?.name;
  const here = all.find(({ name }) => name === env);
  return (
    <AppShell.Navbar p="sm" className="sluice-surface">
      {env !== undefined && (
        <div>
          <NativeSelect
            label="Environment"
            value={env}
            data={[
              ...all.map((one) => ({ value: one.name, label: labelOf(one) })),
              ...(here === undefined ? [{ value: env, label: env }] : []),
            ]}
            onChange={(event) =>
              void navigate({ to: "/environments/$env", params: { env: event.currentTarget.value } })
            }
          />
          <Text size="xs" c="dimmed" mt={4} mb="sm" px={2}>
            {here?.description}
          </Text>
        </div>
      )}
      <nav aria-label="Main" className="sluice-nav">
        {env !== undefined &&
          PAGES.map(([name, to, Icon]) => (
            <Link
              key={name}
              to={to}
              params={{ env }}
              activeOptions={{ exact: name === "Overview", includeSearch: false }}
            >
              <Icon size={18} stroke={1.75} aria-hidden />
              {name}
            </Link>
          ))}
        <Link to="/settings">
          <IconSettings size={18} stroke={1.75} aria-hidden />
          Settings
        </Link>
      </nav>
    </AppShell.Navbar>
  );
}

function ThemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const other = scheme === "light" ? "dark" : "light";
  return (
    <Tooltip label={`Use the ${other} theme`}>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={`Use the ${other} theme`}
        onClick={() => setColorScheme(other)}
      >
        {scheme === "light" ? <IconMoon size={18} /> : <IconSun size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}

function Account({ onKeys }: { onKeys: () => void }) {
  const me = useMe();
  const queries = useQueryClient();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={`Signed in as ${me.name}`}>
          <IconUser size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.name} · {me.role}
        </Menu.Label>
        <Menu.Item onClick={onKeys}>Keyboard</Menu.Item>
        <Menu.Item component="a" href="/docs/">
          API documentation
        </Menu.Item>
        {me.via !== "access" && (
          <Menu.Item
            onClick={() =>
              void signOut().then(() => {
                queries.clear();
                window.location.reload(); // whoever signs in again goes on where they were
              })
            }
          >
            Sign out
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** What all pages of an environment share: it is there, it is remembered, and what others change is noticed. */
export function EnvironmentFrame({ children }: { children: ReactNode }) {
  const { env = "" } = useParams({ strict: false });
  const { error, data } = useAsk("getEnvironment", { path: { env } });
  useLive(env);
  useEffect(() => {
    if (data !== undefined) rememberEnvironment(env);
  }, [env, data]);
  if (error?.status === 403 || error?.status === 404)
    return (
      <Empty title={`There is no environment ${env} for you`}>
        It doesn't exist, or your token doesn't reach it. Choose another one on the left.
      </Empty>
    );
  return children;
}
