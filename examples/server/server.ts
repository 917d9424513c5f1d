import { createServer } from "node:http";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature } from "@openfeature/server-sdk";
import { EventsHook } from "sluice/hook";

/*
 * A server that prices by a flag, and tells who saw which price and what was bought.
 * `node server.ts <Sluice> <server key>` prints its address.
 */

const [baseUrl = "", key = ""] = process.argv.slice(2);
const events = new EventsHook({ baseUrl, key });
const headers: [string, string][] = [["Authorization", `Bearer ${key}`]];

OpenFeature.addHooks(events);
await OpenFeature.setProviderAndWait(events.attach(new OFREPProvider({ baseUrl, headers })));
const flags = OpenFeature.getClient();

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const context = {
    targetingKey: searchParams.get("customer") ?? "anonymous",
    plan: searchParams.get("plan") ?? "free",
  };
  if (pathname === "/buy") flags.track("checkout", context, { value: 1 });
  response.end(JSON.stringify({ price: await flags.getNumberValue("price", 10, context) }));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address) console.log(`http://127.0.0.1:${address.port}`);
});
process.on("SIGTERM", async () => {
  await events.flush();
  process.exit(0);
});
