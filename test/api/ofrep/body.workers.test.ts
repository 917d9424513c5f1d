import { beforeAll, describe, expect, it } from "vitest";
import { expectFailure, FLAGS, ofrep, type Options, type World, world } from "./caller.ts";

/* What may be sent to an evaluation, and how much of it. The same on both routes. */

const KIB = 1024;
let here: World;
beforeAll(async () => {
  here = await world({ key: "f", default: { variant: "on" } });
});

const gzip = async (text: string): Promise<Uint8Array> =>
  new Uint8Array(
    await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
  );
const padded = (bytes: number): string => `{"context":{"a":"${"x".repeat(bytes - 20)}"}}`;
/** Sent in pieces, without a length. */
const streamed = (text: string, pieces = 3): ReadableStream => {
  const bytes = new TextEncoder().encode(text);
  const size = Math.ceil(bytes.length / pieces);
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
};

describe.each([
  ["single", `${FLAGS}/f`, "f"],
  ["bulk", FLAGS, undefined],
])("%s", (_, path, name) => {
  const post = (body: unknown, headers: Record<string, string> = {}, options: Options = {}) =>
    ofrep(path, { key: here.server, body, headers, ...options });

  it.each([undefined, "", "{}", '{"context":{}}', '{"context":null}', '{"context":{"targetingKey":null}}', "\uFEFF{}"])(
    "200: %j",
    async (body) => {
      expect((await post(body)).status).toBe(200);
    },
  );

  it("200: whatever the content type says, or none", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "nonsense",
      "application/json; charset=latin1",
    ])
      expect((await post("{}", { "Content-Type": type })).status).toBe(200);
  });

  it("200: hostile but harmless", async () => {
    for (const context of [
      '{"__proto__":{"targetingKey":"x"},"constructor":1,"toString":2,"hasOwnProperty":3}',
      '{"":"empty","a":null,"b":[],"c":{"d":{}}}',
      '{"a":1e999,"b":-1e999,"c":1e-999}',
      '{"a":"\\ud800","b":"\\u0000","targetingKey":"\\udc00"}',
      '{"a":1,"a":2,"targetingKey":"x","targetingKey":{}}',
    ])
      expect((await post(`{"context":${context}}`)).status).toBe(200);
  });

  it.each([
    "[]",
    "null",
    "0",
    '"text"',
    "true",
    '{"context":[]}',
    '{"context":1}',
    '{"context":"x"}',
    '{"context":true}',
  ])("400 INVALID_CONTEXT: %s", async (body) => {
    expectFailure(await post(body), 400, "INVALID_CONTEXT", name);
  });

  it("400 INVALID_CONTEXT: eleven levels of context; ten are all right", async () => {
    const nested = (levels: number) => `{"context":${'{"a":'.repeat(levels - 1)}{}${"}".repeat(levels)}`;
    expect((await post(nested(10))).status).toBe(200);
    expectFailure(await post(nested(11)), 400, "INVALID_CONTEXT", name);
    expectFailure(
      await post(`{"context":{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}}`),
      400,
      "INVALID_CONTEXT",
      name,
    );
  });

  it.each(["{", "nonsense", "{'context':{}}", '{"context":{}} {}', "\u0000", '{"context":}', "[".repeat(60_000)])(
    "400 PARSE_ERROR: %.20s",
    async (body) => {
      expectFailure(await post(body), 400, "PARSE_ERROR", name);
    },
  );

  it("413: one byte past 64 KiB, however it is sent", async () => {
    expect((await post(padded(64 * KIB))).status).toBe(200);
    expectFailure(await post(padded(64 * KIB + 1)), 413, "GENERAL", name);
    expect((await post(streamed(padded(64 * KIB)))).status).toBe(200);
    expectFailure(await post(streamed(padded(64 * KIB + 1))), 413, "GENERAL", name);
    const encoded = { "Content-Encoding": "gzip" };
    expect((await post(await gzip(padded(64 * KIB)), encoded)).status).toBe(200);
    expectFailure(await post(await gzip(padded(64 * KIB + 1)), encoded), 413, "GENERAL", name);
  });

  it("413: bytes are counted, not characters", async () => {
    expectFailure(await post(`{"context":{"a":"${"☃".repeat(22_000)}"}}`), 413, "GENERAL", name);
  });

  it("413: a body that never ends is not read to its end", async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 16 * KIB;
        controller.enqueue(new Uint8Array(16 * KIB).fill(32));
      },
    });
    expectFailure(await post(endless), 413, "GENERAL", name);
    expect(sent).toBeLessThan(1024 * KIB);
  });

  it("413: a small body that unpacks to much is not unpacked to its end", async () => {
    const bomb = await gzip(" ".repeat(20 * 1024 * KIB));
    expect(bomb.byteLength).toBeLessThan(64 * KIB);
    expectFailure(await post(bomb, { "Content-Encoding": "gzip" }), 413, "GENERAL", name);
  });

  it("gzip is unpacked, by any of its names", async () => {
    const body = await gzip('{"context":{"targetingKey":"u"}}');
    for (const encoding of ["gzip", "GZIP", "x-gzip"])
      expect((await post(body, { "Content-Encoding": encoding })).status).toBe(200);
    expect((await post("{}", { "Content-Encoding": "identity" })).status).toBe(200);
    expect((await post(streamed("{}"), { "Content-Encoding": "" })).status).toBe(200);
  });

  it("400: what says gzip and isn't", async () => {
    expectFailure(await post("{}", { "Content-Encoding": "gzip" }), 400, "GENERAL", name);
    const cut = (await gzip(padded(2000))).slice(0, 30);
    expectFailure(await post(cut, { "Content-Encoding": "gzip" }), 400, "GENERAL", name);
  });

  it.each(["br", "deflate", "zstd", "gzip, gzip", "gzip, br", "nonsense"])(
    "415: Content-Encoding %s",
    async (encoding) => {
      expectFailure(await post("{}", { "Content-Encoding": encoding }), 415, "GENERAL", name);
    },
  );

  it("bytes that are no UTF-8 are read as U+FFFD", async () => {
    const body = new Uint8Array([
      ...new TextEncoder().encode('{"context":{"targetingKey":"'),
      0xff,
      0xfe,
      ...new TextEncoder().encode('"}}'),
    ]);
    expect((await post(body)).status).toBe(200);
  });
});
