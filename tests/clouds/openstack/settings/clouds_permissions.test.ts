import assert from "node:assert/strict";

const clouds = new URL("../../../../lib/clouds/openstack/settings/clouds.ts", import.meta.url).href;
const program = `
  import { resolveCloud } from "${clouds}";
  const said = await resolveCloud(Deno.args[0] ?? {}).then(
    ({ name, origins }) => name + " " + Object.keys(origins).sort().join(","),
    (error) => error.name + ": " + error.message,
  );
  console.log(said);
`;

/** What a program with these permissions and variables comes to. Its terminal is none. */
async function run(flags: string[], env: Record<string, string>, ...args: string[]): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, program);
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", ...flags, file, ...args],
      env: { NO_COLOR: "1", ...env },
      stdin: "null",
    });
    const { stdout, stderr } = await command.output();
    return new TextDecoder().decode(stdout).trim() || new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(file);
  }
}

const login = { OS_AUTH_URL: "http://h", OS_USERNAME: "u", OS_PASSWORD: "p" };

Deno.test("with some variables granted the others are as if not set, and the flag is named", async () => {
  assert.equal(await run(["--allow-env=OS_*"], login), "envvars auth_url,password,username");
  const some = await run(["--allow-env=OS_AUTH_URL,OS_USERNAME"], login);
  assert.match(some, /^CredentialsError: .*password \(OS_PASSWORD\) is missing.*--allow-env=OS_PASSWORD$/);
});

Deno.test("without any permission nothing is asked of anybody, and what to grant is said", async () => {
  const none = await run([], login);
  assert.match(none, /^CredentialsError: .*--allow-env=HOME.*--allow-read=\.,\/etc\/openstack.*--allow-env/);
});

Deno.test("reading the one folder with clouds.yaml is enough", async () => {
  const home = await Deno.makeTempDir();
  try {
    const folder = `${home}/.config/openstack`;
    await Deno.mkdir(folder, { recursive: true });
    const cloud = "clouds: { a: { auth: { auth_url: http://x, username: u, password: p } } }";
    await Deno.writeTextFile(`${folder}/clouds.yaml`, cloud);
    const flags = ["--allow-env=HOME", `--allow-read=${folder}`];
    const xdg = { HOME: home, DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno` };
    assert.equal(await run(flags, xdg, "a"), "a auth_url,password,username");
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
