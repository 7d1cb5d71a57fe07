import assert from "node:assert/strict";
import { suggestion } from "./completions_shells.ts";

const ROOT = new URL("../../../", import.meta.url).pathname.replace(/\/$/, "");

/** The typed text, and what Tab makes of it. */
const CASES: readonly (readonly [typed: string, completed: string])[] = [
  ["muster hist", "muster history"],
  ["muster run pai", "muster run paint"],
  ["muster run power.sto", "muster run power.stop"],
  ["muster plan paint --dr", "muster plan paint --dry-run"],
  ["muster run paint --no-jo", "muster run paint --no-journal"],
  ["muster run paint --colour=gr", "muster run paint --colour=green"],
  ["muster run paint --colour gr", "muster run paint --colour green"],
  ["muster run paint --conc", "muster run paint --concurrency="],
  ["muster ls -p sta", "muster ls -p staging"],
  ["muster ls ima", "muster ls images"],
  ["muster completions fi", "muster completions fish"],
  ["muster apply pla", "muster apply plan.json"],
  ["muster plan paint --save=pla", "muster plan paint --save=plan.json"],
  ["muster --vers", "muster --version"],
];

for (const shell of ["bash", "zsh", "fish"] as const) {
  const reason = await suggestion(shell);
  if (typeof reason === "string") {
    Deno.stderr.writeSync(
      new TextEncoder().encode(`skipped: completions in a real ${shell}, as ${reason}\n`),
    );
  }
  Deno.test({
    name: `${shell} completes commands, tasks, options, values and files`,
    ignore: typeof reason === "string",
    async fn() {
      if (typeof reason === "string") return;
      const home = await Deno.makeTempDir({ prefix: "muster-complete-" });
      try {
        await Deno.mkdir(`${home}/bin`);
        await Deno.mkdir(`${home}/tasks`);
        await Deno.writeTextFile(
          `${home}/bin/muster`,
          `#!/bin/sh\nexec ${Deno.execPath()} run --quiet --no-prompt --allow-read --allow-env --config=${ROOT}/deno.json ${ROOT}/cli.ts "$@"\n`,
          { mode: 0o755 },
        );
        await Deno.writeTextFile(
          `${home}/tasks/paint.ts`,
          `import { task } from "file://${ROOT}/mod.ts";
           export default task({
             description: "Paint: a colon, 'quotes' and $(touch ${home}/hurt)",
             args: { colour: { type: "choice", choices: ["red", "green"] }, dryRun: { type: "boolean" } },
             run: () => {},
           });`,
        );
        // The name of a file is nobody's command.
        await Deno.writeTextFile(`${home}/tasks/x$(touch hurt).ts`, "export default 1;\n");
        await Deno.writeTextFile(`${home}/plan.json`, "{}");
        await Deno.writeTextFile(
          `${home}/muster.yaml`,
          "profiles:\n  staging: { url: 'https://127.0.0.1:9', account: me, keyId: x }\n",
        );
        const completed = await reason(CASES.map(([typed]) => typed), home);
        assert.deepEqual(completed, CASES.map(([, wanted]) => wanted));
        await assert.rejects(Deno.stat(`${home}/hurt`), Deno.errors.NotFound);
      } finally {
        await Deno.remove(home, { recursive: true });
      }
    },
  });
}
