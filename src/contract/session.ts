import * as z from "zod/mini";
import * as LIMITS from "./limits.ts";

/** What stands for the root token where others have an id. Ids of tokens are 14 characters, so that none is this. */
export const ROOT_TOKEN = "root";

/** The body that signs in. */
export const newSession = z.strictObject({ token: z.string().check(z.minLength(1), z.maxLength(LIMITS.textLength)) });
