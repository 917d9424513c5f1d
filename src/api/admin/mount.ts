import { Hono } from "hono";
import type { Bindings } from "../bindings.ts";

/** The administration API, mounted below `/admin/v1`. */
export const adminApp = new Hono<{ Bindings: Bindings }>();
