// @ts-check
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature, ProviderEvents } from "@openfeature/web-sdk";

/*
 * An app as on a phone: it starts at once from what it had when it last ran, with or without a network, and follows the
 * flags when there is one. A file stands for the app's own storage. It prints what it shows, and ends with its input.
 */

const { SLUICE_URL: baseUrl = "http://127.0.0.1:8787", SLUICE_KEY: key = "", STORAGE = "kept.json" } = process.env;

/** What a phone keeps for an app; the provider looks for it under the name `localStorage`. */
class AppStorage {
  /** @type {Record<string, string>} */
  #kept = existsSync(STORAGE) ? JSON.parse(readFileSync(STORAGE, "utf8")) : {};

  /** @param {string} name */
  getItem(name) {
    return this.#kept[name] ?? null;
  }
  /** @param {string} name @param {string} value */
  setItem(name, value) {
    this.#kept[name] = value;
    writeFileSync(STORAGE, JSON.stringify(this.#kept));
  }
  /** @param {string} name */
  removeItem(name) {
    delete this.#kept[name];
    writeFileSync(STORAGE, JSON.stringify(this.#kept));
  }
  /** @param {number} index */
  key(index) {
    return Object.keys(this.#kept)[index] ?? null;
  }
  get length() {
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
const show = () => console.log(`update notice: ${client.getStringValue("app-update-notice", "unknown")}`);
client.addHandler(ProviderEvents.ConfigurationChanged, show);

// Without a network and without anything kept this fails, and the defaults in the code apply.
const context = { targetingKey: "phone-1", app: { version: "2.9.0" } };
await OpenFeature.setProviderAndWait(provider, context).catch(() => undefined);
show();
process.stdin.on("end", () => process.exit(0)).resume();
