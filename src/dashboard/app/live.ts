import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useAsk } from "./ask.ts";

/** Has everything that is shown asked for anew once the environment is at another version than before. */
export function useLive(env: string): void {
  const queries = useQueryClient();
  const { data } = useAsk("getEnvironment", { path: { env } }, { every: 1_500 });
  const revision = data?.body.revision;
  const before = useRef(revision);
  useEffect(() => {
    const moved = before.current !== undefined && revision !== undefined && before.current !== revision;
    before.current = revision;
    if (moved) void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "getEnvironment" });
  }, [revision, queries]);
}
