import { Hono } from "hono";

/** The least that a Worker with a router can do. */
export const noop = new Hono()
  .post("/ofrep/v1/evaluate/flags/:key", (c) => c.text("ok"))
  .post("/ofrep/v1/evaluate/flags", (c) => c.text("ok"));
