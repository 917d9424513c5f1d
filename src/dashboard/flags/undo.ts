import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Flag } from "../../contract/flag.ts";
import { call } from "../app/client.ts";
import { offerUndo } from "../app/writes.tsx";
import { storeDraft } from "./draft.ts";

/** Offers the way back from what was just written: the review of a draft that has the flag as it was. */
export function useOfferUndo(): (env: string, before: Flag) => Promise<void> {
  const navigate = useNavigate();
  return useCallback(
    async (env, before) => {
      const { body, etag = "" } = await call("getFlag", { path: { env, key: before.key } });
      const held = { flag: body.flag as Flag, etag, version: body.version };
      offerUndo(() => {
        storeDraft(env, held, before);
        void navigate({
          to: "/environments/$env/flags/$key",
          params: { env, key: before.key },
          search: { review: "" } as never,
        });
      });
    },
    [navigate],
  );
}
