import { describe, expect, it, vi } from "vitest";
import type { Observation } from "../../../src/core/shadow-tally.ts";
import { type Candidate, darkRoute, type DarkRouteOptions } from "../../../src/gate/shadow/route.ts";
import type { Surroundings } from "../../../src/gate/shadow/dark.ts";

const URL_ = "https://shop.example/products?page=2";
const json = (body: unknown, init: ResponseInit = {}) => Response.json(body, init);

function place(random = 0.99) {
  const seen: Observation[] = [];
  const behind: Promise<unknown>[] = [];
  const surroundings: Surroundings = {
    share: () => 100,
    observe: (_, one) => void seen.push(one),
    waitUntil: (work) => void behind.push(work),
    now: () => 0,
    random: () => random,
  };
  return { surroundings, seen, settled: () => Promise.all(behind) };
}

type Case = Partial<DarkRouteOptions> & {
  request?: Request;
  control?: () => Response | Promise<Response>;
  candidate?: Candidate;
};

async function once({ request = new Request(URL_), control = () => json({ a: 1 }), ...rest }: Case) {
  const { candidate: own = async () => json({ a: 1 }), ...options } = rest;
  const { surroundings, seen, settled } = place();
  const candidate = vi.fn<Candidate>(own);
  const route = darkRoute({ flag: "catalogue", ...options });
  const response = await route(surroundings, { request, control: async () => control(), candidate });
  return { response, seen, settled, candidate };
}

describe("the response", () => {
  it.each<[string, () => Promise<Response>]>([
    ["never answers", () => new Promise(() => {})],
    [
      "throws",
      async () => {
        throw new Error("no");
      },
    ],
    ["answers without end", async () => new Response(endless())],
    ["answers with another status", async () => json({ error: true }, { status: 500 })],
  ])("is control's own, byte for byte, when the candidate %s", async (_, candidate) => {
    const bytes = crypto.getRandomValues(new Uint8Array(10_000));
    const own = new Response(bytes, { headers: { "Set-Cookie": "a=1", ETag: '"x"' }, status: 201 });
    const { response, seen, settled } = await once({ control: () => own, candidate, timeout: 20 });
    expect(response).toBe(own);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    expect(response.headers.get("Set-Cookie")).toBe("a=1");
    await settled();
    expect(seen).toHaveLength(1);
  });

  it("is control's own rejection", async () => {
    const error = new Error("control");
    await expect(once({ control: () => Promise.reject(error) })).rejects.toBe(error);
  });
});

describe("the candidate", () => {
  it("gets the same request, marked, uncached, and without credentials unless it may have them", async () => {
    const headers = { Authorization: "Bearer x", Cookie: "s=1", "X-API-Key": "k", Accept: "application/json" };
    const sent = async (credentials?: DarkRouteOptions["credentials"]): Promise<Request> => {
      const request = new Request(URL_, { headers });
      const made = await once({ request, ...(credentials && { credentials }) });
      await made.settled();
      return made.candidate.mock.calls[0]![0];
    };
    const dropped = await sent();
    expect(dropped.url).toBe(URL_);
    expect(dropped.headers.get("x-shadow")).toBe("catalogue");
    expect(dropped.headers.get("Cache-Control")).toBe("no-store");
    expect(dropped.headers.get("Accept")).toBe("application/json");
    for (const name of ["Authorization", "Cookie", "X-API-Key"]) expect(dropped.headers.has(name)).toBe(false);
    expect((await sent("forward")).headers.get("Authorization")).toBe("Bearer x");
    const swapped = await sent({ Authorization: "Bearer staging" });
    expect(swapped.headers.get("Authorization")).toBe("Bearer staging");
    expect(swapped.headers.has("Cookie")).toBe(false);
  });

  it("gets the body of a request that may be sent twice", async () => {
    const request = new Request(URL_, { method: "PUT", body: "text", headers: { "Content-Length": "4" } });
    const { candidate, settled } = await once({ request, idempotent: true });
    await settled();
    expect(await candidate.mock.calls[0]![0].text()).toBe("text");
  });
});

describe("what isn't shadowed", () => {
  const get = (headers: Record<string, string>) => new Request(URL_, { headers });
  it.each<[string, Case]>([
    ["shadow", { request: get({ "x-shadow": "other" }) }],
    ["method", { request: new Request(URL_, { method: "POST" }) }],
    ["range", { request: get({ Range: "bytes=0-1" }) }],
    ["stream", { request: get({ Accept: "text/event-stream" }) }],
    ["large", { request: new Request(URL_, { method: "POST", body: "x".repeat(70_000) }), idempotent: true }],
    ["range", { control: () => new Response("x", { status: 206 }) }],
    ["stream", { control: () => new Response("x", { headers: { "Content-Type": "text/event-stream" } }) }],
    ["large", { control: () => new Response("x", { headers: { "Content-Length": "70000" } }) }],
  ])("%s: not asked, and counted", async (reason, given) => {
    const { seen, settled, candidate } = await once(given);
    await settled();
    expect(candidate).not.toHaveBeenCalled();
    expect(seen).toEqual([{ outcome: "skipped", reason }]);
  });

  it("bodies that turn out too large are given up", async () => {
    const { response, seen, settled } = await once({ control: () => new Response("x".repeat(200_000)) });
    expect(await response.text()).toHaveLength(200_000);
    await settled();
    expect(seen).toEqual([{ outcome: "skipped", reason: "large" }]);
  });
});

describe("what is compared", () => {
  const differences = async (control: Response, candidate: Response, options: Case = {}) => {
    const { seen, settled } = await once({ control: () => control, candidate: async () => candidate, ...options });
    await settled();
    const [one] = seen;
    return one?.outcome === "compared" ? one.differences.map(({ field }) => field) : one;
  };

  it("the class of the status, the chosen headers, and JSON whatever its order", async () => {
    expect(
      await differences(
        json({ a: 1, b: 2 }),
        new Response('{"b":2, "a":1}', { status: 201, headers: { "Content-Type": "application/json; charset=utf-8" } }),
      ),
    ).toEqual([]);
    expect(await differences(json({ a: 1 }), json({ a: 1 }, { status: 404 }))).toEqual(["/status"]);
    expect(await differences(json({ a: 1 }), json({ a: 2 }))).toEqual(["/body/a"]);
    const tagged = json({}, { headers: { ETag: '"1"' } });
    expect(await differences(tagged, json({}))).toEqual([]);
    expect(await differences(json({}, { headers: { ETag: '"1"' } }), json({}), { headers: ["ETag"] })).toEqual([
      "/headers/etag",
    ]);
  });

  it("text as text, and JSON that isn't as text too", async () => {
    expect(await differences(new Response("a"), new Response("b"))).toEqual(["/body"]);
    const broken = () => new Response("{", { headers: { "Content-Type": "application/json" } });
    expect(await differences(broken(), broken())).toEqual([]);
  });

  it("both statuses are told", async () => {
    const { seen, settled } = await once({ candidate: async () => json({ a: 1 }, { status: 503 }) });
    await settled();
    expect(seen[0]).toMatchObject({ statuses: [200, 503] });
  });

  it("what differs by itself is known where control can be run again", async () => {
    const { surroundings, seen, settled } = place(0);
    let n = 0;
    const control = async () => json({ n: n++ });
    const candidate = async () => json({ n: 9 });
    await darkRoute({ flag: "catalogue" })(surroundings, {
      request: new Request(URL_),
      control,
      candidate,
      again: control,
    });
    await settled();
    expect(seen[0]).toMatchObject({ noise: ["/body/n"] });
  });
});

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1_000_000)) });
}
