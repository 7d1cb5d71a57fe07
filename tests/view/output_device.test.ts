import assert from "node:assert/strict";
import { deviceOf, withoutColors } from "../../lib/view/output_device.ts";
import { withEnvironment } from "../own_environment.ts";

const terminal = () => deviceOf({ isTerminal: () => true, writeSync: (bytes) => bytes.length });

Deno.test("--no-color takes the colours of every device of the process, and a dumb terminal has none", async () => {
  const device = terminal();
  await withEnvironment({ TERM: "xterm", NO_COLOR: undefined }, () => {
    assert.deepEqual([device.colors, device.dumb], [true, false]);
    const again = withoutColors();
    assert.equal(device.colors, false);
    again();
    assert.equal(device.colors, true);
  });
  await withEnvironment({ TERM: "xterm", NO_COLOR: "1" }, () => assert.equal(device.colors, false));
  await withEnvironment({ TERM: "dumb", NO_COLOR: undefined }, () => {
    assert.deepEqual([device.colors, device.dumb, device.terminal], [false, true, true]);
  });
});
