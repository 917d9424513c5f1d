import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./build.ts";
import { whenOrphaned } from "./local/lifeline.ts";
import { beginReleases, letVisitorsCome, LIVING_ENVIRONMENT } from "./local/living.ts";
import { kept, newAdminToken, StartError, startLocal } from "./local/runtime.ts";
import { Admin, inForce, type Keys, seed } from "./local/seed.ts";

/* `npm start`: everything on the local runtime, with example flags on first use. README.md says which settings there are. */

async function start(): Promise<void> {
  const port = portOf(process.env["PORT"]);
  const stateDir = resolve(process.env["STATE_DIR"] || ".sluice");

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(0));
  whenOrphaned(() => process.exit(0));

  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const adminToken = process.env["ADMIN_TOKEN"] || (await kept(join(stateDir, "admin-token"), newAdminToken));
  const build = async (): Promise<void> => {
    if (!process.argv.includes("--built")) await buildApart();
    console.log("Starting the local runtime …");
  };
  const url = await startLocal({ stateDir, port, adminToken, build });

  const admin = new Admin(url, adminToken);
  let keys: Keys = {};
  if (process.env["SEED"] !== "none") {
    console.log("Looking for the example shop, or making it …");
    keys = await inForce(admin, await seed(admin, stateDir, Date.now()));
  }
  const key = process.env["VISITORS"] === "none" ? undefined : keys[LIVING_ENVIRONMENT]?.server?.secret;
  const live = key === undefined ? [] : await beginReleases(admin);
  console.log(welcome(url, adminToken, keys, key === undefined ? [] : living(url, live)));
  if (key !== undefined) letVisitorsCome(url, key);
}

/** What goes on by itself, where to see it, and how to do without. */
function living(url: string, live: string[]): string[] {
  return [
    "",
    `Made-up visitors come to the example shop in ${LIVING_ENVIRONMENT}, some eight a second; VISITORS=none npm start does without.`,
    ...(live.length > 0
      ? ["What they meet decides these releases, the first of them within two to three minutes:"]
      : []),
    ...live.map((path) => `  ${url}${path}`),
  ];
}

/** All that somebody needs to try it, in one piece, so that whoever waits for the ready line has the rest as well. */
function welcome(url: string, adminToken: string, keys: Keys, more: string[]): string {
  const lines = [
    "",
    `Dashboard    ${url}/#token=${adminToken}`,
    `Sluice is ready on ${url}`,
    "",
    `Admin token  ${adminToken}`,
    ...Object.entries(keys).flatMap(([environment, own]) =>
      Object.values(own).map((key) => `Key          ${key.secret}   ${environment}`),
    ),
    "",
    "Try it:",
    ...examples(url, adminToken, keys),
    ...more,
    "",
  ];
  return lines.join("\n");
}

function examples(url: string, adminToken: string, keys: Keys): string[] {
  const admin = `-H 'Authorization: Bearer ${adminToken}'`;
  const json = "-H 'Content-Type: application/json'";
  const [environment, own] = Object.entries(keys).findLast(([, { server }]) => server !== undefined) ?? [];
  if (environment === undefined || own?.server === undefined)
    return [
      `  curl -s ${admin} ${url}/admin/v1/environments`,
      `  curl -s ${admin} ${json} ${url}/admin/v1/environments -d '{"name":"production"}'`,
    ];
  return [
    `  curl -s -H 'Authorization: Bearer ${own.server.secret}' ${url}/ofrep/v1/evaluate/flags/one-page-checkout -d '{"context":{"targetingKey":"customer-1","email":"ada@shop.example"}}'`,
    `  curl -s -X PUT ${admin} ${json} ${url}/admin/v1/environments/${environment}/flags/one-page-checkout/rollout -d '{"percentage":25}'`,
  ];
}

/** In a process of its own: the bundler would stay in the memory of this one, which lives long. */
async function buildApart(): Promise<void> {
  console.log("Building the Worker …");
  const building = promisify(execFile)(process.execPath, [`${ROOT}scripts/build.ts`]);
  process.once("exit", () => building.child.kill());
  try {
    await building;
  } catch (error) {
    throw new StartError((error as { stderr?: string }).stderr || String(error));
  }
}

function portOf(text: string | undefined): number {
  const port = Number(text || 8787);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new StartError(`PORT must be 0 to 65535, not ${text}.`);
  return port;
}

try {
  await start();
} catch (error) {
  console.error(error instanceof StartError ? error.message.trimEnd() : error);
  process.exit(1);
}
