import * as z from "zod/mini";

/**
 * Keys of flags, variants, segments, rules and metrics: 1 to 256 Unicode code points, compared as they are.
 * Refused are control characters, lone surrogates, and the few names that mean something to a path (`.`, `..`)
 * or to a JavaScript object. The `u` flag makes the quantifier count code points and `\p{Cs}` match lone surrogates only.
 */
export const NAME = /^(?!(?:\.|\.\.|__proto__|constructor|prototype)$)[^\p{Cc}\p{Cs}]{1,256}$/u;

export const name = z
  .string()
  .check(z.regex(NAME, "must be 1 to 256 characters without control characters, and not a reserved name"));

export const environmentName = z.string().check(z.regex(/^[a-z0-9-]{1,32}$/, "must be 1 to 32 of a-z, 0-9 and -"));
