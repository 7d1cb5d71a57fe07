/** What Deno 2.9 says of failures of TLS and of proxies, in sentences that say what to do. */
import assert from "node:assert/strict";
import { readFetchFailure } from "../../lib/http/fetch_failure.ts";

/** An error as Deno's fetch throws it. */
const thrown = (text: string) =>
  new TypeError("fetch failed", {
    cause: new Error(
      `error sending request for url (https://api.example.com/x): client error (Connect): ${text}`,
    ),
  });
const read = (text: string, proxy?: string) =>
  readFetchFailure(thrown(text), "api.example.com", proxy === undefined ? undefined : new URL(proxy));

const TLS: readonly [text: string, says: RegExp, advice: RegExp][] = [
  [
    "invalid peer certificate: Expired",
    /^its certificate has expired: api/,
    /renew it.*clock of this machine/,
  ],
  [
    "invalid peer certificate: NotValidYet",
    /^its certificate is not valid yet: api/,
    /clock of this machine/,
  ],
  [
    'invalid peer certificate: certificate not valid for name "api.example.com"; certificate is only valid for ' +
    'DnsName("other.example") or DnsName("more.example")',
    /^its certificate is for another name \(other\.example, more\.example\): api/,
    /Use the name/,
  ],
  [
    "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
    /^its certificate is that of an authority \(CA\)/,
    /must give it a server certificate/,
  ],
  ["invalid peer certificate: UnknownIssuer", /^its certificate is not trusted: api/, /DENO_CERT=ca\.pem/],
  ["received corrupt message of type InvalidContentType", /does not speak a TLS version/, /begin with http:/],
];

for (const [text, says, advice] of TLS) {
  Deno.test(`TLS: ${text}`, () => {
    const failure = read(text);
    assert.match(failure.reason, says);
    assert.match(failure.advice, advice);
    assert.deepEqual([failure.sent, failure.again], ["no", false]);
  });
}

Deno.test("a proxy that cannot be reached is named as the proxy, without its password", () => {
  const proxy = "http://me:s3cret@proxy.example:3128";
  for (
    const [text, why] of [
      ["tcp connect error: Connection refused (os error 111)", "nothing listens there (connection refused)"],
      [
        "dns error: failed to lookup address information: Name or service not known",
        "the host's name is not known",
      ],
      ["Proxy server unreachable", "nothing answers there"],
      ["tcp connect error: No route to host (os error 113)", "the network has no route to it"],
    ]
  ) {
    const failure = read(text!, proxy);
    assert.equal(failure.reason, `the proxy for it cannot be reached, ${why}: proxy.example:3128`);
    assert.match(failure.advice, /HTTPS_PROXY.*NO_PROXY=api\.example\.com/);
    assert.deepEqual([failure.sent, failure.again], ["no", true]);
  }
  assert.match(
    read("tcp connect error: Connection refused (os error 111)").reason,
    /^nothing listens there.*: api/,
  );
});

Deno.test("what a proxy refuses is said of the proxy, and a certificate behind it of the server", () => {
  const proxy = "http://proxy.example:3128";
  assert.match(
    read("proxy authentication required", proxy).reason,
    /^the proxy wants a user and a password: api/,
  );
  assert.equal(read("proxy authentication required", proxy).again, false);
  assert.match(read("unsuccessful tunnel", proxy).reason, /^the proxy does not connect to it: api/);
  assert.match(
    read("unexpected eof while tunneling", proxy).reason,
    /^the proxy does not connect to it: api/,
  );
  assert.match(read("invalid peer certificate: Expired", proxy).reason, /^its certificate has expired: api/);
});
