// @ts-check
import { createServer } from "node:http";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature } from "@openfeature/server-sdk";
import { EventsHook } from "sluice/hook";

/* A server that takes a price from a flag of the example shop, and tells who saw which price and who bought. */

const { SLUICE_URL: baseUrl = "http://127.0.0.1:8787", SLUICE_KEY: key = "", PORT = "3000" } = process.env;
const events = new EventsHook({ baseUrl, key });

OpenFeature.addHooks(events);
const provider = new OFREPProvider({ baseUrl, headers: [["Authorization", `Bearer ${key}`]] });
await OpenFeature.setProviderAndWait(events.attach(provider));
const flags = OpenFeature.getClient();

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const context = {
    targetingKey: searchParams.get("customer") ?? "anonymous",
    account: { kind: searchParams.get("account") ?? "private" },
  };
  const freeShippingFrom = await flags.getNumberValue("free-shipping-from", 100, context);
  if (pathname === "/buy") flags.track("checkout", context, { value: 1 });
  response.end(JSON.stringify({ freeShippingFrom }));
});
server.listen(Number(PORT), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address) console.log(`http://127.0.0.1:${address.port}/?customer=customer-1`);
});
process.on("SIGTERM", async () => {
  await events.flush();
  process.exit(0);
});
