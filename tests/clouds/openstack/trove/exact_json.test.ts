import assert from "node:assert/strict";
import { exactly, parseExact, stringifyExact } from "../../../../lib/clouds/openstack/trove/exact_json.ts";

Deno.test("a whole number beyond 2^53 is read and written as it stands", () => {
  const text = '{"max":18446744073709547520,"min":-9223372036854775808,"list":[9007199254740993],"n":12}';
  const value = parseExact(text);
  assert.deepEqual(value, {
    max: 18446744073709547520n,
    min: -9223372036854775808n,
    list: [9007199254740993n],
    n: 12,
  });
  assert.equal(stringifyExact(value), text);
});

Deno.test("every other number, and digits in a string, stay what they are", () => {
  const text = '{"a":9007199254740991,"b":1.2345678901234567,"c":1e300,"d":"18446744073709547520","e":-0.5}';
  assert.deepEqual(parseExact(text), JSON.parse(text));
  assert.equal(parseExact("9007199254740991"), 9007199254740991);
  assert.throws(() => parseExact('{"a":12345678901234567890'), SyntaxError);
});

Deno.test("writing is JSON.stringify for whatever has no bigint", () => {
  const value = { a: [1, "x", null, true], b: undefined, c: new Date(0) };
  assert.equal(stringifyExact(value), JSON.stringify(value));
  assert.equal(stringifyExact([1n], 2), "[\n  1\n]");
});

Deno.test("a value made exact is written exactly by plain JSON.stringify", () => {
  const text =
    '{"values":{"max":18446744073709547520,"list":[1,9007199254740993]},"at":"1970-01-01T00:00:00.000Z"}';
  const value = { ...parseExact(text) as object, at: new Date(0) };
  assert.equal(JSON.stringify(exactly(value)), text);
});
