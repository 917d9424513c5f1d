import { describe, expect, test } from "vitest";
import { refusedAddress } from "../../src/environment/notify/post.ts";

describe("where something may be sent", () => {
  test.each([
    "https://hooks.slack.com/services/T0/B0/x",
    "https://hooks.shop.example/",
    "https://hooks.shop.example:443/a?b=c#d",
    "https://HOOKS.Shop.Example./",
    "https://bücher.example/",
    "https://a-b.c_d.example.co.uk",
    "https://local.example/",
    "https://localhost.example/",
  ])("%s", (url) => {
    expect(refusedAddress(url, false)).toBeUndefined();
    expect(refusedAddress(url, true)).toBeUndefined();
  });
});

describe("where nothing is sent", () => {
  test.each([
    // no URL
    ["", /absolute/],
    ["hooks.shop.example", /absolute/],
    ["/hooks", /absolute/],
    [" https://hooks.shop.example/", /absolute/],
    ["https://", /absolute/],
    // other schemes
    ["http://hooks.shop.example/", /https/],
    ["ftp://hooks.shop.example/", /https/],
    ["file:///etc/passwd", /https/],
    ["data:text/plain,a", /https/],
    ["javascript:alert(1)", /https/],
    // other ports
    ["https://hooks.shop.example:8443/", /443/],
    ["https://hooks.shop.example:80/", /443/],
    // user info
    ["https://me@hooks.shop.example/", /user info/],
    ["https://me:secret@hooks.shop.example/", /user info/],
    ["https://@hooks.shop.example/", /user info/],
    ["https://hooks.shop.example@127.0.0.1/", /user info/],
    // addresses, in every way to write one
    ["https://10.0.0.1/", /IP/],
    ["https://169.254.169.254/latest/meta-data/", /IP/],
    ["https://8.8.8.8/", /IP/],
    ["https://2130706433/", /IP/],
    ["https://0x7f.1/", /IP/],
    ["https://0177.0.0.1/", /IP/],
    ["https://127.1/", /IP/],
    ["https://127.0.0.1./", /IP/],
    ["https://１２７.０.０.１/", /IP/],
    ["https://[2001:db8::1]/", /IP/],
    ["https://[::ffff:10.0.0.1]/", /IP/],
    ["https://[fe80::1]/", /IP/],
    // names that aren't public
    ["https://localhost/", /public/],
    ["https://LOCALHOST./", /public/],
    ["https://app.localhost/", /public/],
    ["https://printer.local/", /public/],
    ["https://db.internal/", /public/],
    ["https://metadata.google.internal/", /public/],
    ["https://wiki.corp/", /public/],
    ["https://nas.home.arpa/", /public/],
    ["https://router.lan/", /public/],
    ["https://intranet/", /public/],
    ["https://hidden.onion/", /public/],
    ["https://1.0.0.127.in-addr.arpa/", /public/],
    ["https://a..example/", /public/],
  ])("%s", (url, why) => {
    expect(refusedAddress(url, false)).toMatch(why);
  });
});

describe("this machine itself", () => {
  const here = ["http://localhost:3000/", "http://127.0.0.1:9/", "https://127.8.9.10/", "http://[::1]:80/x"];

  test.each(here)("%s only where that is allowed", (url) => {
    expect(refusedAddress(url, true)).toBeUndefined();
    expect(refusedAddress(url, false)).toBeDefined();
  });

  test.each([
    "http://me@localhost/",
    "ftp://localhost/",
    "http://10.0.0.1/",
    "http://0.0.0.0/",
    "http://hooks.shop.example/",
    "http://app.localhost/",
    "https://printer.local/",
  ])("%s not even there", (url) => {
    expect(refusedAddress(url, true)).toBeDefined();
  });
});
