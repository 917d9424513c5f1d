import { QueryCache, QueryClient } from "@tanstack/react-query";
import { Refused } from "./client.ts";

/** What a page was told stays good until the environment says that something changed, and is asked for anew then. */
export const queries: QueryClient = new QueryClient({
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
