import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The Sluice that the pages talk to while they are developed. */
const SLUICE = process.env["SLUICE_URL"] || "http://127.0.0.1:8787";

/*
 * The dashboard (src/dashboard). `npm run dashboard` serves it with hot reload before a started Sluice; scripts/dashboard.ts
 * builds it into the assets, below /app/, where everything but its entry has a hash in its name and never changes.
 */
export default defineConfig(({ command }) => ({
  root: fileURLToPath(new URL("src/dashboard", import.meta.url)),
  base: command === "build" ? "/app/" : "/",
  cacheDir: fileURLToPath(new URL("node_modules/.vite/dashboard", import.meta.url)),
  publicDir: command === "build" ? false : fileURLToPath(new URL("public", import.meta.url)),
  plugins: [react()],
  build: {
    target: "es2024",
    emptyOutDir: true,
    assetsInlineLimit: 0, // the policy of the pages lets nothing run or be drawn from the page itself
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
  },
  server: {
    host: "127.0.0.1",
    proxy: Object.fromEntries(["/admin", "/ofrep", "/v1", "/healthz"].map((path) => [path, { target: SLUICE }])),
  },
}));
