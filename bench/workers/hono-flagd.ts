import { Hono } from "hono";
import { flagdCore } from "../engines/flagd.ts";
import { flagSpecs } from "../scenario.ts";
import { BULK } from "./inside.ts";

/*
 * What one would build from parts: parse, evaluate with flagd-core, answer JSON with the headers that Sluice answers
 * with. It does less: no key is checked, and the ETag among the headers is a constant.
 */

const core = flagdCore(flagSpecs(BULK));
type App = { Bindings: { HEADERS: Record<string, string> } };
type Body = { context?: Record<string, string | number> };

export const honoFlagd = new Hono<App>()
  .post("/ofrep/v1/evaluate/flags/:key", async (c) => {
    const { context = {} } = await c.req.json<Body>();
    const key = c.req.param("key");
    const { value, variant, reason, flagMetadata } = core.resolveBooleanEvaluation(key, false, context);
    return c.json({ key, value, variant, reason, metadata: flagMetadata }, 200, c.env.HEADERS);
  })
  .post("/ofrep/v1/evaluate/flags", async (c) => {
    const { context = {} } = await c.req.json<Body>();
    const flags = core.resolveAll(context).map(({ flagKey, value, variant, reason, flagMetadata }) => {
      return { key: flagKey, value, variant, reason, metadata: flagMetadata };
    });
    return c.json({ flags, metadata: { flagSetId: "bench", version: "1" } }, 200, c.env.HEADERS);
  });
