import { afterAll, beforeAll } from "vitest";
import { Admin } from "../../../scripts/local/seed.ts";
import { type Runtime, startRuntime } from "../../support/runtime.ts";

/** A running Sluice with flags of every type, and a key of each kind. */
export type Serving = {
  url: string;
  client: string;
  server: string;
  /** Process id of what answers. */
  workerd(): number;
  put(flag: Flag): Promise<void>;
};
type Flag = { key: string } & Record<string, unknown>;

export const SPECIAL_KEYS = [
  "plain",
  "a/b",
  "a/b/c",
  "with space",
  "ünïcödé ☃ 日本語",
  "100%",
  "%2F",
  "a%20b",
  "a?b=c&d",
  "a#b",
  "a+b",
  "a:b@c",
  "(x)[y]{z}|'\"`~!$*,;=^<>\\",
  "..a",
  "a..",
  ".../x",
  "/leading",
  "trailing/",
  "emoji 👩‍🚀",
];

const boolean = { type: "boolean", variants: { on: true, off: false }, default: { variant: "on" }, clientSide: true };

export const FLAGS: Flag[] = [
  { key: "boolean", ...boolean, metadata: { team: "core", size: 3, live: true } },
  { key: "string", ...boolean, type: "string", variants: { on: "Grüezi ☃", off: "" } },
  { key: "number", ...boolean, type: "number", variants: { on: 2, off: 2.5 } },
  { key: "integer", ...boolean, type: "number", variants: { on: -7, off: 0 } },
  {
    key: "object",
    ...boolean,
    type: "object",
    variants: { on: { list: [1, "2", null], deep: { yes: true } }, off: {} },
  },
  { key: "array", ...boolean, type: "object", variants: { on: [1, 2, 3], off: [] } },
  { key: "off", ...boolean, enabled: false, offVariant: "off" },
  { key: "code-default", ...boolean, default: { codeDefault: true } },
  { key: "server-only", ...boolean, clientSide: false },
  {
    key: "by-plan",
    ...boolean,
    default: { variant: "off" },
    rules: [{ id: "beta", when: { attribute: "plan", operator: "in", values: ["beta"] }, serve: { variant: "on" } }],
  },
  {
    key: "half",
    ...boolean,
    default: { rollout: { percentage: 50, split: [{ variant: "on", weight: 1 }], otherwise: "off" } },
  },
  ...SPECIAL_KEYS.map((key) => ({ key, ...boolean, type: "string", variants: { on: `value of ${key}`, off: "" } })),
];

/** Starts it before the tests of a file and ends it after them. */
export function serving(): () => Serving {
  let runtime: Runtime;
  let made: Serving;
  beforeAll(async () => {
    runtime = await startRuntime();
    const admin = new Admin(runtime.url, runtime.adminToken);
    await admin.send("POST", "/environments", { name: "production" });
    const changes = FLAGS.map((flag) => ({ op: "putFlag", flag }));
    await admin.send("POST", "/environments/production/changes", { changes });
    const newKey = async (kind: string): Promise<string> => {
      const key = await admin.send("POST", "/environments/production/keys", { kind, name: kind });
      return (key as { secret: string }).secret;
    };
    made = {
      url: runtime.url,
      workerd: () => runtime.workerd(),
      client: await newKey("client"),
      server: await newKey("server"),
      put: async (flag) => void (await admin.send("PUT", `/environments/production/flags/${flag.key}`, flag)),
    };
  });
  afterAll(async () => runtime?.stop());
  return () => made;
}
