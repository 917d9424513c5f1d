import { inject } from "vitest";
import { record } from "./proof.ts";

/* How often a test repeats something, and what it found out, for the record that `npm run prove` writes. */

/** Whether this is `npm run prove`. */
export const proving: boolean = inject("prove");

/** How often a test repeats something: `full` in `npm run prove`, a twentieth of it in `npm test`. */
export const runs = (full: number): number => (proving ? full : Math.ceil(full / 20));

/** Puts a finding of the test that is running in the record: counts, seeds, measured ratios; nothing of the machine. */
export const note = (text: string): void => record(text);
