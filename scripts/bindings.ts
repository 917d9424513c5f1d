import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./build.ts";

/* The types of bindings name what is uploaded, which has none; its source has them. */

const FILE = join(ROOT, "worker-configuration.d.ts");
await writeFile(FILE, (await readFile(FILE, "utf8")).replaceAll('"./dist/bundle/worker"', '"./src/worker"'));
