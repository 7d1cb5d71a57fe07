import assert from "node:assert/strict";
import { askSecret } from "../../../../lib/clouds/openstack/settings/ask_secret.ts";
import type { Terminal } from "../../../../lib/platform/terminal.ts";

function terminal(keys: readonly string[], isTerminal = true) {
  const left = keys.map((text) => new TextEncoder().encode(text));
  const shown: string[] = [];
  const raw: boolean[] = [];
  const made: Terminal = {
    present: () => isTerminal,
    raw: (on) => void raw.push(on),
    write: (text) => void shown.push(text),
    read(into) {
      const next = left.shift();
      if (next === undefined) return Promise.resolve(null);
      into.set(next);
      return Promise.resolve(next.length);
    },
  };
  return { made, shown, raw };
}

Deno.test("a password is read key by key, and nothing of it is shown", async () => {
  const { made, shown, raw } = terminal(["hun", "x", "\x7f", "ter2", "\r", "rest"]);
  assert.equal(await askSecret("Password", made), "hunter2");
  assert.deepEqual(shown, ["Password: ", "\n"]);
  assert.deepEqual(raw, [true, false]);
});

Deno.test("Ctrl-U begins anew, and a letter may come in two pieces", async () => {
  const bytes = new TextEncoder().encode("é");
  const { made } = terminal(["old\x15n"]);
  const pieces = [
    new TextEncoder().encode("old\x15n"),
    bytes.subarray(0, 1),
    bytes.subarray(1),
    new TextEncoder().encode("\n"),
  ];
  made.read = (into) => {
    const next = pieces.shift()!;
    into.set(next);
    return Promise.resolve(next.length);
  };
  assert.equal(await askSecret("Password", made), "né");
});

Deno.test("giving up, the end of input and no terminal are no password", async () => {
  for (const keys of [["hun\x03"], ["\x04"], ["\r"], ["hun"]]) {
    const { made, raw } = terminal(keys);
    assert.equal(await askSecret("Password", made), undefined);
    assert.deepEqual(raw, [true, false]);
  }
  const { made, shown, raw } = terminal(["secret\r"], false);
  assert.equal(await askSecret("Password", made), undefined);
  assert.deepEqual([shown, raw], [[], []]);
});
