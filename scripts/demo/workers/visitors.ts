import "./hurry.ts";
import type { FlagService } from "../../../src/gate-package.ts";
import { macOf, VISITOR_COOKIE } from "../../../src/gate/visitor.ts";

/*
 * The visitors of the shop: each asked-for number of them looks at a page, and says so where the page didn't crash. All
 * have been there before, so that the gate knows them: their ids are signed as it signs them.
 */

type Env = { EDGE: Fetcher; FLAGS: FlagService };

const page = async (edge: Fetcher, visitor: string, secret: string) => {
  const cookie = `${VISITOR_COOKIE}=${visitor}.${macOf(visitor, secret)}`;
  const response = await edge.fetch("https://shop.test/", { headers: { Cookie: cookie } });
  await response.body?.cancel();
  const { headers, status } = response;
  return {
    visitor,
    status,
    canary: headers.get("Shop-Version") === "canary",
    alive: headers.get("Shop-Alive") === "true",
  };
};

export default {
  async fetch(request, env) {
    const { from, count } = await request.json<{ from: number; count: number }>();
    const visitors = Array.from({ length: count }, (_, i) => `visitor-${String(from + i).padStart(12, "0")}`);
    const { visitors: secret = "" } = (await env.FLAGS.whereabouts()) ?? {};
    const seen = await Promise.all(visitors.map((visitor) => page(env.EDGE, visitor, secret)));
    const beats = seen.filter(({ alive }) => alive);
    if (beats.length > 0)
      await env.FLAGS.record(
        beats.map(({ visitor }) => ({ type: "outcome", metric: "heartbeat", targetingKey: visitor })),
      );
    const canary = seen.filter((one) => one.canary);
    return Response.json({
      visits: seen.length,
      canary: canary.length,
      failed: seen.filter(({ status }) => status >= 500).length,
      canaryFailed: canary.filter(({ status }) => status >= 500).length,
    });
  },
} satisfies ExportedHandler<Env>;
