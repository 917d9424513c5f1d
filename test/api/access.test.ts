import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type AccessSettings,
  issuerOf,
  keysAddress,
  type PublishedKeys,
  verifyAssertion,
} from "../../src/api/access.ts";
import { parseAccessRoles } from "../../src/contract/access-roles.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const roles = parseAccessRoles(
  '{"ada@example.com":"admin","bob@example.com":"viewer","*@example.com":"editor","sre":"operator"}',
)!;
const settings: AccessSettings = { teamDomain: "team.cloudflareaccess.com", audience: "aud-1", roles };

type Keys = { privateKey: CryptoKey; set: PublishedKeys };
/** The keys of a JWKS, as jose reads it. */
function published(...of: Parameters<typeof createLocalJWKSet>): PublishedKeys {
  const set = createLocalJWKSet(...of);
  return (kid) => set({ alg: "RS256", kid }).catch(() => undefined);
}
async function makeKeys(
  kid: string,
  ...also: { kid: string; publicKey: CryptoKey }[]
): Promise<Keys & { publicKey: CryptoKey }> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const keys = await Promise.all(
    [{ kid, publicKey }, ...also].map(async (one) => ({
      ...(await exportJWK(one.publicKey)),
      kid: one.kid,
      alg: "RS256",
    })),
  );
  return { privateKey, publicKey, set: published({ keys }) };
}

let keys: Keys & { publicKey: CryptoKey };
beforeAll(async () => {
  keys = await makeKeys("one");
});

type Claims = { nbf?: number; email?: unknown; groups?: unknown; common_name?: unknown };
function token(
  claims: Claims,
  change: { aud?: string; iss?: string; exp?: number | null; kid?: string; key?: CryptoKey } = {},
) {
  const jwt = new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", kid: change.kid ?? "one" })
    .setIssuedAt(NOW / 1000 - 10)
    .setIssuer(change.iss ?? issuerOf(settings.teamDomain))
    .setAudience(change.aud ?? settings.audience);
  if (change.exp !== null) jwt.setExpirationTime(change.exp ?? NOW / 1000 + 60);
  return jwt.sign(change.key ?? keys.privateKey);
}
const verify = (assertion: string, set = keys.set) => verifyAssertion(assertion, settings, set, NOW);

describe("a person signed in by Access", () => {
  it.each([
    [{ email: "ada@example.com" }, "admin"],
    [{ email: "ADA@Example.com" }, "admin"],
    [{ email: "bob@example.com", groups: ["sre"] }, "viewer"],
    [{ email: "eve@example.com" }, "editor"],
    [{ email: "eve@example.com", groups: ["sre"] }, "editor"],
    [{ email: "sam@elsewhere.test", groups: ["staff", "sre"] }, "operator"],
    [{ email: "sam@elsewhere.test", groups: "sre" }, undefined],
    [{ email: "x@evil-example.com" }, undefined],
    [{ common_name: "deploy.access", groups: ["sre"] }, "operator"],
  ])("%j has the role %s", async (claims, expected) => {
    const verdict = await verify(await token(claims));
    expect(verdict).toMatchObject({ person: { role: expected } });
  });
});

describe("an assertion is refused", () => {
  it.each([
    ["for another audience", () => token({ email: "ada@example.com" }, { aud: "aud-2" })],
    ["from another issuer", () => token({ email: "ada@example.com" }, { iss: "https://other.cloudflareaccess.com" })],
    ["when it expired", () => token({ email: "ada@example.com" }, { exp: NOW / 1000 - 1 })],
    ["without an expiry", () => token({ email: "ada@example.com" }, { exp: null })],
    ["for a key that isn't published", () => token({ email: "ada@example.com" }, { kid: "two" })],
    ["before it holds", () => token({ email: "ada@example.com", nbf: NOW / 1000 + 1 })],
    ["without somebody", () => token({})],
    ["with an address that isn't text", () => token({ email: 7 })],
    ["when it isn't a token", () => "nonsense"],
    ["when empty", () => ""],
  ])("%s", async (_, make) => {
    expect(await verify(await make())).toEqual({ refused: true });
  });

  it("when its header says what must be understood and isn't, or names no key", async () => {
    for (const header of [{ kid: "one", crit: ["exp"], exp: 1 }, {}]) {
      const signed = await new SignJWT({ email: "ada@example.com" })
        .setProtectedHeader({ alg: "RS256", ...header })
        .setIssuer(issuerOf(settings.teamDomain))
        .setAudience(settings.audience)
        .setIssuedAt(NOW / 1000)
        .setExpirationTime(NOW / 1000 + 60)
        .sign(keys.privateKey, { crit: { exp: false } });
      expect(await verify(signed)).toEqual({ refused: true });
    }
  });

  it("when it is unsigned", async () => {
    const unsigned = new UnsecuredJWT({ email: "ada@example.com" })
      .setIssuer(issuerOf(settings.teamDomain))
      .setAudience(settings.audience)
      .setIssuedAt(NOW / 1000)
      .setExpirationTime(NOW / 1000 + 60)
      .encode();
    expect(await verify(unsigned)).toEqual({ refused: true });
  });

  it("when signed with the public key as a shared secret", async () => {
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(keys.publicKey)));
    const forged = await new SignJWT({ email: "ada@example.com" })
      .setProtectedHeader({ alg: "HS256", kid: "one" })
      .setIssuer(issuerOf(settings.teamDomain))
      .setAudience(settings.audience)
      .setIssuedAt(NOW / 1000)
      .setExpirationTime(NOW / 1000 + 60)
      .sign(secret);
    expect(await verify(forged)).toEqual({ refused: true });
  });

  it("after any one character of it was changed", async () => {
    const good = await token({ email: "ada@example.com" });
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (let i = 0; i < good.length; i++) {
      // The last character of each part carries unused bits; a decoder may ignore those, so change its top bits.
      const at = alphabet.indexOf(good[i]!);
      const changed = at < 0 ? "A" : alphabet[at ^ 0b100000]!;
      expect(await verify(good.slice(0, i) + changed + good.slice(i + 1)), `character ${i}`).toEqual({ refused: true });
    }
  });
});

it("a rotated key is accepted beside the old one, and the old one refused once withdrawn", async () => {
  const both = await makeKeys("two", { kid: "one", publicKey: keys.publicKey });
  const old = await token({ email: "ada@example.com" });
  const fresh = await token({ email: "ada@example.com" }, { kid: "two", key: both.privateKey });
  expect(await verify(old, both.set)).toMatchObject({ person: { id: "ada@example.com" } });
  expect(await verify(fresh, both.set)).toMatchObject({ person: { id: "ada@example.com" } });
  const only = published({ keys: [{ ...(await exportJWK(both.publicKey)), kid: "two", alg: "RS256" }] });
  expect(await verify(old, only)).toEqual({ refused: true });
});

it("unreachable keys are not the token's fault", async () => {
  const down = () => Promise.reject(new TypeError("fetch failed"));
  expect(await verifyAssertion(await token({ email: "ada@example.com" }), settings, down, NOW)).toEqual({
    unavailable: true,
  });
});

it("the team's domain may be written with or without its scheme", () => {
  expect(keysAddress("https://team.cloudflareaccess.com/").href).toBe(keysAddress("team.cloudflareaccess.com").href);
});

it.each(['{"a@b.c":"owner"}', "[]", "not json", '"admin"'])("roles that can't be read allow nobody: %s", (text) => {
  expect(parseAccessRoles(text)).toBeUndefined();
});
