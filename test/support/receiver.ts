import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a receiver was sent. */
export type Got = { path: string; headers: IncomingMessage["headers"]; body: string };
/** What a receiver does with a request, by its path. */
export type Answers = Record<string, (response: ServerResponse) => void>;
export type Receiver = { address: string; got: Got[]; stop(): void };

/** An HTTP server on this machine that keeps what it is sent. A path without an answer is 404. */
export async function startReceiver(answers: Answers): Promise<Receiver> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const path = request.url ?? "";
      got.push({ path, headers: request.headers, body });
      (answers[path] ?? ((other) => other.writeHead(404).end()))(response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
