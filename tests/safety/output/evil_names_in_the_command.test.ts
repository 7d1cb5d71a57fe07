/** The command, as a process of its own, shows what a hostile server says harmlessly, on both of its streams. */
import assert from "node:assert/strict";
import { CommandBox, permissionsFor } from "../../e2e/command.ts";

const NAME =
  "web\x1b[2J\x1b[31m\n\rFAKED: all deleted\x07\x7f\u0085\u009b1A\u202e\u2066\u200f\u061c\u2028\u200b\u200d" +
  "\ufeff\u00ad\u{e0041}x";
const FORBIDDEN =
  // deno-lint-ignore no-control-regex
  /[\0-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]/u;
/** The same, and colours are let pass. */
// deno-lint-ignore no-control-regex
const COLOURS = /\x1b\[[0-9;]*m/g;

const TASK = `import { dc, task } from "muster:";
export default task({
  description: "Stops the tests",
  args: {},
  run: () => dc().machines({ type: "test" }).stop().waitUntil("stopped"),
});
`;

Deno.test("the command lists, plans, runs, resumes and fails with evil names harmlessly", async () => {
  await using box = await CommandBox.make({
    machines: [
      { name: NAME, state: "running", tags: { type: "test", [`k${NAME}`]: NAME } },
      { name: `${NAME}2`, state: "running", tags: { type: "test" } },
      { name: `bad${NAME}`, state: "failed", tags: { type: "test" } },
    ],
  });
  await box.task("halt", TASK);
  const { faults } = box.server.sim;
  const permissions = permissionsFor(box.home, box.server.url);
  const evil = JSON.stringify(NAME);
  const commands: readonly (readonly [words: readonly string[], shows: RegExp | undefined])[] = [
    [["ls"], /FAKED/],
    [["ls", "--json"], /FAKED/],
    [["ls", "--columns=name,tags"], /FAKED/],
    [["ls", "--where", `name=no${NAME.replace(/\0/g, "")}`], undefined],
    [["ls", "images", "--where", `name=${NAME}`], undefined],
    [["plan", "halt"], /FAKED/],
    [["plan", "halt", "--json"], /FAKED/],
    [["plan", "halt", "--save", "out/plan.json"], /FAKED/],
    [["do", `dc().machine(${evil})`], /FAKED/],
    [["do", `dc().machine(${evil})`, "--json"], /FAKED/],
    [["do", `dc().machines().then((all) => all.map((one) => one.name))`], /FAKED/],
    // Waited for: a stop that finds it on its way down does nothing, and it would come up again.
    [["do", `dc().machine(${evil}).reboot().waitUntil("running")`, "--yes", "--debug"], /FAKED/],
    [["do", `dc().machine("no " + ${evil}).stop()`, "--yes"], /FAKED/],
    [["run", "halt", "--yes"], /FAKED/],
    [["history"], undefined],
    [["history", "--json"], undefined],
    [["resume", "last", "--yes"], undefined],
    [["apply", "out/plan.json", "--yes"], undefined],
    [["do", `dc().machines({ type: "test" }).start()`, "--yes", "--json"], /FAKED/],
    [["do", `dc().machines({ type: "test" }).delete()`, "--quiet", "--yes"], undefined],
  ];
  for (const [words, shows] of commands) {
    if (words.includes("--quiet")) {
      const body = { code: NAME, message: NAME };
      faults.add({ do: "status", status: 409, body, when: (request) => request.method === "DELETE" });
    }
    const { out, err, code } = await box.run(words.map((word) => word.toWellFormed().replaceAll("\0", "")), {
      permissions,
    });
    for (const [stream, text] of [["stdout", out], ["stderr", err]] as const) {
      const bad = FORBIDDEN.exec(text.replace(COLOURS, ""));
      assert.ok(
        !bad,
        `${words[0]}: ${stream} holds U+${bad?.[0].codePointAt(0)?.toString(16)}: ${text.slice(0, 400)}`,
      );
      assert.ok(!COLOURS.test(text), `${words[0]}: ${stream} is coloured, as the server wants`);
      assert.ok(!/^\s*FAKED/m.test(text), `${words[0]}: a faked line on ${stream}`);
    }
    if (shows) {
      assert.match(out + err, shows, `${words.join(" ").slice(0, 60)} (${code}) shows it: ${out}${err}`);
    }
  }
  // A page of a proxy instead of an answer.
  faults.add({ do: "status", status: 403, body: `<b>${NAME}</b>`, headers: { "content-type": "text/html" } });
  const { out, err } = await box.run(["ls"], { permissions });
  assert.ok(!FORBIDDEN.test(out + err), JSON.stringify(err));
});
