import assert from "node:assert/strict";
import { explain, keystoneRefused } from "../../../lib/clouds/openstack/error_answers.ts";

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  return { status, headers: new Headers(headers), body };
}

Deno.test("a fault's name is its code", () => {
  const { code, message, throttle } = explain(
    answer(404, { itemNotFound: { code: 404, message: "Not here." } }),
  );
  assert.deepEqual([code, message, throttle], ["itemNotFound", "Not here.", undefined]);
});

Deno.test("a 413 with a time to wait is a rate limit, one without is a quota", () => {
  const details = "Only 6 GET request(s) can be made to * every minute.";
  const limited = explain(answer(413, {
    overLimit: { code: 413, message: "This request was rate-limited.", details, retryAfter: "5" },
  }, { "retry-after": "5" }));
  assert.deepEqual(limited.throttle, { retryAfter: 5000, perSecond: 0.1 });
  assert.equal(limited.executed, false);
  assert.ok(explain(answer(413, undefined, { "retry-after": "7" })).throttle);
  const quota = explain(answer(413, { overLimit: { code: 413, message: "Quota exceeded." } }));
  assert.equal(quota.throttle, undefined);
  assert.ok(explain(answer(429, undefined)).throttle);
});

Deno.test("HTML becomes words, and an empty body a sentence", () => {
  const webob = answer(403, {
    message: "Access was denied to this resource.<br /><br />\nUser &lt;x&gt; cannot.\n\n",
    code: "403 Forbidden",
    title: "Forbidden",
  });
  assert.deepEqual(explain(webob), {
    code: "Forbidden",
    message: "Access was denied to this resource. User <x> cannot.",
  });
  const page =
    "<html>\n <head>\n  <title>415 No</title>\n </head><body><h1>415 No</h1>The type x/y is <b>odd</b>.</body></html>";
  assert.equal(explain(answer(415, page)).message, "The type x/y is odd .");
  assert.equal(
    explain(answer(404, "<html><body><h1>404 Not Found</h1></body></html>")).message,
    "404 Not Found",
  );
  const empty = explain(answer(503, undefined));
  assert.deepEqual([empty.code, empty.message], [
    "ServiceUnavailable",
    "Service Unavailable, without an explanation",
  ]);
});

Deno.test("a validation message does not repeat a password", () => {
  for (const value of ["'hunter2'", '"hunter2"', "hunter2"]) {
    const message = `Validation error: users[0]['password'] ${value} is not of type 'string'`;
    assert.doesNotMatch(explain(answer(400, { badRequest: { code: 400, message } })).message, /hunter2/);
  }
});

Deno.test("only Keystone's own 401 is about the token, whatever the header says", () => {
  const headers = { "www-authenticate": 'Keystone uri="http://127.0.0.1:5000/"' };
  const error = {
    code: 401,
    title: "Unauthorized",
    message: "The request you have made requires authentication.",
  };
  assert.equal(keystoneRefused(answer(401, { error }, headers)), true);
  assert.equal(
    keystoneRefused(answer(401, { unauthorized: { code: 401, message: "no admin" } }, headers)),
    false,
  );
  assert.equal(keystoneRefused(answer(401, undefined, headers)), true);
  assert.equal(keystoneRefused(answer(401, "Unauthorized", { "www-authenticate": "Basic" })), false);
  assert.equal(keystoneRefused(answer(403, { error }, headers)), false);
});
