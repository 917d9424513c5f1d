import { expect, test } from "vitest";
import { regionOf } from "../../src/snapshot/region.ts";

test.each([
  [{ continent: "NA", longitude: "-122.4" }, "wnam"],
  [{ continent: "NA", longitude: "-74.0" }, "enam"],
  [{ continent: "NA" }, "enam"],
  [{ continent: "SA", longitude: "-46.6" }, "enam"],
  [{ continent: "EU", longitude: "13.4" }, "weur"],
  [{ continent: "AF", longitude: "28.0" }, "weur"],
  [{ continent: "AS", longitude: "55.3" }, "weur"],
  [{ continent: "AS", longitude: "72.9" }, "apac"],
  [{ continent: "AS" }, "apac"],
  [{ continent: "OC", longitude: "151.2" }, "oc"],
  [{ continent: "AN" }, "enam"],
  [{}, "enam"],
  [undefined, "enam"],
  [null, "enam"],
])("the region of %j is %s", (place, region) => {
  expect(regionOf(place)).toBe(region);
});
