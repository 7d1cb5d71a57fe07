import assert from "node:assert/strict";
import { readFetchFailure } from "../../lib/http/fetch_failure.ts";

function failed(text: string): TypeError {
  return new TypeError("fetch failed", { cause: new Error(text) });
}

const AT = "error sending request for url (https://h/x?token=s3cret):";
const ON = "error sending request from 127.0.0.1:60656 for http://h/x?token=s3cret (127.0.0.1:8):";

// The texts are those of Deno 2.9's fetch.
const texts: [what: string, error: unknown, sent: "no" | "unknown", again: boolean, reason: RegExp][] = [
  [
    "an unknown host",
    failed(
      `${AT} client error (Connect): dns error: failed to lookup address information: Name or service not known`,
    ),
    "no",
    true,
    /^the host's name is not known: h$/,
  ],
  [
    "no way",
    failed(`${AT} client error (Connect): tcp connect error: No route to host (os error 113)`),
    "no",
    true,
    /the network has no route to it/,
  ],
  [
    "a certificate for another name",
    failed(`${AT} client error (Connect): invalid peer certificate: NotValidForName`),
    "no",
    false,
    /^its certificate is not trusted: h$/,
  ],
  [
    "a connection that did not come about",
    failed(`${AT} client error (Connect): something new`),
    "no",
    true,
    /something new/,
  ],
  [
    "a connection broken",
    failed(`${ON} client error (SendRequest): connection closed before message completed`),
    "unknown",
    true,
    /closed/,
  ],
  [
    "a reset",
    failed(`${ON} client error (SendRequest): connection error: Connection reset by peer (os error 104)`),
    "unknown",
    true,
    /reset/,
  ],
  [
    "a word that only sounds harmless",
    failed(`${ON} client error (SendRequest): connection refused`),
    "unknown",
    true,
    /./,
  ],
  [
    "something else",
    failed(`${ON} client error (SendRequest): invalid HTTP version parsed`),
    "unknown",
    true,
    /invalid HTTP version/,
  ],
  [
    "a missing permission",
    new Deno.errors.NotCapable('Requires net access to "h:443", run again with the --allow-net flag'),
    "no",
    false,
    /may not open connections to: h/,
  ],
  [
    "a blocked port",
    new TypeError("Fetch failed: Requests to port 1 are blocked"),
    "no",
    false,
    /never uses that port/,
  ],
  ["what is no error", "boo", "unknown", true, /boo/],
];

for (const [what, error, sent, again, reason] of texts) {
  Deno.test(`${what}: ${sent === "no" ? "not sent" : "may have been sent"}${again ? "" : ", and no use trying again"}`, () => {
    const failure = readFetchFailure(error, "h");
    assert.equal(failure.sent, sent);
    assert.equal(failure.again, again);
    assert.match(failure.reason, reason);
    assert.ok(!failure.reason.includes("s3cret"));
  });
}
