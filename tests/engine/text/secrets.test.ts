/**
 * What is known as a secret stands in no text, in whatever form.
 */
import assert from "node:assert/strict";
import {
  concealed,
  concealedJson,
  hasSecrets,
  keepLogin,
  keepSecret,
  shownValue,
} from "../../../lib/engine/text/secrets.ts";

// What is kept here is kept for the whole process: texts that stand nowhere else.

Deno.test("whether there is any secret is known", () => {
  const KEY = Symbol.for("muster.secrets.1");
  const place = globalThis as { [KEY]?: Set<string> | undefined };
  const before = place[KEY];
  try {
    delete place[KEY];
    assert.equal(hasSecrets(), false);
    keepSecret("zq1");
    assert.equal(hasSecrets(), false, "it is too short");
    keepSecret("zq1x");
    assert.equal(hasSecrets(), true);
  } finally {
    if (before) place[KEY] = before;
    else delete place[KEY];
  }
  keepSecret("zq2x", "zq2");
  assert.equal(concealed("zq2 zq2x zq2xy"), "zq2 … …y");
});

Deno.test("what a login is made with is left out from eight characters on", () => {
  keepLogin("hzqter7", undefined, "hzqter77");
  assert.equal(concealed("hzqter7 hzqter77"), "hzqter7 …");
});

Deno.test("a secret is found in JSON, in an address and in base64, again and again, and so is one that comes later", () => {
  const secret = 'p"z/qs wörd\\1';
  keepSecret(secret);
  for (let n = 0; n < 2; n++) {
    assert.equal(concealed(`${secret} and ${secret}`), "… and …");
    assert.equal(concealed(JSON.stringify({ secret })), '{"secret":"…"}');
    assert.equal(concealed(JSON.stringify(JSON.stringify(secret))), JSON.stringify('"…"'));
    assert.equal(concealed(`?q=${encodeURIComponent(secret)}&x`), "?q=…&x");
    assert.equal(concealed(new URLSearchParams({ q: secret }).toString()), "q=…");
    const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(secret)));
    assert.equal(concealed(`Basic ${base64}.`), "Basic ….");
  }
  keepSecret("another zq one");
  assert.equal(concealed("another zq one"), "…");
  assert.equal(concealed("a thzqrd one", ["thzqrd"]), "a … one");
  assert.equal(concealed("a thzqrd one"), "a … one", "it is kept from now on");
});

Deno.test("a piece of a long secret that was cut is left out, from its beginning and from its end, and nothing beside it", () => {
  const secret = "zqcdefghijklmnopqrstuvwxzq";
  keepSecret(secret);
  assert.equal(concealed("x zqcdefghijklmno"), "x …");
  assert.equal(concealed("x zqcdefghijklmno y"), "x … y");
  assert.equal(concealed("mnopqrstuvwxzq y"), "… y");
  assert.equal(concealed("before mnopqrstuvwxzq y"), "before … y");
  assert.equal(concealed("x zqcdefghijk"), "x zqcdefghijk", "eleven characters tell little");
});

Deno.test("a number is no secret within a longer one, and JSON stays JSON", () => {
  keepSecret("918273");
  assert.equal(concealed("at 9182737, 0.918273, 918273"), "at 9182737, 0.918273, …");
  assert.equal(concealed('{"a":918273,"b":[918273]}'), '{"a":"…","b":["…"]}');
  assert.equal(concealed('{ "a":  918273 }'), '{ "a":  "…" }');
  assert.equal(concealed('{"a":918273    ]'), '{"a":…    ]', "that far behind it it is no JSON of ours");
  assert.equal(concealed("[918273"), "[…");
  assert.equal(concealed("port: 918273 is closed"), "port: … is closed");
  assert.deepEqual(JSON.parse(concealedJson({ a: 918273, b: "x 918273" })), { a: 918273, b: "x …" });
});

Deno.test("a value in an error is short, and shows no key", () => {
  assert.equal(shownValue("-----BEGIN PRIVATE KEY-----"), "(a private key)");
  assert.equal(shownValue("a\nb\r\nc"), "(a text of 3 lines)");
  assert.equal(shownValue({ a: 1 }), '{"a":1}');
  assert.equal(shownValue(undefined), "undefined");
  assert.equal(shownValue("x".repeat(198)).length, 200);
  assert.equal(shownValue("x".repeat(199)).length, 198);
});
