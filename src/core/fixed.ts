/* What a flag that serves the same to everybody serves. Alone here: declarations of the package for gates name it, and come without those of flags. */

/**
 * The one variant that a flag serves whatever the context and the time are, null for the default in the code. `always`:
 * also to who has nothing to hash, where a rollout decides.
 */
export type Fixed = { variant: string | null; always: boolean };
