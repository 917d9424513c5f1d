/* Programs that ask for flags, as people write them, with what is to be found in each. The key is the text behind `→`. */

/** Keys that exist. One is the beginning of another; one is a word that means other things too. */
export const KEYS = new Set([
  "new-checkout",
  "new-checkout-v2",
  "new_search",
  "price.rounding",
  "checkout",
  "freeShippingFrom",
  "banner text",
  "exp-a",
  "exp-b",
  "dark-mode",
]);

/** A file and its finds: `line how confidence key`, without mentions. */
export type Fixture = { file: string; text: string; finds: string[]; dynamic?: string[] };

export const PROGRAMS: Fixture[] = [
  {
    file: "src/shop.ts",
    text: `import { OpenFeature, type Client } from "@openfeature/server-sdk";
// new-checkout-v2 comes next year
const client: Client = OpenFeature.getClient();
const KEY = "new-checkout-v2" as const;
export async function total(user: string): Promise<number> {
  if (await client.getBooleanValue("new-checkout", false, { targetingKey: user })) return 1;
  const { value } = await client.getNumberDetails(
    \`freeShippingFrom\`,
    49.9,
  );
  const which = user === "ada" ? "exp-a" : "exp-b";
  await client?.getStringValue(user ? "price.rounding" : "nowhere", "half");
  await client.getBooleanValue(KEY, false);
  await client.getBooleanValue(\`exp-\${which}\`, false);
  await client.getBooleanValue("new" + "-checkout", false);
  await client["getBooleanValue"]("gone" satisfies string, false);
  const label: Label = "checkout";
  return value;
}`,
    finds: [
      "6 call certain new-checkout",
      "8 call certain freeShippingFrom",
      "11 literal likely exp-a",
      "11 literal likely exp-b",
      "12 call certain price.rounding",
      "12 call certain nowhere",
      "13 call certain new-checkout-v2",
      "4 literal certain new-checkout-v2",
      "15 call certain new-checkout",
      "16 call certain gone",
      "17 literal possible checkout",
    ],
    dynamic: ["14 exp-*"],
  },
  {
    file: "src/Page.tsx",
    text: `import { FeatureFlag, useBooleanFlagValue, useFlag as useIt } from "@openfeature/react-sdk";
export function Page({ flag }: { flag: string }) {
  const on = useBooleanFlagValue("dark-mode", false);
  const { value } = useIt('banner text', "");
  const other = useIt(flag, 1);
  return (
    <FeatureFlag flagKey="new-checkout" match={true}>
      <a className="checkout" href="/new-checkout">{value}</a>
      <FeatureFlag flagKey={"new_search"}>x</FeatureFlag>
    </FeatureFlag>
  );
}`,
    finds: [
      "3 hook certain dark-mode",
      "4 hook certain banner text",
      "7 component certain new-checkout",
      "8 literal possible checkout",
      "9 component certain new_search",
    ],
    dynamic: ["5 *"],
  },
  {
    file: "src/nest.controller.ts",
    text: `@Controller()
export class Shop {
  @RequireFlagsEnabled({ flags: [{ flagKey: "new-checkout" }, { flagKey: "missing-one" }] })
  @Get("/checkout")
  pay(@BooleanFeatureFlag({ flagKey: "dark-mode", defaultValue: false }) flag: unknown) {}
}`,
    finds: ["3 call certain new-checkout", "3 call certain missing-one", "5 call certain dark-mode"],
  },
  {
    file: "lib/old.cjs",
    text: `#!/usr/bin/env node
const { OpenFeature } = require("@openfeature/server-sdk");
const FLAGS = Object.freeze({ search: "new_search", "dark": "dark-mode" });
with_(FLAGS);
OpenFeature.getClient().getBooleanValue(FLAGS.search, false).then(console.log);
OpenFeature.getClient().getBooleanValue(FLAGS["dark"], false);
page.evaluate("new-thing");
settings.getStringValue("language");
return;`,
    finds: [
      "5 call certain new_search",
      "3 literal certain new_search",
      "6 call certain dark-mode",
      "3 literal certain dark-mode",
    ],
  },
  {
    file: "worker.js",
    text: `import { canary, gate } from "sluice/gate";
const checkout = gate({ flag: "new-checkout", on: f, off: g });
const shop = canary({ flag: "shop-canary", origins: {} });
export default { fetch: async (r, env) => Response.json(await env.FLAGS.evaluate("dark-mode")) };`,
    finds: ["2 call certain new-checkout", "3 call certain shop-canary", "4 call certain dark-mode"],
  },
  {
    file: "App.vue",
    text: `<template><p v-if="on">new-checkout</p></template>
<script setup lang="ts">
const on = await client.getBooleanValue("new-checkout", false);
</script>`,
    finds: ["3 call certain new-checkout"],
  },
  {
    file: "shop/main.go",
    text: `package main

import "github.com/open-feature/go-sdk/openfeature"

const searchFlag = "new_search"

// new-checkout is for everybody soon
func main() {
	client := openfeature.NewClient("shop")
	on, _ := client.BooleanValue(context.Background(), "new-checkout", false, evalCtx)
	d, _ := client.FloatValueDetails(ctx, "price.rounding", 0.5, evalCtx)
	s := client.Boolean(ctx, searchFlag, false, evalCtx)
	x, _ := client.StringValue(ctx, \`gone-raw\`, "", evalCtx)
	y, _ := client.BooleanValue(ctx, key, false, evalCtx)
	r := 'a'
	fmt.Println("new-checkout is", on, "\\"new_search\\"")
}

func (p *Provider) BooleanEvaluation(ctx context.Context, flag string) {}`,
    finds: [
      "10 call likely new-checkout",
      "11 call likely price.rounding",
      "12 call likely new_search",
      "5 literal likely new_search",
      "13 call likely gone-raw",
    ],
    dynamic: ["14 *"],
  },
  {
    file: "shop/app.py",
    text: `from openfeature import api

SEARCH = "new_search"
client = api.get_client()
# dark-mode: later
"""A docstring about new-checkout-v2."""
on = client.get_boolean_value("new-checkout", False)
d = await client.get_float_details_async(
    flag_key='price.rounding',
    default_value=0.5,
)
s = client.get_boolean_value(SEARCH, False)
e = client.get_string_value(f"exp-{name}", "a")
g = client.get_integer_value(default_value=3, flag_key="gone")
def get_boolean_value(flag_key, default): pass`,
    finds: [
      "7 call likely new-checkout",
      "9 call likely price.rounding",
      "12 call likely new_search",
      "3 literal likely new_search",
      "14 call likely gone",
    ],
    dynamic: ["13 exp-*"],
  },
  {
    file: "src/main/java/Shop.java",
    text: `import dev.openfeature.sdk.Client;
class Shop {
  private static final String SEARCH = "new_search";
  boolean pay(Client client, EvaluationContext ctx) {
    char quote = '"';
    double d = client.getDoubleValue("price.rounding", 0.5, ctx);
    var s = client.getBooleanDetails(SEARCH, false);
    String g = client.getStringValue("gone", "x");
    return client.getBooleanValue("new-checkout", false, ctx);
  }
  Boolean getBooleanValue(String key, Boolean otherwise) { return otherwise; }
  int age = row.getIntValue("age");
}`,
    finds: [
      "6 call likely price.rounding",
      "7 call likely new_search",
      "3 literal likely new_search",
      "8 call likely gone",
      "9 call likely new-checkout",
    ],
  },
  {
    file: "app/Shop.kt",
    text: `import dev.openfeature.kotlin.sdk.OpenFeatureAPI
const val SEARCH = "new_search"
fun pay(): Boolean {
  val client = OpenFeatureAPI.getClient()
  val banner = client.getStringValue("banner text", """
    none
  """)
  val e = client.getBooleanValue("exp-\${name}", false)
  val n = client.getIntegerDetails(defaultValue = 3, key = "gone-too")
  return client.getBooleanValue(SEARCH, false) && client.getBooleanValue(key = "new-checkout", default = false)
}`,
    finds: [
      "5 call likely banner text",
      "10 call likely new_search",
      "2 literal likely new_search",
      "9 call likely gone-too",
      "10 call likely new-checkout",
    ],
    dynamic: ["8 exp-*"],
  },
  {
    file: "App/Shop.swift",
    text: `import OpenFeature
let search = "new_search"
func pay() -> Bool {
  let client = OpenFeatureAPI.shared.getClient()
  let a = client.getBooleanValue(key: "new-checkout", defaultValue: false)
  let b = client.getValue(key: "price.rounding", defaultValue: 0.5)
  let c = client.getStringDetails(key: "exp-\\(name)", defaultValue: "")
  let d = client.getBooleanValue(key: search, defaultValue: false)
  return client.getIntegerValue(key: "gone", defaultValue: 1) > 0
}`,
    finds: [
      "5 call likely new-checkout",
      "6 call likely price.rounding",
      "8 call likely new_search",
      "2 literal likely new_search",
      "9 call likely gone",
    ],
    dynamic: ["7 exp-*"],
  },
  {
    file: "README.md",
    text: "The flags `new-checkout` and new-checkout-v2. And xnew-checkout, new-checkouts, banner text, checkout.",
    finds: [],
  },
];
