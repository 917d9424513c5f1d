import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolve } from "../../../src/api/admin/route.ts";
import { ADMIN_ROUTES } from "../../../src/contract/routes.ts";
import { runs } from "../../support/counts.ts";

describe("a route is found by method and path", () => {
  for (const [operation, [method, path, role]] of Object.entries(ADMIN_ROUTES))
    test(`${method} ${path} is ${operation}`, () => {
      const env = path.includes("{env}") ? "production" : "";
      const key = path.includes("{key}") ? "new-checkout" : "";
      const address = path.replace("{env}", "production").replace("{key}", "new-checkout").replace("{id}", "r1");
      const id = path.includes("{id}") ? "r1" : "";
      expect(resolve(method, address)).toEqual({ operation, role, env, key, id });
    });

  test("HEAD is GET", () => {
    expect(resolve("HEAD", "/me")).toEqual(resolve("GET", "/me"));
  });

  test("a flag may be named like a part of the address", () => {
    expect(resolve("GET", "/environments/flags/flags/restore")).toMatchObject({ env: "flags", key: "restore" });
    expect(resolve("POST", "/environments/e/flags/restore/restore")).toMatchObject({ operation: "restoreFlag" });
  });
});

describe("a name in a path is one segment, decoded once", () => {
  test.each([
    ["a%2Fb", "a/b"],
    ["a%252Fb", "a%2Fb"],
    ["%C3%A9t%C3%A9", "été"],
    ["a+b", "a+b"],
    ["a;b=c", "a;b=c"],
    ["%00", "\0"],
  ])("%s is %j", (segment, key) => {
    expect(resolve("GET", `/environments/e/flags/${segment}`)).toMatchObject({ operation: "getFlag", key });
  });

  test("any name comes back from its percent-encoding", () => {
    const names = fc.string({ unit: "binary", minLength: 1 }).filter((name) => name.isWellFormed());
    fc.assert(
      fc.property(names, (name) => {
        expect(resolve("GET", `/environments/e/flags/${encodeURIComponent(name)}`)).toMatchObject({ key: name });
      }),
      { seed: 20261121, numRuns: runs(10_000) },
    );
  });

  test.each(["%", "%2", "%zz", "%ff", "%C3", "%ED%A0%80", "a%"])("the broken escape %s is 400", (segment) => {
    for (const path of [`/environments/${segment}`, `/environments/e/flags/${segment}`])
      expect(resolve("GET", path)).toEqual({
        problem: { type: "bad-request", detail: "The path has a broken percent-encoding." },
      });
  });
});

describe("what is no route", () => {
  test.each([
    "",
    "/",
    "/environments/",
    "/environments//flags",
    "/environments/e/flags/",
    "/environments/e/flags/a/b",
    "/environments/e/flags/a/restore/",
    "/ENVIRONMENTS",
    "/%65nvironments",
    "/environments/e/nothing",
  ])("%j is 404", (path) => {
    expect(resolve("GET", path)).toEqual({
      problem: { type: "not-found", detail: "There is nothing at this address." },
    });
  });

  test.each([
    ["POST", "/me", "GET, HEAD"],
    ["PUT", "/environments", "GET, HEAD, POST"],
    ["POST", "/environments/e", "GET, HEAD, PATCH, DELETE"],
    ["POST", "/environments/e/flags", "GET, HEAD"],
    ["POST", "/environments/e/flags/f", "GET, HEAD, PUT, PATCH, DELETE"],
    ["GET", "/environments/e/flags/f/disable", "POST"],
    ["POST", "/environments/e/flags/f/rollout", "PUT"],
    ["PUT", "/environments/e/segments/s/members", "GET, HEAD, POST"],
    ["GET", "/environments/e/changes", "POST"],
    ["GET", "/environments/e/keys/k", "DELETE"],
    ["OPTIONS", "/environments", "GET, HEAD, POST"],
    ["get", "/me", "GET, HEAD"],
  ])("%s %s is 405 and allows %s", (method, path, allow) => {
    expect(resolve(method, path)).toEqual({
      problem: { type: "method-not-allowed", detail: `Available here: ${allow}.` },
      allow,
    });
  });

  test("a wrong method is 405 whatever is in the place of a name", () => {
    expect(resolve("POST", "/environments/%zz")).toMatchObject({ allow: "GET, HEAD, PATCH, DELETE" });
  });
});
