import * as LIMITS from "../../contract/limits.ts";
import { proposalBody } from "../../contract/proposal.ts";
import type { Write } from "../../environment/rpc.ts";
import { newIncarnation } from "../../workspace/register.ts";
import { jsonResponse } from "../respond.ts";
import { written } from "./answer.ts";
import { type Handlers, valid } from "./call.ts";
import { applied, batchIn } from "./change.ts";
import { promoteFrom, transferOf } from "./interchange.ts";
import { withPlanFor } from "./plan-addresses.ts";
import { refusal } from "./refused.ts";
import { begin, beginning } from "./releases.ts";
import { ask, done, LONG_MS } from "./remote.ts";

/* Changes that are looked at first. Committing one is the ordinary write, held to what was looked at. */

export const proposalHandlers = {
  async propose(call) {
    const proposed = valid("The body", proposalBody, batchIn(await call.json(LIMITS.proposalBytes)));
    const { release, promote } = proposed;
    const here = await call.here();
    const given = {
      id: newIncarnation(),
      ...(release && { command: await beginning(call, here, release) }),
      ...(promote && { text: await transferOf(call, promote) }),
    };
    const result = await done(here.object.propose(proposed, call.write(), given), LONG_MS);
    const { proposal, expiresAt, version, diff, preview, needs, replayed } = result;
    const view = { proposal, expiresAt, version, diff, preview, needs };
    return jsonResponse(view, 201, replayed && { "Idempotent-Replay": "true" });
  },

  async commitProposal(call) {
    const said = await call.comment();
    const { object } = await call.here();
    const proposed = await ask(object.proposed(call.key, call.principal.actor));
    if (!proposed) throw refusal("not-found", "There is no such proposal.");
    const { changes, release, promote } = proposed;
    const write = (comment?: string): Write => ({ ...call.write(said ?? comment), proposal: { id: call.key } });
    if (changes) return applied(call, changes, write());
    if (promote) {
      call.need("editor");
      const { comment, ...what } = promote;
      return promoteFrom(call, what, write(comment));
    }
    const { comment, ...spec } = release!;
    const result = await begin(call, spec, write(comment));
    return written(withPlanFor(call.principal.role, result.release!), result);
  },
} satisfies Handlers;
