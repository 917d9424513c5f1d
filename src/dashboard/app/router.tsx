import type { ReactElement } from "react";
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  Outlet,
} from "@tanstack/react-router";
import { Empty, Failure, Outdated, Waiting } from "../common/states.tsx";
import { rowsQuery } from "../flags/rows.ts";
import { useAsk } from "./ask.ts";
import { isProduction, lastEnvironment } from "./environment.ts";
import { useOutdated } from "./new-build.ts";
import { queries } from "./queries.ts";
import { EnvironmentFrame, Shell } from "./shell.tsx";

/* Every page and its address. Pages are loaded as they are opened; filters are plain texts in the query. */

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => <Empty title="There is no such page">The address may have been cut.</Empty>,
});
const home = createRoute({ getParentRoute: () => root, path: "/", component: Home });
const welcome = createRoute({
  getParentRoute: () => root,
  path: "/welcome",
  component: lazyRouteComponent(() => import("../welcome/page.tsx"), "WelcomePage"),
});
const settingsPage = lazyRouteComponent(() => import("../settings/page.tsx"), "SettingsPage");
const settings = createRoute({ getParentRoute: () => root, path: "/settings", component: settingsPage });
const settingsSection = createRoute({
  getParentRoute: () => root,
  path: "/settings/$section",
  component: settingsPage,
});
const environment = createRoute({
  getParentRoute: () => root,
  path: "/environments/$env",
  component: () => (
    <EnvironmentFrame>
      <Outlet />
    </EnvironmentFrame>
  ),
});
const page = <P extends string>(path: P, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => environment, path, component });
const flags = page(
  "/flags",
  lazyRouteComponent(() => import("../flags/list.tsx"), "FlagsPage"),
);
// Added afterwards: a loader among the options would change the type of this route, and with it that of every link.
flags.update({ loader: askForRows } as never);

const tree = root.addChildren([
  home,
  welcome,
  settings,
  settingsSection,
  environment.addChildren([
    page(
      "/",
      lazyRouteComponent(() => import("../overview/page.tsx"), "OverviewPage"),
    ),
    flags,
    page(
      "/flags/$key",
      lazyRouteComponent(() => import("../flags/page.tsx"), "FlagPage"),
    ),
    page(
      "/flags/$key/$tab",
      lazyRouteComponent(() => import("../flags/page.tsx"), "FlagPage"),
    ),
    page(
      "/flags/$key/releases/new",
      lazyRouteComponent(() => import("../releases/start.tsx"), "StartPage"),
    ),
    page(
      "/flags/$key/releases/$id",
      lazyRouteComponent(() => import("../releases/page.tsx"), "ReleasePage"),
    ),
    page(
      "/releases",
      lazyRouteComponent(() => import("../releases/board.tsx"), "BoardPage"),
    ),
    page(
      "/segments",
      lazyRouteComponent(() => import("../segments/list.tsx"), "SegmentsPage"),
    ),
    page(
      "/segments/$key",
      lazyRouteComponent(() => import("../segments/page.tsx"), "SegmentPage"),
    ),
    page(
      "/compare",
      lazyRouteComponent(() => import("../promote/page.tsx"), "ComparePage"),
    ),
    page(
      "/requests",
      lazyRouteComponent(() => import("../requests/list.tsx"), "RequestsPage"),
    ),
    page(
      "/requests/$id",
      lazyRouteComponent(() => import("../requests/page.tsx"), "RequestPage"),
    ),
    page(
      "/experiments",
      lazyRouteComponent(() => import("../experiments/page.tsx"), "ExperimentsPage"),
    ),
    page(
      "/audit",
      lazyRouteComponent(() => import("../audit/page.tsx"), "AuditPage"),
    ),
    page(
      "/import",
      lazyRouteComponent(() => import("../interchange/import.tsx"), "ImportPage"),
    ),
    page(
      "/export",
      lazyRouteComponent(() => import("../interchange/export.tsx"), "ExportPage"),
    ),
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const kept = Object.entries(search).filter(([, value]) => value !== undefined && value !== null);
    const text = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
    return text === "" ? "" : `?${text.replaceAll("=&", "&").replace(/=$/, "")}`;
  },
  defaultPendingComponent: () => <Waiting />,
  defaultErrorComponent: ({ error, reset }) => <Broken error={error as Error} onRetry={reset} />,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** Asks for the first rows while the page's code comes. With its types said: the router's are made of those of its routes. */
function askForRows({ params }: { params: { env: string } }): void {
  void queries.prefetchQuery(rowsQuery(queries, params.env));
}

/** What can't be shown; where that is because this page is older than what is deployed, the frame says how to go on. */
function Broken({ error, onRetry }: { error: Error; onRetry: () => void }): ReactElement {
  return useOutdated() ? <Outdated /> : <Failure error={error} onRetry={onRetry} />;
}

/** `/` goes to the environment that was looked at last, else to production, else to the first; without one, to the first steps. */
function Home() {
  const { data, error, refetch } = useAsk("listEnvironments", { query: { limit: 500 } });
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting />;
  const all = data.body.environments;
  const last = lastEnvironment();
  const env = (all.find(({ name }) => name === last) ?? all.find(isProduction) ?? all[0])?.name;
  return env === undefined ? (
    <Navigate to="/welcome" replace />
  ) : (
    <Navigate to="/environments/$env" params={{ env }} replace />
  );
}
