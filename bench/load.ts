import { connect } from "node:net";
import { requestBody } from "./scenario.ts";

/*
 * The load, a process of its own: keep-alive connections, one request on each at a time, a fixed number in all, walking
 * through many distinct users. It does as little as it can, as it shares the machine with the server.
 */

/** Without a key, what is asked for is a page, by visitors who have been here before. */
export type Job = { port: number; path: string; key: string; count: number };
export type Done = { answered: number } | { failed: string };

const CONNECTIONS = 8;
const DISTINCT_REQUESTS = 20_000;
const VISITORS = 2_000;

/** Requests by path and key, as they go over the wire; and how far the walk through them has come. */
const prepared = new Map<string, Buffer[]>();
let next = 0;

process.on("message", (job: Job) => void serve(job));

async function serve(job: Job): Promise<void> {
  const done = await run(job);
  process.send?.(done);
}

function requests(path: string, key: string): Buffer[] {
  const known = prepared.get(path + key);
  if (known) return known;
  const head = [
    `POST ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    `Authorization: Bearer ${key}`,
    "Content-Type: application/json",
  ];
  const made = Array.from({ length: DISTINCT_REQUESTS }, (_, n) => {
    if (key === "") {
      const visitor = `Cookie: __Host-sluice-id=00000000-0000-4000-8000-${String(n % VISITORS).padStart(12, "0")}`;
      return Buffer.from([`GET ${path} HTTP/1.1`, "Host: 127.0.0.1", visitor, "", ""].join("\r\n"));
    }
    const body = requestBody(n);
    return Buffer.from([...head, `Content-Length: ${body.length}`, "", body].join("\r\n"));
  });
  prepared.set(path + key, made);
  return made;
}

async function run({ port, path, key, count }: Job): Promise<Done> {
  const bytes = requests(path, key);
  let sent = 0;
  let answered = 0;
  const connection = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1").setNoDelay(true);
      let received: Buffer = Buffer.alloc(0);
      const send = (): void => {
        if (sent++ >= count) socket.end(resolve);
        else socket.write(bytes[next++ % bytes.length]!);
      };
      socket.on("connect", send);
      socket.on("error", reject);
      socket.on("data", (chunk) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        if (!received.subarray(0, OK.length).equals(OK)) return reject(new Error(received.toString()));
        const missing = missingBytes(received);
        if (missing === undefined) return reject(new Error("a response without Content-Length"));
        if (missing > 0) return;
        received = Buffer.alloc(0);
        answered++;
        send();
      });
    });
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
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
