/**
 * Text from outside commands no terminal, and reads as what it is.
 */
import assert from "node:assert/strict";
import { guarded, manyLines, oneLine, tame, visibleJson, words } from "../../../lib/engine/text/visible.ts";

const ESC = "\x1b", OVERRIDE = "\u202e", JOINER = "\u200d";

Deno.test("on one line everything that is not seen is written out; text of several lines keeps its lines", () => {
  assert.equal(oneLine(`a${ESC}[2J\tb\nc${OVERRIDE}`), "a\\u001b[2J\\u0009b\\nc\\u202e");
  assert.equal(manyLines(`a\tb\nc\r\nd\re${ESC}`), "a\tb\nc\r\nd\\u000de\\u001b");
  assert.equal(oneLine("\u{e0001}"), "\\u{e0001}");
  assert.equal(oneLine("grün ❤\ufe0f"), "grün ❤\ufe0f");
  assert.equal(words(` a\n\t b${JOINER}c${ESC} `), "a b c");
});

Deno.test("an error's own message and those of its causes are made harmless", () => {
  const cause = new Error(`inner${ESC}`);
  const error = new Error("outer\x07", { cause });
  assert.equal(tame(error), error);
  assert.deepEqual([error.message, cause.message], ["outer\\u0007", "inner\\u001b"]);
  assert.ok(!error.stack!.includes("\x07"));
  const other = { message: "\x07" };
  assert.deepEqual([tame(other), tame(undefined), tame("x")], [other, undefined, "x"]);
  const frozen = Object.freeze(new Error("\x07", { cause: new Error("\x07") }));
  tame(frozen);
  assert.equal((frozen.cause as Error).message, "\\u0007");
  const endless = new Error("\x07") as Error & { cause: unknown };
  endless.cause = endless;
  tame(endless);
});

Deno.test("of a text for a terminal our own colours and moves stay, and what came from outside does not", () => {
  assert.equal(guarded(`${ESC}[31mred${ESC}[39m`), `${ESC}[31mred${ESC}[39m`);
  assert.equal(
    guarded(`plain ${ESC}[1mbold ${ESC}]0;title\x07`),
    `plain ${ESC}[1mbold \\u001b]0;title\\u0007`,
  );
  assert.equal(guarded(`a\x07${ESC}[2A${ESC}[Jb\x07`), `a\\u0007${ESC}[2A${ESC}[Jb\\u0007`);
  assert.equal(guarded("only text"), "only text");
  assert.equal(guarded("x\x07"), "x\\u0007");
});

Deno.test("JSON stays JSON of the same value, and is harmless to look at", () => {
  const value = { name: `a${OVERRIDE}\u{e0001}`, list: ["\x07", 1] };
  for (const space of [undefined, 2]) {
    const text = visibleJson(value, space);
    assert.deepEqual(JSON.parse(text), value);
    assert.match(text, /^[\x20-\x7e\n]*$/);
  }
  assert.equal(visibleJson(undefined), undefined);
  assert.equal(visibleJson("plain"), '"plain"');
});
