/* A shop with a fault switch. Started twice: the version that everybody knows, and the next one. */

/** `errors`: share of requests that fail. `slower`: factor of its time. `silent`: share of pages that crash once they are there. */
type Faults = { errors: number; slower: number; silent: number };

let faults: Faults = { errors: 0.003, slower: 1, silent: 0.01 };

export default {
  async fetch(request, { NAME }) {
    if (new URL(request.url).pathname === "/switch") {
      faults = { ...faults, ...(await request.json<Partial<Faults>>()) };
      return Response.json(faults);
    }
    const { errors, slower, silent } = faults;
    await scheduler.wait(slower * (4 + 4 * Math.random()));
    const failed = Math.random() < errors;
    const alive = !failed && Math.random() >= silent;
    return new Response(NAME, {
      status: failed ? 500 : 200,
      headers: { "Shop-Version": NAME, "Shop-Alive": String(alive) },
    });
  },
} satisfies ExportedHandler<{ NAME: string }>;
