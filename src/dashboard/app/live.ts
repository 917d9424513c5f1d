import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { ADMIN_ROUTES } from "../../contract/routes.ts";

const EVENTS = ["version", "release", "request"];
/** Before it is opened again after it ended: the server's own `retry` doesn't hold once it answered a refusal. */
const AGAIN_MS = 3_000;

/**
 * Has everything that is shown asked for anew when somebody changes something in the environment. One stream for the
 * page, closed while it isn't seen; when it ends, `/me` is asked, for an EventSource can't tell why.
 */
export function useLive(env: string): void {
  const queries = useQueryClient();
  useEffect(() => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let version = "";
    const address = `/admin/v1${ADMIN_ROUTES.watchEnvironment[1].replace("{env}", encodeURIComponent(env))}`;
    const heard = (event: MessageEvent<string>): void => {
      const news = event.type !== "version" || (version !== "" && version !== event.lastEventId);
      if (event.type === "version") version = event.lastEventId;
      if (news) void queries.invalidateQueries();
    };
    const close = (): void => {
      source?.close();
      source = undefined;
      clearTimeout(timer);
    };
    const open = (): void => {
      close();
      source = new EventSource(address);
      for (const name of EVENTS) source.addEventListener(name, heard);
      source.addEventListener("error", () => {
        if (source?.readyState !== EventSource.CLOSED) return;
        void queries.invalidateQueries({ queryKey: ["whoAmI"] });
        timer = setTimeout(open, AGAIN_MS);
      });
    };
    const seen = (): void => (document.hidden ? close() : open());
    seen();
    document.addEventListener("visibilitychange", seen);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      close();
    };
  }, [env, queries]);
}
