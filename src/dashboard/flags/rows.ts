import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { Flag } from "../../contract/flag.ts";
import { sentence, shortened } from "../../core/sentence.ts";
import { type Answer, call, type Refused } from "../app/client.ts";

/* What the list of flags is made of: a line for each flag of an environment, small enough that 5 000 fit. */

export type Row = {
  key: string;
  description: string;
  sentence: string;
  type: string;
  kind: string;
  enabled: boolean;
  archived: boolean;
  /** Of the default's rollout, or else of the first rule's; undefined where nothing is rolled out. */
  percentage?: number | undefined;
  release?: { id: string; state: string; percentage: number } | undefined;
  owner: string;
  tags: readonly string[];
  stale?: { since: string; why: string } | undefined;
  lastEvaluatedAt?: string | undefined;
  updatedAt: string;
};

/** All flags of an environment, archived ones too. */
export function useRows(env: string): UseQueryResult<Row[], Refused> {
  return useQuery<Row[], Refused>({
    queryKey: ["listFlags", "all", env],
    queryFn: async ({ signal }) => {
      const rows: Row[] = [];
      let cursor: string | undefined;
      do {
        const { body } = await call("listFlags", { path: { env }, query: { limit: 500, cursor }, signal });
        for (const view of body.flags) rows.push(rowOf(view));
        cursor = body.cursor;
      } while (cursor !== undefined);
      return rows;
    },
  });
}

function rowOf(view: Answer<"listFlags">["flags"][number]): Row {
  const flag = view.flag as Flag;
  return {
    key: flag.key,
    description: flag.description,
    sentence: shortened(sentence(flag), 160),
    type: flag.type,
    kind: flag.kind,
    enabled: flag.enabled,
    archived: view.archivedAt !== undefined,
    percentage: percentageOf(flag),
    release: view.release,
    owner: flag.owner,
    tags: flag.tags,
    stale: view.stale,
    lastEvaluatedAt: view.lastEvaluatedAt,
    updatedAt: view.updatedAt,
  };
}

/** The share of the default's rollout, or else of the first rule that has one. */
export function percentageOf(flag: Flag): number | undefined {
  for (const serve of [flag.default, ...flag.rules.map((rule) => rule.serve)])
    if ("rollout" in serve && "percentage" in serve.rollout) return serve.rollout.percentage;
  return undefined;
}

export type Filter = { q: string; state: string; kind: string; owner: string; tag: string; sort: string };

/** Those that pass a filter, sorted. Archived ones are shown only where they are asked for. */
export function filtered(rows: readonly Row[], { q, state, kind, owner, tag, sort }: Filter): Row[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const passes = rows.filter((row) => {
    if (state === "archived" ? !row.archived : row.archived) return false;
    if (state === "enabled" && !row.enabled) return false;
    if (state === "disabled" && row.enabled) return false;
    if (state === "stale" && row.stale === undefined) return false;
    if (kind && row.kind !== kind) return false;
    if (owner && row.owner !== owner) return false;
    if (tag && !row.tags.includes(tag)) return false;
    if (words.length === 0) return true;
    const text = `${row.key}\n${row.description}\n${row.owner}\n${row.tags.join("\n")}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const by: Record<string, (a: Row, b: Row) => number> = {
    updated: (a, b) => (a.updatedAt < b.updatedAt ? 1 : -1),
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
