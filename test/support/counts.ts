/** How often a test repeats something: `full` in `npm run prove`, at most a twentieth of it in `npm test`. */
export const runs = (full: number): number => (process.env["PROVE"] ? full : Math.ceil(full / 20));
