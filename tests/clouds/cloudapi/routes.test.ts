/**
 * Sends every route of CloudAPI through its methods, and checks the table in the docs.
 *
 * `deno test … tests/clouds/cloudapi/routes.test.ts -- --update` writes the table again.
 */
import assert from "node:assert/strict";
import { routes as simulated } from "../../../lib/sim/cloudapi/routes.ts";
import { exercise } from "./exercise_routes.ts";
import { ROUTES } from "./routes.ts";
import { world } from "./world.ts";

const DOC = new URL("../../../docs/cloudapi-coverage.md", import.meta.url);
/** Methods that are not a single request and answer, and have their own tests. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  changefeed: "tests/clouds/cloudapi/feed/changefeed_served.test.ts",
};
const LATER = ROUTES.filter(({ since }) => since === "later");

Deno.test("the list has the 122 routes of CloudAPI 9.20, and three that came later", () => {
  assert.equal(ROUTES.length - LATER.length, 122);
  assert.equal(LATER.length, 3);
  assert.equal(new Set(ROUTES.map(({ name }) => name)).size, ROUTES.length);
  assert.equal(new Set(ROUTES.map(({ method, path }) => `${method} ${path}`)).size, ROUTES.length);
});

Deno.test("the simulator has the routes that a method sends, by the same names and at the same paths", () => {
  const known = new Map(simulated.map(({ name, method, path }) => [name, `${method} ${path}`]));
  const parameters = (path: string) => path.replace(/:\w+/g, ":");
  for (const { name, method, path, sentBy } of ROUTES) {
    if (sentBy === "") continue;
    assert.equal(parameters(known.get(name) ?? "missing"), parameters(`${method} ${path}`), name);
  }
});

Deno.test("every route that a method is said to send is sent by it, and answered", async () => {
  const made = await world({
    machines: [
      { name: "web", tags: { role: "web" } },
      { name: "down", state: "stopped" },
      { name: "disks", image: "debian-12-bhyve", state: "stopped" },
    ],
  });
  await exercise(made);
  const reached = new Set(made.sim.log.filter((one) => one.status < 400).map((one) => one.route));
  const said = ROUTES.filter(({ sentBy, name }) => sentBy !== "" && !(name in ELSEWHERE)).map(({ name }) =>
    name
  );
  assert.deepEqual(said.filter((name) => !reached.has(name)), []);
  for (const test of Object.values(ELSEWHERE)) {
    assert.ok((await Deno.stat(new URL(`../../../${test}`, import.meta.url))).isFile);
  }
  const silent = ROUTES.filter(({ sentBy }) => sentBy === "").map(({ name }) => name);
  assert.deepEqual(silent.filter((name) => reached.has(name)), [], "sent, but the list does not say by what");
});

Deno.test("a command of the official client that the list names is in its test", async () => {
  const text = await Deno.readTextFile(new URL("../../interop/cloudapi/triton.test.ts", import.meta.url));
  const lines = [...text.matchAll(/triton\(\s*["']([^"']*)/g)].map(([, line]) => `triton ${line}`);
  const commands = [...lines, "triton changefeed"].join("\n");
  for (const { name, triton } of ROUTES) {
    if (triton !== undefined) assert.ok(commands.includes(triton), `${name}: ${triton}`);
  }
});

/** The expected table. */
function table(): string {
  const withMethod = ROUTES.filter(({ sentBy }) => sentBy !== "");
  const cell = (text: string) => text === "" ? "" : `\`${text.replaceAll("|", "\\|")}\``;
  const rows = ROUTES.map(({ name, method, path, since, sentBy, triton }) =>
    `| ${name} | ${cell(`${method} ${path}`)} | ${since === "later" ? "after 9.20" : since} | ${
      cell(sentBy) || `\`request("${method}", …)\``
    } | ${cell(triton ?? "")} |`
  );
  return `# Which routes of CloudAPI are covered, and by what

${withMethod.length} of the ${ROUTES.length} routes have a method. 122 routes are those of CloudAPI 9.20 (without HEAD); three came later. The column "Method" has the method of
\`dc(…)\` that sends the request; a name that begins with a dot is a step of a chain of machines. A route without a method can be sent with
\`dc(…).request()\`, signed and retried like the others. Tags and metadata are read with their machine, whose id proves whose
they are: \`machine(x).tags()\`, \`machine(x).metadata()\`. The column "Since" has the version of CloudAPI that added the route.

Every route with a method is tested against the simulator by
[tests/clouds/cloudapi/routes.test.ts](../tests/clouds/cloudapi/routes.test.ts), which also makes this table. If the
official client has a command for a route, [tests/interop/cloudapi/triton.test.ts](../tests/interop/cloudapi/triton.test.ts) runs that
too, so that the simulator does not only match our own idea of the server.

| Route | Request | Since | Method | Official client |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
}

/** As `deno fmt` writes it. */
async function formatted(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext=md", "-"],
    cwd: new URL("../../../", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  return new TextDecoder().decode((await child.output()).stdout);
}

Deno.test("the table of the docs is the list's", async () => {
  const wanted = await formatted(table());
  if (Deno.args.includes("--update")) await Deno.writeTextFile(DOC, wanted);
  assert.equal(await Deno.readTextFile(DOC), wanted, "run this test with -- --update");
});
