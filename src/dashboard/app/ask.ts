import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { type Answer, type Ask, call, type Op, type Refused, type Reply } from "./client.ts";

type Options = { enabled?: boolean; every?: number; keep?: boolean };

/**
 * What the API answers to a question, kept fresh while the page is seen. `every`: asked again after so many
 * milliseconds; `keep`: the answer to the last question stays until the next one has come.
 */
export function useAsk<O extends Op>(
  operation: O,
  ask: Ask = {},
  { enabled = true, every, keep = false }: Options = {},
): UseQueryResult<Reply<Answer<O>>, Refused> {
  return useQuery<Reply<Answer<O>>, Refused>({
    ...question(operation, ask),
    enabled,
    ...(every !== undefined && { refetchInterval: every }),
    ...(keep && { placeholderData: keepPreviousData }),
  });
}

/** A question by itself, so that it can be asked before a page needs the answer. */
export function question<O extends Op>(operation: O, ask: Ask = {}) {
  return {
    queryKey: [operation, ask.path ?? {}, ask.query ?? {}, ask.body ?? null],
    queryFn: ({ signal }: { signal: AbortSignal }): Promise<Reply<Answer<O>>> => call(operation, { ...ask, signal }),
  };
}
