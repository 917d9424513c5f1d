import { readFile, writeFile } from "node:fs/promises";
import openapiTypes, { astToString } from "openapi-typescript";

/*
 * `node scripts/openapi/types.ts` writes the types of a client, made from public/openapi.json; with `--check` it only
 * says whether they are up to date.
 */

const DOCUMENT = new URL("../../public/openapi.json", import.meta.url);
const FILE = new URL("../../src/dashboard/app/openapi.d.ts", import.meta.url);
// What has a default may be left out of what is sent.
const types = astToString(await openapiTypes(DOCUMENT, { defaultNonNullable: false }));
const text = `// Generated from public/openapi.json by: npm run openapi\n\n${types}`;

if (process.argv.includes("--check")) {
  const there = await readFile(FILE, "utf8").catch(() => "");
  if (there !== text) {
    console.error("src/dashboard/app/openapi.d.ts is not what public/openapi.json says. Run: npm run openapi");
    process.exitCode = 1;
  }
} else await writeFile(FILE, text);
