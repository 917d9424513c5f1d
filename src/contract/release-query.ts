import * as z from "zod/mini";
import { pageQuery } from "./admin.ts";
import { PHASES } from "./release.ts";

/** Which releases a list over all flags shows: those in a state, or those that haven't ended. */
export const releaseQuery = z.extend(pageQuery, { state: z.exactOptional(z.enum(["live", ...PHASES])) });
