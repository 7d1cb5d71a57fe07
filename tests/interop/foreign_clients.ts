/** Installs the official command lines of CloudAPI in a scratch folder, never in the checkout. */

const PACKAGES = ["triton@7.17.0", "smartdc@9.0.1"];

/** Where they are; or, as text, why they are not. */
export async function foreignClients(): Promise<
  { bin: string; smartdc: string; remove(): Promise<void> } | string
> {
  for (const name of ["run", "env"] as const) {
    if ((await Deno.permissions.query({ name })).state !== "granted") return `--allow-${name} is not granted`;
  }
  const kept = Deno.env.get("MUSTER_INTEROP_DIR");
  if (!await works("npm", "--version") || !await works("node", "--version")) return "npm or node is missing";
  const dir = kept ?? await Deno.makeTempDir({ prefix: "muster-interop-" });
  const place = {
    bin: `${dir}/node_modules/.bin`,
    smartdc: `${dir}/node_modules/smartdc/bin`,
    remove: () => kept === undefined ? Deno.remove(dir, { recursive: true }) : Promise.resolve(),
  };
  if (await exists(`${place.bin}/triton`) && await exists(place.smartdc)) return place;
  await Deno.mkdir(dir, { recursive: true });
  // A package.json of its own, so that npm does not look for one further up.
  if (!await exists(`${dir}/package.json`)) {
    await Deno.writeTextFile(`${dir}/package.json`, '{"private":true}\n');
  }
  const { success, stderr } = await new Deno.Command("npm", {
    args: ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...PACKAGES],
    cwd: dir,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return place;
  await place.remove();
  return `npm cannot install ${PACKAGES.join(" ")}: ${
    new TextDecoder().decode(stderr).trim().split("\n").at(-1)
  }`;
}

async function works(command: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args, stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
