import assert from "node:assert/strict";
import { OutputCollector } from "../../lib/ssh/output_lines.ts";

function linesOf(bytes: Uint8Array, size: number, encoding = "utf-8"): string[] {
  const lines: string[] = [];
  const output = new OutputCollector(encoding, 1e6, (line) => lines.push(line));
  for (let at = 0; at < bytes.length; at += size) output.push(bytes.slice(at, at + size));
  output.end();
  return lines;
}

Deno.test("lines are the same however the bytes are cut", () => {
  const bytes = new TextEncoder().encode("häuser\r\n\r\n日本語 🦕\n\rnot an end\nlast 🦕");
  for (let size = 1; size <= bytes.length; size++) {
    assert.deepEqual(linesOf(bytes, size), ["häuser", "", "日本語 🦕", "\rnot an end", "last 🦕"]);
  }
});

Deno.test("another encoding, and an end without a line end or with one", () => {
  assert.deepEqual(linesOf(Uint8Array.of(0xe4, 10, 0xf6), 1, "latin1"), ["ä", "ö"]);
  assert.deepEqual(linesOf(new TextEncoder().encode("a\n"), 5), ["a"]);
  assert.deepEqual(linesOf(new Uint8Array(), 1), []);
});

Deno.test("the kept text is cut at a whole character, and the rest counted", () => {
  const output = new OutputCollector("utf-8", 4);
  output.push(new TextEncoder().encode("abc🦕d"));
  assert.equal(output.text(), "abc");
  assert.equal(output.dropped, 4);
});

Deno.test("a line without end is handed over in pieces", () => {
  const sizes: number[] = [];
  const output = new OutputCollector("utf-8", 0, (line) => sizes.push(line.length));
  for (let i = 0; i < 40; i++) output.push(new Uint8Array(65_536).fill(120));
  output.end();
  assert.equal(sizes.reduce((sum, size) => sum + size), 40 * 65_536);
  assert.ok(sizes.length >= 2);
});
