import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type FormEvent, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { includes, type Role } from "../../contract/role.ts";
import { ADMIN_ROUTES, type Operation } from "../../contract/routes.ts";
import { useAsk } from "./ask.ts";
import { isStranger } from "./document.ts";
import { type Answer, call, type Refused } from "./client.ts";
import { Failure, Waiting } from "../common/states.tsx";

/* Who is signed in, and what they may do. The secret itself is sent once and kept nowhere that a script can read. */

export type Me = Answer<"whoAmI">;
const MeContext = createContext<Me | undefined>(undefined);

/** Shows its children to whoever is signed in, and to all others the way in, at the same address. */
export function SessionGate({ token, children }: { token: string | undefined; children: ReactNode }) {
  const queries = useQueryClient();
  const [stranger, setStranger] = useState(isStranger);
  const me = useAsk("whoAmI", {}, { enabled: !stranger });
  const [brought, setBrought] = useState(token);
  const pending = me.isPending && !stranger;
  const signedOut = stranger || me.error?.status === 401;
  const entered = useCallback(async (): Promise<void> => {
    setStranger(false);
    await queries.invalidateQueries();
  }, [queries]);

  useEffect(() => {
    if (pending || brought === undefined) return;
    setBrought(undefined); // once, and never over a session that there is
    if (signedOut)
      void signIn(brought)
        .then(entered)
        .catch(() => undefined);
  }, [pending, signedOut, brought, entered]);

  if (pending || (brought !== undefined && signedOut)) return <Waiting what="Signing in" />;
  if (signedOut) return <SignIn onDone={entered} />;
  if (me.error && !me.data) return <Failure error={me.error} onRetry={() => void me.refetch()} />;
  return <MeContext.Provider value={me.data?.body}>{children}</MeContext.Provider>;
}

export function useMe(): Me {
  const me = useContext(MeContext);
  if (me === undefined) throw new Error("nobody is signed in here");
  return me;
}

/** Why the caller's role doesn't allow an operation, for a person; undefined when it does. */
export function useRefusal(): (operation: Operation) => string | undefined {
  const { role } = useMe();
  return (operation) => {
    const needed: Role = ADMIN_ROUTES[operation][2];
    return includes(role, needed) ? undefined : `Needs the role ${needed}; yours is ${role}.`;
  };
}

function signIn(token: string): Promise<unknown> {
  return call("createSession", { body: { token } });
}

/** Ends the session here and on the server. */
export function signOut(): Promise<unknown> {
  return call("deleteSession");
}

function SignIn({ onDone }: { onDone: () => Promise<void> }) {
  const [token, setToken] = useState("");
  const [error, setError] = useState<Refused>();
  const [busy, setBusy] = useState(false);
  useEffect(() => void (document.title = "Sign in · Sluice"), []);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await signIn(token.trim());
      await onDone();
    } catch (failure) {
      setError(failure as Refused);
    }
    setBusy(false);
  }
  const wrong = error?.status === 401 ? "This token isn't known here, or it has ended." : error?.message;
  return (
    <Center component="main" mih="100vh" p="md" className="sluice-surface">
      <Paper withBorder radius="lg" p="xl" w="100%" maw={420}>
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <img src="/sluice.svg" alt="" width={44} height={44} />
            <div>
              <Title order={1}>Sign in to Sluice</Title>
              <Text c="dimmed" size="sm" mt={4}>
                With an admin token. A terminal where Sluice was started shows one; elsewhere an administrator makes it
                under Settings.
              </Text>
            </div>
            {wrong !== undefined && (
              <Alert color="red" role="alert">
                {wrong}
              </Alert>
            )}
            <PasswordInput
              label="Admin token"
              autoComplete="off"
              spellCheck={false}
              required
              withAsterisk={false}
              value={token}
              onChange={(event) => setToken(event.currentTarget.value)}
              visibilityToggleButtonProps={{ "aria-label": "Show or hide what is typed", tabIndex: 0 }}
            />
            <Button type="submit" loading={busy}>
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
