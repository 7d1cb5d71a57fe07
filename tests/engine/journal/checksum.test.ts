/**
 * The checksum of a journal's lines is the standard CRC-32, and shows what was changed.
 */
import assert from "node:assert/strict";
import { crc32, isIntact, summed, sumOf } from "../../../lib/engine/journal/checksum.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const withoutEnd = (line: Uint8Array) => line.subarray(0, -1);

Deno.test("the checksum is CRC-32, as its published check value says", () => {
  assert.equal(crc32(bytes("123456789")), 0xcbf43926);
  assert.equal(crc32(new Uint8Array()), 0);
  assert.equal(crc32(bytes("6789"), crc32(bytes("12345"))), 0xcbf43926, "in pieces");
});

Deno.test("a line is whole after the line it was written after, and after no other", () => {
  const first = summed('{"a":1}', 0), second = summed('{"b":"ü"}', first.sum);
  assert.ok(isIntact(withoutEnd(first.line), 0));
  assert.ok(isIntact(withoutEnd(second.line), first.sum));
  assert.ok(!isIntact(withoutEnd(second.line), 0), "the line before it is missing");
  assert.ok(!isIntact(withoutEnd(first.line), first.sum), "it is there twice");
  assert.equal(sumOf(withoutEnd(first.line)), first.sum);
  assert.equal(sumOf(bytes('{"a":1}')), undefined);
});

Deno.test("each changed bit of a line shows", () => {
  const { line } = summed('{"before":[0,0,1]}', 7);
  const whole = withoutEnd(line);
  for (let at = 0; at < whole.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const changed = whole.slice();
      changed[at]! ^= 1 << bit;
      // A hexadecimal digit of the sum may be written large as well.
      if (new TextDecoder().decode(changed).toLowerCase() === new TextDecoder().decode(whole)) continue;
      assert.ok(!isIntact(changed, 7), `byte ${at}, bit ${bit}`);
    }
  }
});
