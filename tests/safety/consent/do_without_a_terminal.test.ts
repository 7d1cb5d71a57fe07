import assert from "node:assert/strict";
import { dc } from "../../../lib/muster.ts";
import { main } from "../../../lib/command/main.ts";
import { stdinKeyboard } from "../../../lib/platform/terminal.ts";

/** The output of `muster do` with nobody at the keyboard. */
async function done(expression: string, ...options: string[]) {
  const before = Object.getOwnPropertyDescriptor(stdinKeyboard, "terminal")!;
  Object.defineProperty(stdinKeyboard, "terminal", { value: false, configurable: true });
  let out = "", err = "";
  const io = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  try {
    return { code: await main(["do", expression, "--no-journal", ...options], io), out, err };
  } finally {
    Object.defineProperty(stdinKeyboard, "terminal", before);
  }
}

const state = async (name: string) => (await dc("sim").machine(name)).state;

Deno.test("muster do without a terminal changes nothing unless --yes is said: exit 4, and what to say", async () => {
  const before = await state("db-00");
  for (
    const [expression, ...options] of [
      [`dc("sim").machine("db-00").stop()`],
      [`dc("sim").machine("db-00").stop()`, "--max=100"],
      [`dc("sim").machine("db-00").stop()`, "--expect=1"],
      [`dc("sim").machine("db-00").stop()`, "--quiet"],
      [`dc("sim").machine("db-00").stop()`, "--json"],
      [`await dc("sim").machine("db-00").tag({ owner: "x" })`],
      [`(await dc("sim").machine("db-00").stop().run({ yes: true }), 1)`],
      [`[dc("sim").machine("db-00"), { a: dc("sim").machine("db-00").reboot() }]`],
      [`all(dc("sim").machine("db-00").start(), dc("sim").machine("db-00").stop())`],
      // It would not be sent, because it is already so. But nobody has allowed it either.
      [`dc("sim").machine("db-00").start()`],
      [`dc("sim").request("DELETE", "/machines/x")`],
      [`dc("sim").deleteKey("none")`],
      [`dbaas("sim").instance("dev-scratch").restart()`],
    ] as const
  ) {
    const { code, err } = await done(expression, ...options);
    assert.equal(code, 4, `${expression} ${options}: ${err}`);
    assert.match(
      err,
      /^muster: Cannot .*there is no terminal to ask on.*Nothing was sent\. Add --yes.*--plan/,
      expression,
    );
  }
  assert.equal(await state("db-00"), before);
});

Deno.test("muster do without a terminal reads, waits and plans freely, and acts with --yes", async () => {
  assert.equal((await done(`dc("sim").machine("db-00").waitUntil("running")`)).code, 0);
  assert.match((await done(`dc("sim").machine("db-00")`)).out, /db-00/);
  assert.match((await done(`dc("sim").machine("db-00").stop()`, "--plan")).out, /1 sent/);
  assert.equal((await done(`dc("sim").machines({ type: "none" }).stop()`)).code, 3);
  assert.equal(await state("db-00"), "running");
  assert.equal((await done(`dc("sim").machine("db-00").stop().waitUntil("stopped")`, "--yes")).code, 0);
  assert.equal(await state("db-00"), "stopped");
});
