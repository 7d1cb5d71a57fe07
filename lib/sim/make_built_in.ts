#!/usr/bin/env -S deno run --allow-read --allow-write=lib/sim --allow-run=deno
/**
 * `deno task bundle-sim`: writes `built_in.js`, the simulator as one file. To be run after a change in `lib/sim`; a test
 * fails when it was forgotten.
 *
 * @module
 */

const here = new URL(".", import.meta.url);
const target = new URL("built_in.js", here);

const HEAD = `// Made of built_in.ts by \`deno task bundle-sim\`: change that, not this.
// @ts-self-types="./built_in.ts"
`;

/** The file's text, made anew. */
export async function makeBuiltIn(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "built_in.ts"],
    cwd: here,
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`Cannot bundle the simulator as ${new TextDecoder().decode(stderr)}`);
  return HEAD + new TextDecoder().decode(stdout);
}

/** The file's text as it is. */
export const readBuiltIn = (): Promise<string> => Deno.readTextFile(target);

if (import.meta.main) await Deno.writeTextFile(target, await makeBuiltIn());
