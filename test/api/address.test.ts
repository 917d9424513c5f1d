import { describe, expect, it } from "vitest";
import { pathStart, targetOf } from "../../src/api/address.ts";

const at = (address: string) => targetOf(address, pathStart(address));
const flags = "https://flags.example/ofrep/v1/evaluate/flags";

describe("the flag's key is everything after /flags/, percent-decoded once", () => {
  it.each([
    ["/new-checkout", "new-checkout"],
    ["/a/b", "a/b"],
    ["/a%2Fb", "a/b"],
    ["/a%252Fb", "a%2Fb"],
    ["/with%20space", "with space"],
    ["/%E2%98%83", "☃"],
    ["/100%25", "100%"],
    ["/a+b", "a+b"],
    ["//leading", "/leading"],
    ["/trailing/", "trailing/"],
    ["/a?key=b", "a"],
    ["/a%3Fb", "a?b"],
  ])("%s", (tail, key) => {
    expect(at(flags + tail)).toMatchObject({ route: "single", key });
  });

  it.each(["/100%", "/%zz", "/%", "/%ff", "/%c3%28"])("%s has a broken escape", (tail) => {
    expect(at(flags + tail)).toMatchObject({ route: "broken" });
  });
});

describe("what is forgiven and what is not", () => {
  it.each(["", "/", "?a=1", "/?a=1"])("bulk: %s", (tail) => {
    expect(at(flags + tail).route).toBe("bulk");
  });

  it("a doubled slash before the path", () => {
    expect(at("http://h//ofrep/v1/evaluate/flags/a")).toMatchObject({ route: "single", key: "a" });
    expect(at("http://h:8787//ofrep/v1/evaluate/flags").route).toBe("bulk");
  });

  it.each(["s", "s/a", "-x", "%2Fa"])("nothing is at …/flags%s", (tail) => {
    expect(at(flags + tail).route).toBe("none");
  });

  it.each(["/ofrep", "/ofrep/", "/ofrep/v1", "/ofrep/v2/evaluate/flags/a", "/"])("nothing is at %s", (path) => {
    expect(at("http://h" + path).route).toBe("none");
  });
});

it("the query is kept apart, and a question mark belongs to the first one", () => {
  expect(at(flags + "/a?x=1?y=/2").query).toBe("x=1?y=/2");
  expect(at(flags + "?x=/flags/b")).toEqual({ route: "bulk", query: "x=/flags/b" });
});
