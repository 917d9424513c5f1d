/* A shop that says which version of it this is: stands for yours. */

export default {
  fetch(request, { VERSION }) {
    const headers = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "public, max-age=600" };
    const { pathname } = new URL(request.url);
    return new Response(`<!doctype html><title>${VERSION}</title><p>The ${VERSION} shop at ${pathname}`, { headers });
  },
} satisfies ExportedHandler<{ VERSION: string }>;
