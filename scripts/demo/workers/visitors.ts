import "./hurry.ts";
import type { FlagService } from "../../../src/gate-package.ts";
import { macOf, VISITOR_COOKIE } from "../../../src/gate/visitor.ts";

/*
 * The visitors of the shop: each asked-for number of them looks at a page, and says so where the page didn't crash. All
 * have been there before, so that the gate knows them: their ids are signed as it signs them. Unless they are made up: those
 * come unsigned, again and again, and only with ids that got them to the canary.
 */

type Env = { EDGE: Fetcher; FLAGS: FlagService };

const page = async (edge: Fetcher, host: string, visitor: string, signature: string) => {
  const cookie = `${VISITOR_COOKIE}=${visitor}${signature}`;
  const response = await edge.fetch(`https://${host}/`, { headers: { Cookie: cookie } });
  await response.body?.cancel();
  const { headers, status } = response;
  return {
    visitor,
    status,
    canary: headers.get("Shop-Version") === "canary",
    alive: headers.get("Shop-Alive") === "true",
  };
};

/** Made-up ids that are on the side of the canary. */
let lucky: string[] = [];

async function pretend({ EDGE }: Env, host: string, count: number): Promise<Response> {
  const ids = Array.from({ length: count }, (_, i) => lucky[i] ?? `made-up-${crypto.randomUUID()}`);
  const seen = await Promise.all(ids.map((id) => page(EDGE, host, id, "")));
  const canary = seen.filter((one) => one.canary);
  lucky = canary.map(({ visitor }) => visitor);
  const failed = seen.filter(({ status }) => status >= 500).length;
  return Response.json({ visits: count, canary: canary.length, failed, canaryFailed: failed });
}

export default {
  async fetch(request, env) {
    const { from, count, host, madeUp } = await request.json<{
      from: number;
      count: number;
      host: string;
      madeUp: boolean;
    }>();
    if (madeUp) return pretend(env, host, count);
    const visitors = Array.from({ length: count }, (_, i) => `visitor-${String(from + i).padStart(12, "0")}`);
    const { visitors: secret = "" } = (await env.FLAGS.whereabouts()) ?? {};
    const seen = await Promise.all(
      visitors.map((visitor) => page(env.EDGE, host, visitor, `.${macOf(visitor, secret)}`)),
    );
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
