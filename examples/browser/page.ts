import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature, type Provider, ProviderEvents } from "@openfeature/web-sdk";
import { EventsHook } from "sluice/hook";

/* A page that looks as a flag says, follows it while it is open, and tells what its visitor saw and did. */

const query = new URLSearchParams(location.search);
const baseUrl = query.get("sluice") ?? "http://127.0.0.1:8787";
const key = query.get("key") ?? "";
const events = new EventsHook({ baseUrl, key, flushMs: 1_000 });

/** Hears of changes over the stream that Sluice offers; asks every two seconds where there is none. */
const provider = new OFREPWebProvider({ baseUrl, headers: [["Authorization", `Bearer ${key}`]], pollInterval: 2_000 });

const client = OpenFeature.getClient();
function show(): void {
  document.querySelector("#layout")!.textContent = client.getStringValue("product-page-layout", "plain");
}
client.addHandler(ProviderEvents.Ready, show);
client.addHandler(ProviderEvents.ConfigurationChanged, show);
document.querySelector("#buy")!.addEventListener("click", () => client.track("checkout", { value: 1 }));

OpenFeature.addHooks(events);
const context = { targetingKey: query.get("visitor") ?? "visitor-1" };
await OpenFeature.setProviderAndWait(events.attach<Provider>(provider), context);
