/** What answers in an API's place: proxies, captive portals, login pages, other servers. */

const page = (
  status: number,
  text = "<html><head><title>Sign in</title></head><body>to the Wi-Fi</body></html>",
) => new Response(text, { status, headers: { "content-type": "text/html; charset=utf-8" } });
const json = (text: string, status = 200, type = "application/json") =>
  new Response(text, { status, headers: { "content-type": type } });

/** Answers that do not come from an API, by their kind. */
export const FOREIGN: Readonly<Record<string, () => Response>> = {
  "a login page with 200": () => page(200),
  "a page with 202": () => page(202),
  "an empty 200": () => new Response(null, { status: 200 }),
  "an empty page with 202": () => new Response("", { status: 202, headers: { "content-type": "text/html" } }),
  "a redirect to a login": () =>
    new Response(null, { status: 302, headers: { location: "https://login.example/?next=secret" } }),
  "a part of an answer": () => json("[", 206),
  "a proxy's own version": () => json("{}", 203),
  "JSON that says it is text": () => json('{"id":"x","name":"x"}', 200, "text/plain"),
  "JSON without a type": () => new Response(new TextEncoder().encode('{"id":"x"}'), { status: 200 }),
  "an empty record": () => json("{}"),
  "an empty list": () => json("[]"),
  "null": () => json("null"),
  "a JSON text": () => json('"ok"'),
  "a JSON number": () => json("1"),
  "another API's record": () => json('{"status":"ok"}'),
  "a list with a hole": () => json("[null]"),
  "a list that is null": () => json('{"instances":null,"machines":null,"backups":null}'),
  "broken JSON": () => json("<html>"),
  "a proxy's page with 404": () => page(404, "<h1>Not Found</h1>"),
  "an empty 404": () => new Response(null, { status: 404 }),
  "another API's 404": () => json('{"error":"no such route"}', 404),
  "an empty record with 404": () => json("{}", 404),
  "a proxy's page with 410": () => page(410),
  "a proxy's page with 403": () => page(403, "<h1>Forbidden by policy</h1>"),
  "a proxy's page with 401": () => page(401),
  "a proxy's page with 409": () => page(409),
};

/** A fetch that something else answers while `instead` is set. */
export function behind(fetch: typeof globalThis.fetch) {
  const place: {
    fetch: typeof globalThis.fetch;
    instead: ((request: Request) => Response | undefined) | undefined;
    /** `METHOD path` of what the other one answered. */
    answered: string[];
  } = {
    instead: undefined,
    answered: [],
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const answer = place.instead?.(request);
      if (!answer) return await fetch(request);
      place.answered.push(`${request.method} ${new URL(request.url).pathname}`);
      return answer;
    },
  };
  return place;
}

/** The names of a handle's methods, its parents' as well. */
export function methodsOf(handle: object, until: object = Object.prototype): string[] {
  const names = new Set<string>();
  for (let at = Object.getPrototypeOf(handle); at && at !== until; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  names.delete("constructor");
  return [...names];
}
