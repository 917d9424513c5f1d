import { commentBody } from "../../contract/admin.ts";
import { type Alert, alert, alertOf, alertQuery } from "../../contract/alert.ts";
import * as LIMITS from "../../contract/limits.ts";
import type { Problem } from "../../contract/problem.ts";
import { keyOf } from "../../contract/snapshot.ts";
import { looksLikeToken, mintSecret, type SignedHeaders, tokenOf } from "../../environment/notify/signature.ts";
import { tooManyFailures } from "../auth.ts";
import { AlertSecrets } from "../alert-secrets.ts";
import type { Afterwards, Bindings } from "../bindings.ts";
import { isJson, parseJson, readUtf8 } from "../body.ts";
import { jsonResponse, problemResponse } from "../respond.ts";
import { asking, snapshots } from "../snapshots.ts";
import { written } from "./answer.ts";
import { type Handlers, queryOf, valid } from "./call.ts";
import { etagOf } from "./environment-view.ts";
import { refusal, Refused } from "./refused.ts";
import { ask, done } from "./remote.ts";
import { decode } from "./route.ts";

/* Alerts from outside: the one administration route that takes no admin token, but a signature
 * with the release's own secret, or a token of its own from monitors that can't sign. */

const secrets = new AlertSecrets();
const PATH = /^\/environments\/([^/]+)\/flags\/([^/]+)\/releases\/([^/]+)\/alert$/;
/** The same, byte for byte, whatever of it is missing or wrong. */
const FORGED: Problem = { type: "unauthenticated", detail: "A present signature with the release's secret is needed." };
const TOO_MANY: Problem = { type: "too-many-requests", detail: "Too many failed attempts from this address." };

export const alertHandlers = {
  async createAlertSecret(call) {
    const { comment } = await call.body(commentBody);
    const { object } = await call.here();
    const secret = mintSecret();
    const result = await done(
      object.giveAlertSecret({ flag: call.key, release: call.id }, secret, call.write(comment)),
    );
    const view = result.replayed ? { release: call.id } : { release: call.id, secret, token: tokenOf(secret) };
    return written(view, { ...result, etag: etagOf(result) }, 201);
  },
} satisfies Handlers;

/** The answer to an alert; undefined for a request to any other address. @param path below `/admin/v1` */
export async function answerAlert(
  request: Request,
  path: string,
  bindings: Bindings,
  ctx: Afterwards,
): Promise<Response | undefined> {
  const match = PATH.exec(path);
  if (!match) return undefined;
  if (request.method !== "POST") {
    const problem: Problem = { type: "method-not-allowed", detail: "Available here: POST." };
    return problemResponse(problem, { Allow: "POST" });
  }
  const [environment, flag, release] = match.slice(1).map(decode);
  const { headers } = request;
  const proof = proofOf(headers);
  if (!proof || !environment || !flag || !release) return forged(request, bindings);
  if ("headers" in proof && !isJson(headers))
    throw refusal("unsupported-media-type", "An alert needs Content-Type: application/json, in UTF-8.");
  const body = await readUtf8(request, LIMITS.contextBytes);
  if (!body.ok) throw new Refused(body.problem);

  const lookup = await snapshots(bindings).current(environment, asking(bindings, ctx, request));
  if (!("held" in lookup)) {
    if (lookup.missing === "environment") return forged(request, bindings);
    throw refusal("unavailable", "What is current can't be had at the moment.");
  }
  const name = keyOf.environmentObject(environment, lookup.held.snapshot.incarnation);
  const object = bindings.ENVIRONMENT.getByName(name);
  const message = { flag, release, body: body.text, ...proof };
  const proven = await secrets.proves(name, message, () => ask(object.alertSecrets()));
  if (proven === undefined) throw refusal("unavailable", "Too many alerts wait for an answer.");
  if (!proven) return forged(request, bindings);
  const read = parseJson(body.text);
  if (!read.ok) throw new Refused(read.problem);
  const result = await ask(object.takeAlert(message, wantedBy(request, proof, read.value)));
  if (result.ok) return jsonResponse(result.view);
  if (result.problem.type === "unauthenticated") return forged(request, bindings);
  throw new Refused(result.problem);
}

type Proof = { headers: SignedHeaders } | { token: string };

/** What shows that a message is its release's: a signature, or the token of monitors that can't sign. */
function proofOf(headers: Headers): Proof | undefined {
  const [id, timestamp, signature] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(
    (name) => headers.get(name) ?? "",
  );
  if (id && timestamp && signature) return { headers: { id, timestamp, signature } };
  const token = /^Bearer +(\S+)$/i.exec(headers.get("Authorization") ?? "")?.[1];
  return token !== undefined && looksLikeToken(token) ? { token } : undefined;
}

function wantedBy({ url }: Request, proof: Proof, body: unknown): Alert | null {
  if ("headers" in proof) return valid("The body", alert, body);
  const { action } = valid("The query", alertQuery, queryOf(url));
  return alertOf(action, body);
}

async function forged({ headers }: Request, bindings: Bindings): Promise<Response> {
  return problemResponse((await tooManyFailures(headers, bindings)) ? TOO_MANY : FORGED);
}
