import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { nonce } from "./nonce.ts";
import { queries } from "./queries.ts";
import { router } from "./router.tsx";
import { SessionGate } from "./session.tsx";
import { theme, variables } from "./theme.ts";

/** Everything; `token` is what the address brought to sign in with. */
export function App({ token }: { token: string | undefined }) {
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
