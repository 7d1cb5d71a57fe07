/**
 * Only one mechanism repeats a write. Code that checks for a lost answer in order to send again would be another: it is
 * refused here.
 */
import assert from "node:assert/strict";

const lib = new URL("../../../../lib/", import.meta.url);

/**
 * The loop itself; the transport, which makes the error and repeats what was certainly not carried out; and code that
 * shows errors.
 */
const MAY_ASK = /^(engine\/run\/write\/checked_write\.ts|(http|view|ssh|sim|built)\/.*)$/;

async function* sources(folder: URL, path = ""): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* sources(new URL(`${name}/`, folder), `${path}${name}/`);
    else if (name.endsWith(".ts")) yield `${path}${name}`;
  }
}

Deno.test("nothing but the checked write decides by a lost answer whether to send again", async () => {
  const found: string[] = [];
  for await (const file of sources(lib)) {
    if (MAY_ASK.test(file)) continue;
    const text = await Deno.readTextFile(new URL(file, lib));
    for (const [line] of text.matchAll(/.*\.sent [!=]== "(unknown|no)".*/g)) {
      if (!/SshError/.test(line)) found.push(`lib/${file}: ${line.trim()}`);
    }
    if (/\bATTEMPTS\b/.test(text)) found.push(`lib/${file} counts attempts of its own`);
  }
  assert.deepEqual(found, []);
});
