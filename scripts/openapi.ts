import { readFile, writeFile } from "node:fs/promises";
import { openApiDocument } from "./openapi/document.ts";

/* `node scripts/openapi.ts` writes public/openapi.json; with `--check` it only says whether that is up to date. */

const FILE = new URL("../public/openapi.json", import.meta.url);
const { version } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const text = `${JSON.stringify(openApiDocument(version), null, 2)}\n`;

if (process.argv.includes("--check")) {
  const there = await readFile(FILE, "utf8").catch(() => "");
  if (there !== text) {
    console.error("public/openapi.json is not what the schemas say. Run: npm run openapi");
    process.exitCode = 1;
  }
} else await writeFile(FILE, text);
