import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature, type Provider, ProviderEvents } from "@openfeature/web-sdk";

/*
 * An app as on a phone: it starts at once from what it had when it last ran, with or without a network, and follows the
 * flags when there is one. `node client.ts <Sluice> <client key> <file to keep things in>`; here a file stands for the
 * app's own storage. It prints what it shows, and ends with its input.
 */

const [baseUrl = "", key = "", file = ""] = process.argv.slice(2);

/** What a phone keeps for an app; the provider looks for it under this name. */
class AppStorage {
  readonly #kept: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  getItem(name: string): string | null {
    return this.#kept[name] ?? null;
  }
  setItem(name: string, value: string): void {
    this.#kept[name] = value;
    writeFileSync(file, JSON.stringify(this.#kept));
  }
  removeItem(name: string): void {
    delete this.#kept[name];
    writeFileSync(file, JSON.stringify(this.#kept));
  }
  key(index: number): string | null {
    return Object.keys(this.#kept)[index] ?? null;
  }
  get length(): number {
    return Object.keys(this.#kept).length;
  }
}
Object.defineProperty(globalThis, "localStorage", { value: new AppStorage() });

const provider = new OFREPWebProvider({
  baseUrl,
  headers: [["Authorization", `Bearer ${key}`]],
  cacheMode: "local-cache-first",
  pollInterval: 500,
  timeoutMs: 2_000,
});

const client = OpenFeature.getClient();
const show = (): void => console.log(`banner: ${client.getStringValue("banner", "Welcome")}`);
client.addHandler(ProviderEvents.ConfigurationChanged, show);

// Without a network and without anything kept this fails, and the defaults in the code apply.
await OpenFeature.setProviderAndWait(provider as Provider, { targetingKey: "phone-1" }).catch(() => undefined);
show();
process.stdin.on("end", () => process.exit(0)).resume();
