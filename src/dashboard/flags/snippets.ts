import type { Flag } from "../../contract/flag.ts";

/* How each language asks for a flag: through its own OpenFeature SDK and OFREP provider. */

export const LANGUAGES = [
  "curl",
  "Node",
  "Web",
  "React",
  "Workers gate",
  "Python",
  "Go",
  "Java",
  ".NET",
  "PHP",
  "Ruby",
  "Kotlin",
  "Swift",
] as const;

type About = { url: string; key: string; flag: Pick<Flag, "key" | "type" | "variants" | "offVariant"> };

/** A snippet that can be pasted; the default in the code is what the flag serves while it is disabled. */
export function snippet(language: string, { url, key, flag }: About): string {
  const name = JSON.stringify(flag.key);
  const off = flag.offVariant === null ? undefined : flag.variants[flag.offVariant];
  const fallback = JSON.stringify(off ?? { boolean: false, string: "", number: 0, object: {} }[flag.type]);
  const Type = { boolean: "Boolean", string: "String", number: "Number", object: "Object" }[flag.type];
  const Pascal = { boolean: "Boolean", string: "String", number: "Double", object: "Object" }[flag.type];
  const python = { boolean: "boolean", string: "string", number: "float", object: "object" }[flag.type];
  const pythonic = fallback.replace(/^true$/, "True").replace(/^false$/, "False");
  const snippets: Record<string, string> = {
    curl: `curl "${url}/ofrep/v1/evaluate/flags/${encodeURIComponent(flag.key)}" \\
  -H "Authorization: Bearer ${key}" \\
  -d '{ "context": { "targetingKey": "user-1" } }'`,
    Node: `import { OpenFeature } from "@openfeature/server-sdk";
import { OFREPProvider } from "@openfeature/ofrep-provider";

await OpenFeature.setProviderAndWait(
  new OFREPProvider({ baseUrl: "${url}", headers: [["Authorization", "Bearer ${key}"]] }),
);
const client = OpenFeature.getClient();
const value = await client.get${Type}Value(${name}, ${fallback}, { targetingKey: "user-1" });`,
    Web: `import { OpenFeature } from "@openfeature/web-sdk";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";

await OpenFeature.setContext({ targetingKey: "user-1" });
await OpenFeature.setProviderAndWait(
  new OFREPWebProvider({ baseUrl: "${url}", headers: [["Authorization", "Bearer ${key}"]] }),
);
const value = OpenFeature.getClient().get${Type}Value(${name}, ${fallback});`,
    React: `import { OpenFeature, OpenFeatureProvider, use${Type}FlagValue } from "@openfeature/react-sdk";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";

OpenFeature.setProvider(
  new OFREPWebProvider({ baseUrl: "${url}", headers: [["Authorization", "Bearer ${key}"]] }),
  { targetingKey: "user-1" },
);
// below <OpenFeatureProvider>:
const value = use${Type}FlagValue(${name}, ${fallback});`,
    "Workers gate": `import { gate } from "sluice/gate";

// Behind the flag, before the route; measured for its release.
app.use("/new/*", gate({ flag: ${name}, off: "not-found" }));`,
    Python: `from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

api.set_provider(OFREPProvider(base_url="${url}", headers_factory=lambda: {"Authorization": "Bearer ${key}"}))
value = api.get_client().get_${python}_value(${name}, ${pythonic}, EvaluationContext("user-1"))`,
    Go: `provider := ofrep.NewProvider("${url}", ofrep.WithBearerToken("${key}"))
openfeature.SetProviderAndWait(provider)
client := openfeature.NewClient("app")
value, err := client.${Pascal === "Double" ? "Float" : Pascal}Value(ctx, ${name}, ${flag.type === "object" ? "nil" : fallback}, openfeature.NewEvaluationContext("user-1", nil))`,
    Java: `OfrepProvider provider = OfrepProvider.constructProvider(OfrepProviderOptions.builder()
    .baseUrl("${url}")
    .headers(ImmutableMap.of("Authorization", ImmutableList.of("Bearer ${key}")))
    .build());
OpenFeatureAPI.getInstance().setProviderAndWait(provider);
var value = OpenFeatureAPI.getInstance().getClient()
    .get${Pascal}Value(${name}, ${flag.type === "object" ? "new Value()" : fallback}, new ImmutableContext("user-1"));`,
    ".NET": `var provider = new OfrepProvider(new OfrepOptions("${url}") {
  Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer ${key}" },
});
await Api.Instance.SetProviderAsync(provider);
var value = await Api.Instance.GetClient().Get${Pascal}ValueAsync(${name}, ${flag.type === "object" ? "new Value()" : fallback}, EvaluationContext.Builder().SetTargetingKey("user-1").Build());`,
    PHP: `$client = new GuzzleHttp\\Client(['base_uri' => '${url}', 'headers' => ['Authorization' => 'Bearer ${key}']]);
$answer = json_decode($client->post('/ofrep/v1/evaluate/flags/${encodeURIComponent(flag.key)}', [
  'json' => ['context' => ['targetingKey' => 'user-1']],
])->getBody(), true);
$value = $answer['value'] ?? ${fallback};`,
    Ruby: `provider = OpenFeature::OFREP::Provider.new(
  configuration: OpenFeature::OFREP::Configuration.new(base_url: "${url}", headers: { "Authorization" => "Bearer ${key}" }),
)
OpenFeature::SDK.configure { |config| config.set_provider_and_wait(provider) }
value = OpenFeature::SDK.build_client.fetch_${python}_value(flag_key: ${name}, default_value: ${fallback})`,
    Kotlin: `val provider = OfrepProvider(OfrepOptions(endpoint = "${url}", headers = mapOf("Authorization" to "Bearer ${key}")))
OpenFeatureAPI.setProviderAndWait(provider, initialContext = ImmutableContext("user-1"))
val value = OpenFeatureAPI.getClient().get${Pascal}Value(${name}, ${flag.type === "object" ? "Value.Null" : fallback})`,
    Swift: `let provider = OfrepProvider(options: OfrepOptions(baseURL: "${url}", headers: ["Authorization": "Bearer ${key}"]))
await OpenFeatureAPI.shared.setProviderAndWait(provider: provider, initialContext: ImmutableContext(targetingKey: "user-1"))
let value = OpenFeatureAPI.shared.getClient().get${Pascal}Value(key: ${name}, defaultValue: ${flag.type === "object" ? ".null" : fallback})`,
  };
  return snippets[language] ?? "";
}
