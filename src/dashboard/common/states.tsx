import { Alert, Button, Group, Skeleton, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { Refused } from "../app/client.ts";

/* What a page shows when it has nothing to show yet, nothing at all, or a refusal. */

/** A skeleton for waits that last; for those of less than 300 ms nothing, so that nothing flickers. */
export function Waiting({ what = "Loading", lines = 5 }: { what?: string; lines?: number }) {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 300);
    return () => clearTimeout(timer);
  }, []);
  if (!long) return null;
  return (
    <Stack gap="sm" p="md">
      <VisuallyHidden role="status">{what} …</VisuallyHidden>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={18} width={`${92 - 13 * (line % 4)}%`} />
      ))}
    </Stack>
  );
}

/** What happened, whether something was written, and what to do about it. */
export function Failure({ error, onRetry, wrote }: { error: Error; onRetry?: () => void; wrote?: string }) {
  const refused = error instanceof Refused ? error : undefined;
  const unreachable = refused?.status === 0;
  return (
    <Alert role="alert" color="red" title={unreachable ? "Sluice can't be reached" : "That didn't work"} my="sm">
      <Text size="sm">
        {unreachable ? "The network or the server is gone. This page asks again by itself." : error.message}
      </Text>
      {refused !== undefined && refused.errors.length > 0 && (
        <ul className="sluice-list">
          {refused.errors.slice(0, 10).map(({ path, message }) => (
            <li key={path + message}>
              <code>{path || "/"}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {wrote !== undefined && <Text size="sm">{wrote}</Text>}
      <Group gap="sm" mt={onRetry || refused?.requestId ? "xs" : 0}>
        {onRetry && (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
        {refused?.requestId !== undefined && (
          <Text size="xs" c="dimmed">
            Request-Id {refused.requestId}
          </Text>
        )}
      </Group>
    </Alert>
  );
}

/** An empty list: what it is for, and how to begin. */
export function Empty({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="sluice-empty">
      <Title order={2}>{title}</Title>
      <Text c="dimmed" mt={6} mb={action === undefined ? 0 : "md"} maw={520}>
        {children}
      </Text>
      {action}
    </div>
  );
}

/** This page is older than the server's: a part of it isn't there any more. What was typed is kept with the flag. */
export function Outdated() {
  return (
    <Alert role="alert" color="amber" title="There is a newer version of this page" my="sm">
      <Text size="sm" mb="xs">
        Sluice was updated while this page was open, and a part that it needs now is gone. Drafts of flags are kept.
      </Text>
      <Button size="compact-sm" variant="default" onClick={() => window.location.reload()}>
        Load the new version
      </Button>
    </Alert>
  );
}
