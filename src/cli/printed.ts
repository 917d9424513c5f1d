/*
 * What each command prints in a pipe, or with `--json`, for docs/reference/commands.md. Names with a capital letter are
 * schemas of the API's document. More properties may come; none that is here goes or changes its meaning.
 */

const SPREAD = "propagated: { relays, of, seconds: number | null }";
const WAITS = "ChangeRequest where others have to consent (exit 4)";
const FLAG = `FlagView with ${SPREAD}; ${WAITS}`;
const RELEASE = `Release with ${SPREAD}; ${WAITS}`;
const DIFF = "{ diff: object[], kept?: object[], refused?: object[], preview?: object }";
const CHANGES = "changes: { kind, key, does, fields, file? }[], held: { key, release, what }[], people?: object[]";
const ME = "name, role, environments: string[], expiresAt?";

/** By the command's name. A text in quotes is no JSON. */
export const PRINTED: Readonly<Record<string, string>> = {
  login: `{ profile, url, ${ME} }`,
  logout: "{ profile, loggedOut: boolean }",
  whoami: `{ url, environment?, ${ME} }`,
  status:
    "{ environments: { environment, flags, version, propagated, releases: object[], waiting: ChangeRequest[] }[] }",
  "env list": "{ environments: Environment[] }",
  "env create": "Environment with keys?: { client, server } where it ends by itself",
  "env extend": "Environment",
  "env delete": "{ environment, deleted: boolean }",
  flags: "{ flags: FlagView[] }",
  flag: "FlagView",
  create: FLAG,
  edit: "nothing: it needs a terminal",
  archive: FLAG,
  restore: FLAG,
  on: FLAG,
  off: FLAG,
  rollout: FLAG,
  unrelease: `Release, or Environment where it took rollouts to 0, with ${SPREAD}; ${WAITS}`,
  explain: "{ flags: Evaluation[] }, each with its trace",
  "release start": RELEASE,
  "release watch": "Release, as it ended",
  "release report": "{ release: Release, flag, alpha, unguarded, uncounted, stages: object[] }",
  "release approve": RELEASE,
  "release advance": RELEASE,
  "release promote": RELEASE,
  "release pause": RELEASE,
  "release resume": RELEASE,
  "release unrelease": RELEASE,
  "release cancel": RELEASE,
  "release acknowledge": RELEASE,
  diff: `{ ${CHANGES} }`,
  apply: `{ ${CHANGES}, applied: false } where nothing differed, else Environment with ${SPREAD}; ${WAITS}`,
  pull: "{ flags: number, segments: number, written: string[], removed: string[] }",
  test: "TAP or JUnit, never JSON",
  refs: "{ files, environments: string[], finds: { key, file, line, column, how, confidence }[], dynamic: { file, line, column, pattern }[], missing: object[], unasked: string[], removable: { key, readiness, reason, serves?, finds }[], skipped: { file, why }[] }",
  promote: DIFF,
  audit: "{ entries: AuditEntry[], cursor? }",
  verify: "{ ok: boolean, entries, head, brokenAt? }",
  stale: "{ flags: FlagView[] }",
  export: "the document itself",
  import: `${DIFF} with report?: object`,
  dev: "{ url, dashboard, adminToken, environments: { environment, flags, keys?: { client, server } }[] }",
  mcp: "a line for each message of the protocol",
  completion: "a script for the shell",
};

/** The properties that a shape of this table has at its top, and whether it says them at all. */
export function propertiesOf(shape: string): { name: string; optional: boolean }[] {
  if (!shape.startsWith("{ ")) return [];
  let depth = 0;
  let flat = "";
  for (const mark of shape) {
    if (mark === "{" || mark === "[") depth += 1;
    if (depth <= 1) flat += mark;
    if (mark === "}" || mark === "]") {
      depth -= 1;
      if (depth === 0) break;
    }
  }
  return flat
    .replace(/^\{ /, "")
    .replace(/[ }]+$/, "")
    .split(", ")
    .map((field) => /^(\w+)(\??)/.exec(field))
    .flatMap((match) => (match ? [{ name: match[1]!, optional: match[2] === "?" }] : []));
}
