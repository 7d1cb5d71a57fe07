import assert from "node:assert/strict";
import { MusterError } from "../../lib/engine/errors.ts";
import { targetOf } from "../../lib/http/request_target.ts";

const get = (path: string, query?: Record<string, string>) =>
  targetOf("https://cloud.example", { method: "GET", path, ...(query ? { query } : {}) });

for (
  const path of [
    "my/x",
    "/a//b",
    "//evil.example/x",
    "/a/../b",
    "/a/%2e%2E/b",
    "/a/./b",
    "/..",
    "/a?b=1",
    "/a#b",
    "/a b",
    "/a\\b",
    "/my/machines/",
    "/machines/undefined",
    "/ü",
    "/a%zz",
    "/a\nb",
  ]
) {
  Deno.test(`the path ${JSON.stringify(path)} is refused`, () => {
    assert.throws(
      () => get(path),
      (error) =>
        error instanceof MusterError &&
        /^Cannot GET .*: .*\. Percent-encode each part of a path/.test(error.message),
    );
  });
}

Deno.test("paths and queries are sent as they are signed", () => {
  for (
    const path of [
      "/",
      "/my/machines/a-1_b.c~d",
      "/a%2Fb",
      "/a:b@c;d=e,f!$&'()*+",
      "/--ping",
    ]
  ) {
    const { href, target } = get(path, { "tag.a b": "c&d=e#f" });
    assert.equal(target, `${path}?tag.a%20b=c%26d%3De%23f`);
    assert.equal(new URL(href).href, `https://cloud.example${target}`); // the platform changes nothing about it
  }
});

Deno.test("a base may have a path of its own", () => {
  const request = { method: "GET", path: "/instances" } as const;
  assert.equal(targetOf("https://h:8779/v1.0/abc/", request).target, "/v1.0/abc/instances");
  assert.equal(targetOf("https://h:8779/v1.0/abc", request).href, "https://h:8779/v1.0/abc/instances");
});

Deno.test("a base that cannot be used is refused, without showing a password in it", () => {
  const request = { method: "GET", path: "/x" } as const;
  for (const base of ["nowhere", "ftp://h", "https://h/?a", "https://h/#a"]) {
    assert.throws(() => targetOf(base, request), MusterError);
  }
  assert.throws(
    () => targetOf("https://me:s3cret@h/", request),
    (error) => error instanceof MusterError && !error.message.includes("s3cret"),
  );
});
