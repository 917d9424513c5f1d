/** What a relay keeps: a version, its body, and when it was last told that it is current (epoch ms). */
export type Kept = { readonly version: number; readonly body: string; readonly toldAt: number };

/** A value may have 2 MiB; a UTF-16 unit takes up to two bytes. */
const PART_UNITS = 512 * 1024;
const HEAD = "kept";
const part = (index: number): string => `body/${index}`;
type Head = { version: number; toldAt: number; parts: number };

/** The relay's storage: one version, whole or not at all. Reading makes nothing. */
export class RelayStorage {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  load(): Kept | undefined {
    const { kv } = this.#storage;
    const head = kv.get<Head>(HEAD);
    if (!head) return undefined;
    let body = "";
    for (let index = 0; index < head.parts; index++) body += kv.get<string>(part(index)) ?? "";
    return { version: head.version, body, toldAt: head.toldAt };
  }

  keep({ version, body, toldAt }: Kept): void {
    const { kv } = this.#storage;
    this.#storage.transactionSync(() => {
      const before = kv.get<Head>(HEAD)?.parts ?? 0;
      const parts = Math.ceil(body.length / PART_UNITS);
      for (let index = 0; index < parts; index++)
        kv.put(part(index), body.slice(index * PART_UNITS, (index + 1) * PART_UNITS));
      for (let index = parts; index < before; index++) kv.delete(part(index));
      kv.put(HEAD, { version, toldAt, parts } satisfies Head);
    });
  }
}
