import { get, type IncomingMessage } from "node:http";
import { blockOf } from "./reader.ts";

/**
 * A client of a change stream that does what an EventSource does and no more: it remembers the last id, and comes back
 * after `retry` when it was cut off. A thousand of them fit into a process.
 */
export class StreamClient {
  readonly #url: string;
  readonly #told: (version: number, at: number) => void;
  #response: IncomingMessage | undefined;
  #timer: NodeJS.Timeout | undefined;
  #retry = 3000;
  #closed = false;
  /** The last id that came, with an event or without. */
  version = 0;
  connections = 0;
  refusals = 0;

  /** @param told is called for each event, with its time by `performance.now()` */
  constructor(url: string, told: (version: number, at: number) => void = () => {}) {
    this.#url = url;
    this.#told = told;
    this.#connect();
  }

  #connect(): void {
    const headers = this.version === 0 ? {} : { "Last-Event-ID": String(this.version) };
    const request = get(this.#url, { agent: false, headers }, (response) => {
      this.#response = response;
      if (response.statusCode !== 200) this.refusals++;
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
        for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
          this.#take(text.slice(0, end));
          text = text.slice(end + 2);
        }
      });
      response.on("error", () => {}).on("close", () => this.#again());
    });
    request.on("error", () => this.#again());
  }

  #take(text: string): void {
    const { id, data, retry } = blockOf(text);
    if (retry !== undefined) {
      this.#retry = Number(retry);
      this.connections++;
    }
    if (id !== undefined) this.version = Number(id);
    if (data !== undefined) this.#told(this.version, performance.now());
  }

  #again(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), this.#retry);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#response?.destroy();
  }
}
