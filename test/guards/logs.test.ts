import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";

test("query strings, which can hold contexts and keys, are logged nowhere", () => {
  const settings = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
  const section = (name: string): string =>
    new RegExp(`^\\[${name.replaceAll(".", "\\.")}\\]\\n((?:(?!\\[).*\\n?)*)`, "m").exec(settings)?.[1] ?? "";
  expect(section("observability")).toMatch(/^redact_query_string = true$/m);
  expect(section("observability.logs")).toMatch(/^invocation_logs = false$/m);
});
