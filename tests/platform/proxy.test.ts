import assert from "node:assert/strict";
import { fixedEnvironment } from "../../lib/platform/permissions.ts";
import { proxyFor } from "../../lib/platform/proxy.ts";

const proxied = (url: string, variables: Record<string, string>) =>
  proxyFor(new URL(url), fixedEnvironment(variables)) !== undefined;

Deno.test("an address is proxied where the environment names a proxy for it, and does not except it", () => {
  const url = "https://us-east-1.api.example.com";
  assert.equal(proxied(url, {}), false);
  assert.equal(proxied(url, { http_proxy: "http://p:3128" }), false);
  assert.equal(proxied(url, { HTTPS_PROXY: "http://p:3128" }), true);
  assert.equal(proxied(url, { https_proxy: "http://p:3128" }), true);
  assert.equal(proxied(url, { ALL_PROXY: "socks5://p" }), true);
  assert.equal(proxied("http://127.0.0.1:8080", { HTTP_PROXY: "http://p:3128" }), true);
  for (const no of ["*", "api.example.com", ".example.com", "localhost, us-east-1.api.example.com"]) {
    assert.equal(proxied(url, { https_proxy: "http://p:3128", NO_PROXY: no }), false, no);
  }
  for (const no of ["", "ample.com", "example.org"]) {
    assert.equal(proxied(url, { https_proxy: "http://p:3128", no_proxy: no }), true, no);
  }
});

Deno.test("a proxy is an address, also where only its host and port are named", () => {
  const found = (value: string) =>
    proxyFor(new URL("https://a.example"), fixedEnvironment({ HTTPS_PROXY: value }));
  assert.equal(found("proxy.example:3128")!.host, "proxy.example:3128");
  assert.equal(found("http://me:secret@proxy.example:3128")!.host, "proxy.example:3128");
  assert.equal(found("socks5://proxy.example")!.protocol, "socks5:");
});
