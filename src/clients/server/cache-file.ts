import { isJsonObject } from "../../contract/json.ts";
import type { ServerSnapshot } from "../../contract/server-snapshot.ts";
import { documentOf, type Held, hold } from "./held.ts";

/*
 * The file from which a process starts when Sluice can't be reached: the document as it was last held, with the digests
 * of listed members. It has no key and no address of a change stream. Written whole, readable by its owner alone.
 */

type Kept = { url: string; snapshot: ServerSnapshot; members: string | null };

/** Reads and writes one file. Nothing that goes wrong with it reaches who evaluates. */
export class CacheFile {
  readonly #path: string;
  readonly #url: string;
  readonly #environment: string;
  #writing: Promise<void> = Promise.resolve();

  /** @param url, environment whose flags are kept: a file of others is not read */
  constructor(path: string, url: string, environment: string) {
    this.#path = path;
    this.#url = url;
    this.#environment = environment;
  }

  /** What was held when the file was written; undefined where there is none that can be used. */
  async read(): Promise<Held | undefined> {
    try {
      const { readFile } = await import("node:fs/promises");
      const kept: unknown = JSON.parse(await readFile(this.#path, "utf8"));
      if (!isJsonObject(kept) || kept["url"] !== this.#url) return undefined;
      const document = documentOf(kept["snapshot"], undefined);
      if (document?.environment !== this.#environment) return undefined;
      const { members } = kept;
      return hold(document, typeof members === "string" ? Uint8Array.from(Buffer.from(members, "base64")) : null);
    } catch {
      return undefined;
    }
  }

  /** Keeps what is held now, after whatever is being written. */
  write({ document, members }: Held): void {
    const snapshot = { ...document, eventStreams: [] };
    const kept: Kept = {
      url: this.#url,
      snapshot,
      members: members === null ? null : Buffer.from(members).toString("base64"),
    };
    this.#writing = this.#writing.then(() => this.#put(JSON.stringify(kept))).catch(() => undefined);
  }

  /** Waits for what is being written. */
  settled(): Promise<void> {
    return this.#writing;
  }

  async #put(text: string): Promise<void> {
    const { rename, rm, writeFile } = await import("node:fs/promises");
    const fresh = `${this.#path}.${process.pid}.new`;
    try {
      await writeFile(fresh, text, { mode: 0o600, flush: true });
      await rename(fresh, this.#path);
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
  }
}
