import { mkdirSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";

/*
 * Writes down what a version of Sluice stores: `node test/storage/make.ts --version 0.1 [--root checkout]` runs the real
 * objects of a checkout on SQLite, makes some of everything in them, and dumps their databases and what is in KV to
 * test/storage/<version>. Run once for each release; later code has to open what is kept there (fixtures.workers.test.ts).
 */

const { values } = parseArgs({ options: { version: { type: "string" }, root: { type: "string", default: "." } } });
if (!values.version) throw new Error("--version is missing");
const root = pathToFileURL(`${values.root}/`);
const out = new URL(`${values.version}/`, import.meta.url);

const stub = "export class DurableObject { constructor(ctx, env) { this.ctx = ctx; this.env = env; } }";
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "cloudflare:workers"
      ? { url: `data:text/javascript,${encodeURIComponent(stub)}`, shortCircuit: true }
      : next(specifier, context),
});

type Instance = Record<string, (...args: unknown[]) => Promise<unknown>>; // the methods of a version that isn't this one
const load = (path: string): Promise<Record<string, new (ctx: unknown, env: unknown) => Instance>> =>
  import(new URL(path, root).href);

/** The storage of an object: SQLite, and synchronous key-value storage beside it. */
class Storage {
  readonly db = new DatabaseSync(":memory:");
  readonly kept = new Map<string, unknown>();

  context(name: string): object {
    const exec = (query: string, ...bound: SQLInputValue[]) => {
      if (bound.length === 0 && !/^\s*(?:SELECT|WITH|UPDATE\b.*\bRETURNING)/i.test(query)) {
        this.db.exec(query);
        return {
          toArray: () => [],
          one: () => undefined,
          rowsWritten: 0,
          [Symbol.iterator]: () => [][Symbol.iterator](),
        };
      }
      const statement = this.db.prepare(query);
      const reads = /^\s*(?:SELECT|WITH)|\bRETURNING\b/i.test(query);
      const rows = reads ? statement.all(...bound).map(plain) : [];
      const rowsWritten = reads ? 0 : Number(statement.run(...bound).changes);
      return { toArray: () => rows, one: () => rows[0], rowsWritten, [Symbol.iterator]: () => rows[Symbol.iterator]() };
    };
    const kv = {
      get: (key: string) => this.kept.get(key),
      put: (key: string, value: unknown) => void this.kept.set(key, structuredClone(value)),
      delete: (key: string) => this.kept.delete(key),
    };
    let depth = 0;
    const transactionSync = <T>(work: () => T): T => {
      const point = `s${depth++}`;
      this.db.exec(`SAVEPOINT ${point}`);
      try {
        const made = work();
        this.db.exec(`RELEASE ${point}`);
        return made;
      } catch (error) {
        this.db.exec(`ROLLBACK TO ${point}; RELEASE ${point}`);
        throw error;
      } finally {
        depth--;
      }
    };
    const storage = {
      sql: { exec },
      kv,
      transactionSync,
      setAlarm: async () => {},
      getAlarm: async () => null,
      deleteAlarm: async () => {},
      deleteAll: async () => {},
    };
    const later = (work: Promise<unknown>): void => void work.catch((error: unknown) => console.error(error));
    return { id: { name }, storage, waitUntil: later, getWebSockets: () => [], abort: () => {} };
  }

  /** Statements that make the database again, one a line. */
  dump(): string {
    const made = this.db.prepare(
      "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name",
    );
    const lines: string[] = [];
    const objects = made.all() as { name: string; type: string; sql: string }[];
    for (const { name, type, sql } of objects.filter((one) => !one.name.startsWith("sqlite_"))) {
      lines.push(`${sql.replaceAll(/\s*\n\s*/g, " ")};`);
      if (type !== "table") continue;
      const columns = this.db.prepare(`SELECT name FROM pragma_table_info('${name}')`).all() as { name: string }[];
      for (const row of this.db.prepare(`SELECT * FROM "${name}"`).all())
        lines.push(
          `INSERT INTO "${name}" (${columns.map((column) => `"${column.name}"`).join(", ")}) VALUES (${columns.map((column) => literal(row[column.name])).join(", ")});`,
        );
    }
    return lines.map((line) => `${line}\n`).join("");
  }
}

function plain(row: Record<string, unknown>): object {
  for (const [name, value] of Object.entries(row))
    if (value instanceof Uint8Array) row[name] = value.buffer.slice(value.byteOffset, value.byteOffset + value.length);
  return row;
}

/** Without line breaks: a dump is read by lines. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString("hex")}'`;
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value !== "string") throw new Error("SQLite has no such value");
  const text = value.replaceAll("'", "''");
  return `'${text.replaceAll("\n", "'||char(10)||'")}'`;
}

const NAME = "production";
const INCARNATION = "fixture00001";
const actor = { id: "token:1", name: "Ada", via: "token" };
const WRITE = { actor, comment: "" };
const keyed = (key: string) => ({ ...WRITE, idempotency: { key, fingerprint: "same" } });
const base = {
  type: "boolean",
  enabled: true,
  variants: { on: true, off: false },
  default: { variant: "off" },
  offVariant: "off",
  prerequisites: [],
  rules: [],
  shadow: 0,
  clientSide: false,
  kind: "release",
  description: "",
  owner: "",
  tags: [],
  metadata: {},
};
const gate = {
  webhook: { url: "https://example.com/ready", timeout: "5s", secret: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
};

async function main(): Promise<void> {
  const { plan: planSchema } = (await load("src/contract/plan.ts")) as unknown as {
    plan: { parse(x: unknown): object };
  };
  const { Environment } = await load("src/environment/environment.ts");
  const { Workspace } = await load("src/workspace/workspace.ts");
  const { Counter } = await load("src/metrics/counter.ts");
  const kv = new Map<string, string>();
  const encoded = (value: string | Uint8Array): string =>
    typeof value === "string" ? value : `base64:${Buffer.from(value).toString("base64")}`;
  const SNAPSHOTS = {
    put: async (key: string, value: string | Uint8Array) => void kv.set(key, encoded(value)),
    delete: async (key: string) => void kv.delete(key),
  };
  const relay = { push: async ({ version }: { version: number }) => ({ version, askedAt: Date.now() }) };
  const RELAY = { getByName: () => relay };
  const COUNTER = {
    getByName: () => ({ read: async () => ({ rows: [], openFrom: 0, unitsBefore: {} }), clear: async () => {} }),
  };

  const storage = new Storage();
  const env = { SNAPSHOTS, RELAY, COUNTER, WORKSPACE: { getByName: () => ({ attention: async () => {} }) } };
  const one = new Environment!(storage.context(`${NAME}/${INCARNATION}`), env);
  const must = async (asked: Promise<unknown>): Promise<void> => {
    const made = (await asked) as { ok?: boolean } | null;
    if (made?.ok === false) throw new Error(JSON.stringify(made));
  };
  await must(one["seed"]!(null, WRITE, "What is sold"));
  const members = Array.from({ length: 300 }, (_, i) => `customer-${i}@example.com`);
  await must(
    one["apply"]!(
      [
        {
          op: "putSegment",
          segment: {
            key: "staff",
            name: "Staff",
            description: "",
            by: "targetingKey",
            when: { any: [] },
            include: ["ann", "ben"],
            exclude: [],
          },
        },
        {
          op: "putSegment",
          segment: {
            key: "many",
            name: "",
            description: "",
            by: "targetingKey",
            when: { any: [] },
            include: members,
            exclude: [],
          },
        },
        ...["live", "ended", "suspended", "scheduled", "plain", "archived"].map((key) => ({
          op: "putFlag",
          flag: { ...base, key },
        })),
        {
          op: "putFlag",
          flag: {
            ...base,
            key: "targeted",
            rules: [
              {
                id: "r1",
                name: "",
                when: { segment: "staff" },
                window: { from: null, until: null },
                serve: { variant: "on" },
              },
            ],
          },
        },
        { op: "archiveFlag", key: "archived" },
      ],
      keyed("batch"),
    ),
  );
  await must(one["apply"]!([{ op: "patchFlag", key: "plain", patch: { owner: "me" } }], keyed("single")));
  const plan = planSchema.parse({
    stages: [
      { name: "10%", percentage: 10, minBake: "30d" },
      { name: "asked", percentage: 50, minBake: "1h", gates: [gate] },
      { name: "all", percentage: 100, watch: "1h" },
    ],
    guardrails: [{ metric: "errors" }],
  });
  await must(one["release"]!({ op: "putPlan", name: "usual", plan }, WRITE));
  for (const flag of ["live", "ended", "suspended"])
    await must(
      one["release"]!({ op: "create", flag, id: `release-${flag}`, plan: flag === "live" ? "usual" : plan }, WRITE),
    );
  await must(
    one["release"]!(
      { op: "create", flag: "scheduled", id: "release-scheduled", plan, startAt: Date.UTC(2100, 0, 1) },
      WRITE,
    ),
  );
  await must(
    one["release"]!(
      { op: "control", flag: "ended", id: "release-ended", control: "unrelease", role: "operator" },
      WRITE,
    ),
  );
  await must(one["apply"]!([{ op: "setRollout", key: "suspended", percentage: 30 }], WRITE));
  await must(
    one["createKey"]!({ id: "key1", kind: "server", name: "api", origins: [], hash: "ab".repeat(32) }, keyed("key")),
  );
  await must(
    one["createKey"]!(
      { id: "key2", kind: "client", name: "page", origins: ["https://shop.example"], hash: "cd".repeat(32) },
      WRITE,
    ),
  );
  await must(one["defineMetric"]!({ name: "bought", per: "unit", window: "1h" }, WRITE));
  const spec = { url: "https://example.com/hook", events: ["decision", "end", "harm"], format: "standard" };
  await must(one["changeWebhook"]!({ op: "create", id: "webhook1", spec, secret: gate.webhook.secret }, WRITE));
  await must(one["changeWebhook"]!({ op: "test", id: "webhook1" }, WRITE));
  await must(one["giveAlertSecret"]!({ flag: "live", release: "release-live" }, gate.webhook.secret, WRITE));
  await must(one["overridden"]!({ flag: "plain", variant: "on", expiresAt: "2100-01-01T00:00:00Z" }, WRITE));
  await one["refused"]!("PUT /flags/plain", actor);
  await must(
    one["configure"]!({ requiresApproval: 1, sampling: { enabled: true, redact: [], hash: ["email"] } }, WRITE),
  );
  await must(one["apply"]!([{ op: "patchFlag", key: "plain", patch: { default: { variant: "on" } } }], WRITE));
  await must(one["release"]!({ op: "create", flag: "plain", id: "release-waits", plan: "usual" }, WRITE));
  await one["inform"]!(`${NAME}/${INCARNATION}/weur/0`, 0);
  await new Promise((resolve) => setTimeout(resolve, 3_000)); // until all is published

  const work = new Storage();
  const workspace = new Workspace!(work.context("workspace"), {
    SNAPSHOTS,
    RELAY,
    ENVIRONMENT: {
      getByName: () => ({
        seed: async () => ({ ok: true }),
        summary: async () => ({ version: 1, revision: "x.1", flags: 0, updatedBy: "Ada", updatedAt: "" }),
        destroy: async () => {},
      }),
    },
  });
  await must(workspace["createEnvironment"]!({ name: NAME, description: "" }, keyed("first")));
  const token = { id: "token1", name: "CI", role: "editor", environments: ["*"], hash: "ef".repeat(32) };
  await must(workspace["createToken"]!(token, WRITE));
  await workspace["refused"]!({ kind: "token", key: "token1" }, "POST /tokens", actor);
  await new Promise((resolve) => setTimeout(resolve, 1_500));

  const counts = new Storage();
  const counter = new Counter!(counts.context(`${NAME}/${INCARNATION}/0`), {
    COUNTER: { getByName: () => ({ take: async () => ({}) }) },
  });
  await counter["take"]!({ isolate: "isolate-1", sequence: 1, cells: [], keyed: [] });
  await counter["admit"]!(["bought"], 10);

  mkdirSync(out, { recursive: true });
  for (const [name, { db: _, ...rest }, dump] of [
    ["environment", storage, storage.dump()],
    ["workspace", work, work.dump()],
    ["counter", counts, counts.dump()],
  ] as const) {
    writeFileSync(new URL(`${name}.sql`, out), dump);
    writeFileSync(new URL(`${name}.json`, out), `${JSON.stringify(Object.fromEntries(rest.kept), null, 1)}\n`);
  }
  writeFileSync(new URL("kv.json", out), `${JSON.stringify(Object.fromEntries(kv), null, 1)}\n`);
  process.exit(0); // alarms of its own would go on
}

await main();
