import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { admin, newKey } from "../../support/admin.ts";
import { note, runs } from "../../support/counts.ts";
import { type Runtime, startRuntime } from "../../support/runtime.ts";
import { StreamClient } from "./client.ts";

/* Many clients on one machine. Figures are for the record; what is asserted is that nobody is left behind. */

const CLIENTS = runs(1000);
const WRITES = runs(60);

async function write(runtime: Runtime, i: number): Promise<number> {
  const { status, headers } = await admin(runtime, "PUT", "/environments/production/flags/f", {
    type: "boolean",
    variants: { on: true, off: false },
    default: { variant: "on" },
    clientSide: true,
    metadata: { i },
  });
  expect(status).toBeLessThan(300);
  return Number(headers.get("Sluice-Version"));
}

async function address(runtime: Runtime, key: string): Promise<string> {
  const headers = { Authorization: `Bearer ${key}` };
  const response = await fetch(`${runtime.url}/ofrep/v1/evaluate/flags`, { method: "POST", headers });
  const { eventStreams } = (await response.json()) as { eventStreams: [{ url: string }] };
  return eventStreams[0].url;
}

/** The p-quantile of what was measured, in whole milliseconds. */
function quantile(measured: number[], p: number): number {
  const sorted = measured.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.ceil(p * sorted.length) - 1] ?? NaN);
}

it("every client hears of every write, and finds the newest version after the runtime was killed", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "sluice-test-"));
  let runtime = await startRuntime({ stateDir });
  const clients: StreamClient[] = [];
  try {
    await admin(runtime, "POST", "/environments", { name: "production" });
    await write(runtime, -1);
    const url = await address(runtime, await newKey(runtime, "production", "client"));

    const written = new Map<number, number>();
    const heard: { version: number; at: number }[] = [];
    for (let i = 0; i < CLIENTS; i++) {
      clients.push(new StreamClient(url, (version, at) => heard.push({ version, at })));
      if (i % 50 === 49) await new Promise((wake) => setTimeout(wake, 100));
    }
    await expect.poll(() => clients.every(({ version }) => version > 0), { timeout: 60_000 }).toBe(true);
    await new Promise((wake) => setTimeout(wake, 2_000));

    const everybodyHas = async (version: number) =>
      expect.poll(() => clients.filter((client) => client.version !== version).length, { timeout: 60_000 }).toBe(0);
    heard.length = 0;
    for (let i = 0; i < WRITES; i++) {
      const at = performance.now();
      const version = await write(runtime, i);
      written.set(version, at);
      await everybodyHas(version);
    }
    const latencies = heard.map(({ version, at }) => at - written.get(version)!);
    expect(heard).toHaveLength(CLIENTS * WRITES);
    expect(clients.every(({ connections }) => connections === 1)).toBe(true);
    const figures = [0.5, 0.99, 1].map((p) => quantile(latencies, p)).join(", ");
    note(`${CLIENTS} clients, ${WRITES} writes: notice after ms (p50, p99, most) ${figures}`);

    const port = Number(new URL(runtime.url).port);
    await runtime.kill();
    const killedAt = performance.now();
    runtime = await startRuntime({ stateDir, port });
    const upAt = performance.now();
    const version = await write(runtime, WRITES);
    await everybodyHas(version);
    note(
      `killed and started again in ${Math.round(upAt - killedAt)} ms; all on the newest version ${Math.round(performance.now() - upAt)} ms later`,
    );
    expect(clients.reduce((sum, { refusals }) => sum + refusals, 0)).toBe(0);
  } finally {
    for (const client of clients) client.close();
    await runtime.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
});
