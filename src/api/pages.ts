import { pathStart } from "./address.ts";
import type { Bindings } from "./bindings.ts";
import { refuse } from "./respond.ts";

/*
 * The pages of the dashboard. Each is the same document, which the browser's address turns into a page; every answer has
 * a nonce of its own, so it is kept nowhere and has no entity tag (a 304 would bring a new nonce for an old page).
 */

/** Where the built dashboard is among the assets, and its entry there. */
const FILES = "/app/";
/** Stands in the built document where the nonce goes. */
const PLACEHOLDER = "__CSP_NONCE__";
/** Stands there where is said whether the browser brought nothing that could be a session. */
const STRANGER = "__STRANGER__";

/** The addresses that are pages, in the router's words. Everything else stays a file, or nothing. */
export const PAGES = ["/", "/welcome", "/settings", "/settings/*", "/environments/:env", "/environments/:env/*"];

/** The document of a page, for GET and HEAD. */
export async function page(request: Request, env: Bindings): Promise<Response> {
  const built = await env.ASSETS.fetch(new URL(FILES, request.url).href);
  if (built.status !== 200) return refuse("unavailable", "The dashboard isn't built here: npm run build does it.");
  const nonce = newNonce();
  const text = (await built.text())
    .replaceAll(PLACEHOLDER, nonce)
    .replace(STRANGER, isStranger(request) ? "yes" : "no");
  return new Response(text, {
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      "Content-Security-Policy": policy(nonce),
      "Cross-Origin-Opener-Policy": "same-origin",
    },
  });
}

/** Whether nobody can be signed in: then the page doesn't ask, and nobody's console shows a refusal. */
function isStranger({ headers }: Request): boolean {
  return !headers.get("Cookie")?.includes("sluice-session") && !headers.has("Cf-Access-Jwt-Assertion");
}

/** Whether a file is one to be asked for by its address: the document of the pages is not, for it needs a nonce. */
export function isOwnFile(url: string): boolean {
  const path = url.slice(pathStart(url)).split("?", 1)[0]!;
  return !`${path}/`.startsWith(FILES) || path.startsWith(`${FILES}assets/`);
}

/** Scripts and requests of this origin alone; style elements that carry the nonce, which the page's libraries make. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** 144 random bits in base64. */
function newNonce(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18))));
}
