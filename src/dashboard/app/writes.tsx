import { Button, CloseButton, Group, Paper, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { type Answer, type Ask, call, type Op, type Reply } from "./client.ts";

/*
 * What was written last: how far it has got in the world, and for ten minutes the way back. One line for the whole
 * page, since one person does one thing at a time.
 */

const UNDO_MS = 600_000;
/** How long the count of relays stands before the end is told: long enough to be read. */
const COUNT_MS = 1_000;

type Written = {
  env: string;
  /** What was done, as a sentence without its full stop. */
  what: string;
  at: number;
  /** It waits for the consent of others, and has changed nothing yet. */
  waits: boolean;
  undo?: (() => void) | undefined;
};
let last: Written | undefined;
const listeners = new Set<() => void>();
function say(next: Written | undefined): void {
  last = next;
  for (const listener of listeners) listener();
}
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A way back from a write: opens the review of it. */
export function offerUndo(undo: () => void): void {
  if (last !== undefined) say({ ...last, undo });
}

/**
 * Writes, tells what was done, and has everything that is shown asked for anew. `what`: "Disabled checkout". Throws
 * `Refused`.
 */
export function useWrite(): <O extends Op>(operation: O, ask: Ask, what: string) => Promise<Reply<Answer<O>>> {
  const queries = useQueryClient();
  return useCallback(
    async (operation, ask, what) => {
      const reply = await call(operation, ask);
      say({ env: ask.path?.["env"] ?? "", what, at: Date.now(), waits: reply.status === 202 });
      void queries.invalidateQueries();
      return reply;
    },
    [queries],
  );
}

/** The last write, and how many relays have it: "on 2 of 3 relays", then "on all relays, 1.8 s". */
export function LastWrite() {
  const written = useSyncExternalStore(subscribe, () => last);
  return (
    <div role="status" className="last-write no-print">
      {written !== undefined && <Told key={written.at} written={written} />}
    </div>
  );
}

function Told({ written }: { written: Written }) {
  const { what, waits, env, at, undo } = written;
  const [forgotten, setForgotten] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setForgotten(true), UNDO_MS);
    return () => clearTimeout(timer);
  }, []);
  if (forgotten) return null;
  return (
    <Paper withBorder p={6} px="md" radius="md" className="told">
      <Group gap="md" wrap="nowrap" justify="space-between">
        <Text size="sm">
          {what}
          {waits ? ": it waits for consent" : ""}
          {env !== "" && !waits && <Followed env={env} since={at} />}
        </Text>
        {undo && (
          <Button size="compact-sm" variant="light" onClick={undo}>
            Undo
          </Button>
        )}
        <CloseButton size="sm" aria-label="Close this message" onClick={() => say(undefined)} />
      </Group>
    </Paper>
  );
}

function Followed({ env, since }: { env: string; since: number }): ReactNode {
  const [seen, setSeen] = useState<{ relays: number; of: number; seconds?: number }>();
  useEffect(() => {
    let over = false;
    async function follow(): Promise<void> {
      while (!over) {
        const { propagated } = (await call("getEnvironment", { path: { env } })).body;
        const everywhere = propagated.relays >= propagated.of;
        const seconds = (Date.now() - since) / 1_000;
        setSeen(propagated); // the count comes before the end, also where all have it at once
        if (!everywhere && seconds > 120) return;
        await new Promise((wake) => setTimeout(wake, everywhere ? COUNT_MS : 400));
        if (!everywhere) continue;
        if (!over) setSeen({ ...propagated, seconds });
        return;
      }
    }
    void follow().catch(() => undefined);
    return () => void (over = true);
  }, [env, since]);
  if (seen === undefined) return null;
  if (seen.seconds === undefined) return ` · on ${seen.relays} of ${seen.of} relays`;
  return ` · on all relays, ${seen.seconds.toFixed(1)} s`;
}
