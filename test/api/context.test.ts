import { describe, expect, it, test } from "vitest";
import {
  addRequestAttributes,
  type Attributes,
  contextInQuery,
  contextOfBody,
  contextOfQuery,
} from "../../src/api/context.ts";
import { FAILURES } from "../../src/api/failure.ts";

const nested = (levels: number): string => '{"a":'.repeat(levels - 1) + "{}" + "}".repeat(levels - 1);
const base64url = (text: string): string => Buffer.from(text).toString("base64url");

describe("the body of an evaluation", () => {
  it.each(["", "{}", '{"context":{}}', '{"context":null}'])("%j is the anonymous context", (text) => {
    expect(contextOfBody(text)).toEqual({ attributes: {} });
  });

  it.each([
    "[]",
    "null",
    "1",
    '"x"',
    "true",
    '{"context":[]}',
    '{"context":"x"}',
    '{"context":0}',
    '{"context":false}',
  ])("%j is not a context", (text) => {
    expect(contextOfBody(text)).toBe(FAILURES.notObject);
  });

  it.each(["{", "nonsense", "{'context':{}}", '{"context":{}} x', "\u0000", "NaN"])("%j is not JSON", (text) => {
    expect(contextOfBody(text)).toBe(FAILURES.notJson);
  });

  it("a context has at most 10 levels, itself the first", () => {
    expect(contextOfBody(`{"context":${nested(10)}}`)).toHaveProperty("attributes");
    expect(contextOfBody(`{"context":${nested(11)}}`)).toBe(FAILURES.contextTooDeep);
    expect(contextOfBody(`{"context":${"[".repeat(30_000)}${"]".repeat(30_000)}}`)).toBe(FAILURES.notObject);
    expect(contextOfBody(`{"context":{"a":${"[".repeat(9)}${"]".repeat(9)}}}`)).toHaveProperty("attributes");
    expect(contextOfBody(`{"context":{"a":${"[".repeat(10)}${"]".repeat(10)}}}`)).toBe(FAILURES.contextTooDeep);
  });

  it("a body has at most 32 levels, whatever they are called", () => {
    expect(contextOfBody(`{"context":{},"other":${nested(31)}}`)).toHaveProperty("attributes");
    expect(contextOfBody(`{"context":{},"other":${nested(32)}}`)).toBe(FAILURES.bodyTooDeep);
  });
});

describe("a targeting key is text or a safe integer, else it counts as absent", () => {
  it.each(['"user-1"', '""', "7", "-0", "9007199254740991"])("%s stays", (key) => {
    expect(contextOfBody(`{"context":{"targetingKey":${key}}}`)).toEqual({
      attributes: { targetingKey: JSON.parse(key) },
    });
  });

  it.each(["1.5", "9007199254740992", "1e999", "true", "null", "[]", "{}"])("%s goes", (key) => {
    expect(contextOfBody(`{"context":{"targetingKey":${key},"a":1}}`)).toEqual({ attributes: { a: 1 } });
  });
});

describe("the context in a query", () => {
  it("is base64url of its JSON; padding and the other alphabet are forgiven", () => {
    const json = '{"targetingKey":"ü??>>"}';
    const wanted = { attributes: { targetingKey: "ü??>>" } };
    expect(contextOfQuery(base64url(json))).toEqual(wanted);
    expect(contextOfQuery(Buffer.from(json).toString("base64"))).toEqual(wanted);
  });

  it("may be left out, empty or null", () => {
    for (const encoded of [null, "", base64url("null"), base64url("{}")])
      expect(contextOfQuery(encoded)).toEqual({ attributes: {} });
  });

  it("is refused when it can't be read", () => {
    expect(contextOfQuery("*")).toBe(FAILURES.contextNotJson);
    expect(contextOfQuery(base64url("{"))).toBe(FAILURES.contextNotJson);
    expect(contextOfQuery(Buffer.from([0x22, 0xff, 0x22]).toString("base64url"))).toBe(FAILURES.contextNotJson);
    expect(contextOfQuery(base64url("[]"))).toBe(FAILURES.notObject);
    expect(contextOfQuery(base64url(nested(11)))).toBe(FAILURES.contextTooDeep);
  });

  it("has at most 8 KiB of JSON", () => {
    const sized = (bytes: number) => base64url(`{"a":"${"x".repeat(bytes - 8)}"}`);
    expect(contextOfQuery(sized(8192))).toHaveProperty("attributes");
    expect(contextOfQuery(sized(8193))).toBe(FAILURES.contextTooLong);
    expect(contextOfQuery("A".repeat(1_000_000))).toBe(FAILURES.contextTooLong);
  });
});

describe("what the edge knows stands in place of what a client claims", () => {
  const request = (cf: object | undefined, headers: Record<string, string> = {}): Request =>
    Object.assign(new Request("https://flags.example/", { headers }), { cf });

  it("drops every claim in the two families and nothing else", () => {
    const attributes: Attributes = {
      geo: { country: "XX" },
      "geo.country": "XX",
      "geo.made.up": 1,
      client: 1,
      "client.ip": "6.6.6.6",
      "geo.": 0,
      geology: "rock",
      clientele: 2,
      "not.geo.country": 3,
      Geo: 4,
    };
    addRequestAttributes(attributes, request(undefined));
    expect(attributes).toEqual({ geology: "rock", clientele: 2, "not.geo.country": 3, Geo: 4 });
  });

  it("adds what is known", () => {
    const attributes: Attributes = { "geo.city": "Atlantis" };
    const cf = {
      country: "AT",
      city: "Graz",
      continent: "EU",
      timezone: "Europe/Vienna",
      colo: "VIE",
      isEUCountry: "1",
      asn: 64500,
    };
    addRequestAttributes(attributes, request(cf, { "CF-Connecting-IP": "203.0.113.7", "User-Agent": "x" }));
    expect(attributes).toEqual({
      "geo.country": "AT",
      "geo.city": "Graz",
      "geo.continent": "EU",
      "geo.timezone": "Europe/Vienna",
      "geo.colo": "VIE",
      "geo.isEUCountry": true,
      "client.ip": "203.0.113.7",
      "client.asn": 64500,
      "client.userAgent": "x",
    });
  });

  it("knows a country outside the EU, and doesn't guess without a country", () => {
    const outside: Attributes = {};
    addRequestAttributes(outside, request({ country: "US" }));
    expect(outside["geo.isEUCountry"]).toBe(false);
    const nowhere: Attributes = {};
    addRequestAttributes(nowhere, request({ asn: 1 }));
    expect(nowhere).toEqual({ "client.asn": 1 });
  });

  it("is not led astray by a claim named __proto__", () => {
    const attributes = JSON.parse('{"__proto__":{"geo.country":"XX"},"geo":1}') as Attributes;
    addRequestAttributes(attributes, request(undefined));
    expect(Object.keys(attributes)).toEqual(["__proto__"]);
    expect(attributes["geo.country"]).toBeUndefined();
  });
});

describe("attributes outside the context", () => {
  test.each([
    '{"targetingKey":"u"}',
    '{"email":"a@example.com","plan":"pro"}',
    '{"Context":{"targetingKey":"u"}}',
    '{"user":{"context":{}}}',
  ])("are refused, saying where they belong: %s", (body) => {
    expect(contextOfBody(body)).toBe(FAILURES.contextMissing);
  });

  test.each(["targetingKey=u", "email=a%40example.com", "context=e30&targetingKey=u", "geo.country=DE", "Context=e30"])(
    "in a query too: %s",
    (query) => expect(contextInQuery(new URLSearchParams(query))).toBe(FAILURES.contextMissing),
  );

  test("beside a context they are nobody's business, and what the route itself knows is fine", () => {
    expect(contextOfBody('{"context":{"targetingKey":42},"other":1}')).toEqual({ attributes: { targetingKey: 42 } });
    for (const body of ["", "{}", '{"context":{}}', '{"context":null}'])
      expect(contextOfBody(body)).toEqual({ attributes: {} });
    for (const query of ["", "key=k", "context=e30&key=k&flagConfigEtag=a.1&flagConfigLastModified=1", "_=17"])
      expect(contextInQuery(new URLSearchParams(query))).toEqual({ attributes: {} });
  });
});
