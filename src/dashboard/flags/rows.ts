import { type QueryClient, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import type { FlagLine, FlagLines } from "../../contract/flag-line.ts";
import { call, type Refused } from "../app/client.ts";

/* What the list of flags is made of: a line for each flag in each environment, small enough that 5 000 flags fit. */

/** A flag in the environment that is looked at, and in the others. */
export type Row = FlagLine & {
  key: string;
  others: FlagLine[];
  /** What a search looks into, in lower case. */ text: string;
};

/** The first page is short, so that there is something to see at once. */
const PAGES = { first: 100, next: 1_000 };

/** All flags that there are in an environment, archived ones too; those that have come are shown while more come. */
export function useRows(env: string): UseQueryResult<Row[], Refused> {
  const queries = useQueryClient();
  return useQuery<Row[], Refused>(rowsQuery(queries, env));
}

/** The question itself, so that it can be asked before the page is there. */
export function rowsQuery(queries: QueryClient, env: string) {
  const queryKey = ["listFlagsEverywhere", "rows", env];
  return {
    queryKey,
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Row[]> => {
      const rows: Row[] = [];
      const first = queries.getQueryData(queryKey) === undefined;
      let cursor: string | undefined;
      do {
        const { body } = await call("listFlagsEverywhere", {
          query: { limit: cursor === undefined ? PAGES.first : PAGES.next, cursor },
          signal,
        });
        for (const lines of body.flags as FlagLines[]) rows.push(...rowOf(lines, env));
        cursor = body.cursor;
        if (first && cursor !== undefined) queries.setQueryData(queryKey, [...rows]);
      } while (cursor !== undefined);
      return rows;
    },
  };
}

function rowOf({ key, environments }: FlagLines, env: string): Row[] {
  const here = environments.find(({ environment }) => environment === env);
  if (here?.exists !== true) return [];
  const text = [key, here.sentence, here.owner, ...(here.tags ?? [])].join("\n").toLowerCase();
  return [{ ...here, key, text, others: environments.filter((one) => one !== here) }];
}

export type Filter = { q: string; state: string; kind: string; owner: string; tag: string; sort: string };

/** Those that pass a filter, sorted. Archived ones are shown only where they are asked for. */
export function filtered(rows: readonly Row[], { q, state, kind, owner, tag, sort }: Filter): Row[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const passes = rows.filter((row) => {
    if ((state === "archived") !== (row.archived === true)) return false;
    if (state === "enabled" && !row.enabled) return false;
    if (state === "disabled" && row.enabled) return false;
    if (state === "stale" && row.stale === undefined) return false;
    if (kind && row.kind !== kind) return false;
    if (owner && row.owner !== owner) return false;
    if (tag && !row.tags?.includes(tag)) return false;
    if (words.length === 0) return true;
    return words.every((word) => row.text.includes(word));
  });
  const by: Record<string, (a: Row, b: Row) => number> = {
    updated: (a, b) => (b.version ?? 0) - (a.version ?? 0),
    evaluated: (a, b) => ((a.lastEvaluatedAt ?? "") < (b.lastEvaluatedAt ?? "") ? 1 : -1),
    share: (a, b) => (b.percentage ?? -1) - (a.percentage ?? -1),
  };
  const order = by[sort];
  return order === undefined ? passes : passes.toSorted(order);
}

/** The texts that a property has in any row, for a filter. */
export function valuesOf(rows: readonly Row[], read: (row: Row) => readonly string[]): string[] {
  return [...new Set(rows.flatMap(read))].filter((one) => one !== "").toSorted();
}
