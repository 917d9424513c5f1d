import { MOST_BYTES, size, WORKER } from "./build.ts";

/* Says how large a built Worker is, and fails when it is too large. `node scripts/size.ts [file]` */

const { bytes, gzipped } = await size(process.argv[2] ?? WORKER);
const kilobytes = (count: number): string => `${(count / 1000).toFixed(1)} kB`;
console.log(`Worker: ${kilobytes(bytes)}, gzipped ${kilobytes(gzipped)} of at most ${kilobytes(MOST_BYTES)}`);
if (gzipped > MOST_BYTES) {
  console.error("The Worker is too large.");
  process.exitCode = 1;
}
