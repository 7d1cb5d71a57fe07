import assert from "node:assert/strict";
import { deviceOf, withoutColors } from "../../lib/view/device.ts";

const terminal = () => deviceOf({ isTerminal: () => true, writeSync: (bytes) => bytes.length });

Deno.test("--no-color takes the colours of every device of the process, and a dumb terminal has none", () => {
  const before = Deno.env.get("TERM");
  try {
    Deno.env.set("TERM", "xterm");
    const device = terminal();
    assert.deepEqual([device.colors, device.dumb], [!Deno.noColor, false]);
    const again = withoutColors();
    assert.equal(device.colors, false);
    again();
    Deno.env.set("TERM", "dumb");
    assert.deepEqual([device.colors, device.dumb, device.terminal], [false, true, true]);
  } finally {
    if (before === undefined) Deno.env.delete("TERM");
    else Deno.env.set("TERM", before);
  }
});
