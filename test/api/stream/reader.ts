/* Reads a change stream as a client does. */

/** A block between two empty lines: its fields, and its comments under an empty name. */
export type Block = { id?: string; data?: string; retry?: string; comment?: string };

export function blockOf(text: string): Block {
  const block: Block = {};
  for (const line of text.split("\n")) {
    const [, name = "", value = ""] = /^([a-z]*):? ?(.*)$/.exec(line) ?? [];
    if (name === "id" || name === "data" || name === "retry") block[name] = value;
    else if (line.startsWith(":")) block.comment = value;
  }
  return block;
}

export class StreamReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  /** The next block; null when the stream has ended. */
  async block(): Promise<Block | null> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end !== -1) {
        const text = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        return blockOf(text);
      }
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  /** The next event, past heartbeats; null when the stream has ended. */
  async event(): Promise<{ id: string; type: string; etag: string; lastModified: number } | null> {
    for (;;) {
      const block = await this.block();
      if (block === null) return null;
      if (block.data !== undefined) return { id: block.id ?? "", ...JSON.parse(block.data) };
    }
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }
}
