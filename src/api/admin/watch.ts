import { watchQuery } from "../../contract/watch.ts";
import { after } from "../../snapshot/deadline.ts";
import { WatchSession } from "../watch-session.ts";
import type { Handlers } from "./call.ts";

/* The administration stream over HTTP. */

export const watchHandlers = {
  async watchEnvironment(call) {
    const { since } = call.query(watchQuery);
    const { entry } = await call.here();
    const sent = call.headers.get("Last-Event-ID");
    const seen = sent !== null && /^\d{1,15}$/.test(sent) ? sent : since;
    const session = new WatchSession(
      {
        now: Date.now,
        after,
        random: Math.random,
        ask: async (position) => call.open(entry).object.watch(position), // a stub of an object that died stays dead
        allowed: async () => call.stillAllowed(),
        follow: async (listener) => call.follow(entry, listener),
      },
      seen === undefined ? undefined : Number(seen),
    );
    return new Response(session.body, { headers: { "Content-Type": "text/event-stream" } });
  },
} satisfies Handlers;
