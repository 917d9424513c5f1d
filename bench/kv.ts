import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * As much of the protocol behind a KV binding as Sluice uses, in memory: the value of a key is what was last put there.
 * It stands outside the measured processes, as KV does.
 */
export async function startKv(): Promise<{ address: string; stop(): void }> {
  const values = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, "http://kv");
    const key = decodeURIComponent(pathname.slice(1));
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.method === "PUT") values.set(key, Buffer.concat(chunks));
      if (request.method === "DELETE") values.delete(key);
      const value = request.method === "GET" ? values.get(key) : Buffer.alloc(0);
      response.writeHead(value === undefined ? 404 : 200).end(value);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, stop: () => server.close().unref() };
}
