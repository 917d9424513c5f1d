import { connect } from "node:net";

/*
 * The load, a process of its own: keep-alive connections, one request on each at a time, a fixed number in all.
 * It talks to its parent over IPC and does as little as it can, as it shares the machine with the server.
 */

export type Job = { port: number; requests: string[]; count: number; connections: number };
export type Done = { answered: number } | { failed: string };

process.on("message", (job: Job) => void serve(job));

async function serve(job: Job): Promise<void> {
  const done = await run(job);
  process.send?.(done);
}

async function run({ port, requests, count, connections }: Job): Promise<Done> {
  const bytes = requests.map((text) => Buffer.from(text));
  let sent = 0;
  let answered = 0;
  const connection = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1").setNoDelay(true);
      let received: Buffer = Buffer.alloc(0);
      const next = (): void => {
        if (sent === count) socket.end(resolve);
        else socket.write(bytes[sent++ % bytes.length] ?? "");
      };
      socket.on("connect", next);
      socket.on("error", reject);
      socket.on("data", (chunk) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        if (!received.subarray(0, OK.length).equals(OK)) return reject(new Error(received.toString()));
        const missing = missingBytes(received);
        if (missing === undefined) return reject(new Error("a response without Content-Length"));
        if (missing > 0) return;
        received = Buffer.alloc(0);
        answered++;
        next();
      });
    });
  try {
    await Promise.all(Array.from({ length: connections }, connection));
    return { answered };
  } catch (error) {
    return { failed: String(error) };
  }
}

const OK = Buffer.from("HTTP/1.1 200");

/** How many bytes of a response are still to come (of its head, at least one); undefined when it doesn't say its length. */
function missingBytes(response: Buffer): number | undefined {
  const head = response.indexOf("\r\n\r\n");
  if (head < 0) return 1;
  const length = /\r\ncontent-length: *(\d+)/i.exec(response.toString("latin1", 0, head))?.[1];
  return length === undefined ? undefined : head + 4 + Number(length) - response.length;
}
