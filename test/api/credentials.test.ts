import { describe, expect, it } from "vitest";
import { credential } from "../../src/api/auth.ts";
import { network } from "../../src/snapshot/network.ts";
import { hashKey, mintKey, parseKey } from "../../src/api/keys.ts";

describe("an environment key says its kind and its environment", () => {
  it("and is made so that it can be read back", () => {
    const key = mintKey("client", "eu-production-1");
    expect(parseKey(key)).toEqual({ kind: "client", environment: "eu-production-1" });
    expect(mintKey("client", "eu-production-1")).not.toBe(key);
  });

  it.each([
    "",
    "slc_admin_test-root",
    "slc_client_production",
    "slc_client_production_",
    "slc_client_Production_0123456789abcdef",
    "slc_client_a_b_0123456789abcdef",
    "slc_client__0123456789abcdef",
    `slc_client_${"a".repeat(33)}_0123456789abcdef`,
    "slc_mobile_production_0123456789abcdef",
    " slc_client_production_0123456789abcdef",
    "slc_client_production_0123456789abcdef\n",
    `slc_server_production_${"a".repeat(100_000)}`,
  ])("%s is none", (text) => {
    expect(parseKey(text)).toBeUndefined();
  });

  it("only its SHA-256 is kept", async () => {
    expect(await hashKey("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

describe("where a credential is looked for", () => {
  const of = (headers: Record<string, string>) => credential(new Headers(headers));

  it.each([
    [{ Authorization: "Bearer abc" }, "abc"],
    [{ Authorization: "bearer   abc" }, "abc"],
    [{ Authorization: "BEARER abc" }, "abc"],
    [{ "X-API-Key": "abc" }, "abc"],
    [{ Authorization: "Bearer abc", "X-API-Key": "def" }, "abc"],
    [{ Authorization: "Basic abc", "X-API-Key": "def" }, "def"],
    [{ Authorization: "Basic abc" }, undefined],
    [{ Authorization: "abc" }, undefined],
    [{}, undefined],
  ])("%j", (headers, found) => {
    expect(of(headers)).toBe(found);
  });
});

describe("failed attempts are counted by IPv4 address or IPv6 /64", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002:0000::1", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["", ""],
  ])("%s", (address, counted) => {
    expect(network(address)).toBe(counted);
  });
});
