/**
 * Which tests a source file may break: those that import it, however many files lie between.
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

/** For each file, the files that import it. */
export async function importersOf(root: string, files: readonly string[]): Promise<Map<string, string[]>> {
  const importers = new Map<string, string[]>();
  for (const file of files) {
    const text = await Deno.readTextFile(`${root}/${file}`);
    for (const [, specifier] of text.matchAll(/(?:from|import\(|import)\s*\(?"(\.[^"]+)"/g)) {
      const target = new URL(specifier!, `file:///${file}`).pathname.slice(1);
      importers.set(target, [...importers.get(target) ?? [], file]);
    }
  }
  return importers;
}

/** The tests that come to a file by their imports, the nearest first. */
export function testsOf(file: string, importers: ReadonlyMap<string, readonly string[]>): string[] {
  const distance = new Map<string, number>([[file, 0]]);
  const queue = [file];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const next of importers.get(at) ?? []) {
      if (distance.has(next)) continue;
      distance.set(next, distance.get(at)! + 1);
      queue.push(next);
    }
  }
  const room = file.split("/").slice(1, -1).join("/");
  const rank = (test: string) => (test.startsWith(`tests/${room}/`) ? 0 : 100) + distance.get(test)!;
  return [...distance.keys()].filter((name) => name.endsWith(".test.ts")).sort((a, b) => rank(a) - rank(b));
}
