import { MantineProvider } from "@mantine/core";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { Refused } from "./client.ts";
import { nonce } from "./nonce.ts";
import { router } from "./router.tsx";
import { SessionGate } from "./session.tsx";
import { theme, variables } from "./theme.ts";

/** What a page was told stays good until the environment says that something changed, and is asked for anew then. */
function newQueries(): QueryClient {
  const queries: QueryClient = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) =>
          failures < 2 && error instanceof Refused && (error.status === 0 || error.status >= 500),
        retryDelay: (attempt) => 500 * 2 ** attempt,
      },
    },
    queryCache: new QueryCache({
      onError: (error, query) => {
        const signedOut = error instanceof Refused && error.status === 401 && query.queryKey[0] !== "whoAmI";
        if (signedOut) void queries.invalidateQueries({ queryKey: ["whoAmI"] });
      },
    }),
  });
  return queries;
}

/** Everything; `token` is what the address brought to sign in with. */
export function App({ token }: { token: string | undefined }) {
  const [queries] = useState(newQueries);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto" getStyleNonce={nonce}>
      <QueryClientProvider client={queries}>
        <SessionGate token={token}>
          <RouterProvider router={router} />
        </SessionGate>
      </QueryClientProvider>
    </MantineProvider>
  );
}
