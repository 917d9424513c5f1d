import { DurableObject } from "cloudflare:workers";
export class Environment extends DurableObject {
  hello() {
    return this.ctx.id.name ?? "nameless";
  }
}
export class Workspace extends DurableObject {}
export default {
  async fetch(r: Request, env: any) {
    return new Response(
      (await env.ENVIRONMENT.get(env.ENVIRONMENT.idFromName("a/b")).hello()) +
        " " +
        JSON.stringify(r.cf ?? null).slice(0, 80) +
        " " +
        r.headers.get("cf-connecting-ip"),
    );
  },
};
