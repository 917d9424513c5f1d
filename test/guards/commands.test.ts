import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";
import { commandsPage, REFERENCE } from "../../scripts/commands.ts";
import { TOOLS } from "../../src/api/mcp/tools.ts";
import { PRINTED, propertiesOf } from "../../src/cli/printed.ts";
import { programOf } from "../../src/cli/program.ts";

/** Without what the formatter aligns. */
const plain = (text: string): string => text.replaceAll(/[ -]+/g, " ").trim();

test("the reference of commands is what they are (npm run commands)", () => {
  expect(plain(readFileSync(REFERENCE, "utf8"))).toBe(plain(commandsPage()));
  expect(commandsPage().match(/^## sluice /gm)?.length).toBeGreaterThan(30);
});

const program = programOf("0.0.0", () => async () => undefined);
const WRITTEN = ["README.md", "docs/guides/*.md", "skills/*/SKILL.md", "examples/**/*.md", "examples/**/*.yml"];

test("every command says what it prints in a pipe", () => {
  const names = program.commands.flatMap((one) =>
    one.commands.length > 0 ? one.commands.map((below) => `${one.name()} ${below.name()}`) : [one.name()],
  );
  expect(Object.keys(PRINTED).toSorted()).toEqual(names.filter((name) => !name.startsWith("__")).toSorted());
  expect(propertiesOf("{ a, b?: { c: d[] }[], e: string[] } and more")).toEqual([
    { name: "a", optional: false },
    { name: "b", optional: true },
    { name: "e", optional: false },
  ]);
});

/** Why a line of a shell can't be a command here; undefined where it can. */
function wrongIn(line: string): string | undefined {
  const words = line.split(/\s+/).filter(Boolean);
  let here = program;
  while (words.length > 0) {
    const below = here.commands.find((one) => one.name() === words[0]);
    if (below === undefined) break;
    here = below;
    words.shift();
  }
  if (here.commands.length > 0 && !words[0]?.startsWith("-")) return `there is no command ${words[0]}`;
  const known = [...here.options, ...program.options].flatMap(({ short, long }) => [short, long, "--help"]);
  const unknown = words.filter((word) => /^--?[a-z]/.test(word)).find((word) => !known.includes(word.split("=", 1)[0]));
  return unknown && `${here.name()} has no option ${unknown}`;
}

test("every command that documents, skills and workflows tell people to run is one, with its options", () => {
  let seen = 0;
  for (const file of globSync(WRITTEN, { cwd: ROOT, exclude: (name) => name.includes("node_modules") }))
    for (const [, line] of readFileSync(join(ROOT, file), "utf8").matchAll(
      /npx --no sluice ((?:"[^"]*"|'[^']*'|[^\n`|>&;#")'])*)/g,
    )) {
      // What is in quotes is a value.
      expect([file, line, wrongIn(line!.replaceAll(/"[^"]*"|'[^']*'/g, "x"))]).toEqual([file, line, undefined]);
      seen += 1;
    }
  expect(seen).toBeGreaterThan(30);
  expect([wrongIn("rollout x 5 --rule y"), wrongIn("rolout x"), wrongIn("flags --colour"), wrongIn("release")]).toEqual(
    [undefined, "there is no command rolout", "flags has no option --colour", "there is no command undefined"],
  );
});

test("a skill has its name and says when to use it, and the tools that it names are there", () => {
  const skills = globSync("skills/*/SKILL.md", { cwd: ROOT });
  expect(skills.length).toBe(3);
  const tools = new Set(TOOLS.map(({ name }) => name));
  for (const skill of skills) {
    const text = readFileSync(join(ROOT, skill), "utf8");
    const [, name, description] = /^---\nname: ([a-z-]+)\ndescription: (.+)\n---\n/.exec(text) ?? [];
    expect([name, description]).toEqual([basename(dirname(skill)), expect.stringMatching(/ Use when /)]);
    for (const [, tool] of text.matchAll(/`([a-z]+_[a-z]+)`/g))
      expect([skill, tool, tools.has(tool!)]).toEqual([skill, tool, true]);
  }
});
