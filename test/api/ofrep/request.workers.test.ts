import { beforeAll, describe, expect, it } from "vitest";
import { FLAGS, ofrep, type World, world } from "./caller.ts";

/* What the edge adds to the context of a client key, and what it doesn't believe. */

const reads = (key: string, attribute: string, ...values: unknown[]) => ({
  key,
  clientSide: true,
  rules: [{ id: "r", when: { attribute, operator: "in", values }, serve: { variant: "on" } }],
});

let here: World;
beforeAll(async () => {
  here = await world(
    reads("austria", "geo.country", "AT"),
    reads("europe", "geo.isEUCountry", true),
    reads("network", "client.asn", 64500),
    reads("agent", "client.userAgent", "test-browser"),
    reads("address", "client.ip", "203.0.113.9"),
    reads("nested", "geo", "x"),
    reads("plan", "plan", "beta"),
    {
      key: "by-colo",
      clientSide: true,
      default: {
        rollout: { percentage: 100, by: "geo.colo", split: [{ variant: "on", weight: 1 }], otherwise: "off" },
      },
    },
    {
      key: "through-a-prerequisite",
      clientSide: true,
      prerequisites: [{ flag: "austria", variants: ["on"] }],
      offVariant: "off",
      default: { variant: "on" },
    },
  );
});

const cf = { country: "AT", isEUCountry: "1", asn: 64500, colo: "VIE" };
const from = { cf, headers: { "CF-Connecting-IP": "203.0.113.9", "User-Agent": "test-browser" } };
const served = async (key: string, flag: string, context: unknown, request: object = from): Promise<unknown> => {
  const single = await ofrep(`${FLAGS}/${flag}`, { key, body: { context }, ...request });
  const bulk = await ofrep(FLAGS, { key, body: { context }, ...request });
  expect(bulk.body.flags.find((item: { key: string }) => item.key === flag)).toEqual(single.body);
  return single.body.value;
};

describe("a client key", () => {
  it.each(["austria", "europe", "network", "agent", "address", "by-colo", "through-a-prerequisite"])(
    "has what the request says: %s",
    async (flag) => {
      expect(await served(here.client, flag, {})).toBe(true);
    },
  );

  it("has nothing where nothing is known", async () => {
    for (const flag of ["austria", "europe", "network", "by-colo", "through-a-prerequisite"])
      expect(await served(here.client, flag, {}, { cf: {} })).toBe(false);
  });

  it("can't claim what it isn't", async () => {
    const claims = {
      "geo.country": "AT",
      geo: { country: "AT", isEUCountry: true },
      client: { asn: 64500, userAgent: "test-browser", ip: "203.0.113.9" },
      "client.asn": 64500,
    };
    for (const flag of ["austria", "europe", "network", "agent", "through-a-prerequisite"])
      expect(
        await served(here.client, flag, claims, { cf: { country: "US" }, headers: { "User-Agent": "other" } }),
      ).toBe(false);
    expect(await served(here.client, "nested", { geo: "x" })).toBe(false);
  });

  it("keeps all its other attributes", async () => {
    expect(await served(here.client, "plan", { plan: "beta", geology: 1 })).toBe(true);
  });
});

describe("a server key", () => {
  it("says itself whom it asks for, and nothing is added", async () => {
    expect(await served(here.server, "austria", {})).toBe(false);
    expect(await served(here.server, "austria", { "geo.country": "AT" })).toBe(true);
    expect(await served(here.server, "austria", { geo: { country: "AT" } })).toBe(true);
    expect(await served(here.server, "nested", { geo: "x" })).toBe(true);
    expect(await served(here.server, "agent", {})).toBe(false);
  });
});
