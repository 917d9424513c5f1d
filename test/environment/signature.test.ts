import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { webhookSecret } from "../../src/contract/webhook.ts";
import { isSigned, mintSecret, sign } from "../../src/environment/notify/signature.ts";

/** The package knows only the present; so messages here are of now. */
const now = Date.now();
const seconds = Math.floor(now / 1000);
const id = fc.stringMatching(/^msg_[A-Za-z0-9]{1,40}$/);
const secret = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString("base64")}`);
const body = fc.jsonValue().map((value) => JSON.stringify(value));

describe("signatures are those of Standard Webhooks", () => {
  test("the example of the specification's own tests", () => {
    const timestamp = 1_614_265_330;
    const key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const signed = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp, '{"test": 2432232314}');
    expect(signed).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  test("what is signed here is taken by the package, and what the package signs is taken here", () => {
    fc.assert(
      fc.property(secret, id, body, (key, name, text) => {
        const theirs = new Webhook(key);
        const signature = sign(key, name, seconds, text);
        expect(signature).toBe(theirs.sign(name, new Date(seconds * 1000), text));
        const headers = { "webhook-id": name, "webhook-timestamp": String(seconds), "webhook-signature": signature };
        expect(theirs.verify(text, headers)).toEqual(JSON.parse(text));
        expect(isSigned(key, { id: name, timestamp: String(seconds), signature }, text, now)).toBe(true);
      }),
    );
  });

  test("a new secret is one, and another each time", () => {
    const made = Array.from({ length: 50 }, mintSecret);
    expect(new Set(made).size).toBe(50);
    for (const one of made) expect(webhookSecret.safeParse(one).success).toBe(true);
  });
});

describe("what isn't signed is not taken", () => {
  const key = mintSecret();
  const text = '{"a":1}';
  const good = { id: "msg_1", timestamp: String(seconds), signature: sign(key, "msg_1", seconds, text) };

  test("another body, id, time or secret", () => {
    expect(isSigned(key, good, text, now)).toBe(true);
    expect(isSigned(key, good, '{"a":2}', now)).toBe(false);
    expect(isSigned(key, { ...good, id: "msg_2" }, text, now)).toBe(false);
    expect(isSigned(key, { ...good, timestamp: String(seconds - 1) }, text, now)).toBe(false);
    expect(isSigned(mintSecret(), good, text, now)).toBe(false);
  });

  test("no signature, one of another version, and what is formed like none", () => {
    const [, mac = ""] = good.signature.split(",");
    for (const signature of [
      "",
      " ",
      "v1,",
      mac,
      `v1a,${mac}`,
      `v2,${mac}`,
      good.signature.slice(0, -1),
      `${good.signature}=`,
    ])
      expect(isSigned(key, { ...good, signature }, text, now), signature).toBe(false);
    for (const timestamp of ["", "-1", "1e9", `${seconds}.0`, ` ${seconds}`, "9".repeat(400)])
      expect(isSigned(key, { ...good, timestamp }, text, now), timestamp).toBe(false);
    for (const name of ["", "m".repeat(257)])
      expect(isSigned(key, { ...good, id: name, signature: sign(key, name, seconds, text) }, text, now)).toBe(false);
  });

  test("of several signatures one is enough, among the first ten", () => {
    const others = (n: number) => Array.from({ length: n }, () => sign(mintSecret(), "msg_1", seconds, text)).join(" ");
    expect(isSigned(key, { ...good, signature: `${others(9)} ${good.signature}` }, text, now)).toBe(true);
    expect(isSigned(key, { ...good, signature: `${others(10)} ${good.signature}` }, text, now)).toBe(false);
  });

  test("5 minutes of clock, to either side", () => {
    for (const [offset, taken] of [
      [300, true],
      [-300, true],
      [301, false],
      [-301, false],
    ] as const) {
      const at = seconds + offset;
      const message = { id: "msg_1", timestamp: String(at), signature: sign(key, "msg_1", at, text) };
      expect(isSigned(key, message, text, now), String(offset)).toBe(taken);
    }
  });
});
