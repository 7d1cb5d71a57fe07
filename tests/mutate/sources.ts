/**
 * The files that mutants are in, and the tests.
 *
 * @module
 */

/** All TypeScript files below a folder, from the root of the checkout. */
export async function sources(root: string, folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(`${root}/${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) found.push(...await sources(root, path));
    else if (entry.name.endsWith(".ts")) found.push(path);
  }
  return found.sort();
}
