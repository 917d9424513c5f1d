import { isHashedAsset, keepNowhere, keepPrivate, saidBy, withHeaders } from "./caches.ts";
import type { Exchange } from "./exchange.ts";
import { measure } from "./measure.ts";
import type { Verdict } from "./verdict.ts";

/** What is done to every response that a gate chose: caches, the visitor's cookie, and counting. */
export function finish(
  exchange: Exchange,
  flag: string,
  verdict: Verdict,
  response: Response,
  begun: number,
): Response {
  if (verdict.overridden) return exchange.answer(withHeaders(response, keepNowhere));
  measure(exchange, flag, verdict, response.status, begun);
  const said = saidBy(response.headers);
  if (isHashedAsset(exchange.request, response.status, said)) return exchange.answer(response);
  const { setCookie } = verdict;
  return exchange.answer(
    withHeaders(response, (headers) => {
      keepPrivate(headers, said);
      if (setCookie !== undefined) headers.append("Set-Cookie", setCookie);
    }),
  );
}
