import { expect, test } from "vitest";
import type { FlagService } from "../../src/contract/service.ts";
import { RemoteFlags } from "../../src/gate/flags.ts";

test("an environment that is deleted and made anew is known as the new one within a minute, though FlagService fails meanwhile", async () => {
  let [now, incarnation, down] = [1_000_000, "before", false];
  const unasked = (): never => {
    throw new Error("this isn't to be asked");
  };
  const service: FlagService = {
    evaluate: unasked,
    evaluateAll: unasked,
    record: unasked,
    variants: unasked,
    shadow: unasked,
    snapshot: unasked,
    members: unasked,
    whereabouts: async () => {
      if (down) throw new Error("down");
      return { environment: "production", incarnation };
    },
  };
  const flags = new RemoteFlags(service, () => now);
  expect(await flags.whereabouts()).toMatchObject({ incarnation: "before" });
  incarnation = "after";
  expect(await flags.whereabouts()).toMatchObject({ incarnation: "before" });
  now += 60_000;
  down = true;
  expect(await flags.whereabouts()).toMatchObject({ incarnation: "before" });
  down = false;
  now += 1_000;
  expect(await flags.whereabouts()).toMatchObject({ incarnation: "after" });
});
